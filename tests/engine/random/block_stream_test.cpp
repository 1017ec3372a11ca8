// BlockStream: the words and draws of the Stream of the same key, from and to any position.

#include "engine/random/block_stream.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

constexpr std::uint64_t k_ahead = BlockStream::k_ahead;

TEST(BlockStream, GivesTheWordsOfTheStream) {
    Stream one(Luck{7, 3}, "demand.arrivals", "shoppers");
    BlockStream other(Luck{7, 3}, "demand.arrivals", "shoppers");
    EXPECT_EQ(one.key(), other.key());
    for (int i = 0; i < 100'000; ++i) {
        ASSERT_EQ(one.position(), other.position());
        ASSERT_EQ(one.next(), other.next());
    }
    EXPECT_EQ(BlockStream().next(), Stream().next());
}

TEST(BlockStream, SeeksAsTheStreamDoes) {
    Stream places(3);
    Stream one(99);
    BlockStream other(99);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t place = i < 1000 ? static_cast<std::uint64_t>(i) : places.next() >> places.below(64);
        one.seek(place);
        other.seek(place);
        ASSERT_EQ(other.position(), place);
        for (std::uint64_t taken = places.below(k_ahead + 3); taken > 0; --taken) {
            ASSERT_EQ(one.next(), other.next()) << place;
        }
        ASSERT_EQ(one.position(), other.position());
    }
}

TEST(BlockStream, ConvertsFromAndToAStreamAnywhere) {
    Stream straight(5);
    for (std::uint64_t position = 0; position < 3 * k_ahead; ++position) {
        BlockStream from(straight);
        ASSERT_EQ(from.position(), position);
        Stream back = from.stream();
        ASSERT_EQ(back.position(), position);
        ASSERT_EQ(back.key(), straight.key());
        Stream copy = straight;
        for (std::uint64_t i = 0; i < k_ahead + 3; ++i) {
            const std::uint64_t word = copy.next();
            ASSERT_EQ(from.next(), word);
            ASSERT_EQ(back.next(), word);
        }
        ASSERT_EQ(from.stream().next(), copy.next());
        straight.next();
    }
}

TEST(BlockStream, CopiesContinueIndependently) {
    BlockStream one(8);
    for (int i = 0; i < 70; ++i) {
        one.next();
    }
    BlockStream copy = one;
    const std::uint64_t word = one.next();
    one.next();
    EXPECT_EQ(copy.next(), word);
}

/// One draw of a kind chosen by `kind`, as bits.
template <class Words>
std::uint64_t draw(Words& words, std::uint64_t kind) {
    switch (kind) {
        case 0:
            return words.next();
        case 1:
            return std::bit_cast<std::uint64_t>(words.uniform());
        case 2:
            return std::bit_cast<std::uint64_t>(words.uniform_positive());
        case 3:
            return std::bit_cast<std::uint64_t>(words.exponential());
        case 4:
            return std::bit_cast<std::uint64_t>(words.normal());
        case 5:
            return words.below(1'000'003);
        default:
            return words.chance(0.3) ? 1 : 0;
    }
}

TEST(BlockStream, GivesTheDrawsOfTheStream) {
    Stream kinds(1);
    Stream one(6);
    BlockStream other(6);
    for (int i = 0; i < 500'000; ++i) {
        const std::uint64_t kind = kinds.below(7);
        ASSERT_EQ(draw(one, kind), draw(other, kind)) << kind;
    }
    EXPECT_EQ(one.position(), other.position());
}

}  // namespace
}  // namespace nines
