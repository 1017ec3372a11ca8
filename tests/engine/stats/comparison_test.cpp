// Comparison: pairing, Welch, and several at once, with coverage where variances differ.

#include "engine/stats/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/stream.hpp"
#include "engine/stats/pair_tally.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

TEST(Comparison, WelchCoversWithUnequalVariances) {
    Coverage welch;
    Coverage paired;
    Tally pairing;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        Stream stream(300 + study);
        Tally first;
        Tally second;
        Tally differences;
        for (int i = 0; i < 12; ++i) {
            const double common = stream.normal();
            const double a = 5 + 3 * common + stream.normal();
            const double b = 4 + 3 * common + stream.normal();
            differences.add(a - b);
            first.add(a);
            second.add(stream.normal());
        }
        for (int i = 0; i < 20; ++i) {
            second.add(stream.normal());
        }
        welch.add(compare_welch(first, second, 0.95)->interval.contains(5));
        const MeanDifference pair = compare_paired(differences, 0.95).value();
        paired.add(pair.interval.contains(1));
        // The p-value and the interval say the same.
        ASSERT_EQ(pair.p_value < 0.05, !pair.interval.contains(0));
        pairing.add(pair.interval.half_width());
    }
    EXPECT_TRUE(welch.is_nominal()) << welch;
    EXPECT_TRUE(paired.is_nominal()) << paired;
    EXPECT_LT(pairing.mean(), 1.2);  // without the pairing it would be 2.7
}

TEST(Comparison, TooFewOrNothingVaries) {
    Tally one;
    one.add(3);
    EXPECT_FALSE(compare_paired(one, 0.95));
    EXPECT_FALSE(compare_welch(one, one, 0.95));
    Tally same = one;
    same.add(3);
    EXPECT_EQ(compare_paired(same, 0.95)->interval.half_width(), 0);
    EXPECT_EQ(compare_paired(same, 0.95)->p_value, 0);
    EXPECT_EQ(compare_welch(same, same, 0.95)->p_value, 1);
    EXPECT_EQ(compare_welch(same, same, 0.95)->degrees, 2);
}

TEST(Comparison, SeveralAtOnce) {
    EXPECT_DOUBLE_EQ(confidence_of_each(0.95, 5), 0.99);
    EXPECT_DOUBLE_EQ(confidence_of_each(0.95, 1), 0.95);
    const double unordered[] = {0.04, 0.01, 0.03};
    EXPECT_EQ(adjust_holm(unordered), (std::vector<double>{0.06, 0.03, 0.06}));
    EXPECT_EQ(adjust_benjamini_hochberg(unordered), (std::vector<double>{0.04, 0.03, 0.04}));
    EXPECT_TRUE(adjust_holm({}).empty());
}

TEST(PairTally, CovarianceAndMerge) {
    PairTally whole;
    PairTally left;
    PairTally right;
    const double values[][2] = {{1e6 + 1, 2}, {1e6 + 2, 4}, {1e6 + 4, 3}, {1e6 + 5, 7}};
    for (std::size_t i = 0; i < 4; ++i) {
        whole.add(values[i][0], values[i][1]);
        (i < 1 ? left : right).add(values[i][0], values[i][1]);
    }
    left.merge(right);
    left.merge({});
    for (const PairTally& tally : {whole, left}) {
        EXPECT_EQ(tally.count(), 4U);
        EXPECT_NEAR(tally.covariance(), 3, 1e-9);  // ((-2)(-2) + (-1)(0) + (1)(-1) + (2)(3)) / 3
        EXPECT_NEAR(tally.correlation(), 3 / std::sqrt(10.0 / 3 * 14.0 / 3), 1e-9);
    }
    PairTally constant;
    constant.add(1, 2);
    constant.add(1, 3);
    EXPECT_EQ(constant.correlation(), 0);
}

}  // namespace
}  // namespace nines
