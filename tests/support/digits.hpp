#pragma once
// Figures of published cases, to the digits given.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "engine/stats/tally.hpp"

namespace nines::support {

/// Equal to twelve digits. The cases are good to ten or more: where the last ones are theirs, a test says so.
inline void expect_digits(double found, double expected, const char* what, double relative = 1e-12) {
    EXPECT_NEAR(found, expected, relative * std::max(1e-300, std::abs(expected))) << what;
}

inline Tally tally_of(std::span<const double> values) {
    Tally tally;
    for (const double value : values) {
        tally.add(value);
    }
    return tally;
}

}  // namespace nines::support
