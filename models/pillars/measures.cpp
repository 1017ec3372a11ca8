#include "models/pillars/measures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/check.hpp"
#include "engine/stats/batch_means.hpp"
#include "models/pillars/credits.hpp"

namespace nines {

namespace {

constexpr double k_confidence = 0.95;

/// Figures of several pillars in one array, with one more value for metrics that nobody measures yet.
std::vector<std::string_view> joined(std::initializer_list<FigureNames> parts) {
    std::vector<std::string_view> names;
    for (const FigureNames part : parts) {
        names.insert(names.end(), part.begin(), part.end());
    }
    return names;
}

/// Where each metric of the scope stands among the figures; the position after the last where nobody measures it.
template <class Has>
std::vector<std::size_t> lay_out(const std::vector<std::string_view>& figures, Has has) {
    std::vector<std::size_t> layout;
    for (const MetricInfo& info : k_metrics) {
        if (has(info.scope)) {
            const auto found = std::find(figures.begin(), figures.end(), info.name);
            layout.push_back(static_cast<std::size_t>(found - figures.begin()));
        }
    }
    return layout;
}

void pick(std::span<const double> figures, const std::vector<std::size_t>& layout, double*& into) {
    for (const std::size_t position : layout) {
        *into++ = figures[position] + 0.0;  // never -0
    }
}

std::span<const ScopeTally> one(const ScopeTally& scope) {
    return {&scope, 1};
}

/// Room for the figures of any kind of row: those of clients and of all pillars together.
constexpr std::size_t k_figures_most = 192;

/// An interval from batches of slices. Not sound where faults make one part of the run unlike another, or where slices
/// are missing because nobody asked.
std::optional<BatchMeans> batches(const Evidence& evidence, std::string_view name) {
    const Run& run = evidence.run;
    if (!run.faults.empty() || evidence.measured_s <= 0) {
        return std::nullopt;
    }
    std::vector<Slice> slices;
    const double slice_s = evidence.plan.run.slice_s;
    const auto whole_slices = static_cast<std::size_t>(evidence.measured_s / slice_s);
    for (std::size_t i = 0; i < whole_slices; ++i) {
        if (i >= run.slices.size() || run.slices[i].at != i) {
            return std::nullopt;
        }
        const SliceTally& slice = run.slices[i];
        double ended = 0;
        for (const std::uint32_t count : slice.ended) {
            ended += count;
        }
        const double ok = slice.ended[0] + slice.ended[1];
        if (name == "availability") {
            slices.push_back({ok, ended});
        } else if (name == "latency.mean") {
            slices.push_back({slice.latency_sum_s, ok});
        } else if (name == "throughput") {
            slices.push_back({ended, slice_s});
        } else if (name == "goodput") {
            slices.push_back({ok, slice_s});
        } else {
            return std::nullopt;
        }
    }
    return batch_ratio(slices, k_confidence);
}

/// Visits where attempts are counted: each service as a whole (no group), and each of its groups in a world.
template <class Visit>
void for_each_place(const Plan& plan, Visit visit) {
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        visit(service, GroupId::none());
        const Range<GroupId> groups = plan.services[service].groups;
        for (std::uint32_t g = 0; g < groups.count && plan.has_world; ++g) {
            visit(service, groups[g]);
        }
    }
}

}  // namespace

Evidence gather(const Plan& plan, const Run& run) {
    Evidence evidence{plan, run, join_slices(plan, run), {}, run.measured_s, 0, 0, {}, {}, {}};
    evidence.incidents = run.course ? run.course->incidents : find_incidents(plan, run, evidence.blocks);
    evidence.lost_beside = run.course ? run.course->lost_beside : lost_beside_incidents(plan, run, evidence.blocks);
    evidence.months = run.measured_s / (k_hours_per_month * k_seconds_per_hour);
    for (const ScopeTally& demand : plan.of_users(run.demands)) {
        evidence.clients_offered += demand.offered;
    }
    evidence.charges = measure_charges(evidence);
    if (plan.value) {
        evidence.credits = measure_credits(evidence);
    }
    return evidence;
}

MetricTable::MetricTable(const Plan& plan)
    : plan_(plan),
      plain_(lay_out(joined({scope_names(), reliability_names(), cost_names(), sustainability_names(), security_names(),
                             scaling_names(), operations_names(), job_names()}),
                     has_plain)),
      demand_(lay_out(joined({scope_names()}), has_demand)),
      service_(lay_out(joined({scope_names(), group_names(), part_names()}), has_service)),
      place_(lay_out(joined({scope_names(), group_names(), part_names()}), has_place)),
      job_(lay_out(joined({job_names()}), has_job)) {
    const auto add = [&](bool (*has)(MetricScope), const std::string& suffix) {
        for (const MetricInfo& info : k_metrics) {
            if (has(info.scope)) {
                rows_.push_back({std::string(info.name) + suffix, &info});
            }
        }
    };
    add(has_plain, "");
    for (std::size_t i = 0; i < plan.users_demands(); ++i) {
        add(has_demand, "@" + plan.names.demands[index_at<DemandId>(i)]);
    }
    for_each_place(plan, [&](ServiceId service, GroupId group) {
        const std::string suffix = "@" + plan.names.services[service];
        group.exists() ? add(has_place, suffix + "@" + plan.names.places[group]) : add(has_service, suffix);
    });
    for (const JobPlan& job : plan.jobs) {
        add(has_job, "@" + job.spec.name);
    }
}

void MetricTable::measure(const Evidence& evidence, std::span<double> values) const {
    check(values.size() == rows_.size(), "a row has a place for each metric");
    const Run& run = evidence.run;
    std::array<double, k_figures_most> room{};
    double* into = values.data();

    std::span<double> rest(room);
    const auto next = [&](std::size_t count) {
        check(count < rest.size(), "there is room for the figures of all pillars, and one more");
        const std::span<double> part = rest.first(count);
        rest = rest.subspan(count);
        return part;
    };
    measure_scopes(plan_.of_users(run.demands), evidence.measured_s, next(scope_names().size()));
    measure_reliability(evidence, next(reliability_names().size()));
    measure_cost(evidence, next(cost_names().size()));
    measure_sustainability(evidence, next(sustainability_names().size()));
    measure_security(evidence, next(security_names().size()));
    measure_scaling(evidence, next(scaling_names().size()));
    measure_operations(evidence, next(operations_names().size()));
    measure_jobs(evidence, JobId::none(), next(job_names().size()));
    rest.front() = k_nothing;
    pick(room, plain_, into);

    const std::span<double> scope = std::span(room).first(scope_names().size());
    const std::span<double> groups = std::span(room).subspan(scope.size(), group_names().size());
    room[scope.size()] = k_nothing;
    for (const ScopeTally& demand : plan_.of_users(run.demands)) {
        measure_scopes(one(demand), evidence.measured_s, scope);
        pick(room, demand_, into);
    }

    const std::span<double> parts = std::span(room).subspan(scope.size() + groups.size(), part_names().size());
    room[scope.size() + groups.size() + parts.size()] = k_nothing;
    const auto per_request = std::find(scope_names().begin(), scope_names().end(), "attempts.per_request");
    double& attempts_per_request = scope[static_cast<std::size_t>(per_request - scope_names().begin())];
    for_each_place(plan_, [&](ServiceId service, GroupId group) {
        const bool whole = !group.exists();
        const ScopeTally& attempts = whole ? run.services[service] : run.group_attempts[group];
        measure_scopes(one(attempts), evidence.measured_s, scope);
        attempts_per_request = evidence.clients_offered > 0 ? attempts.offered / evidence.clients_offered : k_nothing;
        measure_groups(evidence, whole ? plan_.services[service].groups : Range<GroupId>{group, 1},
                       whole ? run.queue_max[service] : run.groups[group].queue_max, groups);
        if (whole) {
            measure_part(evidence, service, parts);
        }
        pick(room, whole ? service_ : place_, into);
    });

    const std::span<double> jobs = std::span(room).first(job_names().size());
    for (std::size_t i = 0; i < plan_.jobs.size(); ++i) {
        measure_jobs(evidence, index_at<JobId>(i), jobs);
        pick(room, job_, into);
    }
}

std::vector<Metric> measure_all(const Evidence& evidence) {
    const MetricTable table(evidence.plan);
    std::vector<double> values(table.size());
    table.measure(evidence, values);
    std::vector<Metric> metrics;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const MetricTable::Row& row = table.rows()[i];
        Metric metric;
        metric.name = row.name;
        metric.unit = row.info->unit;
        metric.confidence = k_confidence;
        if (!std::isnan(values[i])) {
            metric.mean = values[i];
            // Only what clients saw has a series; a name with a suffix is none of those.
            if (const auto batch = batches(evidence, metric.name)) {
                metric.lo = batch->interval.lo;
                metric.hi = batch->interval.hi;
                metric.n = batch->batches;
            }
        }
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

}  // namespace nines
