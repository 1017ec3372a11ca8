// Scaling in `flow`: evaluations stand on their grid as in `requests`, and are events only while one could change
// anything. What they measure is the mean of the solved rates over the period before.

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/flow/replication.hpp"

namespace nines {

namespace {

constexpr double k_alike = 1e-9;  // relative: another scene with the same load on this service

Microseconds period_of(const Plan& plan, ServiceId service) {
    return to_us(plan.services[service].scale->every_s);
}

/// The first point of the grid at or after.
Microseconds up_to_grid(Microseconds at, Microseconds every) {
    return (at + every - 1) / every * every;
}

}  // namespace

void FlowReplication::start_scaling() {
    for (std::uint32_t i = 0; i < plan_.scaled.size(); ++i) {
        scaler_of_[plan_.scaled[i]] = i;
    }
    scaling_.start_measuring(plan_.run.warmup_s);
    for (std::uint32_t i = 0; i < plan_.scaled.size(); ++i) {
        await_schedule(i);
    }
}

void FlowReplication::await_schedule(std::uint32_t at) {
    if (const auto next_s = scaling_.scheduled_s(plan_.scaled[at])) {
        schedule(to_us(*next_s), Kind::scale_scheduled, at);
    }
}

void FlowReplication::scale_scheduled(std::uint32_t at) {
    const ServiceId service = plan_.scaled[at];
    const Scaling::Change& change = scaling_.follow_schedule(scene_.state, service);
    carry_out(service, change);
    if (change.refused > 0) {
        quota_refuses(service, change);
    }
    look_if_due(at);
    await_schedule(at);
}

double FlowReplication::signal_at(NodeId node, ServiceId id) const {
    const ServicePlan& service = plan_.services[id];
    double sum = 0;
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const GroupRates& rates = atlas_[node].groups[service.groups[g]];
        sum += service.scale->on == ScaleSignal::utilization   ? rates.busy
               : service.scale->on == ScaleSignal::concurrency ? rates.present
                                                               : rates.waiting;
    }
    return sum;
}

/// Adds up what each scaler measures until then.
void FlowReplication::measure_for_scaling(Microseconds to) {
    for (std::size_t i = 0; i < scale_courses_.size() && to > now_; ++i) {
        ScaleCourse& course = scale_courses_[i];
        const double from_signal = signal_at(stretch_.from, plan_.scaled[i]);
        const double to_signal = signal_at(stretch_.to, plan_.scaled[i]);
        const auto between = [&](Microseconds begin, Microseconds end) {
            const double share = (stretch_.share_of_to(begin) + stretch_.share_of_to(end)) / 2;
            return (from_signal * (1 - share) + to_signal * share) * static_cast<double>(end - begin) / k_us_per_s;
        };
        const Microseconds every = period_of(plan_, plan_.scaled[i]);
        const Microseconds last = to / every * every;  // the last time at which an evaluation may stand
        if (last <= now_) {
            course.since_grid += between(now_, to);
            continue;
        }
        const Microseconds begin = last - every;
        const double before = begin <= now_ ? course.since_grid : 0;
        course.last_period = (before + between(std::max(now_, begin), last)) * k_us_per_s / static_cast<double>(every);
        course.since_grid = between(last, to);
    }
}

/// While what it measures changes, and for one whole period after, a scaler looks every period; then only when time
/// alone would make it order something.
void FlowReplication::plan_evaluations() {
    for (std::size_t i = 0; i < scale_courses_.size(); ++i) {
        const ServiceId service = plan_.scaled[i];
        ScaleCourse& course = scale_courses_[i];
        if (course.looks_at == now_) {
            continue;  // it has yet to look, at this instant
        }
        const double signal = signal_at(stretch_.to, service);
        if (std::abs(signal - course.signal) > k_alike * std::max(signal, course.signal)) {
            course.signal = signal;
            course.steady_since = stretch_.from == stretch_.to ? now_ : stretch_.end;
        }
        const Microseconds every = period_of(plan_, service);
        const Microseconds next = (now_ / every + 1) * every;
        const Microseconds whole_period = up_to_grid(course.steady_since, every) + every;
        Microseconds at = next;
        if (now_ >= whole_period) {
            const double now_s = static_cast<double>(now_) / k_us_per_s;
            const double look_s = scaling_.next_look_s(scene_.state, service, now_s, signal);
            at = std::isinf(look_s) ? -1 : std::max(next, up_to_grid(to_us(look_s), every));
        }
        if (at != course.looks_at) {
            look_at_scaling(static_cast<std::uint32_t>(i), at);
        }
    }
}

/// The next evaluation of a scaler; -1: none.
void FlowReplication::look_at_scaling(std::uint32_t at, Microseconds when) {
    ScaleCourse& course = scale_courses_[at];
    course.looks_at = when;
    ++course.epoch;
    if (when >= 0) {
        schedule(when, Kind::scaling_due, at, course.epoch);
    }
}

void FlowReplication::scaling_due(std::uint32_t at) {
    const ServiceId service = plan_.scaled[at];
    scale_courses_[at].looks_at = -1;
    scale_courses_[at].looked_at = now_;
    const double now_s = static_cast<double>(now_) / k_us_per_s;
    const Scaling::Change& change = scaling_.evaluate(scene_.state, service, now_s, scale_courses_[at].last_period);
    carry_out(service, change);
    if (plan_.services[service].quota_fault.exists()) {
        quota_refuses(service, change);
    }
}

void FlowReplication::carry_out(ServiceId service, const Scaling::Change& change) {
    for (const Scaling::Launch& launch : change.launches) {
        schedule(after(launch.takes_s), Kind::launch_over, launch.instance.value, scaling_.turn(launch.instance));
    }
    if (!change.launches.empty()) {
        note(NoteKind::launch_ordered, service.value, change.launches.front().instance.value, change.launches.size());
    }
    if (!change.draining.empty()) {
        note(NoteKind::retired, service.value, change.draining.front().value, change.draining.size());
    }
    // What they have at hand is finished within moments of this clock.
    for (const InstanceId instance : change.draining) {
        scaling_.retired(scene_.state, instance);
        forget(instance);
    }
    things_changed_ = things_changed_ || !change.launches.empty() || !change.draining.empty();
}

/// As long as evaluations find orders refused the quota is a fault in force, and a cause of what is lost.
void FlowReplication::quota_refuses(ServiceId id, const Scaling::Change& change) {
    const FaultId fault = plan_.services[id].quota_fault;
    std::uint32_t& slot = quota_slots_[id];
    if (change.refused > 0 && slot == FaultProcesses::k_nothing) {
        slot = faults_.begin_on(fault, plan_.faults[fault].members.front());
        if (!operations_.is_idle()) {
            operations_.fault_began(fault, slot, now_s());
        }
        put_in_force(slot);
    } else if (change.refused == 0 && slot != FaultProcesses::k_nothing) {
        fault_ends(std::exchange(slot, FaultProcesses::k_nothing));
    }
    if (change.raised_s) {
        note(NoteKind::quota_asked, id.value);
        schedule(after(*change.raised_s), Kind::quota_raised, id.value);
    }
}

void FlowReplication::quota_raised(ServiceId id) {
    scaling_.raise_quota(id);
    note(NoteKind::quota_raised, id.value);
    look_if_due(scaler_of_[id]);
    if (quota_slots_[id] != FaultProcesses::k_nothing) {
        fault_ends(std::exchange(quota_slots_[id], FaultProcesses::k_nothing));
    }
}

void FlowReplication::launch_over(InstanceId instance) {
    const ServiceId service = plan_.serving[plan_.group_of[instance]].service;
    scaling_.launched(scene_.state, instance, static_cast<double>(now_) / k_us_per_s);
    things_changed_ = true;
    note(NoteKind::launched, service.value, instance.value);
    look_at({instance});
    look_if_due(scaler_of_[service]);
}

/// What happens at the very time of an evaluation is seen by it: faults at full minutes, launches of so many seconds.
void FlowReplication::look_if_due(std::uint32_t at) {
    if (now_ % period_of(plan_, plan_.scaled[at]) == 0 && scale_courses_[at].looked_at < now_) {
        look_at_scaling(at, now_);
    }
}

/// Nobody believes in an instance that was taken away, and no check will say so again.
void FlowReplication::forget(InstanceId instance) {
    const ServiceId service = plan_.serving[plan_.group_of[instance]].service;
    const std::uint32_t position = instance.value - plan_.services[service].instances.first.value;
    for (const std::uint32_t at : watches_of_[instance]) {
        Watch& watch = watches_[at];
        watch.up = false;
        watch.flips_at = -1;
        std::erase(flipping_, at);
        scene_.believed[watch.balancer][position] = 0;
    }
    look_at({instance});
}

}  // namespace nines
