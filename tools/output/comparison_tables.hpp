#pragma once
// A comparison as one SQLite file: the base as every command writes it, its variants in tables beside it.

#include <string>

#include "engine/base/result.hpp"
#include "models/results/comparison_results.hpp"

namespace nines {

/// Atomically, as write_sqlite() does.
Result<void> write_sqlite(const ComparisonResults& results, const std::string& path);

}  // namespace nines
