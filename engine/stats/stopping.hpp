#pragma once
// Stopping: when a study has replications enough, for several metrics at once. It looks at replications in the order of
// their numbers only, so that the answer does not depend on which of them happened to end first.
// Sources: Chow, Robbins, Ann. Math. Stat. 36 (1965) 457, and Glynn, Whitt, Ann. Applied Probability 2 (1992) 180 (a
// sequential interval is valid as it narrows, if the half-width is inflated by a term of order 1 / n); Law, Simulation
// Modeling and Analysis, section 9.4.1 (relative half-widths); Cochran, Sampling Techniques, 3rd ed., section 2.15 (how
// many values of a skewed law); Stein, Ann. Math. Stat. 16 (1945) 243 (two stages).

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "engine/stats/interval.hpp"
#include "engine/stats/moments.hpp"

namespace nines {

/// What must be known of one metric, and how well. Each condition that is given must hold; without any, the target is
/// met at the first looks. A relative half-width of a metric whose mean is 0 is never met, nor is any of a metric with
/// an infinite value: whoever runs the study bounds its replications.
struct Target {
    double half_width = std::numeric_limits<double>::infinity();           ///< at most, in the unit of the metric
    double relative_half_width = std::numeric_limits<double>::infinity();  ///< at most, as a share of the true mean
    /// At least so many incidents in all, where the metric counts them (0 for other metrics): an estimate whose error
    /// is as uncertain as itself is not to be trusted for its half-width.
    double incidents_min = 0;
};

inline constexpr double k_incidents_min = 100;

/// The guards against stopping at a moment that looks good by chance.
struct StoppingDesign {
    double confidence = 0.95;
    std::uint64_t replications_min = 30;  ///< >= 2
    double growth = 1.5;                  ///< > 1: looks at n, then at growth x n, rounded up
    std::uint32_t passes = 2;             ///< looks in a row at which all targets must be met
};

/// What kept a target from being met at the last look, the first that applies.
enum class Precision : std::uint8_t {
    too_early,          ///< not looked yet, or measured in fewer than replications_min
    nothing_varied,     ///< all values equal: no evidence of a half-width. See unseen_share_max().
    too_few_incidents,  ///< fewer than incidents_min
    too_skewed,         ///< fewer than 25 x skewness^2 values: Student's t does not cover
    too_wide,           ///< the half-width is above the target
    met
};

/// Guarantees: 1. the decision depends on the values of replications 0, 1, ... n - 1 alone. 2. it falls at a look, and
/// a decision to stop is final. 3. memory does not grow with the replications.
class Stopping {
public:
    /// @param targets  at least one
    explicit Stopping(std::span<const Target> targets, const StoppingDesign& design = {});

    /// The next replication in the order of their numbers: one value for each target, NaN where it was not measured.
    /// Not to be called once stopped.
    /// @returns whether these replications are enough
    bool add(std::span<const double> values);

    bool stopped() const { return passes_ >= design_.passes; }
    std::uint64_t replications() const { return replications_; }
    /// The number of replications at which it looks next: so many may be run without asking.
    std::uint64_t next_look() const { return next_look_; }
    Precision precision(std::size_t target) const { return metrics_[target].precision; }
    const Target& target(std::size_t target) const { return metrics_[target].target; }
    const Moments& moments(std::size_t target) const { return metrics_[target].moments; }
    /// Student's interval of the mean. @returns nothing below two values, or where nothing varied
    std::optional<Interval> interval(std::size_t target) const;
    /// Where nothing varied: the largest share of replications that may be different, at the confidence; about 3 / n at
    /// 95 %. Without an incident in n replications it bounds the chance of one.
    double unseen_share_max(std::size_t target) const;

private:
    struct Metric {
        Target target;
        Moments moments;
        Precision precision = Precision::too_early;
    };
    Precision look(const Metric& metric) const;

    StoppingDesign design_;
    std::vector<Metric> metrics_;
    std::uint64_t replications_ = 0;
    std::uint64_t next_look_ = 0;
    std::uint32_t passes_ = 0;
};

/// How many replications in all give an interval of that half-width in two stages: for normal values the coverage is
/// exactly valid, whatever their variance.
/// @param first_stage  at least two values; the mean is then taken over all, the quantile stays that of the first stage
std::uint64_t stein_replications(const Tally& first_stage, double half_width, double confidence);

}  // namespace nines
