#pragma once
// Results as one SQLite file, for those who ask their own questions.

#include <string>

#include "engine/base/result.hpp"
#include "models/results/results.hpp"

namespace nines {

/// Writes `results` as the SQLite file `path`, atomically: until all is written, what was there stays.
/// The same results give the same bytes, for wall time is left out. Reals have twelve significant digits.
Result<void> write_sqlite(const Results& results, const std::string& path);

}  // namespace nines
