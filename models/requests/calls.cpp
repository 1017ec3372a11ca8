// Calls, the caller's side: choosing an instance, timeouts, retries with back-off, and what the caller makes of it.

#include <algorithm>

#include "models/requests/requests.hpp"

namespace nines {

MessageEnd Requests::caller_end(const Call& call) const {
    return {plan_.location_of_caller[call.caller], call.caller_instance};
}

double& Requests::budget_of(const Call& call) {
    return budgets_[call.caller.value * plan_.services.size() + plan_.calls[call.plan].service.value];
}

/// Whether whoever made the call is still there to try again. (That its endpoint has ended is no reason to stop.)
bool Requests::caller_is_alive(const Call& call) const {
    return !call.caller_instance.exists() || life_[call.caller_instance] == call.caller_life;
}

InstanceId Requests::choose_instance(CallId id) {
    const Call& call = calls_[id];
    const CallPlan& plan = plan_.calls[call.plan];
    const ServicePlan& service = plan_.services[plan.service];
    if (service.has_primary) {
        const bool read = plan_.endpoints[plan.endpoint].writes == 0;
        return service.reads_any && read
                   ? failover_.next_reader(plan.service, plan_.location_of_caller[call.caller], call.previous)
                   : failover_.primary(plan.service);
    }
    const std::uint32_t site = call.parent.exists() ? UINT32_MAX : site_for(call);
    return balancers_.choose(plan_.balancer(call.caller, plan.service), call.previous, site);
}

void Requests::attempt(CallId id) {
    Call& call = calls_[id];
    const CallPlan& plan = plan_.calls[call.plan];
    ++call.epoch;
    ++call.attempts;
    call.sent = now_;
    call.attempt_measured = measuring_;
    call.previous = call.instance;
    call.task = TaskId::none();
    if (call.attempts == 1 && plan.retry.budget) {
        double& budget = budget_of(call);
        budget = std::min(k_budget_burst, budget + *plan.retry.budget);
    }
    if (call.measured) {
        ++run_.demands[plan_.origins[OriginId{call.caller.value - static_cast<std::uint32_t>(plan_.groups.size())}]
                           .demand]
              .attempts;
    }
    if (call.attempt_measured) {
        ++run_.services[plan.service].offered;
    }
    call.instance = choose_instance(id);
    if (!call.instance.exists()) {
        // Through an event, so that instant failures never pile up on the stack.
        return schedule(now_, EventKind::answer_rejected, id.value, call.epoch);
    }
    const GroupId group = plan_.group_of[call.instance];
    if (call.attempt_measured) {
        ++run_.group_attempts[group].offered;
    }
    if (const BalancerId balancer = plan_.balancer(call.caller, plan.service); balancer.exists()) {
        balancers_.sent(balancer, call.instance);
    }
    arm_timeout(id);
    const MessageEnd from = caller_end(call);
    const MessageEnd to{plan_.groups[group].location, call.instance};
    network_.count_bytes(from.location, to.location, plan_.endpoints[plan.endpoint].request_bytes);
    network_.count_request(from.location, to.location);
    const auto delay = network_.send(from, to);
    if (!delay) {
        return;
    }
    const TaskId task_id = tasks_.take();
    Task& task = tasks_[task_id];
    task.birth = task.epoch;
    task.state = TaskState::travelling;
    task.call = id;
    task.call_epoch = call.epoch;
    task.caller = call.caller;
    task.caller_instance = call.caller_instance;
    task.instance = call.instance;
    task.endpoint = plan.endpoint;
    task.rank = call.rank;
    call.task = task_id;
    call.task_birth = task.birth;
    if (*delay == 0) {
        request_arrives(task_id);
    } else {
        schedule(later(now_, *delay), EventKind::request_arrives, task_id.value, task.epoch);
    }
}

/// The attempt's own clock, cut short by the deadline of the call.
void Requests::arm_timeout(CallId id) {
    const Call& call = calls_[id];
    const CallPlan& plan = plan_.calls[call.plan];
    if (call.deadline != k_never && later(now_, plan.timeout) > call.deadline) {
        schedule(call.deadline, EventKind::attempt_times_out, id.value, call.epoch);
    } else if (plan.timeout != k_never) {
        events_.schedule_in(timeout_lane_[call.plan], now_, static_cast<std::uint16_t>(EventKind::attempt_times_out),
                            id.value, call.epoch);
    }
}

void Requests::answer_arrives(CallId call, Outcome outcome) {
    attempt_ended(call, outcome);
}

void Requests::attempt_times_out(CallId id) {
    const Call& call = calls_[id];
    const TaskId task = call.task;
    if (plan_.calls[call.plan].cancel && task.exists() && tasks_[task].birth == call.task_birth &&
        tasks_[task].state != TaskState::free) {
        drop_task(task);
    }
    attempt_ended(id, Outcome::timeout);
}

void Requests::attempt_ended(CallId id, Outcome outcome) {
    Call& call = calls_[id];
    const CallPlan& plan = plan_.calls[call.plan];
    ++call.epoch;
    const BalancerId balancer = plan_.balancer(call.caller, plan.service);
    if (call.instance.exists() && balancer.exists()) {
        balancers_.left(balancer, call.instance);
    }
    if (call.attempt_measured) {
        const auto count = [&](ScopeTally& tally) {
            ++tally.ended[static_cast<std::size_t>(outcome)];
            (is_ok(outcome) ? tally.ok_latency : tally.other_latency).add(now_ - call.sent);
        };
        count(run_.services[plan.service]);
        if (call.instance.exists()) {
            count(run_.group_attempts[plan_.group_of[call.instance]]);
        }
    }
    if (!may_retry(id, outcome)) {
        return settle(id, outcome);
    }
    const Nanoseconds again = later(now_, to_ns(backoff_s(call, plan)));
    if (again >= call.deadline) {
        return settle(id, outcome);  // it ends as its last attempt did
    }
    schedule(again, EventKind::backoff_over, id.value, call.epoch);
}

bool Requests::may_retry(CallId id, Outcome outcome) {
    const Call& call = calls_[id];
    const RetryPolicy& retry = plan_.calls[call.plan].retry;
    if (is_ok(outcome) || outcome == Outcome::abandoned || call.attempts >= retry.attempts || now_ >= call.deadline ||
        !caller_is_alive(call)) {
        return false;
    }
    if (retry.budget) {
        double& budget = budget_of(call);
        constexpr double k_whole_token = 1 - 1e-9;  // tenths do not add up to one exactly
        if (budget < k_whole_token) {
            return false;
        }
        budget -= 1;
    }
    return true;
}

/// How long to wait before the next attempt. Jitter as in Brooker, Exponential Backoff And Jitter (AWS, 2015).
double Requests::backoff_s(Call& call, const CallPlan& plan) {
    const RetryPolicy& retry = plan.retry;
    Stream& luck = jitter_[call.plan];
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

void Requests::backoff_over(CallId id) {
    if (!caller_is_alive(calls_[id])) {
        return settle(id, Outcome::timeout);  // nobody is there to care how it ended
    }
    attempt(id);
}

/// The call is over for good. Its caller goes on, if it still waits.
void Requests::settle(CallId id, Outcome outcome) {
    const Call call = calls_[id];
    if (!call.parent.exists()) {
        client_done(id, outcome);
        return calls_.give_back(id);
    }
    calls_.give_back(id);
    const Task& parent = tasks_[call.parent];
    if (parent.state == TaskState::calling && parent.birth == call.parent_birth) {
        child_settled(call.parent, plan_.calls[call.plan], outcome);
    }
}

}  // namespace nines
