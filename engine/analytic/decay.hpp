#pragma once
// Decay: means of e^-x over a stretch, and what is missing to 1, without loss of digits.

#include "engine/random/portable_math.hpp"

namespace nines::analytic {

/// Mean of e^-t over t in [0, x]: (1 - e^-x) / x, and its limit.
inline double mean_of_decay(double x) {
    return x == 0 ? 1 : -portable::expm1(-x) / x;
}

/// Mean of 1 - e^-t over t in [0, x].
inline double mean_of_growth(double x) {
    // The difference would lose the digits at small x: there its series, whose next term is x^6 / 5040.
    return x < 1e-2 ? x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6)))) : 1 - mean_of_decay(x);
}

}  // namespace nines::analytic
