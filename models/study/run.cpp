#include "models/study/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "models/pillars/measures.hpp"
#include "models/pillars/scorecard.hpp"
#include "models/results/timeline.hpp"
#include "models/study/replicator.hpp"

namespace nines {

namespace {

constexpr std::size_t k_incidents_listed = 100;
constexpr std::size_t k_faults_listed = 1000;
constexpr std::size_t k_timeline_listed = 1000;

std::string clock_text(std::int64_t clock_s) {
    const std::chrono::sys_seconds time{std::chrono::seconds{clock_s}};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count());
}

std::string cause_name(const Plan& plan, const Run& run, std::uint32_t cause) {
    return cause == UINT32_MAX ? "load" : plan.names.faults[run.faults[cause].fault];
}

std::string owner_of(const Plan& plan, const Run& run, std::uint32_t cause) {
    const bool provider = cause != UINT32_MAX && plan.faults[run.faults[cause].fault].owned_by_provider;
    return provider ? "provider" : "customer";
}

void fill_incidents(const Evidence& evidence, Results& results) {
    results.incidents_count = evidence.incidents.size();
    std::vector<IncidentSpan> worst = evidence.incidents;
    if (worst.size() > k_incidents_listed) {
        std::stable_sort(worst.begin(), worst.end(), [](const IncidentSpan& a, const IncidentSpan& b) {
            return a.lost_requests > b.lost_requests;
        });
        worst.resize(k_incidents_listed);
        std::sort(worst.begin(), worst.end(),
                  [](const IncidentSpan& a, const IncidentSpan& b) { return a.begin_s < b.begin_s; });
    }
    for (const IncidentSpan& span : worst) {
        Incident incident;
        incident.begin_s = span.begin_s;
        incident.end_s = span.end_s;
        incident.open = span.open;
        incident.objective = "availability";
        incident.cause = cause_name(evidence.plan, evidence.run, span.cause);
        incident.owner = owner_of(evidence.plan, evidence.run, span.cause);
        incident.lost_requests = span.lost_requests;
        double from_s = span.begin_s;
        if (span.cause != UINT32_MAX) {
            from_s = std::min(from_s, to_seconds(evidence.run.faults[span.cause].begin - evidence.plan.warmup));
        }
        for (const TimelineEntry& entry : results.timeline) {
            if (entry.at_s >= from_s && entry.at_s <= span.end_s) {
                incident.timeline.push_back(entry);
            }
        }
        results.incidents.push_back(std::move(incident));
    }
}

/// Requests lost, by what caused the incident in which they were wanted; the rest fell outside incidents.
void fill_attribution(const Evidence& evidence, Results& results) {
    double lost = 0;
    for (const ScopeTally& demand : evidence.run.demands) {
        lost += demand.failed();
    }
    if (lost <= 0) {
        return;
    }
    std::map<std::pair<std::string, std::string>, double> by_cause;
    double in_incidents = 0;
    for (const IncidentSpan& span : evidence.incidents) {
        by_cause[{cause_name(evidence.plan, evidence.run, span.cause),
                  owner_of(evidence.plan, evidence.run, span.cause)}] += span.lost_requests;
        in_incidents += span.lost_requests;
    }
    if (lost > in_incidents) {
        by_cause[{"outside incidents", "customer"}] += lost - in_incidents;
    }
    const double all = std::max(lost, in_incidents);
    for (const auto& [cause, value] : by_cause) {
        results.attribution.push_back({"requests.lost", cause.first, cause.second, value / all, value});
    }
    std::stable_sort(results.attribution.begin(), results.attribution.end(),
                     [](const Attribution& a, const Attribution& b) { return a.value > b.value; });
}

void fill_faults(const Evidence& evidence, Results& results) {
    const Plan& plan = evidence.plan;
    for (const FaultRecord& record : evidence.run.faults) {
        if (results.faults.size() == k_faults_listed) {
            results.warnings.push_back(fmt::format("{} faults happened; the first {} are listed",
                                                   evidence.run.faults.size(), k_faults_listed));
            break;
        }
        const double end_s = record.end == k_never ? evidence.measured_s : to_seconds(record.end - plan.warmup);
        results.faults.push_back({plan.names.faults[record.fault], plan.names.fault_targets[record.fault],
                                  plan.names.fault_effects[record.fault], to_seconds(record.begin - plan.warmup),
                                  std::min(end_s, evidence.measured_s)});
    }
}

void fill_slices(const Evidence& evidence, Results& results) {
    for (const SliceTally& slice : evidence.run.slices) {
        SliceRow row;
        row.begin_s = slice.at * evidence.plan.run.slice_s;
        row.offered = slice.offered;
        row.degraded = slice.ended[static_cast<std::size_t>(Outcome::degraded)];
        row.ok = slice.ended[static_cast<std::size_t>(Outcome::ok)] + row.degraded;
        row.error = slice.ended[static_cast<std::size_t>(Outcome::error)];
        row.timeout = slice.ended[static_cast<std::size_t>(Outcome::timeout)];
        row.rejected = slice.ended[static_cast<std::size_t>(Outcome::rejected)];
        row.abandoned = slice.ended[static_cast<std::size_t>(Outcome::abandoned)];
        row.latency_mean_s = row.ok > 0 ? slice.latency_sum_s / static_cast<double>(row.ok) : 0;
        row.latency_max_s = to_seconds(slice.latency_max);
        row.in_incident =
            std::any_of(evidence.incidents.begin(), evidence.incidents.end(),
                        [&](const IncidentSpan& one) { return row.begin_s >= one.begin_s && row.begin_s < one.end_s; });
        results.slices.push_back(row);
    }
}

}  // namespace

Results run_once(const Plan& plan, Luck luck, const Watcher& watcher, const RunLimits& limits) {
    const Run run = Replicator(plan).run(luck, watcher, limits);
    const Evidence evidence = gather(plan, run);
    Results results;
    results.scenario = plan.names.scenario;
    results.fidelity = plan.run.fidelity;
    results.command = "run";
    results.fingerprint = run.fingerprint;
    results.seed = luck.seed;
    results.simulated_s = run.measured_s;
    results.events = run.events;
    results.partial = run.stop.cause != StopCause::none;
    results.stop = run.stop;
    results.profile = run.profile;
    results.start_clock = clock_text(plan.run.start_clock_s);
    results.start_clock_s = plan.run.start_clock_s;
    results.slice_s = plan.run.slice_s;
    results.metrics = measure_all(evidence);
    const std::vector<BillItem> items = bill_items(plan);
    std::vector<BillFigures> figures(items.size());
    measure_bill(evidence, figures);
    results.bill = bill_lines(items, figures);
    results.assumptions = plan.assumptions;
    results.warnings = plan.warnings;
    if (!run.stop.why.empty()) {
        results.warnings.push_back("stopped early: " + run.stop.why);
    }
    results.timeline = tell(plan, run);
    fill_incidents(evidence, results);
    fill_attribution(evidence, results);
    fill_faults(evidence, results);
    fill_slices(evidence, results);
    if (results.timeline.size() > k_timeline_listed) {
        results.warnings.push_back(fmt::format("{} things happened; the timeline lists the first {}",
                                               results.timeline.size(), k_timeline_listed));
        results.timeline.resize(k_timeline_listed);
    }
    for (const GroupId group : run.crowded) {
        results.warnings.push_back(fmt::format(
            "more than {} instances of {} were at work or hit by faults at once; its other instances took no part",
            plan.groups[group].instances.count, plan.names.callers[plan.caller_of(group)]));
    }
    if (run.notes_dropped > 0) {
        results.warnings.push_back(fmt::format("{} more marks are not in the timeline", run.notes_dropped));
    }
    judge(plan.objectives, results);
    return results;
}

}  // namespace nines
