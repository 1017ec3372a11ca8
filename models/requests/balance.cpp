#include "models/requests/balance.hpp"

#include <algorithm>

namespace nines {

Balancers::Balancers(const Plan& plan, Luck luck)
    : plan_(plan), balancers_(plan.balancers.size()), tiers_(plan.tiers.size()) {
    for (std::size_t i = 0; i < plan.balancers.size(); ++i) {
        const auto id = index_at<BalancerId>(i);
        const BalancerPlan& balancer = plan.balancers[id];
        const std::uint32_t count = plan.services[balancer.service].instances.count;
        balancers_[id].up.assign(count, 1);
        balancers_[id].outstanding.assign(count, 0);
        balancers_[id].ties =
            Stream(luck, "balancer", plan.names.callers[balancer.caller] + ">" + plan.names.services[balancer.service]);
    }
}

std::uint32_t Balancers::offset(BalancerId balancer, InstanceId instance) const {
    return instance.value - plan_.services[plan_.balancers[balancer].service].instances.first.value;
}

std::uint32_t& Balancers::outstanding(BalancerId balancer, InstanceId instance) {
    return balancers_[balancer].outstanding[offset(balancer, instance)];
}

bool Balancers::believes_up(BalancerId balancer, InstanceId instance) const {
    return balancers_[balancer].up[offset(balancer, instance)] != 0;
}

void Balancers::believe(BalancerId balancer, InstanceId instance, bool up) {
    balancers_[balancer].up[offset(balancer, instance)] = up ? 1 : 0;
    const Range<TierId> tiers = plan_.balancers[balancer].tiers;
    for (std::uint32_t t = 0; t < tiers.count; ++t) {
        tiers_[tiers[t]].stale = true;
    }
}

void Balancers::refresh(BalancerId balancer, TierId tier) {
    TierState& state = tiers_[tier];
    state.stale = false;
    state.alive.clear();
    for (const InstanceId instance : plan_.tiers[tier]) {
        if (believes_up(balancer, instance)) {
            state.alive.push_back(instance);
        }
    }
}

InstanceId Balancers::choose(BalancerId balancer, InstanceId previous, std::uint32_t only_tier) {
    const Range<TierId> tiers = plan_.balancers[balancer].tiers;
    const std::uint32_t first = only_tier == UINT32_MAX ? 0 : only_tier;
    const std::uint32_t end = only_tier == UINT32_MAX ? tiers.count : only_tier + 1;
    bool only_previous = false;
    for (std::uint32_t t = first; t < end; ++t) {
        TierState& tier = tiers_[tiers[t]];
        if (tier.stale) {
            refresh(balancer, tiers[t]);
        }
        if (tier.alive.size() == 1 && tier.alive.front() == previous) {
            only_previous = true;  // a retry looks further for another one
        } else if (!tier.alive.empty()) {
            return choose_in(balancer, tier, previous);
        }
    }
    return only_previous ? previous : InstanceId::none();
}

InstanceId Balancers::choose_in(BalancerId balancer, TierState& tier, InstanceId previous) {
    const auto count = static_cast<std::uint32_t>(tier.alive.size());
    if (count == 1) {
        return tier.alive.front();
    }
    switch (plan_.services[plan_.balancers[balancer].service].balance.policy) {
        case BalancePolicy::round_robin: {
            InstanceId pick = tier.alive[tier.next++ % count];
            if (pick == previous) {
                pick = tier.alive[tier.next++ % count];
            }
            return pick;
        }
        case BalancePolicy::random: {
            const bool avoid = std::binary_search(tier.alive.begin(), tier.alive.end(), previous);
            auto at = static_cast<std::uint32_t>(balancers_[balancer].ties.below(count - (avoid ? 1 : 0)));
            if (avoid && tier.alive[at] >= previous) {
                ++at;
            }
            return tier.alive[at];
        }
        case BalancePolicy::least_outstanding:
            return least_outstanding(balancer, tier, previous);
        case BalancePolicy::power_of_two:
            return better_of_two(balancer, tier, previous);
    }
    return InstanceId::none();
}

InstanceId Balancers::least_outstanding(BalancerId balancer, const TierState& tier, InstanceId avoid) {
    BalancerState& state = balancers_[balancer];
    const std::uint32_t first = plan_.services[plan_.balancers[balancer].service].instances.first.value;
    std::uint32_t least = UINT32_MAX;
    std::uint32_t ties = 0;
    for (const InstanceId instance : tier.alive) {
        const std::uint32_t count = state.outstanding[instance.value - first];
        if (instance != avoid && count <= least) {
            ties = count == least ? ties + 1 : 1;
            least = count;
        }
    }
    std::uint64_t skip = ties > 1 ? state.ties.below(ties) : 0;
    for (const InstanceId instance : tier.alive) {
        if (instance != avoid && state.outstanding[instance.value - first] == least && skip-- == 0) {
            return instance;
        }
    }
    return tier.alive.front();
}

InstanceId Balancers::better_of_two(BalancerId balancer, const TierState& tier, InstanceId avoid) {
    BalancerState& state = balancers_[balancer];
    const auto count = tier.alive.size();
    const std::size_t one = state.ties.below(count);
    std::size_t two = state.ties.below(count - 1);
    two += two >= one ? 1 : 0;
    const InstanceId a = tier.alive[one];
    const InstanceId b = tier.alive[two];
    if (a == avoid || b == avoid) {
        return a == avoid ? b : a;
    }
    const std::uint32_t load_a = outstanding(balancer, a);
    const std::uint32_t load_b = outstanding(balancer, b);
    return load_a < load_b || (load_a == load_b && state.ties.below(2) == 0) ? a : b;
}

}  // namespace nines
