#pragma once
// Differences of two variants in words, which the pages of comparisons and of trials share.

#include <string>

#include "models/results/comparison_results.hpp"
#include "tools/output/page.hpp"

namespace nines {

/// "13,804 USD", "196 ms": the metric's name says per what.
std::string short_quantity(std::optional<double> value, const std::string& unit);

/// "+0.012 %", "-3 min 20 s".
std::string signed_quantity(double value, const std::string& unit);

/// Half of the interval, which lies evenly around the difference; empty where there is none.
std::string half_width_text(const Versus& versus);

Ink ink_of(Decision decision);

}  // namespace nines
