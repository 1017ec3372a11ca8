#pragma once
// JobPlan: a batch job, compiled: what the user wrote, and what its machines draw and cost.

#include <string>

#include "models/architecture/jobs.hpp"

namespace nines {

struct JobPlan {
    Job spec;
    LocationId region = LocationId::none();  ///< whose grid it draws from; none: no grid is known
    double busy_w = 0;                       ///< of one machine: a job keeps it busy
    double embodied_kg = 0;                  ///< of one machine
    bool has_price = false;
    double on_demand_usd_per_h = 0;  ///< of one machine
    double usd_per_h = 0;            ///< the same as it is bought
    double expected_run_s = 0;       ///< of one job from its start, interruptions and checkpoints included
};

}  // namespace nines
