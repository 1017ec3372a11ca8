#pragma once
// LawValues: a latency law as values of stated weights, finer in the tail: what a histogram wants.

#include <array>
#include <cstdint>

#include "engine/analytic/latency_law.hpp"
#include "engine/base/time.hpp"

namespace nines {

/// Parts of a law's probability, each cut into values of equal weight.
struct LawPart {
    double from = 0, to = 0;
    int values = 0;
};
inline constexpr std::array<LawPart, 5> k_law_parts{
    {{0, 0.9, 90}, {0.9, 0.99, 45}, {0.99, 0.999, 36}, {0.999, 0.9999, 18}, {0.9999, 1, 9}}};
inline constexpr std::size_t k_law_values = 198;

struct LawValues {
    std::array<Nanoseconds, k_law_values> at{};  ///< ascending
    bool is_constant = false;                    ///< then the first value is all
};

LawValues values_of(const analytic::LatencyLaw& law);

/// Of its points, to know a law again.
std::uint64_t hash_of(const analytic::LatencyLaw& law);

}  // namespace nines
