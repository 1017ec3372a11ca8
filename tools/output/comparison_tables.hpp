#pragma once
// A comparison as one SQLite file: the base as every command writes it, its variants in tables beside it.

#include <string>

#include "models/results/comparison_results.hpp"
#include "tools/output/database.hpp"

namespace nines {

void create_comparison_tables(Database& database);
void drop_comparison_tables(Database& database);
/// As insert_results() does.
void insert_comparison(Database& database, const ComparisonResults& results);

}  // namespace nines
