#include "models/plan/state.hpp"

namespace nines {

State::State(const Plan& plan)
    : silent(plan.group_of.size()),
      crashed(plan.group_of.size()),
      condition(plan.group_of.size()),
      capacity_rank(plan.group_of.size()),
      up_count(plan.services.size()),
      location_down(plan.world.locations.size()),
      link_cut(plan.world.links.size()) {
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        up_count[index_at<ServiceId>(i)] = plan.services[index_at<ServiceId>(i)].instances.count;
    }
}

bool covers(const Plan& plan, const TargetAtom& atom, InstanceId instance) {
    const GroupId group = plan.group_of[instance];
    switch (atom.kind) {
        case TargetAtom::Kind::everything:
            return true;
        case TargetAtom::Kind::location:
            return plan.world.within(plan.groups[group].location, LocationId{atom.index});
        case TargetAtom::Kind::link:
        case TargetAtom::Kind::role:
            return false;
        case TargetAtom::Kind::service:
            return plan.groups[group].service.value == atom.index;
        case TargetAtom::Kind::group:
            return group.value == atom.index;
        case TargetAtom::Kind::instance:
            return instance.value == atom.index;
    }
    return false;
}

}  // namespace nines
