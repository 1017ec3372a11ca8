#pragma once
// Comparison: the difference of two variants, with the pairing of common luck or without, and several at once.
// Sources: Law, Simulation Modeling and Analysis, chapter 10; Welch, Biometrika 29 (1938) 350; Satterthwaite,
// Biometrics Bulletin 2 (1946) 110 (degrees); Holm, Scand. J. Statistics 6 (1979) 65; Benjamini, Hochberg, J. Royal
// Statistical Society B 57 (1995) 289.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "engine/stats/interval.hpp"
#include "engine/stats/tally.hpp"

namespace nines {

struct MeanDifference {
    double difference = 0;
    Interval interval;   ///< of the difference, by Student's t
    double degrees = 0;  ///< of freedom; not whole for Welch
    double p_value = 1;  ///< two-sided: chance of a difference as large if there were none
};

/// Paired t: from the differences of replications under the same luck. `confidence` is in (0, 1), here and below.
/// @returns nothing below two differences. Where they do not vary the interval has no width, and the p-value is 1 for
///          a difference of 0, else 0.
std::optional<MeanDifference> compare_paired(const Tally& differences, double confidence);

/// Welch: first minus second, independent of each other, variances not taken as equal.
/// @returns nothing where either has fewer than two values; where neither varies, as above
std::optional<MeanDifference> compare_welch(const Tally& first, const Tally& second, double confidence);

/// The confidence that each of so many intervals (>= 1) must have for all to hold at once with `confidence`, by
/// Bonferroni: valid however they depend on each other.
double confidence_of_each(double confidence, std::size_t comparisons);

/// P-values adjusted for being several, in the order given: each is to be compared with the error accepted for all.
/// Bonferroni and Holm bound the chance of any false finding; Holm finds at least as much, but gives no intervals.
std::vector<double> adjust_bonferroni(std::span<const double> p_values);
std::vector<double> adjust_holm(std::span<const double> p_values);
/// Bounds the expected share of false findings among the findings, for independent p-values.
std::vector<double> adjust_benjamini_hochberg(std::span<const double> p_values);

}  // namespace nines
