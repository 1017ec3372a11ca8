#pragma once
// LawValues: a latency law as values of stated weights, finer in the tail: what a histogram wants.

#include <array>
#include <cstdint>

#include "engine/analytic/latency_law.hpp"
#include "engine/base/time.hpp"

namespace nines {

/// Slices of a law: of 1 % around each hundredth in its body, and then of 7.4 % of the tail that is left (a thirtieth
/// of a decade). The quantiles that metrics ask for are middles of slices, so that those of a single law come out as
/// they are; those of a mixture are within half a slice.
struct LawSlice {
    double at = 0;      ///< a quantile in the middle of the slice
    double weight = 0;  ///< its share of the law
};
inline constexpr std::size_t k_body_values = 86;
inline constexpr std::size_t k_law_values = 211;
const std::array<LawSlice, k_law_values>& law_slices();

struct LawValues {
    std::array<Nanoseconds, k_law_values> at{};  ///< ascending
    double mean_s = 0;                           ///< of the law: that of the values is less exact
    bool is_constant = false;                    ///< then the first value is all
};

LawValues values_of(const analytic::LatencyLaw& law);

}  // namespace nines
