// Mean granules: published figures, closed forms told another way, and sums of tails term by term.

#include "engine/analytic/rounded_up.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "engine/analytic/law_tail.hpp"
#include "engine/random/stream.hpp"

namespace nines::analytic {
namespace {

double by_terms(const Distribution& law, double granule, int terms) {
    double sum = 0;
    for (int k = terms; k >= 0; --k) {
        sum += tail_of(law, k * granule).value_or(0);
    }
    return sum;
}

// Cases c14 and c15 of cost_energy.json: 120 ms with cv 1 by milliseconds, and by tenths of a second.
TEST(MeanGranules, OfPublishedCases) {
    const Distribution work = Distribution::lognormal_mean_cv(0.12, 1);
    EXPECT_NEAR(0.1 * mean_granules(work, 0.1), 0.17121288414133956, 1e-12);
    EXPECT_NEAR(0.001 * mean_granules(work, 0.001), 0.12049999999953546, 1e-11);
}

TEST(MeanGranules, OfAConstantAreThoseThatHaveBegun) {
    EXPECT_EQ(mean_granules(Distribution::constant(0.12), 0.1), 2);
    EXPECT_EQ(mean_granules(Distribution::constant(0.3), 0.1), 3) << "and not four by a last bit";
    EXPECT_EQ(mean_granules(Distribution::constant(0.1), 0.1), 1);
    EXPECT_EQ(mean_granules(Distribution::constant(0), 0.1), 0);
}

// Half of the values take one granule and half take two; then from 0.05: 5 of 15 take one, 10 two.
TEST(MeanGranules, OfUniformAndEmpiricalLaws) {
    EXPECT_NEAR(mean_granules(Distribution::uniform(0, 0.2), 0.1), 1.5, 1e-12);
    EXPECT_NEAR(mean_granules(Distribution::uniform(0.05, 0.2), 0.1), (5 + 20) / 15.0, 1e-12);
    EXPECT_NEAR(mean_granules(Distribution::empirical({0, 0.2}), 0.1), 1.5, 1e-12);
    EXPECT_NEAR(mean_granules(Distribution::empirical({0, 0.1, 0.2, 0.2}), 0.1), (1 + 2 + 2) / 3.0, 1e-12);
    EXPECT_NEAR(
        mean_granules(Distribution::mixture({3, 1}, {Distribution::constant(0.1), Distribution::uniform(0, 0.2)}), 0.1),
        0.75 + 0.25 * 1.5, 1e-12);
}

// Whatever is over after a granule begins again: geometric. Gamma, Erlang and Weibull know it by their tails alone.
TEST(MeanGranules, OfAnExponentialByEveryWay) {
    for (const double granule : {1e-6, 1e-4, 0.01, 0.12, 1.0, 30.0}) {
        const double exact = 1 / (1 - std::exp(-granule / 0.12));
        EXPECT_NEAR(mean_granules(Distribution::exponential(0.12), granule), exact, 1e-9 * exact) << granule;
        EXPECT_NEAR(mean_granules(Distribution::gamma(0.12, 1), granule), exact, 1e-7 * exact) << granule;
        EXPECT_NEAR(mean_granules(Distribution::erlang(1, 0.12), granule), exact, 1e-7 * exact) << granule;
        EXPECT_NEAR(mean_granules(Distribution::weibull(0.12, 1), granule), exact, 1e-7 * exact) << granule;
    }
}

TEST(MeanGranules, OfHeavyTailsAreTheSumOfTheirTerms) {
    const Distribution pareto = Distribution::pareto(0.05, 3);
    EXPECT_NEAR(mean_granules(pareto, 0.02), by_terms(pareto, 0.02, 2'000'000), 1e-9);
    const Distribution wide = Distribution::lognormal_mean_cv(1, 3);  // beyond 40,000 it has less than 1e-14
    EXPECT_NEAR(mean_granules(wide, 0.02), by_terms(wide, 0.02, 2'000'000), 1e-6);
    const Distribution phases = Distribution::hyperexponential(0.12, 4);
    EXPECT_NEAR(mean_granules(phases, 0.1), by_terms(phases, 0.1, 10'000), 1e-9);
    EXPECT_TRUE(std::isinf(mean_granules(Distribution::pareto(1, 1), 0.1)));
}

// With many granules to a time, where it ends within its last one is left to chance: half of it is over on average.
TEST(MeanGranules, OfManyAreHalfAGranuleMore) {
    for (const Distribution& law :
         {Distribution::lognormal_mean_cv(0.12, 0.3), Distribution::erlang(9, 0.12), Distribution::gamma(0.12, 0.01)}) {
        EXPECT_NEAR(mean_granules(law, 1e-5), 0.12 / 1e-5 + 0.5, 1e-3);
        EXPECT_NEAR(mean_granules(law, 1e-9) * 1e-9, 0.12, 1e-8);
    }
}

TEST(MeanGranules, OfDrawsAgree) {
    Stream luck({3, 0}, "test", "granules");
    const auto law_and_granule = {std::pair(Distribution::weibull(0.1, 0.7), 0.1),
                                  std::pair(Distribution::weibull(0.1, 0.7), 0.5),
                                  std::pair(Distribution::gamma(0.2, 0.5), 0.5)};
    for (const auto& [law, granule] : law_and_granule) {
        constexpr int k_draws = 200'000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < k_draws; ++i) {
            const double granules = std::ceil(law.sample(luck) / granule);
            sum += granules;
            squares += granules * granules;
        }
        const double mean = sum / k_draws;
        const double error = std::sqrt((squares / k_draws - mean * mean) / k_draws);
        EXPECT_NEAR(mean_granules(law, granule), mean, 4.9 * error) << "one false alarm in a million";
        EXPECT_TRUE(granule < 0.5 || std::abs(law.mean() / granule + 0.5 - mean) > 4.9 * error)
            << "half a granule is not enough where few of them are begun";
    }
}

}  // namespace
}  // namespace nines::analytic
