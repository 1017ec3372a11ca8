#pragma once
// Results as JSON: the keys of design.md section 5 in their order, then ours.

#include <string>

#include "models/results/results.hpp"

namespace nines {

/// How many begins of missed slices an objective lists; their full count stands beside them.
inline constexpr std::size_t k_missed_listed = 100;

/// One JSON document, ended by a newline. Reals have twelve significant digits, what is missing or not finite is null,
/// and the same results give the same bytes (`wall_s` is the one figure that two runs do not share).
std::string to_json(const Results& results);

}  // namespace nines
