// Draws: ten million uniform, exponential and normal numbers against their laws, fair choices, and exact ziggurats.

#include "engine/random/draws.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "engine/random/block_stream.hpp"
#include "engine/random/stream.hpp"
#include "tests/engine/random/goodness.hpp"

namespace nines {
namespace {

Cdf uniform_cdf() {
    return [](double x) { return x < 0 ? 0.0 : (x < 1 ? x : 1.0); };
}
constexpr Moments k_uniform = {0.5, 1.0 / 12, 1.0 / 80};

template <class Draw>
void expect_good(const Cdf& cdf, const Moments& moments, double support_begin, std::uint64_t key, const Draw& draw) {
    Goodness goodness(cdf, moments, support_begin);
    Stream stream(key);
    for (std::size_t i = goodness_draws(); i > 0; --i) {
        goodness.add(draw(stream));
    }
    goodness.expect();
}

TEST(Draws, UniformFollowsItsLaw) {
    expect_good(uniform_cdf(), k_uniform, 0, 41, [](Stream& stream) { return stream.uniform(); });
    expect_good(uniform_cdf(), k_uniform, 0, 42, [](Stream& stream) { return stream.uniform_positive(); });
}

// The lower bits too: a half of the word that repeated would not show in the fraction above.
TEST(Draws, LowerHalvesOfWordsFollowTheUniformLaw) {
    expect_good(uniform_cdf(), k_uniform, 0, 43,
                [](Stream& stream) { return static_cast<double>(stream.next() & 0xFFFFFFFFU) * 0x1p-32; });
}

TEST(Draws, ExponentialFollowsItsLaw) {
    expect_good([](double x) { return -std::expm1(-x); }, {1, 1, 9}, 0, 44,
                [](Stream& stream) { return stream.exponential(); });
}

TEST(Draws, NormalFollowsItsLaw) {
    expect_good([](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }, {0, 1, 3}, -40, 45,
                [](Stream& stream) { return stream.normal(); });
}

TEST(Draws, BelowIsFair) {
    for (const std::uint64_t bound : {2, 3, 10, 1000}) {
        Stream stream(21);
        std::vector<std::uint32_t> counts(bound);
        for (std::size_t i = goodness_draws() / 5; i > 0; --i) {
            ++counts[stream.below(bound)];
        }
        expect_equal_shares(counts);
    }
}

TEST(Draws, ChanceHasItsProbability) {
    const auto draws = static_cast<double>(goodness_draws() / 5);
    for (const double probability : {0.001, 0.3, 0.99}) {
        Stream stream(22);
        double hits = 0;
        for (double i = 0; i < draws; ++i) {
            hits += stream.chance(probability) ? 1 : 0;
        }
        EXPECT_LT(std::abs(hits - draws * probability), k_z_alarm * std::sqrt(draws * probability * (1 - probability)));
    }
}

TEST(Draws, StayInTheirIntervals) {
    Stream stream(5);
    for (int i = 0; i < 100'000; ++i) {
        const double u = stream.uniform();
        const double v = stream.uniform_positive();
        ASSERT_TRUE(u >= 0 && u < 1 && v > 0 && v < 1);
        ASSERT_LT(stream.below(7), 7U);
        ASSERT_GE(stream.exponential(), 0);
    }
    EXPECT_EQ(stream.below(1), 0U);
    const std::uint64_t position = stream.position();
    EXPECT_FALSE(stream.chance(0));
    EXPECT_TRUE(stream.chance(1));
    EXPECT_EQ(stream.position(), position);
}

/// The tables must close: the last box ends at the top of the density, or draws are subtly biased.
TEST(Ziggurat, LayersHaveEqualAreaAndClose) {
    for (const auto* tables : {&ziggurat::k_exponential, &ziggurat::k_normal}) {
        const auto& [edge, height] = *tables;
        const double area = edge[1] * (height[2] - height[1]);
        EXPECT_NEAR(edge[0] * height[1], area, 1e-15);
        for (std::size_t i = 1; i < ziggurat::k_layers; ++i) {
            EXPECT_LT(edge[i + 1], edge[i]);
            EXPECT_NEAR(edge[i] * (height[i + 1] - height[i]), area, 1e-13) << i;
        }
    }
}

/// Shares of draws in far regions, where only the rare branches of a ziggurat deliver.
TEST(Ziggurat, TailsHaveTheRightWeight) {
    const auto draws = static_cast<double>(2 * goodness_draws());
    Stream stream(31);
    double exponential_tail = 0;
    double normal_right = 0;
    double normal_left = 0;
    for (double i = 0; i < draws; ++i) {
        exponential_tail += stream.exponential() > 9 ? 1 : 0;
        const double x = stream.normal();
        normal_right += x > 3.8 ? 1 : 0;
        normal_left += x < -3.8 ? 1 : 0;
    }
    const auto expect_share = [draws](double hits, double share) {
        const double expected = draws * share;
        EXPECT_LT(std::abs(hits - expected), 5.5 * std::sqrt(expected)) << share;  // false alarm about 1e-6 with skew
    };
    expect_share(exponential_tail, std::exp(-9.0));
    expect_share(normal_right, std::erfc(3.8 / std::sqrt(2.0)) / 2);
    expect_share(normal_left, std::erfc(3.8 / std::sqrt(2.0)) / 2);
}

/// The tail of the normal takes 1 draw of 3900, too few to see an error of its shape among all. So its words are
/// searched for, and only they drawn from: layer 0, and a value beyond where the tail begins.
TEST(Ziggurat, TheTailOfTheNormalFollowsItsLaw) {
    constexpr double k_begin = ziggurat::k_normal_tail;
    const auto beyond = [](double x) { return std::erfc(x / std::sqrt(2.0)) / 2; };
    const double hazard = std::exp(-k_begin * k_begin / 2) / std::sqrt(2 * std::numbers::pi) / beyond(k_begin);
    // Moments of a normal variable cut off on the left: Johnson, Kotz, Balakrishnan, Continuous Univariate
    // Distributions.
    const Moments moments = {hazard, 1 + k_begin * hazard - hazard * hazard, 1};
    Goodness goodness([&](double x) { return 1 - beyond(x) / beyond(k_begin); }, moments, k_begin);
    BlockStream words(77);
    Stream stream(77);
    constexpr std::uint64_t k_words = 200'000'000;
    for (std::uint64_t i = 0; i < k_words; ++i) {
        const std::uint64_t bits = words.next();
        const double x = static_cast<double>(bits >> 11U) * 0x1p-53 * ziggurat::k_normal.edge[0];
        if ((bits & 255U) == 0 && x >= k_begin) {
            stream.seek(i);
            goodness.add(std::abs(stream.normal()));
        }
    }
    EXPECT_LT(goodness.kolmogorov(), k_kolmogorov_alarm);
    EXPECT_LT(std::abs(goodness.mean_z()), k_z_alarm);
}

}  // namespace
}  // namespace nines
