#include "models/operations/detection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nines {

Watches::Watches(const Plan& plan, Luck luck) : policy_(plan.watches), state_(plan.watches) {
    for (std::size_t i = 0; i < plan.balancers.size(); ++i) {
        const BalancerPlan& balancer = plan.balancers[index_at<BalancerId>(i)];
        add(balancer.watches, plan.services[balancer.service].balance.health,
            fmt::format("{}>{}", plan.names.callers[balancer.caller], plan.names.services[balancer.service]), luck);
    }
    for (std::size_t i = 0; i < plan.dns.size(); ++i) {
        const DnsPlan& dns = plan.dns[index_at<DnsId>(i)];
        add(dns.watches, dns.policy.health,
            fmt::format("{}>>{}", plan.names.demands[dns.demand], plan.names.services[dns.service]), luck);
    }
}

void Watches::add(Range<WatchId> range, const HealthPolicy& health, const std::string& name, Luck luck) {
    if (range.count == 0) {
        return;
    }
    policies_.push_back({to_ns(health.every_s), to_ns(health.timeout_s), static_cast<std::uint16_t>(health.fail),
                         static_cast<std::uint16_t>(health.pass)});
    Stream phases(luck, "health.phase", name);
    for (std::uint32_t i = 0; i < range.count; ++i) {
        policy_[range[i]] = static_cast<std::uint32_t>(policies_.size() - 1);
        state_[range[i]].phase = to_ns(phases.uniform() * health.every_s);
    }
}

Nanoseconds Watches::wake(WatchId watch, Nanoseconds now) {
    WatchState& state = state_[watch];
    if (state.awake) {
        return k_never;
    }
    state.awake = true;
    const Nanoseconds every = policy(watch).every_ns;
    Nanoseconds at = state.phase;
    if (now > state.phase) {
        at += (now - state.phase + every - 1) / every * every;
    }
    return at == state.last ? later(at, every) : at;
}

bool Watches::count_miss(WatchId watch) {
    WatchState& state = state_[watch];
    state.passes = 0;
    state.misses = static_cast<std::uint16_t>(std::min(state.misses + 1, 0xFFFF));
    if (state.believed_up && state.misses >= policy(watch).fail) {
        state.believed_up = false;
        return true;
    }
    return false;
}

bool Watches::count_pass(WatchId watch) {
    WatchState& state = state_[watch];
    state.misses = 0;
    state.passes = static_cast<std::uint16_t>(std::min(state.passes + 1, 0xFFFF));
    if (!state.believed_up && state.passes >= policy(watch).pass) {
        state.believed_up = true;
        return true;
    }
    return false;
}

bool Watches::is_settled(WatchId watch, bool up) const {
    const WatchState& state = state_[watch];
    return state.believed_up == up && (up ? state.misses == 0 : state.passes == 0);
}

}  // namespace nines
