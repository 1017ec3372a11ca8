#include "models/requests/balance.hpp"

#include <algorithm>

#include "engine/random/renewed.hpp"

namespace nines {

Balancers::Balancers(const Plan& plan, Luck luck, Column<GroupId, Crowd>& crowds)
    : plan_(plan), crowds_(&crowds), balancers_(plan.balancers.size()), tiers_(plan.tiers.size()) {
    for (std::size_t i = 0; i < plan.balancers.size(); ++i) {
        const auto id = index_at<BalancerId>(i);
        const BalancerPlan& balancer = plan.balancers[id];
        const ServicePlan& service = plan.services[balancer.service];
        BalancerState& state = balancers_[id];
        state.first = service.instances.first;
        const bool is_counted = service.count > service.instances.count;
        state.policy = service.balance.policy;
        state.orders = is_counted || state.policy == BalancePolicy::least_outstanding;
        state.counts = state.orders || state.policy == BalancePolicy::power_of_two;
        state.views.resize(service.instances.count);
        state.ties = BlockStream(luck, "balancer",
                                 plan.names.callers[balancer.caller] + ">" + plan.names.services[balancer.service]);
        if (!state.orders) {
            continue;
        }
        for (std::uint32_t t = 0; t < balancer.tiers.count; ++t) {
            const TierId tier = balancer.tiers[t];
            const auto& members = plan.tiers[tier];
            tiers_[tier].stale = false;
            tiers_[tier].by_load = LoadOrder(static_cast<std::uint32_t>(members.size()));
            for (std::uint32_t number = 0; number < members.size(); ++number) {
                tiers_[tier].by_load.join(number, 0);
                state.view(members[number]).tier = tier;
                state.view(members[number]).number = number;
                note_group(tiers_[tier], plan.group_of[members[number]]);
            }
        }
    }
}

void Balancers::renew_luck(std::uint64_t key) {
    for (BalancerState& balancer : balancers_) {
        balancer.ties = renewed(balancer.ties, key);
    }
}

void Balancers::note_group(TierState& tier, GroupId group) {
    if (tier.groups.empty() || tier.groups.back() != group) {
        tier.groups.push_back(group);
        tier.members += plan_.groups[group].count;
        tier.is_counted = tier.is_counted || plan_.groups[group].is_counted();
    }
}

void Balancers::count(BalancerId id, InstanceId instance, bool more) {
    BalancerState& balancer = balancers_[id];
    View& view = balancer.view(instance);
    if (balancer.orders && view.up) {
        LoadOrder& order = tiers_[view.tier].by_load;
        more ? order.add(view.number, view.outstanding) : order.take(view.number, view.outstanding);
    }
    view.outstanding += more ? 1U : UINT32_MAX;
    keep_engaged(plan_, *crowds_, instance, more);
}

void Balancers::believe(BalancerId id, InstanceId instance, bool up) {
    BalancerState& balancer = balancers_[id];
    View& view = balancer.view(instance);
    if (view.up == up) {
        return;
    }
    view.up = up;
    if (balancer.orders) {
        LoadOrder& order = tiers_[view.tier].by_load;
        up ? order.join(view.number, view.outstanding) : order.leave(view.number, view.outstanding);
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
    const BalancePolicy policy = balancer.policy;
    // With a counted group anywhere in the service, none of its tiers keeps a list of those alive.
    if (tier.is_counted || (balancer.orders && policy != BalancePolicy::least_outstanding)) {
        return choose_member(balancer, tier_id, previous);
    }
    switch (policy) {
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
        const View& view = balancer.view(avoid);
        if (view.tier == tier && order.has(view.number)) {
            avoided_place = order.place_of(view.number);
        }
    }
    // The least loaded that is not to be avoided; whoever is to be avoided may stand before it, or among its equals.
    const std::uint32_t from = avoided_place == 0 ? 1 : 0;
    const std::uint32_t end = order.up_to(balancer.view(members[order[from]]).outstanding);
    const bool is_among = avoided_place != UINT32_MAX && avoided_place >= from && avoided_place < end;
    const std::uint32_t choices = end - from - (is_among ? 1 : 0);
    auto at = from + (choices > 1 ? static_cast<std::uint32_t>(balancer.ties.below(choices)) : 0);
    if (is_among && at >= avoided_place) {
        ++at;
    }
    return members[order[at]];
}

/// Any member of the tier's groups, each with the same chance; an idle one of a counted group is whoever stands in.
InstanceId Balancers::draw_member(BalancerState& balancer, const TierState& tier) {
    std::uint64_t number = balancer.ties.below(tier.members);
    auto group = tier.groups.begin();
    while (number >= plan_.groups[*group].count) {
        number -= plan_.groups[*group++].count;
    }
    const Range<InstanceId> listed = plan_.groups[*group].instances;
    return listed[plan_.groups[*group].is_counted() ? (*crowds_)[*group].stand_in_for(number, balancer.ties)
                                                    : static_cast<std::uint32_t>(number)];
}

/// Of a counted group nearly everybody is idle: whoever is drawn and will not do is drawn again. (In turn or at random
/// is the same among so many.)
InstanceId Balancers::choose_member(BalancerState& balancer, TierId tier, InstanceId avoid) {
    const BalancePolicy policy = balancer.policy;
    InstanceId first;
    constexpr int k_draws = 64;
    for (int i = 0; i < k_draws; ++i) {
        const InstanceId drawn = draw_member(balancer, tiers_[tier]);
        if (drawn == avoid || !balancer.view(drawn).up) {
            continue;
        }
        const std::uint32_t load = balancer.view(drawn).outstanding;
        if (policy == BalancePolicy::least_outstanding && load > 0) {
            continue;
        }
        if (policy != BalancePolicy::power_of_two || load == 0) {
            return drawn;
        }
        if (first.exists()) {
            return load < balancer.view(first).outstanding ? drawn : first;
        }
        first = drawn;
    }
    return first.exists() ? first : choose_survivor(balancer, tier, avoid);
}

/// Hardly any of the tier is believed up: drawing members would hardly ever find one. Anyone of those who are.
InstanceId Balancers::choose_survivor(BalancerState& balancer, TierId tier, InstanceId avoid) {
    const BalancePolicy policy = balancer.policy;
    if (policy == BalancePolicy::least_outstanding) {
        return least_outstanding(balancer, tier, avoid);
    }
    const LoadOrder& order = tiers_[tier].by_load;
    const auto& members = plan_.tiers[tier];
    const auto anyone_but_avoided = [&] {
        auto at = static_cast<std::uint32_t>(balancer.ties.below(order.size()));
        if (members[order[at]] == avoid) {
            at = (at + 1 + static_cast<std::uint32_t>(balancer.ties.below(order.size() - 1))) % order.size();
        }
        return members[order[at]];
    };
    const InstanceId one = anyone_but_avoided();
    if (policy != BalancePolicy::power_of_two) {
        return one;
    }
    const InstanceId two = anyone_but_avoided();
    return balancer.view(two).outstanding < balancer.view(one).outstanding ? two : one;
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
    const std::uint32_t load_a = balancer.view(a).outstanding;
    const std::uint32_t load_b = balancer.view(b).outstanding;
    return load_a < load_b || (load_a == load_b && balancer.ties.below(2) == 0) ? a : b;
}

std::uint64_t Balancers::words_drawn() const {
    std::uint64_t sum = 0;
    for (const BalancerState& balancer : balancers_) {
        sum += balancer.ties.position();
    }
    return sum;
}

std::size_t Balancers::bytes() const {
    std::size_t sum = tiers_.size() * sizeof(TierState);
    for (const BalancerState& balancer : balancers_) {
        sum += sizeof(balancer) + balancer.views.capacity() * sizeof(View);
    }
    for (const TierState& tier : tiers_) {
        sum += tier.alive.capacity() * sizeof(InstanceId) + tier.groups.capacity() * sizeof(GroupId);
    }
    return sum;
}

void Balancers::verify() const {
    for (std::size_t b = 0; b < balancers_.size(); ++b) {
        const BalancerState& balancer = balancers_[index_at<BalancerId>(b)];
        const Range<TierId> tiers = plan_.balancers[index_at<BalancerId>(b)].tiers;
        for (std::uint32_t t = 0; balancer.orders && t < tiers.count; ++t) {
            const auto& members = plan_.tiers[tiers[t]];
            tiers_[tiers[t]].by_load.verify(
                [&](std::uint32_t number) { return balancer.view(members[number]).outstanding; });
        }
    }
}

}  // namespace nines
