// Steady state: batches that grow until they are independent, and quantiles by the share of values below.

#include "engine/stats/steady_state.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/check.hpp"
#include "engine/stats/autocorrelation.hpp"
#include "engine/stats/moments.hpp"

namespace nines {

namespace {

/// One-sided. A stricter test would be passed by luck more often than by right, and the runs that pass by luck are
/// those whose mean has swallowed the slowest swing: at 0.2 their intervals covered 5 points less than at 0.02.
constexpr double k_test_error = 0.02;

std::vector<double> means_of_batches(std::span<const double> values, std::size_t size) {
    std::vector<double> means;
    means.reserve(values.size() / size);
    for (std::size_t i = 0; i + size <= values.size(); i += size) {
        double sum = 0;
        for (const double value : values.subspan(i, size)) {
            sum += value;
        }
        means.push_back(sum / static_cast<double>(size));
    }
    return means;
}

/// Corrected for being a sample.
double skewness_of(std::span<const double> values) {
    Moments moments;
    for (const double value : values) {
        moments.add(value);
    }
    const auto n = static_cast<double>(values.size());
    return moments.skewness() * std::sqrt(n * (n - 1)) / (n - 2);
}

/// Student's interval, moved to the side of the long tail. Source: Willink (2005), eq. 2.
Interval skewed_interval(const BatchMeans& batches, double skewness, double confidence) {
    const auto n = static_cast<double>(batches.batches);
    const double t = student_t_quantile(1 - (1 - confidence) / 2, n - 1);
    const double bend = skewness / (6 * std::sqrt(n));
    const auto bent = [bend](double z) {
        return std::abs(bend) < 1e-6 ? z : (std::cbrt(1 + 6 * bend * (z - bend)) - 1) / (2 * bend);
    };
    const double standard_error = std::sqrt(batches.variance / n);
    return {batches.mean - bent(t) * standard_error, batches.mean - bent(-t) * standard_error};
}

std::size_t grown(std::size_t size) {
    return std::max(size + 1, static_cast<std::size_t>(std::lround(static_cast<double>(size) * std::sqrt(2.0))));
}

}  // namespace

std::optional<std::size_t> independent_batch_size(std::span<const double> values) {
    const double bound = normal_quantile(1 - k_test_error);
    for (std::size_t size = 1; values.size() / size >= k_test_batches_min; size = grown(size)) {
        const std::vector<double> means = means_of_batches(values, size);
        if (von_neumann_z(von_neumann_ratio(means), means.size()) <= bound) {
            return size;
        }
    }
    return std::nullopt;
}

std::optional<BatchMeans> steady_mean(std::span<const double> values, double confidence) {
    if (!independent_batch_size(values)) {
        return std::nullopt;
    }
    const std::size_t size = values.size() / k_interval_batches;
    const auto used = values.first(size * k_interval_batches);
    auto result = batch_means(used, confidence, k_interval_batches);
    if (!result) {
        return std::nullopt;
    }
    // What neighbours have in common adds to the variance of the mean as in a sequence with that lag-1 correlation.
    const double common = std::max(0.0, result->lag1_correlation);
    result->variance *= (1 + common) / (1 - common);
    result->interval = skewed_interval(*result, skewness_of(means_of_batches(used, size)), confidence);
    return result;
}

std::optional<SteadyQuantile> steady_quantile(std::span<const double> values, double p, double confidence) {
    check(p > 0 && p < 1, "p lies between 0 and 1");
    const double needed = k_values_beyond_quantile / std::min(p, 1 - p);
    const auto n = static_cast<double>(values.size());
    if (n < needed) {
        return std::nullopt;
    }
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](double rank) { return sorted[static_cast<std::size_t>(std::clamp(rank, 1.0, n)) - 1]; };
    const double estimate = at(std::ceil(p * n * (1 - 0x1p-52)));
    std::vector<double> below;
    below.reserve(values.size());
    for (const double value : values) {
        below.push_back(value <= estimate ? 1.0 : 0.0);
    }
    const auto share = steady_mean(below, confidence);
    if (!share) {
        return std::nullopt;
    }
    // The variance is itself estimated: Student's quantile instead of the normal one widens as if values were fewer.
    const double tail = (1 - confidence) / 2;
    const double wider =
        student_t_quantile(1 - tail, static_cast<double>(share->batches - 1)) / normal_quantile(1 - tail);
    const double effective = share->mean * (1 - share->mean) / share->asymptotic_variance() * n / (wider * wider);
    if (effective < needed) {
        return std::nullopt;
    }
    const auto count = static_cast<std::uint64_t>(effective);
    const auto [lower, upper] = quantile_ranks(count, p, confidence);
    if (lower == 0 || upper > count) {
        return std::nullopt;
    }
    const double scale = n / static_cast<double>(count);
    return SteadyQuantile{.value = estimate,
                          .interval = {at(std::floor(static_cast<double>(lower) * scale)),
                                       at(std::ceil(static_cast<double>(upper) * scale))},
                          .effective_sample_size = effective};
}

}  // namespace nines
