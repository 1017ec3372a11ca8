#pragma once
// The independent twin of a FailureSystem: the same components and cut sets, with a repairer for each component. Its
// long-run figures are exact from the means of the laws, which is what rare-event samplers are held against.

#include <optional>

#include "engine/analytic/failure_system.hpp"

namespace nines {

struct IndependentTwin {
    double unavailability = 0;
    double failures_per_s = 0;
    double all_up = 0;  ///< share of time in which every component is up
};

/// Exact for alternating renewal processes of any laws: the stationary share of time up is mean up / (mean up + mean
/// down), and only that enters (insensitivity). Sums positive terms only: full relative precision at any smallness.
/// @returns nothing where the decision diagram of the cut sets is too large
/// Source: Barlow, Proschan, Statistical Theory of Reliability and Life Testing (1975), chapters 2 and 7.
std::optional<IndependentTwin> independent_twin(const FailureSystem& system);

}  // namespace nines
