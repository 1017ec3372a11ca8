#pragma once
// Result tables: the tables of SQLite that hold results, one for each list of theirs.

#include "models/results/results.hpp"
#include "tools/output/database.hpp"

namespace nines {

/// Page size and vacuuming, which are part of the bytes of a new file.
void set_file_format(Database& database);

void create_result_tables(Database& database);
void drop_result_tables(Database& database);
/// Reals with twelve significant digits; wall time is left out. Inside a transaction of the caller.
void insert_results(Database& database, const Results& results);

}  // namespace nines
