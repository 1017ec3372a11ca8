// The part of a plan that is about security: who reaches whom, by packets and by permission.

#include <fmt/format.h>

#include <algorithm>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Endpoints of other services that the service's own call.
std::vector<EndpointId> calls_of(const Plan& plan, ServiceId id) {
    std::vector<EndpointId> calls;
    const Range<StepId> steps = plan.services[id].steps;
    for (std::uint32_t s = 0; s < steps.count; ++s) {
        const Range<CallPlanId> range = plan.steps[steps[s]].calls;
        for (std::uint32_t c = 0; c < range.count; ++c) {
            const EndpointId endpoint = plan.calls[range[c]].endpoint;
            if (plan.endpoints[endpoint].service != id) {
                calls.push_back(endpoint);
            }
        }
    }
    sort_unique(calls);
    return calls;
}

bool users_call(const Plan& plan, ServiceId id) {
    const auto demands = plan.of_users(plan.demands);
    return std::any_of(demands.begin(), demands.end(), [&](const DemandPlan& demand) {
        for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
            if (plan.calls[demand.calls[c]].service == id) {
                return true;
            }
        }
        return false;
    });
}

/// Hosts that run from the start: not all the places in which a database or a service that scales may have some.
std::uint64_t hosts_of(const ServicePlan& service) {
    return service.has_primary ? service.replicas.size() + 1 : service.begins_with;
}

bool passes_on(const ServicePlan& service) {
    return service.kind == ServiceKind::load_balancer || service.kind == ServiceKind::cdn;
}

/// Balancers and edges pass on what they get: who is behind them gets packets of anybody.
void pass_on(SecurityPlan& security, const Plan& plan) {
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        for (TargetPlan& target : security.targets) {
            const bool is_fed = std::any_of(target.from.begin(), target.from.end(), [&](ServiceId from) {
                return security.targets[from].from_internet && passes_on(plan.services[from]);
            });
            goes_on = goes_on || (is_fed && !target.from_internet);
            target.from_internet = target.from_internet || is_fed;
        }
    }
}

/// Who sends packets that arrive: the boundary that is declared, else those that call.
void fill_network(SecurityPlan& security, const Plan& plan) {
    for (std::size_t i = 0; i < security.targets.size(); ++i) {
        const auto caller = index_at<ServiceId>(i);
        for (const EndpointId endpoint : security.targets[caller].calls) {
            security.targets[plan.endpoints[endpoint].service].from.push_back(caller);
        }
    }
    for (std::size_t i = 0; i < security.targets.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        TargetPlan& target = security.targets[id];
        target.from_internet = target.guard.network ? target.guard.network->from_internet : users_call(plan, id);
        if (target.guard.network) {
            target.from = target.guard.network->from;
        }
        for (std::size_t j = 0; target.guard.network && target.guard.network->from_any && j < plan.services.size();
             ++j) {
            target.from.push_back(index_at<ServiceId>(j));
        }
        sort_unique(target.from);
        std::erase(target.from, id);
    }
    pass_on(security, plan);
}

/// An exploit that no service it may meet is open to is most likely a boundary forgotten, or an `of` too narrow.
void warn_of_unreachable(const SecurityPlan& security, Plan& plan) {
    for (const Threat& threat : security.threats) {
        const bool is_open = std::any_of(threat.of.begin(), threat.of.end(),
                                         [&](ServiceId id) { return security.targets[id].from_internet; });
        if (threat.kind == ThreatKind::exploit && !threat.of.empty() && !is_open) {
            plan.warnings.push_back(
                fmt::format("the exploit `{}` meets nobody: packets from the internet reach no service of its `of`, "
                            "nor one with that layer to patch",
                            threat.name));
        }
    }
}

/// Services whose data the threat may destroy.
std::vector<ServiceId> services_restored(const SecurityPlan& security, const Threat& threat) {
    std::vector<ServiceId> restored;
    for (std::size_t i = 0; destroys(threat.kind) && i < security.targets.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const bool is_hit = threat.identity.exists() || std::binary_search(threat.of.begin(), threat.of.end(), id);
        if (is_hit && security.targets[id].guard.data) {
            restored.push_back(id);
        }
    }
    return restored;
}

void add_restore_faults(SecurityPlan& security, Plan& plan, ThreatId id) {
    const Threat& threat = security.threats[id];
    const std::vector<ServiceId> services = services_restored(security, threat);
    for (const ServiceId service : services) {
        const std::string& name = plan.names.services[service];
        FaultPlan fault;
        fault.layer = threat.layer;
        fault.owned_by_provider =
            plan.services[service].owners[static_cast<std::size_t>(threat.layer)] == Owner::provider;
        fault.effects.emplace_back();
        fault.effects.back().kind = EffectKind::down;
        fault.members = {{TargetAtom{TargetAtom::Kind::service, service.value, 0}}};
        fault.follows_threat = true;
        security.restores.push_back({id, service, plan.faults.push_back(std::move(fault))});
        plan.names.faults.push_back(services.size() == 1 ? threat.name : threat.name + ">" + name);
        plan.names.fault_members.push_back({"service/" + name});
        plan.names.fault_targets.push_back("service/" + name);
        plan.names.fault_effects.push_back("restore");
    }
}

/// Attackers of a threat are in force with a fault that begins and ends as its floods do.
void add_flood_fault(SecurityPlan& security, Plan& plan, ThreatId id) {
    const Threat& threat = security.threats[id];
    const bool sends = std::any_of(plan.attacks.begin(), plan.attacks.end(),
                                   [&](const AttackPlan& attack) { return attack.threat == id; });
    if (!sends) {
        return;
    }
    FaultPlan fault;
    fault.layer = threat.layer;
    // Whoever owns the network: the requests that a provider lets through are the customer's to absorb
    // (compile_faults).
    fault.owned_by_provider = false;
    EffectSpec effect;
    effect.kind = EffectKind::flood;
    effect.amount = threat.rate_per_s;
    fault.effects.push_back(effect);
    fault.follows_threat = true;
    fault.overlap = threat.overlap;
    std::vector<TargetAtom> atoms;
    std::string target;
    for (const ServiceId service : threat.of) {
        atoms.push_back({TargetAtom::Kind::service, service.value, 0});
        target += (target.empty() ? "service/" : ", service/") + plan.names.services[service];
    }
    fault.members = {atoms};
    plan.names.faults.push_back(threat.name);
    plan.names.fault_members.push_back({target});
    plan.names.fault_targets.push_back(target);
    plan.names.fault_effects.push_back(effects_text(fault.effects));
    security.floods.push_back({id, plan.faults.push_back(std::move(fault))});
    for (AttackPlan& attack : plan.attacks) {
        attack.fault = attack.threat == id ? security.floods.back().fault : attack.fault;
    }
}

}  // namespace

void compile_security(const Architecture& architecture, Plan& plan) {
    SecurityPlan& security = plan.security;
    for (const Service& service : architecture.services) {
        if (service.security.data && !service.security.data->residency.empty()) {
            security.residencies.push_back(service.security.data->residency);
        }
    }
    if (architecture.threats.empty() && architecture.identities.empty()) {
        return;
    }
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        TargetPlan target;
        target.name = plan.names.services[id];
        target.guard = architecture.services[id].security;
        target.hosts = hosts_of(plan.services[id]);
        target.calls = calls_of(plan, id);
        for (std::size_t k = 0; k < architecture.identities.size(); ++k) {
            if (architecture.identities[index_at<IdentityId>(k)].of == id) {
                target.identities.push_back(index_at<IdentityId>(k));
            }
        }
        security.targets.push_back(std::move(target));
    }
    fill_network(security, plan);
    for (const EndpointPlan& endpoint : plan.endpoints) {
        security.writes.push_back(endpoint.writes > 0 ? 1 : 0);
        security.service_of.push_back(endpoint.service);
    }
    security.identities = architecture.identities;
    security.threats = architecture.threats;
    for (std::size_t i = 0; i < security.threats.size(); ++i) {
        add_restore_faults(security, plan, index_at<ThreatId>(i));
        add_flood_fault(security, plan, index_at<ThreatId>(i));
    }
    warn_of_unreachable(security, plan);
}

}  // namespace nines
