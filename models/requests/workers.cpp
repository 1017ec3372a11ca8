// Workers and queues: who works, who waits, and in which order.

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/requests/requests.hpp"

namespace nines {

/// Workers left to an instance. A share is spread over the instances that the fault covers so that the whole comes out
/// right, rounded half up, even where each has one worker (half of four single workers: two are without).
std::uint32_t Requests::workers_left(InstanceId instance) const {
    const std::uint32_t workers = serving(instance).workers;
    const double share = state_.condition[instance].capacity;
    if (share >= 1 || workers == k_unlimited) {
        return workers;
    }
    const std::uint32_t before = state_.capacity_rank[instance];
    const double each = share * workers;
    constexpr double k_half_up = 0.5 + 1e-9;
    return static_cast<std::uint32_t>(std::floor(each * (before + 1) + k_half_up) -
                                      std::floor(each * before + k_half_up));
}

InstanceId Requests::free_in_group(GroupId id) const {
    const GroupPlan& group = plan_.groups[id];
    for (std::uint32_t i = 0; i < group.instances.count; ++i) {
        if (state_.takes_requests(group.instances[i]) && has_free_worker(group.instances[i])) {
            return group.instances[i];
        }
    }
    return InstanceId::none();
}

/// A worker of the instance is free again, and whoever waits may have it.
void Requests::release_worker(InstanceId instance) {
    set_busy(instance, seats_[instance].busy - 1);
    worker_free_at(instance);
}

/// Whoever has waited longest (or ranks first) starts, as long as there are workers. One that starts may end or step
/// aside at once and so free a worker again: such instances are put on a list, not on the stack.
void Requests::worker_free_at(InstanceId instance) {
    if (starting_waiting_) {
        return freed_.push_back(instance);
    }
    if (queue_of(instance).size == 0) {
        return;
    }
    freed_.push_back(instance);
    starting_waiting_ = true;
    while (!freed_.empty()) {
        const InstanceId next = freed_.back();
        freed_.pop_back();
        start_waiting(next);
    }
    starting_waiting_ = false;
}

/// With one queue for a group another instance may serve an attempt than it was sent to: its caller counts it there.
void Requests::move_to(AttemptId id, InstanceId instance) {
    Attempt& attempt = attempts_[id];
    if (attempt.instance == instance) {
        return;
    }
    const BalancerId balancer =
        attempt.in_flight ? plan_.balancer(caller_of(attempt), service_of(instance)) : BalancerId::none();
    if (balancer.exists()) {
        balancers_.left(balancer, attempt.instance);
        balancers_.sent(balancer, instance);
    }
    const InstanceId before = attempt.instance;
    attempt.instance = instance;
    --seats_[before].inside;
    ++seats_[instance].inside;
    came_nearer_to_drained(before);
}

/// One that drains finishes what waits in its own queue, and takes nothing more from its group's.
void Requests::start_waiting(InstanceId instance) {
    const bool of_group = serving(instance).queue_of == QueueOf::group;
    while ((of_group ? state_.takes_requests(instance) : state_.is_up(instance)) && has_free_worker(instance)) {
        const AttemptId next = next_waiting(instance);
        if (!next.exists()) {
            return;
        }
        stop_waiting(next);
        move_to(next, instance);
        take_worker(next);
        resume(next);
    }
}

/// A worker at once where one is free (or can be taken from a lower rank), else a place in the queue.
void Requests::wait_for_worker(AttemptId id) {
    Attempt& attempt = attempts_[id];
    // Nobody overtakes those who wait already for a worker that has just come free.
    const InstanceId free = queue_of(attempt.instance).size == 0 ? free_instance(attempt.instance) : InstanceId::none();
    if (free.exists()) {
        move_to(id, free);
        take_worker(id);
        return resume(id);
    }
    const ServingPlan& service = serving(attempt.instance);
    if (service.discipline == Discipline::preemptive) {
        if (const AttemptId victim = preemptible(attempt.instance, attempt.rank); victim.exists()) {
            preempt(victim);
            take_worker(id);
            return resume(id);
        }
    }
    enqueue(id, false);
    if (service.has_patience && !attempts_[id].begun) {
        const double patience_s =
            plan_.services[service.service].patience_s->sample(patience_streams_[plan_.group_of[attempt.instance]]);
        schedule(later(now_, to_ns(patience_s)), EventKind::patience_over, id.value, attempt.epoch);
    }
}

void Requests::enqueue(AttemptId id, bool at_front) {
    Attempt& attempt = attempts_[id];
    attempt.stage = Stage::queued;
    attempt.since = now_;
    ++attempt.epoch;
    auto& [head, tail, size] = queue_of(attempt);
    attempt.next = at_front ? head : AttemptId::none();
    attempt.previous = at_front ? AttemptId::none() : tail;
    if (!head.exists()) {
        head = tail = id;
    } else if (at_front) {
        attempts_[head].previous = id;
        head = id;
    } else {
        attempts_[tail].next = id;
        tail = id;
    }
    ++queue_of(attempt.instance).size;
    accountant_.waiting_changed(plan_.group_of[attempt.instance], 1, now_);
}

void Requests::unlink(AttemptId id) {
    Attempt& attempt = attempts_[id];
    Queue& queue = queue_of(attempt);
    (attempt.previous.exists() ? attempts_[attempt.previous].next : queue.head) = attempt.next;
    (attempt.next.exists() ? attempts_[attempt.next].previous : queue.tail) = attempt.previous;
    attempt.next = attempt.previous = AttemptId::none();
    --queue_of(attempt.instance).size;
}

/// Out of the queue, for whatever reason; its wait counts.
void Requests::stop_waiting(AttemptId id) {
    unlink(id);
    const Attempt& attempt = attempts_[id];
    const GroupId group = plan_.group_of[attempt.instance];
    accountant_.waiting_changed(group, -1, now_);
    if (attempt.admitted_measured) {
        accountant_.waited(group, attempt.since, now_);
    }
}

AttemptId Requests::next_waiting(InstanceId instance) {
    const std::uint32_t first = seats_[instance].queue;
    if (queues_[first].size == 0) {
        return AttemptId::none();
    }
    const Discipline discipline = serving(instance).discipline;
    std::uint32_t rank = first;
    while (!queues_[rank].head.exists()) {
        ++rank;  // somebody waits: a rank has them
    }
    return discipline == Discipline::lifo ? queues_[rank].tail : queues_[rank].head;
}

void Requests::patience_over(AttemptId id) {
    const Attempt& attempt = attempts_[id];
    assert(attempt.stage == Stage::queued && "patience is void once service has begun");
    stop_waiting(id);
    const InstanceId instance = attempt.instance;
    answer(id, Outcome::abandoned);
    went_out(instance);
}

// --- preemption ---------------------------------------------------------------------------------------------------

/// The attempt at work that ranks lowest, and below `rank`; among equals the one that came last.
AttemptId Requests::preemptible(InstanceId instance, std::uint8_t rank) {
    AttemptId worst = AttemptId::none();
    for (const AttemptId id : working_at(instance)) {
        if (attempts_[id].rank > rank && (!worst.exists() || attempts_[id].rank >= attempts_[worst].rank)) {
            worst = id;
        }
    }
    return worst;
}

/// Back to the head of its rank's queue, with what it has left to do.
void Requests::preempt(AttemptId id) {
    Attempt& attempt = attempts_[id];
    std::erase(working_at(attempt.instance), id);
    if (work_left_.size() <= id.value) {
        work_left_.resize(2 * (id.value + std::size_t{1}));
    }
    work_left_[id.value] = attempt.since - now_;
    attempt.preempted = true;
    attempt.holds_worker = false;
    meter_rests(id);
    set_busy(attempt.instance, seats_[attempt.instance].busy - 1);
    enqueue(id, true);
}

// --- processor sharing --------------------------------------------------------------------------------------------
// All at work get the same rate; an attempt is done when the work attained since it came equals what it needs.

void Requests::share_advance(InstanceId instance) {
    Sharing& sharing = sharing_of(instance);
    sharing.attained += to_seconds(now_ - sharing.since) * sharing.rate;
    sharing.since = now_;
}

void Requests::share_reschedule(InstanceId instance) {
    Sharing& sharing = sharing_of(instance);
    const auto active = static_cast<std::uint32_t>(sharing.heap.size());
    const std::uint32_t workers = workers_of(instance);
    const std::uint32_t busy = std::min(active, workers);
    sharing.rate = active == 0 ? 0 : static_cast<double>(busy) / active;
    set_busy(instance, busy);
    ++sharing.departure;
    if (active == 0) {
        sharing.attained = 0;
    } else if (sharing.rate > 0) {
        const double left_s = std::max(0.0, sharing.heap.front().until - sharing.attained) / sharing.rate;
        schedule(later(now_, to_ns(left_s)), EventKind::sharing_departure, instance.value, sharing.departure);
    }
}

void Requests::share_begin(AttemptId id, double work_s) {
    const InstanceId instance = attempts_[id].instance;
    share_advance(instance);
    Sharing& sharing = sharing_of(instance);
    sharing.heap.push_back({sharing.attained + work_s, id});
    std::push_heap(sharing.heap.begin(), sharing.heap.end(), std::greater<>{});
    share_reschedule(instance);
}

void Requests::share_end(AttemptId id) {
    const InstanceId instance = attempts_[id].instance;
    share_advance(instance);
    Sharing& sharing = sharing_of(instance);
    std::erase_if(sharing.heap, [&](const Sharing::Entry& entry) { return entry.attempt == id; });
    std::make_heap(sharing.heap.begin(), sharing.heap.end(), std::greater<>{});
    share_reschedule(instance);
}

void Requests::sharing_departure(InstanceId instance, std::uint32_t epoch) {
    Sharing& sharing = sharing_of(instance);
    if (sharing.departure != epoch) {
        return;
    }
    share_advance(instance);
    const AttemptId done = sharing.heap.front().attempt;
    std::pop_heap(sharing.heap.begin(), sharing.heap.end(), std::greater<>{});
    sharing.heap.pop_back();
    share_reschedule(instance);
    ++attempts_[done].step;
    go_on(done);
}

}  // namespace nines
