#pragma once
// Outages of a place: when faults take a zone down, so that what runs there is lost.

#include <vector>

#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

/// A stretch of time, seconds from time zero.
struct OutageSpan {
    double begin_s = 0, end_s = 0;
};

/// When the zone, its region or its provider was `down` or `crash`ed in a run: in order, and none meets the next. What
/// a fault drew anew each time (`share`) has no record of whom it hit, and is left out.
std::vector<OutageSpan> outages_at(const Plan& plan, const std::vector<FaultRecord>& faults, LocationId zone);

/// Of how many faults a run in `flow` keeps a record: of those that are listed; where jobs run, of what may hit them
/// too.
inline std::size_t faults_recorded(const Plan& plan) {
    return plan.jobs.empty() ? 1000 : 1'000'000;
}

}  // namespace nines
