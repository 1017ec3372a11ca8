// Crowds at the start: all idle, but for those that faults name.

#include "models/requests/crowd.hpp"

namespace nines {

Column<GroupId, Crowd> crowds_of(const Plan& plan) {
    Column<GroupId, Crowd> crowds;
    for (const GroupPlan& group : plan.groups) {
        crowds.push_back(group.is_counted() ? Crowd(group.count, group.instances.count) : Crowd());
    }
    // Those that faults name are certain ones from the beginning: no idle one that a request happens to meet.
    for (const FaultPlan& fault : plan.faults) {
        for (const std::vector<TargetAtom>& member : fault.members) {
            for (const TargetAtom& atom : member) {
                if (atom.kind == TargetAtom::Kind::instance) {
                    keep_engaged(plan, crowds, InstanceId{atom.index}, true);
                }
            }
        }
    }
    return crowds;
}

}  // namespace nines
