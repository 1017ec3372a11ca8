#pragma once
// Two levels: the mean of a costly figure from few pairs with a cheap, correlated one, and from many more of the cheap
// one alone.
//
//     mean(R) = mean over pairs of (R - b F)  +  b x mean over others of F
//
// For a given b this is unbiased whatever F is: the two means of b F have the same expectation (telescoping; Giles,
// Operations Research 56 (2008) 607). With b estimated from the same pairs it is not, by order 1 / n (Lavenberg, Welch,
// Management Science 27 (1981) 322). So the pairs are split in halves, and each half uses the b of the other, on which
// its own means do not depend (splitting: Nelson, Operations Research 38 (1990) 974, "Control variate remedies"): it is
// unbiased for every n and every law. What is decided half by half, b = 0 included, keeps it so.

#include <array>
#include <cstdint>
#include <optional>

#include "engine/stats/interval.hpp"
#include "engine/stats/joint_moments.hpp"
#include "engine/stats/moments.hpp"

namespace nines {

/// The pairs, in halves by turns. A value type of about 170 bytes.
class PairedLevels {
public:
    void add(double fine, double coarse) {
        halves_[count_ % halves_.size()].add(fine, coarse);
        ++count_;
    }
    std::uint64_t count() const { return count_; }
    const std::array<JointMoments, 2>& halves() const { return halves_; }
    /// What a half multiplies F by: regression in the other half; 0 where F does not vary there beyond rounding, or is
    /// correlated so little that a b would cost more than it gains.
    double weight_for(std::size_t half) const;
    /// The mean of the two weights.
    double weight() const;

private:
    std::array<JointMoments, 2> halves_;
    std::uint64_t count_ = 0;
};

/// The mean of F, from others or known.
struct CoarseMean {
    double mean = 0;
    double variance = 0;  ///< of the mean; 0 where it is known exactly
    double degrees = 1;   ///< of freedom of that variance
    double cubed = 0;     ///< mean cubed distance of the mean from its expectation

    /// From independent values, at least two.
    static CoarseMean of(const Moments& alone);
    static CoarseMean exactly(double mean) { return {mean}; }
};

struct TwoLevelMean {
    double mean = 0;
    double standard_error = 0;
    double degrees = 0;      ///< of freedom, by Satterthwaite, Biometrics Bulletin 2 (1946) 110
    double skewness = 0;     ///< of the estimate itself: of n plain values it is that of one, over sqrt(n)
    double weight = 0;       ///< b, mean of the halves
    double correlation = 0;  ///< between the levels
    double gain = 1;         ///< variance of the mean of the pairs' R alone, over that of this
    double share_apart = 0;  ///< standard deviation of R - b F, over that of R
    Interval interval(double confidence) const;
};

/// @param alone  F of others, independent of the pairs; their number may depend on the pairs
/// @returns nothing where there are fewer than 4 pairs, R does not vary, or neither half has a b
std::optional<TwoLevelMean> two_level_mean(const PairedLevels& pairs, const CoarseMean& alone);

/// How many times a value of F alone is to be drawn for each pair, so that a given amount of work gives the least
/// variance: sqrt(V0 c1 / (V1 c0)), Giles as above, V0 = b^2 var F, V1 = var(R - b F).
/// @param cost_ratio  > 0: work of a pair over that of a value of F
/// @returns 0 where F is of no use; infinity where R - b F does not vary
double best_alone_per_pair(const PairedLevels& pairs, double cost_ratio);

}  // namespace nines
