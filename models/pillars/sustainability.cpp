// Sustainability: energy from utilisation, carbon from the grid hour by hour, and the making of the machines.

#include <algorithm>

#include "models/pillars/measures.hpp"

namespace nines {

namespace {

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

Measured measure_sustainability(const Evidence& evidence, std::string_view name) {
    if (!has_power(evidence.plan) || evidence.months <= 0) {
        return {};
    }
    const Footprint sum = footprint(evidence);
    if (name == "energy.kwh") {
        return {sum.kwh, {}, 1};
    }
    if (name == "energy.kwh_per_month") {
        return {sum.kwh / evidence.months, {}, 1};
    }
    if (!evidence.plan.has_world) {
        return {};  // without a place there is no grid
    }
    const double kg = sum.operational_kg + sum.embodied_kg;
    if (name == "carbon.kg") {
        return {kg, {}, 1};
    }
    if (name == "carbon.kg_per_month") {
        return {kg / evidence.months, {}, 1};
    }
    if (name == "carbon.operational") {
        return {sum.operational_kg, {}, 1};
    }
    if (name == "carbon.embodied") {
        return {sum.embodied_kg, {}, 1};
    }
    if (name == "carbon.per_million_requests" && evidence.clients_offered > 0) {
        return {kg * 1e6 / evidence.clients_offered, {}, 1};
    }
    return {};
}

}  // namespace nines
