#pragma once
// Minimal sets: the smallest sets of variables that make a monotone function true. Of a structure function they are its
// minimal path sets, of its dual its minimal cut sets.

#include <cstdint>
#include <vector>

#include "engine/analytic/bdd.hpp"

namespace nines::analytic {

/// How much is listed. What is beyond is counted, not dropped in silence.
struct MinimalSetLimits {
    std::size_t listed = 10'000;
    std::uint32_t order = 32;           ///< members of a listed set
    std::size_t nodes_max = 1'000'000;  ///< of the diagram of sets
};

struct MinimalSets {
    /// By level, each ascending; the smaller sets first, then by their members.
    std::vector<std::vector<std::uint32_t>> sets;
    std::vector<double> count_by_order;  ///< [k]: how many have k members, up to the limit on order; exact below 2^53
    double count = 0;                    ///< of all orders; exact below 2^53
    bool is_too_large = false;           ///< the diagram of sets did not fit: nothing above is known

    /// Whether every minimal set stands in `sets`.
    bool is_complete() const { return !is_too_large && static_cast<double>(sets.size()) == count; }
};

/// Of a function that never turns false when one more variable turns true.
/// Source: Rauzy, Reliability Engineering and System Safety 40 (1993) 203 (minsol, without); Minato, DAC 1993 (the
/// zero-suppressed diagrams that hold the sets).
MinimalSets minimal_sets(const Bdd& bdd, BddNode monotone, const MinimalSetLimits& limits = {});

}  // namespace nines::analytic
