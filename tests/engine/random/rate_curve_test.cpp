// Rate curves: the inverse of the integral, at jumps, slopes, nights without rate, and over periods.

#include "engine/random/rate_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "engine/random/block_stream.hpp"
#include "engine/random/stream.hpp"
#include "tests/engine/random/goodness.hpp"

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

constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// Knots as no user would write them: long zeros, spikes of a microsecond, jumps, rates from 1e-9 to 1e9 per second.
std::vector<RateCurve::Knot> wild_knots(Stream& luck) {
    std::vector<RateCurve::Knot> knots;
    double at_s = luck.chance(0.5) ? 0 : 1000 * luck.uniform() - 500;
    for (std::uint64_t left = 1 + luck.below(12); left > 0; --left) {
        const double per_s = luck.chance(0.3) ? 0 : std::pow(10, 18 * luck.uniform() - 9);
        knots.push_back({at_s, per_s});
        at_s += luck.chance(0.2) ? 0 : std::pow(10, 12 * luck.uniform() - 6);
    }
    return knots;
}

RateCurve wild_curve(Stream& luck) {
    switch (luck.below(3)) {
        case 0:
            return RateCurve::steps(wild_knots(luck));
        case 1:
            return RateCurve::linear(wild_knots(luck));
        default:
            return RateCurve::diurnal(std::pow(10, 18 * luck.uniform() - 9), luck.chance(0.5) ? 0 : 1e-9,
                                      86'400 * luck.uniform(), 86'400 * luck.uniform());
    }
}

// The property that no curve can break: the next arrival comes after a bounded walk, and where the integral says. What
// a double cannot tell apart at that time, times the highest rate, is the error that is left.
TEST(RateCurve, NoCurveStallsOrMissesItsIntegral) {
    Stream luck({6, 0}, "test", "wild curves");
    for (int i = 0; i < 2000; ++i) {
        const RateCurve curve = wild_curve(luck);
        double now = 1e6 * luck.uniform() - 5e5;
        for (int arrival = 0; arrival < 30; ++arrival) {
            const double amount = luck.exponential() * (luck.chance(0.2) ? std::pow(10, 12 * luck.uniform() - 6) : 1);
            const double next = curve.after(now, amount);
            ASSERT_GE(next, now);
            if (next - now > 2e6) {  // never, or so late that the check would sum up minutes for too long
                break;
            }
            const double blur = 1e-12 + 1e-15 * (std::abs(next) + std::abs(now));
            ASSERT_NEAR(curve.integral(now, next), amount, 1e-9 * amount + 20 * blur * curve.highest()) << i;
            ASSERT_LE(next, curve.after(now, amount * 1.001));
            now = next;
        }
    }
}

TEST(RateCurve, EndsForAmountsAndTimesWithoutEnd) {
    Stream luck({7, 0}, "test", "wild curves");
    for (int i = 0; i < 300; ++i) {
        const RateCurve curve = wild_curve(luck);
        for (const double from : {-1e300, -1e15, -1e12, 0.0, 1e11, 1e12, 1e18, 1e300}) {
            for (const double amount : {0.0, 1e-300, 1.0, 1e15, 1e25, 1e300}) {
                ASSERT_FALSE(curve.after(from, amount) < from);
            }
        }
        ASSERT_EQ(curve.after(0, k_infinity), k_infinity);
    }
    // Half a year of a rate that comes to 1 a day: whole days are one step.
    EXPECT_NEAR(RateCurve::diurnal(2.0 / 86'400, 0, 0, 0).after(0, 180), 180 * 86'400.0, 1e-3);
}

TEST(RateCurve, TheEndOfEveryPeriodIsPassed) {
    const RateCurve curve = RateCurve::diurnal(2, 1, 3600, 0);
    for (double day = -3000; day < 3000; ++day) {
        const double midnight = day * 86'400;
        for (const double from :
             {std::nextafter(midnight, -k_infinity), midnight, std::nextafter(midnight, k_infinity)}) {
            const double next = curve.after(from, 1e-3);
            ASSERT_GT(next, from);
            ASSERT_LT(next, from + 1e-3);
        }
    }
}

// Arrivals of a Poisson process with a rate in time: the counts in 500 stretches are Poisson with the integral as mean.
// Source: Cinlar, Introduction to Stochastic Processes, 1975, section 4.7 (time changed by the expected number).
TEST(RateCurve, ArrivalsFollowTheRate) {
    const RateCurve curves[] = {
        RateCurve::steps({{0, 50}, {1000, 0}, {3000, 20'000}, {3010, 100}, {7000, 3}}),
        RateCurve::linear(
            {{0, 0}, {2000, 200}, {2000, 20}, {5000, 0}, {6000, 0}, {6001, 50'000}, {6002, 0}, {9999, 90}}),
        RateCurve::diurnal(300, 0, 72'000, 0),
    };
    for (const RateCurve& curve : curves) {
        constexpr std::size_t k_stretches = 500;
        const double end_s = curve.at(1e6) == curve.at(1e7) ? 10'000 : 3 * 86'400;
        std::vector<double> counts(k_stretches);
        BlockStream luck(Luck{8, 0}, "test", "arrivals");
        for (double now = curve.after(0, luck.exponential()); now < end_s; now = curve.after(now, luck.exponential())) {
            ++counts[static_cast<std::size_t>(now / end_s * k_stretches)];
        }
        double sum = 0;
        double degrees = 0;
        for (std::size_t i = 0; i < k_stretches; ++i) {
            const double width = end_s / k_stretches;
            const double expected = curve.integral(static_cast<double>(i) * width, static_cast<double>(i + 1) * width);
            if (expected < 30) {
                ASSERT_TRUE(expected > 0 || counts[i] == 0) << i;
                continue;  // too few for the chi-squared law
            }
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
            ++degrees;
        }
        ASSERT_GT(degrees, 200);
        const boost::math::chi_squared law(degrees);
        EXPECT_LT(sum, boost::math::quantile(boost::math::complement(law, k_alarm)));
        EXPECT_GT(sum, boost::math::quantile(law, k_alarm));
    }
}

}  // namespace
}  // namespace nines
