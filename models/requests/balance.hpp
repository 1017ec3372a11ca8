#pragma once
// Balancers: each belongs to one caller and one called service, and picks an instance by what it believes.

#include <vector>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"
#include "models/requests/load_order.hpp"

namespace nines {

class Balancers {
public:
    Balancers(const Plan& plan, Luck luck);

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

    bool believes_up(BalancerId balancer, InstanceId instance) const {
        return balancers_[balancer].up[offset(balancer, instance)] != 0;
    }
    void believe(BalancerId balancer, InstanceId instance, bool up);

private:
    struct TierState {
        std::vector<InstanceId> alive;  // in order; where the policy does not look at load
        LoadOrder by_load;              // of their numbers in the plan's tier; where it does
        std::uint32_t next = 0;
        bool stale = true;
    };
    struct Seat {
        TierId tier;
        std::uint32_t number = 0;  // in the tier
    };
    struct BalancerState {
        InstanceId first;                        // of the service
        bool counts = false;                     // whether the policy looks at load
        bool orders = false;                     // ... and wants the least
        std::vector<std::uint8_t> up;            // by offset from the first instance
        std::vector<std::uint32_t> outstanding;  // likewise
        std::vector<Seat> seats;                 // likewise, where loads are ordered
        Stream ties;
    };

    std::uint32_t offset(BalancerId balancer, InstanceId instance) const {
        return instance.value - balancers_[balancer].first.value;
    }
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
    InstanceId better_of_two(BalancerState& balancer, const TierState& tier, InstanceId avoid);

    const Plan& plan_;
    Column<BalancerId, BalancerState> balancers_;
    Column<TierId, TierState> tiers_;
};

}  // namespace nines
