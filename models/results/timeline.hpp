#pragma once
// Timeline: what happened, in plain words.

#include <vector>

#include "models/plan/plan.hpp"
#include "models/results/results.hpp"
#include "models/results/run.hpp"

namespace nines {

/// The notes of a run as sentences, in time order. Health marks of many balancers become one line for each service:
/// "health checks have marked 4 of 12 web instances out".
std::vector<TimelineEntry> tell(const Plan& plan, const Run& run);

/// "zone/use1-az1 goes down"; for the list of faults and the timeline.
std::string fault_begins_text(const Plan& plan, FaultId fault);

}  // namespace nines
