// Many blocks of Philox at once: one lane of a vector for each block, in three widths, chosen when the program runs.

#include "engine/random/philox.hpp"

#include "engine/base/check.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace nines::philox {

namespace {

void generate_portable(std::uint64_t key, std::uint64_t first, std::span<std::uint64_t> words) {
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const Block made = block(key, first + i / 2);
        words[i] = made[0];
        words[i + 1] = made[1];
    }
}

#ifdef __x86_64__

/// `width` blocks side by side: each lane of 64 bits holds 32 bits of its block in the low half. What stands in the
/// high half does not matter, for the products read low halves only. GCC 12 does not find these products in a plain
/// loop (with AVX2 it is no faster than one block at a time), hence the functions below name them, and the
/// interleaving. All else is written once, here, and inlined, because a template cannot be compiled for its caller's
/// processor.
template <std::size_t width>
struct Lanes {
    using Vector [[gnu::vector_size(8 * width)]] = std::uint64_t;

    Vector x0, x1, x2, x3;
    std::uint32_t k0, k1;

    [[gnu::always_inline]] void begin(std::uint64_t key, std::uint64_t first, const Vector& order) {
        const Vector number = order + first;
        x0 = number;
        x1 = number >> 32U;
        x2 = Vector{};
        x3 = Vector{};
        k0 = low_half(key);
        k1 = high_half(key);
    }

    /// One round, given x0 * k_multiplier_0 and x2 * k_multiplier_1.
    [[gnu::always_inline]] void mix(const Vector& product_0, const Vector& product_1) {
        x0 = (product_1 >> 32U) ^ x1 ^ std::uint64_t{k0};
        x2 = (product_0 >> 32U) ^ x3 ^ std::uint64_t{k1};
        x1 = product_1;
        x3 = product_0;
        k0 += k_weyl_0;
        k1 += k_weyl_1;
    }

    /// The first words of the blocks in x0, the second in x2.
    [[gnu::always_inline]] void join() {
        constexpr std::uint64_t k_low = 0xFFFFFFFFU;
        x0 = (x0 & k_low) | (x1 << 32U);
        x2 = (x2 & k_low) | (x3 << 32U);
    }
};

// Interleaving works within 128 bits, so the lanes hold the blocks in the order in which it will put them right.

void generate_sse2(std::uint64_t key, std::uint64_t first, std::span<std::uint64_t> words) {
    using Vector = Lanes<2>::Vector;
    const Vector order = {0, 1};
    const __m128i multiplier_0 = _mm_set1_epi64x(k_multiplier_0);
    const __m128i multiplier_1 = _mm_set1_epi64x(k_multiplier_1);
    auto* out = reinterpret_cast<__m128i*>(words.data());
    for (std::size_t i = 0; i < words.size(); i += 4, out += 2) {
        Lanes<2> lanes;
        lanes.begin(key, first + i / 2, order);
        for (int round = 0; round < k_rounds; ++round) {
            lanes.mix(Vector(_mm_mul_epu32(__m128i(lanes.x0), multiplier_0)),
                      Vector(_mm_mul_epu32(__m128i(lanes.x2), multiplier_1)));
        }
        lanes.join();
        _mm_storeu_si128(out, _mm_unpacklo_epi64(__m128i(lanes.x0), __m128i(lanes.x2)));
        _mm_storeu_si128(out + 1, _mm_unpackhi_epi64(__m128i(lanes.x0), __m128i(lanes.x2)));
    }
}

__attribute__((target("avx2"))) void generate_avx2(std::uint64_t key, std::uint64_t first,
                                                   std::span<std::uint64_t> words) {
    using Vector = Lanes<4>::Vector;
    const Vector order = {0, 2, 1, 3};
    const __m256i multiplier_0 = _mm256_set1_epi64x(k_multiplier_0);
    const __m256i multiplier_1 = _mm256_set1_epi64x(k_multiplier_1);
    auto* out = reinterpret_cast<__m256i*>(words.data());
    for (std::size_t i = 0; i < words.size(); i += 8, out += 2) {
        Lanes<4> lanes;
        lanes.begin(key, first + i / 2, order);
        for (int round = 0; round < k_rounds; ++round) {
            lanes.mix(Vector(_mm256_mul_epu32(__m256i(lanes.x0), multiplier_0)),
                      Vector(_mm256_mul_epu32(__m256i(lanes.x2), multiplier_1)));
        }
        lanes.join();
        _mm256_storeu_si256(out, _mm256_unpacklo_epi64(__m256i(lanes.x0), __m256i(lanes.x2)));
        _mm256_storeu_si256(out + 1, _mm256_unpackhi_epi64(__m256i(lanes.x0), __m256i(lanes.x2)));
    }
}

__attribute__((target("avx512f"))) void generate_avx512(std::uint64_t key, std::uint64_t first,
                                                        std::span<std::uint64_t> words) {
    using Vector = Lanes<8>::Vector;
    constexpr __mmask8 k_all = 0xFF;  // the forms without a mask rouse a false alarm of GCC 12 (its bug 105593)
    const Vector order = {0, 4, 1, 5, 2, 6, 3, 7};
    const __m512i multiplier_0 = _mm512_set1_epi64(k_multiplier_0);
    const __m512i multiplier_1 = _mm512_set1_epi64(k_multiplier_1);
    auto* out = reinterpret_cast<__m512i*>(words.data());
    for (std::size_t i = 0; i < words.size(); i += 16, out += 2) {
        Lanes<8> lanes;
        lanes.begin(key, first + i / 2, order);
        for (int round = 0; round < k_rounds; ++round) {
            lanes.mix(Vector(_mm512_maskz_mul_epu32(k_all, __m512i(lanes.x0), multiplier_0)),
                      Vector(_mm512_maskz_mul_epu32(k_all, __m512i(lanes.x2), multiplier_1)));
        }
        lanes.join();
        _mm512_storeu_si512(out, _mm512_maskz_unpacklo_epi64(k_all, __m512i(lanes.x0), __m512i(lanes.x2)));
        _mm512_storeu_si512(out + 1, _mm512_maskz_unpackhi_epi64(k_all, __m512i(lanes.x0), __m512i(lanes.x2)));
    }
}

#endif

Kernel widest() {
    for (const Kernel kernel : {Kernel::avx512, Kernel::avx2, Kernel::sse2}) {
        if (is_available(kernel)) {
            return kernel;
        }
    }
    return Kernel::portable;
}

}  // namespace

bool is_available(Kernel kernel) {
#ifdef __x86_64__
    switch (kernel) {
        case Kernel::portable:
        case Kernel::sse2:  // part of x86-64
            return true;
        case Kernel::avx2:
            return __builtin_cpu_supports("avx2") != 0;
        case Kernel::avx512:
            return __builtin_cpu_supports("avx512f") != 0;
    }
#endif
    return kernel == Kernel::portable;
}

Kernel fastest_kernel() {
    static const Kernel k_fastest = widest();
    return k_fastest;
}

void generate(Kernel kernel, std::uint64_t key, std::uint64_t first, std::span<std::uint64_t> words) {
    check(words.size() % k_words_per_group == 0, "blocks are generated in whole groups");
    switch (kernel) {
#ifdef __x86_64__
        case Kernel::avx512:
            return generate_avx512(key, first, words);
        case Kernel::avx2:
            return generate_avx2(key, first, words);
        case Kernel::sse2:
            return generate_sse2(key, first, words);
#else
        case Kernel::avx512:
        case Kernel::avx2:
        case Kernel::sse2:
#endif
        case Kernel::portable:
            return generate_portable(key, first, words);
    }
}

}  // namespace nines::philox
