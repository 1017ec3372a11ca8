#pragma once
// Rounds: what comes back at even distances: rounds of patches, new credentials, backups.

#include <cmath>
#include <string_view>

#include "engine/random/stream.hpp"

namespace nines {

/// Rounds at first, first + every, ... and as long before: they have no beginning.
struct Rounds {
    double every_s = 1;
    double first_s = 0;

    /// With a random phase, so that nobody's rounds are timed by the beginning of a replication. Variants that only
    /// change how often keep the phase.
    static Rounds of(double every_s, Luck luck, std::string_view purpose, std::string_view entity) {
        return {every_s, every_s * Stream(luck, purpose, entity).uniform()};
    }
    /// The first after `at`, not at it.
    double next_after(double at_s) const { return first_s + every_s * (std::floor((at_s - first_s) / every_s) + 1); }
    /// The last at `at` or before.
    double last_before(double at_s) const { return first_s + every_s * std::floor((at_s - first_s) / every_s); }
};

}  // namespace nines
