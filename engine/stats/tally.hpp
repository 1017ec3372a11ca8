#pragma once
// Tally: count, mean, variance, smallest and largest of a sequence of numbers, in one pass and mergeable.
// Sources: Welford, Technometrics 4 (1962) 419 (update); Chan, Golub, LeVeque, Am. Statistician 37 (1983) 242 (merge).

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nines {

/// A value type of 40 bytes. The empty tally has mean 0, variance 0, min +infinity and max -infinity.
class Tally {
public:
    void add(double value) {
        ++count_;
        // A division by the count itself would wait for the mean: its reciprocal is ready by then, at twice the speed.
        const double share = 1 / static_cast<double>(count_);
        const double before = value - mean_;
        mean_ += before * share;
        squares_ += before * (value - mean_);
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
    }

    /// As if the values of `other` had been added too. Its bytes depend on the order of merges: merge in a fixed one.
    void merge(const Tally& other) {
        if (other.count_ == 0) {
            return;
        }
        if (count_ == 0) {
            *this = other;
            return;
        }
        const auto mine = static_cast<double>(count_);
        const auto theirs = static_cast<double>(other.count_);
        const double apart = other.mean_ - mean_;
        count_ += other.count_;
        const auto all = static_cast<double>(count_);
        mean_ += apart * (theirs / all);
        squares_ += other.squares_ + apart * apart * (mine * theirs / all);
        min_ = std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
    }

    std::uint64_t count() const { return count_; }
    double mean() const { return mean_; }
    double sum() const { return mean_ * static_cast<double>(count_); }
    /// The unbiased sample variance (divided by count - 1); 0 below two values.
    double variance() const { return count_ < 2 ? 0.0 : squares_ / static_cast<double>(count_ - 1); }
    double standard_deviation() const { return std::sqrt(variance()); }
    double min() const { return min_; }
    double max() const { return max_; }

private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double squares_ = 0;  // sum of squared distances from the mean
    double min_ = std::numeric_limits<double>::infinity();
    double max_ = -std::numeric_limits<double>::infinity();
};

}  // namespace nines
