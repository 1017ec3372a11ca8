#pragma once
// Control: a study in `requests` that also runs `flow`, under the luck of its replications and of many more, and takes
// from it what the two have in common (engine/stats/two_level.hpp).

#include <functional>

#include "engine/experiment/executor.hpp"
#include "engine/stats/two_level.hpp"
#include "models/results/results.hpp"
#include "models/study/metric_summary.hpp"
#include "models/study/sampler.hpp"

namespace nines {

/// Replications of `flow` alone have numbers from here on: beyond all that a study in `requests` may have
/// (study.replications goes to 10^9), and the same ones however many those are.
inline constexpr std::uint64_t k_first_of_flow_alone = UINT64_C(1) << 40U;

/// One metric in both fidelities, replication by replication.
class ControlledMetric {
public:
    /// One replication; NaN: nothing measured.
    void add(double requests, double flow);
    /// Whether both fidelities measured it in all replications: else the two levels would not be of the same ones.
    bool is_whole() const { return is_whole_; }
    const PairedLevels& pairs() const { return pairs_; }

private:
    bool is_whole_ = true;
    PairedLevels pairs_;
};

/// The mean of a figure of `flow`.
struct FlowMean {
    CoarseMean mean;
    std::uint64_t replications = 0;  ///< 0: it is exact
};

/// What replications of `flow` alone gave.
struct FlowAlone {
    std::uint64_t replications = 0;
    std::vector<Moments> metrics;  ///< one with fewer values than replications was not measured in all
    bool interrupted = false;      ///< before it was done: it is then worth nothing
};

/// Events so far, by fidelity: what work is told from. Not time: results must not depend on the machine.
struct PairWork {
    std::uint64_t replications = 0;
    std::uint64_t requests_events = 0;
    std::uint64_t flow_events = 0;
};

/// How many replications of `flow` alone to run: what is best for the metric (of those given) that wants most; at least
/// as many as there are pairs; no more than is as much work as the replications in `requests` were. 0 where `flow` is
/// of no use to any of them.
std::uint64_t flow_alone_wanted(std::span<const ControlledMetric* const> metrics, const PairWork& work);

/// Runs them, on threads, and takes their figures in the order of their numbers.
FlowAlone run_flow_alone(const SamplerContext& context, const Executor& executor, std::uint64_t replications);

/// Puts the two-level estimate in place of the plain mean, where there is one and its interval is sound: at least
/// IntervalRules::replications_min pairs, and no more skewed than Cochran's rule has it. Quantiles, histogram and
/// chances stay those of the replications in `requests`.
void apply_control(const ControlledMetric& controlled, const FlowMean& alone, const IntervalRules& rules,
                   Metric& metric);

}  // namespace nines
