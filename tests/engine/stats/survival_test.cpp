// Survival: without censoring it is the share that lives, and censoring takes away risk only.

#include "engine/stats/survival.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

TEST(Survival, WithoutCensoringItIsTheShareThatLives) {
    const Lifetime lifetimes[] = {{3, Ending::event}, {1, Ending::event}, {3, Ending::event}, {8, Ending::event}};
    const auto steps = estimate_survival(lifetimes);
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_DOUBLE_EQ(steps[0].survival, 0.75);
    EXPECT_DOUBLE_EQ(steps[1].survival, 0.25);
    EXPECT_EQ(steps[1].events, 2U);
    EXPECT_EQ(steps[1].at_risk, 3U);
    EXPECT_EQ(steps[2].survival, 0);
    EXPECT_EQ(steps[2].standard_error, 0);
    // Greenwood without censoring is the binomial: sqrt(0.75 x 0.25 / 4).
    EXPECT_NEAR(steps[0].standard_error, 0.21650635094610965, 1e-15);
    EXPECT_EQ(median_survival(steps), 3);
}

TEST(Survival, CensoredAtTheTimeOfAnEventWereAtRisk) {
    const Lifetime lifetimes[] = {{2, Ending::censored}, {2, Ending::event}, {5, Ending::censored}};
    const auto steps = estimate_survival(lifetimes);
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].at_risk, 3U);
    EXPECT_DOUBLE_EQ(steps[0].survival, 2.0 / 3);
    EXPECT_FALSE(median_survival(steps));
    EXPECT_TRUE(estimate_survival({}).empty());
}

TEST(Survival, ExponentialLivesThroughExponentialCensoring) {
    Stream stream(24);
    std::vector<Lifetime> lifetimes(20'000);
    for (Lifetime& life : lifetimes) {
        const double end = stream.exponential();
        const double watch = 2 * stream.exponential();
        life = end <= watch ? Lifetime{end, Ending::event} : Lifetime{watch, Ending::censored};
    }
    const auto steps = estimate_survival(lifetimes);
    EXPECT_NEAR(median_survival(steps).value(), 0.693147, 0.04);
    for (const SurvivalStep& step : steps) {
        if (step.at_risk == 10'000) {
            EXPECT_NEAR(step.survival, std::exp(-step.time), 5 * step.standard_error);
            EXPECT_NEAR(step.cumulative_hazard, step.time, 0.05);
        }
    }
}

}  // namespace
}  // namespace nines
