#pragma once
// Reports of the ledger: a table for the terminal, flat JSON for programs, a page for docs/.

#include <string>

#include "bench/ledger.hpp"

namespace nines::bench {

/// One line for each figure that was asked for: value, floor, aim, and which of them it meets.
std::string to_table(const Ledger& ledger);

/// {"hold_1e2": {"value": 2.9, "unit": "times", "floor": 2, "better": "higher"}, ...}; figures without a value are
/// left out.
std::string to_json(const Ledger& ledger);

/// Markdown: the machine, the figures, the curves, the floors that are not met and by how much.
std::string to_page(const Ledger& ledger);

}  // namespace nines::bench
