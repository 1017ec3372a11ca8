// Findings about machines: what the same work would cost and emit on Arm, and what is kept ready for failures.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/time.hpp"
#include "engine/base/units.hpp"
#include "models/pillars/findings.hpp"
#include "models/pillars/footprint.hpp"
#include "models/pillars/spare_worth.hpp"

namespace nines {

namespace {

constexpr double k_month_s = k_hours_per_month * k_seconds_per_hour;

/// Kilograms of a month of so many machines like the group's, a share of their workers held, by the grid's mean year.
double kg_of_month(const Plan& plan, const GroupPlan& group, double instances, double busy) {
    const CarbonPlan& carbon = plan.carbon[plan.world.locations[group.location].region];
    const std::uint32_t workers = plan.services[group.service].workers;
    GroupTally tally;
    tally.instances_integral_s = instances * k_month_s;
    tally.busy_integral_s = workers == k_unlimited ? 0 : busy * workers * tally.instances_integral_s;
    tally.energy_j = group.power.at(workers == k_unlimited ? 0 : busy) * tally.instances_integral_s;
    tally.carbon_g = tally.energy_j / k_joules_per_kwh * carbon.pue * carbon.grid.yearly_mean();
    Footprint sum;
    add_group(plan, group, tally, sum);
    return sum.operational_kg() + sum.embodied_kg();
}

/// Calls take(group, its share of the service's instances).
template <class Take>
void for_each_group(const Plan& plan, ServiceId id, Take take) {
    const Range<GroupId> groups = plan.services[id].groups;
    for (std::uint32_t g = 0; g < groups.count; ++g) {
        const GroupPlan& group = plan.groups[groups[g]];
        take(group, static_cast<double>(group.begins_with) / static_cast<double>(plan.services[id].begins_with));
    }
}

/// What a month on the twin takes less, at the same number of instances, as busy as now, with the same discounts.
struct Saving {
    double usd = 0;
    double kg = 0;
};

std::optional<Saving> saved_on_arm(const Material& material, ServiceId id) {
    const Plan& plan = material.plan;
    const Paid paid = paid_for(material, id);
    const double busy = material.mean("utilization@" + plan.names.services[id]).value_or(0);
    Saving saving;
    bool has_twins = paid.instances > 0;
    for_each_group(plan, id, [&](const GroupPlan& group, double share) {
        has_twins = has_twins && group.arm_twin && group.usd_per_h > 0;
        if (!has_twins) {
            return;
        }
        GroupPlan twin = group;
        twin.power = group.arm_twin->power;
        twin.embodied_kg = group.arm_twin->embodied_kg;
        saving.usd += paid.usd * share * (1 - group.arm_twin->usd_per_h / group.usd_per_h);
        saving.kg += kg_of_month(plan, group, paid.instances * share, busy) -
                     kg_of_month(plan, twin, paid.instances * share, busy);
    });
    return has_twins ? std::optional(saving) : std::nullopt;
}

/// Instances that are there for failures: of a fleet those beyond what its load needs at the peak, of a database the
/// copies that serve nothing.
double spare_instances(const Material& material, ServiceId id) {
    const ServicePlan& service = material.plan.services[id];
    if (service.has_primary) {
        return service.reads_any ? 0 : static_cast<double>(service.replicas.size());
    }
    const auto busy = material.mean("utilization@" + material.plan.names.services[id]);
    if (!busy || service.kind != ServiceKind::fleet || service.scale) {
        return 0;
    }
    const auto count = static_cast<double>(service.count);
    const double needed = std::max({std::ceil(*busy * peak_to_mean(material.plan, id) * count / k_busy_wanted - 1e-9),
                                    static_cast<double>(service.needs), 1.0});
    return std::max(0.0, count - needed);
}

}  // namespace

Paid paid_for(const Material& material, ServiceId id, bool (*counts)(const ChargePlan& charge)) {
    Paid paid;
    for (const ChargePlan& charge : material.plan.charges) {
        if (charge.service != id || !counts(charge)) {
            continue;
        }
        for (const BillLine& line : material.results.bill) {
            if (line.item == charge.what || line.item.ends_with(" x " + charge.what)) {
                paid.instances += line.quantity / k_hours_per_month;
                paid.usd += line.usd;
            }
        }
    }
    return paid;
}

void add_arm_twins(const Material& material, std::vector<Finding>& findings) {
    const Plan& plan = material.plan;
    const double kg_per_month = material.mean("carbon.kg_per_month").value_or(0);
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const auto saving = saved_on_arm(material, id);
        if (!saving || (saving->usd <= 0 && saving->kg <= 0)) {
            continue;
        }
        const std::string& name = plan.names.services[id];
        const std::string& twin = plan.groups[plan.services[id].groups.first].arm_twin->type;
        Finding finding = advised(
            Pillar::sustainability,
            fmt::format("{} stands on {}, which has an Arm twin: {}", name, plan.names.machines[id], twin),
            Layer::hardware,
            fmt::format("`services.{}.on: {}` as a variant, with times of work measured there: how fast the work of {} "
                        "is on Arm is not known, and the same is reckoned with",
                        name, twin, name));
        finding.effect = {{saving->usd, "USD/month"}, {saving->kg, "kg/month"}};
        finding.usd_per_month = saving->usd;
        finding.weight = kg_per_month > 0 ? std::clamp(saving->kg / kg_per_month, 0.0, 1.0) : 0;
        findings.push_back(std::move(finding));
    }
}

void add_price_of_resilience(const Material& material, double bill, std::vector<Finding>& findings) {
    const Plan& plan = material.plan;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const Paid paid = paid_for(material, id);
        const double spare = spare_instances(material, id);
        if (spare <= 0 || paid.usd <= 0 || paid.instances <= 0) {
            continue;
        }
        const auto bought = minutes_bought_per_year(
            plan, id, static_cast<std::uint64_t>(static_cast<double>(plan.services[id].count) - spare));
        Finding finding = advised(
            Pillar::cost,
            fmt::format(
                "the price of resilience: {:.3g} of {:.3g} instances of {} are beyond what its load needs at the "
                "peak{}",
                spare, paid.instances, plan.names.services[id],
                bought ? "; their price, and the time that they buy in which enough are up"
                       : " (what they buy: --try)"),
            Layer::configuration, "");
        const double usd = paid.usd * std::min(1.0, spare / paid.instances);
        finding.effect = {{usd, "USD/month"}};
        if (has_footprint(plan)) {
            double kg = 0;
            for_each_group(plan, id, [&](const GroupPlan& group, double share) {
                kg += kg_of_month(plan, group, spare * share, 0);
            });
            finding.effect.push_back({kg, "kg/month"});
        }
        if (bought) {
            finding.effect.push_back({*bought, "min/yr"});
        }
        finding.usd_per_month = usd;
        finding.weight = bill > 0 ? usd / bill / 2 : 0;  // of what use they are is not told by the load
        findings.push_back(std::move(finding));
    }
}

}  // namespace nines
