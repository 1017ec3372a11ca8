// What no part of security can check alone: identities may what their services call, boundaries let callers in, data
// stands where it may.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/architecture/calls.hpp"
#include "models/architecture/read_security.hpp"

namespace nines {

namespace {

/// The members of the European Union: `EU` in `residency`.
constexpr std::array<std::string_view, 27> k_eu = {"AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI",
                                                   "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU",
                                                   "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"};

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

/// Of a place: its region and its country, as far as known.
struct Country {
    std::string region, code;
};

Country country_of(const ReadContext& context, LocationId location) {
    const World& world = context.architecture.world;
    const Location& place = world.locations[location];
    if (place.kind == LocationKind::edge) {
        const auto row = context.catalog.edge(world.provider, place.id);
        return {place.id, row ? row->country_code : ""};
    }
    const std::string& region = world.locations[place.region].id;
    const auto row = context.catalog.region(world.provider, region);
    return {region, row ? row->country_code : ""};
}

bool allows(const DataSpec& data, const Country& country) {
    return std::any_of(data.residency.begin(), data.residency.end(), [&](const std::string& allowed) {
        const bool in_eu = std::find(k_eu.begin(), k_eu.end(), country.code) != k_eu.end();
        return allowed == country.code || allowed == country.region || (allowed == "EU" && in_eu);
    });
}

/// Every group counts: of a database those are all zones in which an instance may come to stand after a failover.
void check_residency(const ReadContext& context, const Service& service) {
    if (!service.security.data || service.security.data->residency.empty()) {
        return;
    }
    const DataSpec& data = *service.security.data;
    const std::string path = "services." + service.name + ".data.residency";
    if (!context.architecture.has_world) {
        context.problems.add(data.place, path, "`residency` is about places, and the scenario has no `world`");
        return;
    }
    if (context.architecture.world_is_a_guess) {
        return;
    }
    std::vector<std::string> told;
    for (const GroupSpec& group : service.groups) {
        const Country country = country_of(context, group.location);
        if (allows(data, country) || std::find(told.begin(), told.end(), country.region) != told.end()) {
            continue;
        }
        told.push_back(country.region);
        context.problems.add(data.place, path,
                             fmt::format("the data of `{}` may stand in {} only, and the service, or a copy of it, may "
                                         "come to stand in {} ({})",
                                         service.name, fmt::join(data.residency, ", "), country.region, country.code));
    }
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
    for (const Service& service : context.architecture.services) {
        check_residency(context, service);
    }
}

}  // namespace nines
