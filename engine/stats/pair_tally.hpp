#pragma once
// PairTally: two numbers of the same replication (or cycle): their tallies and how they vary together, mergeable.
// Source: Pebay, Sandia report SAND2008-6212 (2008), for the covariance.

#include <cmath>
#include <cstdint>

#include "engine/stats/tally.hpp"

namespace nines {

/// A value type of 88 bytes. Covariance and correlation are 0 where there are fewer than two pairs.
class PairTally {
public:
    void add(double first, double second) {
        const double before = first - first_.mean();
        first_.add(first);
        second_.add(second);
        products_ += before * (second - second_.mean());
    }

    /// As if the pairs of `other` had been added too; merge in a fixed order.
    void merge(const PairTally& other) {
        if (other.count() == 0) {
            return;
        }
        const auto mine = static_cast<double>(count());
        const auto theirs = static_cast<double>(other.count());
        products_ += other.products_ + (other.first_.mean() - first_.mean()) * (other.second_.mean() - second_.mean()) *
                                           (mine * theirs / (mine + theirs));
        first_.merge(other.first_);
        second_.merge(other.second_);
    }

    std::uint64_t count() const { return first_.count(); }
    const Tally& first() const { return first_; }
    const Tally& second() const { return second_; }
    /// Unbiased: divided by count - 1.
    double covariance() const { return count() < 2 ? 0.0 : products_ / static_cast<double>(count() - 1); }
    /// In [-1, 1] but for rounding; 0 where one of the two does not vary.
    double correlation() const {
        const double scale = first_.standard_deviation() * second_.standard_deviation();
        return scale > 0 ? covariance() / scale : 0.0;
    }

private:
    Tally first_;
    Tally second_;
    double products_ = 0;  // sum of products of the distances from the two means
};

}  // namespace nines
