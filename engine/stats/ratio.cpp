// Ratio: linearisation, and leaving one pair out at a time.

#include "engine/stats/ratio.hpp"

#include <cmath>

#include "engine/base/check.hpp"

namespace nines {

namespace {

RatioEstimate around(double ratio, double standard_error, double confidence) {
    check(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
    const double half = normal_quantile(1 - (1 - confidence) / 2) * standard_error;
    return {ratio, {ratio - half, ratio + half}};
}

}  // namespace

std::optional<RatioEstimate> classical_ratio(const PairTally& pairs, double confidence) {
    const double below = pairs.second().mean();
    if (pairs.count() < 2 || !(below > 0)) {
        return std::nullopt;
    }
    const double ratio = pairs.first().mean() / below;
    // Of first - ratio x second, which has mean 0; rounding may leave a little less than 0 where nothing varies.
    const double variance =
        pairs.first().variance() - 2 * ratio * pairs.covariance() + ratio * ratio * pairs.second().variance();
    const double error = std::sqrt(std::max(0.0, variance) / static_cast<double>(pairs.count())) / below;
    return around(ratio, error, confidence);
}

std::optional<RatioEstimate> jackknife_ratio(std::span<const Slice> pairs, double confidence) {
    Slice total;
    for (const Slice& pair : pairs) {
        total.numerator += pair.numerator;
        total.denominator += pair.denominator;
    }
    if (pairs.size() < 2 || !(total.denominator > 0)) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(pairs.size());
    const double whole = total.numerator / total.denominator;
    Tally pseudo_values;
    for (const Slice& pair : pairs) {
        const double rest = total.denominator - pair.denominator;
        if (!(rest > 0)) {
            return std::nullopt;
        }
        pseudo_values.add(n * whole - (n - 1) * (total.numerator - pair.numerator) / rest);
    }
    return around(pseudo_values.mean(), std::sqrt(pseudo_values.variance() / n), confidence);
}

}  // namespace nines
