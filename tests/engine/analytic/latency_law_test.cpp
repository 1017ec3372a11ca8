// LatencyLaw against closed forms: means to rounding, quantiles and second moments within what 80 points allow.

#include "engine/analytic/latency_law.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "engine/random/distribution.hpp"

namespace nines::analytic {
namespace {

constexpr double k_exact = 1e-12;

void expect_relative(double found, double exact, double tolerance, const std::string& what) {
    EXPECT_NEAR(found, exact, tolerance * std::abs(exact)) << what;
}

struct NamedLaw {
    std::string name;
    Distribution law;
    double variance_tolerance;  // what is lost inside the bins
};

std::vector<NamedLaw> laws() {
    return {
        {"constant", Distribution::constant(0.3), 0},
        {"exponential", Distribution::exponential(0.2), 0.001},
        {"erlang", Distribution::erlang(4, 1), 0.002},
        {"erlang 100", Distribution::erlang(100, 1), 0.004},
        {"gamma cv 3", Distribution::gamma(1, 3), 0.002},
        {"gamma cv 0.3", Distribution::gamma(1, 0.3), 0.003},
        {"gamma cv 10", Distribution::gamma(1, 10), 0.006},
        {"lognormal cv 0.5", Distribution::lognormal_mean_cv(1, 0.5), 0.003},
        {"lognormal cv 2", Distribution::lognormal_mean_cv(1, 2), 0.015},
        {"weibull", Distribution::weibull(1, 0.7), 0.002},
        {"pareto", Distribution::pareto(1, 4.5), 0.02},
        {"uniform", Distribution::uniform(1, 3), 0.001},
        {"hyperexponential", Distribution::hyperexponential(1, 2), 0.002},
        {"empirical", Distribution::empirical({0.1, 0.2, 0.25, 0.7, 3}), 0.01},
        {"empirical of one", Distribution::empirical({0.4}), 0},
        {"mixture",
         Distribution::mixture({3, 1}, {Distribution::exponential(1), Distribution::lognormal_mean_cv(5, 1)}), 0.01}};
}

TEST(LatencyLaw, WeightsSumToOneAndHalveTheTail) {
    double sum = 0;
    for (const double weight : LatencyLaw::weights()) {
        EXPECT_GT(weight, 0);
        sum += weight;
    }
    EXPECT_NEAR(sum, 1, 1e-15);
    EXPECT_NEAR(LatencyLaw::weights().back(), 0.2 / 8192, 1e-18);
}

TEST(LatencyLaw, MeansOfTheLanguagesLawsAreExact) {
    for (const NamedLaw& named : laws()) {
        const LatencyLaw law = LatencyLaw::of(named.law);
        expect_relative(law.mean(), named.law.mean(), k_exact, named.name);
        EXPECT_NEAR(law.variance(), named.law.variance(), named.variance_tolerance * named.law.variance() + 1e-15)
            << named.name;
        expect_relative(law.second_moment(), law.variance() + law.mean() * law.mean(), 1e-10, named.name);
    }
}

TEST(LatencyLaw, ExponentialIsExactBetweenAndBeyondItsPoints) {
    const LatencyLaw law = LatencyLaw::of(Distribution::exponential(2));
    for (const double p : {0.001, 0.1, 0.5, 0.9, 0.99, 0.99999, 0.9999999999}) {
        expect_relative(law.quantile(p), -2 * std::log1p(-p), 1e-9, "quantile");
    }
    for (const double t : {0.0, 0.01, 1.0, 10.0, 30.0, 55.0}) {  // down to 1e-12
        expect_relative(law.exceeds(t), std::exp(-t / 2), 1e-9, "tail");
    }
}

TEST(LatencyLaw, LognormalQuantiles) {
    const double sigma = std::sqrt(std::log(5.0));
    const LatencyLaw law = LatencyLaw::of(Distribution::lognormal_mean_cv(1, 2));
    for (const double p : {0.05, 0.5, 0.9, 0.95, 0.99, 0.999}) {
        const double exact = std::exp(sigma * boost::math::quantile(boost::math::normal(), p) - sigma * sigma / 2);
        expect_relative(law.quantile(p), exact, p < 0.1 ? 0.01 : 0.002, "p " + std::to_string(p));
        expect_relative(law.exceeds(exact), 1 - p, 0.005, "tail at p " + std::to_string(p));
    }
}

TEST(LatencyLaw, SumsOfExponentialsAreErlang) {
    LatencyLaw total = LatencyLaw::of(Distribution::exponential(1));
    for (int stages = 2; stages <= 8; ++stages) {
        total = sum(total, LatencyLaw::of(Distribution::exponential(1)));
        expect_relative(total.mean(), stages, k_exact, "mean");
        expect_relative(total.variance(), stages, 0.008, "variance");
        const boost::math::gamma_distribution<double> exact(stages, 1);
        for (const double p : {0.1, 0.5, 0.9, 0.95, 0.99, 0.999}) {
            expect_relative(total.quantile(p), boost::math::quantile(exact, p), 0.005,
                            std::to_string(stages) + " stages, p " + std::to_string(p));
        }
    }
}

TEST(LatencyLaw, SumsKeepMeansWhateverTheScales) {
    for (const NamedLaw& a : laws()) {
        for (const NamedLaw& b : laws()) {
            const LatencyLaw total = sum(LatencyLaw::of(a.law).scaled(1e-3), LatencyLaw::of(b.law));
            expect_relative(total.mean(), a.law.mean() * 1e-3 + b.law.mean(), k_exact, a.name + " + " + b.name);
        }
    }
}

TEST(LatencyLaw, ShiftedAndScaled) {
    const LatencyLaw law = LatencyLaw::of(Distribution::exponential(1));
    expect_relative(law.shifted(2).mean(), 3, k_exact, "shifted");
    expect_relative(law.shifted(2).variance(), law.variance(), k_exact, "shifted");
    expect_relative(law.scaled(3).quantile(0.9), 3 * law.quantile(0.9), k_exact, "scaled");
    EXPECT_EQ(law.scaled(0).mean(), 0);
    EXPECT_EQ(LatencyLaw::constant(1).shifted(-2).mean(), 0);
}

TEST(LatencyLaw, MaximumOfExponentials) {
    const LatencyLaw law = LatencyLaw::of(Distribution::exponential(1));
    LatencyLaw latest = law;
    double harmonic = 1;
    for (int n = 2; n <= 5; ++n) {
        latest = maximum(latest, law);
        harmonic += 1.0 / n;
        expect_relative(latest.mean(), harmonic, 0.002, "mean of the latest of " + std::to_string(n));
        for (const double p : {0.1, 0.5, 0.9, 0.99}) {
            const double exact = -std::log1p(-std::pow(p, 1.0 / n));
            expect_relative(latest.quantile(p), exact, 0.02, std::to_string(n) + " p " + std::to_string(p));
        }
    }
    expect_relative(maximum(LatencyLaw::constant(2), LatencyLaw::constant(1)).mean(), 2, k_exact, "constants");
    expect_relative(maximum(LatencyLaw{}, law).mean(), 1, k_exact, "with zero");
}

TEST(LatencyLaw, MixtureOfTwoExponentials) {
    const LatencyLaw fast = LatencyLaw::of(Distribution::exponential(1));
    const LatencyLaw slow = LatencyLaw::of(Distribution::exponential(10));
    const std::vector<WeightedLaw> parts = {{9, fast}, {1, slow}, {0, LatencyLaw::constant(1e9)}};
    const LatencyLaw mixed = mixture(parts);
    expect_relative(mixed.mean(), 1.9, k_exact, "mean");
    expect_relative(mixed.second_moment(), 0.9 * 2 + 0.1 * 200, 0.002, "second moment");
    for (const double t : {0.5, 2.0, 5.0, 20.0, 60.0}) {
        expect_relative(mixed.exceeds(t), 0.9 * std::exp(-t) + 0.1 * std::exp(-t / 10), 0.02, "tail");
    }
    EXPECT_EQ(mixture(std::vector<WeightedLaw>{{0, fast}}).mean(), 0);
    expect_relative(mixture(std::vector<WeightedLaw>{{5, fast}}).quantile(0.99), fast.quantile(0.99), k_exact, "one");
}

TEST(LatencyLaw, TruncatedBelow) {
    const LatencyLaw law = LatencyLaw::of(Distribution::exponential(1));
    for (double t = 0.05; t < 12; t *= 1.3) {
        const auto [probability, below] = law.truncated_below(t);
        expect_relative(probability, -std::expm1(-t), 1e-9, "probability");
        expect_relative(below.mean(), 1 - t * std::exp(-t) / -std::expm1(-t), 0.001, "mean");
        EXPECT_LE(below.points().back(), t);
    }
    const auto never = LatencyLaw::constant(5).truncated_below(4.9);
    EXPECT_EQ(never.probability, 0);
    EXPECT_EQ(LatencyLaw::constant(5).truncated_below(5).probability, 1);
    EXPECT_EQ(LatencyLaw::constant(5).exceeds(4.9), 1);
    EXPECT_EQ(LatencyLaw::constant(5).exceeds(5), 0);
}

TEST(LatencyLaw, TruncationIsContinuous) {
    const LatencyLaw law =
        sum(LatencyLaw::of(Distribution::lognormal_mean_cv(1, 1.5)), LatencyLaw::of(Distribution::exponential(0.3)));
    double before = law.truncated_below(0.2).law.mean();
    for (double t = 0.2; t < 30; t *= 1.001) {
        const double mean = law.truncated_below(t).law.mean();
        EXPECT_NEAR(mean, before, 0.003 * t) << t;
        before = mean;
    }
}

TEST(LatencyLaw, WaitIsAnAtomAndTheRest) {
    const WaitLaw wait{.probability = 0.3, .mean_if_waits_s = 2, .scv_if_waits = 1};
    const LatencyLaw law = LatencyLaw::of(wait);
    expect_relative(law.mean(), 0.6, k_exact, "mean");
    for (const double t : {0.3, 1.0, 4.0, 10.0}) {
        expect_relative(law.exceeds(t), wait.tail(t), 0.02, "tail");
    }
    const WaitLaw narrow{.probability = 1, .mean_if_waits_s = 2, .scv_if_waits = 0.37};
    expect_relative(LatencyLaw::of(narrow).mean(), 2, k_exact, "mean of a gamma wait");
    expect_relative(LatencyLaw::of(narrow).variance(), 4 * 0.37, 0.005, "variance of a gamma wait");
    expect_relative(LatencyLaw::of(narrow).quantile(0.99), narrow.quantile_s(0.99), 0.01, "p99 of a gamma wait");
    // M/M/1 at load 0.8: wait and exponential service make an exponential sojourn again.
    const LatencyLaw sojourn =
        plus_wait(LatencyLaw::of(Distribution::exponential(1)), {.probability = 0.8, .mean_if_waits_s = 5});
    expect_relative(sojourn.mean(), 5, k_exact, "sojourn");
    for (const double p : {0.5, 0.9, 0.99, 0.999}) {
        expect_relative(sojourn.quantile(p), -5 * std::log1p(-p), 0.005, "sojourn p " + std::to_string(p));
    }
    EXPECT_EQ(LatencyLaw::of(WaitLaw{}).mean(), 0);
}

}  // namespace
}  // namespace nines::analytic
