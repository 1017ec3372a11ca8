// Laws: exact moments, ten million draws of each against its cdf, and bytes that must never change by accident.

#include "engine/random/distribution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <string>

#include "engine/base/hash.hpp"
#include "engine/random/block_stream.hpp"
#include "tests/engine/random/goodness.hpp"

namespace nines {
namespace {

struct Case {
    std::string name;
    Distribution law;
    double mean;
    double sd;
    Cdf cdf;
    Moments moments;
};

Cdf exponential_cdf(double mean) {
    return [=](double x) { return -std::expm1(-x / mean); };
}
Cdf gamma_cdf(double shape, double scale) {
    return [=](double x) { return boost::math::gamma_p(shape, x / scale); };
}
Cdf lognormal_cdf(double mu, double sigma) {
    return [=](double x) { return std::erfc((mu - std::log(x)) / sigma / std::sqrt(2.0)) / 2; };
}
Cdf weibull_cdf(double scale, double shape) {
    return [=](double x) { return -std::expm1(-std::pow(x / scale, shape)); };
}
Cdf pareto_cdf(double minimum, double alpha) {
    return [=](double x) { return x < minimum ? 0.0 : 1 - std::pow(minimum / x, alpha); };
}
Cdf uniform_cdf(double low, double high) {
    return [=](double x) { return std::clamp((x - low) / (high - low), 0.0, 1.0); };
}
Cdf mixed(double weight, Cdf first, Cdf second) {
    return [=](double x) { return weight * first(x) + (1 - weight) * second(x); };
}

/// E X, E X^2, E X^3, E X^4.
using RawMoments = std::array<double, 4>;

RawMoments gamma_raw(double shape, double scale) {
    RawMoments raw{};
    double product = 1;
    for (std::size_t i = 0; i < 4; ++i) {
        product *= (shape + static_cast<double>(i)) * scale;
        raw[i] = product;
    }
    return raw;
}
RawMoments weibull_raw(double scale, double shape) {
    RawMoments raw{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto power = static_cast<double>(i + 1);
        raw[i] = std::pow(scale, power) * boost::math::tgamma(1 + power / shape);
    }
    return raw;
}
RawMoments uniform_raw(double low, double high) {
    RawMoments raw{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto power = static_cast<double>(i + 2);
        raw[i] = (std::pow(high, power) - std::pow(low, power)) / (power * (high - low));
    }
    return raw;
}
RawMoments mixed(double weight, const RawMoments& first, const RawMoments& second) {
    RawMoments raw{};
    for (std::size_t i = 0; i < 4; ++i) {
        raw[i] = weight * first[i] + (1 - weight) * second[i];
    }
    return raw;
}
Moments central(const RawMoments& raw) {
    const auto [one, two, three, four] = raw;
    return {one, two - one * one, four - 4 * one * three + 6 * one * one * two - 3 * one * one * one * one};
}

/// The logarithm of a lognormal is normal, that of a Pareto variable a shifted exponential.
Moments lognormal_logarithm(double mu, double sigma) {
    return {mu, sigma * sigma, 3 * std::pow(sigma, 4), true};
}
Moments pareto_logarithm(double minimum, double alpha) {
    return {std::log(minimum) + 1 / alpha, 1 / alpha / alpha, 9 / std::pow(alpha, 4), true};
}

// Means, standard deviations and parameters: closed forms to 40 digits (Johnson, Kotz, Balakrishnan, Continuous
// Univariate Distributions; Tijms for the balanced means).
const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {"exponential", Distribution::exponential(4), 4, 4, exponential_cdf(4), central(gamma_raw(1, 4))},
        {"erlang", Distribution::erlang(3, 12), 12, 6.928203230275509, gamma_cdf(3, 4), central(gamma_raw(3, 4))},
        {"erlang_many", Distribution::erlang(20, 10), 10, 2.23606797749979, gamma_cdf(20, 0.5),
         central(gamma_raw(20, 0.5))},
        {"gamma", Distribution::gamma(20, 0.5), 20, 10, gamma_cdf(4, 5), central(gamma_raw(4, 5))},
        {"gamma_below_one", Distribution::gamma(20, 2), 20, 40, gamma_cdf(0.25, 80), central(gamma_raw(0.25, 80))},
        {"lognormal", Distribution::lognormal_mean_cv(8, 1), 8, 8,
         lognormal_cdf(1.7328679513998633, 0.8325546111576978),
         lognormal_logarithm(1.7328679513998633, 0.8325546111576978)},
        {"lognormal_narrow", Distribution::lognormal_mean_cv(150, 0.4), 150, 60,
         lognormal_cdf(4.936425291537119, 0.3852531701599265),
         lognormal_logarithm(4.936425291537119, 0.3852531701599265)},
        {"lognormal_median", Distribution::lognormal_median_sigma(90, 1), 148.38491436301155, 194.5077674305579,
         lognormal_cdf(std::log(90.0), 1), lognormal_logarithm(std::log(90.0), 1)},
        {"weibull", Distribution::weibull(1000, 1.5), 902.7452929509336, 612.9357917546764, weibull_cdf(1000, 1.5),
         central(weibull_raw(1000, 1.5))},
        {"weibull_heavy", Distribution::weibull(10, 0.7), 12.658235060572833, 18.511714003984487, weibull_cdf(10, 0.7),
         central(weibull_raw(10, 0.7))},
        {"pareto", Distribution::pareto(1, 2.5), 1.6666666666666667, 1.4907119849998598, pareto_cdf(1, 2.5),
         pareto_logarithm(1, 2.5)},
        {"pareto_light", Distribution::pareto(5, 4), 6.666666666666667, 2.3570226039551585, pareto_cdf(5, 4),
         pareto_logarithm(5, 4)},
        {"uniform", Distribution::uniform(2, 10), 6, 2.309401076758503, uniform_cdf(2, 10),
         central(uniform_raw(2, 10))},
        {"hyperexponential", Distribution::hyperexponential(10, 2), 10, 20,
         mixed(0.8872983346207417, exponential_cdf(1 / 0.17745966692414833), exponential_cdf(1 / 0.02254033307585166)),
         central(
             mixed(0.8872983346207417, gamma_raw(1, 1 / 0.17745966692414833), gamma_raw(1, 1 / 0.02254033307585166)))},
        {"hyperexponential_wide", Distribution::hyperexponential(1, 4), 1, 4,
         mixed(0.9696682183138621, exponential_cdf(1 / 1.9393364366277241), exponential_cdf(1 / 0.06066356337227576)),
         central(
             mixed(0.9696682183138621, gamma_raw(1, 1 / 1.9393364366277241), gamma_raw(1, 1 / 0.06066356337227576)))},
        // Values 1, 2, 4: half the draws uniform on [1, 2], half on [2, 4]; E X^2 = (7/3 + 28/3) / 2.
        {"empirical", Distribution::empirical({4, 1, 2}), 2.25, std::sqrt(35.0 / 6 - 2.25 * 2.25),
         mixed(0.5, uniform_cdf(1, 2), uniform_cdf(2, 4)), central(mixed(0.5, uniform_raw(1, 2), uniform_raw(2, 4)))},
        // E X^2 = 0.9 x 2 x 1 + 0.1 x (25 + 25 / 12 x 4) with the uniform part on [0, 10].
        {"mixture", Distribution::mixture({9, 1}, {Distribution::exponential(1), Distribution::uniform(0, 10)}), 1.4,
         std::sqrt(0.9 * 2 + 0.1 * 100 / 3 - 1.4 * 1.4), mixed(0.9, exponential_cdf(1), uniform_cdf(0, 10)),
         central(mixed(0.9, gamma_raw(1, 1), uniform_raw(0, 10)))},
    };
    return all;
}

std::vector<double> draw(const Distribution& law, std::size_t count, std::uint64_t key) {
    Stream stream(key);
    std::vector<double> values(count);
    for (double& value : values) {
        value = law.sample(stream);
    }
    return values;
}

Goodness goodness_of(const Case& c, const Distribution& law, std::size_t draws, std::uint64_t key) {
    Goodness goodness(c.cdf, c.moments, 0);
    BlockStream stream(key);
    for (std::size_t i = 0; i < draws; ++i) {
        goodness.add(law.sample(stream));
    }
    return goodness;
}

class Law : public testing::TestWithParam<Case> {};

TEST_P(Law, MomentsAreExact) {
    const Case& c = GetParam();
    EXPECT_NEAR(c.law.mean(), c.mean, 2e-14 * c.mean);
    EXPECT_NEAR(std::sqrt(c.law.variance()), c.sd, 2e-14 * c.sd);
    const Distribution scaled = c.law.scaled(2.5);
    EXPECT_NEAR(scaled.mean(), 2.5 * c.mean, 1e-13 * c.mean);
    EXPECT_NEAR(std::sqrt(scaled.variance()), 2.5 * c.sd, 1e-13 * c.sd);
}

TEST_P(Law, DrawsFollowTheCdf) {
    const Case& c = GetParam();
    goodness_of(c, c.law, goodness_draws(), 1001).expect();
}

// The mutant: draws of a law that is two per cent larger must be rejected, or the test above proves nothing.
TEST_P(Law, TwoPerCentTooLargeIsRejected) {
    const Case& c = GetParam();
    EXPECT_GT(goodness_of(c, c.law.scaled(1.02), 500'000, 1002).kolmogorov(), k_kolmogorov_alarm);
}

TEST_P(Law, BothKindsOfStreamGiveTheSameDraws) {
    const Case& c = GetParam();
    Stream one(5);
    BlockStream other(5);
    for (int i = 0; i < 20'000; ++i) {
        ASSERT_EQ(c.law.sample(one), c.law.sample(other));
    }
    EXPECT_EQ(one.position(), other.position());
}

TEST_P(Law, ScalingScalesEveryDraw) {
    const Case& c = GetParam();
    const std::vector<double> plain = draw(c.law, 1000, 3);
    const std::vector<double> scaled = draw(c.law.scaled(1e-3), 1000, 3);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        ASSERT_NEAR(scaled[i], plain[i] * 1e-3, 1e-14 * plain[i]);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Law, testing::ValuesIn(cases()), [](const auto& test) { return test.param.name; });

// With shape 1 the quick acceptance of gamma's rejection is as tight as it may be, so an error in it shows here first.
TEST(Distribution, GammaOfShapeOneIsExponential) {
    const Case c = {"", Distribution::gamma(7, 1), 7, 7, exponential_cdf(7), central(gamma_raw(1, 7))};
    ASSERT_EQ(c.law.law, nines::Law::gamma);
    goodness_of(c, c.law, goodness_draws(), 1003).expect();
}

/// Two variants of a law: the same words are taken whatever the parameters, and the larger one gives the larger draw.
struct Variants {
    Distribution smaller;
    Distribution larger;
};

TEST(Distribution, VariantsOfALawStaySynchronised) {
    const Variants variants[] = {
        {Distribution::constant(1), Distribution::constant(2)},
        {Distribution::exponential(1), Distribution::exponential(1.01)},
        {Distribution::erlang(8, 3), Distribution::erlang(8, 4)},
        {Distribution::lognormal_median_sigma(1, 0.5), Distribution::lognormal_median_sigma(1.01, 0.5)},
        {Distribution::weibull(2, 1.5), Distribution::weibull(2.1, 1.5)},
        {Distribution::pareto(1, 2), Distribution::pareto(1, 1.9)},
        {Distribution::uniform(1, 2), Distribution::uniform(1.1, 3)},
        {Distribution::hyperexponential(1, 2), Distribution::hyperexponential(1.5, 2)},
        {Distribution::empirical({1, 2, 3}), Distribution::empirical({1.5, 2, 4, 9})},
        {Distribution::mixture({9, 1}, {Distribution::exponential(1), Distribution::exponential(50)}),
         Distribution::mixture({8, 2}, {Distribution::exponential(2), Distribution::exponential(60)})},
    };
    for (const auto& [smaller, larger] : variants) {
        Stream one(8);
        Stream other(8);
        for (int i = 0; i < 20'000; ++i) {
            ASSERT_LE(smaller.sample(one), larger.sample(other));
            ASSERT_EQ(one.position(), other.position()) << static_cast<int>(smaller.law);
        }
    }
}

// Inverse transforms: one word a draw, so that draw k of a stream is a function of word k.
TEST(Distribution, InverseTransformsTakeOneWord) {
    const Distribution laws[] = {Distribution::pareto(1, 2.5), Distribution::uniform(2, 10),
                                 Distribution::empirical({4, 1, 2})};
    for (const Distribution& law : laws) {
        Stream stream(8);
        for (std::uint64_t i = 1; i <= 20'000; ++i) {
            law.sample(stream);
            ASSERT_EQ(stream.position(), i);
        }
    }
}

TEST(Distribution, ParetoWithoutMoments) {
    EXPECT_TRUE(std::isinf(Distribution::pareto(1, 1).mean()));
    EXPECT_TRUE(std::isinf(Distribution::pareto(1, 2).variance()));
    EXPECT_DOUBLE_EQ(Distribution::pareto(1, 2).mean(), 2);
    const auto mixed_in = Distribution::mixture({1, 1}, {Distribution::constant(1), Distribution::pareto(1, 1)});
    EXPECT_TRUE(std::isinf(mixed_in.mean()));
    EXPECT_TRUE(std::isinf(mixed_in.variance()));
}

TEST(Distribution, DegenerateLaws) {
    Stream stream(1);
    EXPECT_EQ(Distribution::constant(3).sample(stream), 3);
    EXPECT_EQ(stream.position(), 0U);
    EXPECT_EQ(Distribution::gamma(5, 0).law, nines::Law::constant);
    EXPECT_EQ(Distribution::hyperexponential(5, 1).law, nines::Law::exponential);
    EXPECT_NEAR(Distribution::lognormal_mean_cv(5, 0).sample(stream), 5, 1e-14);
    EXPECT_EQ(Distribution::uniform(2, 2).sample(stream), 2);
    EXPECT_EQ(Distribution::empirical({7}).sample(stream), 7);
    EXPECT_EQ(Distribution::empirical({7}).mean(), 7);
    EXPECT_EQ(Distribution::empirical({7}).variance(), 0);
    EXPECT_TRUE(Distribution().is_zero());
}

TEST(Distribution, WidelySpreadHyperexponential) {
    const Distribution law = Distribution::hyperexponential(3, 1000);
    EXPECT_NEAR(law.mean(), 3, 1e-9);
    EXPECT_NEAR(std::sqrt(law.variance()), 3000, 1e-6);
}

/// Bytes are part of our results: a change here changes every seeded result, on purpose or not.
TEST(Distribution, BytesArePinned) {
    std::uint64_t fingerprint = 0;
    for (const Case& c : cases()) {
        for (const double value : draw(c.law, 5000, 77)) {
            fingerprint = combine(fingerprint, std::bit_cast<std::uint64_t>(value));
        }
    }
    EXPECT_EQ(fingerprint, 4189998195460841896U);
}

}  // namespace
}  // namespace nines
