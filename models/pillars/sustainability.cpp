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

constexpr double k_machine_life_h = 4 * k_hours_per_year;  // four years, as providers amortise

bool draws_power(const GroupPlan& group) {
    return group.power.full_w > 0;
}

bool has_power(const Plan& plan) {
    return std::any_of(plan.groups.begin(), plan.groups.end(), draws_power);
}

/// The share of a group's energy that it would draw with nothing to do, times the share of its workers that had
/// nothing to do. Where workers are unlimited nothing is idle.
double idle_share(const Plan& plan, const GroupPlan& group, const GroupTally& tally) {
    const std::uint32_t workers = plan.services[group.service].workers;
    if (workers == k_unlimited || tally.energy_j <= 0 || tally.instances_integral_s <= 0) {
        return 0;
    }
    const double busy = std::min(1.0, tally.busy_integral_s / (tally.instances_integral_s * workers));
    return std::min(1.0, group.power.idle_w * tally.instances_integral_s * (1 - busy) / tally.energy_j);
}

}  // namespace

std::string_view footprint_cause(FootprintPart part) {
    constexpr std::array<std::string_view, k_footprint_parts.size()> k_causes{
        "machines at work", "idle capacity", "cooling and power of buildings", "making of machines"};
    return k_causes[static_cast<std::size_t>(part)];
}

Layer footprint_layer(FootprintPart part) {
    constexpr std::array k_of_part{Layer::application, Layer::configuration, Layer::facility, Layer::hardware};
    return k_of_part[static_cast<std::size_t>(part)];
}

Owner footprint_owner(FootprintPart part) {
    return part == FootprintPart::overhead || part == FootprintPart::making ? Owner::provider : Owner::customer;
}

bool has_footprint(const Plan& plan) {
    return plan.has_world && has_power(plan);
}

Footprint footprint_of(const Evidence& evidence) {
    const Plan& plan = evidence.plan;
    Footprint sum;
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        const GroupPlan& group = plan.groups[index_at<GroupId>(i)];
        const GroupTally& tally = evidence.run.groups[index_at<GroupId>(i)];
        const LocationId region = plan.world.locations[group.location].region;
        const bool placed = plan.has_world && region.exists();
        const double pue = placed ? plan.carbon[region].pue : 1;
        const double machine_kwh = tally.energy_j / k_joules_per_kwh;
        const double waiting = idle_share(plan, group, tally);
        sum.kwh += machine_kwh * pue;
        sum.idle_kwh += machine_kwh * pue * waiting;
        const double machine_kg = tally.carbon_g / 1000 / pue;
        sum.kg[0] += machine_kg * (1 - waiting);
        sum.kg[1] += machine_kg * waiting;
        sum.kg[2] += machine_kg * (pue - 1);
        sum.kg[3] += group.embodied_kg * tally.instances_integral_s / k_seconds_per_hour / k_machine_life_h;
        if (placed) {
            sum.market_kg += machine_kwh * pue * plan.carbon[region].market_g_per_kwh / 1000;
            sum.water_l += machine_kwh * plan.carbon[region].water_l_per_kwh;
        }
    }
    return sum;
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
    figures[market] = sum.market_kg + sum.embodied_kg();
    figures[water] = sum.water_l;
    if (evidence.clients_offered > 0) {
        figures[carbon_per_million_requests] = kg * 1e6 / evidence.clients_offered;
    }
}

}  // namespace nines
