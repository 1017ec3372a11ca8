#pragma once
// Telling one replication: its incidents with what led to them, and what they cost in requests, cause by cause.

#include <string>
#include <vector>

#include "models/pillars/attribution.hpp"

namespace nines {

/// The worst so many are listed, with the count of all.
inline constexpr std::size_t k_incidents_listed = 100;

/// What is said of a run in which more instances of a counted group took part than stand in for it.
std::string crowd_text(const Plan& plan, GroupId group);

/// "2026-01-05 19:30", UTC.
std::string clock_text(std::int64_t clock_s);

/// An incident in words; `timeline` is that of the whole run.
Incident tell_incident(const Evidence& evidence, const IncidentSpan& span, const std::vector<TimelineEntry>& timeline);

}  // namespace nines
