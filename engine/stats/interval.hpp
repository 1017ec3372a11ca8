#pragma once
// Confidence intervals: of a mean (Student), of a proportion (Wilson, Clopper-Pearson), of a rate, of a quantile.

#include <cstdint>
#include <optional>
#include <span>

#include "engine/stats/tally.hpp"

namespace nines {

struct Interval {
    double lo = 0;
    double hi = 0;

    double half_width() const { return (hi - lo) / 2; }
    bool contains(double value) const { return lo <= value && value <= hi; }
};

/// The value that Student's t with `degrees` > 0 degrees of freedom does not exceed with `probability` in (0, 1).
double student_t_quantile(double probability, double degrees);
/// The same of the standard normal distribution.
double normal_quantile(double probability);

/// Interval of a mean from independent values (replications). `confidence` is in (0, 1), here and below.
/// @returns nothing below two values: one value says nothing about its error
/// Source: Law, Simulation Modeling and Analysis, eq. 4.12.
std::optional<Interval> mean_interval(const Tally& values, double confidence);
/// The same from the three numbers themselves; variance is the sample variance.
std::optional<Interval> mean_interval(double mean, double variance, double count, double confidence);

/// Score interval of a proportion: near its confidence on average over proportions; [0, 1] for no trials.
/// Sources: Wilson, JASA 22 (1927) 209; Brown, Cai, DasGupta, Statistical Science 16 (2001) 101.
Interval wilson_interval(std::uint64_t successes, std::uint64_t trials, double confidence);

/// Exact interval of a proportion: never below its confidence; [0, 1] for no trials.
/// Source: Clopper, Pearson, Biometrika 26 (1934) 404.
Interval clopper_pearson_interval(std::uint64_t successes, std::uint64_t trials, double confidence);

/// Exact upper bound of a proportion alone; 1 for no trials. No success in n trials: about 3 / n at 95 %.
double clopper_pearson_upper(std::uint64_t successes, std::uint64_t trials, double confidence);

/// Exact interval of the rate of a Poisson process with `events` in `exposure` > 0 (incidents in years).
/// Source: Garwood, Biometrika 28 (1936) 437.
Interval poisson_rate_interval(std::uint64_t events, double exposure, double confidence);

/// Ranks (from 1) of the order statistics that enclose a quantile; lower 0 or upper > count: unbounded on that side.
struct QuantileRanks {
    std::uint64_t lower = 0;
    std::uint64_t upper = 0;
};

/// Distribution-free ranks for the p-quantile of `count` >= 1 independent values, p in (0, 1).
/// Source: David, Nagaraja, Order Statistics, section 7.1.
QuantileRanks quantile_ranks(std::uint64_t count, double p, double confidence);

/// The fewest independent values from which both ranks exist.
std::uint64_t quantile_values_needed(double p, double confidence);

/// The interval between those order statistics.
/// @param sorted  independent values in ascending order
/// @returns nothing where the values are too few for a bounded interval
std::optional<Interval> quantile_interval(std::span<const double> sorted, double p, double confidence);

}  // namespace nines
