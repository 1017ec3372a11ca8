// Faults to parts: a component for each member with a clock of its own, and the gates of what it takes away.

#include "models/structure/failing_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/operations/failover.hpp"

namespace nines {

namespace {

using analytic::GateId;

bool takes_away(EffectKind kind) {
    return kind == EffectKind::down || kind == EffectKind::crash || kind == EffectKind::partition ||
           kind == EffectKind::reclaim;
}

/// "zone/use1-az1" of an atom; a member of a fault on something named is called as the user did.
std::string name_of(const Plan& plan, const TargetAtom& atom, const std::string& member) {
    switch (atom.kind) {
        case TargetAtom::Kind::location: {
            const Location& place = plan.world.locations[LocationId{atom.index}];
            switch (place.kind) {
                case LocationKind::provider:
                    return "provider";
                case LocationKind::region:
                    return "region/" + place.id;
                case LocationKind::zone:
                    return "zone/" + place.id;
                case LocationKind::edge:
                    return "edge/" + place.id;
                case LocationKind::client:
                    return place.id;
            }
            return place.id;
        }
        case TargetAtom::Kind::link:
            return "link/" + plan.world.links[LinkId{atom.index}].name;
        case TargetAtom::Kind::control:
            return "control/" + plan.world.locations[LocationId{atom.index}].id;
        case TargetAtom::Kind::service:
            return "service/" + plan.names.services[ServiceId{atom.index}];
        case TargetAtom::Kind::group:
        case TargetAtom::Kind::instance:
        case TargetAtom::Kind::role:
        case TargetAtom::Kind::member:
        case TargetAtom::Kind::everything:
            break;
    }
    // "web@/0" is an instance of a scenario without places.
    const auto at = member.find("@/");
    std::string name = at == std::string::npos ? member : member.substr(0, at) + member.substr(at + 1);
    return name.starts_with("instance/") ? name.substr(std::string_view("instance/").size()) : name;
}

class PartFinder {
public:
    PartFinder(const Plan& plan, Structure& structure)
        : plan_(plan),
          structure_(structure),
          roles_(plan, Luck{}),
          instance_takers_(plan.group_of.size()),
          place_takers_(plan.world.locations.size()),
          link_takers_(plan.world.links.size()) {}

    FailingParts find() {
        for (std::size_t f = 0; f < plan_.faults.size(); ++f) {
            add_fault(index_at<FaultId>(f));
        }
        for (const ServiceId service : plan_.scaled) {
            structure_.left_out.push_back(
                {plan_.names.services[service], "scale", "it stands with the instances that it begins with"});
        }
        tell_apart();
        parts_.instance_up = gates_of(instance_takers_);
        parts_.place_passes = gates_of(place_takers_);
        parts_.link_up = gates_of(link_takers_);
        return std::move(parts_);
    }

private:
    void leave_out(FaultId id, std::string what, std::string why) {
        structure_.left_out.push_back({plan_.names.faults[id], std::move(what), std::move(why)});
    }

    void needs_simulation(FaultId id, std::string what, std::string why) {
        structure_.needs_simulation.push_back({plan_.names.faults[id], std::move(what), std::move(why)});
    }

    /// Whether a member is an instance that a service may scale to, and does not begin with.
    bool is_absent(const std::vector<TargetAtom>& atoms) const {
        return atoms.size() == 1 && atoms.front().kind == TargetAtom::Kind::instance &&
               !plan_.stands_at_start(InstanceId{atoms.front().index});
    }

    void add_fault(FaultId id) {
        const FaultPlan& fault = plan_.faults[id];
        if (fault.follows_threat) {
            return leave_out(id, plan_.names.fault_effects[id], "a threat begins and ends it, which is simulated");
        }
        const bool stops_orders =
            !fault.members.empty() &&
            std::all_of(fault.members.front().begin(), fault.members.front().end(),
                        [](const TargetAtom& atom) { return atom.kind == TargetAtom::Kind::control; });
        if (stops_orders) {
            return leave_out(id, plan_.names.fault_targets[id], "without its control plane what runs runs on");
        }
        for (const EffectSpec& effect : fault.effects) {
            if (effect.kind == EffectKind::flood) {
                leave_out(id, plan_.names.fault_effects[id], "what it does is a matter of load, which is simulated");
            } else if (!takes_away(effect.kind)) {
                leave_out(id, std::string(k_effects.of(effect.kind)), "it degrades service and does not end it");
            }
        }
        if (std::none_of(fault.effects.begin(), fault.effects.end(),
                         [](const EffectSpec& effect) { return takes_away(effect.kind); })) {
            return;
        }
        if (fault.of_deployment) {
            return needs_simulation(id, plan_.names.fault_effects[id],
                                    "bad deployments end when an alarm tells of them: left out");
        }
        if (fault.turns) {
            return leave_out(id, plan_.names.fault_effects[id], "it comes by the clock, and place after place");
        }
        if (fault.repair) {
            return needs_simulation(id, plan_.names.fault_effects[id],
                                    "it ends when an alarm has told of it and somebody has acted: left out");
        }
        const bool lasts_for_ever = !fault.every_s && fault.at_s <= plan_.run.warmup_s && !fault.for_s;
        if (lasts_for_ever && !fault.draws_members) {
            for (const auto& atoms : fault.members) {
                take_away(fault, atoms, structure_.function.never());
            }
            return;
        }
        if (fault.draws_members) {
            return needs_simulation(id, plan_.names.fault_effects[id],
                                    "it hits a share drawn anew each time: left out");
        }
        for (std::size_t m = 0; m < fault.members.size(); ++m) {
            if (!is_absent(fault.members[m])) {
                add_part(id, m);
            }
        }
        warn(id);
    }

    /// What the solvers cannot take as it is.
    void warn(FaultId id) {
        const FaultPlan& fault = plan_.faults[id];
        const auto tell = [&](std::string why) { needs_simulation(id, plan_.names.fault_effects[id], std::move(why)); };
        const bool waits = fault.crews > 0 && fault.crews < fault.members.size();
        const bool is_markov = fault.every_s && fault.every_s->law == Law::exponential && fault.for_s &&
                               fault.for_s->law == Law::exponential;
        const bool is_told = fault.notice_s && *fault.notice_s > 0;
        if (is_told && std::any_of(plan_.services.begin(), plan_.services.end(), [](const ServicePlan& service) {
                return service.has_reclaims && service.needs > 0;
            })) {
            tell("an instance that has notice is taken as away, and counts for `needs` until it is gone");
        }
        if (fault.overlap && fault.crews > 0) {
            tell("its faults overlap and wait for crews: taken as if there were crews enough");
        } else if (waits && !is_markov) {
            tell("parts wait for crews and its times are not exponential: taken as if there were crews enough");
        } else if (fault.overlap && fault.every_s && fault.every_s->law != Law::exponential) {
            tell("its faults overlap and do not begin at random: taken as if they did");
        }
    }

    void add_part(FaultId id, std::size_t member) {
        const FaultPlan& fault = plan_.faults[id];
        const std::vector<TargetAtom>& atoms = fault.members[member];
        const std::string& name = plan_.names.fault_members[id][member];
        if (!atoms.empty() && atoms.front().kind == TargetAtom::Kind::member) {
            return needs_simulation(id, name, "its instances are too many to be told apart: left out");
        }
        Part part;
        part.name = atoms.size() == 1 ? name_of(plan_, atoms.front(), name) : name;
        part.process = plan_.names.faults[id] + "/" + name;
        part.fault = id;
        part.member = static_cast<std::uint32_t>(member);
        part.owned_by_provider = fault.owned_by_provider;
        part.down_s = fault.for_s;
        if (fault.every_s) {
            part.law = fault.overlap ? PartLaw::overlapping : PartLaw::alternating;
            part.up_s = *fault.every_s;
            part.crews = fault.crews < fault.members.size() ? fault.crews : 0;
        } else {
            part.law = PartLaw::scheduled;
            part.at_s = fault.at_s;
        }
        structure_.parts.push_back(std::move(part));
        take_away(fault, atoms, structure_.function.component(static_cast<std::uint32_t>(structure_.parts.size() - 1)));
    }

    /// The effects of one member, for as long as `gate` does not work.
    void take_away(const FaultPlan& fault, const std::vector<TargetAtom>& atoms, GateId gate) {
        for (const EffectSpec& effect : fault.effects) {
            if (!takes_away(effect.kind)) {
                continue;
            }
            std::vector<TargetAtom> borders;
            for (TargetAtom atom : atoms) {
                if (atom.kind == TargetAtom::Kind::role) {
                    const InstanceId holder = roles_.holder(ServiceId{atom.index}, atom.role);
                    if (!holder.exists()) {
                        continue;
                    }
                    atom = {TargetAtom::Kind::instance, holder.value};
                }
                if (atom.kind == TargetAtom::Kind::link) {
                    link_takers_[LinkId{atom.index}].push_back(gate);
                } else if (effect.kind == EffectKind::partition) {
                    borders.push_back(atom);
                } else {
                    take_instances(atom, effect.kind, gate);
                }
            }
            if (!borders.empty()) {
                parts_.partitions.push_back({std::move(borders), gate});
            }
        }
    }

    void take_instances(const TargetAtom& atom, EffectKind kind, GateId gate) {
        for_each_instance(plan_, atom, [&](InstanceId instance) { instance_takers_[instance].push_back(gate); });
        if (atom.kind != TargetAtom::Kind::location || kind != EffectKind::down) {
            return;
        }
        for (std::size_t i = 0; i < plan_.world.locations.size(); ++i) {
            if (plan_.world.within(index_at<LocationId>(i), LocationId{atom.index})) {
                place_takers_[index_at<LocationId>(i)].push_back(gate);
            }
        }
    }

    /// Parts that several faults make of one thing carry their fault's name too.
    void tell_apart() {
        std::map<std::string, int> uses;
        for (const Part& part : structure_.parts) {
            ++uses[part.name];
        }
        for (Part& part : structure_.parts) {
            if (uses[part.name] > 1) {
                part.name += fmt::format(" ({})", plan_.names.faults[part.fault]);
            }
        }
    }

    template <class I>
    Column<I, GateId> gates_of(const Column<I, std::vector<GateId>>& takers) {
        Column<I, GateId> gates;
        for (const std::vector<GateId>& of_one : takers) {
            gates.push_back(structure_.function.all_of(of_one));
        }
        return gates;
    }

    const Plan& plan_;
    Structure& structure_;
    Failover roles_;
    FailingParts parts_;
    Column<InstanceId, std::vector<GateId>> instance_takers_;
    Column<LocationId, std::vector<GateId>> place_takers_;
    Column<LinkId, std::vector<GateId>> link_takers_;
};

}  // namespace

FailingParts find_failing_parts(const Plan& plan, Structure& structure) {
    return PartFinder(plan, structure).find();
}

}  // namespace nines
