// Streams: known answers of Philox, identity by name, positions, and the exactness of the ziggurats.

#include "engine/random/stream.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace nines {
namespace {

using Words = std::array<std::uint32_t, 4>;

Words philox(Words counter, std::array<std::uint32_t, 2> key) {
    const auto block = r123::Philox4x32()(r123::Philox4x32::ctr_type{{counter[0], counter[1], counter[2], counter[3]}},
                                          r123::Philox4x32::key_type{{key[0], key[1]}});
    return {block[0], block[1], block[2], block[3]};
}

// Source: DEShawResearch/random123, tests/kat_vectors (commit 9545ff6413f2).
TEST(Philox, KnownAnswers) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
              (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Stream, WordsAreTheBlocksOfPhilox) {
    Stream zero(0);
    EXPECT_EQ(zero.next(), 0xe169c58d6627e8d5U);
    EXPECT_EQ(zero.next(), 0x9b00dbd8bc57ac4cU);
    const std::uint64_t key = 0x299f31d0a4093822U;
    Stream other(key);
    other.seek(2 * 0x85a308d3243f6a88U);  // wraps: only the low 63 bits of a block number can be reached
    const Words expected = philox({0x243f6a88, 0x05a308d3, 0, 0}, {0xa4093822, 0x299f31d0});
    EXPECT_EQ(other.next(), expected[0] | (static_cast<std::uint64_t>(expected[1]) << 32U));
    EXPECT_EQ(other.next(), expected[2] | (static_cast<std::uint64_t>(expected[3]) << 32U));
}

TEST(Stream, SameNameSameDrawsInWhateverOrder) {
    Stream first(Luck{7, 3}, "faults.every", "db-1");
    Stream noise(Luck{7, 3}, "faults.every", "db-2");
    std::vector<std::uint64_t> alone;
    for (int i = 0; i < 10; ++i) {
        alone.push_back(first.next());
    }
    Stream again(Luck{7, 3}, "faults.every", "db-1");
    for (const std::uint64_t word : alone) {
        noise.next();
        EXPECT_EQ(again.next(), word);
    }
}

TEST(Stream, EveryPartOfTheNameCounts) {
    std::set<std::uint64_t> keys;
    for (const std::uint64_t seed : {1, 2}) {
        for (const std::uint64_t replication : {0, 1, 2}) {
            for (const char* purpose : {"a", "b", "ab"}) {
                for (const char* entity : {"", "a", "b", "ba"}) {
                    keys.insert(Stream(Luck{seed, replication}, purpose, entity).key());
                }
            }
        }
    }
    EXPECT_EQ(keys.size(), 2U * 3 * 3 * 4);
}

TEST(Stream, SeekContinuesAsIfWordsHadBeenTaken) {
    Stream straight(99);
    std::vector<std::uint64_t> words;
    for (std::uint64_t i = 0; i < 9; ++i) {
        EXPECT_EQ(straight.position(), i);
        words.push_back(straight.next());
    }
    for (std::uint64_t from = 0; from < 9; ++from) {
        Stream jumped(99);
        jumped.next();
        jumped.seek(from);
        EXPECT_EQ(jumped.position(), from);
        Stream copy = jumped;
        for (std::uint64_t i = from; i < 9; ++i) {
            EXPECT_EQ(jumped.next(), words[i]);
        }
        EXPECT_EQ(copy.next(), words[from]);
    }
}

TEST(Stream, UniformsStayInTheirIntervals) {
    Stream stream(5);
    for (int i = 0; i < 100'000; ++i) {
        const double u = stream.uniform();
        const double v = stream.uniform_positive();
        ASSERT_TRUE(u >= 0 && u < 1 && v > 0 && v < 1);
        ASSERT_LT(stream.below(7), 7U);
    }
    EXPECT_EQ(stream.below(1), 0U);
    EXPECT_FALSE(stream.chance(0));
    EXPECT_TRUE(stream.chance(1));
}

/// Pearson's statistic of counts against equal shares.
double chi_squared(const std::vector<double>& counts, double draws) {
    const double expected = draws / static_cast<double>(counts.size());
    double sum = 0;
    for (const double count : counts) {
        sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
}

TEST(Stream, BelowIsFair) {
    constexpr int k_draws = 1'000'000;
    Stream stream(21);
    std::vector<double> counts(10);
    for (int i = 0; i < k_draws; ++i) {
        ++counts[stream.below(10)];
    }
    EXPECT_LT(chi_squared(counts, k_draws), 45.08);  // 1 - 1e-6 quantile of chi-squared, 9 degrees of freedom
}

TEST(Stream, StreamsOfNeighbouringNamesAreIndependent) {
    constexpr int k_draws = 200'000;
    for (int other = 1; other <= 10; ++other) {
        Stream a(Luck{1, 0}, "work", "instance-0");
        Stream b(Luck{1, 0}, "work", "instance-" + std::to_string(other));
        double products = 0;
        for (int i = 0; i < k_draws; ++i) {
            products += (a.uniform() - 0.5) * (b.uniform() - 0.5);
        }
        // The sum has a standard deviation of sqrt(n) / 12; 5.3 of them are exceeded once in 1e7 (ten tests: 1e-6).
        EXPECT_LT(std::abs(products), 5.33 * std::sqrt(k_draws) / 12) << other;
    }
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
    constexpr int k_draws = 4'000'000;
    Stream stream(31);
    int exponential_tail = 0;
    int normal_right = 0;
    int normal_left = 0;
    for (int i = 0; i < k_draws; ++i) {
        exponential_tail += stream.exponential() > 9 ? 1 : 0;
        const double x = stream.normal();
        normal_right += x > 3.8 ? 1 : 0;
        normal_left += x < -3.8 ? 1 : 0;
    }
    const auto expect_share = [](int hits, double share) {
        const double expected = k_draws * share;
        EXPECT_LT(std::abs(hits - expected), 5.5 * std::sqrt(expected)) << share;  // false alarm about 1e-6 with skew
    };
    expect_share(exponential_tail, std::exp(-9.0));
    expect_share(normal_right, std::erfc(3.8 / std::sqrt(2.0)) / 2);
    expect_share(normal_left, std::erfc(3.8 / std::sqrt(2.0)) / 2);
}

}  // namespace
}  // namespace nines
