// Prices: machines by the hour, bytes and requests through their tiers; what a region lacks comes from its kin.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "engine/base/check.hpp"
#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/geography.hpp"
#include "models/catalog/listed_price.hpp"

namespace nines {

namespace {

constexpr double k_infinite = std::numeric_limits<double>::infinity();
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

double units_in_tier(const TieredPrice& price, std::size_t tier, double quantity) {
    const double begin = tier == 0 ? 0 : price.tiers[tier - 1].until;
    return std::max(0.0, std::min(quantity, price.tiers[tier].until) - begin);
}

double price_of(const TieredPrice& price, double quantity) {
    double usd = 0;
    for (std::size_t i = 0; i < price.tiers.size(); ++i) {
        usd += units_in_tier(price, i, quantity) * price.tiers[i].usd;
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
    return regional_price(*this, "data-transfer", "internet-egress", region, "GB");
}

TieredPrice Catalog::between_zones(std::string_view region) const {
    return regional_price(*this, "data-transfer", "inter-az", region, "GB");
}

TieredPrice Catalog::between_regions(std::string_view from, std::string_view to) const {
    const std::string name = fmt::format("inter-region {} to {}", from, to);
    if (const auto row = CsvTable("inter_region_transfer_prices").row(csv_line_start({from, to}))) {
        return {.name = name,
                .unit = "GB",
                .tiers = {{.until = k_infinite,
                           .usd = row->required_number("usd_per_gb"),
                           .row = fmt::format("inter_region_transfer_prices.csv: {},{}", from, to)}},
                .source = row->text("source"),
                .assumed = {}};
    }
    TieredPrice price =
        regional_price(*this, "data-transfer", "inter-region (default rate of the source region)", from, "GB");
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
