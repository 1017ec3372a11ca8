#include "models/catalog/listed_price.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/base/check.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/geography.hpp"

namespace nines {

namespace {

constexpr double k_infinite = std::numeric_limits<double>::infinity();
constexpr double k_gb_per_tb = 1024;  // the tiers of AWS: 10 TB are 10,240 GB

/// How many units one of "k", "M", "B", "TB", "PB" is; nothing for other words.
std::optional<double> unit_size(std::string_view unit) {
    constexpr std::array<std::pair<std::string_view, double>, 5> k_units{
        {{"k", 1e3}, {"M", 1e6}, {"B", 1e9}, {"TB", k_gb_per_tb}, {"PB", k_gb_per_tb * k_gb_per_tb}}};
    for (const auto& [name, size] : k_units) {
        if (name == unit.substr(0, unit.find(' '))) {
            return size;
        }
    }
    return std::nullopt;
}

/// "10TB" to 10,240; nothing where the text is no number with a unit.
std::optional<double> tier_size(std::string_view text) {
    double size = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto unit = unit_size({parsed.ptr, static_cast<std::size_t>(text.data() + text.size() - parsed.ptr)});
    return parsed.ec == std::errc() && unit ? std::optional(size * *unit) : std::nullopt;
}

/// How a tier is named: "0-10TB" and "first 6B GB-s" say where it ends, "next 9B GB-s" how long it is. All others
/// ("over 15B GB-s", "over-150TB", none at all) never end.
struct Tier {
    double until = k_infinite;
    double length = 0;  ///< of a "next": where the others before it end is not said
    double usd = 0;
    std::string name;
};

Tier read_tier(const std::string& name, double usd) {
    const std::string_view text = name;
    Tier tier{.usd = usd, .name = name};
    if (text.starts_with("first ")) {
        tier.until = tier_size(text.substr(6)).value_or(k_infinite);
    } else if (text.starts_with("next ")) {
        tier.length = tier_size(text.substr(5)).value_or(0);
        check(tier.length > 0, "a tier that is next has a length");
    } else if (const std::size_t dash = text.find('-'); dash != std::string_view::npos && !text.starts_with("over")) {
        const auto end = tier_size(text.substr(dash + 1));
        tier.until = end.value_or(k_infinite);
    }
    return tier;
}

/// The first tier, then those that are next, the shortest first, then what never ends.
std::vector<PriceTier> in_order(std::vector<Tier> tiers) {
    std::sort(tiers.begin(), tiers.end(), [](const Tier& a, const Tier& b) {
        const bool a_ends = a.length == 0 && a.until < k_infinite;
        const bool b_ends = b.length == 0 && b.until < k_infinite;
        if (a_ends != b_ends) {
            return a_ends;
        }
        if ((a.length > 0) != (b.length > 0)) {
            return a.length > 0;
        }
        return a.length != b.length ? a.length < b.length : a.until < b.until;
    });
    std::vector<PriceTier> ordered;
    double begin = 0;
    for (const Tier& tier : tiers) {
        begin = tier.length > 0 ? begin + tier.length : tier.until;
        ordered.push_back({.until = begin, .usd = tier.usd, .name = tier.name});
    }
    return ordered;
}

}  // namespace

std::optional<TieredPrice> listed_price(std::string_view service, std::string_view component, std::string_view region) {
    TieredPrice price;
    price.name = fmt::format("{} {}", component, region);
    price.unit = "GB";
    const std::string part = fmt::format(",{},", region);
    std::vector<Tier> tiers;
    for (const CsvRow& row : CsvTable("service_prices").rows(csv_line_start({service, component}), part)) {
        tiers.push_back(read_tier(row.text("tier"), row.required_number("price")));
        price.source = row.text("source");
    }
    if (tiers.empty()) {
        return std::nullopt;
    }
    price.tiers = in_order(std::move(tiers));
    for (PriceTier& tier : price.tiers) {
        tier.row = "service_prices.csv: " + csv_line_start({service, component, tier.name, region});
        tier.row.pop_back();
    }
    return price;
}

TieredPrice regional_price(const Catalog& catalog, std::string_view service, std::string_view component,
                           std::string_view region, std::string_view unit) {
    if (auto price = listed_price(service, component, region)) {
        price->unit = unit;
        return *price;
    }
    for (const std::string& near : regions_by_distance(catalog, "aws", region)) {
        if (auto price = listed_price(service, component, near)) {
            price->name = fmt::format("{} {}", component, region);
            price->unit = unit;
            price->assumed =
                Assumption{.path = {},
                           .value = fmt::format("{:g} USD/{}{}", price->tiers.front().usd, unit,
                                                price->tiers.size() > 1 ? " in the first tier" : ""),
                           .why = fmt::format("no price for {} in {}: that of {}, the nearest region that has one",
                                              component, region, near),
                           .source = fmt::format("service_prices.csv, {} {}", component, near)};
            return *price;
        }
    }
    check(false, fmt::format("some region has a price for {} {}", service, component));
    return {};
}

}  // namespace nines
