// Serving, the callee's side: an attempt arrives, is refused or admitted, walks the steps of its endpoint, answers.

#include <algorithm>
#include <cassert>

#include "models/requests/requests.hpp"

namespace nines {

void Requests::request_arrives(TaskId id) {
    Task& task = tasks_[id];
    if (state_.silent[task.instance] > 0) {
        return tasks_.give_back(id);  // nobody is there to say anything
    }
    task.arrived = now_;
    if (const auto refused = refusal(id)) {
        send_answer(id, *refused);
        return tasks_.give_back(id);
    }
    admit(id);
}

/// Why the attempt is answered without work, if it is: crashed, too few up, not the primary, a fault's error, no room.
std::optional<Outcome> Requests::refusal(TaskId id) {
    const Task& task = tasks_[id];
    const InstanceId instance = task.instance;
    const ServiceId service_id = service_of(instance);
    const ServicePlan& service = plan_.services[service_id];
    if (state_.crashed[instance] > 0 || state_.up_count[service_id] < service.needs) {
        return Outcome::rejected;
    }
    if (service.has_primary) {
        const bool read = plan_.endpoints[task.endpoint].writes == 0;
        const Role role = failover_.role(instance);
        const bool serves = role == Role::primary || (role == Role::copy && read && service.reads_any);
        if (!serves) {
            return Outcome::rejected;
        }
    }
    const Condition& condition = state_.condition[instance];
    if (condition.errors > 0 && error_streams_[plan_.group_of[instance]].chance(condition.errors)) {
        return Outcome::error;
    }
    if (service.queue_limit == k_unlimited || free_instance(instance).exists()) {
        return std::nullopt;
    }
    if (service.discipline == Discipline::sharing) {
        const std::size_t inside = sharings_[sharing_index_[instance]].heap.size();
        const std::uint32_t workers = workers_of(instance);
        return inside >= workers && inside - workers >= service.queue_limit ? std::optional(Outcome::rejected)
                                                                            : std::nullopt;
    }
    if (service.discipline == Discipline::preemptive && preemptible(instance, task.rank).exists()) {
        return std::nullopt;
    }
    return queue_of(instance).size >= service.queue_limit ? std::optional(Outcome::rejected) : std::nullopt;
}

void Requests::admit(TaskId id) {
    Task& task = tasks_[id];
    const GroupId group = plan_.group_of[task.instance];
    accountant_.entered(group, now_);
    task.admitted_measured = measuring_;
    if (measuring_) {
        ++run_.groups[group].admitted;
    }
    if (shares(task.instance)) {
        task.state = TaskState::working;
        return go_on(id);
    }
    wait_for_worker(id);
}

/// A worker is there: the attempt begins, or goes on where it was.
void Requests::resume(TaskId id) {
    Task& task = tasks_[id];
    task.state = TaskState::working;
    ++task.epoch;  // its patience does not matter any more
    task.begun = true;
    if (task.work_left >= 0) {
        const Nanoseconds left = task.work_left;
        task.work_left = -1;
        task.since = later(now_, left);
        working_[task.instance].push_back(id);
        return schedule(task.since, EventKind::work_done, id.value, task.epoch);
    }
    go_on(id);
}

void Requests::go_on(TaskId id) {
    for (;;) {
        const Task& task = tasks_[id];
        const Range<StepId> steps = plan_.endpoints[task.endpoint].steps;
        if (task.step == steps.count) {
            return end_of_steps(id);
        }
        if (!do_step(id, plan_.steps[steps[task.step]])) {
            return;
        }
    }
}

/// Does one step, or begins it. True: it is over already, and the next may follow.
bool Requests::do_step(TaskId id, const StepPlan& step) {
    Task& task = tasks_[id];
    const GroupId group = plan_.group_of[task.instance];
    const ServicePlan& service = plan_.services[plan_.groups[group].service];
    const std::uint32_t number =
        plan_.endpoints[task.endpoint].steps.first.value + task.step - service.steps.first.value;
    Stream& luck = work_streams_[first_work_stream_[group] + number];
    switch (step.kind) {
        case StepKind::work:
            if (!task.holds_worker && service.discipline != Discipline::sharing) {
                wait_for_worker(id);
                return false;
            }
            start_work(id, step.work_s.sample(luck) * state_.condition[task.instance].slow);
            return false;
        case StepKind::call:
        case StepKind::parallel:
            start_calls(id, step);
            return false;
        case StepKind::cache:
            if (luck.chance(step.hit)) {
                task.step = static_cast<std::uint16_t>(plan_.endpoints[task.endpoint].steps.count);
            } else {
                ++task.step;
            }
            return true;
    }
    return true;
}

void Requests::start_work(TaskId id, double work_s) {
    Task& task = tasks_[id];
    task.state = TaskState::working;
    if (shares(task.instance)) {
        return share_begin(id, work_s);
    }
    task.since = later(now_, to_ns(work_s));
    if (plan_.services[service_of(task.instance)].discipline == Discipline::preemptive) {
        working_[task.instance].push_back(id);
    }
    schedule(task.since, EventKind::work_done, id.value, task.epoch);
}

void Requests::work_done(TaskId id) {
    Task& task = tasks_[id];
    std::erase(working_[task.instance], id);
    ++task.step;
    go_on(id);
}

void Requests::start_calls(TaskId id, const StepPlan& step) {
    {
        Task& task = tasks_[id];
        task.state = TaskState::calling;
        task.pending = static_cast<std::uint16_t>(step.calls.count);
        if (plan_.services[service_of(task.instance)].async && task.holds_worker) {
            give_worker(id);
        }
    }
    for (std::uint32_t i = 0; i < step.calls.count; ++i) {
        const CallId call_id = calls_.take();
        const Task& task = tasks_[id];
        Call& call = calls_[call_id];
        call.plan = step.calls[i];
        const CallPlan& plan = plan_.calls[call.plan];
        call.wanted = now_;
        call.deadline = plan.deadline == k_never ? k_never : later(now_, plan.deadline);
        call.caller = plan_.caller_of(plan_.group_of[task.instance]);
        call.caller_instance = task.instance;
        call.caller_life = life_[task.instance];
        call.parent = id;
        call.parent_birth = task.birth;
        call.rank = plan.priority >= 0 ? static_cast<std::uint8_t>(plan.priority) : task.rank;
        attempt(call_id);
    }
}

void Requests::child_settled(TaskId id, const CallPlan& plan, Outcome outcome) {
    Task& task = tasks_[id];
    if (!is_ok(outcome)) {
        if (!plan.optional) {
            return finish_task(id, Outcome::error);  // branches still open run on without it
        }
        task.degraded = true;
    }
    task.degraded = task.degraded || outcome == Outcome::degraded;
    --task.pending;
    if (task.pending == 0) {
        ++task.step;
        go_on(id);
    }
}

void Requests::end_of_steps(TaskId id) {
    Task& task = tasks_[id];
    if (plan_.endpoints[task.endpoint].writes > 0 && failover_.has_sync_copies(service_of(task.instance))) {
        task.state = TaskState::committing;
        ++task.epoch;
        return schedule(later(now_, commit_delay(id)), EventKind::committed, id.value, task.epoch);
    }
    finish_task(id, Outcome::ok);
}

/// A round trip over a connection that sends a lost message again, after a wait that doubles (TCP: RFC 6298; Linux
/// begins at 200 ms). After ten times nobody waits any longer.
Nanoseconds Requests::round_trip_with_resending(const MessageEnd& here, const MessageEnd& there) {
    Nanoseconds waited = 0;
    Nanoseconds resend_after = 200'000'000;
    for (int i = 0; i < 10; ++i) {
        const auto out = network_.send(here, there);
        const auto back = network_.send(there, here);
        if (out && back) {
            return waited + *out + *back;
        }
        waited += resend_after;
        resend_after *= 2;
    }
    return waited;
}

/// A sync write waits for a round trip to each copy; for a lost copy until its loss is detected.
Nanoseconds Requests::commit_delay(TaskId id) {
    const InstanceId primary = tasks_[id].instance;
    const ServiceId service = service_of(primary);
    const MessageEnd here{plan_.groups[plan_.group_of[primary]].location, primary};
    Nanoseconds longest = 0;
    failover_.for_each_sync_copy(service, [&](const Failover::SyncCopy& copy) {
        if (copy.lost_until != k_never) {
            longest = std::max({longest, copy.lost_until - now_, Nanoseconds{0}});
            return;
        }
        const MessageEnd there{plan_.groups[plan_.group_of[copy.instance]].location, copy.instance};
        longest = std::max(longest, round_trip_with_resending(here, there));
    });
    return longest;
}

void Requests::committed(TaskId id) {
    finish_task(id, Outcome::ok);
}

void Requests::finish_task(TaskId id, Outcome outcome) {
    Task& task = tasks_[id];
    const InstanceId instance = task.instance;
    const GroupId group = plan_.group_of[instance];
    const double errors_after = state_.condition[instance].errors_after;
    if (outcome == Outcome::ok && errors_after > 0 && error_streams_[group].chance(errors_after)) {
        outcome = Outcome::error;
    }
    if (outcome == Outcome::ok && plan_.endpoints[task.endpoint].writes > 0) {
        failover_.acknowledged(service_of(instance), plan_.endpoints[task.endpoint].writes, now_);
    }
    if (outcome == Outcome::ok && task.degraded) {
        outcome = Outcome::degraded;
    }
    accountant_.left(group, task.arrived, now_);
    send_answer(id, outcome);
    const bool held = task.holds_worker;
    tasks_.give_back(id);
    if (held) {
        release_worker(instance);
    }
}

/// The answer goes back to the caller. Only a good one carries the body; bytes are paid even if nobody waits any more.
void Requests::send_answer(TaskId id, Outcome outcome) {
    const Task& task = tasks_[id];
    const MessageEnd from{plan_.groups[plan_.group_of[task.instance]].location, task.instance};
    const MessageEnd to{plan_.location_of_caller[task.caller], task.caller_instance};
    if (is_ok(outcome)) {
        network_.count_bytes(from.location, to.location, plan_.endpoints[task.endpoint].response_bytes);
    }
    const auto delay = network_.send(from, to);
    if (delay && calls_[task.call].epoch == task.call_epoch) {
        const auto kind = static_cast<EventKind>(static_cast<std::uint16_t>(EventKind::answer_ok) +
                                                 static_cast<std::uint16_t>(outcome));
        schedule(later(now_, *delay), kind, task.call.value, task.call_epoch);
    }
}

/// Takes a task out without an answer: cancelled by its caller, or lost with its instance.
void Requests::drop_task(TaskId id) {
    Task& task = tasks_[id];
    const InstanceId instance = task.instance;
    if (task.state == TaskState::travelling) {
        return tasks_.give_back(id);
    }
    if (task.state == TaskState::queued) {
        stop_waiting(id);
    }
    if (task.state == TaskState::working && shares(instance)) {
        share_end(id);
    }
    std::erase(working_[instance], id);
    accountant_.left(plan_.group_of[instance], task.arrived, now_);
    const bool held = task.holds_worker;
    tasks_.give_back(id);
    if (held) {
        release_worker(instance);
    }
}

}  // namespace nines
