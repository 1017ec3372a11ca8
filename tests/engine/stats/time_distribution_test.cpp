// TimeDistribution: against a path looked at every tick, merging, and the empty case.

#include "engine/stats/time_distribution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

TEST(TimeDistribution, IsThatOfTheTicks) {
    Stream stream(6);
    for (int trial = 0; trial < 100; ++trial) {
        TimeDistribution levels;
        TimeDistribution later;
        std::vector<double> ticks;
        Nanoseconds now = 0;
        double value = 0;
        for (int step = 0; step < 30; ++step) {
            const auto stay = static_cast<Nanoseconds>(stream.below(5));
            ticks.insert(ticks.end(), static_cast<std::size_t>(stay), value);
            now += stay;
            value = static_cast<double>(stream.below(8)) - 2;
            levels.set(now, value);
        }
        levels.advance(now + 1);
        ticks.push_back(value);
        std::sort(ticks.begin(), ticks.end());
        later.merge(levels);
        for (const TimeDistribution& found : {levels, later}) {
            ASSERT_EQ(found.total(), static_cast<Nanoseconds>(ticks.size()));
            ASSERT_EQ(found.max(), ticks.back());
            for (const double p : {0.0, 0.25, 0.5, 0.99, 1.0}) {
                const double rank = std::max(1.0, std::ceil(p * static_cast<double>(ticks.size()) - 1e-9));
                ASSERT_EQ(found.quantile(p), ticks[static_cast<std::size_t>(rank) - 1]) << p;
            }
        }
    }
}

TEST(TimeDistribution, NoTimeHasPassed) {
    TimeDistribution levels;
    levels.set(0, 5);
    EXPECT_EQ(levels.total(), 0);
    EXPECT_FALSE(levels.quantile(0.5));
    EXPECT_EQ(levels.average(), 0);
    EXPECT_EQ(levels.share_positive(), 0);
    levels.advance(3);
    EXPECT_EQ(levels.average(), 5);
    EXPECT_EQ(levels.variance(), 0);
    EXPECT_EQ(levels.share_positive(), 1);
}

}  // namespace
}  // namespace nines
