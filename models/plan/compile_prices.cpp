// Money, watts and grams: what each group costs and draws, and under which price row bytes are counted.

#include <fmt/format.h>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

constexpr double k_no_pue = 1;

void assume(Plan& plan, const Figure& figure, const std::string& path) {
    if (figure.assumed) {
        Assumption assumption = *figure.assumed;
        assumption.path = path;
        plan.assumptions.push_back(std::move(assumption));
    }
}

std::string region_id(const Plan& plan, LocationId location) {
    const LocationId region = plan.world.locations[location].region;
    return region.exists() ? plan.world.locations[region].id : "";
}

void price_machines(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        GroupPlan& group = plan.groups[index_at<GroupId>(i)];
        const Service& service = architecture.services[group.service];
        const std::string path = "services." + service.name + ".on";
        const auto machine = service.machine.empty() ? std::nullopt : catalog.machine(service.machine);
        if (machine) {
            group.power = {machine->watts_idle, machine->watts_half, machine->watts_full};
            group.embodied_kg = machine->embodied_kg;
        }
        if (service.power) {
            group.power = *service.power;
        }
        if (service.price_usd_per_h) {
            group.usd_per_h = *service.price_usd_per_h;
            group.price_source = "the scenario's own price";
        } else if (machine && plan.has_world) {
            const auto price =
                catalog.machine_usd_per_h(service.machine, region_id(plan, group.location), service.engine);
            if (price) {
                group.usd_per_h = price->value;
                group.price_source =
                    fmt::format("catalogue, {} in {}", service.machine, region_id(plan, group.location));
                const bool seen = i > 0 && plan.groups[index_at<GroupId>(i - 1)].service == group.service;
                if (!seen) {
                    assume(plan, *price, path);
                }
            } else {
                plan.warnings.push_back(
                    fmt::format("no price for {} is known: it is counted as free", service.machine));
            }
        }
    }
}

std::uint32_t add_price(Plan& plan, TieredPrice price) {
    for (std::size_t i = 0; i < plan.prices.size(); ++i) {
        if (plan.prices[i].name == price.name) {
            return static_cast<std::uint32_t>(i);
        }
    }
    if (price.assumed) {
        assume(plan, {0, price.assumed}, "price of " + price.name);
    }
    plan.prices.push_back(std::move(price));
    return static_cast<std::uint32_t>(plan.prices.size() - 1);
}

void price_bytes(const Catalog& catalog, Plan& plan) {
    const std::size_t locations = plan.world.locations.size();
    PriceRows& rows = plan.price_rows;
    rows.internet.assign(locations, k_free);
    rows.between_zones.assign(locations, k_free);
    rows.edge_egress.assign(locations, k_free);
    rows.edge_to_origin.assign(locations, k_free);
    rows.edge_requests.assign(locations, k_free);
    rows.between_regions.assign(locations * locations, k_free);
    if (!plan.has_world) {
        return;
    }
    const auto regions = plan.world.of_kind(LocationKind::region);
    for (const LocationId region : regions) {
        const std::string& id = plan.world.locations[region].id;
        rows.internet[region] = add_price(plan, catalog.internet_egress(id));
        rows.between_zones[region] = add_price(plan, catalog.between_zones(id));
        for (const LocationId other : regions) {
            if (other != region) {
                rows.between_regions[region.value * locations + other.value] =
                    add_price(plan, catalog.between_regions(id, plan.world.locations[other].id));
            }
        }
    }
    for (const LocationId edge : plan.world.of_kind(LocationKind::edge)) {
        const std::string& geography = plan.world.locations[edge].price_geography;
        rows.edge_egress[edge] = add_price(plan, catalog.edge_egress(geography));
        rows.edge_to_origin[edge] = add_price(plan, catalog.edge_to_origin(geography));
        rows.edge_requests[edge] = add_price(plan, catalog.edge_https_requests(geography));
    }
}

void compile_carbon(const Catalog& catalog, Plan& plan) {
    plan.carbon = Column<LocationId, CarbonPlan>(plan.world.locations.size());
    if (!plan.has_world) {
        return;
    }
    for (const LocationId region : plan.world.of_kind(LocationKind::region)) {
        const std::string& id = plan.world.locations[region].id;
        CarbonPlan& carbon = plan.carbon[region];
        carbon.grid = catalog.carbon(plan.world.provider, id);
        if (carbon.grid.assumed) {
            assume(plan, {0, carbon.grid.assumed}, "carbon of " + id);
        }
        const Figure pue = catalog.pue(plan.world.provider, id);
        carbon.pue = pue.value > 0 ? pue.value : k_no_pue;
        assume(plan, pue, "PUE of " + id);
    }
}

}  // namespace

void compile_prices(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    price_machines(architecture, catalog, plan);
    price_bytes(catalog, plan);
    compile_carbon(catalog, plan);
}

}  // namespace nines
