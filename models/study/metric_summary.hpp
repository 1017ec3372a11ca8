#pragma once
// MetricSummary: the statistics of one metric over replications: mean, spread, shape and distribution, in bounded
// memory.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/stats/interval.hpp"
#include "engine/stats/moments.hpp"
#include "engine/stats/sketch.hpp"
#include "models/results/results.hpp"

namespace nines {

/// A metric that has had one value only costs a comparison for each replication.
class MetricSummary {
public:
    /// @param from_one  the sketch keeps 1 - value: of shares close to 1 it is the distance from 1 that matters
    explicit MetricSummary(bool from_one) : from_one_(from_one) {}

    /// The values of consecutive replications, `stride` apart; NaN: nothing measured, not counted.
    void add(const double* values, std::size_t count, std::size_t stride);

    std::uint64_t count() const { return same_ + moments_.count() + waiting_; }
    bool all_alike() const { return moments_.count() == 0; }
    Moments moments() const;
    /// Values in ascending order.
    std::vector<Sketch::Step> steps() const;

private:
    void flush();

    // Values are summed up by the block: a few nanoseconds each, where one by one they would take a hundred. Blocks
    // begin at the first value that differs, and do not depend on how values came.
    static constexpr std::size_t k_block = 64;

    bool from_one_;
    double first_ = 0;
    std::uint64_t same_ = 0;  // values so far, all equal to first_; 0 once one differed
    Moments moments_;
    Sketch sketch_;
    std::vector<double> block_;  // of k_block places once a value differed
    std::size_t waiting_ = 0;    // values in the block
};

/// What is needed for an interval of a mean to cover.
struct IntervalRules {
    double confidence = 0.95;
    std::uint64_t replications_min = 30;
    double incidents_min = 100;
    double incidents = 0;       ///< seen in all replications
    bool of_incidents = false;  ///< whether the metric lives on incidents
};

/// What decides which interval a mean gets.
struct Shape {
    std::uint64_t count = 0;
    bool varies = false;
    double skewness = 0;
};
IntervalKind kind_of(const Shape& shape, const IntervalRules& rules);

/// Student's interval of the mean, or a sentence why there is none (design: "intervals cover").
struct MeanInterval {
    std::optional<Interval> interval;
    std::string why_not;
    IntervalKind kind = IntervalKind::few;
};
MeanInterval interval_of(const Moments& moments, const IntervalRules& rules);
inline MeanInterval interval_of(const MetricSummary& summary, const IntervalRules& rules) {
    return interval_of(summary.moments(), rules);
}

/// Where the mean may be by Chebyshev's inequality: wider than Student's interval, and for any law whose variance is
/// that of the values. Decides what is far from its bound though its law is too skewed for Student.
Interval chebyshev_interval(const Tally& values, double confidence);
/// The same from the three numbers themselves; variance is the sample variance.
Interval chebyshev_interval(double mean, double variance, double count, double confidence);

/// The chance of `hits` in `trials`, with an interval: Wilson's; Clopper and Pearson's where hits or misses are few.
struct Chance {
    double probability = 0;
    Interval interval;
};
Chance chance_of(std::uint64_t hits, std::uint64_t trials, double confidence);

/// The ceil(share x count)-th smallest value, and the order statistics that hold the true quantile; no interval where
/// the values are too few.
/// @param steps  not empty
/// @param ranks  quantile_ranks() of count and share
struct QuantileEstimate {
    double value = 0;
    std::optional<Interval> interval;
};
QuantileEstimate quantile_of(const std::vector<Sketch::Step>& steps, std::uint64_t count, double share,
                             const QuantileRanks& ranks);

}  // namespace nines
