#pragma once
// A comparison for the terminal: which to take, all contestants in one table, then difference by difference.

#include <string>

#include "models/results/comparison_results.hpp"
#include "tools/output/scorecard.hpp"

namespace nines {

/// With `quiet` only what to take and the table of contestants.
std::string format_comparison(const ComparisonResults& results, const Style& style);

}  // namespace nines
