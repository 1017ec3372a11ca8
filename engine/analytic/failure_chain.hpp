#pragma once
// Failure chains: systems of components with exponential times, crews and all, as Markov chains on how many of each
// kind are down.

#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/availability_chain.hpp"
#include "engine/analytic/bdd.hpp"
#include "engine/analytic/failure_system.hpp"

namespace nines::analytic {

/// One variable of a structure function as a component that fails and is repaired at constant rates.
struct ChainComponent {
    double failure_rate = 0;
    double repair_rate = 0;
    std::uint32_t crew_pool = UINT32_MAX;  ///< position in `crews`

    bool operator==(const ChainComponent&) const = default;
};

inline constexpr std::size_t k_chain_states_max = 2'000'000;

/// The chain of a structure function. Alike components are counted, not told apart: those of the same rates and pool
/// that the function does not tell apart either (k-of-n of alike ones has n + 1 states, not 2^n). State 0 is all up.
/// Where fewer crews than components are down, those at work are a random choice of them, changed at every event: of
/// components with one repair rate that is as good as first come first served for availability and failure frequency;
/// for times to a failure it is where they are also of one kind.
/// @returns nothing where there would be more states than `states_max`
std::optional<AvailabilityChain> failure_chain(Bdd& bdd, BddNode works, std::span<const ChainComponent> levels,
                                               std::span<const std::uint32_t> crews,
                                               std::size_t states_max = k_chain_states_max);

/// The chain of a failure system. @returns nothing also where some time is not exponential
std::optional<AvailabilityChain> failure_chain(const FailureSystem& system,
                                               std::size_t states_max = k_chain_states_max);

/// The structure function of a failure system: variable i is component i.
BddNode works_of(Bdd& bdd, const FailureSystem& system);

}  // namespace nines::analytic
