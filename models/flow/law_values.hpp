#pragma once
// LawValues: a latency law as values of stated weights, finer in the tail: what a histogram wants.

#include <array>
#include <cstdint>

#include "engine/analytic/latency_law.hpp"
#include "engine/base/time.hpp"

namespace nines {

/// Slices of a law: of 1 % in its body, and then of 7.4 % of the tail that is left (a thirtieth of a decade), five
/// decades deep. The quantiles that metrics ask for are middles of slices, so that those of a single law come out as
/// they are.
inline constexpr std::size_t k_law_values = 211;

struct LawValues {
    std::array<Nanoseconds, k_law_values> at{};  ///< the quantile in the middle of each slice, ascending
    double mean_ns = 0;                          ///< of the law
    bool is_constant = false;                    ///< then the first value is all
};

LawValues values_of(const analytic::LatencyLaw& law);

/// Of each value; they sum to 1.
const std::array<double, k_law_values>& law_weights();

/// Of its points, to know a law again.
std::uint64_t hash_of(const analytic::LatencyLaw& law);

}  // namespace nines
