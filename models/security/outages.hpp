#pragma once
// Outages: when services are down because what they held is gone, and is restored or made anew.

#include <vector>

#include "engine/random/stream.hpp"
#include "models/faults/fault_process.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// Of a destruction from noticing it until the service is up again; of a flood from its beginning to its end. By fault,
/// then by time. Outages of one service that meet are one; floods that do add up.
std::vector<Outage> outages_of(const Plan& plan, Luck luck);

}  // namespace nines
