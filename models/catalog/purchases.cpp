// Ways of buying and being paid back: discounts of commitments and of spot, sizes, prices of services, credits.

#include <fmt/format.h>

#include <algorithm>

#include "engine/random/portable_math.hpp"
#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/listed_price.hpp"

namespace nines {

std::optional<double> Catalog::reserved_discount(std::string_view type) const {
    if (const auto row = CsvTable("instances").row(csv_line_start({type}))) {
        return row->number("reserved_1y_discount");
    }
    // Nodes of a family are discounted alike: a reservation is for any sizes of it.
    const std::string_view family = type.substr(0, type.rfind('.'));
    const std::string_view service = type.starts_with("cache.") ? "elasticache" : "rds";
    const auto row = CsvTable("reserved_discounts").row(csv_line_start({service, family}));
    return row ? row->number("discount") : std::nullopt;
}

std::optional<Figure> Catalog::spot_discount(std::string_view type, std::string_view region) const {
    if (const auto row = CsvTable("spot_interruptions").row(csv_line_start({type, region}))) {
        if (const auto saving = row->number("saving_percent_vs_on_demand")) {
            return Figure{.value = *saving / 100, .assumed = {}};
        }
    }
    const auto row = CsvTable("instances").row(csv_line_start({type}));
    const auto listed = row ? row->number("spot_discount") : std::nullopt;
    if (!listed) {
        return std::nullopt;
    }
    return Figure{.value = *listed,
                  .assumed = Assumption{
                      .path = {},
                      .value = fmt::format("{:.3g} %", *listed * 100),
                      .why = fmt::format("no spot price for {} in {}: the discount of all regions", type, region),
                      .source = "instances.csv, spot_discount"}};
}

std::optional<double> Catalog::spot_interruptions_per_month(std::string_view type, std::string_view region) const {
    const auto row = CsvTable("spot_interruptions").row(csv_line_start({type, region}));
    if (!row) {
        return std::nullopt;
    }
    const double low = row->required_number("interruption_percent_per_month_low");
    const double high = row->number("interruption_percent_per_month_high").value_or(low);
    // A share of capacity reclaimed in a month, to a rate for each instance.
    return -portable::log1p(-(low + high) / 2 / 100);
}

TieredPrice Catalog::container_usd_per_h(double vcpus, double memory_gb, std::string_view region) const {
    const TieredPrice by_vcpu = regional_price(*this, "fargate", "vCPU", region, "h");
    TieredPrice price = regional_price(*this, "fargate", "memory", region, "h");
    price.name = fmt::format("fargate {:g} vCPU {:g} GiB {}", vcpus, memory_gb, region);
    price.tiers.front().usd = vcpus * by_vcpu.tiers.front().usd + memory_gb * price.tiers.front().usd;
    price.tiers.front().row = fmt::format("{} and {}", by_vcpu.tiers.front().row, price.tiers.front().row);
    if (price.assumed) {
        price.assumed->value = fmt::format("{:.6g} USD/h", price.tiers.front().usd);
    }
    return price;
}

std::optional<Allowance> Catalog::allowance(std::string_view service, std::string_view component) const {
    const auto row = CsvTable("allowances").row(csv_line_start({service, component}));
    if (!row) {
        return std::nullopt;
    }
    return Allowance{.service = std::string(service),
                     .component = std::string(component),
                     .units = row->required_number("units_per_month"),
                     .row = fmt::format("allowances.csv: {},{}", service, component),
                     .source = row->text("source")};
}

TieredPrice Catalog::service_price(std::string_view service, std::string_view component, std::string_view region,
                                   std::string_view unit) const {
    return regional_price(*this, service, component, region, unit);
}

std::vector<CreditStep> Catalog::credits(std::string_view service, std::string_view scope) const {
    std::vector<CreditStep> steps;
    for (const CsvRow& row : CsvTable("slas").rows(csv_line_start({service, scope, "uptime-sla"}))) {
        const auto below = row.number("below_percent");
        const auto credit = row.number("credit_percent");
        if (below && credit) {
            steps.push_back({.below = *below / 100, .share = *credit / 100});
        }
    }
    std::sort(steps.begin(), steps.end(), [](const CreditStep& a, const CreditStep& b) { return a.below > b.below; });
    return steps;
}

}  // namespace nines
