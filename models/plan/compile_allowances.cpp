// What an account has free each month, by the charges that share it; and the pools of instances that a commitment could
// be for.

#include <algorithm>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

/// Levels of a pool, at most: where more instances may run, a level is several.
constexpr std::uint32_t k_levels_most = 100;

/// The plan's allowance of a component, added at its first use.
std::optional<std::uint32_t> allowance_of(const Catalog& catalog, std::string_view service, std::string_view component,
                                          Plan& plan) {
    const auto known = std::find_if(plan.allowances.begin(), plan.allowances.end(), [&](const Allowance& one) {
        return one.service == service && one.component == component;
    });
    if (known != plan.allowances.end()) {
        return static_cast<std::uint32_t>(known - plan.allowances.begin());
    }
    auto allowance = catalog.allowance(service, component);
    if (!allowance) {
        return std::nullopt;
    }
    plan.allowances.push_back(std::move(*allowance));
    return static_cast<std::uint32_t>(plan.allowances.size() - 1);
}

/// By price row: the allowance under which it falls. China and GovCloud have none for bytes to the internet.
std::vector<std::optional<std::uint32_t>> allowances_of_rows(const Catalog& catalog, Plan& plan) {
    std::vector<std::optional<std::uint32_t>> of_row(plan.prices.size());
    for (const LocationId region : plan.world.of_kind(LocationKind::region)) {
        const auto row = catalog.region(plan.world.provider, plan.world.locations[region].id);
        if (row && row->partition == "aws") {
            of_row[plan.price_rows.internet[region]] = allowance_of(catalog, "data-transfer", "internet-egress", plan);
        }
    }
    for (const LocationId edge : plan.world.of_kind(LocationKind::edge)) {
        of_row[plan.price_rows.edge_egress[edge]] = allowance_of(catalog, "cloudfront", "egress to internet", plan);
        of_row[plan.price_rows.edge_requests[edge]] = allowance_of(catalog, "cloudfront", "HTTPS requests", plan);
    }
    return of_row;
}

}  // namespace

void compile_allowances(const Catalog& catalog, Plan& plan) {
    if (!plan.has_world) {
        return;
    }
    const auto of_row = allowances_of_rows(catalog, plan);
    for (ChargePlan& charge : plan.charges) {
        if (charge.meter == ChargeMeter::price_row) {
            charge.allowance = of_row[charge.row];
        } else if (charge.service.exists() && plan.services[charge.service].kind == ServiceKind::function &&
                   !charge.price.tiers.front().row.empty()) {  // at the catalogue's price
            const bool is_time = charge.meter == ChargeMeter::gigabyte_seconds;
            charge.allowance = allowance_of(catalog, "lambda", is_time ? "duration" : "requests", plan);
        } else if (charge.meter == ChargeMeter::requests &&
                   charge.price.tiers.front().row.starts_with("service_prices.csv: kms,")) {
            charge.allowance = allowance_of(catalog, "kms", "requests", plan);
        }
    }
}

void compile_pools(Plan& plan) {
    for (const ServiceId id : plan.scaled) {
        const ServicePlan& service = plan.services[id];
        const std::size_t first = plan.pools.size();
        for (std::uint32_t g = 0; g < service.groups.count; ++g) {
            const GroupId group = service.groups[g];
            const LocationId region =
                plan.has_world ? plan.world.locations[plan.groups[group].location].region : LocationId::none();
            auto pool = std::find_if(plan.pools.begin() + static_cast<std::ptrdiff_t>(first), plan.pools.end(),
                                     [&](const PoolPlan& one) { return one.region == region; });
            if (pool == plan.pools.end()) {
                PoolPlan fresh;
                fresh.service = id;
                fresh.region = region;
                fresh.step = (service.scale->most() + k_levels_most - 1) / k_levels_most;
                fresh.levels = (service.scale->most() + fresh.step - 1) / fresh.step;
                plan.pools.push_back(std::move(fresh));
                pool = plan.pools.end() - 1;
            }
            pool->groups.push_back(group);
        }
    }
}

}  // namespace nines
