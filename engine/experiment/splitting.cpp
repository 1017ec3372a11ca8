// Splitting: what does not depend on the process: levels from a pilot, and the judgement over runs.

#include "engine/experiment/splitting.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace nines {

namespace {

std::string refusal_of(const SplittingEstimate& estimate) {
    if (estimate.runs_with_hits == 0) {
        return fmt::format("no path of {} runs came to it", estimate.runs);
    }
    if (2 * estimate.runs_with_hits < estimate.runs) {
        return fmt::format("only {} of {} runs came to it", estimate.runs_with_hits, estimate.runs);
    }
    if (estimate.ancestors < k_ancestors_min) {
        return fmt::format("the hits of a run descend from only {:.3g} paths of the first level ({} are needed)",
                           estimate.ancestors, k_ancestors_min);
    }
    return "";
}

double relative_error_of(const Tally& runs) {
    return runs.mean() > 0 ? runs.standard_deviation() / std::sqrt(static_cast<double>(runs.count())) / runs.mean()
                           : std::numeric_limits<double>::infinity();
}

}  // namespace

SplittingEstimate judge_runs(const std::vector<SplittingRun>& runs, std::vector<double> levels,
                             const SplittingOptions& options) {
    SplittingEstimate estimate;
    Tally values;
    Tally probabilities;
    Tally squares;
    Tally ancestors;
    for (const SplittingRun& run : runs) {
        values.add(run.probability * run.reward_mean);
        probabilities.add(run.probability);
        squares.add(run.probability * run.reward_square);
        estimate.steps += run.steps;
        if (run.probability > 0) {
            ++estimate.runs_with_hits;
            ancestors.add(run.ancestors);
        }
    }
    estimate.runs = static_cast<std::uint32_t>(runs.size());
    estimate.paths_per_level = options.paths_per_level;
    estimate.levels = std::move(levels);
    estimate.value = values.mean();
    estimate.probability = probabilities.mean();
    // A first level that is the rare set itself has no resampling: every hit is its own ancestor.
    estimate.ancestors = estimate.levels.empty() ? std::numeric_limits<double>::infinity() : ancestors.mean();
    estimate.relative_error = relative_error_of(values);
    estimate.probability_error = relative_error_of(probabilities);
    const double error_square = estimate.relative_error * estimate.relative_error;
    estimate.plain_paths = values.mean() > 0 && error_square > 0
                               ? (squares.mean() / (values.mean() * values.mean()) - 1) / error_square
                               : std::numeric_limits<double>::infinity();
    estimate.refusal = refusal_of(estimate);
    if (estimate.refusal.empty()) {
        estimate.interval = mean_interval(values, options.confidence);
        estimate.probability_interval = mean_interval(probabilities, options.confidence);
    }
    return estimate;
}

std::optional<double> next_level(std::vector<double> highest, double above, double chance) {
    std::sort(highest.begin(), highest.end(), std::greater<>());
    const auto wanted = static_cast<std::size_t>(chance * static_cast<double>(highest.size()));
    if (highest.empty() || !(highest.front() > above)) {
        return std::nullopt;
    }
    const double level = highest[std::min(wanted, highest.size() - 1)];
    if (level > above) {
        // Ties at that value would let more paths through than wanted: the next value above, if any path is beyond.
        const auto reaching = static_cast<double>(
            std::partition_point(highest.begin(), highest.end(), [&](double x) { return x >= level; }) -
            highest.begin());
        const auto beyond =
            std::partition_point(highest.begin(), highest.end(), [&](double x) { return x > level; }) - highest.begin();
        const bool too_many = reaching > 1.5 * chance * static_cast<double>(highest.size());
        return too_many && beyond > 0 ? highest[static_cast<std::size_t>(beyond) - 1] : level;
    }
    // Fewer than wanted came above at all: the lowest value above it.
    const auto beyond =
        std::partition_point(highest.begin(), highest.end(), [&](double x) { return x > above; }) - highest.begin();
    return highest[static_cast<std::size_t>(beyond) - 1];
}

bool agree(const SplittingEstimate& one, const SplittingEstimate& other) {
    const double error = std::hypot(one.relative_error * one.value, other.relative_error * other.value);
    return std::abs(one.value - other.value) <= 3 * error;
}

}  // namespace nines
