// Alarms, people and pipelines in `flow`. An alarm's windows pass without events while they say nothing new: between
// two events rates are constant or go over in a straight line, so the window at whose end an alarm changes its mind is
// known as soon as the rates are.

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/flow/replication.hpp"
#include "models/operations/stages.hpp"
#include "models/results/charging.hpp"

namespace nines {

void FlowReplication::start_operations() {
    if (operations_.is_idle()) {
        return;
    }
    apply(operations_.start(), to_us(plan_.run.warmup_s));
    AlarmBoard& board = operations_.alarms();
    windows_.resize(board.size());
    for (std::uint32_t alarm = 0; alarm < windows_.size(); ++alarm) {
        const Microseconds begin = to_us(plan_.run.warmup_s + board.phase_s(alarm));
        windows_[alarm].length = to_us(board.spec(alarm).window_s);
        windows_[alarm].end = begin + windows_[alarm].length;
    }
}

FlowReplication::Amounts FlowReplication::amounts_of(const AlarmSpec& alarm, NodeId node) {
    const bool is_latency = alarm.metric == AlarmMetric::latency;
    const Solution& solution = is_latency ? atlas_.in_full(node) : atlas_[node];
    Amounts amounts;
    const auto add = [&](const ScopeRates& rates) {
        if (is_latency) {
            for (const LawRate& rate : rates.ok) {
                amounts.bad += rate.per_s * atlas_.solver().values_of(rate.law).mean_s;
                amounts.all += rate.per_s;
            }
            return;
        }
        amounts.bad += rates.failed_per_s();
        for (const double ended : rates.ended) {
            amounts.all += ended;
        }
    };
    if (is_of_the_bill(alarm.metric)) {
        return {usd_per_h_in(node), 1};
    }
    if (!alarm.service.exists()) {
        for (const ScopeRates& demand : plan_.of_users(solution.demands)) {
            add(demand);
        }
        return amounts;
    }
    const Range<GroupId> groups = plan_.services[alarm.service].groups;
    for (std::uint32_t g = 0; g < groups.count; ++g) {
        if (alarm.metric == AlarmMetric::utilization) {
            amounts.bad += solution.groups[groups[g]].busy;
            amounts.all += solution.groups[groups[g]].workers;
        } else if (alarm.metric == AlarmMetric::queue) {
            amounts.bad += solution.groups[groups[g]].waiting;
            amounts.all = 1;
        } else {
            add(solution.attempts[groups[g]]);
        }
    }
    if (!is_of_workers(alarm.metric)) {
        add(solution.nobody[alarm.service]);
    }
    return amounts;
}

/// The bill by the hour of a scene: what it would be if it lasted for a month.
double FlowReplication::usd_per_h_in(NodeId node) {
    if (node.value >= usd_per_h_.size()) {
        usd_per_h_.resize(node.value + std::size_t{1}, std::numeric_limits<double>::quiet_NaN());
    }
    if (!std::isnan(usd_per_h_[node.value])) {
        return usd_per_h_[node.value];
    }
    constexpr double k_second = 1;
    const Solution& solution = atlas_.in_full(node);
    Column<GroupId, GroupTally> groups(plan_.groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        add_group(groups[index_at<GroupId>(g)], solution.groups[index_at<GroupId>(g)], k_second);
    }
    Column<EndpointId, EndpointTally> endpoints(plan_.endpoints.size());
    for (std::size_t e = 0; e < endpoints.size(); ++e) {
        const EndpointRates& rates = solution.endpoints[index_at<EndpointId>(e)];
        endpoints[index_at<EndpointId>(e)] = {rates.attempts, rates.ok};
    }
    const auto used = counted(plan_, {groups, endpoints, solution.units}, k_second);
    usd_per_h_[node.value] = usd_per_hour(plan_, used, k_second);
    return usd_per_h_[node.value];
}

/// Time goes on within the stretch of now, in an alarm's window.
void FlowReplication::fill(Window& window, const Amounts& from, const Amounts& to, Microseconds begin,
                           Microseconds end) const {
    const double share = (stretch_.share_of_to(begin) + stretch_.share_of_to(end)) / 2;
    const auto seconds = static_cast<double>(end - begin) / k_us_per_s;
    window.sum.bad += (from.bad * (1 - share) + to.bad * share) * seconds;
    window.sum.all += (from.all * (1 - share) + to.all * share) * seconds;
}

std::optional<double> FlowReplication::close(Window& window) {
    const Amounts sum = window.sum;
    window.sum = {};
    window.end += window.length;
    return sum.all > 0 ? std::optional(sum.bad / sum.all) : std::nullopt;
}

/// Windows that are over by then.
void FlowReplication::watch_until(Microseconds to) {
    AlarmBoard& board = operations_.alarms();
    for (std::uint32_t alarm = 0; alarm < windows_.size(); ++alarm) {
        Window& window = windows_[alarm];
        const AlarmSpec& spec = board.spec(alarm);
        Microseconds at = std::max(now_, window.end - window.length);
        if (at >= to) {
            continue;
        }
        const Amounts one = amounts_of(spec, stretch_.from);
        const Amounts other = stretch_.from == stretch_.to ? one : amounts_of(spec, stretch_.to);
        while (window.end <= to) {
            fill(window, one, other, at, window.end);
            at = window.end;
            board.close_window(alarm, close(window), static_cast<double>(at) / k_us_per_s - plan_.run.warmup_s);
            // Many windows alike say no more than as many as the alarm looks back at.
            const std::int64_t left = (to - at) / window.length;
            const bool alike = stretch_.from == stretch_.to || at >= stretch_.end;
            if (alike && left > spec.of_points) {
                const std::int64_t skipped = left - spec.of_points;
                at += skipped * window.length;
                window.end += skipped * window.length;
            }
        }
        fill(window, one, other, at, to);
    }
}

/// The end of the window at which looking at an alarm makes something happen, if rates go on as they do now.
Microseconds FlowReplication::next_look(std::uint32_t alarm) {
    AlarmBoard& board = operations_.alarms();
    const AlarmSpec& spec = board.spec(alarm);
    const bool on = board.is_on(alarm);
    AlarmPoints points = board.points(alarm);
    if (points.hold(spec) != on) {
        return now_;
    }
    if (spec.metric == AlarmMetric::budget) {
        return windows_[alarm].end;  // it adds up, so that no two windows are alike
    }
    const bool has_more = on && operations_.has_more_to_tell(alarm);
    const bool alike = stretch_.from == stretch_.to || now_ >= stretch_.end;
    const Amounts one = amounts_of(spec, stretch_.from);
    const Amounts other = stretch_.from == stretch_.to ? one : amounts_of(spec, stretch_.to);
    Window window = windows_[alarm];
    Microseconds at = std::max(now_, window.end - window.length);
    for (std::uint32_t i = 0; (!alike || i <= spec.of_points) && (alike || window.end <= stretch_.end); ++i) {
        const Microseconds end = window.end;
        fill(window, one, other, at, end);
        at = end;
        points.add(spec, close(window));
        const bool holds = points.hold(spec);
        if (holds != on || (holds && has_more)) {
            return end;
        }
    }
    return k_never;
}

void FlowReplication::schedule_looks() {
    for (std::uint32_t alarm = 0; alarm < windows_.size(); ++alarm) {
        schedule(next_look(alarm), Kind::alarm_looks, alarm, ++windows_[alarm].epoch);
    }
}

/// @param since  what appointments count from
void FlowReplication::apply(const OperationsOutcome& outcome, Microseconds since) {
    for (const Note& one : outcome.notes) {
        note(one.kind, one.subject, one.detail, one.count);
    }
    for (const std::uint32_t occurrence : outcome.ended) {
        fault_ends(occurrence);
    }
    for (const BadStage& stage : outcome.begun) {
        put_in_force(begin_stage(plan_, operations_, faults_, stage));
    }
    for (const OperationsAppointment& one : outcome.appointments) {
        const Microseconds at = later(since, to_us(one.after_s));
        switch (one.kind) {
            case OperationsAppointment::Kind::deployment_ready:
                schedule(at, Kind::deployment_ready, one.subject);
                break;
            case OperationsAppointment::Kind::deployment_goes_on:
                schedule(at, Kind::deployment_goes_on, one.subject, one.epoch);
                break;
            case OperationsAppointment::Kind::response_goes_on:
                schedule(at, Kind::response_goes_on, one.subject, one.epoch);
                break;
        }
    }
}

}  // namespace nines
