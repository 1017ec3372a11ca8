// Stream: keys from names, the Philox rounds (Random123), and the rare branches of the ziggurats.

#include "engine/random/stream.hpp"

#include <Random123/philox.h>

#include "engine/base/hash.hpp"
#include "engine/random/portable_math.hpp"

namespace nines {

namespace {

std::uint64_t key_for(Luck luck, std::string_view purpose, std::string_view entity) {
    // Each part goes into a running hash: mix(seed) alone would make (seed 1, replication 2) and (2, 1) one stream.
    const std::uint64_t run = combine(combine(0, luck.seed), luck.replication);
    return combine(combine(run, hash_of(purpose)), hash_of(entity));
}

std::uint64_t joined(std::uint32_t low, std::uint32_t high) {
    return low | (static_cast<std::uint64_t>(high) << 32U);
}

std::uint32_t low_half(std::uint64_t word) {
    return static_cast<std::uint32_t>(word);
}
std::uint32_t high_half(std::uint64_t word) {
    return static_cast<std::uint32_t>(word >> 32U);
}

}  // namespace

Stream::Stream(Luck luck, std::string_view purpose, std::string_view entity) : key_(key_for(luck, purpose, entity)) {
}

void Stream::refill() {
    const r123::Philox4x32::ctr_type counter = {{low_half(block_), high_half(block_), 0, 0}};
    const r123::Philox4x32::key_type key = {{low_half(key_), high_half(key_)}};
    const auto block = r123::Philox4x32()(counter, key);
    words_ = {joined(block[0], block[1]), joined(block[2], block[3])};
    left_ = 2;
    ++block_;
}

void Stream::seek(std::uint64_t words) {
    block_ = words / 2;
    left_ = 0;
    if (words % 2 == 1) {
        refill();
        left_ = 1;
    }
}

double Stream::exponential_outside(std::uint32_t layer, double x) {
    const auto& [edge, height] = ziggurat::k_exponential;
    double shift = 0;  // the tail of an exponential is the whole again, moved to the right
    for (;;) {
        if (x < edge[layer + 1]) {
            return shift + x;
        }
        if (layer == 0) {
            shift += ziggurat::k_exponential_tail;
        } else if (height[layer] + (height[layer + 1] - height[layer]) * uniform() < portable::exp(-x)) {
            return shift + x;
        }
        const std::uint64_t bits = next();
        layer = static_cast<std::uint32_t>(bits & 255U);
        x = static_cast<double>(bits >> 11U) * 0x1p-53 * edge[layer];
    }
}

double Stream::normal_outside(std::uint32_t layer, double x, std::uint64_t bits) {
    const auto& [edge, height] = ziggurat::k_normal;
    for (;;) {
        if (x < edge[layer + 1]) {
            return with_sign(x, bits);
        }
        if (layer == 0) {
            // Marsaglia's tail, with two exponential variables.
            double beyond = exponential() / ziggurat::k_normal_tail;
            while (2 * exponential() < beyond * beyond) {
                beyond = exponential() / ziggurat::k_normal_tail;
            }
            return with_sign(ziggurat::k_normal_tail + beyond, bits);
        }
        if (height[layer] + (height[layer + 1] - height[layer]) * uniform() < portable::exp(-x * x / 2)) {
            return with_sign(x, bits);
        }
        bits = next();
        layer = static_cast<std::uint32_t>(bits & 255U);
        x = static_cast<double>(bits >> 11U) * 0x1p-53 * edge[layer];
    }
}

}  // namespace nines
