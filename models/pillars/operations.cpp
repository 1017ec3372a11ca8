// Operations: how soon people and machines knew, acted and were done; how changes went; how much work it was.

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/time.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    detect,
    acknowledge,
    repair,
    automation,
    precision,
    recall,
    noise,
    deploy_frequency,
    deploy_lead_time,
    deploy_failure_rate,
    deploy_restore,
    deploy_blast_radius,
    deploy_exposure,
    toil,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{
    "detect",         "acknowledge",         "repair",           "automation",          "alarms.precision",
    "alarms.recall",  "alarms.noise",        "deploy.frequency", "deploy.lead_time",    "deploy.failure_rate",
    "deploy.restore", "deploy.blast_radius", "deploy.exposure",  "toil.hours_per_month"};

double mean_of(const Times& times) {
    return times.count > 0 ? times.sum_s / times.count : k_nothing;
}

double share_of(double part, double whole) {
    return whole > 0 ? part / whole : k_nothing;
}

/// When something was wrong: incidents and causes, in order and joined where they meet.
std::vector<TroubleSpan> troubles_of(const Evidence& evidence) {
    std::vector<TroubleSpan> all = evidence.run.operations.troubles;
    for (const IncidentSpan& incident : evidence.incidents) {
        all.push_back({incident.begin_s, incident.end_s});
    }
    std::sort(all.begin(), all.end(), [](const TroubleSpan& a, const TroubleSpan& b) { return a.begin_s < b.begin_s; });
    std::vector<TroubleSpan> joined;
    for (const TroubleSpan& one : all) {
        if (!joined.empty() && one.begin_s <= joined.back().end_s) {
            joined.back().end_s = std::max(joined.back().end_s, one.end_s);
        } else {
            joined.push_back(one);
        }
    }
    return joined;
}

/// Of the time that alarms are on, the share in which they had nothing to tell: nothing was wrong, nor had been within
/// the windows that they look back at.
double noise_of(const Evidence& evidence) {
    const std::vector<TroubleSpan> troubles = troubles_of(evidence);
    double on_s = 0;
    double idle_s = 0;
    for (const AlarmSpan& alarm : evidence.run.operations.alarm_spans) {
        const AlarmSpec& spec = evidence.plan.operations.alarms[alarm.alarm];
        // It stays as it is while a window is under way.
        const double sees_s = spec.window_s * (spec.of_points + 1);
        double at_s = alarm.begin_s;
        auto trouble = std::partition_point(troubles.begin(), troubles.end(),
                                            [&](const TroubleSpan& one) { return one.end_s + sees_s < at_s; });
        for (; trouble != troubles.end() && trouble->begin_s < alarm.end_s; ++trouble) {
            idle_s += std::max(0.0, trouble->begin_s - at_s);
            at_s = std::max(at_s, trouble->end_s + sees_s);
        }
        idle_s += std::max(0.0, alarm.end_s - at_s);
        on_s += alarm.end_s - alarm.begin_s;
    }
    return share_of(idle_s, on_s);
}

/// An alarm is right about an incident where it was on while that lasted, or so soon after it that its windows still
/// saw it. Incidents come one after the other.
void measure_alarms(const Evidence& evidence, std::span<double> figures) {
    const std::vector<IncidentSpan>& incidents = evidence.incidents;
    std::vector<std::uint8_t> told(incidents.size(), 0);
    double right = 0;
    for (const AlarmSpan& alarm : evidence.run.operations.alarm_spans) {
        const AlarmSpec& spec = evidence.plan.operations.alarms[alarm.alarm];
        const double sees_since_s = alarm.begin_s - spec.window_s * spec.of_points;
        auto incident = std::partition_point(incidents.begin(), incidents.end(),
                                             [&](const IncidentSpan& one) { return one.end_s < sees_since_s; });
        right += incident != incidents.end() && incident->begin_s <= alarm.end_s ? 1 : 0;
        for (; incident != incidents.end() && incident->begin_s <= alarm.end_s; ++incident) {
            told[static_cast<std::size_t>(incident - incidents.begin())] = 1;
        }
    }
    const auto all = static_cast<double>(evidence.run.operations.alarm_spans.size());
    figures[noise] = noise_of(evidence);
    figures[precision] = share_of(right, all);
    figures[recall] =
        share_of(static_cast<double>(std::count(told.begin(), told.end(), 1)), static_cast<double>(incidents.size()));
}

}  // namespace

FigureNames operations_names() {
    return k_names;
}

double toil_hours(const Evidence& evidence) {
    return evidence.run.operations.toil_s / k_seconds_per_hour +
           evidence.plan.operations.renewal_toil * evidence.measured_s / k_seconds_per_hour;
}

void measure_operations(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    const OperationsPlan& plan = evidence.plan.operations;
    const OperationsTally& tally = evidence.run.operations;
    if (plan.any() || plan.renewal_toil > 0) {
        figures[toil] = share_of(toil_hours(evidence), evidence.months);
    }
    if (!plan.any()) {
        return;
    }
    if (!plan.alarms.empty()) {
        measure_alarms(evidence, figures);
    }
    figures[detect] = mean_of(tally.detected);
    figures[acknowledge] = mean_of(tally.acknowledged);
    figures[repair] = mean_of(tally.repaired);
    figures[automation] = share_of(tally.without_human, tally.repaired.count);
    if (!plan.deploys.empty()) {
        figures[deploy_frequency] = share_of(tally.deployments, evidence.months);
        figures[deploy_lead_time] = mean_of(tally.delivered);
        figures[deploy_failure_rate] = share_of(tally.failed, tally.deployments);
        figures[deploy_restore] = mean_of(tally.restored);
        figures[deploy_blast_radius] = share_of(tally.reached_sum, tally.bad);
        figures[deploy_exposure] = share_of(tally.exposure_s, evidence.measured_s);
    }
}

}  // namespace nines
