#pragma once
// State: what faults and operations change while a run goes on; both fidelities read it.

#include <cstdint>
#include <vector>

#include "engine/base/column.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// A fault in force that disturbs messages: delay, loss, partition.
struct NetworkEffect {
    std::uint32_t occurrence = 0;
    EffectSpec effect;
    std::vector<TargetAtom> atoms;
};

/// A fault in force that changes how instances work: slow, errors, capacity.
struct WorkEffect {
    std::uint32_t occurrence = 0;
    EffectSpec effect;
    std::vector<TargetAtom> atoms;
};

/// A fault in force that limits how many attempts are let in: throttle.
struct Throttle {
    std::uint32_t occurrence = 0;
    EffectSpec effect;
    std::vector<TargetAtom> atoms;
};

/// How an instance works now; the product of all effects in force.
struct Condition {
    double slow = 1;          ///< work takes this many times as long
    double errors = 0;        ///< share answered with an error at once
    double errors_after = 0;  ///< share answered with an error after the work
    double capacity = 1;      ///< share of workers left
};

/// Faults in force that keep an instance from serving.
struct Away {
    std::uint32_t silent = 0;   ///< `down`: it says nothing
    std::uint32_t crashed = 0;  ///< `crash`, and `reclaim` once its notice is over: callers are refused
    std::uint32_t noticed = 0;  ///< `reclaim`, from its notice on: it finishes what it has, and takes nothing new
    std::uint32_t gone = 0;     ///< `reclaim` whose notice is over: nothing is paid

    bool is_up() const { return silent == 0 && crashed == 0; }
    bool may_be_sent_more() const { return is_up() && noticed == 0; }
};

/// Whether an instance of a service that scales is there. Elsewhere all serve.
enum class Presence : std::uint8_t {
    absent,     ///< nobody sees it, nothing is paid
    launching,  ///< paid, and not there yet
    serving,
    draining  ///< it finishes what it has, and takes nothing new
};

struct State {
    explicit State(const Plan& plan);

    bool is_here(InstanceId instance) const { return presence[instance] >= Presence::serving; }
    /// It works on what it has.
    bool is_up(InstanceId instance) const { return away[instance].is_up() && is_here(instance); }
    /// It is up, and may be sent more.
    bool takes_requests(InstanceId instance) const {
        return away[instance].may_be_sent_more() && presence[instance] == Presence::serving;
    }
    /// It comes, goes, or begins to.
    void set_presence(const Plan& plan, InstanceId instance, Presence now);

    Column<InstanceId, Away> away;
    Column<InstanceId, Presence> presence;
    Column<InstanceId, Condition> condition;
    Column<InstanceId, std::uint32_t> capacity_rank;  ///< position among those there that a loss of capacity covers
    Column<GroupId, Away> crowd_away;                 ///< of a counted group: of those that no instance stands in for
    Column<ServiceId, std::uint64_t> up_count;        ///< instances really up
    Column<LocationId, std::uint32_t> location_down;
    Column<LinkId, std::uint32_t> link_cut;
    Column<GroupId, std::uint32_t> no_launches;  ///< faults in force that let none be launched there
    Column<GroupId, std::uint32_t> no_control;   ///< ... that let none be launched or taken away
    std::uint32_t broken_places = 0;             ///< locations down and links cut, all together
    std::vector<NetworkEffect> network_effects;
    std::vector<WorkEffect> work_effects;
    std::vector<Throttle> throttles;
    std::vector<std::uint32_t> struck;      ///< occurrences of reclaims whose notice is over
    Column<FaultId, std::uint32_t> floods;  ///< in force, of each fault that is one
    std::vector<double> attack_per_s;       ///< requests of attackers, by attack of the plan
    bool is_attacked = false;               ///< some of them come through
};

/// Whether an atom names a group as a whole.
bool covers_all_of(const Plan& plan, const TargetAtom& atom, GroupId group);
/// Whether an instance stands in what the atom names.
bool covers(const Plan& plan, const TargetAtom& atom, InstanceId instance);
/// Calls visit(instance) for each instance in what the atom names, by index.
template <class Visit>
void for_each_instance(const Plan& plan, const TargetAtom& atom, Visit visit) {
    const auto visit_range = [&](Range<InstanceId> range) {
        for (std::uint32_t i = 0; i < range.count; ++i) {
            visit(range[i]);
        }
    };
    switch (atom.kind) {
        case TargetAtom::Kind::everything:
            return visit_range({InstanceId{0}, static_cast<std::uint32_t>(plan.group_of.size())});
        case TargetAtom::Kind::location:
            for (const GroupPlan& group : plan.groups) {
                if (plan.world.within(group.location, LocationId{atom.index})) {
                    visit_range(group.instances);
                }
            }
            return;
        case TargetAtom::Kind::link:
        case TargetAtom::Kind::control:
        case TargetAtom::Kind::role:
        case TargetAtom::Kind::member:
            return;
        case TargetAtom::Kind::service:
            return visit_range(plan.services[ServiceId{atom.index}].instances);
        case TargetAtom::Kind::group:
            return visit_range(plan.groups[GroupId{atom.index}].instances);
        case TargetAtom::Kind::instance:
            return visit(InstanceId{atom.index});
    }
}

}  // namespace nines
