// Rate curves: the inverse of the integral, at jumps, slopes, nights without rate, and over periods.

#include "engine/random/rate_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

TEST(RateCurve, StepsHoldUntilTheNext) {
    const RateCurve curve = RateCurve::steps({{0, 800}, {600, 1200}});
    EXPECT_DOUBLE_EQ(curve.at(-5), 800);
    EXPECT_DOUBLE_EQ(curve.at(599.999), 800);
    EXPECT_DOUBLE_EQ(curve.at(600), 1200);
    EXPECT_DOUBLE_EQ(curve.at(1e9), 1200);
    EXPECT_DOUBLE_EQ(curve.integral(590, 610), 10 * 800 + 10 * 1200);
}

TEST(RateCurve, ARampIsAStraightLine) {
    const RateCurve curve = RateCurve::linear({{0, 100}, {3600, 900}});
    EXPECT_DOUBLE_EQ(curve.at(1800), 500);
    EXPECT_DOUBLE_EQ(curve.integral(0, 3600), 500.0 * 3600);
    EXPECT_NEAR(curve.after(0, 500.0 * 3600), 3600, 1e-6);
    // Half of the work of the ramp: solve 100 t + t^2/9 = 900,000.
    const double t = (-100 + std::sqrt(100.0 * 100 + 4.0 / 9 * 900'000)) * 9 / 2;
    EXPECT_NEAR(curve.after(0, 900'000), t, 1e-6);
}

TEST(RateCurve, NothingComesWhenTheRateIsZeroForEver) {
    EXPECT_TRUE(std::isinf(RateCurve::constant(0).after(3, 1)));
    const RateCurve curve = RateCurve::steps({{0, 10}, {100, 0}});
    EXPECT_TRUE(std::isinf(curve.after(99, 11)));
    EXPECT_NEAR(curve.after(99, 10), 100, 1e-9);
}

TEST(RateCurve, ANightWithoutRateIsSkipped) {
    const RateCurve curve = RateCurve::steps({{0, 0}, {1000, 5}});
    EXPECT_NEAR(curve.after(0, 1), 1000.2, 1e-9);
}

// The sinusoid's own integral: mean x time + amplitude x day / (2 pi) x (sin - sin). The straight pieces are within
// 3e-6.
TEST(RateCurve, DiurnalIsASinusoid) {
    constexpr double k_day = 86'400;
    const double start = 19.5 * 3600;
    const RateCurve curve = RateCurve::diurnal(900, 250, 20 * 3600, start);
    EXPECT_NEAR(curve.at(1800), 900, 900 * 3e-6);
    EXPECT_NEAR(curve.at(1800 + k_day / 2), 250, 900 * 3e-6);
    const auto exact = [&](double from, double to) {
        const auto phase = [&](double t) { return 2 * std::numbers::pi * (t + start - 20 * 3600) / k_day; };
        return 575 * (to - from) + 325 * k_day / (2 * std::numbers::pi) * (std::sin(phase(to)) - std::sin(phase(from)));
    };
    EXPECT_NEAR(curve.integral(0, 3600) / exact(0, 3600), 1, 3e-6);
    EXPECT_NEAR(curve.integral(-5000, 300'000) / exact(-5000, 300'000), 1, 3e-6);
}

// after() is the inverse of integral(), wherever it starts and however far it goes.
TEST(RateCurve, AfterInvertsTheIntegral) {
    Stream luck({5, 0}, "test", "rate curve");
    const RateCurve curves[] = {RateCurve::diurnal(900, 0, 72'000, 0), RateCurve::steps({{0, 3}, {50, 0}, {70, 40}}),
                                RateCurve::linear({{0, 0}, {100, 10}}), RateCurve::constant(7)};
    for (const RateCurve& curve : curves) {
        for (int i = 0; i < 2000; ++i) {
            const double from = luck.uniform() * 1000 - 100;
            const double amount = luck.exponential() * (i % 10 == 0 ? 1e6 : 1);
            const double to = curve.after(from, amount);
            ASSERT_GE(to, from);
            ASSERT_NEAR(curve.integral(from, to), amount, 1e-6 * (1 + amount));
        }
    }
}

}  // namespace
}  // namespace nines
