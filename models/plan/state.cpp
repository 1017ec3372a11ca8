#include "models/plan/state.hpp"

namespace nines {

State::State(const Plan& plan)
    : away(plan.group_of.size()),
      presence(plan.group_of.size(), Presence::serving),
      condition(plan.group_of.size()),
      capacity_rank(plan.group_of.size()),
      crowd_away(plan.groups.size()),
      up_count(plan.services.size()),
      location_down(plan.world.locations.size()),
      link_cut(plan.world.links.size()),
      no_launches(plan.groups.size()),
      no_control(plan.groups.size()),
      floods(plan.attacks.empty() ? 0 : plan.faults.size()),
      attack_per_s(plan.attacks.size()) {
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        up_count[index_at<ServiceId>(i)] = plan.services[index_at<ServiceId>(i)].begins_with;
    }
    for (const ServiceId service : plan.scaled) {
        const Range<InstanceId> instances = plan.services[service].instances;
        for (std::uint32_t i = 0; i < instances.count; ++i) {
            presence[instances[i]] = plan.stands_at_start(instances[i]) ? Presence::serving : Presence::absent;
        }
    }
}

void State::set_presence(const Plan& plan, InstanceId instance, Presence now) {
    const bool was_up = is_up(instance);
    presence[instance] = now;
    if (is_up(instance) != was_up) {
        up_count[plan.serving[plan.group_of[instance]].service] += was_up ? UINT64_MAX : 1U;
    }
}

bool covers_all_of(const Plan& plan, const TargetAtom& atom, GroupId group) {
    switch (atom.kind) {
        case TargetAtom::Kind::everything:
            return true;
        case TargetAtom::Kind::location:
            return plan.world.within(plan.groups[group].location, LocationId{atom.index});
        case TargetAtom::Kind::service:
            return plan.groups[group].service.value == atom.index;
        case TargetAtom::Kind::group:
            return group.value == atom.index;
        case TargetAtom::Kind::link:
        case TargetAtom::Kind::control:
        case TargetAtom::Kind::instance:
        case TargetAtom::Kind::role:
        case TargetAtom::Kind::member:
            return false;
    }
    return false;
}

bool covers(const Plan& plan, const TargetAtom& atom, InstanceId instance) {
    return atom.kind == TargetAtom::Kind::instance ? instance.value == atom.index
                                                   : covers_all_of(plan, atom, plan.group_of[instance]);
}

}  // namespace nines
