// Reliability: availability, incidents, recovery, lost records.

#include <algorithm>
#include <map>

#include "engine/base/time.hpp"
#include "engine/stats/batch_means.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

namespace {

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

Measured measure_reliability(const Evidence& evidence, std::string_view name) {
    const double years = evidence.measured_s / (k_hours_per_year * k_seconds_per_hour);
    const auto count = static_cast<double>(evidence.incidents.size());
    const bool any_time = evidence.measured_s > 0;
    const bool any_request = evidence.clients_offered > 0;
    const double down_s = time_in_incidents(evidence);
    if (name == "uptime") {
        return {any_time && any_request ? std::optional(1 - down_s / evidence.measured_s) : std::nullopt, {}, 1};
    }
    if (name == "downtime.per_year") {
        return {any_time && any_request ? std::optional(down_s / years) : std::nullopt, {}, 1};
    }
    if (name == "incidents.per_year") {
        return {any_time && any_request ? std::optional(count / years) : std::nullopt, {}, 1};
    }
    if (name == "mttr") {
        return {count > 0 ? std::optional(down_s / count) : std::nullopt, {}, 1};
    }
    if (name == "mtbf") {
        return {count > 0 ? std::optional(evidence.measured_s / count) : std::nullopt, {}, 1};
    }
    if (name == "rto") {
        return {rto(evidence), {}, 1};
    }
    if (name == "blast_radius") {
        return {blast_radius(evidence), {}, 1};
    }
    if (name == "records.lost" && has_store(evidence.plan)) {
        return {static_cast<double>(evidence.run.records_lost), {}, 1};
    }
    if (name == "rpo" && has_store(evidence.plan)) {
        return {evidence.run.rpo_s, {}, 1};
    }
    return {};
}

}  // namespace nines
