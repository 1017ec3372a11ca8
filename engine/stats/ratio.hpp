#pragma once
// Ratio: a metric that is a ratio of sums (ok / offered, up / total) from independent pairs, not a mean of ratios.
// Sources: Crane, Iglehart, Operations Research 23 (1975) 33 (classical); Iglehart, Naval Research Logistics Quarterly
// 22 (1975) 553 (jackknife); Law, Simulation Modeling and Analysis, section 9.5.

#include <optional>
#include <span>

#include "engine/stats/batch_means.hpp"
#include "engine/stats/interval.hpp"
#include "engine/stats/pair_tally.hpp"

namespace nines {

struct RatioEstimate {
    double ratio = 0;
    Interval interval;  ///< on the normal quantile, as both sources have it: for some dozens of pairs or more
};

/// Sum of the first numbers over sum of the second, from replications or regeneration cycles. `confidence` is in (0,
/// 1).
/// @returns nothing below two pairs, or where the second numbers do not sum to something positive
std::optional<RatioEstimate> classical_ratio(const PairTally& pairs, double confidence);

/// The same with the bias of order 1 / pairs taken off, and an interval that covers better where pairs are few.
std::optional<RatioEstimate> jackknife_ratio(std::span<const Slice> pairs, double confidence);

}  // namespace nines
