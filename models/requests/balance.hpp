#pragma once
// Balancers: each belongs to one caller and one called service, and picks an instance by what it believes.

#include <vector>

#include "engine/random/block_stream.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"
#include "models/requests/crowd.hpp"
#include "models/requests/load_order.hpp"

namespace nines {

class Balancers {
public:
    /// `crowds` are those of counted groups, by group; they outlive the balancers.
    Balancers(const Plan& plan, Luck luck, Column<GroupId, Crowd>& crowds);
    /// A copy keeps the crowds that it belongs to.
    void rebind(Column<GroupId, Crowd>& crowds) { crowds_ = &crowds; }
    void renew_luck(std::uint64_t key);  ///< of ties, from now on

    /// The instance for an attempt, avoiding `previous` where there is another; none() when nobody is believed healthy.
    /// `only_tier` restricts the choice to the site that the user's route chose (UINT32_MAX: all tiers in order).
    InstanceId choose(BalancerId balancer, InstanceId previous, std::uint32_t only_tier);

    /// A request has gone to an instance, or its caller does not wait for it any more.
    void sent(BalancerId balancer, InstanceId instance) {
        if (balancers_[balancer].counts) {
            count(balancer, instance, true);
        }
    }
    void left(BalancerId balancer, InstanceId instance) {
        if (balancers_[balancer].counts) {
            count(balancer, instance, false);
        }
    }

    bool believes_up(BalancerId balancer, InstanceId instance) const { return balancers_[balancer].view(instance).up; }
    void believe(BalancerId balancer, InstanceId instance, bool up);

    std::uint64_t words_drawn() const;  ///< of its random streams
    std::size_t bytes() const;          ///< of memory held, without the orders of load
    /// Aborts unless all orders of load say what was counted.
    void verify() const;

private:
    struct TierState {
        std::vector<InstanceId> alive;  // in order; where the policy does not look at load
        LoadOrder by_load;              // of their numbers in the plan's tier; where it does
        std::vector<GroupId> groups;    // where one of them is counted
        std::uint64_t members = 0;      // of all those groups
        std::uint32_t next = 0;
        bool stale = true;
        bool is_counted = false;
    };
    /// How a balancer sees an instance.
    struct View {
        std::uint32_t outstanding = 0;  // where the policy looks at load
        TierId tier;                    // where loads are ordered
        std::uint32_t number = 0;       // ... in the plan's tier
        bool up = true;
    };
    struct BalancerState {
        InstanceId first;  // of the service
        BalancePolicy policy{};
        bool counts = false;      // whether the policy looks at load
        bool orders = false;      // ... and wants the least
        std::vector<View> views;  // by offset from the first instance
        BlockStream ties;

        View& view(InstanceId instance) { return views[instance.value - first.value]; }
        const View& view(InstanceId instance) const { return views[instance.value - first.value]; }
    };

    void note_group(TierState& tier, GroupId group);
    void count(BalancerId balancer, InstanceId instance, bool more);
    void refresh(BalancerId balancer, TierId tier);
    std::uint32_t size_of(const BalancerState& balancer, const TierState& tier) const {
        return balancer.orders ? tier.by_load.size() : static_cast<std::uint32_t>(tier.alive.size());
    }
    InstanceId first_of(const BalancerState& balancer, TierId tier) const {
        return balancer.orders ? plan_.tiers[tier][tiers_[tier].by_load[0]] : tiers_[tier].alive.front();
    }
    InstanceId choose_in(BalancerId balancer, TierId tier, InstanceId previous);
    InstanceId least_outstanding(BalancerState& balancer, TierId tier, InstanceId avoid);
    InstanceId choose_member(BalancerState& balancer, TierId tier, InstanceId avoid);
    InstanceId choose_survivor(BalancerState& balancer, TierId tier, InstanceId avoid);
    InstanceId draw_member(BalancerState& balancer, const TierState& tier);
    InstanceId better_of_two(BalancerState& balancer, const TierState& tier, InstanceId avoid);

    const Plan& plan_;
    Column<GroupId, Crowd>* crowds_;
    Column<BalancerId, BalancerState> balancers_;
    Column<TierId, TierState> tiers_;
};

}  // namespace nines
