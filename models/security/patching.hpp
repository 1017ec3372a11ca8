#pragma once
// Patching: how long the hosts of a service stand unpatched once a vulnerability is known.

#include <cstdint>
#include <optional>

#include "models/security/rounds.hpp"

namespace nines {

/// The hosts of a service, and the rounds in which they are patched.
struct PatchedHosts {
    std::uint64_t hosts = 0;
    std::optional<Rounds> rounds;  ///< none: never patched
    double takes_s = 0;            ///< of a round: the i-th of n hosts is done after i / n of it

    /// When the last host has the patch of what was disclosed; infinite: never. A round that is under way brings only
    /// what was known when it began.
    double all_patched_s(double disclosed_s) const;
    /// Time that hosts stood unpatched between two moments, summed over hosts. O(1), however many there are.
    double unpatched_s(double disclosed_s, double from_s, double until_s) const;
};

}  // namespace nines
