#pragma once
// Scorecard: each objective against what was measured.

#include <vector>

#include "models/architecture/architecture.hpp"
#include "models/results/results.hpp"

namespace nines {

/// Whether `value` stands in that relation to `bound`.
bool holds(Comparison comparison, double value, double bound);

/// Judges the figures of one replication: met or missed; a figure that is missing is met, with "nothing to judge".
void judge(const std::vector<Objective>& objectives, Results& results);

}  // namespace nines
