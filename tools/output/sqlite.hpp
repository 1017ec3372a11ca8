#pragma once
// Results as one SQLite file, for those who ask their own questions.

#include <functional>
#include <string>

#include "engine/base/result.hpp"
#include "models/results/results.hpp"
#include "tools/output/database.hpp"

namespace nines {

/// Writes `results` as the SQLite file `path`, atomically: until all is written, what was there stays.
/// The same results give the same bytes, for wall time is left out. Reals have twelve significant digits.
Result<void> write_sqlite(const Results& results, const std::string& path);
/// The same of tables that `fill` makes and fills, inside one transaction.
Result<void> write_sqlite(const std::string& path, const std::function<void(Database&)>& fill);

}  // namespace nines
