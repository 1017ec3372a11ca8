// Serving, the callee's side: an attempt arrives, is refused or admitted, walks the steps of its endpoint, answers.

#include <algorithm>
#include <cassert>

#include "models/requests/requests.hpp"

namespace nines {

void Requests::request_arrives(AttemptId id) {
    Attempt& attempt = attempts_[id];
    const InstanceId instance = attempt.instance;
    if (state_.away[instance].silent > 0) {
        attempt.stage = Stage::absent;  // nobody is there to say anything
        release(id);
        return came_nearer_to_drained(instance);
    }
    if (const auto refused = refusal(id)) {
        answer(id, *refused);
        return came_nearer_to_drained(instance);
    }
    admit(id);
}

/// Why the attempt is answered without work, if it is: crashed, too few up, not the primary, over a limit, a
/// fault's error, no room.
std::optional<Outcome> Requests::refusal(AttemptId id) {
    const Attempt& attempt = attempts_[id];
    const InstanceId instance = attempt.instance;
    const ServingPlan& service = serving(instance);
    if (state_.away[instance].crashed > 0 || state_.up_count[service.service] < service.needs ||
        (service.scales && !state_.is_here(instance))) {
        return Outcome::rejected;
    }
    if (service.has_primary) {
        const bool read = plan_.calls[attempt.plan].writes == 0;
        const Role role = failover_.role(instance);
        const bool serves = role == Role::primary || (role == Role::copy && read && service.reads_any);
        if (!serves) {
            return Outcome::rejected;
        }
    }
    if (service.may_be_limited && !limits_.take(caller_of(attempt), plan_.group_of[instance], now_)) {
        run_.groups[plan_.group_of[instance]].throttled += attempt.measured ? 1 : 0;
        return Outcome::rejected;
    }
    if (!state_.work_effects.empty() &&
        error_streams_[plan_.group_of[instance]].chance(state_.condition[instance].errors)) {
        return Outcome::error;
    }
    if (service.queue_limit == k_unlimited || free_instance(instance).exists()) {
        return std::nullopt;
    }
    if (service.discipline == Discipline::sharing) {
        const std::size_t inside = sharing_of(instance).heap.size();
        const std::uint32_t workers = workers_of(instance);
        return inside >= workers && inside - workers >= service.queue_limit ? std::optional(Outcome::rejected)
                                                                            : std::nullopt;
    }
    if (service.discipline == Discipline::preemptive && preemptible(instance, attempt.rank).exists()) {
        return std::nullopt;
    }
    return queue_of(instance).size >= service.queue_limit ? std::optional(Outcome::rejected) : std::nullopt;
}

void Requests::admit(AttemptId id) {
    Attempt& attempt = attempts_[id];
    const GroupId group = plan_.group_of[attempt.instance];
    went_in(attempt.instance);
    attempt.admitted_measured = measuring_;
    if (measuring_) {
        ++run_.groups[group].admitted;
        if (attempt.of_attacker) {
            ++run_.attack->groups[group].admitted;
        }
    }
    if (shares(attempt.instance)) {
        attempt.stage = Stage::working;
        meter_starts(id);
        return go_on(id);
    }
    wait_for_worker(id);
}

/// A worker is there: the attempt begins, or goes on where it was.
void Requests::resume(AttemptId id) {
    Attempt& attempt = attempts_[id];
    attempt.stage = Stage::working;
    ++attempt.epoch;  // its patience does not matter any more
    attempt.begun = true;
    if (attempt.preempted) {
        attempt.preempted = false;
        attempt.since = later(now_, work_left_[id.value]);
        working_at(attempt.instance).push_back(id);
        return schedule(attempt.since, EventKind::work_done, id.value, attempt.epoch);
    }
    go_on(id);
}

void Requests::go_on(AttemptId id) {
    for (;;) {
        const Attempt& attempt = attempts_[id];
        const Range<StepId> steps = plan_.calls[attempt.plan].steps;
        if (attempt.step == steps.count) {
            return end_of_steps(id);
        }
        if (!do_step(id, plan_.steps[steps[attempt.step]])) {
            return;
        }
    }
}

/// Does one step, or begins it. True: it is over already, and the next may follow.
bool Requests::do_step(AttemptId id, const StepPlan& step) {
    Attempt& attempt = attempts_[id];
    const GroupId group = plan_.group_of[attempt.instance];
    const ServingPlan& service = plan_.serving[group];
    const Range<StepId> steps = plan_.calls[attempt.plan].steps;
    const std::uint32_t number = steps.first.value + attempt.step - service.first_step.value;
    BlockStream& luck = work_streams_[first_work_stream_[group] + number];
    switch (step.kind) {
        case StepKind::work:
            if (!attempt.holds_worker && service.discipline != Discipline::sharing) {
                wait_for_worker(id);
                return false;
            }
            start_work(id, step.work_s.sample(luck) * slow_of(attempt.instance));
            return false;
        case StepKind::call:
        case StepKind::parallel:
            start_calls(id, step);
            return false;
        case StepKind::cache:
            if (luck.chance(step.hit)) {
                attempt.step = static_cast<std::uint16_t>(steps.count);
            } else {
                ++attempt.step;
            }
            return true;
    }
    return true;
}

void Requests::start_work(AttemptId id, double work_s) {
    Attempt& attempt = attempts_[id];
    attempt.stage = Stage::working;
    const Discipline discipline = serving(attempt.instance).discipline;
    if (discipline == Discipline::sharing) {
        return share_begin(id, work_s);
    }
    const Nanoseconds done = later(now_, to_ns(work_s));
    if (discipline == Discipline::preemptive) {
        attempt.since = done;
        working_at(attempt.instance).push_back(id);
    }
    schedule(done, EventKind::work_done, id.value, attempt.epoch);
}

void Requests::work_done(AttemptId id) {
    Attempt& attempt = attempts_[id];
    if (is_preemptive(attempt.instance)) {
        std::erase(working_at(attempt.instance), id);
    }
    ++attempt.step;
    go_on(id);
}

void Requests::start_calls(AttemptId id, const StepPlan& step) {
    {
        Attempt& attempt = attempts_[id];
        attempt.stage = Stage::calling;
        attempt.pending = static_cast<std::uint16_t>(step.calls.count);
        if (attempt.holds_worker && serving(attempt.instance).async) {
            attempt.holds_worker = false;
            meter_rests(id);
            release_worker(attempt.instance);
        }
    }
    const std::uint8_t rank = attempts_[id].rank;
    for (std::uint32_t i = 0; i < step.calls.count; ++i) {
        const std::int32_t priority = plan_.calls[step.calls[i]].priority;
        send(new_call(step.calls[i], id.value, false, priority >= 0 ? static_cast<std::uint8_t>(priority) : rank));
    }
}

/// One of the attempt's own calls is over; `pending` says how many are left.
void Requests::child_settled(AttemptId id, const CallPlan& plan, Outcome outcome) {
    Attempt& attempt = attempts_[id];
    if (!is_ok(outcome) && !plan.optional) {
        return finish_serving(id, Outcome::error);  // branches still open run on without it
    }
    attempt.degraded = attempt.degraded || outcome != Outcome::ok;
    if (attempt.pending == 0) {
        ++attempt.step;
        go_on(id);
    }
}

void Requests::end_of_steps(AttemptId id) {
    Attempt& attempt = attempts_[id];
    if (plan_.calls[attempt.plan].writes > 0 && failover_.has_sync_copies(service_of(attempt.instance))) {
        attempt.stage = Stage::committing;
        ++attempt.epoch;
        return schedule(later(now_, commit_delay(id)), EventKind::committed, id.value, attempt.epoch);
    }
    finish_serving(id, Outcome::ok);
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
            return later(waited, later(out->delay, back->delay));
        }
        waited += resend_after;
        resend_after *= 2;
    }
    return waited;
}

/// A sync write waits for a round trip to each copy; for a lost copy until its loss is detected.
Nanoseconds Requests::commit_delay(AttemptId id) {
    const InstanceId primary = attempts_[id].instance;
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

void Requests::finish_serving(AttemptId id, Outcome outcome) {
    Attempt& attempt = attempts_[id];
    const InstanceId instance = attempt.instance;
    const GroupId group = plan_.group_of[instance];
    if (outcome == Outcome::ok) {
        const double errors_after = state_.work_effects.empty() ? 0 : state_.condition[instance].errors_after;
        const std::uint32_t writes = plan_.calls[attempt.plan].writes;
        if (errors_after > 0 && error_streams_[group].chance(errors_after)) {
            outcome = Outcome::error;
        } else if (writes > 0) {
            failover_.acknowledged(plan_.serving[group].service, writes, now_);
        }
        if (outcome == Outcome::ok && attempt.degraded) {
            outcome = Outcome::degraded;
        }
    }
    const bool held = attempt.holds_worker;
    attempt.holds_worker = false;
    meter_ends(id);
    answer(id, outcome);
    if (held) {
        release_worker(instance);
    }
    went_out(instance);
}

/// The answer goes back to the caller. Only a good one carries the body; bytes are paid even if nobody waits any more.
void Requests::answer(AttemptId id, Outcome outcome) {
    Attempt& attempt = attempts_[id];
    attempt.stage = Stage::absent;
    ++attempt.epoch;
    const LocationId here = serving(attempt.instance).location;
    const LocationId there = plan_.location_of_caller[caller_of(attempt)];
    if (is_ok(outcome)) {
        const CallPlan& call = plan_.calls[attempt.plan];
        network_.count(here, there, call.response_bytes, 0, call.crosses_zones_free);
        if (attempt.of_attacker) {
            network_.count_attack(here, there, call.response_bytes, 0, call.crosses_zones_free);
        }
    }
    if (!attempt.waits) {
        return release(id);
    }
    if (const auto sent = network_.send({here, attempt.instance}, {there, instance_of_caller(attempt)})) {
        attempt.stage = Stage::answered;
        const auto kind = static_cast<EventKind>(static_cast<std::uint16_t>(EventKind::answer_ok) +
                                                 static_cast<std::uint16_t>(outcome));
        deliver(*sent, kind, id.value, attempt.epoch);
    }
}

/// Takes an attempt out of its instance, wherever it stands there. True: it held a worker, which is still to be freed.
bool Requests::leave(AttemptId id) {
    Attempt& attempt = attempts_[id];
    const InstanceId instance = attempt.instance;
    if (attempt.stage == Stage::queued) {
        stop_waiting(id);
    } else if (attempt.stage == Stage::working && shares(instance)) {
        share_end(id);
    } else if (attempt.stage == Stage::working && is_preemptive(instance)) {
        std::erase(working_at(instance), id);
    }
    const bool was_inside = attempt.stage != Stage::travelling;
    attempt.stage = Stage::absent;
    ++attempt.epoch;
    const bool held = attempt.holds_worker;
    attempt.holds_worker = false;
    meter_ends(id);
    was_inside ? went_out(instance) : came_nearer_to_drained(instance);
    return held;
}

/// Takes an attempt out without an answer: cancelled by its caller, or lost with its instance.
void Requests::drop(AttemptId id) {
    const InstanceId instance = attempts_[id].instance;
    const bool held = leave(id);
    release(id);
    if (held) {
        release_worker(instance);
    }
}

}  // namespace nines
