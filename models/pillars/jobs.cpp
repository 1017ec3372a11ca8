// Batch jobs: whether they finish in time, how long they take, what they cost and emit.

#include <algorithm>
#include <array>

#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    ready,
    finished,
    late,
    uninterrupted,
    duration,
    run_hours,
    reclaims,
    cost,
    carbon,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{"jobs.ready",         "jobs.finished", "jobs.late",
                                                          "jobs.uninterrupted", "job.duration",  "job.run_hours",
                                                          "job.reclaims",       "job.cost",      "job.carbon"};

void add(const JobTally& from, JobTally& sum) {
    sum.ready += from.ready;
    sum.finished += from.finished;
    sum.judged += from.judged;
    sum.late += from.late;
    sum.uninterrupted += from.uninterrupted;
    sum.duration_s += from.duration_s;
    sum.run_s += from.run_s;
    sum.reclaims += from.reclaims;
    sum.job_carbon_g += from.job_carbon_g;
}

double share(double part, double whole) {
    return whole > 0 ? part / whole : k_nothing;
}

}  // namespace

FigureNames job_names() {
    return k_names;
}

void measure_jobs(const Evidence& evidence, JobId job, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    const Plan& plan = evidence.plan;
    if (evidence.run.jobs.empty() || evidence.measured_s <= 0) {
        return;
    }
    JobTally sum;
    double usd = 0;
    bool has_price = false;
    bool draws_power = false;
    for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
        const auto id = index_at<JobId>(i);
        if (job.exists() && job != id) {
            continue;
        }
        const JobPlan& one = plan.jobs[id];
        add(evidence.run.jobs[id], sum);
        usd += evidence.run.jobs[id].run_s / k_seconds_per_hour * one.usd_per_h;
        has_price = has_price || one.has_price;
        draws_power = draws_power || (one.region.exists() && one.busy_w > 0);
    }
    figures[ready] = sum.ready;
    figures[finished] = sum.finished;
    figures[late] = share(sum.late, sum.judged);
    figures[uninterrupted] = share(sum.uninterrupted, sum.finished);
    figures[duration] = share(sum.duration_s, sum.finished);
    figures[run_hours] = share(sum.run_s / k_seconds_per_hour, sum.finished);
    figures[reclaims] = share(sum.reclaims, sum.finished);
    figures[cost] = has_price ? share(usd, sum.finished) : k_nothing;
    figures[carbon] = draws_power ? share(sum.job_carbon_g / 1000, sum.finished) : k_nothing;
}

}  // namespace nines
