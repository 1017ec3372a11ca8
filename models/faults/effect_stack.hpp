#pragma once
// Effects in force: they stack, and the end of a fault undoes that fault alone.

#include <vector>

#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

/// What a beginning or an end changed, for whoever has to act on it.
struct EffectChange {
    std::vector<InstanceId> lost;         ///< up before, not now
    std::vector<InstanceId> returned;     ///< not up before, up now
    std::vector<InstanceId> conditioned;  ///< works differently now
    std::vector<LinkId> links;            ///< cut or restored
    std::vector<LocationId> locations;    ///< went down or came back
    std::vector<InstanceId> noticed;      ///< takes nothing new from now on
    std::vector<InstanceId> gone;         ///< taken back by its provider: not paid
    std::vector<InstanceId> back;         ///< was taken back, and is not any more
    bool network = false;                 ///< messages are disturbed differently now
    bool limits = false;                  ///< attempts are let in differently now
};

/// Puts the effects of one occurrence in force on what the atoms name.
EffectChange begin_effects(const Plan& plan, State& state, std::uint32_t occurrence,
                           const std::vector<EffectSpec>& effects, const std::vector<TargetAtom>& atoms);

/// A flood of the fault begins or ends: attackers' rates are what all floods in force send, less what each service
/// absorbs of all that comes to it. Floods of one fault add up too.
/// @returns whether some rate has changed
bool shift_flood(const Plan& plan, State& state, FaultId fault, bool begins);

/// Counts anew the instances that losses of capacity cover, of those that are there alone: who is absent or taken back
/// has no workers to lose (State::capacity_rank).
/// @returns those whose place in the count has changed
std::vector<InstanceId> rank_capacity(const Plan& plan, State& state);

/// The notice of a reclaim is over: the instances are gone until the occurrence ends.
EffectChange strike(const Plan& plan, State& state, std::uint32_t occurrence, const std::vector<TargetAtom>& atoms);

/// Takes them away again.
EffectChange end_effects(const Plan& plan, State& state, std::uint32_t occurrence,
                         const std::vector<EffectSpec>& effects, const std::vector<TargetAtom>& atoms);

}  // namespace nines
