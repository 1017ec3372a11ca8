#pragma once
// The `flow` fidelity: faults, repairs, detections, failovers and load changes are events; between them rates are
// solved.

#include <memory>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Runs replications of a plan one after the other, and remembers the scenes that it has solved. Same plan and luck:
/// same bytes, whatever was run before.
class Flow {
public:
    explicit Flow(const Plan& plan);
    Flow(Flow&&) noexcept;
    ~Flow();

    /// The watcher may stop it, and so may the memory that solved scenes take: what there was so far is then in the
    /// run.
    Run run(Luck luck, const Watcher& watcher = {}, const RunLimits& limits = {});

private:
    struct Parts;  // they look at one another, and so stay where they are
    std::unique_ptr<Parts> parts_;
};

}  // namespace nines
