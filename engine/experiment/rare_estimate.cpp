// RareEstimate: standard errors, and the reasons to withhold an interval.

#include "engine/experiment/rare_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_round_growth_min = 1.5;
constexpr double k_round_growth_max = 4;

/// The last round against those before: (mean of new - mean of old) over its standard error.
std::optional<double> doubling_z(const PathTally& all, const PathTally& before) {
    const auto old_count = static_cast<double>(before.paths().count());
    const auto new_count = static_cast<double>(all.paths().count()) - old_count;
    if (old_count < 2 || new_count < 1 || !(all.paths().variance() > 0)) {
        return std::nullopt;
    }
    const double new_mean = (all.mean() * (old_count + new_count) - before.mean() * old_count) / new_count;
    return (new_mean - before.mean()) / std::sqrt(all.paths().variance() * (1 / old_count + 1 / new_count));
}

std::string refusal_of(const RareEstimate& estimate) {
    if (estimate.hits == 0) {
        return fmt::format("none of {} paths came to it", estimate.paths);
    }
    if (estimate.effective_hits < k_effective_hits_min) {
        return fmt::format("the hits are worth only {:.3g} of equal weight ({} are needed)", estimate.effective_hits,
                           k_effective_hits_min);
    }
    if (estimate.largest_share > k_largest_share_max) {
        return fmt::format("one path makes up {:.3g} % of the estimate (at most {} %)", 100 * estimate.largest_share,
                           100 * k_largest_share_max);
    }
    if (estimate.twin_z && !(std::abs(*estimate.twin_z) <= k_twin_z_max)) {
        return fmt::format("the same sampler misses the exact twin by {:.3g} standard errors", *estimate.twin_z);
    }
    if (estimate.doubling_z && !(std::abs(*estimate.doubling_z) <= k_doubling_z_max)) {
        return fmt::format("the last round differs from those before by {:.3g} standard errors", *estimate.doubling_z);
    }
    return "";
}

void put_interval(RareEstimate& estimate, double confidence) {
    if (estimate.refusal.empty()) {
        const double half = normal_quantile((1 + confidence) / 2) * estimate.relative_error * estimate.value;
        estimate.interval = Interval{estimate.value - half, estimate.value + half};
    }
}

}  // namespace

double PathTally::standard_error() const {
    return paths_.count() < 2 ? k_infinity : std::sqrt(paths_.variance() / static_cast<double>(paths_.count()));
}

double PathTally::largest_share() const {
    const double sum = paths_.mean() * static_cast<double>(paths_.count());
    return std::max(paths_.largest_share(), sum > 0 ? contribution_max_ / sum : 0.0);
}

RareEstimate judge_paths(const PathTally& all, const PathTally& before, const Divisor& divisor,
                         std::optional<double> twin_z, double confidence) {
    RareEstimate estimate;
    const Tally& weights = all.paths().weights();
    estimate.value = all.mean() / divisor.value;
    estimate.paths = all.paths().count();
    estimate.hits = all.paths().hits();
    estimate.effective_hits = all.paths().effective_hits();
    estimate.largest_share = all.largest_share();
    estimate.mean_weight = weights.mean();
    estimate.mean_weight_error =
        std::sqrt(weights.variance() / static_cast<double>(std::max<std::uint64_t>(estimate.paths, 1)));
    estimate.doubling_z = doubling_z(all, before);
    estimate.twin_z = twin_z;
    const double own = all.mean() > 0 ? all.standard_error() / all.mean() : k_infinity;
    estimate.relative_error = std::sqrt(own * own + divisor.relative_error * divisor.relative_error);
    estimate.plain_paths =
        all.mean() > 0 ? (all.true_square() / (all.mean() * all.mean()) - 1) / (own * own) : k_infinity;
    estimate.refusal = refusal_of(estimate);
    if (estimate.refusal.empty() && !weighted_interval(all.paths(), confidence)) {
        estimate.refusal =
            fmt::format("the mean weight is {:.6g} +- {:.2g}, not 1", estimate.mean_weight, estimate.mean_weight_error);
    }
    put_interval(estimate, confidence);
    return estimate;
}

RareEstimate judge_groups(const PathTally& all, const PathTally& before, const Tally& groups,
                          std::optional<double> twin_z, double confidence) {
    const double value = groups.mean();
    const double error =
        value > 0 ? groups.standard_deviation() / std::sqrt(static_cast<double>(groups.count())) / value : 0.0;
    const double own = all.mean() > 0 ? all.standard_error() / all.mean() : 0.0;
    // judge_paths() adds the divisor's error to that of the paths; what the groups have beyond it is the rest.
    const Divisor divisor{value > 0 ? all.mean() / value : 1.0, std::sqrt(std::max(error * error - own * own, 0.0))};
    return judge_paths(all, before, divisor, twin_z, confidence);
}

RareEstimate scaled(const RareEstimate& estimate, double factor, double factor_relative_error, double confidence) {
    RareEstimate result = estimate;
    result.value = estimate.value * factor;
    result.relative_error =
        std::sqrt(estimate.relative_error * estimate.relative_error + factor_relative_error * factor_relative_error);
    put_interval(result, confidence);
    return result;
}

RareEstimate reciprocal(const RareEstimate& estimate, double numerator, double confidence) {
    RareEstimate result = estimate;
    result.value = estimate.value > 0 ? numerator / estimate.value : k_infinity;
    put_interval(result, confidence);
    return result;
}

std::uint64_t next_round_end(const RareEffort& effort, std::uint64_t paths, const RareEstimate& so_far) {
    if (paths == 0) {
        return std::min(effort.paths_min, effort.paths_max);
    }
    if (paths >= effort.paths_max) {
        return paths;
    }
    const double half = normal_quantile((1 + effort.confidence) / 2) * so_far.relative_error;
    double growth = k_round_growth_max;
    if (effort.relative_half_width > 0 && half < k_infinity) {
        const double missing = half / effort.relative_half_width;
        // The doubling test needs a round before the last one.
        if (missing <= 1 && so_far.interval && so_far.doubling_z) {
            return paths;
        }
        growth = std::clamp(1.1 * missing * missing, k_round_growth_min, k_round_growth_max);
    }
    return std::min(effort.paths_max, static_cast<std::uint64_t>(growth * static_cast<double>(paths)));
}

}  // namespace nines
