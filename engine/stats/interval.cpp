// Confidence intervals, on the quantile functions of Boost.Math.

#include "engine/stats/interval.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "engine/base/check.hpp"

namespace nines {

namespace {

double tail_of(double confidence) {
    check(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
    return (1 - confidence) / 2;
}

}  // namespace

double student_t_quantile(double probability, double degrees) {
    return boost::math::quantile(boost::math::students_t(degrees), probability);
}

double normal_quantile(double probability) {
    return boost::math::quantile(boost::math::normal(), probability);
}

std::optional<Interval> mean_interval(const Tally& values, double confidence) {
    return mean_interval(values.mean(), values.variance(), static_cast<double>(values.count()), confidence);
}

std::optional<Interval> mean_interval(double mean, double variance, double count, double confidence) {
    const double tail = tail_of(confidence);
    if (count < 2) {
        return std::nullopt;
    }
    const double half = student_t_quantile(1 - tail, count - 1) * std::sqrt(variance / count);
    return Interval{mean - half, mean + half};
}

Interval wilson_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
    check(successes <= trials, "no more successes than trials");
    const double tail = tail_of(confidence);
    if (trials == 0) {
        return {0, 1};
    }
    const double z = normal_quantile(1 - tail);
    const auto n = static_cast<double>(trials);
    const double share = static_cast<double>(successes) / n;
    const double scale = 1 + z * z / n;
    const double centre = (share + z * z / (2 * n)) / scale;
    const double half = z / scale * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // At the ends the formula gives 0 and 1 but for rounding.
    return {successes == 0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half};
}

Interval clopper_pearson_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
    check(successes <= trials, "no more successes than trials");
    const double tail = tail_of(confidence);
    const auto s = static_cast<double>(successes);
    const auto n = static_cast<double>(trials);
    return {successes == 0 ? 0.0 : boost::math::ibeta_inv(s, n - s + 1, tail),
            successes == trials ? 1.0 : boost::math::ibetac_inv(s + 1, n - s, tail)};
}

double clopper_pearson_upper(std::uint64_t successes, std::uint64_t trials, double confidence) {
    check(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1");
    check(successes <= trials, "no more successes than trials");
    const auto s = static_cast<double>(successes);
    const auto n = static_cast<double>(trials);
    return successes == trials ? 1.0 : boost::math::ibetac_inv(s + 1, n - s, 1 - confidence);
}

Interval poisson_rate_interval(std::uint64_t events, double exposure, double confidence) {
    check(exposure > 0, "a rate needs some exposure");
    const double tail = tail_of(confidence);
    const auto n = static_cast<double>(events);
    return {events == 0 ? 0.0 : boost::math::gamma_p_inv(n, tail) / exposure,
            boost::math::gamma_q_inv(n + 1, tail) / exposure};
}

QuantileRanks quantile_ranks(std::uint64_t count, double p, double confidence) {
    check(count >= 1 && p > 0 && p < 1, "a quantile of at least one value, with p between 0 and 1");
    const double tail = tail_of(confidence);
    const boost::math::binomial below(static_cast<double>(count), p);
    const auto at_most = [&](std::uint64_t k) { return boost::math::cdf(below, static_cast<double>(k)); };
    // lower: the largest rank l with P(Bin <= l - 1) <= tail; upper: the smallest u with P(Bin <= u - 1) >= 1 - tail.
    const auto first_where = [&](auto holds) {
        std::uint64_t low = 0;
        std::uint64_t high = count;
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            if (holds(at_most(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    };
    const std::uint64_t lower = first_where([&](double probability) { return probability > tail; });
    const std::uint64_t upper = 1 + first_where([&](double probability) { return probability >= 1 - tail; });
    return {lower, upper};
}

std::uint64_t quantile_values_needed(double p, double confidence) {
    check(p > 0 && p < 1, "p lies between 0 and 1");
    // All values below the quantile, or all above it, must be no more likely than the tail.
    const double likelier = std::max(p, 1 - p);
    auto count = static_cast<std::uint64_t>(std::log(tail_of(confidence)) / std::log(likelier));
    while (std::pow(likelier, static_cast<double>(count)) > tail_of(confidence)) {
        ++count;
    }
    return count;
}

std::optional<Interval> quantile_interval(std::span<const double> sorted, double p, double confidence) {
    if (sorted.empty()) {
        return std::nullopt;
    }
    const auto [lower, upper] = quantile_ranks(sorted.size(), p, confidence);
    if (lower == 0 || upper > sorted.size()) {
        return std::nullopt;
    }
    return Interval{sorted[lower - 1], sorted[upper - 1]};
}

}  // namespace nines
