// Clients: when they want something, from where, which site their route sends them to, and how it ended for them.

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/base/hash.hpp"
#include "models/operations/sites.hpp"
#include "models/requests/requests.hpp"

namespace nines {

namespace {

/// A user who thinks for no time and is refused at once would ask for ever at one instant.
constexpr Nanoseconds k_shortest_cycle = 1'000'000;

/// The position of a draw in cumulative shares.
template <class ShareUntil>
std::uint32_t pick(double draw, std::uint32_t count, ShareUntil share_until) {
    std::uint32_t at = 0;
    while (at + 1 < count && draw >= share_until(at)) {
        ++at;
    }
    return at;
}

}  // namespace

void Requests::schedule_arrival(DemandId id) {
    ArrivalProcess& arrivals = demands_[id].arrivals;
    if (is_any_attack_ && plan_.is_attack(id)) [[unlikely]] {
        const double per_s = state_.attack_per_s[id.value - plan_.users_demands()];
        if (per_s > 0) {
            schedule(later(now_, to_ns(arrivals.luck.exponential() / per_s)), EventKind::arrival, id.value,
                     arrivals.changes);
        }
        return;
    }
    if (const auto gap = next_arrival(plan_.demands[id], arrivals, to_seconds(now_ - plan_.warmup))) {
        schedule(later(now_, *gap), EventKind::arrival, id.value, arrivals.changes);
    }
}

void Requests::arrival(const Event& event) {
    const DemandId demand{event.subject};
    if (demands_[demand].arrivals.changes == event.epoch) {
        client_wants(demand, 0);
        schedule_arrival(demand);
    }
}

/// An arrival drawn in the old state is void from now on: the process has no memory.
void Requests::state_changes(DemandId id) {
    const Nanoseconds stay = change_state(plan_.demands[id], demands_[id].arrivals);
    schedule(later(now_, stay), EventKind::state_changes, id.value);
    schedule_arrival(id);
}

void Requests::user_thinks(DemandId id, std::uint32_t user, Nanoseconds last_took) {
    Nanoseconds think = to_ns(plan_.demands[id].think_s.sample(demands_[id].think));
    if (think == 0 && last_took == 0) {
        think = k_shortest_cycle;
    }
    schedule(later(now_, think), EventKind::user_thought, user, id.value);
}

std::uint32_t Requests::slice_now() {
    const auto at = static_cast<std::uint32_t>((now_ - plan_.warmup) / plan_.slice);
    if (run_.slices.empty() || run_.slices.back().at != at) {
        run_.slices.push_back({});
        run_.slices.back().at = at;
    }
    return static_cast<std::uint32_t>(run_.slices.size() - 1);
}

void Requests::client_wants(DemandId id, std::uint32_t user) {
    const DemandPlan& demand = plan_.demands[id];
    DemandState& state = demands_[id];
    const std::uint32_t origin =
        demand.origins.count == 1 ? 0 : pick(state.places.uniform(), demand.origins.count, [&](std::uint32_t at) {
            return plan_.origins[demand.origins[at]].share_until;
        });
    const std::uint32_t target =
        demand.calls.count == 1 ? 0 : pick(state.endpoints.uniform(), demand.calls.count, [&](std::uint32_t at) {
            return demand.call_share_until[at];
        });
    const ClientId client_id = clients_.take();
    Client& client = clients_[client_id];
    client.wanted = now_;
    client.caller = plan_.origins[demand.origins[origin]].caller;
    client.user = user;
    if (demand.dns_of_call[target].exists()) {
        client.dns_phase = static_cast<float>(state.phases.uniform());
    }
    if (measuring_) {
        ++run_.demands[id].offered;
        client.slice = Client::k_no_slice;
        if (!is_any_attack_ || !plan_.is_attack(id)) {
            client.slice = slice_now();
            ++run_.slices[client.slice].offered;
        }
    }
    const CallPlanId call = demand.calls[target];
    send(new_call(call, client_id.value, true, static_cast<std::uint8_t>(std::max(plan_.calls[call].priority, 0))));
}

/// A user's request has ended.
void Requests::count_in_slice(const Client& client, Outcome outcome, Nanoseconds latency) {
    SliceTally& slice = run_.slices[client.slice];
    ++slice.ended[static_cast<std::size_t>(outcome)];
    if (is_ok(outcome)) {
        slice.latency_sum_s += to_seconds(latency);
        slice.latency_max = std::max(slice.latency_max, latency);
        return;
    }
    slice.last_failure = now_;
    if (is_any_attack_ && was_attacked(client.wanted)) {
        ++run_.attack->users_lost;
    }
}

void Requests::client_done(ClientId id, Outcome outcome) {
    Client& client = clients_[id];
    const DemandId demand = plan_.demand_of(client.caller);
    const Nanoseconds latency = now_ - client.wanted;
    if (client.measured()) {
        ScopeTally& tally = run_.demands[demand];
        ++tally.ended[static_cast<std::size_t>(outcome)];
        (is_ok(outcome) ? tally.ok_latency : tally.other_latency).add(latency);
        if (client.slice != Client::k_no_slice) {
            count_in_slice(client, outcome, latency);
        }
    } else if (!is_ok(outcome) && !(is_any_attack_ && plan_.is_attack(demand))) {
        ++failures_off_books_;
    }
    const std::uint32_t user = client.user;
    client.slice = UINT32_MAX;
    clients_.give_back(id);
    if (plan_.demands[demand].users > 0) {
        user_thinks(demand, user, latency);
    }
}

// --- routes ---------------------------------------------------------------------------------------------------------

/// The site that this client's cached answer names. Its cache ends at a phase of its own and is then asked anew at
/// once, so at any moment it remembers what was answered at the last end of its TTL.
std::uint32_t Requests::site_for(const Client& client, CallPlanId call) {
    const OriginId origin = plan_.origin_of(client.caller);
    const DemandPlan& demand = plan_.demands[plan_.origins[origin].demand];
    const DnsId dns_id = demand.dns_of_call[call.value - demand.calls.first.value];
    if (!dns_id.exists()) {
        return UINT32_MAX;
    }
    const DnsPlan& dns = plan_.dns[dns_id];
    const auto ttl = static_cast<double>(to_ns(dns.policy.ttl_s));
    double asked = static_cast<double>(now_);
    if (ttl > 0) {
        const double phase = client.dns_phase * ttl;
        asked = std::floor((asked - phase) / ttl) * ttl + phase;
    }
    const auto& history = dns_[dns_id].history;
    std::size_t at = history.size() - 1;
    while (at > 0 && static_cast<double>(history[at].since) > asked) {
        --at;
    }
    const std::vector<std::uint8_t>& up = history[at].up;
    const auto& order = dns.order_of_origin[origin.value - demand.origins.first.value];
    if (dns.policy.policy == RoutePolicy::weighted) {
        double sum = 0;
        for (std::size_t site = 0; site < dns.sites.size(); ++site) {
            sum += up[site] != 0 ? dns.sites[site].weight : 0;
        }
        // A client keeps its choice: the draw is made of its phase, which it keeps over its retries.
        double draw = static_cast<double>(mix(std::bit_cast<std::uint32_t>(client.dns_phase)) >> 11U) * 0x1p-53 * sum;
        for (std::uint32_t site = 0; site < dns.sites.size() && sum > 0; ++site) {
            const double weight = up[site] != 0 ? dns.sites[site].weight : 0;
            if (weight > 0 && draw < weight) {
                return site;
            }
            draw -= weight;
        }
    }
    for (const std::uint32_t site : order) {
        if (up[site] != 0) {
            return site;
        }
    }
    return order.front();  // all unhealthy: answered as if all were healthy
}

void Requests::site_believed(DnsId id, std::uint32_t site, bool up) {
    auto& history = dns_[id].history;
    Answers next{now_, history.back().up};
    next.up[site] = up ? 1 : 0;
    if (history.back().since == now_) {
        history.back() = std::move(next);
    } else {
        history.push_back(std::move(next));
    }
    // Nobody remembers further back than a TTL: keep one answer from before that.
    const Nanoseconds horizon = now_ - to_ns(plan_.dns[id].policy.ttl_s);
    while (history.size() > 1 && history[1].since <= horizon) {
        history.erase(history.begin());
    }
    note(up ? NoteKind::site_in : NoteKind::site_out, id.value, site);
}

bool Requests::site_is_up(const DnsPlan& dns, std::uint32_t site) {
    return nines::site_is_up(plan_, dns, site, [&](InstanceId one) { return can_be_asked({}, one); });
}

}  // namespace nines
