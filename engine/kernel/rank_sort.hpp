#pragma once
// rank_sort: sorts a handful of events by counting, for each, those that come before it. Every pair is compared, but no
// branch depends on an outcome; an insertion sort guesses wrongly about once an event, and that costs more.
// Source: Knuth: The Art of Computer Programming 3, 5.2, algorithm C (comparison counting).

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/base/time.hpp"

namespace nines {

/// Sorts `count` <= places events by time into `to`, equal times as they stand. Reads and writes `places` events
/// whatever the count, so that the loops unroll: those behind the end count as later than all, and come out last.
/// An event here is any value with a time `at`, which is at least 0.
template <std::uint32_t places, class Timed>
[[gnu::always_inline]] inline void rank_sort(const Timed* events, std::size_t count, Timed* to) {
    std::array<Nanoseconds, places> at;
    std::array<std::uint32_t, places> rank;
#pragma GCC unroll 16
    for (std::uint32_t i = 0; i < places; ++i) {
        at[i] = events[i].at | (k_never & -static_cast<Nanoseconds>(i >= count));  // all its bits: the end of time
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
        to[rank[i]] = events[i];
    }
}

}  // namespace nines
