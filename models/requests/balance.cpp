#include "models/requests/balance.hpp"

#include <algorithm>

namespace nines {

Balancers::Balancers(const Plan& plan, Luck luck)
    : plan_(plan), balancers_(plan.balancers.size()), tiers_(plan.tiers.size()) {
    for (std::size_t i = 0; i < plan.balancers.size(); ++i) {
        const auto id = index_at<BalancerId>(i);
        const BalancerPlan& balancer = plan.balancers[id];
        const ServicePlan& service = plan.services[balancer.service];
        BalancerState& state = balancers_[id];
        state.first = service.instances.first;
        state.orders = service.balance.policy == BalancePolicy::least_outstanding;
        state.counts = state.orders || service.balance.policy == BalancePolicy::power_of_two;
        state.up.assign(service.instances.count, 1);
        if (state.counts) {
            state.outstanding.assign(service.instances.count, 0);
        }
        state.ties =
            Stream(luck, "balancer", plan.names.callers[balancer.caller] + ">" + plan.names.services[balancer.service]);
        if (!state.orders) {
            continue;
        }
        state.seats.resize(service.instances.count);
        for (std::uint32_t t = 0; t < balancer.tiers.count; ++t) {
            const TierId tier = balancer.tiers[t];
            const auto& members = plan.tiers[tier];
            tiers_[tier].stale = false;
            tiers_[tier].by_load = LoadOrder(static_cast<std::uint32_t>(members.size()));
            for (std::uint32_t number = 0; number < members.size(); ++number) {
                tiers_[tier].by_load.join(number, 0);
                state.seats[offset(id, members[number])] = {tier, number};
            }
        }
    }
}

void Balancers::count(BalancerId id, InstanceId instance, bool more) {
    BalancerState& balancer = balancers_[id];
    const std::uint32_t at = offset(id, instance);
    std::uint32_t& load = balancer.outstanding[at];
    if (balancer.orders && balancer.up[at] != 0) {
        const Seat seat = balancer.seats[at];
        LoadOrder& order = tiers_[seat.tier].by_load;
        more ? order.add(seat.number, load) : order.take(seat.number, load);
    }
    load += more ? 1U : UINT32_MAX;
}

void Balancers::believe(BalancerId id, InstanceId instance, bool up) {
    BalancerState& balancer = balancers_[id];
    const std::uint32_t at = offset(id, instance);
    if ((balancer.up[at] != 0) == up) {
        return;
    }
    balancer.up[at] = up ? 1 : 0;
    if (balancer.orders) {
        const Seat seat = balancer.seats[at];
        LoadOrder& order = tiers_[seat.tier].by_load;
        up ? order.join(seat.number, balancer.outstanding[at]) : order.leave(seat.number, balancer.outstanding[at]);
        return;
    }
    const Range<TierId> tiers = plan_.balancers[id].tiers;
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
        const std::uint32_t size = size_of(balancers_[balancer], tier);
        if (size == 1 && first_of(balancers_[balancer], tiers[t]) == previous) {
            only_previous = true;  // a retry looks further for another one
        } else if (size > 0) {
            return choose_in(balancer, tiers[t], previous);
        }
    }
    return only_previous ? previous : InstanceId::none();
}

InstanceId Balancers::choose_in(BalancerId id, TierId tier_id, InstanceId previous) {
    BalancerState& balancer = balancers_[id];
    TierState& tier = tiers_[tier_id];
    const std::uint32_t count = size_of(balancer, tier);
    if (count == 1) {
        return first_of(balancer, tier_id);
    }
    switch (plan_.services[plan_.balancers[id].service].balance.policy) {
        case BalancePolicy::round_robin: {
            InstanceId pick = tier.alive[tier.next++ % count];
            if (pick == previous) {
                pick = tier.alive[tier.next++ % count];
            }
            return pick;
        }
        case BalancePolicy::random: {
            const bool avoid = std::binary_search(tier.alive.begin(), tier.alive.end(), previous);
            auto at = static_cast<std::uint32_t>(balancer.ties.below(count - (avoid ? 1 : 0)));
            if (avoid && tier.alive[at] >= previous) {
                ++at;
            }
            return tier.alive[at];
        }
        case BalancePolicy::least_outstanding:
            return least_outstanding(balancer, tier_id, previous);
        case BalancePolicy::power_of_two:
            return better_of_two(balancer, tier, previous);
    }
    return InstanceId::none();
}

/// Anyone of the least loaded, all with the same chance.
InstanceId Balancers::least_outstanding(BalancerState& balancer, TierId tier, InstanceId avoid) {
    const LoadOrder& order = tiers_[tier].by_load;
    const auto& members = plan_.tiers[tier];
    std::uint32_t avoided_place = UINT32_MAX;
    if (avoid.exists()) {
        const Seat seat = balancer.seats[avoid.value - balancer.first.value];
        if (seat.tier == tier && order.has(seat.number)) {
            avoided_place = order.place_of(seat.number);
        }
    }
    // The least loaded that is not to be avoided; whoever is to be avoided may stand before it, or among its equals.
    const std::uint32_t from = avoided_place == 0 ? 1 : 0;
    const std::uint32_t end = order.up_to(balancer.outstanding[members[order[from]].value - balancer.first.value]);
    const bool is_among = avoided_place != UINT32_MAX && avoided_place >= from && avoided_place < end;
    const std::uint32_t choices = end - from - (is_among ? 1 : 0);
    auto at = from + (choices > 1 ? static_cast<std::uint32_t>(balancer.ties.below(choices)) : 0);
    if (is_among && at >= avoided_place) {
        ++at;
    }
    return members[order[at]];
}

InstanceId Balancers::better_of_two(BalancerState& balancer, const TierState& tier, InstanceId avoid) {
    const auto count = tier.alive.size();
    const std::size_t one = balancer.ties.below(count);
    std::size_t two = balancer.ties.below(count - 1);
    two += two >= one ? 1 : 0;
    const InstanceId a = tier.alive[one];
    const InstanceId b = tier.alive[two];
    if (a == avoid || b == avoid) {
        return a == avoid ? b : a;
    }
    const std::uint32_t load_a = balancer.outstanding[a.value - balancer.first.value];
    const std::uint32_t load_b = balancer.outstanding[b.value - balancer.first.value];
    return load_a < load_b || (load_a == load_b && balancer.ties.below(2) == 0) ? a : b;
}

}  // namespace nines
