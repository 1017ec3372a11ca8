#pragma once
// Backlog: what waits at a group, treated as a fluid on a grid: it grows and drains through levels, and in each level
// the rates are those of its middle.

#include <cmath>
#include <cstdint>

#include "engine/random/portable_math.hpp"

namespace nines {

/// In the place of a level: the backlog neither grows nor drains, as many leave as are too many.
inline constexpr std::uint32_t k_backlog_holds = UINT32_MAX;

/// Level 0 is no backlog; level k >= 1 holds [first r^(k-1), first r^k) attempts. `first` is one for each worker, so
/// that a queue which fills and empties by chance alone stays in level 0.
class BacklogGrid {
public:
    static constexpr double k_ratio = 1.5;

    static double low(std::uint32_t level, double first) {
        return level == 0 ? 0 : first * portable::pow(k_ratio, static_cast<double>(level) - 1);
    }
    static double high(std::uint32_t level, double first) { return low(level + 1, first); }
};

}  // namespace nines
