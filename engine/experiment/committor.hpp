#pragma once
// The committor of a Markov chain: the chance to come to the targets before the stops. Its logarithm is the best
// importance function that splitting can have.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/markov_chain.hpp"

namespace nines {

/// What a state is to a committor.
enum class CommittorState : std::uint8_t { inside, target, stop };

/// By Gauss-Seidel from below, sweeping up and down the numbers of the states: sums of positive terms only, so that
/// chances of 1e-300 have full relative precision. States next to each other in the chain should have close numbers.
/// @param kinds  one for each state; targets have 1, stops 0
/// @returns nothing when `sweeps_max` sweeps did not bring every value to a relative change of 1e-13
/// Source: Puterman, Markov Decision Processes (1994), section 6.3 (monotone value iteration).
std::optional<std::vector<double>> committor(const std::vector<CommittorState>& kinds,
                                             std::span<const analytic::Transition> transitions,
                                             std::size_t sweeps_max = 100'000);

/// log h as an importance function; of states that cannot reach a target, the least double.
std::vector<double> log_importance(const std::vector<double>& committor);

}  // namespace nines
