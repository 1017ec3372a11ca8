// Workers and queues: who works, who waits, and in which order.

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/requests/requests.hpp"

namespace nines {

/// Workers left to an instance. A share is spread over the instances that the fault covers so that the whole comes out
/// right, rounded half up, even where each has one worker (half of four single workers: two are without).
std::uint32_t Requests::workers_of(InstanceId instance) const {
    const std::uint32_t workers = plan_.services[service_of(instance)].workers;
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

Requests::Queue& Requests::queue_of(InstanceId instance) {
    return queues_[queue_index_[instance]];
}

/// The instance itself where it has a free worker; with a queue of the group, any of the group that has.
InstanceId Requests::free_instance(InstanceId instance) const {
    if (has_free_worker(instance)) {
        return instance;
    }
    const GroupPlan& group = plan_.groups[plan_.group_of[instance]];
    if (plan_.services[group.service].queue_of == QueueOf::group) {
        for (std::uint32_t i = 0; i < group.instances.count; ++i) {
            if (state_.is_up(group.instances[i]) && has_free_worker(group.instances[i])) {
                return group.instances[i];
            }
        }
    }
    return InstanceId::none();
}

void Requests::take_worker(TaskId id) {
    Task& task = tasks_[id];
    assert(!task.holds_worker && "an attempt holds one worker");
    task.holds_worker = true;
    ++busy_[task.instance];
    accountant_.set_busy(task.instance, busy_[task.instance], now_);
}

void Requests::give_worker(TaskId id) {
    Task& task = tasks_[id];
    const InstanceId instance = task.instance;
    task.holds_worker = false;
    release_worker(instance);
}

/// A worker of the instance is free again, and whoever waits may have it.
void Requests::release_worker(InstanceId instance) {
    --busy_[instance];
    accountant_.set_busy(instance, busy_[instance], now_);
    worker_free_at(instance);
}

/// Whoever has waited longest (or ranks first) starts, as long as there are workers. One that starts may end or step
/// aside at once and so free a worker again: such instances are put on a list, not on the stack.
void Requests::worker_free_at(InstanceId instance) {
    freed_.push_back(instance);
    if (starting_waiting_) {
        return;
    }
    starting_waiting_ = true;
    while (!freed_.empty()) {
        const InstanceId next = freed_.back();
        freed_.pop_back();
        start_waiting(next);
    }
    starting_waiting_ = false;
}

void Requests::start_waiting(InstanceId instance) {
    while (state_.is_up(instance) && has_free_worker(instance)) {
        const TaskId next = next_waiting(instance);
        if (!next.exists()) {
            return;
        }
        stop_waiting(next);
        tasks_[next].instance = instance;
        take_worker(next);
        resume(next);
    }
}

/// A worker at once where one is free (or can be taken from a lower rank), else a place in the queue.
void Requests::wait_for_worker(TaskId id) {
    Task& task = tasks_[id];
    // Nobody overtakes those who wait already for a worker that has just come free.
    const InstanceId free = queue_of(task.instance).size == 0 ? free_instance(task.instance) : InstanceId::none();
    if (free.exists()) {
        task.instance = free;
        take_worker(id);
        return resume(id);
    }
    const ServicePlan& service = plan_.services[service_of(task.instance)];
    if (service.discipline == Discipline::preemptive) {
        if (const TaskId victim = preemptible(task.instance, task.rank); victim.exists()) {
            preempt(victim);
            take_worker(id);
            return resume(id);
        }
    }
    enqueue(id, false);
    if (service.patience_s && !tasks_[id].begun) {
        const double patience_s = service.patience_s->sample(patience_streams_[plan_.group_of[task.instance]]);
        schedule(later(now_, to_ns(patience_s)), EventKind::patience_over, id.value, task.epoch);
    }
}

void Requests::enqueue(TaskId id, bool at_front) {
    Task& task = tasks_[id];
    task.state = TaskState::queued;
    task.since = now_;
    ++task.epoch;
    Queue& queue = queue_of(task.instance);
    const std::size_t rank = std::min<std::size_t>(task.rank, queue.head.size() - 1);
    TaskId& head = queue.head[rank];
    TaskId& tail = queue.tail[rank];
    task.next = at_front ? head : TaskId::none();
    task.previous = at_front ? TaskId::none() : tail;
    if (!head.exists()) {
        head = tail = id;
    } else if (at_front) {
        tasks_[head].previous = id;
        head = id;
    } else {
        tasks_[tail].next = id;
        tail = id;
    }
    ++queue.size;
    accountant_.waiting_changed(plan_.group_of[task.instance], 1, now_);
}

void Requests::unlink(TaskId id) {
    Task& task = tasks_[id];
    Queue& queue = queue_of(task.instance);
    const std::size_t rank = std::min<std::size_t>(task.rank, queue.head.size() - 1);
    (task.previous.exists() ? tasks_[task.previous].next : queue.head[rank]) = task.next;
    (task.next.exists() ? tasks_[task.next].previous : queue.tail[rank]) = task.previous;
    task.next = task.previous = TaskId::none();
    --queue.size;
}

/// Out of the queue, for whatever reason; its wait counts.
void Requests::stop_waiting(TaskId id) {
    unlink(id);
    const Task& task = tasks_[id];
    const GroupId group = plan_.group_of[task.instance];
    accountant_.waiting_changed(group, -1, now_);
    if (task.admitted_measured) {
        run_.groups[group].wait_s += to_seconds(now_ - task.since);
    }
}

TaskId Requests::next_waiting(InstanceId instance) {
    const Queue& queue = queue_of(instance);
    if (queue.size == 0) {
        return TaskId::none();
    }
    const bool last_first = plan_.services[service_of(instance)].discipline == Discipline::lifo;
    for (std::size_t rank = 0; rank < queue.head.size(); ++rank) {
        if (queue.head[rank].exists()) {
            return last_first ? queue.tail[rank] : queue.head[rank];
        }
    }
    return TaskId::none();
}

void Requests::patience_over(TaskId id) {
    Task& task = tasks_[id];
    assert(task.state == TaskState::queued && "patience is void once service has begun");
    stop_waiting(id);
    accountant_.left(plan_.group_of[task.instance], task.arrived, now_);
    send_answer(id, Outcome::abandoned);
    tasks_.give_back(id);
}

// --- preemption ---------------------------------------------------------------------------------------------------

/// The attempt at work that ranks lowest, and below `rank`; among equals the one that came last.
TaskId Requests::preemptible(InstanceId instance, std::uint8_t rank) {
    TaskId worst = TaskId::none();
    for (const TaskId id : working_[instance]) {
        if (tasks_[id].rank > rank && (!worst.exists() || tasks_[id].rank >= tasks_[worst].rank)) {
            worst = id;
        }
    }
    return worst;
}

/// Back to the head of its rank's queue, with what it has left to do.
void Requests::preempt(TaskId id) {
    Task& task = tasks_[id];
    std::erase(working_[task.instance], id);
    const Nanoseconds left = task.since - now_;
    task.holds_worker = false;
    --busy_[task.instance];
    accountant_.set_busy(task.instance, busy_[task.instance], now_);
    enqueue(id, true);
    tasks_[id].work_left = left;
}

// --- processor sharing
// ------------------------------------------------------------------------------------------------ All at work get the
// same rate; an attempt is done when the work attained since it came equals what it needs.

void Requests::share_advance(InstanceId instance) {
    Sharing& sharing = sharings_[sharing_index_[instance]];
    sharing.attained += to_seconds(now_ - sharing.since) * sharing.rate;
    sharing.since = now_;
}

void Requests::share_reschedule(InstanceId instance) {
    Sharing& sharing = sharings_[sharing_index_[instance]];
    const auto active = static_cast<std::uint32_t>(sharing.heap.size());
    const std::uint32_t workers = workers_of(instance);
    const std::uint32_t busy = std::min(active, workers);
    sharing.rate = active == 0 ? 0 : static_cast<double>(busy) / active;
    busy_[instance] = busy;
    accountant_.set_busy(instance, busy, now_);
    ++departure_epoch_[instance];
    if (active == 0) {
        sharing.attained = 0;
    } else if (sharing.rate > 0) {
        const double left_s = std::max(0.0, sharing.heap.front().until - sharing.attained) / sharing.rate;
        schedule(later(now_, to_ns(left_s)), EventKind::sharing_departure, instance.value, departure_epoch_[instance]);
    }
}

void Requests::share_begin(TaskId id, double work_s) {
    const InstanceId instance = tasks_[id].instance;
    share_advance(instance);
    Sharing& sharing = sharings_[sharing_index_[instance]];
    sharing.heap.push_back({sharing.attained + work_s, id});
    std::push_heap(sharing.heap.begin(), sharing.heap.end(), std::greater<>{});
    share_reschedule(instance);
}

void Requests::share_end(TaskId id) {
    const InstanceId instance = tasks_[id].instance;
    share_advance(instance);
    Sharing& sharing = sharings_[sharing_index_[instance]];
    std::erase_if(sharing.heap, [&](const Sharing::Entry& entry) { return entry.task == id; });
    std::make_heap(sharing.heap.begin(), sharing.heap.end(), std::greater<>{});
    share_reschedule(instance);
}

void Requests::sharing_departure(InstanceId instance) {
    share_advance(instance);
    Sharing& sharing = sharings_[sharing_index_[instance]];
    const TaskId done = sharing.heap.front().task;
    std::pop_heap(sharing.heap.begin(), sharing.heap.end(), std::greater<>{});
    sharing.heap.pop_back();
    share_reschedule(instance);
    ++tasks_[done].step;
    go_on(done);
}

}  // namespace nines
