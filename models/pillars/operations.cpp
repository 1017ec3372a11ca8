// Operations: how soon people and machines knew, acted and were done; how changes went; how much work it was.

#include <algorithm>
#include <array>

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
    deploy_frequency,
    deploy_lead_time,
    deploy_failure_rate,
    deploy_restore,
    deploy_blast_radius,
    deploy_exposure,
    toil,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{"detect",
                                                          "acknowledge",
                                                          "repair",
                                                          "automation",
                                                          "alarms.precision",
                                                          "alarms.recall",
                                                          "deploy.frequency",
                                                          "deploy.lead_time",
                                                          "deploy.failure_rate",
                                                          "deploy.restore",
                                                          "deploy.blast_radius",
                                                          "deploy.exposure",
                                                          "toil.hours_per_month"};

double mean_of(const Times& times) {
    return times.count > 0 ? times.sum_s / times.count : k_nothing;
}

double share_of(double part, double whole) {
    return whole > 0 ? part / whole : k_nothing;
}

/// Whether an alarm was on while an incident lasted, or so soon after it that its windows still saw it.
bool tells_of(const Plan& plan, const AlarmSpan& alarm, const IncidentSpan& incident) {
    const AlarmSpec& spec = plan.operations.alarms[alarm.alarm];
    const double sees_back_s = spec.window_s * spec.of_points;
    return alarm.begin_s <= incident.end_s + sees_back_s && alarm.end_s >= incident.begin_s;
}

void measure_alarms(const Evidence& evidence, std::span<double> figures) {
    const std::vector<AlarmSpan>& alarms = evidence.run.operations.alarm_spans;
    const std::vector<IncidentSpan>& incidents = evidence.incidents;
    const auto right = std::count_if(alarms.begin(), alarms.end(), [&](const AlarmSpan& alarm) {
        return std::any_of(incidents.begin(), incidents.end(),
                           [&](const IncidentSpan& incident) { return tells_of(evidence.plan, alarm, incident); });
    });
    const auto told = std::count_if(incidents.begin(), incidents.end(), [&](const IncidentSpan& incident) {
        return std::any_of(alarms.begin(), alarms.end(),
                           [&](const AlarmSpan& alarm) { return tells_of(evidence.plan, alarm, incident); });
    });
    figures[precision] = share_of(static_cast<double>(right), static_cast<double>(alarms.size()));
    figures[recall] = share_of(static_cast<double>(told), static_cast<double>(incidents.size()));
}

}  // namespace

FigureNames operations_names() {
    return k_names;
}

void measure_operations(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    const OperationsPlan& plan = evidence.plan.operations;
    const OperationsTally& tally = evidence.run.operations;
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
    figures[toil] = share_of(tally.toil_s / k_seconds_per_hour, evidence.months);
}

}  // namespace nines
