#pragma once
// Detection: health checks. Each watch looks at one instance (for a balancer) or one site (for a route) on its own
// grid. While all is as believed a watch sleeps: its checks would only say so again. It wakes on its grid when
// something changes, so no check is simulated that cannot matter.

#include <vector>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// Counts of one watch.
struct WatchState {
    Nanoseconds phase = 0;
    Nanoseconds last = -1;  ///< begin of the last check
    bool believed_up = true;
    bool awake = false;
    std::uint16_t misses = 0;
    std::uint16_t passes = 0;
};

class Watches {
public:
    Watches(const Plan& plan, Luck luck);

    /// The first check on the watch's grid at or after `now`, and after the last one, for a watch that slept; k_never
    /// if it is awake already.
    Nanoseconds wake(WatchId watch, Nanoseconds now);
    /// The check after the one at `now`.
    Nanoseconds next(WatchId watch, Nanoseconds now) const { return later(now, policy(watch).every_ns); }
    Nanoseconds timeout(WatchId watch) const { return policy(watch).timeout_ns; }
    void began(WatchId watch, Nanoseconds now) { state_[watch].last = now; }
    void sleep(WatchId watch) { state_[watch].awake = false; }

    /// Counts a miss or a pass; true when the belief has changed with it.
    bool count_miss(WatchId watch);
    bool count_pass(WatchId watch);

    /// Its target is gone, and known to be: nothing is believed of it any more.
    void forget(WatchId watch) {
        state_[watch].believed_up = false;
        state_[watch].misses = state_[watch].passes = 0;
    }

    const WatchState& operator[](WatchId watch) const { return state_[watch]; }
    /// Whether further checks can change nothing while things stay as they are (`up` without luck in it).
    bool is_settled(WatchId watch, bool up) const;

private:
    struct Policy {
        Nanoseconds every_ns, timeout_ns;
        std::uint16_t fail, pass;
    };
    void add(Range<WatchId> range, const HealthPolicy& health, const std::string& name, Luck luck);

    const Policy& policy(WatchId watch) const { return policies_[policy_[watch]]; }

    std::vector<Policy> policies_;
    Column<WatchId, std::uint32_t> policy_;  // its number
    Column<WatchId, WatchState> state_;
};

}  // namespace nines
