// Calls, the caller's side: choosing an instance, timeouts, retries with back-off, and what the caller makes of it.

#include <algorithm>

#include "models/requests/requests.hpp"

namespace nines {

/// A call that its caller begins now: the record of its first attempt.
AttemptId Requests::new_call(CallPlanId plan_id, std::uint32_t parent, bool of_client, std::uint8_t rank) {
    const AttemptId id = attempts_.take();
    Attempt& attempt = attempts_[id];
    attempt.plan = plan_id;
    attempt.parent = parent;
    attempt.of_client = of_client;
    attempt.rank = rank;
    attempt.waits = true;
    attempt.of_attacker = of_client
                              ? is_any_attack_ && plan_.is_attack(plan_.demand_of(clients_[ClientId{parent}].caller))
                              : attempts_[AttemptId{parent}].of_attacker;
    if (const Nanoseconds limit = plan_.calls[plan_id].deadline; limit != k_never) {
        retry_of(id).deadline = later(now_, limit);
    }
    return id;
}

/// What the call remembers beyond its attempt in flight; made when there is something.
Retry& Requests::retry_of(AttemptId id) {
    Attempt& attempt = attempts_[id];
    if (!attempt.retry.exists()) {
        attempt.retry = retries_.take();
    }
    return retries_[attempt.retry];
}

InstanceId Requests::choose_instance(const Attempt& attempt, CallerId caller, BalancerId balancer) {
    const CallPlan& plan = plan_.calls[attempt.plan];
    const InstanceId previous = attempt.retry.exists() ? retries_[attempt.retry].previous : InstanceId::none();
    if (const ServicePlan& service = plan_.services[plan.service]; service.has_primary) {
        return service.reads_any && plan.writes == 0
                   ? failover_.next_reader(plan.service, plan_.location_of_caller[caller], previous)
                   : failover_.primary(plan.service);
    }
    const std::uint32_t site =
        attempt.of_client ? site_for(clients_[ClientId{attempt.parent}], attempt.plan) : UINT32_MAX;
    return balancers_.choose(balancer, previous, site);
}

/// Sends an attempt to an instance, if there is one to send it to.
void Requests::send(AttemptId id) {
    Attempt& attempt = attempts_[id];
    const CallPlan& plan = plan_.calls[attempt.plan];
    const CallerId caller = caller_of(attempt);
    ++attempt.epoch;
    attempt.sent = now_;
    attempt.measured = measuring_;
    attempt.in_flight = true;
    if (plan.has_budget && attempts_of(attempt) == 1) {
        double& budget = budget_of(caller, plan.service);
        budget = std::min(k_budget_burst, budget + *plan.retry.budget);
    }
    if (attempt.of_client && clients_[ClientId{attempt.parent}].measured()) {
        ++run_.demands[plan_.demand_of(caller)].attempts;
    }
    const BalancerId balancer = plan_.balancer(caller, plan.service);
    attempt.instance = choose_instance(attempt, caller, balancer);
    if (!attempt.instance.exists()) {
        if (attempt.measured) {
            ++run_.services[plan.service].offered;
        }
        // Through an event, so that instant failures never pile up on the stack.
        return schedule(now_, EventKind::answer_rejected, id.value, attempt.epoch);
    }
    const GroupId group = plan_.group_of[attempt.instance];
    if (attempt.measured) {
        ++run_.group_attempts[group].offered;
        ++run_.endpoints[plan.endpoint].attempts;
        if (attempt.of_attacker) {
            ++run_.attack->endpoints[plan.endpoint].attempts;
        }
    }
    if (balancer.exists()) {
        balancers_.sent(balancer, attempt.instance);
    }
    arm_timeout(id);
    const MessageEnd from{plan_.location_of_caller[caller], instance_of_caller(attempt)};
    const MessageEnd to{plan_.serving[group].location, attempt.instance};
    network_.count(from.location, to.location, plan.request_bytes, 1, plan.crosses_zones_free);
    if (attempt.of_attacker) {
        network_.count_attack(from.location, to.location, plan.request_bytes, 1, plan.crosses_zones_free);
    }
    const auto sent = network_.send(from, to);
    if (!sent) {
        return;
    }
    attempt.stage = Stage::travelling;
    if (sent->delay == 0) {
        request_arrives(id);
    } else {
        deliver(*sent, EventKind::request_arrives, id.value, attempt.epoch);
    }
}

/// The attempt's own clock, cut short by the deadline of the call.
void Requests::arm_timeout(AttemptId id) {
    Attempt& attempt = attempts_[id];
    const CallPlan& plan = plan_.calls[attempt.plan];
    const Nanoseconds due = later(now_, plan.timeout);
    const Nanoseconds deadline = deadline_of(attempt);
    const EventSet::Lane lane = timeout_lane_[attempt.plan];
    if (deadline < due || lane == EventSet::k_no_lane) {
        return schedule(std::min(due, deadline), EventKind::limit_over, id.value);
    }
    attempt.armed = true;
    events_.arm(lane, now_, id.value, timers_);
}

/// A limit that stands in no lane is over, if it is this attempt's: the record may long be another's.
bool Requests::limit_is_over(AttemptId id) const {
    const Attempt& attempt = attempts_[id];
    if (!attempt.waits || !attempt.in_flight || attempt.armed) {
        return false;
    }
    const Nanoseconds due = later(attempt.sent, plan_.calls[attempt.plan].timeout);
    return std::min(due, deadline_of(attempt)) == now_;
}

void Requests::times_out(AttemptId id) {
    Attempt& attempt = attempts_[id];
    attempt.armed = false;
    if (plan_.calls[attempt.plan].cancel && attempt.stage != Stage::absent && attempt.stage != Stage::answered) {
        drop(id);
    }
    attempt_ended(id, Outcome::timeout);
}

/// For its caller the attempt is over; the instance may still be at it.
void Requests::attempt_ended(AttemptId id, Outcome outcome) {
    disarm_timeout(id);
    Attempt& attempt = attempts_[id];
    const CallPlan& plan = plan_.calls[attempt.plan];
    attempt.in_flight = false;
    if (attempt.instance.exists()) {
        const BalancerId balancer = plan_.balancer(caller_of(attempt), plan.service);
        if (balancer.exists()) {
            balancers_.left(balancer, attempt.instance);
        }
    }
    if (attempt.measured) {
        ScopeTally& tally = attempt.instance.exists() ? run_.group_attempts[plan_.group_of[attempt.instance]]
                                                      : run_.services[plan.service];
        ++tally.ended[static_cast<std::size_t>(outcome)];
        (is_ok(outcome) ? tally.ok_latency : tally.other_latency).add(now_ - attempt.sent);
        if (is_ok(outcome)) {
            ++run_.endpoints[plan.endpoint].ok;
            if (attempt.of_attacker) {
                ++run_.attack->endpoints[plan.endpoint].ok;
            }
        }
    }
    if (is_ok(outcome) || !may_retry(id, outcome)) {
        return settle(id, outcome);
    }
    const AttemptId next = next_attempt(id);
    Retry& retry = retry_of(next);
    const Nanoseconds again = later(now_, to_ns(backoff_s(retry, attempts_[next].plan)));
    if (again >= retry.deadline) {
        return settle(next, outcome);  // it ends as its last attempt did
    }
    schedule(again, EventKind::backoff_over, next.value, attempts_[next].epoch);
}

bool Requests::may_retry(AttemptId id, Outcome outcome) {
    const Attempt& attempt = attempts_[id];
    const CallPlan& plan = plan_.calls[attempt.plan];
    if (outcome == Outcome::abandoned || attempts_of(attempt) >= plan.attempts || now_ >= deadline_of(attempt) ||
        !caller_is_alive(attempt)) {
        return false;
    }
    if (plan.has_budget) {
        double& budget = budget_of(caller_of(attempt), plan.service);
        constexpr double k_whole_token = 1 - 1e-9;  // tenths do not add up to one exactly
        if (budget < k_whole_token) {
            return false;
        }
        budget -= 1;
    }
    return true;
}

/// The record for the call's next attempt: the same one, or a new one where the last attempt is still being served.
AttemptId Requests::next_attempt(AttemptId id) {
    retry_of(id).previous = attempts_[id].instance;
    const Attempt last = attempts_[id];
    Attempt next;
    next.plan = last.plan;
    next.parent = last.parent;
    next.of_client = last.of_client;
    next.rank = last.rank;
    next.of_attacker = last.of_attacker;
    next.retry = last.retry;
    next.waits = true;
    const bool is_served = last.stage != Stage::absent && last.stage != Stage::answered;
    AttemptId next_id = id;
    if (is_served || last.pending > 0) {
        next_id = attempts_.take();
        next.epoch = attempts_[next_id].epoch;
        attempts_[id].retry = RetryId::none();
        give_up(id, caller_of(last));
    } else {
        next.epoch = last.epoch + 1;  // what still comes of the last attempt is stale
    }
    attempts_[next_id] = next;
    return next_id;
}

/// How long to wait before the next attempt. Jitter as in Brooker, Exponential Backoff And Jitter (AWS, 2015).
double Requests::backoff_s(Retry& call, CallPlanId plan) {
    const RetryPolicy& retry = plan_.calls[plan].retry;
    Stream& luck = jitter_[plan];
    double wait_s = 0;
    switch (retry.backoff) {
        case BackoffLaw::none:
            return 0;
        case BackoffLaw::fixed:
            wait_s = retry.fixed_s.sample(luck);
            break;
        case BackoffLaw::exponential: {
            wait_s = retry.base_s;
            for (std::uint16_t i = 1; i < call.attempts && wait_s < retry.cap_s; ++i) {
                wait_s *= 2;
            }
            wait_s = std::min(wait_s, retry.cap_s);
            break;
        }
    }
    switch (retry.jitter) {
        case Jitter::none:
            break;
        case Jitter::full:
            wait_s *= luck.uniform();
            break;
        case Jitter::equal:
            wait_s = wait_s / 2 + wait_s / 2 * luck.uniform();
            break;
        case Jitter::decorrelated: {
            const double base_s = retry.backoff == BackoffLaw::exponential ? retry.base_s : wait_s;
            const double cap_s = retry.backoff == BackoffLaw::exponential ? retry.cap_s : 3 * wait_s;
            const double last_s = call.backoff_s > 0 ? call.backoff_s : base_s;
            wait_s = std::min(cap_s, base_s + (3 * last_s - base_s) * luck.uniform());
            break;
        }
    }
    call.backoff_s = wait_s;
    return wait_s;
}

void Requests::backoff_over(AttemptId id) {
    if (!caller_is_alive(attempts_[id])) {
        return settle(id, Outcome::timeout);  // nobody is there to care how it ended
    }
    ++retries_[attempts_[id].retry].attempts;
    send(id);
}

/// The call is over for good. Its caller goes on, if it still waits.
void Requests::settle(AttemptId id, Outcome outcome) {
    const Attempt attempt = attempts_[id];
    if (attempt.retry.exists()) {
        retries_.give_back(attempt.retry);
        attempts_[id].retry = RetryId::none();
    }
    give_up(id, caller_of(attempt));
    if (attempt.of_client) {
        return client_done(ClientId{attempt.parent}, outcome);
    }
    const AttemptId parent_id{attempt.parent};
    Attempt& parent = attempts_[parent_id];
    --parent.pending;
    if (parent.stage == Stage::calling) {
        return child_settled(parent_id, plan_.calls[attempt.plan], outcome);
    }
    release(parent_id);
}

/// The caller does not wait for this attempt any more. An answer that is on its way reaches nobody.
void Requests::give_up(AttemptId id, CallerId caller) {
    Attempt& attempt = attempts_[id];
    attempt.waits = false;
    attempt.of_client = false;
    attempt.parent = caller.value;
    if (attempt.stage == Stage::answered) {
        attempt.stage = Stage::absent;
        ++attempt.epoch;
    }
    release(id);
}

}  // namespace nines
