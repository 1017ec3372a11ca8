#pragma once
// Draws: what can be drawn from a stream of 64-bit words, written once for every kind of stream.

#include <bit>
#include <cstdint>

#include "engine/random/ziggurat.hpp"

namespace nines {

/// A base of `Words`, which has `std::uint64_t next()`: 64 random bits. A draw depends on the words only, so two kinds
/// of stream that give the same words give the same draws.
template <class Words>
class Draws {
public:
    /// In [0, 1), 53 bits.
    double uniform() { return fraction(word()); }

    /// In (0, 1): safe for a logarithm.
    double uniform_positive() { return (static_cast<double>(word() >> 12U) + 0.5) * 0x1p-52; }

    /// Mean 1. One word in 98 of 100 draws.
    double exponential() {
        const std::uint64_t bits = word();
        const auto layer = static_cast<std::uint32_t>(bits & 255U);
        const double x = fraction(bits) * ziggurat::k_exponential.edge[layer];
        return x < ziggurat::k_exponential.edge[layer + 1] ? x : exponential_outside(layer, x);
    }

    /// Mean 0, variance 1. One word in 99 of 100 draws.
    double normal() {
        const std::uint64_t bits = word();
        const auto layer = static_cast<std::uint32_t>(bits & 255U);
        const double x = fraction(bits) * ziggurat::k_normal.edge[layer];
        return x < ziggurat::k_normal.edge[layer + 1] ? with_sign(x, bits) : normal_outside(layer, x, bits);
    }

    /// A whole number in [0, bound), bound >= 1, without bias that matters (64-bit multiply-shift).
    std::uint64_t below(std::uint64_t bound) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(word()) * bound) >> 64U);
    }

    /// True with that probability. Takes a word only when there is something to decide.
    bool chance(double probability) { return probability > 0 && (probability >= 1 || uniform() < probability); }

private:
    friend Words;  // nobody else can be based on it
    Draws() = default;

    std::uint64_t word() { return static_cast<Words*>(this)->next(); }

    /// The upper 53 bits. Those that choose layer and sign are among the lower 11.
    static double fraction(std::uint64_t bits) { return static_cast<double>(bits >> 11U) * 0x1p-53; }

    /// Negates x when bit 8 is set, without a branch: half of them would be predicted wrongly.
    static double with_sign(double x, std::uint64_t bits) {
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ ((bits & 256U) << 55U));
    }

    // The rare branches: the edges of the layers and the tails. In ziggurat.cpp, for each kind of stream.
    double exponential_outside(std::uint32_t layer, double x);
    double normal_outside(std::uint32_t layer, double x, std::uint64_t bits);
};

}  // namespace nines
