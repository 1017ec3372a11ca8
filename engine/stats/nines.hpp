#pragma once
// Nines: how availability is spoken of.

#include <optional>

#include "engine/random/portable_math.hpp"

namespace nines {

/// -log10 of an unavailability; nothing where that is 0.
inline std::optional<double> nines_of(double unavailability) {
    constexpr double k_ln_10 = 2.302585092994046;
    return unavailability > 0 ? std::optional(-portable::log(unavailability) / k_ln_10 + 0.0) : std::nullopt;  // not -0
}

}  // namespace nines
