#pragma once
// Markov chains in continuous time: the stationary distribution and mean times to a set of states, solved exactly.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nines::analytic {

/// A jump from state to state, states numbered from 0. Several between the same two states add up.
struct Transition {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    double rate = 0;  ///< >= 0, in any one unit of time
};

/// Up to so many states a dense elimination without subtractions is used, above it sweeps (sparse_chain.hpp) and, where
/// they do not arrive, up to the second number a sparse factorisation.
inline constexpr std::size_t k_dense_states_max = 2000;
inline constexpr std::size_t k_factorised_states_max = 50'000;

/// Long-run share of time in each state. Dense: O(states^3), every probability to nearly full relative precision.
/// @returns nothing when the states do not all lead to state 0 (then the answer depends on where the chain starts), or
/// when the chain is too large to be solved
/// Source: Grassmann, Taksar, Heyman, Operations Research 33 (1985) 1107 (dense); Eigen SparseLU (sparse).
std::optional<std::vector<double>> stationary(std::size_t states, std::span<const Transition> transitions);

/// The two ways of stationary(), for chains whose size does not tell which is faster.
std::optional<std::vector<double>> stationary_dense(std::size_t states, std::span<const Transition> transitions);
std::optional<std::vector<double>> stationary_sparse(std::size_t states, std::span<const Transition> transitions);

/// Mean time from each state until the first state of `targets` (one flag a state); 0 in the targets themselves.
/// @returns nothing when some state never leads to a target
std::optional<std::vector<double>> mean_time_to(std::size_t states, std::span<const Transition> transitions,
                                                const std::vector<bool>& targets);

/// Stationary distribution of a birth-death chain, O(states): up[n] leads from n to n + 1, down[n] from n + 1 to n > 0.
/// States after a rate up of 0 have probability 0. There is one more state than rates.
std::vector<double> stationary_birth_death(std::span<const double> up, std::span<const double> down);

}  // namespace nines::analytic
