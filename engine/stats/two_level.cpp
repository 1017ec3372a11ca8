#include "engine/stats/two_level.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/check.hpp"

namespace nines {

namespace {

/// A spread of F below this share of its size is what adding up leaves, and would be multiplied without bound.
constexpr double k_rounding = 1e-9;
/// A b from n pairs costs a share of about 1 / n of the variance and saves rho^2: only above so many 1 / n is it taken,
/// which by chance alone it would be in one of 20.
constexpr double k_correlation_needed = 4;

double share_of(const PairedLevels& pairs, std::size_t half) {
    return static_cast<double>(pairs.halves()[half].count()) / static_cast<double>(pairs.count());
}

/// Variance of R - b F, over both halves, each with its b.
double variance_apart(const PairedLevels& pairs) {
    double variance = 0;
    for (std::size_t half = 0; half < pairs.halves().size(); ++half) {
        variance += share_of(pairs, half) * pairs.halves()[half].less(pairs.weight_for(half)).variance;
    }
    return variance;
}

}  // namespace

double PairedLevels::weight_for(std::size_t half) const {
    const JointMoments& other = halves_[1 - half];
    const double rho = other.correlation();
    const bool varies = std::sqrt(other.variance_of_second()) > k_rounding * std::abs(other.mean_of_second());
    const bool pays = rho * rho * static_cast<double>(other.count()) > k_correlation_needed;
    return other.count() >= 2 && varies && pays ? other.covariance() / other.variance_of_second() : 0.0;
}

double PairedLevels::weight() const {
    return count_ < 2 ? 0.0 : share_of(*this, 0) * weight_for(0) + share_of(*this, 1) * weight_for(1);
}

Interval TwoLevelMean::interval(double confidence) const {
    const double half = student_t_quantile(1 - (1 - confidence) / 2, degrees) * standard_error;
    return {mean - half, mean + half};
}

CoarseMean CoarseMean::of(const Moments& alone) {
    check(alone.count() >= 2, "a variance needs two values");
    const auto n = static_cast<double>(alone.count());
    const double deviation = std::sqrt(alone.variance());
    return {alone.mean(), alone.variance() / n, n - 1, deviation * deviation * deviation * alone.skewness() / (n * n)};
}

std::optional<TwoLevelMean> two_level_mean(const PairedLevels& pairs, const CoarseMean& alone) {
    if (pairs.count() < 4 || (pairs.weight_for(0) == 0 && pairs.weight_for(1) == 0)) {
        return std::nullopt;
    }
    TwoLevelMean result;
    const double b = result.weight = pairs.weight();
    double variance = b * b * alone.variance;
    double squares_per_degree = variance * variance / alone.degrees;
    double cubed = b * b * b * alone.cubed;
    double plain_variance = 0;
    for (std::size_t half = 0; half < pairs.halves().size(); ++half) {
        const JointMoments& values = pairs.halves()[half];
        const double share = share_of(pairs, half);
        const double weight = pairs.weight_for(half);
        const auto n = static_cast<double>(values.count());
        const JointMoments::Combination apart = values.less(weight);
        result.mean += share * (apart.mean + weight * alone.mean);
        const double part = share * share * apart.variance / n;
        variance += part;
        squares_per_degree += part * part / (n - 1);
        cubed += share * share * share * apart.cubed / (n * n);
        plain_variance += share * values.variance_of_first();
        result.correlation += share * values.correlation();
    }
    if (!(variance > 0) || !(plain_variance > 0)) {
        return std::nullopt;
    }
    result.standard_error = std::sqrt(variance);
    result.degrees = variance * variance / squares_per_degree;
    result.skewness = cubed / (variance * result.standard_error);
    result.gain = plain_variance / static_cast<double>(pairs.count()) / variance;
    result.share_apart = std::sqrt(variance_apart(pairs) / plain_variance);
    return result;
}

double best_alone_per_pair(const PairedLevels& pairs, double cost_ratio) {
    check(cost_ratio > 0, "work is something");
    const double weight = pairs.weight();
    if (weight == 0) {
        return 0;
    }
    const double coarse = share_of(pairs, 0) * pairs.halves()[0].variance_of_second() +
                          share_of(pairs, 1) * pairs.halves()[1].variance_of_second();
    const double apart = variance_apart(pairs);
    return apart > 0 ? std::sqrt(weight * weight * coarse * cost_ratio / apart)
                     : std::numeric_limits<double>::infinity();
}

}  // namespace nines
