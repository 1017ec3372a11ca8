#pragma once
// The `flow` fidelity: faults, repairs, detections, failovers and load changes are events; between them rates are
// solved.

#include <memory>
#include <vector>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/run.hpp"

namespace nines {

class Atlas;
class FlowWalk;
class LoadCourse;
class Stays;

/// Runs replications of a plan one after the other, and remembers the scenes that it has solved. Same plan and luck:
/// same bytes, whatever was run before.
class Flow {
public:
    explicit Flow(const Plan& plan);
    ~Flow();
    Flow(const Flow&) = delete;  // its parts look at one another
    Flow& operator=(const Flow&) = delete;

    /// The watcher may stop it: what there was so far is then in the run.
    Run run(Luck luck, const Watcher& watcher = {});

private:
    const Plan* plan_;
    std::unique_ptr<Atlas> atlas_;
    std::unique_ptr<Stays> stays_;
    std::vector<LoadCourse> loads_;   // by demand
    std::unique_ptr<FlowWalk> walk_;  // where the plan can be walked through
};

}  // namespace nines
