// Targets become lists of atoms; `any KIND` becomes a process for each member.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "models/language/quantity_text.hpp"
#include "models/plan/compile_parts.hpp"
#include "models/plan/state.hpp"

namespace nines {

namespace {

using Kind = TargetAtom::Kind;

TargetAtom atom_at(Kind kind, std::uint32_t index) {
    return {kind, index};
}

TargetAtom location_atom(const Plan& plan, const std::string& id) {
    return atom_at(Kind::location, plan.world.find(id)->value);
}

ServiceId service_named(const Plan& plan, const std::string& name) {
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        if (plan.names.services[index_at<ServiceId>(i)] == name) {
            return index_at<ServiceId>(i);
        }
    }
    return ServiceId::none();
}

GroupId group_named(const Plan& plan, const TargetSpec& target) {
    const ServicePlan& service = plan.services[service_named(plan, target.name)];
    for (std::uint32_t i = 0; i < service.groups.count; ++i) {
        if (plan.names.places[service.groups[i]] == target.zone) {
            return service.groups[i];
        }
    }
    return service.groups[0];  // the only one: cross_check has seen to it
}

/// Instances of counted groups that are named, numbered as their names turn up: each has a stand-in of its own, as long
/// as fewer are named than stand in.
class NamedInstances {
public:
    InstanceId find(const Plan& plan, const TargetSpec& target) {
        const GroupId id = group_named(plan, target);
        const GroupPlan& group = plan.groups[id];
        if (!group.is_counted()) {
            return group.instances[target.number];
        }
        std::vector<std::uint64_t>& names = names_[id];
        auto at = std::find(names.begin(), names.end(), target.number);
        if (at == names.end()) {
            at = names.insert(at, target.number);
        }
        return group.instances[static_cast<std::uint32_t>(at - names.begin()) % group.instances.count];
    }

private:
    std::map<GroupId, std::vector<std::uint64_t>> names_;
};

std::vector<TargetAtom> single(const Architecture& architecture, const Plan& plan, const TargetSpec& target,
                               NamedInstances& named) {
    switch (target.kind) {
        case TargetKind::provider:
            return {location_atom(plan, plan.world.provider)};
        case TargetKind::region:
        case TargetKind::zone:
        case TargetKind::edge:
            return {location_atom(plan, target.name)};
        case TargetKind::control:
            return {atom_at(Kind::control, plan.world.find(target.name)->value)};
        case TargetKind::link:
            return {atom_at(Kind::link, plan.world.find_link(target.name)->value)};
        case TargetKind::service:
            return {atom_at(Kind::service, service_named(plan, target.name).value)};
        case TargetKind::group:
            return {atom_at(Kind::group, group_named(plan, target).value)};
        case TargetKind::instance:
            return {atom_at(Kind::instance, named.find(plan, target).value)};
        case TargetKind::domain: {
            std::vector<TargetAtom> atoms;
            for (const auto& [name, members] : architecture.domains) {
                for (const TargetSpec& member : members) {
                    if (name == target.name) {
                        const auto more = single(architecture, plan, member, named);
                        atoms.insert(atoms.end(), more.begin(), more.end());
                    }
                }
            }
            return atoms;
        }
        case TargetKind::any:
        case TargetKind::share:
            break;
    }
    return {};
}

/// The members that `any KIND` and `share p of KIND` pick from, with the names that their streams go by.
struct Members {
    std::vector<std::vector<TargetAtom>> atoms;
    std::vector<std::string> names;

    void add(TargetAtom atom, std::string name) {
        atoms.push_back({atom});
        names.push_back(std::move(name));
    }
};

/// Instances of a service. A database's are its roles, whoever has them when the fault begins: an empty place in which
/// a copy may come to stand is no instance.
void add_instances(const Plan& plan, ServiceId id, Members& members) {
    const ServicePlan& service = plan.services[id];
    const std::string& name = plan.names.services[id];
    if (service.has_primary) {
        members.add({Kind::role, id.value, 0}, name + "/primary");
        for (std::uint32_t k = 0; k < service.replicas.size(); ++k) {
            members.add({Kind::role, id.value, k + 1}, name + "/" + service.replicas[k].name);
        }
        return;
    }
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const GroupId group = service.groups[g];
        if (plan.groups[group].is_counted()) {
            members.add(atom_at(Kind::member, group.value), fmt::format("{}@{}", name, plan.names.places[group]));
            continue;
        }
        for (std::uint32_t i = 0; i < plan.groups[group].instances.count; ++i) {
            members.add(atom_at(Kind::instance, plan.groups[group].instances[i].value),
                        fmt::format("{}@{}/{}", name, plan.names.places[group], i));
        }
    }
}

Members members_of(const Plan& plan, const TargetSpec& target) {
    Members members;
    const auto add_locations = [&](LocationKind kind) {
        for (const LocationId location : plan.world.of_kind(kind)) {
            members.add(atom_at(Kind::location, location.value), plan.world.locations[location].id);
        }
    };
    switch (target.member) {
        case MemberKind::region:
            add_locations(LocationKind::region);
            break;
        case MemberKind::zone:
            add_locations(LocationKind::zone);
            break;
        case MemberKind::edge:
            add_locations(LocationKind::edge);
            break;
        case MemberKind::link:
            for (std::uint32_t i = 0; i < plan.world.links.size(); ++i) {
                members.add(atom_at(Kind::link, i), plan.world.links[LinkId{i}].name);
            }
            break;
        case MemberKind::service:
            for (std::uint32_t i = 0; i < plan.services.size(); ++i) {
                members.add(atom_at(Kind::service, i), plan.names.services[ServiceId{i}]);
            }
            break;
        case MemberKind::instance:
            for (std::uint32_t i = 0; i < plan.services.size(); ++i) {
                if (target.of_service.empty() || plan.names.services[ServiceId{i}] == target.of_service) {
                    add_instances(plan, ServiceId{i}, members);
                }
            }
            break;
    }
    return members;
}

/// A provider takes back what it sold on spot, and nothing else: the instances of a target that are, each once.
std::vector<TargetAtom> spot_instances(const Plan& plan, const std::vector<TargetAtom>& atoms) {
    std::vector<TargetAtom> spot;
    for (const TargetAtom& atom : atoms) {
        for_each_instance(plan, atom, [&](InstanceId instance) {
            if (!plan.groups[plan.group_of[instance]].is_counted() && plan.is_spot(instance)) {
                spot.push_back(atom_at(Kind::instance, instance.value));
            }
        });
    }
    const auto by_index = [](const TargetAtom& a, const TargetAtom& b) { return a.index < b.index; };
    const auto same = [](const TargetAtom& a, const TargetAtom& b) { return a.index == b.index; };
    std::sort(spot.begin(), spot.end(), by_index);
    spot.erase(std::unique(spot.begin(), spot.end(), same), spot.end());
    return spot;
}

/// Members without a spot instance have nothing to be taken, and so no clock.
void keep_spot_alone(Plan& plan, Members& members) {
    Members kept;
    for (std::size_t m = 0; m < members.atoms.size(); ++m) {
        std::vector<TargetAtom> spot = spot_instances(plan, members.atoms[m]);
        for (const TargetAtom& atom : spot) {
            plan.services[plan.groups[plan.group_of[InstanceId{atom.index}]].service].has_reclaims = true;
        }
        if (!spot.empty()) {
            kept.atoms.push_back(std::move(spot));
            kept.names.push_back(std::move(members.names[m]));
        }
    }
    members = std::move(kept);
}

/// Services that a throttle of these members may limit.
void mark_limited(Plan& plan, const std::vector<std::vector<TargetAtom>>& members) {
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
        const auto group = index_at<GroupId>(g);
        for (const auto& atoms : members) {
            const bool is_covered = std::any_of(
                atoms.begin(), atoms.end(), [&](const TargetAtom& atom) { return covers_all_of(plan, atom, group); });
            plan.serving[group].may_be_limited = plan.serving[group].may_be_limited || is_covered;
        }
    }
}

/// That a quota refuses what a scaler orders is nobody's clock: it begins and ends with its evaluations.
void add_quotas(Plan& plan) {
    for (const ServiceId id : plan.scaled) {
        ServicePlan& service = plan.services[id];
        if (!service.scale->quota) {
            continue;
        }
        FaultPlan refusal;
        refusal.layer = Layer::configuration;
        refusal.members = {{atom_at(Kind::service, id.value)}};
        refusal.at_s = std::numeric_limits<double>::infinity();
        refusal.of_quota = true;
        service.quota_fault = plan.faults.push_back(std::move(refusal));
        const std::string target = "service/" + plan.names.services[id];
        plan.names.faults.push_back("quota " + plan.names.services[id]);
        plan.names.fault_members.push_back({target});
        plan.names.fault_targets.push_back(target);
        plan.names.fault_effects.push_back(fmt::format("quota of {} instances", *service.scale->quota));
    }
}

/// On which layer the cause of a fault stands, as far as target and effect tell.
Layer layer_of(const Fault& fault) {
    if (fault.layer) {
        return *fault.layer;
    }
    if (is_reclaim(fault.effects)) {
        return Layer::hardware;
    }
    const bool on_network = std::any_of(fault.effects.begin(), fault.effects.end(), [](const EffectSpec& effect) {
        return effect.kind == EffectKind::delay || effect.kind == EffectKind::loss ||
               effect.kind == EffectKind::partition;
    });
    if (is_flood(fault.effects)) {
        return Layer::network;
    }
    const bool is_away = std::any_of(fault.effects.begin(), fault.effects.end(), [](const EffectSpec& effect) {
        return effect.kind == EffectKind::down || effect.kind == EffectKind::crash;
    });
    if (on_network) {
        return Layer::network;
    }
    const auto of_places = [](MemberKind member) {
        return member == MemberKind::region || member == MemberKind::zone || member == MemberKind::edge;
    };
    switch (fault.target.kind) {
        case TargetKind::provider:
        case TargetKind::region:
        case TargetKind::zone:
        case TargetKind::edge:
            return Layer::facility;
        case TargetKind::link:
            return Layer::network;
        case TargetKind::control:
            return Layer::virtualisation;
        case TargetKind::instance:
            return is_away ? Layer::hardware : Layer::application;
        case TargetKind::any:
        case TargetKind::share:
            return of_places(fault.target.member)                ? Layer::facility
                   : fault.target.member == MemberKind::link     ? Layer::network
                   : fault.target.member == MemberKind::instance ? (is_away ? Layer::hardware : Layer::application)
                                                                 : Layer::application;
        case TargetKind::service:
        case TargetKind::group:
            return Layer::application;
        case TargetKind::domain:
            return Layer::configuration;
    }
    return Layer::application;
}

/// Whose the layer is: of the service that is hit, or, of places, as of instances that stand there. To buy on spot is
/// to agree that the provider may take it back: what a reclaim costs is the customer's choice. So is what a flood does:
/// providers drop packets that are no requests (layers 3 and 4: AWS Shield Standard), and serve requests.
bool is_the_providers(const Architecture& architecture, const Fault& fault, Layer layer) {
    if (is_reclaim(fault.effects) || is_flood(fault.effects)) {
        return false;
    }
    const TargetSpec& target = fault.target;
    const std::string& name =
        target.kind == TargetKind::any || target.kind == TargetKind::share ? target.of_service
        : target.kind == TargetKind::service || target.kind == TargetKind::group || target.kind == TargetKind::instance
            ? target.name
            : std::string();
    LayerOwners owners = default_owners(Hosting::instances);
    for (const Service& service : architecture.services) {
        owners = service.name == name ? service.owners : owners;
    }
    return owners[static_cast<std::size_t>(layer)] == Owner::provider;
}

std::string effect_text(const EffectSpec& effect) {
    const std::string_view word = k_effects.of(effect.kind);
    switch (effect.kind) {
        case EffectKind::delay:
            return fmt::format("{} {}", word, format_quantity(effect.delay_s.mean(), Dimension::time));
        case EffectKind::slow:
            return fmt::format("{} {:g}x", word, effect.amount);
        case EffectKind::loss:
        case EffectKind::errors:
        case EffectKind::capacity:
            return fmt::format("{} {}", word, format_quantity(effect.amount, Dimension::fraction));
        case EffectKind::flood:
        case EffectKind::throttle:
            return fmt::format("{} {}", word, format_quantity(effect.amount, Dimension::rate));
        case EffectKind::reclaim:
            return fmt::format("{} after {}", word, format_quantity(effect.amount, Dimension::time));
        case EffectKind::down:
        case EffectKind::crash:
        case EffectKind::partition:
        case EffectKind::no_new_capacity:
            return std::string(word);
    }
    return {};
}

}  // namespace

std::string effects_text(const std::vector<EffectSpec>& effects) {
    std::vector<std::string> texts;
    for (const EffectSpec& effect : effects) {
        texts.push_back(effect_text(effect));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

void compile_faults(const Architecture& architecture, Plan& plan) {
    NamedInstances named;
    for (const Fault& fault : architecture.faults) {
        FaultPlan compiled;
        Members members;
        compiled.effects = fault.effects;
        if (fault.target.kind == TargetKind::any || fault.target.kind == TargetKind::share) {
            members = members_of(plan, fault.target);
            compiled.draws_members = fault.target.kind == TargetKind::share;
            compiled.share = fault.target.share;
        } else {
            members = {{single(architecture, plan, fault.target, named)}, {fault.target.text}};
        }
        if (is_reclaim(fault.effects)) {
            compiled.notice_s = fault.effects.front().amount;
            keep_spot_alone(plan, members);
        }
        compiled.members = std::move(members.atoms);
        if (throttles(fault.effects)) {
            mark_limited(plan, compiled.members);
        }
        if (fault.at_s) {
            compiled.at_s = plan.run.warmup_s + *fault.at_s;
        }
        compiled.every_s = fault.every_s;
        compiled.for_s = fault.for_s;
        compiled.overlap = fault.overlap;
        compiled.crews = fault.crews;
        compiled.layer = layer_of(fault);
        compiled.owned_by_provider = is_the_providers(architecture, fault, compiled.layer);
        compiled.repair = fault.repair;
        plan.faults.push_back(std::move(compiled));
        plan.names.faults.push_back(fault.name);
        plan.names.fault_members.push_back(std::move(members.names));
        plan.names.fault_targets.push_back(fault.target.text);
        plan.names.fault_effects.push_back(effects_text(fault.effects));
    }
    add_quotas(plan);
}

}  // namespace nines
