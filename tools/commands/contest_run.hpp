#pragma once
// Running a contest for a command: what its threads read, progress on standard error, and interrupts.

#include <deque>
#include <vector>

#include "models/study/compare.hpp"
#include "models/study/sampler.hpp"
#include "tools/commands/load.hpp"

namespace nines {

/// Everything that the threads read while the contest runs; what it was made of outlives it.
struct ContestField {
    std::deque<MetricTable> tables;
    std::vector<SamplerContext> contexts;
};

/// @param loaded  of each contestant
void fill_field(ContestField& field, const std::deque<Loaded>& loaded, const Contest& contest, const Shard& shard,
                const RunLimits& limits);

/// Runs it with progress on standard error; an interrupt ends it. @returns the wall-clock time it took, or why what
/// was found could not be kept
Result<double> run_timed(Contest& contest, PairedSource& source, ContestStore* store, const CommonOptions& options);

}  // namespace nines
