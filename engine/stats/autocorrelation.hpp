#pragma once
// Autocorrelation: how much the values of one sequence depend on their neighbours, and what their mean is worth.
// Sources: Fishman, Discrete-Event Simulation (2001), chapter 6; von Neumann, Ann. Math. Stat. 12 (1941) 367;
// Geyer, Statistical Science 7 (1992) 473 (where to cut the sum of autocorrelations); Meketon, Schmeiser, WSC 1984
// (overlapping batches); Whitt, Management Science 35 (1989) 1341 (run lengths).

#include <cstddef>
#include <span>

namespace nines {

/// sum y_i y_(i + lag) / sum y_i^2 of the distances y from the mean: in [-1, 1]; 0 where nothing varies or lag >= size.
double autocorrelation(std::span<const double> values, std::size_t lag);

/// sum (x_(i+1) - x_i)^2 / sum (x_i - mean)^2: near 2 for independent values, lower where neighbours are alike.
/// 2 where nothing varies.
double von_neumann_ratio(std::span<const double> values);

/// The standard normal variable that von Neumann's ratio of `count` >= 3 independent values becomes; high where
/// neighbours are alike. Source: Fishman, section 6.6; exact moments, so that 8 values are enough.
double von_neumann_z(double ratio, std::size_t count);

/// Variance of the mean of `count` values of a stationary sequence.
/// @param autocorrelations  true ones of lag 1, 2, ...; those not given are 0
double variance_of_mean(double variance, std::span<const double> autocorrelations, std::size_t count);

/// How many independent values would give a mean as precise: count / (1 + 2 sum of autocorrelations). The sum ends
/// where a pair of neighbouring lags is no longer positive. O(values x lags until then).
/// @returns between 1 and the number of values; that number itself where nothing varies
double effective_sample_size(std::span<const double> values);

/// count x Var(mean), estimated from the means of all (overlapping) batches of that size, 1 <= batch_size < size.
/// A third less variance than batches side by side. Meant for batches of 1 / 10 of the values or less.
double overlapping_asymptotic_variance(std::span<const double> values, std::size_t batch_size);

/// How long a run must be for an interval of `relative_half_width` of the mean, with `confidence`, both in (0, 1).
/// @param asymptotic_variance  length x Var(mean) of a long run: of a time average in its unit squared x time, of a
///                             mean of values in its unit squared; of independent values it is their variance
/// @param mean  not 0
/// @returns time, or the number of values
double run_length_needed(double asymptotic_variance, double mean, double relative_half_width, double confidence);

}  // namespace nines
