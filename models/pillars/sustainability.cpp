// Sustainability: energy from utilisation, carbon from the grid hour by hour, and the making of the machines.

#include <algorithm>
#include <array>

#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    kwh,
    kwh_per_month,
    carbon,
    carbon_per_month,
    operational,
    embodied,
    carbon_per_million_requests,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{
    "energy.kwh",      "energy.kwh_per_month",       "carbon.kg", "carbon.kg_per_month", "carbon.operational",
    "carbon.embodied", "carbon.per_million_requests"};

constexpr double k_joules_per_kwh = 3.6e6;
constexpr double k_machine_life_h = 4 * k_hours_per_year;  // four years, as providers amortise

double pue_of(const Plan& plan, const GroupPlan& group) {
    const LocationId region = plan.world.locations[group.location].region;
    return plan.has_world && region.exists() ? plan.carbon[region].pue : 1;
}

bool has_power(const Plan& plan) {
    return std::any_of(plan.groups.begin(), plan.groups.end(),
                       [](const GroupPlan& group) { return group.power.full_w > 0; });
}

struct Footprint {
    double kwh = 0;
    double operational_kg = 0;
    double embodied_kg = 0;
};

Footprint footprint(const Evidence& evidence) {
    Footprint sum;
    for (std::size_t i = 0; i < evidence.plan.groups.size(); ++i) {
        const GroupPlan& group = evidence.plan.groups[index_at<GroupId>(i)];
        const GroupTally& tally = evidence.run.groups[index_at<GroupId>(i)];
        sum.kwh += tally.energy_j / k_joules_per_kwh * pue_of(evidence.plan, group);
        sum.operational_kg += tally.carbon_g / 1000;
        sum.embodied_kg += group.embodied_kg * tally.instances_integral_s / k_seconds_per_hour / k_machine_life_h;
    }
    return sum;
}

}  // namespace

FigureNames sustainability_names() {
    return k_names;
}

void measure_sustainability(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    if (!has_power(evidence.plan) || evidence.months <= 0) {
        return;
    }
    const Footprint sum = footprint(evidence);
    figures[kwh] = sum.kwh;
    figures[kwh_per_month] = sum.kwh / evidence.months;
    if (!evidence.plan.has_world) {
        return;  // without a place there is no grid
    }
    const double kg = sum.operational_kg + sum.embodied_kg;
    figures[carbon] = kg;
    figures[carbon_per_month] = kg / evidence.months;
    figures[operational] = sum.operational_kg;
    figures[embodied] = sum.embodied_kg;
    if (evidence.clients_offered > 0) {
        figures[carbon_per_million_requests] = kg * 1e6 / evidence.clients_offered;
    }
}

}  // namespace nines
