#pragma once
// Stream: a counter-based random stream (Philox4x32-10) with a key made from what it is for.
// Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011.

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "engine/random/ziggurat.hpp"

namespace nines {

/// Which luck a run has: the user's seed and the number of the replication.
struct Luck {
    std::uint64_t seed = 1;
    std::uint64_t replication = 0;
};

/// Identity: 1. the k-th word depends only on key and k. 2. copies continue independently from the same position.
class Stream {
public:
    Stream() = default;
    /// The stream for `purpose` ("demand.arrivals") of `entity` ("shoppers") under `luck`.
    Stream(Luck luck, std::string_view purpose, std::string_view entity);
    explicit Stream(std::uint64_t key) : key_(key) {}

    /// 64 random bits.
    std::uint64_t next() {
        if (left_ == 0) {
            refill();
        }
        --left_;
        return words_[1U - left_];
    }

    /// In [0, 1), 53 bits.
    double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

    /// In (0, 1): safe for a logarithm.
    double uniform_positive() { return (static_cast<double>(next() >> 12U) + 0.5) * 0x1p-52; }

    /// Mean 1. One word in 98 of 100 draws.
    double exponential() {
        const std::uint64_t bits = next();
        const auto layer = static_cast<std::uint32_t>(bits & 255U);
        const double x = static_cast<double>(bits >> 11U) * 0x1p-53 * ziggurat::k_exponential.edge[layer];
        return x < ziggurat::k_exponential.edge[layer + 1] ? x : exponential_outside(layer, x);
    }

    /// Mean 0, variance 1. One word in 99 of 100 draws.
    double normal() {
        const std::uint64_t bits = next();
        const auto layer = static_cast<std::uint32_t>(bits & 255U);
        const double x = static_cast<double>(bits >> 11U) * 0x1p-53 * ziggurat::k_normal.edge[layer];
        return x < ziggurat::k_normal.edge[layer + 1] ? with_sign(x, bits) : normal_outside(layer, x, bits);
    }

    /// A whole number in [0, bound), bound >= 1, without bias that matters (64-bit multiply-shift).
    std::uint64_t below(std::uint64_t bound) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
    }

    bool chance(double probability) { return probability > 0 && (probability >= 1 || uniform() < probability); }

    std::uint64_t key() const { return key_; }
    std::uint64_t position() const { return 2 * block_ - left_; }  ///< words taken so far
    void seek(std::uint64_t words);                                ///< continue as if `words` had been taken

private:
    void refill();
    double exponential_outside(std::uint32_t layer, double x);
    double normal_outside(std::uint32_t layer, double x, std::uint64_t bits);
    /// Negates x when bit 8 is set, without a branch: half of them would be predicted wrongly.
    static double with_sign(double x, std::uint64_t bits) {
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ ((bits & 256U) << 55U));
    }

    std::uint64_t key_ = 0;
    std::uint64_t block_ = 0;  // number of the next block of two words
    std::array<std::uint64_t, 2> words_{};
    std::uint32_t left_ = 0;  // words of words_ not yet given out
};

}  // namespace nines
