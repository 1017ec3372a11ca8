#pragma once
// rank_sort: sorts a handful of entries by counting, for each, those that come before it. Every pair is compared, but
// no branch depends on an outcome; an insertion sort guesses wrongly about once an entry, and that costs more. Source:
// enumeration sort; Knuth: The Art of Computer Programming 3, 5.2, algorithm C (comparison counting).

#include <array>
#include <cstddef>
#include <cstdint>

#include "bench/event_sets/entry.hpp"

namespace nines::bench {

/// Sorts `count` <= places entries into `to`, equal times as they stand. `places` entries are read and written whatever
/// the count, so that the loops unroll: those behind the end count as later than all.
template <std::uint32_t places>
void rank_sort(const Entry* entries, std::size_t count, Entry* to) {
    std::array<std::int64_t, places> at;
    std::array<std::uint32_t, places> rank;
#pragma GCC unroll 16
    for (std::uint32_t i = 0; i < places; ++i) {
        at[i] = i < count ? entries[i].at : INT64_MAX;
        rank[i] = i;  // all to the left come before, until the opposite is seen
    }
#pragma GCC unroll 16
    for (std::uint32_t i = 0; i < places; ++i) {
#pragma GCC unroll 16
        for (std::uint32_t k = i + 1; k < places; ++k) {
            const std::uint32_t k_is_before = at[k] < at[i] ? 1 : 0;
            rank[i] += k_is_before;
            rank[k] -= k_is_before;
        }
    }
#pragma GCC unroll 16
    for (std::uint32_t i = 0; i < places; ++i) {
        to[rank[i]] = entries[i];
    }
}

}  // namespace nines::bench
