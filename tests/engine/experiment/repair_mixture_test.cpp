// RepairMixture: whatever the law, weighted draws are draws of that law, and no weight is above the number of tilts.

#include "engine/experiment/repair_mixture.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/stats/interval.hpp"

namespace nines {
namespace {

struct Case {
    const char* name;
    Distribution law;
    std::uint32_t tilts;  // that a mixture of 4 is to have
};

std::vector<Case> cases() {
    return {
        {"exponential", Distribution::exponential(2), 4},
        {"erlang", Distribution::erlang(3, 2), 4},
        {"gamma", Distribution::gamma(2, 1.7), 4},
        {"lognormal", Distribution::lognormal_mean_cv(2, 2), 4},
        {"weibull_heavy", Distribution::weibull(2, 0.6), 4},
        {"weibull_light", Distribution::weibull(2, 2.5), 4},
        {"pareto", Distribution::pareto(1, 2.5), 3},
        {"hyperexponential", Distribution::hyperexponential(2, 3), 4},
        {"mixture", Distribution::mixture({3, 1}, {Distribution::exponential(1), Distribution::weibull(3, 0.8)}), 4},
        {"uniform", Distribution::uniform(1, 3), 1},
        {"constant", Distribution::constant(2), 1},
        {"empirical", Distribution::empirical({1, 2, 5}), 1},
        {"mixture_with_constant",
         Distribution::mixture({1, 1}, {Distribution::exponential(1), Distribution::constant(2)}), 1},
    };
}

// A false alarm is expected once in 10,000 runs per comparison; the luck is fixed.
constexpr double k_confidence = 0.9999;

TEST(RepairMixture, WeightedDrawsFollowTheLaw) {
    for (const Case& each : cases()) {
        const RepairMixture mixture(each.law, 4);
        ASSERT_EQ(mixture.tilts(), each.tilts) << each.name;
        BlockStream stream(7);
        Tally weights;
        Tally firsts;
        Tally above;
        Tally plainly_above;
        for (int i = 0; i < 200'000; ++i) {
            const WeightedDraw draw = mixture.biased(stream);
            ASSERT_LE(draw.weight, each.tilts * (1 + 1e-12)) << each.name;
            weights.add(draw.weight);
            firsts.add(draw.weight * draw.value);
            above.add(draw.value > 3 ? draw.weight : 0);
            plainly_above.add(each.law.sample(stream) > 3 ? 1 : 0);
        }
        if (each.tilts > 1) {
            EXPECT_TRUE(mean_interval(weights, k_confidence)->contains(1)) << each.name << ' ' << weights.mean();
            EXPECT_TRUE(mean_interval(firsts, k_confidence)->contains(each.law.mean())) << each.name;
        }
        const double error = std::hypot(above.standard_deviation(), plainly_above.standard_deviation());
        EXPECT_LE(std::abs(above.mean() - plainly_above.mean()), 3.9 * error / std::sqrt(200'000) + 1e-15) << each.name;
    }
}

TEST(RepairMixture, DrawsLongRepairsOften) {
    const RepairMixture mixture(Distribution::lognormal_mean_cv(1, 2), 3);
    BlockStream stream(1);
    int longer = 0;
    for (int i = 0; i < 10'000; ++i) {
        longer += mixture.biased(stream).value > 10 ? 1 : 0;
    }
    EXPECT_GT(longer, 1500);  // naturally 54
}

TEST(RepairMixture, MomentsAreThoseOfTheLaw) {
    for (const Case& each : cases()) {
        EXPECT_DOUBLE_EQ(raw_moment(each.law, 0), 1) << each.name;
        EXPECT_NEAR(raw_moment(each.law, 1), each.law.mean(), 1e-12 * each.law.mean()) << each.name;
        const double square = each.law.variance() + each.law.mean() * each.law.mean();
        EXPECT_NEAR(raw_moment(each.law, 2), square, 1e-11 * square) << each.name;
    }
    EXPECT_TRUE(std::isinf(raw_moment(Distribution::pareto(1, 2.5), 3)));
}

TEST(RepairMixture, LeftIsAUniformPartOfALongerTime) {
    // Mean of what is left of a repair in progress: E[R^2] / (2 E[R]) (inspection paradox).
    for (const Case& each : cases()) {
        if (each.tilts < 4) {
            continue;
        }
        const RepairMixture mixture(each.law, 4);
        BlockStream stream(3);
        Tally left;
        for (int i = 0; i < 200'000; ++i) {
            left.add(mixture.left(stream));
        }
        EXPECT_TRUE(mean_interval(left, k_confidence)->contains(raw_moment(each.law, 2) / 2 / each.law.mean()))
            << each.name << ' ' << left.mean();
    }
}

}  // namespace
}  // namespace nines
