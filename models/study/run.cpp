#include "models/study/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/flow/doubts.hpp"
#include "models/pillars/measures.hpp"
#include "models/pillars/scorecard.hpp"
#include "models/results/timeline.hpp"
#include "models/study/replicator.hpp"
#include "models/study/tell.hpp"
#include "models/study/tell_security.hpp"

namespace nines {

namespace {

constexpr std::size_t k_faults_listed = 1000;
constexpr std::size_t k_timeline_listed = 1000;

/// The worst, in the order in which they began.
std::vector<IncidentSpan> worst_of(const Evidence& evidence) {
    std::vector<IncidentSpan> worst = evidence.incidents;
    if (worst.size() > k_incidents_listed) {
        std::stable_sort(worst.begin(), worst.end(), [](const IncidentSpan& a, const IncidentSpan& b) {
            return a.lost_requests > b.lost_requests;
        });
        worst.resize(k_incidents_listed);
        std::sort(worst.begin(), worst.end(),
                  [](const IncidentSpan& a, const IncidentSpan& b) { return a.begin_s < b.begin_s; });
    }
    return worst;
}

void fill_incidents(const Evidence& evidence, Results& results) {
    results.incidents_count = evidence.incidents.size();
    for (const IncidentSpan& span : worst_of(evidence)) {
        results.incidents.push_back(tell_incident(evidence, span, results.timeline));
    }
}

void fill_attribution(const Evidence& evidence, Results& results) {
    const std::vector<AttributionItem> items = attribution_items(evidence.plan);
    std::vector<double> parts(items.size());
    measure_attribution(evidence, parts);
    results.attribution = tell_attribution(items, parts);
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
    const std::vector<UsageItem> levels = usage_items(plan);
    std::vector<double> shares(levels.size());
    measure_usage(evidence, shares);
    results.usage = usage_levels(levels, shares);
    results.assumptions = plan.assumptions;
    results.warnings = plan.warnings;
    if (plan.run.fidelity == "flow") {
        for (const auto& doubts : {doubts_about_flow(plan), doubts_about_flow(run)}) {
            results.warnings.insert(results.warnings.end(), doubts.begin(), doubts.end());
        }
    }
    if (!run.stop.why.empty()) {
        results.warnings.push_back("stopped early: " + run.stop.why);
    }
    results.timeline = tell(plan, run);
    if (run.security) {
        tell_security(plan, *run.security, results);
    }
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
        results.warnings.push_back(crowd_text(plan, group));
    }
    if (run.notes_dropped > 0) {
        results.warnings.push_back(fmt::format("{} more marks are not in the timeline", run.notes_dropped));
    }
    judge(plan.objectives, results);
    return results;
}

}  // namespace nines
