// Certificates and maintenance become faults that come in turns.

#include <fmt/format.h>

#include <cmath>

#include "engine/base/time.hpp"
#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

/// Between the end of the one's maintenance, or of its rebuilding, and the beginning of the next.
constexpr double k_pause_of_copies_s = 1;

/// What is the same of both: whose it is, and what it does to a service.
FaultPlan fault_of(const Plan& plan, ServiceId service, Layer layer, EffectKind kind, double amount) {
    FaultPlan fault;
    fault.layer = layer;
    fault.owned_by_provider = plan.services[service].owners[static_cast<std::size_t>(layer)] == Owner::provider;
    fault.effects.emplace_back();
    fault.effects.back().kind = kind;
    fault.effects.back().amount = amount;
    return fault;
}

struct FaultNames {
    std::string fault, target;
    std::vector<std::string> members;
};

void add(Plan& plan, FaultPlan fault, FaultNames names) {
    plan.names.faults.push_back(std::move(names.fault));
    plan.names.fault_targets.push_back(std::move(names.target));
    plan.names.fault_members.push_back(std::move(names.members));
    plan.names.fault_effects.push_back(effects_text(fault.effects));
    plan.faults.push_back(std::move(fault));
}

/// A certificate is renewed as it ends, or missed: then callers refuse it until somebody has renewed it after all. From
/// then on it is valid as long again.
void add_certificate(const CertificateSpec& spec, ServiceId service, Plan& plan) {
    if (spec.renew == Renewal::by_hand) {
        plan.operations.renewal_toil += (1 - spec.missed) * spec.takes_s / spec.valid_s;
    }
    if (spec.missed <= 0) {
        return;
    }
    FaultPlan fault = fault_of(plan, service, Layer::configuration, EffectKind::errors, 1);
    fault.members = {{TargetAtom{TargetAtom::Kind::service, service.value, 0}}};
    fault.repair = spec.repair;
    fault.for_s = spec.for_s;
    fault.turns = TurnsPlan{.gap_s = spec.valid_s, .chance = spec.missed, .first_within_s = spec.valid_s};
    const std::string& name = plan.names.services[service];
    add(plan, std::move(fault), {name + ".certificate", "service/" + name, {"service/" + name}});
}

/// How long after the warm-up has begun it is first that time of day.
double first_at_s(const Plan& plan, double of_day_s) {
    const double begins_s =
        std::fmod(static_cast<double>(plan.run.start_clock_s), k_seconds_per_day) - plan.run.warmup_s;
    const double wait_s = std::fmod(of_day_s - begins_s, k_seconds_per_day);
    return wait_s < 0 ? wait_s + k_seconds_per_day : wait_s;
}

/// The places of a service in the order of their turns. Of a database those are its roles, whoever has them by then,
/// the copies first, so that it fails over once. Source: Amazon RDS User Guide, Maintenance for Multi-AZ deployments.
void add_turns(const Plan& plan, ServiceId id, FaultPlan& fault, FaultNames& names) {
    const ServicePlan& service = plan.services[id];
    const auto add_one = [&](TargetAtom atom, std::string name) {
        fault.members.push_back({atom});
        names.members.push_back(std::move(name));
    };
    const std::string& name = plan.names.services[id];
    if (service.has_primary) {
        for (std::uint32_t k = 0; k < service.replicas.size(); ++k) {
            add_one({TargetAtom::Kind::role, id.value, k + 1}, name + "/" + service.replicas[k].name);
        }
        return add_one({TargetAtom::Kind::role, id.value, 0}, name + "/primary");
    }
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const GroupId group = service.groups[g];
        add_one({TargetAtom::Kind::group, group.value, 0},
                fmt::format("service/{}@{}", name, plan.names.places[group]));
    }
}

void add_maintenance(const MaintenanceSpec& spec, ServiceId service, Plan& plan) {
    const bool is_down = spec.leaves <= 0;
    FaultPlan fault = fault_of(plan, service, Layer::operating_system,
                               is_down ? EffectKind::down : EffectKind::capacity, is_down ? 0 : spec.leaves);
    fault.for_s = Distribution::constant(spec.takes_s);
    fault.turns = TurnsPlan{.gap_s = spec.every_s - spec.takes_s,
                            .first_s = first_at_s(plan, spec.at_s),
                            .first_within_s = spec.every_s,
                            .first_step_s = k_seconds_per_day};
    const std::string& name = plan.names.services[service];
    FaultNames names{name + ".maintenance", "service/" + name, {}};
    if (spec.places == MaintenanceOrder::all) {
        fault.members = {{TargetAtom{TargetAtom::Kind::service, service.value, 0}}};
        names.members = {names.target};
        return add(plan, std::move(fault), std::move(names));
    }
    // Two that are due at once would both be away for a moment: a database waits until its copies are whole again.
    const bool has_copies = plan.services[service].has_primary;
    fault.turns->between_members_s =
        spec.takes_s + (has_copies ? plan.services[service].failover.rebuild_s + k_pause_of_copies_s : 0);
    add_turns(plan, service, fault, names);
    names.target += fault.members.size() > 1 ? ", place by place," : "";
    add(plan, std::move(fault), std::move(names));
}

}  // namespace

void compile_upkeep(const Architecture& architecture, Plan& plan) {
    for (std::size_t i = 0; i < architecture.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const Service& service = architecture.services[id];
        if (service.certificate) {
            add_certificate(*service.certificate, id, plan);
        }
        if (service.maintenance) {
            add_maintenance(*service.maintenance, id, plan);
        }
    }
}

}  // namespace nines
