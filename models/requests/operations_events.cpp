// Alarms, people and pipelines: what their windows have counted, and what follows from what they do.

#include <utility>

#include "models/operations/stages.hpp"
#include "models/requests/requests.hpp"
#include "models/results/charging.hpp"

namespace nines {

void Requests::start_operations() {
    if (operations_.is_idle()) {
        return;
    }
    apply(operations_.start(), plan_.warmup);
    windows_.resize(operations_.alarms().size());
    used_.resize(plan_.charges.size());
    for (std::uint32_t alarm = 0; alarm < windows_.size(); ++alarm) {
        if (is_of_the_bill(operations_.alarms().spec(alarm).metric)) {
            windows_[alarm].used_before.resize(plan_.charges.size());
        }
        schedule(later(plan_.warmup, to_ns(operations_.alarms().phase_s(alarm))), EventKind::window_ends, alarm);
    }
}

/// @returns whether it was such an event
bool Requests::dispatch_operations(const Event& event) {
    const double now_s = to_seconds(now_ - plan_.warmup);
    switch (static_cast<EventKind>(event.kind())) {
        case EventKind::window_ends:
            window_ends(event.subject);
            return true;
        case EventKind::deployment_ready:
            apply(operations_.deployment_ready(event.subject, now_s), now_);
            return true;
        case EventKind::deployment_goes_on:
            apply(operations_.deployment_goes_on(event.subject, event.epoch, now_s), now_);
            return true;
        case EventKind::response_goes_on:
            apply(operations_.response_goes_on(event.subject, event.epoch, now_s), now_);
            return true;
        default:
            return false;
    }
}

/// What has been counted so far of what an alarm looks at.
Requests::WindowCounts Requests::counts_of(const AlarmSpec& alarm) {
    WindowCounts counts;
    const auto add = [&](const ScopeTally& tally) {
        if (alarm.metric == AlarmMetric::latency) {
            const auto ok = static_cast<double>(tally.ok_latency.count());
            counts.bad += ok * tally.ok_latency.mean() / k_ns_per_s;
            counts.all += ok;
            return;
        }
        counts.bad += tally.failed();
        counts.all += tally.all_ended();
    };
    if (!alarm.service.exists()) {
        for (const ScopeTally& demand : plan_.of_users(run_.demands)) {
            add(demand);
        }
        return counts;
    }
    const Range<GroupId> groups = plan_.services[alarm.service].groups;
    for (std::uint32_t g = 0; g < groups.count; ++g) {
        if (is_of_workers(alarm.metric)) {
            const Accountant::WorkerTime time = accountant_.worker_time(groups[g], now_);
            const bool is_queue = alarm.metric == AlarmMetric::queue;
            counts.bad += is_queue ? time.waiting_s : time.busy_s;
            counts.all = is_queue ? to_seconds(now_ - plan_.warmup) : counts.all + time.serving_s;
        } else {
            add(run_.group_attempts[groups[g]]);
        }
    }
    if (!is_of_workers(alarm.metric)) {
        add(run_.services[alarm.service]);  // those that found nobody to go to
    }
    return counts;
}

/// The bill by the hour of the window that ends now; the next one begins with what is counted now.
double Requests::bill_of(const AlarmSpec& alarm, AlarmWindow& window) {
    accountant_.write_paid_time(now_);
    network_.write_units(run_.units_by_price);
    const double since_s = to_seconds(now_ - plan_.warmup);
    count_charges(plan_, {run_.groups, run_.endpoints, run_.units_by_price}, since_s, used_);
    for (std::size_t i = 0; i < used_.size(); ++i) {
        const double so_far = used_[i];
        used_[i] -= std::exchange(window.used_before[i], so_far);
    }
    return usd_per_hour(plan_, used_, alarm.window_s, bill_);
}

/// What the window says that ends now; nothing: nothing happened in it. The next one begins.
std::optional<double> Requests::said_by(const AlarmSpec& alarm, AlarmWindow& window) {
    if (is_of_the_bill(alarm.metric)) {
        return bill_of(alarm, window);
    }
    const WindowCounts after = counts_of(alarm);
    const WindowCounts before = std::exchange(window.before, after);
    const double all = after.all - before.all;
    return all > 0 ? std::optional((after.bad - before.bad) / all) : std::nullopt;
}

/// The first end is the beginning of the first window.
void Requests::window_ends(std::uint32_t alarm) {
    AlarmBoard& board = operations_.alarms();
    const auto said = said_by(board.spec(alarm), windows_[alarm]);
    schedule(later(now_, to_ns(board.spec(alarm).window_s)), EventKind::window_ends, alarm);
    if (!std::exchange(windows_[alarm].has_begun, true)) {
        return;
    }
    const double now_s = to_seconds(now_ - plan_.warmup);
    board.close_window(alarm, said, now_s);
    apply(operations_.look(alarm, now_s), now_);
}

/// @param since  what appointments count from
void Requests::apply(const OperationsOutcome& outcome, Nanoseconds since) {
    for (const Note& one : outcome.notes) {
        note(one.kind, one.subject, one.detail, one.count);
    }
    for (const std::uint32_t occurrence : outcome.ended) {
        fault_ends(occurrence);
    }
    for (const BadStage& stage : outcome.begun) {
        const std::uint32_t slot = begin_stage(plan_, operations_, faults_, stage);
        engage(faults_.occurrence(slot).atoms, true);
        put_in_force(slot);
    }
    for (const OperationsAppointment& one : outcome.appointments) {
        const Nanoseconds at = later(since, to_ns(one.after_s));
        if (at >= plan_.end) {
            continue;
        }
        switch (one.kind) {
            case OperationsAppointment::Kind::deployment_ready:
                schedule(at, EventKind::deployment_ready, one.subject);
                break;
            case OperationsAppointment::Kind::deployment_goes_on:
                schedule(at, EventKind::deployment_goes_on, one.subject, one.epoch);
                break;
            case OperationsAppointment::Kind::response_goes_on:
                schedule(at, EventKind::response_goes_on, one.subject, one.epoch);
                break;
        }
    }
}

}  // namespace nines
