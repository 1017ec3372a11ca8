#pragma once
// Stages: a bad version reaches more instances, in either fidelity.

#include "models/faults/fault_process.hpp"
#include "models/operations/operations.hpp"

namespace nines {

/// The fault of the stage's deployment begins on the instances of the stage. @returns its occurrence
inline std::uint32_t begin_stage(const Plan& plan, Operations& operations, FaultProcesses& faults,
                                 const BadStage& stage) {
    const FaultId fault = plan.operations.deploys[stage.deploy].fault;
    const std::uint32_t slot = faults.begin_on(fault, operations.atoms_of(stage));
    operations.stage_began(stage, slot);
    return slot;
}

}  // namespace nines
