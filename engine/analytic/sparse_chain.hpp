#pragma once
// SparseChain: the generator of a large Markov chain, its long run by iteration, its course by uniformisation.

#include <Eigen/SparseCore>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/markov_chain.hpp"

namespace nines::analytic {

/// Rates by the state that they lead to: a million states with twenty transitions each take 260 MB.
class SparseChain {
public:
    using Rates = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

    SparseChain(std::size_t states, std::span<const Transition> transitions);

    std::size_t states() const { return leaving_.size(); }
    const Rates& rates() const { return rates_; }                    ///< column: the state led to; row: the state left
    const std::vector<double>& leaving() const { return leaving_; }  ///< the rate at which a state is left at all
    double fastest() const { return fastest_; }

private:
    Rates rates_;
    std::vector<double> leaving_;
    double fastest_ = 0;
};

/// When an iteration has arrived.
struct IterationLimits {
    double change = 1e-13;    ///< of each weight, relative, in one sweep
    double residual = 1e-11;  ///< of each state's balance, relative to what flows through it
    int sweeps_max = 20'000;
};

/// Stationary distribution by sweeps of Gauss and Seidel forth and back, from all weight in state 0: positive numbers
/// are added and multiplied only, so rare states keep their digits. Fast where repairs are faster than failures.
/// @returns nothing when it does not arrive within the limits; the chain must lead from everywhere to state 0
/// Source: Stewart: Introduction to the Numerical Solution of Markov Chains (1994), section 3.3.
std::optional<std::vector<double>> stationary_by_sweeps(const SparseChain& chain, const IterationLimits& limits = {});

/// A chain after some time.
struct Course {
    std::vector<double> at_end;  ///< distribution at that time
    std::vector<double> spent;   ///< mean time spent in each state until then
    double cut_off = 0;          ///< of the distribution: the weight of jumps that were left out
};

/// The most jumps that a course is followed for: the fastest rate times the time.
inline constexpr double k_jumps_max = 2e8;

/// Uniformisation. Once the transient states only shrink together, all at one rate, they are no longer multiplied out:
/// from then on a scalar is followed, which needs no further error. Small probabilities keep their digits.
/// @returns nothing when fastest() x time exceeds k_jumps_max
/// Source: Jensen (1953); Fox, Glynn, Comm. ACM 31 (1988) 440; Muppala, Trivedi (1992) (steady-state detection).
std::optional<Course> follow(const SparseChain& chain, const std::vector<double>& initial, double time);

/// Mean and variance of the time that a chain spends in some of its states.
struct TimeSpent {
    double mean = 0;
    double variance = 0;
};
/// By uniformisation of the moments. Source: Trivedi, Bobbio (2017), section 9.6 (reward models).
std::optional<TimeSpent> time_spent(const SparseChain& chain, const std::vector<double>& initial,
                                    const std::vector<bool>& in, double time);

/// Chance that one of `targets` has been met by then.
std::optional<double> chance_met_by(std::size_t states, std::span<const Transition> transitions,
                                    const std::vector<double>& initial, const std::vector<bool>& targets, double time);

/// How often in the mean the chain steps from a state of `from` into one that is not, until then.
std::optional<double> mean_crossings(std::size_t states, std::span<const Transition> transitions,
                                     const std::vector<double>& initial, const std::vector<bool>& from, double time);

}  // namespace nines::analytic
