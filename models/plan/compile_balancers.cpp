// Who calls whom: a balancer for each caller and called service, a route for each demand with several sites.

#include <algorithm>
#include <map>
#include <set>

#include "models/plan/compile_parts.hpp"
#include "models/world/route.hpp"

namespace nines {

namespace {

/// Sites of a service in the order in which it lists its places: one for each edge of a cdn; else one for each region
/// and one for each local zone, which is a place of its own since it stands apart from its region.
std::vector<SitePlan> sites_of(const Plan& plan, const ServicePlan& service) {
    std::vector<SitePlan> sites;
    if (traits_of(service.kind).stands_at_edges) {
        for (std::uint32_t i = 0; i < service.groups.count; ++i) {
            const GroupId group = service.groups[i];
            sites.push_back({plan.groups[group].location, {group}, 0});
        }
        return sites;
    }
    for (std::uint32_t i = 0; i < service.groups.count; ++i) {
        const GroupId group = service.groups[i];
        const LocationId location = plan.groups[group].location;
        const LocationId place = plan.world.is_local_zone(location) ? location : plan.world.locations[location].region;
        const auto known =
            std::find_if(sites.begin(), sites.end(), [&](const SitePlan& site) { return site.location == place; });
        (known == sites.end() ? sites.emplace_back(SitePlan{place, {}, 0}) : *known).groups.push_back(group);
    }
    return sites;
}

/// How far a caller is from a site: its nearest group counts.
double distance_s(const Plan& plan, LocationId from, const SitePlan& site) {
    double best = std::numeric_limits<double>::infinity();
    for (const GroupId group : site.groups) {
        best = std::min(best, latency_between(plan.world, from, plan.groups[group].location));
    }
    return best;
}

/// Positions of the sites, the nearest first; equals in the order in which they stand.
std::vector<std::uint32_t> nearest_first(const Plan& plan, LocationId from, const std::vector<SitePlan>& sites) {
    std::vector<std::pair<double, std::uint32_t>> ranked;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        ranked.emplace_back(distance_s(plan, from, sites[i]), static_cast<std::uint32_t>(i));
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::uint32_t> order;
    for (const auto& [distance, at] : ranked) {
        order.push_back(at);
    }
    return order;
}

std::vector<InstanceId> instances_of(const Plan& plan, const std::vector<GroupId>& groups) {
    std::vector<InstanceId> instances;
    for (const GroupId group : groups) {
        for (std::uint32_t i = 0; i < plan.groups[group].instances.count; ++i) {
            instances.push_back(plan.groups[group].instances[i]);
        }
    }
    return instances;
}

std::vector<InstanceId> all_instances(const ServicePlan& service) {
    std::vector<InstanceId> instances;
    for (std::uint32_t i = 0; i < service.instances.count; ++i) {
        instances.push_back(service.instances[i]);
    }
    return instances;
}

/// Tiers by site, the nearest first; the caller's own zone before the rest of its region where that is preferred.
std::vector<std::vector<InstanceId>> tiers_by_distance(const Plan& plan, LocationId from, const ServicePlan& service) {
    std::vector<std::vector<InstanceId>> tiers;
    const auto sites = sites_of(plan, service);
    for (const std::uint32_t at : nearest_first(plan, from, sites)) {
        std::vector<InstanceId> here;
        std::vector<InstanceId> rest;
        for (const InstanceId instance : instances_of(plan, sites[at].groups)) {
            const bool same_zone = plan.groups[plan.group_of[instance]].location == from;
            (service.balance.prefer == Prefer::same_zone && same_zone ? here : rest).push_back(instance);
        }
        for (auto& tier : {here, rest}) {
            if (!tier.empty()) {
                tiers.push_back(tier);
            }
        }
    }
    return tiers;
}

class BalancerBuilder {
public:
    BalancerBuilder(const Architecture& architecture, Plan& plan) : architecture_(architecture), plan_(plan) {}

    void build() {
        const std::size_t callers = plan_.groups.size() + plan_.origins.size();
        plan_.balancer_of.assign(callers * plan_.services.size(), BalancerId::none());
        plan_.balancers_of = Column<ServiceId, std::vector<BalancerId>>(plan_.services.size());
        for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
            plan_.location_of_caller.push_back(plan_.groups[index_at<GroupId>(i)].location);
            plan_.group_of_caller.push_back(index_at<GroupId>(i));
            const GroupId group = index_at<GroupId>(i);
            plan_.names.callers.push_back(plan_.names.services[plan_.groups[group].service] + "@" +
                                          plan_.names.places[group]);
        }
        for (const OriginPlan& origin : plan_.origins) {
            plan_.location_of_caller.push_back(origin.location);
            plan_.group_of_caller.push_back(GroupId::none());
            plan_.names.callers.push_back(
                plan_.names.demands[origin.demand] + "@" +
                (origin.location.exists() ? plan_.world.locations[origin.location].id : std::string()));
        }
        build_routes();
        build_for_services();
        build_for_demands();
    }

private:
    void build_for_services() {
        for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
            const GroupId group = index_at<GroupId>(i);
            const Range<StepId> steps = plan_.services[plan_.groups[group].service].steps;
            for (std::uint32_t s = 0; s < steps.count; ++s) {
                const StepPlan& step = plan_.steps[steps[s]];
                for (std::uint32_t c = 0; c < step.calls.count; ++c) {
                    add(plan_.caller_of(group), plan_.calls[step.calls[c]].service, DnsId::none());
                }
            }
        }
    }

    void build_for_demands() {
        for (const DemandPlan& demand : plan_.demands) {
            for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
                    add(plan_.origins[demand.origins[o]].caller, plan_.calls[demand.calls[c]].service,
                        demand.dns_of_call[c]);
                }
            }
        }
    }

    void add(CallerId caller, ServiceId service_id, DnsId dns) {
        BalancerId& slot = plan_.balancer_of[caller.value * plan_.services.size() + service_id.value];
        const ServicePlan& service = plan_.services[service_id];
        if (slot.exists() || service.has_primary) {
            return;
        }
        BalancerPlan balancer;
        balancer.caller = caller;
        balancer.service = service_id;
        balancer.blind = traits_of(service.kind).stands_at_edges && !plan_.group_of_caller[caller].exists();
        if (!service.balance.health.instant && !balancer.blind) {
            balancer.watches = take_watches(service.instances.count);
        }
        balancer.tiers.first = index_at<TierId>(plan_.tiers.size());
        for (auto& tier : tiers(caller, service, dns)) {
            plan_.tiers.push_back(std::move(tier));
            ++balancer.tiers.count;
        }
        slot = plan_.balancers.push_back(balancer);
        plan_.balancers_of[service_id].push_back(slot);
    }

    std::vector<std::vector<InstanceId>> tiers(CallerId caller, const ServicePlan& service, DnsId dns) {
        if (dns.exists()) {
            std::vector<std::vector<InstanceId>> by_site;  // position of the site = position of the tier
            for (const SitePlan& site : plan_.dns[dns].sites) {
                by_site.push_back(instances_of(plan_, site.groups));
            }
            return by_site;
        }
        const LocationId from = plan_.location_of_caller[caller];
        if (!plan_.has_world || !from.exists() || service.balance.prefer == Prefer::any) {
            return {all_instances(service)};
        }
        return tiers_by_distance(plan_, from, service);
    }

    void build_routes() {
        for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
            const DemandId demand = index_at<DemandId>(d);
            std::map<ServiceId, DnsId> known;
            for (std::uint32_t c = 0; c < plan_.demands[demand].calls.count; ++c) {
                const ServiceId service = plan_.calls[plan_.demands[demand].calls[c]].service;
                const auto [at, fresh] = known.emplace(service, DnsId::none());
                if (fresh) {
                    at->second = add_route(demand, service);
                }
                plan_.demands[demand].dns_of_call[c] = at->second;
            }
        }
    }

    DnsId add_route(DemandId demand_id, ServiceId service_id) {
        const DemandPlan& demand = plan_.demands[demand_id];
        const ServicePlan& service = plan_.services[service_id];
        DnsPlan dns;
        dns.demand = demand_id;
        dns.service = service_id;
        // Attackers are sent where the users are sent that they are like.
        const DemandId like =
            plan_.is_attack(demand_id) ? plan_.attacks[demand_id.value - plan_.users_demands()].like : demand_id;
        dns.policy = architecture_.demands[like].route;
        dns.sites = sites_of(plan_, service);
        if (!plan_.has_world || service.has_primary || dns.sites.size() < 2) {
            return DnsId::none();
        }
        for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
            const LocationId from = plan_.origins[demand.origins[o]].location;
            if (!from.exists()) {
                return DnsId::none();
            }
            dns.order_of_origin.push_back(order_of_sites(dns, from));
        }
        for (SitePlan& site : dns.sites) {
            for (const RouteWeight& weight : dns.policy.weights) {
                if (plan_.world.locations[site.location].id == weight.place) {
                    site.weight = weight.weight;
                }
            }
        }
        if (!dns.policy.health.instant) {
            dns.watches = take_watches(static_cast<std::uint32_t>(dns.sites.size()));
        }
        return plan_.dns.push_back(std::move(dns));
    }

    /// `failover`: the order written, then by distance; else by distance.
    std::vector<std::uint32_t> order_of_sites(const DnsPlan& dns, LocationId from) {
        const auto near = nearest_first(plan_, from, dns.sites);
        if (dns.policy.policy != RoutePolicy::failover) {
            return near;
        }
        std::vector<std::uint32_t> order;
        for (const std::string& place : dns.policy.order) {
            for (std::uint32_t at = 0; at < dns.sites.size(); ++at) {
                if (plan_.world.locations[dns.sites[at].location].id == place) {
                    order.push_back(at);
                }
            }
        }
        if (dns.policy.order.empty()) {
            // Without an order, sites fail over in the order in which the service lists its places.
            for (std::uint32_t at = 0; at < dns.sites.size(); ++at) {
                order.push_back(at);
            }
            return order;
        }
        for (const std::uint32_t at : near) {
            if (std::find(order.begin(), order.end(), at) == order.end()) {
                order.push_back(at);
            }
        }
        return order;
    }

    Range<WatchId> take_watches(std::uint32_t count) {
        const Range<WatchId> range{WatchId{plan_.watches}, count};
        plan_.watches += count;
        return range;
    }

    const Architecture& architecture_;
    Plan& plan_;
};

}  // namespace

void compile_balancers(const Architecture& architecture, Plan& plan) {
    BalancerBuilder(architecture, plan).build();
}

}  // namespace nines
