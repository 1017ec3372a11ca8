// Reliability: availability, incidents, recovery, lost records.

#include <algorithm>
#include <array>

#include "engine/base/time.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    uptime,
    downtime_per_year,
    incidents_per_year,
    mttr,
    mtbf,
    recovery_time,
    recovery_point,
    records_lost,
    blast,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{
    "uptime", "downtime.per_year", "incidents.per_year", "mttr", "mtbf", "rto", "rpo", "records.lost", "blast_radius"};

double time_in_incidents(const Evidence& evidence) {
    double sum_s = 0;
    for (const IncidentSpan& incident : evidence.incidents) {
        sum_s += incident.end_s - incident.begin_s;
    }
    return sum_s;
}

/// The longest, over faults, from a fault's beginning to the end of the last incident it caused; 0 when it caused none.
std::optional<double> rto(const Evidence& evidence) {
    if (evidence.run.faults.empty()) {
        return std::nullopt;
    }
    double longest_s = 0;
    for (const IncidentSpan& incident : evidence.incidents) {
        if (incident.cause.exists()) {
            longest_s = std::max(longest_s, incident.end_s - incident.cause_begin_s);
        }
    }
    return longest_s;
}

std::optional<double> blast_radius(const Evidence& evidence) {
    if (evidence.run.course) {
        return evidence.run.course->blast_radius;
    }
    std::optional<double> worst;
    for (const SliceBlock& block : evidence.blocks) {
        if (block.requests > 0) {
            const double share = 1 - static_cast<double>(block.ok) / static_cast<double>(block.requests);
            worst = std::max(worst.value_or(0), share);
        }
    }
    return worst;
}

bool has_store(const Plan& plan) {
    return std::any_of(plan.services.begin(), plan.services.end(),
                       [](const ServicePlan& service) { return service.has_primary; });
}

}  // namespace

FigureNames reliability_names() {
    return k_names;
}

void measure_reliability(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    const auto count = static_cast<double>(evidence.incidents.size());
    const double down_s = time_in_incidents(evidence);
    if (evidence.measured_s > 0 && evidence.clients_offered > 0) {
        const double years = evidence.measured_s / (k_hours_per_year * k_seconds_per_hour);
        figures[uptime] = 1 - down_s / evidence.measured_s;
        figures[downtime_per_year] = down_s / years;
        figures[incidents_per_year] = count / years;
    }
    if (count > 0) {
        figures[mttr] = down_s / count;
        figures[mtbf] = evidence.measured_s / count;
    }
    figures[recovery_time] = rto(evidence).value_or(k_nothing);
    figures[blast] = blast_radius(evidence).value_or(k_nothing);
    if (has_store(evidence.plan)) {
        figures[records_lost] = static_cast<double>(evidence.run.records_lost);
        figures[recovery_point] = evidence.run.rpo_s;
    }
}

}  // namespace nines
