#pragma once
// Virtual time: an integer count of nanoseconds since time zero of the model, never negative.

#include <cstdint>
#include <limits>

namespace nines {

using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds k_never = std::numeric_limits<Nanoseconds>::max();
inline constexpr double k_ns_per_s = 1e9;
inline constexpr double k_seconds_per_hour = 3600;
inline constexpr double k_seconds_per_day = 86'400;
inline constexpr double k_hours_per_month = 730;
inline constexpr double k_hours_per_year = 8760;

/// Rounds seconds to ticks; what would not fit (or is infinite, or no number) becomes k_never.
constexpr Nanoseconds to_ns(double seconds) {
    const double ticks = seconds * k_ns_per_s;
    if (!(ticks < 9.2e18 && ticks > -9.2e18)) {
        return k_never;
    }
    return static_cast<Nanoseconds>(ticks + (ticks < 0 ? -0.5 : 0.5));
}

constexpr double to_seconds(Nanoseconds ticks) {
    return static_cast<double>(ticks) / k_ns_per_s;
}

/// now + delay without overflow: stays at k_never.
constexpr Nanoseconds later(Nanoseconds now, Nanoseconds delay) {
    return delay >= k_never - now ? k_never : now + delay;
}

}  // namespace nines
