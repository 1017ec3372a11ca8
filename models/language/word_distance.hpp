#pragma once
// Word distance: how many slips of the finger lie between two words.

#include <cstddef>
#include <string_view>

namespace nines {

/// Insertions, deletions, changes and transpositions of neighbours, one each (optimal string alignment), over the
/// first 80 bytes of each word.
std::size_t word_distance(std::string_view a, std::string_view b);

}  // namespace nines
