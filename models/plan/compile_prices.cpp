// Money, watts and grams: what each group costs and draws, and under which price row bytes are counted.

#include <fmt/format.h>

#include <algorithm>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

constexpr double k_no_pue = 1;

/// A container draws what its vCPUs would of the most common general-purpose machine.
void power_of_container(const Catalog& catalog, const SizeSpec& size, const std::string& path, MachineCost& cost,
                        Plan& plan) {
    const auto kin = catalog.machine(k_kin_of_shares);
    const double share = size.vcpus / kin->vcpus;
    cost.power = PowerSpec::of(kin->watts_idle * share, kin->watts_half * share, kin->watts_full * share);
    cost.embodied_kg = kin->embodied_kg * share;
    assume_once(plan, {.path = path,
                       .value = fmt::format("{:.4g}/{:.4g}/{:.4g} W idle/half/full", kin->watts_idle * share,
                                            kin->watts_half * share, kin->watts_full * share),
                       .why = fmt::format("no watts of containers are known: those of {} by vCPUs", k_kin_of_shares),
                       .source = "instances.csv"});
}

std::optional<ArmTwin> arm_twin_of(const Catalog& catalog, const Service& service, const std::string& region) {
    const auto type = catalog.arm_twin(service.machine);
    const auto machine = type ? catalog.machine(*type) : std::nullopt;
    const auto price = machine ? catalog.machine_usd_per_h(*type, region, service.engine) : std::nullopt;
    if (!price) {
        return std::nullopt;
    }
    return ArmTwin{*type, PowerSpec::of(machine->watts_idle, machine->watts_half, machine->watts_full),
                   machine->embodied_kg, price->value};
}

void price_machines(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        GroupPlan& group = plan.groups[index_at<GroupId>(i)];
        const Service& service = architecture.services[group.service];
        const bool seen = i > 0 && plan.groups[index_at<GroupId>(i - 1)].service == group.service;
        MachineCost cost = cost_of_machine(catalog,
                                           {.machine = service.machine,
                                            .size = service.size,
                                            .engine = service.engine,
                                            .power = service.power,
                                            .usd_per_h = service.price.usd_per_h,
                                            .region = region_id(plan, group.location),
                                            .path = "services." + service.name + ".on",
                                            .is_told_already = seen},
                                           plan);
        group.power = cost.power;
        group.embodied_kg = cost.embodied_kg;
        group.usd_per_h = cost.usd_per_h;
        group.price_source = std::move(cost.price_source);
        const bool has_list_price = plan.has_world && !service.size && !service.price.usd_per_h && group.usd_per_h > 0;
        if (has_list_price && !service.power) {
            group.arm_twin = arm_twin_of(catalog, service, region_id(plan, group.location));
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

/// What certificates leave of emissions, and the water of cooling.
void compile_market_and_water(const Catalog& catalog, const std::string& region, CarbonPlan& carbon, Plan& plan) {
    const std::string& provider = plan.world.provider;
    const auto market = catalog.market_g_per_kwh(provider, region);
    carbon.market_g_per_kwh = market.value_or(catalog.mean_g_per_kwh(provider, region).value_or(0));
    if (!market) {
        assume(plan,
               {0, Assumption{.path = {},
                              .value = fmt::format("{:g} g/kWh", carbon.market_g_per_kwh),
                              .why = "no market-based figure: the grid's",
                              .source = "carbon.csv"}},
               "market-based carbon of " + region);
    }
    carbon.water_l_per_kwh = catalog.water_l_per_kwh(provider, region).value_or(0);
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
        compile_market_and_water(catalog, id, carbon, plan);
    }
}

}  // namespace

void assume(Plan& plan, const Figure& figure, const std::string& path) {
    if (figure.assumed) {
        Assumption assumption = *figure.assumed;
        assumption.path = path;
        plan.assumptions.push_back(std::move(assumption));
    }
}

MachineCost cost_of_machine(const Catalog& catalog, const MachineUse& use, Plan& plan) {
    MachineCost cost;
    const bool is_container = use.size && use.size->kind == SizeSpec::Kind::fargate;
    const auto machine = use.machine.empty() || use.size ? std::nullopt : catalog.machine(use.machine);
    if (is_container) {
        power_of_container(catalog, *use.size, use.path, cost, plan);
    }
    if (machine) {
        cost.power = PowerSpec::of(machine->watts_idle, machine->watts_half, machine->watts_full);
        cost.embodied_kg = machine->embodied_kg;
    }
    if (use.power) {
        cost.power = *use.power;
    }
    if (use.usd_per_h) {
        cost.usd_per_h = *use.usd_per_h;
        cost.price_source = "the scenario's own price";
    } else if (is_container && plan.has_world) {
        const TieredPrice price = catalog.container_usd_per_h(use.size->vcpus, use.size->memory_gb, use.region);
        cost.usd_per_h = price.tiers.front().usd;
        cost.price_source = price.tiers.front().row;
        assume(plan, {0, price.assumed}, use.path);
    } else if (machine && plan.has_world) {
        const auto price = catalog.machine_usd_per_h(use.machine, use.region, use.engine);
        if (price) {
            cost.usd_per_h = price->value;
            cost.price_source = fmt::format("catalogue, {} in {}", use.machine, use.region);
            if (!use.is_told_already) {
                assume(plan, *price, use.path);
            }
        } else {
            plan.warnings.push_back(fmt::format("no price for {} is known: it is counted as free", use.machine));
        }
    }
    return cost;
}

std::string region_id(const Plan& plan, LocationId location) {
    const LocationId region = plan.world.locations[location].region;
    return region.exists() ? plan.world.locations[region].id : "";
}

void compile_prices(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    price_machines(architecture, catalog, plan);
    price_bytes(catalog, plan);
    compile_carbon(catalog, plan);
    compile_charges(architecture, catalog, plan);
}

}  // namespace nines
