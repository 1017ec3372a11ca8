#pragma once
// Telling one replication: its incidents with what led to them, and what they cost in requests, cause by cause.

#include <span>
#include <string>
#include <vector>

#include "models/pillars/measures.hpp"

namespace nines {

/// The worst so many are listed, with the count of all.
inline constexpr std::size_t k_incidents_listed = 100;

/// What is said of a run in which more instances of a counted group took part than stand in for it.
std::string crowd_text(const Plan& plan, GroupId group);

/// "2026-01-05 19:30", UTC.
std::string clock_text(std::int64_t clock_s);

// Causes by number: the faults of the plan, then load, then what was lost outside incidents.
inline std::size_t cause_load(const Plan& plan) {
    return plan.faults.size();
}
inline std::size_t cause_outside(const Plan& plan) {
    return plan.faults.size() + 1;
}
std::string cause_name(const Plan& plan, std::size_t cause);
/// "provider" or "customer".
std::string cause_owner(const Plan& plan, std::size_t cause);
std::size_t cause_of(const Plan& plan, const IncidentSpan& span);

/// Requests lost by cause, added to `lost` (one place for each cause).
/// @returns how many in all
double add_losses(const Evidence& evidence, std::span<double> lost);

/// The largest first; equal ones by name.
void sort_attribution(std::vector<Attribution>& attribution);

/// An incident in words; `timeline` is that of the whole run.
Incident tell_incident(const Evidence& evidence, const IncidentSpan& span, const std::vector<TimelineEntry>& timeline);

}  // namespace nines
