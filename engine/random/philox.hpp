#pragma once
// Philox4x32-10, counter-based random bits: block k of a stream is a function of the stream's key and of k alone.
// Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011. The words are Random123's.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nines::philox {

inline constexpr int k_rounds = 10;
inline constexpr std::uint32_t k_multiplier_0 = 0xD2511F53U;
inline constexpr std::uint32_t k_multiplier_1 = 0xCD9E8D57U;
/// What the halves of the key grow by from round to round: the golden ratio, and the square root of 3 less 1.
inline constexpr std::uint32_t k_weyl_0 = 0x9E3779B9U;
inline constexpr std::uint32_t k_weyl_1 = 0xBB67AE85U;

/// 128 random bits; in each word the first 32 of Philox are the low half.
using Block = std::array<std::uint64_t, 2>;

constexpr std::uint32_t low_half(std::uint64_t word) {
    return static_cast<std::uint32_t>(word);
}
constexpr std::uint32_t high_half(std::uint64_t word) {
    return static_cast<std::uint32_t>(word >> 32U);
}
constexpr std::uint64_t joined(std::uint32_t low, std::uint32_t high) {
    return low | (static_cast<std::uint64_t>(high) << 32U);
}

/// The block of that number: the low half of Philox's 128-bit counter. The high half is 0.
constexpr Block block(std::uint64_t key, std::uint64_t number) {
    std::uint32_t x0 = low_half(number);
    std::uint32_t x1 = high_half(number);
    std::uint32_t x2 = 0;
    std::uint32_t x3 = 0;
    std::uint32_t k0 = low_half(key);
    std::uint32_t k1 = high_half(key);
    for (int round = 0; round < k_rounds; ++round) {
        const std::uint64_t product_0 = static_cast<std::uint64_t>(x0) * k_multiplier_0;
        const std::uint64_t product_1 = static_cast<std::uint64_t>(x2) * k_multiplier_1;
        x0 = high_half(product_1) ^ x1 ^ k0;
        x2 = high_half(product_0) ^ x3 ^ k1;
        x1 = low_half(product_1);
        x3 = low_half(product_0);
        k0 += k_weyl_0;
        k1 += k_weyl_1;
    }
    return {joined(x0, x1), joined(x2, x3)};
}

/// Ways to make many blocks at once. They differ in speed only: integer arithmetic has the same bits everywhere.
enum class Kernel : std::uint8_t { portable, sse2, avx2, avx512 };

/// Whether this build and this processor have it. `portable` is always there.
bool is_available(Kernel kernel);
/// The widest that is available; found out once.
Kernel fastest_kernel();

/// Every kernel makes whole groups of 8 blocks.
inline constexpr std::size_t k_words_per_group = 16;

/// Fills `words` with the blocks from number `first` on, in order. Their count is a multiple of k_words_per_group, and
/// the kernel is available.
void generate(Kernel kernel, std::uint64_t key, std::uint64_t first, std::span<std::uint64_t> words);

}  // namespace nines::philox
