#pragma once
// Balancers: each belongs to one caller and one called service, and picks an instance by what it believes.

#include <vector>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

class Balancers {
public:
    Balancers(const Plan& plan, Luck luck);

    /// The instance for an attempt, avoiding `previous` where there is another; none() when nobody is believed healthy.
    /// `only_tier` restricts the choice to the site that the user's route chose (UINT32_MAX: all tiers in order).
    InstanceId choose(BalancerId balancer, InstanceId previous, std::uint32_t only_tier);

    void sent(BalancerId balancer, InstanceId instance) { ++outstanding(balancer, instance); }
    void left(BalancerId balancer, InstanceId instance) { --outstanding(balancer, instance); }

    bool believes_up(BalancerId balancer, InstanceId instance) const;
    void believe(BalancerId balancer, InstanceId instance, bool up);

private:
    struct TierState {
        std::vector<InstanceId> alive;
        std::uint32_t next = 0;
        bool stale = true;
    };
    struct BalancerState {
        std::vector<std::uint8_t> up;            // by instance of the service
        std::vector<std::uint32_t> outstanding;  // likewise
        Stream ties;
    };

    std::uint32_t& outstanding(BalancerId balancer, InstanceId instance);
    std::uint32_t offset(BalancerId balancer, InstanceId instance) const;
    void refresh(BalancerId balancer, TierId tier);
    InstanceId choose_in(BalancerId balancer, TierState& tier, InstanceId previous);
    InstanceId least_outstanding(BalancerId balancer, const TierState& tier, InstanceId avoid);
    InstanceId better_of_two(BalancerId balancer, const TierState& tier, InstanceId avoid);

    const Plan& plan_;
    Column<BalancerId, BalancerState> balancers_;
    Column<TierId, TierState> tiers_;
};

}  // namespace nines
