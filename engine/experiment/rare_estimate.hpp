#pragma once
// RareEstimate: a small number with everything by which it can be believed or not, and when its interval is withheld.

#include <cstdint>
#include <optional>
#include <string>

#include "engine/random/stream.hpp"
#include "engine/stats/interval.hpp"
#include "engine/stats/weighted.hpp"

namespace nines {

/// How long to sample and with which luck. Rounds grow, and end at numbers of paths that depend on the results only.
struct RareEffort {
    Luck luck;
    double confidence = 0.95;
    double relative_half_width = 0.05;  ///< of the interval: where sampling may stop; 0: only at paths_max
    std::uint64_t paths_min = 1U << 16U;
    std::uint64_t paths_max = 1U << 24U;
};

/// Bounds beyond which no interval is given; those of weighted_interval() beside them.
inline constexpr double k_twin_z_max = 3;
inline constexpr double k_doubling_z_max = 3.5;  ///< two halves of one sample further apart: a tail is not seen yet

/// @see docs/reference/rare-events.md
struct RareEstimate {
    double value = 0;                  ///< unbiased, or a ratio of such
    std::optional<Interval> interval;  ///< absent: see refusal
    std::string refusal;               ///< why there is no interval; empty where there is one
    double relative_error = 0;         ///< standard error / value; infinite for value 0
    std::uint64_t paths = 0;
    std::uint64_t hits = 0;            ///< paths that came to what is rare
    double effective_hits = 0;         ///< (sum w)^2 / sum w^2 over the hits
    double largest_share = 0;          ///< of one path in the estimate
    double mean_weight = 1;            ///< of all paths; 1 when the weights are right
    double mean_weight_error = 0;      ///< its standard error
    std::optional<double> doubling_z;  ///< last round against those before it, in standard errors
    std::optional<double> twin_z;      ///< the same sampler on the exact twin: its error in standard errors
    double plain_paths = 0;            ///< natural paths that would give this relative error; cycles or missions
};

/// Values of weighted paths, and what plain paths would have cost. Mergeable in a fixed order.
class PathTally {
public:
    void add(double value, double weight) {
        paths_.add(value, weight);
        contribution_max_ = std::max(contribution_max_, value * weight);
        squares_.add(value * value * weight);
    }
    void merge(const PathTally& other) {
        paths_.merge(other.paths_);
        contribution_max_ = std::max(contribution_max_, other.contribution_max_);
        squares_.merge(other.squares_);
    }

    const WeightedTally& paths() const { return paths_; }
    double mean() const { return paths_.mean(); }
    double standard_error() const;
    /// The larger of the heaviest hit's share of the hits' weight, and of the largest value x weight in their sum.
    double largest_share() const;
    /// Second moment of the value under the true law.
    double true_square() const { return squares_.mean(); }

private:
    WeightedTally paths_;
    double contribution_max_ = 0;
    Tally squares_;
};

/// What divides a mean: its value (exact: error 0) and standard error relative to it.
struct Divisor {
    double value = 1;
    double relative_error = 0;
};

/// Estimate of tally mean / divisor, judged.
/// @param before  the tally as it was before the last round, for the doubling test; empty: no test
/// @param twin_z  nothing where there is no exact twin: then nothing is concluded from it
RareEstimate judge_paths(const PathTally& all, const PathTally& before, const Divisor& divisor,
                         std::optional<double> twin_z, double confidence);

/// The same for paths in independent groups (the branches of one long path): value and error are those of the mean over
/// groups, all else is judged by paths.
/// @param groups  of each group the mean over its paths; the mean over groups is that over paths
RareEstimate judge_groups(const PathTally& all, const PathTally& before, const Tally& groups,
                          std::optional<double> twin_z, double confidence);

/// The estimate times a factor with an error of its own. Keeps every diagnostic.
RareEstimate scaled(const RareEstimate& estimate, double factor, double factor_relative_error, double confidence);
/// `numerator` over the estimate: a mean time from a rate.
RareEstimate reciprocal(const RareEstimate& estimate, double numerator, double confidence);

/// How many paths the next round should end at, from the relative half-width reached so far; `paths` when done.
std::uint64_t next_round_end(const RareEffort& effort, std::uint64_t paths, const RareEstimate& so_far);

}  // namespace nines
