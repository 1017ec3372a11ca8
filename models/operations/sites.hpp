#pragma once
// Sites of a route: whether one is up, and whether it is believed to be. Both fidelities ask; how they know whether an
// instance can be reached, and what balancers believe, is theirs.

#include <algorithm>

#include "models/plan/plan.hpp"

namespace nines {

/// Whether anything of a site is up and can be reached from outside.
/// @param can_be_asked  of an InstanceId
template <class CanBeAsked>
bool site_is_up(const Plan& plan, const DnsPlan& dns, std::uint32_t site, CanBeAsked can_be_asked) {
    for (const GroupId group : dns.sites[site].groups) {
        const Range<InstanceId> instances = plan.groups[group].instances;
        for (std::uint32_t i = 0; i < instances.count; ++i) {
            if (can_be_asked(instances[i])) {
                return true;
            }
        }
    }
    return false;
}

/// Whether the balancers of a route's users believe that anybody serves there: a site is as healthy as its balancer
/// says (Route 53 calls this evaluating the target's health), so users are not sent back to a place that refuses them.
/// @param believes_up  of a BalancerId and an InstanceId
template <class BelievesUp>
bool site_is_believed(const Plan& plan, const DnsPlan& dns, std::uint32_t site, BelievesUp believes_up) {
    const Range<OriginId> origins = plan.demands[dns.demand].origins;
    for (std::uint32_t o = 0; o < origins.count; ++o) {
        const BalancerId balancer = plan.balancer(plan.origins[origins[o]].caller, dns.service);
        const auto& tier = plan.tiers[plan.balancers[balancer].tiers[site]];
        const bool any =
            plan.balancers[balancer].blind ||
            std::any_of(tier.begin(), tier.end(), [&](InstanceId instance) { return believes_up(balancer, instance); });
        if (!any) {
            return false;
        }
    }
    return true;
}

}  // namespace nines
