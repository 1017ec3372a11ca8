#pragma once
// Results as a JSON document in memory, for outputs that put more beside it.

#include "models/results/results.hpp"
#include "tools/output/json_text.hpp"

namespace nines {

/// The keys of design.md section 5 in their order, then ours; `variants` is empty.
Json results_json(const Results& results);

}  // namespace nines
