// Sustainability: energy from utilisation, carbon from the grid hour by hour, the making of the machines, and water.

#include <algorithm>
#include <array>

#include "engine/base/units.hpp"
#include "models/pillars/footprint.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    kwh,
    kwh_per_month,
    idle_kwh_per_month,
    carbon,
    carbon_per_month,
    operational,
    embodied,
    idle,
    market,
    carbon_per_million_requests,
    water,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{
    "energy.kwh",          "energy.kwh_per_month",        "energy.idle",     "carbon.kg",
    "carbon.kg_per_month", "carbon.operational",          "carbon.embodied", "carbon.idle",
    "carbon.market",       "carbon.per_million_requests", "water.l"};

bool has_power(const Plan& plan) {
    return !plan.storage.empty() || std::any_of(plan.groups.begin(), plan.groups.end(), [](const GroupPlan& group) {
        return group.draws_power();
    }) || std::any_of(plan.jobs.begin(), plan.jobs.end(), [](const JobPlan& job) { return job.busy_w > 0; });
}

/// The share of a group's energy that it would draw with nothing to do, times the share of its workers that had
/// nothing to do. Where workers are unlimited nothing is idle.
double idle_share(const Plan& plan, const GroupPlan& group, const GroupTally& tally) {
    const std::uint32_t workers = plan.services[group.service].workers;
    if (workers == k_unlimited || tally.energy_j <= 0 || tally.instances_integral_s <= 0) {
        return 0;
    }
    const double busy = std::min(1.0, tally.busy_integral_s / (tally.instances_integral_s * workers));
    return std::min(1.0, group.power.idle_w() * tally.instances_integral_s * (1 - busy) / tally.energy_j);
}

/// What disks and networks draw, at the mean of the grid over the horizon, as they draw the same all the time (of bytes
/// that is a guess).
void add_beside(const CarbonPlan& carbon, FootprintPart part, double kwh, Footprint& sum) {
    const double kg = kwh * carbon.mean_g_per_kwh / 1000;
    sum.kwh += kwh * carbon.pue;
    sum.add(part, kg);
    sum.add(FootprintPart::overhead, kg * (carbon.pue - 1));
    sum.market_kg += kwh * carbon.pue * carbon.market_g_per_kwh / 1000;
    sum.water_l += kwh * carbon.water_l_per_kwh;
}

void add_disks(const Evidence& evidence, const StorageDraw& disks, Footprint& sum) {
    add_beside(evidence.plan.carbon[disks.region], FootprintPart::storage,
               disks.watts * evidence.measured_s / k_joules_per_kwh, sum);
}

/// What some machines of one region drew, and how long they were there.
struct MachineFootprint {
    double energy_j = 0;     ///< without PUE
    double carbon_g = 0;     ///< operational, with it
    double idle_share = 0;   ///< of both
    double embodied_kg = 0;  ///< of one machine
    double machine_s = 0;
};

/// @param region  none: no grid and no building is known
void add(const Plan& plan, LocationId region, const MachineFootprint& machines, Footprint& sum) {
    const bool placed = region.exists();
    const double pue = placed ? plan.carbon[region].pue : 1;
    const double machine_kwh = machines.energy_j / k_joules_per_kwh;
    sum.kwh += machine_kwh * pue;
    sum.idle_kwh += machine_kwh * pue * machines.idle_share;
    const double machine_kg = machines.carbon_g / 1000 / pue;
    sum.add(FootprintPart::work, machine_kg * (1 - machines.idle_share));
    sum.add(FootprintPart::idle, machine_kg * machines.idle_share);
    sum.add(FootprintPart::overhead, machine_kg * (pue - 1));
    sum.idle_overhead_kg += machine_kg * (pue - 1) * machines.idle_share;
    sum.add(FootprintPart::making, machines.embodied_kg * machines.machine_s / plan.footprint.machine_life_s);
    if (placed) {
        sum.market_kg += machine_kwh * pue * plan.carbon[region].market_g_per_kwh / 1000;
        sum.water_l += machine_kwh * plan.carbon[region].water_l_per_kwh;
    }
}

}  // namespace

std::string_view footprint_cause(FootprintPart part) {
    constexpr std::array<std::string_view, k_footprint_parts.size()> k_causes{
        "machines at work",   "idle capacity",        "cooling and power of buildings",
        "making of machines", "disks that keep data", "networks between regions"};
    return k_causes[static_cast<std::size_t>(part)];
}

Layer footprint_layer(FootprintPart part) {
    constexpr std::array k_of_part{Layer::application, Layer::configuration, Layer::facility,
                                   Layer::hardware,    Layer::data,          Layer::network};
    return k_of_part[static_cast<std::size_t>(part)];
}

Owner footprint_owner(FootprintPart part) {
    return part == FootprintPart::overhead || part == FootprintPart::making ? Owner::provider : Owner::customer;
}

bool has_footprint(const Plan& plan) {
    return plan.has_world && has_power(plan);
}

void add_group(const Plan& plan, const GroupPlan& group, const GroupTally& tally, Footprint& sum) {
    add(plan, plan.has_world ? plan.world.locations[group.location].region : LocationId::none(),
        {.energy_j = tally.energy_j,
         .carbon_g = tally.carbon_g,
         .idle_share = idle_share(plan, group, tally),
         .embodied_kg = group.embodied_kg,
         .machine_s = group.held_w > 0 ? tally.busy_integral_s : tally.instances_integral_s},
        sum);
}

Footprint footprint_of(const Evidence& evidence) {
    const Plan& plan = evidence.plan;
    Footprint sum;
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        const auto id = index_at<GroupId>(i);
        add_group(plan, plan.groups[id], evidence.run.groups[id], sum);
    }
    for (std::size_t i = 0; i < evidence.run.jobs.size(); ++i) {
        const JobTally& tally = evidence.run.jobs[index_at<JobId>(i)];
        const JobPlan& job = plan.jobs[index_at<JobId>(i)];
        add(plan, job.region,
            {.energy_j = tally.energy_j,
             .carbon_g = tally.carbon_g,
             .idle_share = 0,
             .embodied_kg = job.embodied_kg,
             .machine_s = tally.machine_s},
            sum);
    }
    for (const StorageDraw& disks : plan.storage) {
        add_disks(evidence, disks, sum);
    }
    for (const NetworkDraw& way : plan.network) {
        add_beside(plan.carbon[way.region], FootprintPart::network,
                   evidence.run.units_by_price[way.row] * way.kwh_per_gb, sum);
    }
    return sum;
}

std::optional<Footprint> footprint_of(const Evidence& evidence, ServiceId service) {
    const Plan& plan = evidence.plan;
    const Range<GroupId> groups = plan.services[service].groups;
    bool is_known = false;
    Footprint sum;
    for (std::uint32_t g = 0; g < groups.count; ++g) {
        is_known = is_known || plan.groups[groups[g]].draws_power();
        add_group(plan, plan.groups[groups[g]], evidence.run.groups[groups[g]], sum);
    }
    for (const StorageDraw& disks : plan.storage) {
        if (disks.service == service) {
            is_known = true;
            add_disks(evidence, disks, sum);
        }
    }
    return is_known ? std::optional(sum) : std::nullopt;
}

FigureNames sustainability_names() {
    return k_names;
}

void measure_sustainability(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    if (!has_power(evidence.plan) || evidence.months <= 0) {
        return;
    }
    const Footprint sum = footprint_of(evidence);
    figures[kwh] = sum.kwh;
    figures[kwh_per_month] = sum.kwh / evidence.months;
    figures[idle_kwh_per_month] = sum.idle_kwh / evidence.months;
    if (!evidence.plan.has_world) {
        return;  // without a place there is no grid
    }
    const double kg = sum.operational_kg() + sum.embodied_kg();
    figures[carbon] = kg;
    figures[carbon_per_month] = kg / evidence.months;
    figures[operational] = sum.operational_kg();
    figures[embodied] = sum.embodied_kg();
    figures[idle] = sum.idle_kg() / evidence.months;
    figures[market] = sum.market_kg * (1 - evidence.plan.footprint.renewable) + sum.embodied_kg();
    figures[water] = sum.water_l;
    if (evidence.clients_offered > 0) {
        figures[carbon_per_million_requests] = kg * 1e6 / evidence.clients_offered;
    }
}

}  // namespace nines
