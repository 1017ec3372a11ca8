// Intervals against figures computed to 40 digits, and coverage by exact enumeration.

#include "engine/stats/interval.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace nines {
namespace {

void expect_interval(Interval found, double lo, double hi) {
    EXPECT_NEAR(found.lo, lo, 1e-11 * std::max(1e-3, std::abs(lo)));
    EXPECT_NEAR(found.hi, hi, 1e-11 * std::max(1e-3, std::abs(hi)));
}

Tally tally_of(const std::vector<double>& values) {
    Tally tally;
    for (const double value : values) {
        tally.add(value);
    }
    return tally;
}

// Source: Law, Simulation Modeling and Analysis, eq. 4.12 and its example.
TEST(MeanInterval, TenReplications) {
    const Tally tally = tally_of({1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09});
    expect_interval(mean_interval(tally, 0.9).value(), 1.105746585510603, 1.5802534144893972);
    EXPECT_NEAR(student_t_quantile(0.95, 9), 1.8331129326562372, 1e-13);
}

TEST(MeanInterval, FiveReplications) {
    const Tally tally = tally_of({0.99951, 0.99987, 0.99902, 0.99976, 0.99961});
    expect_interval(mean_interval(tally, 0.95).value(), 0.9991457020583544, 0.9999622979416456);
    EXPECT_NEAR(student_t_quantile(0.975, 4), 2.7764451051977943, 1e-13);
}

TEST(MeanInterval, OneValueSaysNothing) {
    EXPECT_FALSE(mean_interval(Tally(), 0.95));
    EXPECT_FALSE(mean_interval(tally_of({3}), 0.95));
    expect_interval(mean_interval(tally_of({3, 3}), 0.95).value(), 3, 3);
}

TEST(Quantiles, Normal) {
    EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400545, 1e-13);
    EXPECT_NEAR(student_t_quantile(0.975, 1e9), 1.95996398, 1e-8);
}

// Sources: Wilson (1927); Clopper & Pearson (1934); beta quantiles by bisection in 40 digits.
TEST(Proportion, RareNoneAndMost) {
    expect_interval(wilson_interval(3, 20'000, 0.95), 5.10148179949506e-05, 0.0004409636272928436);
    expect_interval(clopper_pearson_interval(3, 20'000, 0.95), 3.093467444528526e-05, 0.000438300453393637);
    expect_interval(wilson_interval(0, 1000, 0.95), 0, 0.0038267584855551243);
    expect_interval(clopper_pearson_interval(0, 1000, 0.95), 0, 0.003682083896865672);
    expect_interval(wilson_interval(47, 60, 0.99), 0.6220979058570034, 0.8881452510218343);
    expect_interval(clopper_pearson_interval(47, 60, 0.99), 0.6186152335752461, 0.9015094252823523);
}

TEST(Proportion, EndsAndMirror) {
    expect_interval(wilson_interval(0, 0, 0.95), 0, 1);
    expect_interval(clopper_pearson_interval(0, 0, 0.95), 0, 1);
    EXPECT_EQ(clopper_pearson_interval(9, 9, 0.95).hi, 1);
    EXPECT_EQ(wilson_interval(9, 9, 0.95).hi, 1);
    const Interval few = clopper_pearson_interval(2, 30, 0.9);
    expect_interval(clopper_pearson_interval(28, 30, 0.9), 1 - few.hi, 1 - few.lo);
}

/// Exact chance that the interval of a binomial count holds the truth.
template <class Make>
double coverage(double truth, std::uint64_t trials, const Make& make) {
    const boost::math::binomial law(static_cast<double>(trials), truth);
    double sum = 0;
    for (std::uint64_t successes = 0; successes <= trials; ++successes) {
        sum += make(successes).contains(truth) ? boost::math::pdf(law, static_cast<double>(successes)) : 0.0;
    }
    return sum;
}

TEST(Proportion, ClopperPearsonNeverFallsBelowItsConfidence) {
    double wilson = 0;
    for (int i = 1; i < 100; ++i) {
        EXPECT_GE(coverage(0.01 * i, 40, [](auto s) { return clopper_pearson_interval(s, 40, 0.95); }), 0.95) << i;
        wilson += coverage(0.01 * i, 40, [](auto s) { return wilson_interval(s, 40, 0.95); }) / 99;
    }
    EXPECT_NEAR(wilson, 0.95, 0.01);
}

// Source: Garwood (1936).
TEST(PoissonRate, ThreeInTwentyYearsAndNoneInTwelve) {
    expect_interval(poisson_rate_interval(3, 20, 0.95), 0.030933606144780065, 0.4383636534871163);
    expect_interval(poisson_rate_interval(0, 12, 0.95), 0, 0.30740662117616135);
}

// Source: David & Nagaraja, Order Statistics, section 7.1.
TEST(QuantileInterval, Ranks) {
    const auto expect_ranks = [](QuantileRanks ranks, std::uint64_t lower, std::uint64_t upper) {
        EXPECT_EQ(ranks.lower, lower);
        EXPECT_EQ(ranks.upper, upper);
    };
    expect_ranks(quantile_ranks(1000, 0.99, 0.95), 983, 997);
    expect_ranks(quantile_ranks(25, 0.5, 0.95), 8, 18);
    expect_ranks(quantile_ranks(100, 0.99, 0.95), 97, 101);
}

TEST(QuantileInterval, BoundedFrom368ValuesOn) {
    std::vector<double> values(368);
    std::iota(values.begin(), values.end(), 1.0);
    const auto interval = quantile_interval(values, 0.99, 0.95);
    ASSERT_TRUE(interval);
    EXPECT_EQ(interval->hi, 368);
    values.pop_back();
    EXPECT_FALSE(quantile_interval(values, 0.99, 0.95));
    EXPECT_FALSE(quantile_interval({}, 0.99, 0.95));
}

}  // namespace
}  // namespace nines
