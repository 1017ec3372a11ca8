#pragma once
// FailureSystem: components that fail and are repaired, and which of them must be down together for the system to be
// down. The common ground of exact solvers and rare-event estimators; it knows nothing of what the components are.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/random/distribution.hpp"

namespace nines {

/// An alternating renewal process: up, down, up ... each stretch drawn independently.
struct FailureComponent {
    std::string name;                      ///< names its random streams too
    Distribution up_s;                     ///< from the end of a repair to the next failure
    Distribution down_s;                   ///< from a failure to the end of its repair; crews free, where it needs one
    std::uint32_t crew_pool = UINT32_MAX;  ///< position in crews; UINT32_MAX: repaired at once whatever else is down
};

struct FailureSystem {
    std::vector<FailureComponent> components;
    std::vector<std::uint32_t> crews;  ///< of each pool: how many of its components are repaired at a time, in order
    /// Minimal cut sets, each ascending: the system is down while all members of at least one are down.
    std::vector<std::vector<std::uint32_t>> cut_sets;
};

}  // namespace nines
