#pragma once
// Scene: all that rates depend on between two events: who is up, who is believed up, who has which role, how messages
// are routed, how much is asked, and how much waits.

#include <cstdint>
#include <vector>

#include "engine/base/column.hpp"
#include "models/operations/failover.hpp"
#include "models/operations/limits.hpp"
#include "models/operations/routes.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

/// What clients of a route remember: a share of them the answer of now, the others the one before.
struct Answers {
    std::vector<std::uint8_t> now, before;  ///< by site: believed up
    double share_now = 1;
};

/// 128 bits for a scene: two scenes with one key are taken for the same (a false match among a million scenes has a
/// chance of 1e-27).
struct SceneKey {
    std::uint64_t high = 0, low = 0;
    auto operator<=>(const SceneKey&) const = default;
};

class Ways;

struct Scene {
    Scene(const Plan& compiled, Luck luck);
    Scene(const Scene& other);  // its routes look at its own state
    Scene& operator=(const Scene&) = delete;

    bool believes_up(BalancerId balancer, InstanceId instance) const {
        return believed[balancer]
                       [instance.value - plan.services[plan.balancers[balancer].service].instances.first.value] != 0;
    }
    /// Whether an instance is up and a message could reach it from there now, leaving luck aside.
    bool can_be_asked(Ways& ways, const MessageEnd& from, InstanceId instance) const;
    bool site_is_up(Ways& ways, const DnsPlan& dns, std::uint32_t site) const;
    /// Whether the balancers of a route's users believe that anybody serves there.
    bool site_is_believed(const DnsPlan& dns, std::uint32_t site) const;

    /// Whether writes wait for a copy whose loss has not been noticed.
    bool is_waited_for(const Failover::SyncCopy& copy) const {
        return copy.lost_until != k_never && copy.lost_until > database_clock;
    }

    /// Attackers ask as often as the state says.
    void ask_for_attackers() {
        for (std::size_t i = 0; i < state.attack_per_s.size(); ++i) {
            per_s[plan.demand_of_attack(i)] = state.attack_per_s[i];
        }
    }

    std::uint64_t looks_of(InstanceId instance) const;
    /// Of everything but rates and backlogs.
    SceneKey key_of_things() const;
    SceneKey key(const SceneKey& of_things) const;

    const Plan& plan;
    State state;
    Routes routes;
    Failover failover;
    Limits limits;  ///< a bucket whose level is 0 is dry; how much is in the others does not matter
    Column<BalancerId, std::vector<std::uint8_t>> believed;  ///< by position in the service: believed up
    Column<DnsId, Answers> answers;
    Nanoseconds database_clock = 0;          ///< of failover; moves on while a copy is lost
    Column<DemandId, double> per_s;          ///< asked for now; of an open loop
    Column<GroupId, std::uint32_t> backlog;  ///< how much waits: level of the grid (backlog.hpp)
};

}  // namespace nines
