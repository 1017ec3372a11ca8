#pragma once
// JointMoments: two numbers of the same replication, with their moments up to the third order: mean, variance and
// skewness of any combination of the two, known once all pairs are in.
// Source: Pebay, Sandia report SAND2008-6212 (2008), eqs. 1.6 and 3.7, for each product of three distances.

#include <cstdint>

namespace nines {

/// A value type of 80 bytes. The empty one is all 0.
class JointMoments {
public:
    void add(double first, double second);

    /// Of first - weight x second over the pairs.
    struct Combination {
        double mean = 0;
        double variance = 0;  ///< unbiased; 0 below two pairs
        double cubed = 0;     ///< mean cubed distance from the mean, not corrected for being a sample
    };
    Combination less(double weight) const;

    std::uint64_t count() const { return count_; }
    double mean_of_second() const { return mean_b_; }
    double variance_of_first() const { return unbiased(aa_); }
    double variance_of_second() const { return unbiased(bb_); }
    double covariance() const { return unbiased(ab_); }
    /// In [-1, 1] but for rounding; 0 where one of the two does not vary.
    double correlation() const;

private:
    double unbiased(double sum) const { return count_ < 2 ? 0.0 : sum / static_cast<double>(count_ - 1); }

    std::uint64_t count_ = 0;
    double mean_a_ = 0, mean_b_ = 0;
    // Sums of products of distances from the means.
    double aa_ = 0, ab_ = 0, bb_ = 0;
    double aaa_ = 0, aab_ = 0, abb_ = 0, bbb_ = 0;
};

}  // namespace nines
