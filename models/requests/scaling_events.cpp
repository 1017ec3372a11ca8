// Scaling as it runs: evaluations, launches that end, instances that drain and go.

#include <utility>

#include "models/requests/requests.hpp"

namespace nines {

/// Balancers and watches believe in nobody who is not there. Evaluations come every period, from the beginning of the
/// warm-up on.
void Requests::start_scaling() {
    for (const ServiceId id : plan_.scaled) {
        const ServicePlan& service = plan_.services[id];
        for (std::uint32_t i = 0; i < service.instances.count; ++i) {
            if (state_.presence[service.instances[i]] == Presence::absent) {
                forget(service.instances[i]);
            }
        }
        schedule(to_ns(service.scale->every_s), EventKind::scaling_due, id.value);
        await_schedule(id);
    }
}

void Requests::await_schedule(ServiceId id) {
    if (const auto next_s = scaling_.scheduled_s(id)) {
        schedule(to_ns(*next_s), EventKind::scale_scheduled, id.value);
    }
}

void Requests::scale_scheduled(ServiceId id) {
    const Scaling::Change& change = scaling_.follow_schedule(state_, id);
    carry_out(id, change);
    if (change.refused > 0) {
        quota_refuses(id, change);
    }
    await_schedule(id);
}

void Requests::scaling_due(ServiceId id) {
    const ServicePlan& service = plan_.services[id];
    const ScaleSpec& scale = *service.scale;
    double sum_s = 0;
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        sum_s += accountant_.take_signal(service.groups[g], scale.on, now_);
    }
    const Scaling::Change& change = scaling_.evaluate(state_, id, to_seconds(now_), sum_s / scale.every_s);
    carry_out(id, change);
    if (plan_.services[id].quota_fault.exists()) {
        quota_refuses(id, change);
    }
    schedule(later(now_, to_ns(scale.every_s)), EventKind::scaling_due, id.value);
}

void Requests::carry_out(ServiceId id, const Scaling::Change& change) {
    for (const Scaling::Launch& launch : change.launches) {
        accountant_.set_existing(launch.instance, 0, true, false, now_);
        schedule(later(now_, to_ns(launch.takes_s)), EventKind::launch_over, launch.instance.value,
                 scaling_.turn(launch.instance));
    }
    if (!change.launches.empty()) {
        note(NoteKind::launch_ordered, id.value, change.launches.front().instance.value, change.launches.size());
    }
    if (!change.draining.empty()) {
        note(NoteKind::retired, id.value, change.draining.front().value, change.draining.size());
    }
    for (const InstanceId instance : change.draining) {
        begin_draining(instance);
    }
}

/// As long as evaluations find orders refused the quota is a fault in force, and a cause of what is lost.
void Requests::quota_refuses(ServiceId id, const Scaling::Change& change) {
    const FaultId fault = plan_.services[id].quota_fault;
    std::uint32_t& slot = quota_slots_[id];
    if (change.refused > 0 && slot == FaultProcesses::k_nothing) {
        slot = faults_.begin_on(fault, plan_.faults[fault].members.front());
        if (!operations_.is_idle()) {
            operations_.fault_began(fault, slot, to_seconds(now_ - plan_.warmup));
        }
        put_in_force(slot);
    } else if (change.refused == 0 && slot != FaultProcesses::k_nothing) {
        fault_ends(std::exchange(slot, FaultProcesses::k_nothing));
    }
    if (change.raised_s) {
        note(NoteKind::quota_asked, id.value);
        schedule(later(now_, to_ns(*change.raised_s)), EventKind::quota_raised, id.value);
    }
}

void Requests::quota_raised(ServiceId id) {
    scaling_.raise_quota(id);
    note(NoteKind::quota_raised, id.value);
    if (quota_slots_[id] != FaultProcesses::k_nothing) {
        fault_ends(std::exchange(quota_slots_[id], FaultProcesses::k_nothing));
    }
}

/// It is there, and seen once health checks have passed, as one that comes back is; unless it was taken back meanwhile.
void Requests::launch_over(const Event& event) {
    const InstanceId instance{event.subject};
    if (scaling_.turn(instance) != event.epoch) {
        return pass_by(event);
    }
    scaling_.launched(state_, instance, to_seconds(now_));
    accountant_.set_existing(instance, 0, true, true, now_);
    note(NoteKind::launched, service_of(instance).value, instance.value);
    wake_watchers_of(instance);
    know_at_once(instance);
    recount_capacity();
    worker_free_at(instance);
}

/// Where a loss of capacity is in force its whole is spread over those who are there.
void Requests::recount_capacity() {
    if (!state_.work_effects.empty()) {
        conditions_changed(rank_capacity(plan_, state_));
    }
}

/// Nobody sends it anything from now on: taking it out of balancers is the first thing that scaling in does.
void Requests::forget(InstanceId instance) {
    const ServiceId service = service_of(instance);
    const std::uint32_t position = instance.value - plan_.services[service].instances.first.value;
    for (const BalancerId id : plan_.balancers_of[service]) {
        balancers_.believe(id, instance, false);
        if (plan_.balancers[id].watches.count > 0) {
            watches_.forget(plan_.balancers[id].watches[position]);
        }
    }
}

void Requests::begin_draining(InstanceId instance) {
    stop_sending_to(instance);
    const Nanoseconds limit = to_ns(plan_.services[service_of(instance)].scale->drain_s);
    schedule(later(now_, limit), EventKind::drain_over, instance.value, scaling_.turn(instance));
    look_whether_drained(instance);
}

/// It takes nothing new: who waits in its group's queue goes to others.
void Requests::stop_sending_to(InstanceId instance) {
    forget(instance);
    know_at_once(instance);  // routes, where they know at once
    for (const WatchId site : site_watches_of_[plan_.group_of[instance]]) {
        wake(site);
    }
    if (serving(instance).queue_of == QueueOf::group) {
        for (std::size_t i = 0; i < attempts_.size(); ++i) {
            const auto id = index_at<AttemptId>(i);
            if (attempts_[id].stage == Stage::queued && attempts_[id].instance == instance) {
                moves_to_heir(id);
            }
        }
    }
}

/// It goes when nothing is inside and nothing is on its way to it.
void Requests::look_whether_drained(InstanceId instance) {
    if (seats_[instance].inside > 0) {
        return;
    }
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const Attempt& attempt = attempts_[index_at<AttemptId>(i)];
        if (attempt.stage == Stage::travelling && attempt.instance == instance) {
            return;
        }
    }
    retire(instance);
}

/// What has not been finished by now is broken off, as in a crash.
void Requests::drain_over(const Event& event) {
    const InstanceId instance{event.subject};
    if (state_.presence[instance] != Presence::draining || scaling_.turn(instance) != event.epoch) {
        return pass_by(event);
    }
    retire(instance);
    lose_attempts({instance});
}

void Requests::retire(InstanceId instance) {
    scaling_.retired(state_, instance);
    accountant_.set_existing(instance, seats_[instance].busy, false, false, now_);
    recount_capacity();
}

}  // namespace nines
