// What no part of security can check alone: identities may what their services call, boundaries let callers in.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/calls.hpp"
#include "models/architecture/read_security.hpp"

namespace nines {

namespace {

bool permits(const Identity& identity, ServiceId service, EndpointId endpoint) {
    return std::any_of(identity.may.begin(), identity.may.end(), [&](const Permission& one) {
        switch (one.kind) {
            case Permission::Kind::all:
            case Permission::Kind::admin:
                return true;
            case Permission::Kind::call:
                return one.service == service && (!one.endpoint.exists() || one.endpoint == endpoint);
            case Permission::Kind::deploy:
            case Permission::Kind::assume:
                return false;
        }
        return false;
    });
}

/// The identities of a service, and those that they may assume.
std::vector<IdentityId> identities_of(const Architecture& architecture, ServiceId service) {
    std::vector<IdentityId> found;
    const auto add = [&](IdentityId id) {
        if (std::find(found.begin(), found.end(), id) == found.end()) {
            found.push_back(id);
        }
    };
    for (std::size_t i = 0; i < architecture.identities.size(); ++i) {
        if (architecture.identities[index_at<IdentityId>(i)].of == service) {
            add(index_at<IdentityId>(i));
        }
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (const Permission& one : architecture.identities[found[i]].may) {
            if (one.kind == Permission::Kind::assume) {
                add(one.identity);
            }
        }
    }
    return found;
}

/// A service with identities of its own may call only what one of them permits, or one that they may assume.
void check_permitted(const ReadContext& context, ServiceId caller, const CallStep& call) {
    const Architecture& architecture = context.architecture;
    const ServiceId callee = architecture.endpoints[call.endpoint].service;
    const std::vector<IdentityId> identities = identities_of(architecture, caller);
    const bool is_permitted = std::any_of(identities.begin(), identities.end(), [&](IdentityId id) {
        return permits(architecture.identities[id], callee, call.endpoint);
    });
    if (!identities.empty() && !is_permitted) {
        const std::string& name = architecture.services[caller].name;
        context.problems
            .add(call.place, "services." + name,
                 fmt::format("`{}` calls `{}`, which no identity of it may", name, call.target))
            .hint = fmt::format("add `{}` to the `may` of an identity that is `of: {}`", call.target, name);
    }
}

void check_let_in(const ReadContext& context, ServiceId caller, const CallStep& call) {
    const Architecture& architecture = context.architecture;
    const Service& callee = architecture.services[architecture.endpoints[call.endpoint].service];
    const auto& network = callee.security.network;
    if (network && !network->from_any && !std::binary_search(network->from.begin(), network->from.end(), caller)) {
        const std::string& name = architecture.services[caller].name;
        context.problems.add(call.place, "services." + name,
                             fmt::format("`{}` calls `{}`, whose `network` does not let it in", name, call.target));
    }
}

void check_demands_let_in(const ReadContext& context) {
    const Architecture& architecture = context.architecture;
    for_each_users_call(architecture, [&](const Demand& demand, const DemandTarget& target, ServiceId id) {
        const Service& service = architecture.services[id];
        if (service.security.network && !service.security.network->from_internet) {
            context.problems.add(
                target.place, "demand." + demand.name + ".calls",
                fmt::format("`{}` is called by users, and its `network` does not let in `internet`", service.name));
        }
    });
}

bool users_call(const Architecture& architecture, ServiceId service) {
    bool called = false;
    for_each_users_call(architecture,
                        [&](const Demand&, const DemandTarget&, ServiceId one) { called = called || one == service; });
    return called;
}

/// Where the user names no services: an exploit meets those of whose layers the customer has to patch that one, a flood
/// those that users call.
void fill_services_hit(Architecture& architecture, Threat& threat) {
    for (std::size_t i = 0; i < architecture.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const Service& service = architecture.services[id];
        const bool is_exploited = service.owners[static_cast<std::size_t>(threat.layer)] == Owner::customer &&
                                  (service.kind == ServiceKind::fleet || service.kind == ServiceKind::function ||
                                   service.security.patch.has_value());
        if ((threat.kind == ThreatKind::exploit && is_exploited) ||
            (threat.kind == ThreatKind::flood && users_call(architecture, id))) {
            threat.of.push_back(id);
        }
    }
}

/// Attackers come the way users do: from the internet, from where users are.
void check_flooded(const ReadContext& context, ServiceId id, Place place, const std::string& path) {
    const Architecture& architecture = context.architecture;
    const Service& service = architecture.services[id];
    if (service.security.network && !service.security.network->from_internet) {
        context.problems.add(
            place, path,
            fmt::format("no flood reaches `{}`, whose `network` does not let in `internet`", service.name));
    }
    for (const GroupSpec& group : service.groups) {
        const Location& at = architecture.world.locations[group.location];
        if (at.outpost == Outpost::edge_cache) {
            context.problems.add(
                place, path,
                fmt::format("no flood reaches a regional edge cache, and `{}` stands at {}", service.name, at.id));
            return;
        }
    }
}

void check_floods(const ReadContext& context) {
    const Architecture& architecture = context.architecture;
    for (const Threat& threat : architecture.threats) {
        for (const ServiceId service : threat.kind == ThreatKind::flood ? threat.of : std::vector<ServiceId>()) {
            check_flooded(context, service, threat.place, "threats." + threat.name + ".of");
        }
    }
    for (const Fault& fault : architecture.faults) {
        if (!is_flood(fault.effects)) {
            continue;
        }
        if (architecture.demands.empty()) {
            context.problems.add(fault.place, "faults." + fault.name,
                                 "a flood comes from where users come from, and the scenario has no `demand`");
        }
        for (std::size_t i = 0; i < architecture.services.size(); ++i) {
            if (architecture.services[index_at<ServiceId>(i)].name == fault.target.name) {
                check_flooded(context, index_at<ServiceId>(i), fault.target.place, "faults." + fault.name + ".target");
            }
        }
    }
}

}  // namespace

void cross_check_security(const ReadContext& context) {
    for (const Endpoint& endpoint : context.architecture.endpoints) {
        for_each_call(endpoint.steps, [&](const CallStep& call) {
            if (call.endpoint.exists() && context.architecture.endpoints[call.endpoint].service != endpoint.service) {
                check_permitted(context, endpoint.service, call);
                check_let_in(context, endpoint.service, call);
            }
        });
    }
    check_demands_let_in(context);
    for (Threat& threat : context.architecture.threats) {
        if (threat.of.empty()) {
            fill_services_hit(context.architecture, threat);
            if (threat.kind == ThreatKind::exploit && threat.of.empty()) {
                context.architecture.assumptions.push_back(
                    {fmt::format("threats.{}.of", threat.name), "nobody",
                     fmt::format("no service has the layer {} to patch itself", k_layers.of(threat.layer)),
                     "the shared responsibility model (docs/reference/review.md, Owners)"});
            }
        }
    }
    check_floods(context);
    check_residency(context);
}

}  // namespace nines
