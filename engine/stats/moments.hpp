#pragma once
// Moments: count, mean, variance, skewness and kurtosis of a sequence of numbers, in one pass and mergeable.
// Source: Pebay, Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
// moments, Sandia report SAND2008-6212 (2008). A Tally is smaller and faster where the shape does not matter.

#include <cstdint>
#include <span>

#include "engine/stats/tally.hpp"

namespace nines {

/// A value type of 56 bytes. The empty one is all 0.
class Moments {
public:
    void add(double value);
    /// All of them at once, in two passes: faster than one by one, and other in the last digits.
    static Moments of(std::span<const double> values);
    /// As if the values of `other` had been added too. Its bytes depend on the order of merges: merge in a fixed one.
    void merge(const Moments& other);

    std::uint64_t count() const { return tally_.count(); }
    double mean() const { return tally_.mean(); }
    double variance() const { return tally_.variance(); }  ///< unbiased; 0 below two values
    const Tally& tally() const { return tally_; }

    /// Of the values themselves, not corrected for being a sample: m3 / m2^1.5; 0 where nothing varies.
    double skewness() const;
    /// m4 / m2^2 - 3, likewise: 0 is that of the normal distribution.
    double excess_kurtosis() const;

private:
    Tally tally_;
    double cubes_ = 0;    // sum of cubed distances from the mean
    double fourths_ = 0;  // sum of their fourth powers
};

}  // namespace nines
