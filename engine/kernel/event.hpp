#pragma once
// Event: what is to happen, when, to whom. A value of 32 bytes, dispatched by its kind.

#include <cstdint>

#include "engine/base/time.hpp"

namespace nines {

struct Event {
    Nanoseconds at = 0;
    std::uint64_t order = 0;    ///< schedule order: breaks ties, so no result depends on an address or a heap's whim
    std::uint32_t subject = 0;  ///< index into the column that the kind implies
    std::uint32_t epoch = 0;    ///< differs from the subject's epoch: cancelled. Cancelling is one increment.
    std::uint16_t kind = 0;
    std::uint16_t lane = 0;  ///< 0: none
};

/// Whether `a` comes before `b`: by time, then in the order in which they were scheduled.
constexpr bool comes_before(const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.order < b.order;
}

}  // namespace nines
