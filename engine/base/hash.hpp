#pragma once
// Hashes whose bytes are part of our results: names to stream keys, trajectories to fingerprints.

#include <cstdint>
#include <string_view>

namespace nines {

/// A 64-bit finaliser (SplitMix64, Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

/// Folds one more word into a running hash.
constexpr std::uint64_t combine(std::uint64_t hash, std::uint64_t word) {
    return mix(hash ^ mix(word));
}

/// FNV-1a over the bytes, finished by mix().
constexpr std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    return mix(hash);
}

}  // namespace nines
