// Findings about batch jobs: what spot machines or greener hours would save.

#include <fmt/format.h>

#include <algorithm>

#include "engine/analytic/interrupted_work.hpp"
#include "models/catalog/catalog.hpp"
#include "models/jobs/start.hpp"
#include "models/pillars/findings.hpp"
#include "models/plan/region_grid.hpp"

namespace nines {

namespace {

/// Jobs of a name that finish in a month, as simulated.
Quantity jobs_per_month(const Material& material, const JobPlan& job) {
    const auto jobs = material.figure("jobs.finished@" + job.spec.name);
    return jobs && material.months > 0 ? scaled(*jobs, 1 / material.months, "1/month") : Quantity{};
}

std::string hours_text(double seconds) {
    const double hours = seconds / k_seconds_per_hour;
    return hours >= 100 ? fmt::format("{:.0f} h", hours) : fmt::format("{:.3g} h", hours);
}

// --- spot -----------------------------------------------------------------------------------------------------------

/// A job as it would be on spot machines of the catalogue.
struct OnSpot {
    InterruptedWork work;
    double usd_per_h = 0;

    double usd() const { return expected_run_s(work) / k_seconds_per_hour * usd_per_h; }
};

/// Nothing where the job is on spot already, or the catalogue does not know reclaims or price. Stretches between
/// checkpoints are Young's, where the job says how long one takes; else nothing is saved.
std::optional<OnSpot> on_spot(const Plan& plan, const JobPlan& job) {
    const Job& spec = job.spec;
    if (spec.spot || !job.has_price || !job.region.exists()) {
        return std::nullopt;
    }
    const Catalog catalog;
    const std::string& region = plan.world.locations[job.region].id;
    const auto per_month = catalog.spot_interruptions_per_month(spec.machine, region);
    const auto discount = catalog.spot_discount(spec.machine, region);
    if (!per_month || *per_month <= 0 || !discount) {
        return std::nullopt;
    }
    OnSpot spot;
    spot.work.stretches.work_s = spec.work_s.mean();
    spot.work.interruptions_per_s = spec.instances * *per_month / (k_hours_per_month * k_seconds_per_hour);
    spot.work.restart_s = spec.restart_s;
    if (spec.checkpoint && spec.checkpoint->takes_s > 0) {
        spot.work.stretches.every_s = young_interval_s(spec.checkpoint->takes_s, spot.work.interruptions_per_s);
        spot.work.stretches.takes_s = spec.checkpoint->takes_s;
    }
    spot.usd_per_h = spec.instances * job.on_demand_usd_per_h * (1 - discount->value);
    return spot;
}

std::string advice_for(const Job& spec, const OnSpot& spot) {
    const std::string reclaims = hours_text(1 / spot.work.interruptions_per_s);
    return spot.work.stretches.are_saved()
               ? fmt::format(
                     "`spot: {{reclaim: catalog}}` for {}, reclaimed every {} of running: a checkpoint every {}",
                     spec.name, reclaims, hours_text(spot.work.stretches.every_s))
               : fmt::format("`spot: {{reclaim: catalog}}` for {}, reclaimed every {} of running", spec.name, reclaims);
}

// --- greener hours --------------------------------------------------------------------------------------------------

/// Moments at which jobs of a name become ready: as they will where that is fixed, else spread evenly over the horizon.
std::vector<double> ready_moments(const Plan& plan, const Job& spec) {
    constexpr double k_moments = 1000;
    const double horizon_s = plan.run.horizon_s;
    const bool is_fixed = !spec.every_s || spec.every_s->law == Law::constant;
    const double first_s = spec.at_s.value_or(is_fixed && spec.every_s ? spec.every_s->mean() - plan.run.warmup_s : 0);
    const double step_s = is_fixed && spec.every_s ? spec.every_s->mean()
                          : spec.every_s           ? horizon_s / k_moments
                                                   : horizon_s;
    std::vector<double> moments;
    for (double at_s = first_s; at_s < horizon_s && static_cast<double>(moments.size()) < k_moments; at_s += step_s) {
        moments.push_back(at_s);
    }
    return moments;
}

/// Grams for a watt that a job emits at once, and that it would in the greenest hours; means over jobs.
struct Shift {
    double at_once = 0, greenest = 0;
};

Shift shift_of(const Plan& plan, const JobPlan& job) {
    const RegionGrid grid(plan.carbon[job.region], plan.run.start_clock_s);
    const std::vector<double> moments = ready_moments(plan, job.spec);
    const double run_s = job.expected_run_s;
    Shift shift;
    for (const double ready_s : moments) {
        const double start_s =
            greenest_start_s(grid, plan.run.start_clock_s, {ready_s, ready_s + *job.spec.within_s - run_s, run_s});
        shift.at_once += grid.grams_per_watt(ready_s, ready_s + run_s) / static_cast<double>(moments.size());
        shift.greenest += grid.grams_per_watt(start_s, start_s + run_s) / static_cast<double>(moments.size());
    }
    return shift;
}

bool may_shift(const Plan& plan, const JobPlan& job) {
    return job.spec.start == JobStart::at_once && job.spec.within_s && job.region.exists() && job.busy_w > 0 &&
           plan.carbon[job.region].grid.hourly && *job.spec.within_s > job.expected_run_s;
}

}  // namespace

void add_spot_for_jobs(const Material& material, double bill, std::vector<Finding>& findings) {
    for (const JobPlan& job : material.plan.jobs) {
        const auto spot = on_spot(material.plan, job);
        if (!spot || (job.spec.within_s && expected_run_s(spot->work) > *job.spec.within_s)) {
            continue;
        }
        const double now_usd = job.expected_run_s / k_seconds_per_hour * job.spec.instances * job.on_demand_usd_per_h;
        const double saved_each = now_usd - spot->usd();
        if (!(saved_each > 0)) {
            continue;
        }
        const Quantity saved = scaled(jobs_per_month(material, job), saved_each, "USD/month");
        if (!(saved.value > 0)) {
            continue;
        }
        Finding finding =
            advised(Pillar::cost, fmt::format("{} can be interrupted and is paid on demand", job.spec.name),
                    Layer::configuration, advice_for(job.spec, *spot));
        finding.effect = {saved};
        set_usd_per_month(saved, finding);
        finding.weight = bill > 0 ? std::min(1.0, saved.value / bill) : 0;
        findings.push_back(std::move(finding));
    }
}

void add_late_jobs(const Material& material, std::vector<Finding>& findings) {
    for (const JobPlan& job : material.plan.jobs) {
        const double late = material.mean("jobs.late@" + job.spec.name).value_or(0);
        if (!(late > 0)) {
            continue;
        }
        const bool waits = job.spec.start == JobStart::greenest;
        Finding finding = advised(
            Pillar::reliability, fmt::format("{} ends after its window", job.spec.name), Layer::configuration,
            waits ? "`start: at-once`, or a longer `within`: the greenest hours leave no slack for what goes wrong"
                  : "a longer `within`, more instances, or checkpoints nearer to each other");
        finding.effect = {*material.figure("jobs.late@" + job.spec.name)};
        finding.weight = late;
        findings.push_back(std::move(finding));
    }
}

void add_shifts_of_jobs(const Material& material, std::vector<Finding>& findings) {
    const double all = material.mean("carbon.kg_per_month").value_or(0);
    for (const JobPlan& job : material.plan.jobs) {
        if (!may_shift(material.plan, job)) {
            continue;
        }
        const Shift shift = shift_of(material.plan, job);
        const double kg_each = (shift.at_once - shift.greenest) * job.busy_w * job.spec.instances / 1000;
        const Quantity jobs = jobs_per_month(material, job);
        if (!(kg_each > 0) || !(jobs.value > 0)) {
            continue;
        }
        const Quantity saved = scaled(jobs, kg_each, "kg/month");
        Finding finding = advised(Pillar::sustainability, fmt::format("{} may wait and starts at once", job.spec.name),
                                  Layer::configuration, fmt::format("`start: greenest` for {}", job.spec.name));
        finding.effect = {saved, {1 - shift.greenest / shift.at_once, "fraction"}};
        finding.weight = all > 0 ? std::min(1.0, saved.value / all) : 0;
        findings.push_back(std::move(finding));
    }
}

}  // namespace nines
