// Warm-up: a step, a stationary run, runs that are too short.

#include "engine/stats/warm_up.hpp"

#include <gtest/gtest.h>

#include "tests/engine/stats/sequences.hpp"

namespace nines {
namespace {

TEST(WarmUp, ASlopeIsLeftOut) {
    std::vector<double> values = autoregressive(1000, 0, 1);
    for (std::size_t i = 0; i < 100; ++i) {
        values[i] += 20 * (1 - static_cast<double>(i) / 100);
    }
    const auto found = find_warm_up(values);
    ASSERT_TRUE(found);
    EXPECT_GE(found->truncated_values, 80U);
    EXPECT_LE(found->truncated_values, 130U);
    EXPECT_EQ(found->truncated_values, 5 * found->truncated_batches);
    EXPECT_LT(found->statistic, found->statistic_untruncated);
    EXPECT_NEAR(found->mean_after, 0, 0.2);
}

TEST(WarmUp, NothingToLeaveOut) {
    const auto constant = find_warm_up(std::vector<double>(50, 3.0));
    ASSERT_TRUE(constant);
    EXPECT_EQ(constant->truncated_values, 0U);
    EXPECT_EQ(constant->mean_after, 3);
    std::size_t truncated = 0;
    for (std::uint64_t study = 0; study < 50; ++study) {
        const auto found = find_warm_up(autoregressive(1000, 0, study));
        truncated += found ? found->truncated_values : 500;
    }
    EXPECT_LT(truncated / 50, 150U);
}

TEST(WarmUp, RefusesARunThatStillWarmsUp) {
    std::vector<double> slope(200);
    for (std::size_t i = 0; i < slope.size(); ++i) {
        slope[i] = static_cast<double>(i);
    }
    EXPECT_FALSE(find_warm_up(slope));
    EXPECT_FALSE(find_warm_up(std::vector<double>(49, 3.0)));
    EXPECT_FALSE(find_warm_up({}));
}

}  // namespace
}  // namespace nines
