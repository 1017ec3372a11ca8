#pragma once
// Goodness of fit: ten million draws against a closed-form cdf, by counts in equiprobable bins, far tails and moments.

#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>

namespace nines {

using Cdf = std::function<double(double)>;

/// Every check below raises a false alarm with this probability; seeds are fixed, so one that passes goes on to pass.
inline constexpr double k_alarm = 1e-6;
inline constexpr double k_z_alarm = 4.892;             // the normal law leaves +-this with k_alarm
inline constexpr double k_kolmogorov_alarm = 2.69356;  // sqrt(-ln(k_alarm / 2) / 2), Kolmogorov's limit law

/// Ten million, or a million where NINES_SHORT=1 stands in the environment.
inline std::size_t goodness_draws() {
    const char* given = std::getenv("NINES_SHORT");
    return given != nullptr && given[0] == '1' ? 1'000'000 : 10'000'000;
}

/// Where a continuous cdf reaches p, by bisection from a point that is below it.
inline double quantile(const Cdf& cdf, double p, double below) {
    double step = 1;
    while (cdf(below + step) < p) {
        step *= 2;
    }
    double above = below + step;
    for (;;) {
        const double middle = below + (above - below) / 2;
        if (middle <= below || middle >= above) {
            return above;
        }
        (cdf(middle) < p ? below : above) = middle;
    }
}

/// The exact mean, variance and fourth central moment of a law, or of its logarithm: that of a heavy tail has a mean
/// which is normal enough for a z-test, and the tail itself has not.
struct Moments {
    double mean = 0;
    double variance = 0;
    double fourth = 0;
    bool of_logarithm = false;
};

/// Counts draws as they come, and compares with what the cdf expects. Nothing is kept or sorted.
class Goodness {
public:
    static constexpr std::size_t k_bins = 4096;
    static constexpr double k_far = 1e-5;  ///< the share of draws expected in each far tail

    Goodness(const Cdf& cdf, const Moments& moments, double support_begin) : moments_(moments) {
        double edge = support_begin;
        for (std::size_t i = 1; i < k_bins; ++i) {
            edge = quantile(cdf, static_cast<double>(i) / k_bins, edge);
            edges_[i - 1] = edge;
        }
        edges_[k_bins - 1] = std::numeric_limits<double>::infinity();
        far_left_ = quantile(cdf, k_far, support_begin);
        far_right_ = quantile(cdf, 1 - k_far, edge);
    }

    void add(double x) {
        std::size_t bin = 0;
        for (std::size_t step = k_bins / 2; step > 0; step /= 2) {
            bin += step * static_cast<std::size_t>(edges_[bin + step - 1] <= x);  // no branch: it would be a coin toss
        }
        ++counts_[bin];
        left_ += x < far_left_ ? 1 : 0;
        right_ += x > far_right_ ? 1 : 0;
        ++all_;
        const double deviation = (moments_.of_logarithm ? std::log(x) : x) - moments_.mean;
        sum_ += deviation;
        squares_ += deviation * deviation;
    }

    /// Kolmogorov's distance on the edges of the bins, times the root of the number of draws. The distance over all x
    /// is at least that, so the alarm is at most what is stated, and at most 1 / 4096 more: 0.77 after the root,
    /// of 2.69.
    double kolmogorov() const {
        double distance = 0;
        std::uint64_t below = 0;
        for (std::size_t i = 0; i + 1 < k_bins; ++i) {
            below += counts_[i];
            const double share = static_cast<double>(below) / count();
            distance = std::max(distance, std::abs(share - static_cast<double>(i + 1) / k_bins));
        }
        return distance * std::sqrt(count());
    }

    /// Pearson's statistic; k_bins - 1 degrees of freedom.
    double chi_squared() const {
        const double expected = count() / k_bins;
        double sum = 0;
        for (const std::uint64_t bin : counts_) {
            const double apart = static_cast<double>(bin) - expected;
            sum += apart * apart / expected;
        }
        return sum;
    }

    double mean_z() const { return sum_ / std::sqrt(count() * moments_.variance); }
    double variance_z() const {
        const double spread = moments_.fourth - moments_.variance * moments_.variance;
        return (squares_ / count() - moments_.variance) * std::sqrt(count() / spread);
    }

    /// Checks everything; six chances of a false alarm.
    void expect() const {
        EXPECT_LT(kolmogorov(), k_kolmogorov_alarm);
        // Two-sided: counts that are too even are as wrong as too uneven ones.
        const boost::math::chi_squared bins(k_bins - 1);
        EXPECT_LT(chi_squared(), boost::math::quantile(boost::math::complement(bins, k_alarm / 2)));
        EXPECT_GT(chi_squared(), boost::math::quantile(bins, k_alarm / 2));
        EXPECT_LT(std::abs(mean_z()), k_z_alarm);
        EXPECT_LT(std::abs(variance_z()), k_z_alarm);
        const boost::math::poisson far(count() * k_far);
        for (const double hits : {static_cast<double>(left_), static_cast<double>(right_)}) {
            EXPECT_GT(boost::math::cdf(far, hits), k_alarm / 2) << hits << " in a far tail";
            EXPECT_GT(boost::math::cdf(boost::math::complement(far, hits - 1 < 0 ? 0 : hits - 1)), k_alarm / 2)
                << hits << " in a far tail";
        }
    }

private:
    double count() const { return static_cast<double>(all_); }

    Moments moments_;
    std::array<double, k_bins> edges_{};
    std::array<std::uint64_t, k_bins> counts_{};
    double far_left_ = 0;
    double far_right_ = 0;
    std::uint64_t left_ = 0;
    std::uint64_t right_ = 0;
    std::uint64_t all_ = 0;
    double sum_ = 0;      // of deviations from the exact mean
    double squares_ = 0;  // of their squares
};

/// Pearson's statistic of counts against equal shares, and what it exceeds with probability k_alarm.
template <class Counts>
void expect_equal_shares(const Counts& counts) {
    double all = 0;
    for (const auto count : counts) {
        all += static_cast<double>(count);
    }
    const double expected = all / static_cast<double>(counts.size());
    double sum = 0;
    for (const auto count : counts) {
        sum += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) / expected;
    }
    const boost::math::chi_squared law(static_cast<double>(counts.size() - 1));
    EXPECT_LT(sum, boost::math::quantile(boost::math::complement(law, k_alarm)));
}

}  // namespace nines
