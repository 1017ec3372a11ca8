#pragma once
// Horizon: availability over the time that a run would simulate, begun with all parts up; scheduled faults count.

#include <optional>
#include <string>

#include "models/structure/solved_structure.hpp"

namespace nines {

struct OverHorizon {
    std::optional<analytic::Chance> mean;    ///< of requests, over the measured time
    std::optional<analytic::Chance> at_end;  ///< of a request at the horizon
    std::string why_not;                     ///< where they are missing
};

/// Exact for parts with exponential times (crews too), for overlapping faults of exponential lengths, for scheduled
/// faults of any law that has a closed form, and for faults for ever. The mean is integrated numerically, to about
/// 1e-12; requests are taken to come at a constant rate.
OverHorizon over_horizon(const Plan& plan, const SolvedStructure& solved);

}  // namespace nines
