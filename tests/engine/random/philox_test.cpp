// Philox: known answers, Random123 as the reference, and every kernel of this machine against one block at a time.

#include "engine/random/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <vector>

#include "engine/base/hash.hpp"

namespace nines::philox {
namespace {

/// The reference takes all 128 bits of the counter, ours the lower half.
Block reference(std::uint64_t key, std::uint64_t number) {
    const auto made = r123::Philox4x32()(r123::Philox4x32::ctr_type{{low_half(number), high_half(number), 0, 0}},
                                         r123::Philox4x32::key_type{{low_half(key), high_half(key)}});
    return {joined(made[0], made[1]), joined(made[2], made[3])};
}

// Source: DEShawResearch/random123, tests/kat_vectors (commit 9545ff6413f2): words 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
TEST(Philox, KnownAnswer) {
    EXPECT_EQ(block(0, 0), (Block{0xe169c58d6627e8d5U, 0x9b00dbd8bc57ac4cU}));
    static_assert(block(0, 0)[0] == 0xe169c58d6627e8d5U, "also when the compiler computes it");
}

TEST(Philox, BlocksAreThoseOfRandom123) {
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        const std::uint64_t key = mix(i);
        const std::uint64_t number = i % 3 == 0 ? i : mix(key);
        ASSERT_EQ(block(key, number), reference(key, number)) << key << ", " << number;
    }
}

constexpr Kernel k_kernels[] = {Kernel::portable, Kernel::sse2, Kernel::avx2, Kernel::avx512};

TEST(Philox, EveryKernelMakesTheSameWords) {
    const std::uint64_t starts[] = {0, 1, 7, 0xFFFFFFF9U, 0xFFFFFFFFU, 0x7FFFFFFFFFFFFFF3U, 0xFFFFFFFFFFFFFFFBU};
    for (const Kernel kernel : k_kernels) {
        if (!is_available(kernel)) {
            continue;
        }
        for (std::uint64_t i = 0; i < 2000; ++i) {
            // Carries from the low half to the high one, and around the end, fall inside a group.
            const std::uint64_t first = i % 2 == 0 ? starts[i / 2 % std::size(starts)] : mix(i);
            std::vector<std::uint64_t> words(k_words_per_group * (1 + i % 5));
            generate(kernel, mix(i + 1), first, words);
            for (std::size_t word = 0; word < words.size(); ++word) {
                ASSERT_EQ(words[word], block(mix(i + 1), first + word / 2)[word % 2])
                    << "kernel " << static_cast<int>(kernel) << ", first block " << first << ", word " << word;
            }
        }
    }
}

TEST(Philox, AKernelWritesNothingElse) {
    for (const Kernel kernel : k_kernels) {
        if (is_available(kernel)) {
            // At an odd place: nothing is aligned to more than a word.
            std::vector<std::uint64_t> words(1 + 2 * k_words_per_group + 1, 77);
            generate(kernel, 1, 0, std::span(words).subspan(1, 2 * k_words_per_group));
            EXPECT_EQ(words.front(), 77U);
            EXPECT_EQ(words.back(), 77U);
        }
    }
}

TEST(Philox, TheFastestKernelIsTheWidestAvailable) {
    EXPECT_TRUE(is_available(Kernel::portable));
    EXPECT_TRUE(is_available(fastest_kernel()));
    for (const Kernel kernel : k_kernels) {
        EXPECT_FALSE(kernel > fastest_kernel() && is_available(kernel));
    }
}

}  // namespace
}  // namespace nines::philox
