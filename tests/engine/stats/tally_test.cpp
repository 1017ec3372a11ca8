// Tallies: full precision far from zero, merging, and the empty cases.

#include "engine/stats/tally.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

TEST(Tally, KeepsItsPrecisionFarFromZero) {
    Tally whole;
    Tally left;
    Tally right;
    const std::vector<double> values = {1000000004, 1000000007, 1000000013, 1000000016};
    for (std::size_t i = 0; i < values.size(); ++i) {
        whole.add(values[i]);
        (i < 2 ? left : right).add(values[i]);
    }
    left.merge(right);
    for (const Tally& tally : {whole, left}) {
        EXPECT_EQ(tally.count(), 4U);
        EXPECT_DOUBLE_EQ(tally.mean(), 1000000010);
        EXPECT_DOUBLE_EQ(tally.variance(), 30);
        EXPECT_EQ(tally.min(), 1000000004);
        EXPECT_EQ(tally.max(), 1000000016);
        EXPECT_DOUBLE_EQ(tally.sum(), 4000000040);
    }
}

TEST(Tally, EmptyAndSingle) {
    Tally tally;
    EXPECT_EQ(tally.count(), 0U);
    EXPECT_EQ(tally.mean(), 0);
    EXPECT_EQ(tally.variance(), 0);
    EXPECT_GT(tally.min(), tally.max());
    tally.add(-3);
    EXPECT_EQ(tally.mean(), -3);
    EXPECT_EQ(tally.variance(), 0);
    EXPECT_EQ(tally.min(), -3);
    EXPECT_EQ(tally.max(), -3);
}

TEST(Tally, MergeEqualsWhole) {
    Stream stream(8);
    for (int trial = 0; trial < 200; ++trial) {
        const std::uint64_t count = stream.below(50);
        const std::uint64_t parts = 1 + stream.below(5);
        Tally whole;
        std::vector<Tally> pieces(parts);
        for (std::uint64_t i = 0; i < count; ++i) {
            const double value = 1e3 + stream.normal();
            whole.add(value);
            pieces[stream.below(parts)].add(value);
        }
        Tally merged;
        for (const Tally& piece : pieces) {
            merged.merge(piece);
        }
        ASSERT_EQ(merged.count(), whole.count());
        ASSERT_NEAR(merged.mean(), whole.mean(), 1e-12 * 1e3);
        ASSERT_NEAR(merged.variance(), whole.variance(), 1e-11);
        ASSERT_EQ(merged.min(), whole.min());
        ASSERT_EQ(merged.max(), whole.max());
    }
}

}  // namespace
}  // namespace nines
