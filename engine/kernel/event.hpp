#pragma once
// Event: what is to happen, when, to whom. A value of 24 bytes, dispatched by its kind.

#include <cstdint>

#include "engine/base/time.hpp"

namespace nines {

struct Event {
    Nanoseconds at = 0;
    std::uint64_t stamp = 0;    ///< schedule order in the upper 48 bits, kind in the lower 16
    std::uint32_t subject = 0;  ///< index into the column that the kind implies
    std::uint32_t epoch = 0;    ///< differs from the subject's epoch: cancelled. Cancelling is one increment.

    std::uint16_t kind() const { return static_cast<std::uint16_t>(stamp); }
};
static_assert(sizeof(Event) == 24);

/// Copies an event in its four words. A copy as a whole goes by 16 bytes at a time, and waits, some ten cycles, where
/// the words were stored one by one a moment ago: for a new event, that is.
inline void copy_by_words(const Event& from, Event& to) {
    to.at = from.at;
    to.stamp = from.stamp;
    to.subject = from.subject;
    to.epoch = from.epoch;
}

/// The stamp of an event of `kind` that was scheduled after `order` others.
constexpr std::uint64_t stamp_of(std::uint64_t order, std::uint16_t kind) {
    return order << 16U | kind;
}

/// Whether `a` comes before `b`: by time, then in the order in which they were scheduled, so that no result depends on
/// an address or on the shape of a data structure.
constexpr bool comes_before(const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.stamp < b.stamp;
}

}  // namespace nines
