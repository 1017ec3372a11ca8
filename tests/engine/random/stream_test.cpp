// Streams: identity by name, positions, and that no two names have anything to do with each other.

#include "engine/random/stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "engine/random/block_stream.hpp"
#include "tests/engine/random/goodness.hpp"

namespace nines {
namespace {

TEST(Stream, WordsAreTheBlocksOfPhilox) {
    Stream zero(0);
    EXPECT_EQ(zero.next(), 0xe169c58d6627e8d5U);
    EXPECT_EQ(zero.next(), 0x9b00dbd8bc57ac4cU);
    const std::uint64_t key = 0x299f31d0a4093822U;
    Stream other(key);
    other.seek(2 * 0x85a308d3243f6a88U);  // wraps: only the low 63 bits of a block number can be reached
    const philox::Block expected = philox::block(key, 0x05a308d3243f6a88U);
    EXPECT_EQ(other.next(), expected[0]);
    EXPECT_EQ(other.next(), expected[1]);
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

TEST(Stream, AValueOf32Bytes) {
    static_assert(sizeof(Stream) == 32);
    EXPECT_EQ(Stream().next(), Stream(std::uint64_t{0}).next());
}

// A million jumps all over the sequence: with anything but O(1) this would not end.
TEST(Stream, SeekIsAsQuickFarAsNear) {
    Stream places(1);
    Stream stream(2);
    for (int i = 0; i < 1'000'000; ++i) {
        const std::uint64_t place = places.next();
        stream.seek(place);
        ASSERT_EQ(stream.position(), place);
        ASSERT_EQ(stream.next(), philox::block(2, place / 2)[place % 2]);
    }
}

// A variant that adds entities, or lets others draw more, leaves the draws of the rest as they were, bit for bit.
TEST(Stream, WhatOthersDrawChangesNothing) {
    std::vector<double> alone;
    Stream stream(Luck{1, 4}, "work", "web");
    for (int i = 0; i < 5000; ++i) {
        alone.push_back(stream.exponential());
    }
    std::vector<Stream> others;
    for (int i = 0; i < 50; ++i) {
        others.emplace_back(Luck{1, 4}, "work", "web-" + std::to_string(i));
    }
    BlockStream arrivals(Luck{1, 4}, "demand.arrivals", "web");
    Stream again(Luck{1, 4}, "work", "web");
    for (std::size_t i = 0; i < alone.size(); ++i) {
        others[i % 50].normal();
        arrivals.exponential();
        ASSERT_EQ(again.exponential(), alone[i]);
    }
}

/// Pairs of draws of two streams, by products and on a grid of 16 x 16.
void expect_independent(Stream a, Stream b) {
    constexpr int k_draws = 200'000;
    double products = 0;
    std::vector<std::uint32_t> counts(256);
    for (int i = 0; i < k_draws; ++i) {
        const double x = a.uniform();
        const double y = b.uniform();
        products += (x - 0.5) * (y - 0.5);
        ++counts[static_cast<std::size_t>(x * 16) * 16 + static_cast<std::size_t>(y * 16)];
    }
    // The sum has a standard deviation of sqrt(n) / 12.
    EXPECT_LT(std::abs(products), k_z_alarm * std::sqrt(k_draws) / 12);
    expect_equal_shares(counts);
}

TEST(Stream, NeighbouringNamesAreIndependent) {
    for (int other = 1; other <= 10; ++other) {
        expect_independent(Stream(Luck{1, 0}, "work", "instance-0"),
                           Stream(Luck{1, 0}, "work", "instance-" + std::to_string(other)));
    }
}

TEST(Stream, NeighbouringReplicationsAndSeedsAreIndependent) {
    for (std::uint64_t other = 1; other <= 10; ++other) {
        expect_independent(Stream(Luck{1, 0}, "work", "web"), Stream(Luck{1, other}, "work", "web"));
        expect_independent(Stream(Luck{1, 0}, "work", "web"), Stream(Luck{1 + other, 0}, "work", "web"));
    }
}

// Keys that differ by one bit, and one stream against itself a few words later.
TEST(Stream, NeighbouringKeysAndPlacesAreIndependent) {
    for (std::uint64_t bit = 0; bit < 64; bit += 7) {
        expect_independent(Stream(std::uint64_t{12345}), Stream(std::uint64_t{12345} ^ (std::uint64_t{1} << bit)));
    }
    for (const std::uint64_t lag : {1, 2, 3, 64, 128}) {
        Stream later(99);
        later.seek(lag);
        expect_independent(Stream(99), later);
    }
}

}  // namespace
}  // namespace nines
