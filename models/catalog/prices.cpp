// Prices: machines by the hour, bytes and requests through their tiers; what a region lacks comes from its kin.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>

#include "engine/base/check.hpp"
#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/geography.hpp"

namespace nines {

namespace {

constexpr double k_infinite = std::numeric_limits<double>::infinity();
constexpr double k_gb_per_tb = 1024;  // the tiers of AWS: 10 TB are 10,240 GB
constexpr std::string_view k_reference_region = "us-east-1";

using ListedPrice = std::function<std::optional<double>(std::string_view region)>;

std::optional<double> instance_usd_per_h(std::string_view type, std::string_view region) {
    const auto row = CsvTable("instance_prices").row(csv_line_start({type, region}));
    return row ? row->number("on_demand_usd_per_h") : std::nullopt;
}

/// Where the table of managed nodes has the single-zone price of a type: the first cells of its line.
std::string managed_line_start(std::string_view type, std::string_view region, std::string_view engine) {
    if (type.starts_with("cache.")) {
        return csv_line_start({"elasticache", engine.empty() ? "redis" : engine, type, region, "node"});
    }
    if (engine.starts_with("aurora-")) {
        return csv_line_start({"aurora", engine, type, region, "instance", "standard"});
    }
    return csv_line_start({"rds", engine.empty() ? "postgres" : engine, type, region, "single-az"});
}

std::optional<double> listed_usd_per_h(std::string_view type, std::string_view region, std::string_view engine) {
    if (!type.starts_with("db.") && !type.starts_with("cache.")) {
        return instance_usd_per_h(type, region);
    }
    const auto row = CsvTable("managed_instance_prices").row(managed_line_start(type, region, engine));
    return row ? row->number("on_demand_usd_per_h") : std::nullopt;
}

/// The gap rule of the catalogue: us-east-1 times the region's m5.large ratio, else the nearest region that has one.
std::optional<Figure> machine_price_from_kin(const Catalog& catalog, std::string_view type, std::string_view region,
                                             const ListedPrice& listed) {
    constexpr std::string_view k_yardstick = "m5.large";
    const auto reference = listed(k_reference_region);
    const auto yardstick = instance_usd_per_h(k_yardstick, region);
    const auto reference_yardstick = instance_usd_per_h(k_yardstick, k_reference_region);
    Assumption assumption{.path = {}, .value = {}, .why = {}, .source = "SOURCES.md, Filling gaps"};
    std::optional<double> price;
    if (reference && yardstick && reference_yardstick) {
        price = *reference * *yardstick / *reference_yardstick;
        assumption.why =
            fmt::format("no price for {} in {}: the us-east-1 price times the region's m5.large ratio {:.4g}", type,
                        region, *yardstick / *reference_yardstick);
    } else {
        for (const std::string& near : regions_by_distance(catalog, "aws", region)) {
            price = listed(near);
            if (price) {
                assumption.why = fmt::format("no price for {} in {}: that of {}, the nearest region that has one", type,
                                             region, near);
                break;
            }
        }
    }
    if (!price) {
        return std::nullopt;
    }
    assumption.value = fmt::format("{:.6g} USD/h", *price);
    return Figure{.value = *price, .assumed = assumption};
}

/// Where a tier such as "0-10TB", "1-5PB" or "over-150TB" ends, in GB. A price without tiers has one that never ends.
double tier_end_gb(std::string_view tier) {
    if (tier.empty() || tier.starts_with("over-")) {
        return k_infinite;
    }
    const std::size_t dash = tier.find('-');
    const std::string_view upper = tier.substr(dash + 1);
    double until = 0;
    const auto parsed = std::from_chars(upper.data(), upper.data() + upper.size(), until);
    const std::string_view unit(parsed.ptr, static_cast<std::size_t>(upper.data() + upper.size() - parsed.ptr));
    check(dash != std::string_view::npos && (unit == "TB" || unit == "PB"),
          fmt::format("'{}' is a tier of bytes", tier));
    return until * k_gb_per_tb * (unit == "PB" ? k_gb_per_tb : 1);
}

/// The rows of one component in one region (or "global"), per GB unless the row says else; nothing when there are none.
std::optional<TieredPrice> listed_price(std::string_view service, std::string_view component, std::string_view region) {
    TieredPrice price;
    price.name = fmt::format("{} {}", component, region);
    price.unit = "GB";
    const std::string part = fmt::format(",{},", region);
    for (const CsvRow& row : CsvTable("service_prices").rows(csv_line_start({service, component}), part)) {
        price.tiers.push_back({.until = tier_end_gb(row.text("tier")), .usd = row.required_number("price")});
        price.source = row.text("source");
    }
    if (price.tiers.empty()) {
        return std::nullopt;
    }
    std::sort(price.tiers.begin(), price.tiers.end(),
              [](const PriceTier& a, const PriceTier& b) { return a.until < b.until; });
    return price;
}

/// A transfer price of a region, or of the nearest region that has one.
TieredPrice regional_price(const Catalog& catalog, std::string_view component, std::string_view region) {
    constexpr std::string_view k_service = "data-transfer";
    if (auto price = listed_price(k_service, component, region)) {
        return *price;
    }
    for (const std::string& near : regions_by_distance(catalog, "aws", region)) {
        if (auto price = listed_price(k_service, component, near)) {
            price->name = fmt::format("{} {}", component, region);
            price->assumed =
                Assumption{.path = {},
                           .value = fmt::format("{:g} USD/GB{}", price->tiers.front().usd,
                                                price->tiers.size() > 1 ? " in the first tier" : ""),
                           .why = fmt::format("no price for {} in {}: that of {}, the nearest region that has one",
                                              component, region, near),
                           .source = fmt::format("service_prices.csv, {} {}", component, near)};
            return *price;
        }
    }
    check(false, fmt::format("some region has a price for {}", component));
    return {};
}

/// The rows of CloudFront name an area; where it has none (China), those of Hong Kong stand in for it.
TieredPrice edge_price(std::string_view component, std::string_view area) {
    constexpr std::string_view k_stand_in = "Hong Kong, Philippines, Asia Pacific";
    if (auto price = listed_price("cloudfront", fmt::format("{}, {}", component, area), "global")) {
        price->name = fmt::format("edge {}, {}", component, area);
        return *price;
    }
    auto price = listed_price("cloudfront", fmt::format("{}, {}", component, k_stand_in), "global");
    check(price.has_value(), fmt::format("the catalogue has {} of {}", component, k_stand_in));
    price->name = fmt::format("edge {}, {}", component, area);
    price->assumed = Assumption{.path = {},
                                .value = fmt::format("{:g} USD/{}", price->tiers.front().usd, price->unit),
                                .why = fmt::format("edge prices of '{}' are not listed: those of {}", area, k_stand_in),
                                .source = "SOURCES.md, Filling gaps"};
    return *price;
}

}  // namespace

double price_of(const TieredPrice& price, double quantity) {
    double usd = 0;
    double begin = 0;
    for (const PriceTier& tier : price.tiers) {
        if (quantity <= begin) {
            break;
        }
        usd += (std::min(quantity, tier.until) - begin) * tier.usd;
        begin = tier.until;
    }
    return usd;
}

std::optional<Figure> Catalog::machine_usd_per_h(std::string_view type, std::string_view region,
                                                 std::string_view engine) const {
    const ListedPrice listed = [type, engine](std::string_view where) { return listed_usd_per_h(type, where, engine); };
    if (const auto price = listed(region)) {
        return Figure{.value = *price, .assumed = {}};
    }
    return machine_price_from_kin(*this, type, region, listed);
}

TieredPrice Catalog::internet_egress(std::string_view region) const {
    return regional_price(*this, "internet-egress", region);
}

TieredPrice Catalog::between_zones(std::string_view region) const {
    return regional_price(*this, "inter-az", region);
}

TieredPrice Catalog::between_regions(std::string_view from, std::string_view to) const {
    const std::string name = fmt::format("inter-region {} to {}", from, to);
    if (const auto row = CsvTable("inter_region_transfer_prices").row(csv_line_start({from, to}))) {
        return {.name = name,
                .unit = "GB",
                .tiers = {{.until = k_infinite, .usd = row->required_number("usd_per_gb")}},
                .source = row->text("source"),
                .assumed = {}};
    }
    TieredPrice price = regional_price(*this, "inter-region (default rate of the source region)", from);
    price.name = name;
    if (!price.assumed) {
        price.assumed = Assumption{.path = {},
                                   .value = fmt::format("{:g} USD/GB", price.tiers.front().usd),
                                   .why = fmt::format("no price from {} to {}: the default rate of {}", from, to, from),
                                   .source = "service_prices.csv, data-transfer inter-region"};
    }
    return price;
}

TieredPrice Catalog::edge_egress(std::string_view price_geography) const {
    return edge_price("egress to internet", price_geography);
}

TieredPrice Catalog::edge_to_origin(std::string_view price_geography) const {
    return edge_price("egress to origin", price_geography);
}

TieredPrice Catalog::edge_https_requests(std::string_view price_geography) const {
    constexpr double k_requests_per_row_unit = 10'000;
    TieredPrice price = edge_price("HTTPS requests", price_geography);
    price.unit = "request";
    for (PriceTier& tier : price.tiers) {
        tier.usd /= k_requests_per_row_unit;
    }
    if (price.assumed) {
        price.assumed->value = fmt::format("{:g} USD/request", price.tiers.front().usd);
    }
    return price;
}

}  // namespace nines
