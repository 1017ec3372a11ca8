#pragma once
// Outages: when services are down because what they held is gone, and is restored or made anew.

#include <vector>

#include "engine/random/stream.hpp"
#include "models/faults/fault_process.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// From noticing a destruction until the service is up again. By fault, then by time; those of one fault that meet are
/// one.
std::vector<Outage> outages_of(const Plan& plan, Luck luck);

}  // namespace nines
