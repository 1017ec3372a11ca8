// Sparklines: heights, gaps and resampling.

#include "tools/output/sparkline.hpp"

#include <gtest/gtest.h>

namespace nines {
namespace {

TEST(Sparkline, HeightsFollowTheScale) {
    const std::vector<Sample> samples{0.0, 0.5, 1.0, {}, 7.0};
    EXPECT_EQ(sparkline(samples, {0, 1, true}), "▁▅█ █");
    EXPECT_EQ(sparkline(samples, {0, 1, false}), "_=# #");
}

TEST(Sparkline, AConstantSeriesIsFull) {
    const std::vector<Sample> samples{3.0, 3.0};
    EXPECT_EQ(sparkline(samples, {3, 3, true}), "██");
}

TEST(Sparkline, EverySliceIsInAColumn) {
    for (const std::size_t count : {1U, 7U, 59U, 60U, 61U, 119U, 360U, 100'001U}) {
        std::size_t next = 0;
        for (std::size_t c = 0; c < 60; ++c) {
            const auto [first, last] = slices_of_column(c, 60, count);
            EXPECT_LE(first, next);
            EXPECT_LT(first, last);
            next = std::max(next, last);
        }
        EXPECT_EQ(next, count);
    }
}

}  // namespace
}  // namespace nines
