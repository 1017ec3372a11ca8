// WeightedTally: a rare event under a tilted law, and weights that are not to be believed.

#include "engine/stats/weighted.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/stream.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

/// P(Exp(1) > 20), drawn with mean `mean`; the weight is wrong by `factor`.
WeightedTally tail(std::uint64_t paths, double mean, double factor, std::uint64_t key) {
    Stream stream(key);
    WeightedTally tally;
    for (std::uint64_t i = 0; i < paths; ++i) {
        const double x = mean * stream.exponential();
        tally.add(x > 20 ? 1.0 : 0.0, factor * mean * std::exp(x / mean - x));
    }
    return tally;
}

TEST(WeightedTally, CoversARareProbability) {
    Coverage coverage;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        if (const auto interval = weighted_interval(tail(10'000, 10, 1, study), 0.95)) {
            coverage.add(interval->contains(std::exp(-20)));
        }
    }
    EXPECT_GT(coverage.given, studies() * 9 / 10);
    EXPECT_TRUE(coverage.is_nominal()) << coverage;
}

TEST(WeightedTally, RefusesWeightsThatAreNotToBeBelieved) {
    EXPECT_TRUE(weighted_interval(tail(20'000, 10, 1, 1), 0.95));
    EXPECT_FALSE(weighted_interval(tail(20'000, 10, 1.2, 1), 0.95));  // mean weight 1.2
    EXPECT_FALSE(weighted_interval(tail(300, 10, 1, 1), 0.95));       // some 40 hits
    EXPECT_FALSE(weighted_interval(WeightedTally(), 0.95));
    // One hit outweighs the rest.
    WeightedTally heavy = tail(20'000, 10, 1, 1);
    heavy.add(1, 1);
    EXPECT_GT(heavy.largest_share(), 0.9);
    EXPECT_LT(heavy.effective_hits(), 2);
    EXPECT_FALSE(weighted_interval(heavy, 0.95));
}

TEST(WeightedTally, RefusesOneHitWithASixteenthOfTheWeight) {
    WeightedTally tally;
    for (int i = 0; i < 2000; ++i) {
        tally.add(1, 1);
    }
    EXPECT_TRUE(weighted_interval(tally, 0.95));
    tally.add(1, 140);
    EXPECT_GT(tally.effective_hits(), 200);
    EXPECT_NEAR(tally.largest_share(), 140.0 / 2140, 1e-12);
    EXPECT_FALSE(weighted_interval(tally, 0.95));
}

TEST(WeightedTally, WeightOneIsPlain) {
    WeightedTally tally;
    WeightedTally other;
    for (int i = 0; i < 1000; ++i) {
        (i < 300 ? tally : other).add(i % 2, 1);
    }
    tally.merge(other);
    EXPECT_EQ(tally.count(), 1000U);
    EXPECT_EQ(tally.hits(), 500U);
    EXPECT_DOUBLE_EQ(tally.effective_hits(), 500);
    EXPECT_DOUBLE_EQ(tally.largest_share(), 1.0 / 500);
    EXPECT_NEAR(tally.mean(), 0.5, 1e-14);
    EXPECT_NEAR(weighted_interval(tally, 0.95)->half_width(), 0.031, 1e-3);
}

}  // namespace
}  // namespace nines
