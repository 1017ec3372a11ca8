// Two levels: joint moments against sums by hand; no bias at small n where regression on the same pairs has one;
// coverage; the gain that is told is the gain had; what is of no use is not taken.

#include "engine/stats/two_level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/random/stream.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

TEST(JointMoments, AreThoseOfTheCombinations) {
    for (const double weight : {0.0, 1.0, -0.7, 3.0}) {
        Stream stream({1, 0}, "test.joint", "pairs");
        JointMoments joint;
        Moments plain;
        Tally first;
        Tally second;
        for (int i = 0; i < 500; ++i) {
            const double b = 1e3 + stream.exponential();
            const double a = b + 0.5 * stream.exponential() * b / 1e3;
            joint.add(a, b);
            plain.add(a - weight * b);
            first.add(a);
            second.add(b);
        }
        const JointMoments::Combination less = joint.less(weight);
        EXPECT_NEAR(less.mean, plain.mean(), 1e-9);
        EXPECT_NEAR(less.variance, plain.variance(), 1e-9);
        const double deviation = std::sqrt(plain.variance() * 499 / 500);
        EXPECT_NEAR(less.cubed, plain.skewness() * deviation * deviation * deviation, 1e-8);
        EXPECT_NEAR(joint.variance_of_first(), first.variance(), 1e-10);
        EXPECT_NEAR(joint.variance_of_second(), second.variance(), 1e-10);
        EXPECT_GT(joint.correlation(), 0.85);
    }
}

/// F standard exponential; R = F + curve F^2 + 0.3 x normal: skewed, and not linear in F. E R = 1 + 2 curve.
struct Pairs {
    Stream stream;
    double curve = 0;
    explicit Pairs(std::uint64_t number, double curvature)
        : stream({41, number}, "test.two_level", "pairs"), curve(curvature) {}

    PairedLevels draw(std::uint64_t count, Tally* plain = nullptr) {
        PairedLevels pairs;
        for (std::uint64_t i = 0; i < count; ++i) {
            const double f = stream.exponential();
            const double r = f + curve * f * f + 0.3 * stream.normal();
            pairs.add(r, f);
            if (plain != nullptr) {
                plain->add(r);
            }
        }
        return pairs;
    }
    Moments alone(std::uint64_t count) {
        Moments moments;
        for (std::uint64_t i = 0; i < count; ++i) {
            moments.add(stream.exponential());
        }
        return moments;
    }
};

/// What regression on all pairs, used on the same pairs, would give.
double on_the_same_pairs(const PairedLevels& pairs, const Moments& alone) {
    double covariance = 0;
    double variance = 0;
    double r = 0;
    double f = 0;
    for (const JointMoments& half : pairs.halves()) {
        covariance += half.covariance();
        variance += half.variance_of_second();
        r += half.less(0).mean / 2;
        f += half.mean_of_second() / 2;
    }
    return r - covariance / variance * (f - alone.mean());
}

// 40,000 studies of 12 pairs: the mean of their estimates within 3.3 standard errors of the truth, wrong in one of 1000
// runs over seeds. Regression on the same pairs is off by many.
TEST(TwoLevelMean, HasNoBias) {
    Tally split;
    Tally same;
    for (std::uint64_t number = 0; number < 40'000; ++number) {
        Pairs pairs(number, 1);
        Tally plain;
        const PairedLevels levels = pairs.draw(12, &plain);
        const Moments alone = pairs.alone(100);
        const auto estimate = two_level_mean(levels, CoarseMean::of(alone));
        split.add(estimate ? estimate->mean : plain.mean());  // without a b the plain mean stands
        same.add(on_the_same_pairs(levels, alone));
    }
    const auto errors = [](const Tally& tally) {
        return (tally.mean() - 3) / std::sqrt(tally.variance() / static_cast<double>(tally.count()));
    };
    EXPECT_LT(std::abs(errors(split)), 3.3);
    EXPECT_GT(std::abs(errors(same)), 10);
}

TEST(TwoLevelMean, CoversAndTellsItsGain) {
    Coverage coverage;
    Coverage known;
    Tally controlled;
    Tally plain;
    Tally variance;
    Tally gain;
    for (std::uint64_t number = 0; number < studies(); ++number) {
        Pairs pairs(number, 0.05);
        Tally values;
        const PairedLevels levels = pairs.draw(200, &values);
        const auto estimate = two_level_mean(levels, CoarseMean::of(pairs.alone(4000)));
        ASSERT_TRUE(estimate);
        coverage.add(estimate->interval(0.95).contains(1.1));
        controlled.add(estimate->mean);
        plain.add(values.mean());
        variance.add(estimate->standard_error * estimate->standard_error);
        gain.add(estimate->gain);
        const auto exact = two_level_mean(levels, CoarseMean::exactly(1));
        known.add(exact->interval(0.95).contains(1.1));
        EXPECT_LT(exact->standard_error, estimate->standard_error);
        EXPECT_GT(estimate->degrees, 50);
        EXPECT_LT(estimate->degrees, 4200);
    }
    EXPECT_TRUE(coverage.is_nominal()) << coverage;
    EXPECT_TRUE(known.is_nominal()) << known;
    // A variance of n values is known to sqrt(2 / n): 4.5 % of 1000, 10 % of 200. Three of these, and the skewness.
    const double error = 4 * std::sqrt(2 / static_cast<double>(studies()));
    EXPECT_NEAR(controlled.variance() / variance.mean(), 1, error);
    EXPECT_NEAR(plain.variance() / controlled.variance() / gain.mean(), 1, 1.5 * error);
    EXPECT_GT(gain.mean(), 3);
}

TEST(TwoLevelMean, TakesNothingFromWhatIsOfNoUse) {
    Stream stream({42, 0}, "test.two_level", "useless");
    PairedLevels independent;
    PairedLevels rounding;
    PairedLevels constant;
    for (int i = 0; i < 100; ++i) {
        const double r = stream.normal();
        independent.add(r, stream.normal());
        rounding.add(r, 1e5 + 1e-7 * r);  // wholly correlated, and would be multiplied by 10^7
        constant.add(r, 3);
    }
    Pairs others(0, 0);
    const CoarseMean alone = CoarseMean::of(others.alone(100));
    for (const PairedLevels* pairs : {&independent, &rounding, &constant}) {
        EXPECT_EQ(pairs->weight(), 0);
        EXPECT_FALSE(two_level_mean(*pairs, alone));
        EXPECT_EQ(best_alone_per_pair(*pairs, 100), 0);
    }
    EXPECT_FALSE(two_level_mean(others.draw(3), alone));
}

// R - F and F of known variances: sqrt(V0 c1 / (V1 c0)).
TEST(TwoLevelMean, WorkIsDividedAsGilesHasIt) {
    PairedLevels pairs;
    for (int i = 0; i < 4000; ++i) {
        const double f = i % 4 < 2 ? -1 : 1;                // variance 1
        pairs.add(f + ((i / 4) % 2 == 0 ? -0.1 : 0.1), f);  // R - F: 0.01
    }
    EXPECT_NEAR(best_alone_per_pair(pairs, 400), std::sqrt(1 / 0.01 * 400), 1);
    PairedLevels same;
    for (int i = 0; i < 40; ++i) {
        same.add(i, i);
    }
    EXPECT_EQ(best_alone_per_pair(same, 2), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace nines
