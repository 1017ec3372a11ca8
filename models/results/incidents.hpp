#pragma once
// Incidents: the stretches of time in which availability is bad, and what caused them (language reference, section 4).

#include <vector>

#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

/// A stretch of slices judged together: joined until they hold 20 requests, empty ones continue the last.
struct SliceBlock {
    double begin_s = 0;
    double end_s = 0;
    std::uint64_t requests = 0;
    std::uint64_t ok = 0;
    double last_failure_s = 0;  ///< when the last of its requests that failed ended; the end where one never did
    bool bad = false;
};

std::vector<SliceBlock> join_slices(const Plan& plan, const Run& run);

/// An incident begins with a bad block and ends, dated back to the moment of return, when it has been good for
/// `run.clear`; one that is not over so by the horizon is open and counts up to it.
std::vector<IncidentSpan> find_incidents(const Plan& plan, const Run& run, const std::vector<SliceBlock>& blocks);

}  // namespace nines
