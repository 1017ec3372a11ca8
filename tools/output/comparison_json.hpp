#pragma once
// A comparison as JSON: the base as every command writes it, its `variants` beside it.

#include <string>

#include "models/results/comparison_results.hpp"
#include "tools/output/json_text.hpp"

namespace nines {

/// `variants` maps a name to its `metrics`, its `objectives` and `versus`; `comparison` holds what was made of all of
/// them. What has no bound, such as what pairing saves where the difference does not vary, is null.
std::string to_json(const ComparisonResults& results);

/// One difference, for outputs that put it elsewhere.
Json versus_json(const Versus& versus);

}  // namespace nines
