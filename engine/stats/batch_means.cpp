// Batch means and the refusal of intervals that batches do not support.

#include "engine/stats/batch_means.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/check.hpp"
#include "engine/stats/tally.hpp"

namespace nines {

namespace {

/// The judgement of both estimators: from one residual per batch (mean zero but for rounding) and the standard error.
std::optional<BatchMeans> judge(std::span<const double> residuals, double mean, double standard_error,
                                double confidence) {
    const std::size_t count = residuals.size();
    double squares = 0;
    double products = 0;
    for (std::size_t i = 0; i < count; ++i) {
        squares += residuals[i] * residuals[i];
        products += i + 1 < count ? residuals[i] * residuals[i + 1] : 0.0;
    }
    // Rounding alone does not make batches vary: 1e-14 of the mean is the last bits of a constant.
    if (!std::isfinite(mean) || !(standard_error > 1e-14 * std::abs(mean)) || !(squares > 0)) {
        return std::nullopt;
    }
    const double lag1 = products / squares;
    if (std::abs(lag1) > 2 / std::sqrt(static_cast<double>(count))) {
        return std::nullopt;
    }
    const auto degrees = static_cast<double>(count - 1);
    const double half = student_t_quantile(1 - (1 - confidence) / 2, degrees) * standard_error;
    return BatchMeans{.mean = mean,
                      .interval = {mean - half, mean + half},
                      .batches = count,
                      .variance = standard_error * standard_error * static_cast<double>(count),
                      .lag1_correlation = lag1};
}

/// How the slices are grouped: at most `batches` batches of one size.
struct Grouping {
    std::size_t size = 1;
    std::size_t count = 0;
};
Grouping group(std::size_t slices, std::size_t batches) {
    check(batches >= 1, "there is at least one batch");
    // The size rounded down or up, whichever leaves fewer slices over: 59 slices make 29 pairs, not 30 single ones.
    const std::size_t down = std::max<std::size_t>(1, slices / batches);
    const Grouping smaller{down, std::min(batches, slices / down)};
    const Grouping larger{down + 1, slices / (down + 1)};
    return smaller.size * smaller.count >= larger.size * larger.count ? smaller : larger;
}

}  // namespace

std::optional<BatchMeans> batch_means(std::span<const double> values, double confidence, std::size_t batches) {
    const auto [size, count] = group(values.size(), batches);
    if (count < k_batches_min) {
        return std::nullopt;
    }
    std::vector<double> means;
    Tally overall;
    for (std::size_t i = 0; i < count; ++i) {
        Tally batch;
        for (const double value : values.subspan(i * size, size)) {
            batch.add(value);
        }
        means.push_back(batch.mean());
        overall.add(batch.mean());
    }
    for (double& mean : means) {
        mean -= overall.mean();
    }
    const double standard_error = std::sqrt(overall.variance() / static_cast<double>(means.size()));
    auto result = judge(means, overall.mean(), standard_error, confidence);
    if (result) {
        result->batch_size = size;
    }
    return result;
}

std::optional<BatchMeans> batch_ratio(std::span<const Slice> slices, double confidence, std::size_t batches) {
    const auto [size, count] = group(slices.size(), batches);
    if (count < k_batches_min) {
        return std::nullopt;
    }
    std::vector<Slice> sums(count);
    Slice total;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        Slice& sum = sums[std::min(i / size, count - 1)];
        sum.numerator += slices[i].numerator;
        sum.denominator += slices[i].denominator;
        total.numerator += slices[i].numerator;
        total.denominator += slices[i].denominator;
    }
    if (!(total.denominator > 0)) {
        return std::nullopt;
    }
    const double ratio = total.numerator / total.denominator;
    std::vector<double> residuals;
    double squares = 0;
    for (const Slice& sum : sums) {
        const double residual = sum.numerator - ratio * sum.denominator;
        residuals.push_back(residual);
        squares += residual * residual;
    }
    const auto n = static_cast<double>(count);
    const double standard_error = std::sqrt(squares / (n - 1) * n) / total.denominator;
    auto result = judge(residuals, ratio, standard_error, confidence);
    if (result) {
        result->batch_size = size;
    }
    return result;
}

}  // namespace nines
