#pragma once
// Failing parts: the members of all faults that come again and again, and what each of them takes away.

#include <vector>

#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"
#include "models/structure/structure.hpp"

namespace nines {

/// What is down, cut or shut off while parts are down, as gates: each works while nothing takes it away.
struct FailingParts {
    Column<InstanceId, analytic::GateId> instance_up;
    Column<LocationId, analytic::GateId> place_passes;  ///< routes can pass it
    Column<LinkId, analytic::GateId> link_up;

    /// Messages across the border of what the atoms name are lost while it does not work.
    struct Partition {
        std::vector<TargetAtom> atoms;
        analytic::GateId open;
    };
    std::vector<Partition> partitions;
};

/// Fills the parts of `structure` and says what is left out.
FailingParts find_failing_parts(const Plan& plan, Structure& structure);

}  // namespace nines
