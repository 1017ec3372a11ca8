#pragma once
// Importance sampling of rare system failures: unavailability, frequency, time to failure and unreliability of a
// FailureSystem with general repair laws, crew pools and small probabilities.

#include <optional>
#include <string>
#include <vector>

#include "engine/experiment/parallel_for.hpp"
#include "engine/experiment/rare_estimate.hpp"
#include "engine/experiment/rare_model.hpp"

namespace nines {

struct RareOptions {
    RareEffort effort;
    Bias bias;
    RepairOrder order = RepairOrder::in_order;  ///< of every crew pool
};

/// Long-run figures of a system.
struct RareFigures {
    RareEstimate unavailability;  ///< long-run share of time down
    RareEstimate failures_per_s;  ///< of the system
    // With exponential lives, and where all are up often enough; else absent:
    std::optional<double> cycle_mean_s;                  ///< from all up to all up
    std::optional<RareEstimate> failure_in_cycle;        ///< probability that the system fails in such a cycle
    std::optional<RareEstimate> mean_time_to_failure_s;  ///< from all up
    std::optional<double> twin_unavailability;           ///< exact: a repairer for each component
    double plain_s = 0;                        ///< simulated time that a plain run would need for this relative error
    std::vector<std::string> natural_repairs;  ///< components whose repair law has no exact biased density
};

/// Every moment at which the system is down, and every failure of it, is owned by one component: the member that failed
/// first of the cut set that is down. So the unavailability is the sum over components of failure rate times the mean
/// downtime that one failure comes to own. States are taken from natural paths in the long run; in each a component,
/// chosen with bias, is made to fail, and a biased branch follows it until its repair (MarkedBranch). Lives are
/// exponential or Weibull: given that it is up, a component fails at its hazard, whatever the others do.
/// Compared with cycles from all up to all up, no likelihood ratio spans more than one repair, so that neither the
/// number of components nor their load degrades it.
/// The result depends on system and options only, not on `parallel`.
/// @returns an error that names what cannot be sampled; an estimate without interval says why by its refusal
/// Sources: Nicola, Shahabuddin, Nakayama, IEEE Transactions on Reliability 50 (2001) 246; for rates of attributed
/// events the conditional PASTA property: van Doorn, Regterschot, Operations Research Letters 7 (1988) 229.
Result<RareFigures> estimate_rare(const FailureSystem& system, const RareOptions& options,
                                  const ParallelFor& parallel = serial_for);

/// The probability that the system fails within `mission_s` > 0, all components up and new at its begin.
/// By the same ownership: a natural path runs to a uniform time of the mission; if it has not failed, a marked failure
/// there is followed until the first system failure or the end of the mission.
Result<RareEstimate> estimate_unreliability(const FailureSystem& system, double mission_s, Repairs repairs,
                                            const RareOptions& options, const ParallelFor& parallel = serial_for);

}  // namespace nines
