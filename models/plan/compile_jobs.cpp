// The part of a plan that is about batch jobs: what their machines draw and cost, and how long a run is expected to be.

#include <fmt/format.h>

#include "engine/analytic/interrupted_work.hpp"
#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

MachineUse use_of(const Plan& plan, const Job& job) {
    return {.machine = job.machine,
            .size = job.size,
            .engine = {},
            .power = job.power,
            .usd_per_h = job.usd_per_h,
            .region = region_id(plan, job.zone),
            .path = "jobs." + job.name + ".on"};
}

void assume_busy(const Job& job, double busy_w, Plan& plan) {
    plan.assumptions.push_back({"jobs." + job.name, fmt::format("{:.4g} W a machine", busy_w),
                                "a job keeps its machines busy while they run: the watts of full load",
                                job.power ? "the scenario's own power" : "instances.csv"});
}

double discount_of(const Catalog& catalog, const Job& job, Plan& plan) {
    if (!job.spot) {
        return 0;
    }
    if (job.spot->discount) {
        return *job.spot->discount;
    }
    MachineUse use = use_of(plan, job);
    use.path = "jobs." + job.name + ".spot";
    return spot_discount(catalog, use, "spot: {reclaim: ..., discount: ...}", plan);
}

/// What the machines cost an hour as they are bought, and the line of the bill.
void add_charge(const Catalog& catalog, JobId id, const MachineCost& cost, Plan& plan) {
    JobPlan& job = plan.jobs[id];
    const Job& spec = job.spec;
    const std::string machine = spec.machine.empty() ? "machine" : spec.machine;
    job.has_price = true;
    job.on_demand_usd_per_h = cost.usd_per_h;
    job.usd_per_h = cost.usd_per_h * (1 - discount_of(catalog, spec, plan));
    ChargePlan charge;
    charge.part = BillPart::compute;
    charge.meter = ChargeMeter::job_hours;
    charge.job = id;
    charge.price = flat_price(machine, "h", job.usd_per_h, cost.price_source + (spec.spot ? ", spot" : ""));
    charge.what = fmt::format("{} ({}){}", machine, spec.name, spec.spot ? " spot" : "");
    plan.charges.push_back(std::move(charge));
}

void warn_of_flat_grid(const JobPlan& job, Plan& plan) {
    if (job.spec.start == JobStart::greenest && !plan.carbon[job.region].grid.hourly) {
        plan.warnings.push_back(
            fmt::format("no hourly carbon of {} is known: `{}` has no greenest hours and starts at once",
                        plan.world.locations[job.region].id, job.spec.name));
    }
}

}  // namespace

void compile_jobs(const Architecture& architecture, const Catalog& catalog, Plan& plan) {
    for (const Job& spec : architecture.jobs) {
        JobPlan compiled;
        compiled.spec = spec;
        compiled.expected_run_s = expected_run_s(spec.mean_work());
        if (plan.has_world) {
            compiled.region = plan.world.locations[spec.zone].region;
        }
        const MachineCost cost = cost_of_machine(catalog, use_of(plan, spec), plan);
        compiled.busy_w = cost.power.full_w();
        compiled.embodied_kg = cost.embodied_kg;
        if (compiled.busy_w > 0) {
            assume_busy(spec, compiled.busy_w, plan);
        }
        if (compiled.region.exists()) {
            warn_of_flat_grid(compiled, plan);
        }
        const JobId id = plan.jobs.push_back(std::move(compiled));
        if (!cost.price_source.empty()) {
            add_charge(catalog, id, cost, plan);
        }
    }
}

}  // namespace nines
