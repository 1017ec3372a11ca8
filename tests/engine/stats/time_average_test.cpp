// Time integrals: a step function by hand, restarts, and exactness over many steps.

#include "engine/stats/time_average.hpp"

#include <gtest/gtest.h>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

TEST(TimeIntegral, StepFunctionByHand) {
    TimeIntegral value;
    const std::pair<double, double> changes[] = {{0, 0}, {1.5, 1}, {2.25, 2}, {4, 1}, {4, 3}, {6.5, 0}, {9, 4}};
    for (const auto& [at_s, to] : changes) {
        value.set(to_ns(at_s), to);
    }
    EXPECT_EQ(value.integral_until(to_ns(10)), 15.75e9);
    EXPECT_EQ(value.average_until(to_ns(10)), 1.575);
    EXPECT_EQ(value.max(), 4);
    EXPECT_EQ(value.value(), 4);
}

TEST(TimeIntegral, AddChangesByTheDifference) {
    TimeIntegral value;
    value.add(10, 3);
    value.add(20, -1);
    EXPECT_EQ(value.integral_until(20), 30);
    EXPECT_EQ(value.integral_until(25), 40);
    EXPECT_EQ(value.value(), 2);
    EXPECT_EQ(value.max(), 3);
}

TEST(TimeIntegral, StaysOfNoLengthCountNothing) {
    TimeIntegral value;
    value.set(5, 1);
    value.set(7, 1000);
    value.set(7, 2);
    value.set(9, 0);
    EXPECT_EQ(value.max(), 2);
    EXPECT_EQ(value.integral_until(9), 6);
    EXPECT_EQ(TimeIntegral().average_until(0), 0);
}

TEST(TimeIntegral, RestartForgetsThePastAndKeepsTheValue) {
    TimeIntegral value;
    value.set(0, 9);
    value.set(10, 2);
    value.restart(15);
    EXPECT_EQ(value.integral_until(15), 0);
    EXPECT_EQ(value.average_until(15), 2);
    EXPECT_EQ(value.max(), 2);
    EXPECT_EQ(value.integral_until(20), 10);
    EXPECT_EQ(value.average_until(20), 2);
}

// A million steps of whole numbers over ten years: equal to an integer sum, to the last bit that a double has.
TEST(TimeIntegral, ManyStepsAreExact) {
    __extension__ using Wide = __int128;
    Stream stream(12);
    TimeIntegral value;
    Wide exact = 0;
    Nanoseconds now = 0;
    std::int64_t level = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        const auto stay = static_cast<Nanoseconds>(stream.below(630'000'000'000));
        exact += static_cast<Wide>(level) * stay;
        now += stay;
        level = static_cast<std::int64_t>(stream.below(1000));
        value.set(now, static_cast<double>(level));
    }
    EXPECT_EQ(value.integral_until(now), static_cast<double>(exact));
}

// Tenths are not exact in binary: a plain sum of 1e7 of them is off by 1e-10, a compensated one by one rounding.
TEST(TimeIntegral, RoundingDoesNotPileUp) {
    TimeIntegral value;
    for (Nanoseconds now = 0; now < 10'000'000; ++now) {
        value.set(now, now % 2 == 0 ? 0.1 : 0.3);
    }
    EXPECT_NEAR(value.integral_until(10'000'000), 2e6, 1e-9);
}

}  // namespace
}  // namespace nines
