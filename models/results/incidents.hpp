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

/// The faults of a run by when they were in force: whose what fails is, in incidents and beside them.
class FaultsInForce {
public:
    FaultsInForce(const Plan& plan, const Run& run);

    /// The latest-begun fault that was in force in a stretch of time, or ended less than `run.clear` before it; of
    /// those that began at once the first. Nothing where there is none. Times since the warm-up began.
    const FaultRecord* latest(Nanoseconds begin, Nanoseconds end) const;

private:
    static constexpr std::size_t k_none = SIZE_MAX;

    std::vector<const FaultRecord*> by_begin_;  // of those that began at once the first of the run comes last
    std::vector<std::size_t> outlasting_;       // the nearest before it that ended later
    Nanoseconds clear_;
};

/// Requests of a run in `requests` that failed outside incidents, in blocks that are not bad, by the latest-begun fault
/// in force in their slice. Those of slices without one are in no place.
Column<FaultId, double> lost_beside_incidents(const Plan& plan, const Run& run, const std::vector<SliceBlock>& blocks);

/// An incident begins with a bad block and ends, dated back to the moment of return, when it has been good for
/// `run.clear`; one that is not over so by the horizon is open and counts up to it.
std::vector<IncidentSpan> find_incidents(const Plan& plan, const Run& run, const std::vector<SliceBlock>& blocks);

}  // namespace nines
