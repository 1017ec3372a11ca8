// Autocorrelation: sums over neighbours.

#include "engine/stats/autocorrelation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/check.hpp"
#include "engine/stats/interval.hpp"

namespace nines {

namespace {

std::vector<double> distances_from_mean(std::span<const double> values) {
    Tally tally;
    for (const double value : values) {
        tally.add(value);
    }
    std::vector<double> distances(values.begin(), values.end());
    for (double& distance : distances) {
        distance -= tally.mean();
    }
    return distances;
}

double products(std::span<const double> distances, std::size_t lag) {
    double sum = 0;
    for (std::size_t i = lag; i < distances.size(); ++i) {
        sum += distances[i - lag] * distances[i];
    }
    return sum;
}

}  // namespace

double autocorrelation(std::span<const double> values, std::size_t lag) {
    const std::vector<double> distances = distances_from_mean(values);
    const double squares = products(distances, 0);
    return squares > 0 ? products(distances, lag) / squares : 0.0;
}

double von_neumann_ratio(std::span<const double> values) {
    const double squares = products(distances_from_mean(values), 0);
    double steps = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        steps += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
    }
    return squares > 0 ? steps / squares : 2.0;
}

double von_neumann_z(double ratio, std::size_t count) {
    check(count >= 3, "von Neumann's test needs three values");
    const auto n = static_cast<double>(count);
    return (1 - ratio / 2) * std::sqrt((n * n - 1) / (n - 2));
}

double variance_of_mean(double variance, std::span<const double> autocorrelations, std::size_t count) {
    check(count >= 1, "a mean of at least one value");
    const auto n = static_cast<double>(count);
    double sum = 0;
    for (std::size_t lag = 1; lag < count && lag <= autocorrelations.size(); ++lag) {
        sum += (1 - static_cast<double>(lag) / n) * autocorrelations[lag - 1];
    }
    return variance / n * (1 + 2 * sum);
}

double effective_sample_size(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    const std::vector<double> distances = distances_from_mean(values);
    const double squares = products(distances, 0);
    if (!(squares > 0)) {
        return n;
    }
    // Lags 0 and 1, 2 and 3, ...: the sum of such a pair is positive in a reversible chain, so that noise has begun
    // where it is not.
    double sum = -0.5;
    for (std::size_t lag = 0; lag + 1 < values.size(); lag += 2) {
        const double pair = (products(distances, lag) + products(distances, lag + 1)) / squares;
        if (pair <= 0) {
            break;
        }
        sum += pair;
    }
    return std::clamp(sum > 0 ? n / (2 * sum) : n, 1.0, n);
}

double overlapping_asymptotic_variance(std::span<const double> values, std::size_t batch_size) {
    check(batch_size >= 1 && batch_size < values.size(), "a batch is smaller than the run");
    const std::vector<double> distances = distances_from_mean(values);
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < distances.size(); ++i) {
        sum += distances[i] - (i >= batch_size ? distances[i - batch_size] : 0.0);
        squares += i + 1 >= batch_size ? sum * sum : 0.0;
    }
    const auto n = static_cast<double>(values.size());
    const auto m = static_cast<double>(batch_size);
    return squares / m * n / ((n - m + 1) * (n - m));
}

double run_length_needed(double asymptotic_variance, double mean, double relative_half_width, double confidence) {
    check(mean != 0 && relative_half_width > 0, "a relative half-width needs a mean");
    const double in_half_widths = normal_quantile(1 - (1 - confidence) / 2) / (relative_half_width * mean);
    return asymptotic_variance * in_half_widths * in_half_widths;
}

}  // namespace nines
