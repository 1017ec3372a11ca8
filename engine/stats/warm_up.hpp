#pragma once
// Warm-up: how many values at the beginning of a run are still those of its start and not of its steady state.
// Sources: White, Cobb, Spratt, A comparison of five steady-state truncation heuristics for simulation, WSC 2000
// (MSER-5); Hoad, Robinson, Davies, J. Operational Research Society 61 (2010) 1389 (when to refuse).

#include <cstddef>
#include <optional>
#include <span>

namespace nines {

struct WarmUp {
    std::size_t batches = 0;            ///< means of five that were looked at
    std::size_t truncated_batches = 0;  ///< the first so many are warm-up
    std::size_t truncated_values = 0;   ///< five times that
    double statistic = 0;               ///< sum of squared distances / (batches left)^2 at the minimum
    double statistic_untruncated = 0;   ///< the same with nothing left out
    double mean_after = 0;              ///< mean of the batches left
};

inline constexpr std::size_t k_warm_up_batch = 5;
inline constexpr std::size_t k_warm_up_batches_min = 10;

/// The truncation that minimises the squared standard error of what is left, over means of five values; ties go to the
/// shorter one. It is sought in the first half: what the last few batches say is chance. O(values).
/// @returns nothing below 10 batches, or where the minimum is at the half: the run is still in its warm-up
std::optional<WarmUp> find_warm_up(std::span<const double> values);

}  // namespace nines
