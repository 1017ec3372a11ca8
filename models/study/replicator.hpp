#pragma once
// Replicator: runs replications of one plan, one after the other, in the plan's fidelity.

#include <optional>

#include "engine/random/stream.hpp"
#include "models/flow/flow.hpp"
#include "models/jobs/simulate_jobs.hpp"
#include "models/plan/plan.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/run.hpp"
#include "models/security/simulate_security.hpp"

namespace nines {

/// Keeps between replications what may be kept. One for each thread: a replication depends on plan and luck alone, not
/// on which replicator ran it or what that had run before.
class Replicator {
public:
    explicit Replicator(const Plan& plan);

    Run run(Luck luck, const Watcher& watcher = {}, const RunLimits& limits = {});

private:
    const Plan& plan_;
    std::optional<Flow> flow_;
    std::optional<SecuritySimulation> security_;
    std::optional<JobSimulation> jobs_;
};

}  // namespace nines
