#pragma once
// Batch means: the error of an average over one long run, from the averages of consecutive parts of it.
// Sources: Law, Simulation Modeling and Analysis, chapter 9 (batch means); von Neumann, Ann. Math. Stat. 12 (1941) 367
// (the test for dependence); Fishman, Discrete-Event Simulation (2001), chapter 6 (how many batches).

#include <cstddef>
#include <optional>
#include <span>

#include "engine/stats/interval.hpp"

namespace nines {

/// One slice of time of a run: what was counted and what it is a share of (ok / offered, queue integral / time).
struct Slice {
    double numerator = 0;
    double denominator = 0;
};

struct BatchMeans {
    double mean = 0;              ///< the mean, or the ratio of the sums
    Interval interval;            ///< Student's t over batches
    std::size_t batches = 0;      ///< how many batches the interval rests on
    std::size_t batch_size = 0;   ///< slices (values) in a batch
    double variance = 0;          ///< of a batch mean; of a ratio, of its linearisation
    double lag1_correlation = 0;  ///< of neighbouring batch means: sum y_i y_(i+1) / sum y_i^2

    /// length x Var(mean) of a long run, in slices (values).
    double asymptotic_variance() const { return variance * static_cast<double>(batch_size); }
};

inline constexpr std::size_t k_batches = 30;
inline constexpr std::size_t k_batches_min = 10;

/// Mean of equally long slices, with an interval. The few left over at the end are dropped.
/// @param batches  how many batches at most; 30 are enough for a quantile of t near the normal one
/// @returns nothing where an interval would not be sound: fewer than 10 batches, batch means that do not vary, or
///          neighbouring batches that depend on each other (|lag-1 correlation| > 2 / sqrt(batches))
std::optional<BatchMeans> batch_means(std::span<const double> values, double confidence,
                                      std::size_t batches = k_batches);

/// Ratio of sums over slices, with an interval by the classical linearisation over batches; refuses as above, and where
/// the denominators do not sum to something positive. The left-over slices go to the last batch: no count is lost.
/// Source: Crane, Iglehart, JACM 21 (1974) 33; Law, section 9.5.
std::optional<BatchMeans> batch_ratio(std::span<const Slice> slices, double confidence,
                                      std::size_t batches = k_batches);

}  // namespace nines
