#pragma once
// Repair crews: structure functions of components that wait for a crew, solved exactly where the times are exponential.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/importance.hpp"

namespace nines::analytic {

/// Alike components that share fewer crews than there are components, first come first served. With exponential times
/// every set of k members is equally likely to be the one that is down, so the chances of k alone describe the pool.
struct CrewPool {
    std::vector<std::uint32_t> levels;  ///< of the members
    double failures_per_s = 0;          ///< of each member while it is up
    std::vector<double> down_count;     ///< [k]: chance that k of them are down

    /// In the long run (the machine repair model: a birth-death chain).
    /// Source: Trivedi, Bobbio: Reliability and Availability Engineering (2017), section 10.2.
    static CrewPool long_run(std::vector<std::uint32_t> levels, double up_mean_s, double down_mean_s,
                             std::uint32_t crews);
    /// After some time, begun with all up. Nothing where that takes too many jumps (sparse_chain.hpp).
    static std::optional<CrewPool> at_time(std::vector<std::uint32_t> levels, double up_mean_s, double down_mean_s,
                                           std::uint32_t crews, double time_s);
    /// Chance that `members` of the pool, named in advance, are all down.
    double all_down(std::size_t members) const;
    /// The pool without one of its members that is known to be down: what the others are then like.
    CrewPool given_down(std::uint32_t level) const;
};

/// The chances of a function whose variables are independent, but for the members of pools. Sums of products of
/// positive numbers only. O(nodes x product over pools of (members + 1)).
Chance chance_with_crews(const Bdd& bdd, BddNode f, std::span<const ComponentRates> levels,
                         std::span<const CrewPool> pools);

/// solve_system() with crews: `levels` of pool members are not read.
SystemRates solve_with_crews(Bdd& bdd, BddNode works, std::span<const ComponentRates> levels,
                             std::span<const CrewPool> pools);

}  // namespace nines::analytic
