#pragma once
// JobSimulation: what the batch jobs of a plan do in a replication; the same in both fidelities, since requests do not
// change it.

#include <map>
#include <vector>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/region_grid.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Depends on the plan, luck and the faults of the run alone. Keeps what it knows of grids between replications.
class JobSimulation {
public:
    explicit JobSimulation(const Plan& plan);

    /// Jobs become ready from the beginning of the warm-up on; counted is what happens in [0, until).
    Column<JobId, JobTally> run(Luck luck, const std::vector<FaultRecord>& faults, double until_s) const;

private:
    const Plan& plan_;
    std::map<LocationId, RegionGrid> grids_;
};

}  // namespace nines
