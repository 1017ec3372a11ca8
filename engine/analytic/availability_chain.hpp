#pragma once
// Availability chains: Markov chains some of whose states work, asked for what a repairable system is asked for.

#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/importance.hpp"
#include "engine/analytic/markov_chain.hpp"

namespace nines::analytic {

/// A chain with its working states. All times are in one unit, rates in its inverse.
struct AvailabilityChain {
    std::size_t states = 0;
    std::vector<Transition> transitions;
    std::vector<bool> works;  ///< by state
    std::uint32_t start = 0;  ///< where it begins: mostly all up
};

/// Long-run shares and frequency of failures, from stationary probabilities: sums of positive numbers, so that small
/// ones keep their digits. @returns nothing when there is no such long run
std::optional<SystemRates> solve_availability(const AvailabilityChain& chain);

/// Mean time from the start to the first state of `targets`, however long: the chain is sent back to its start from
/// there, and the answer is a ratio of positive sums. @returns nothing when the targets are not reached for sure
std::optional<double> mean_first_passage(const AvailabilityChain& chain, const std::vector<bool>& targets);

/// MTTF: mean time from the start to the first state that does not work.
std::optional<double> mean_time_to_failure(const AvailabilityChain& chain);

/// Chance that from the start a state of `first` is met before one of `second`; the start itself does not count, so
/// that with `second` = the start it is the chance within one cycle. @returns nothing when neither is met for sure
std::optional<double> chance_to_meet_first(const AvailabilityChain& chain, const std::vector<bool>& first,
                                           const std::vector<bool>& second);

}  // namespace nines::analytic
