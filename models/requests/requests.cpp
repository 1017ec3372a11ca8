// The loop: starting, taking events in order, measuring, and closing the books.

#include "models/requests/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "engine/base/check.hpp"
#include "engine/base/hash.hpp"

namespace nines {

namespace {

constexpr std::size_t k_notes_max = 200'000;
constexpr std::size_t k_put_by_bytes = 4U << 20U;

}  // namespace

/// Inlined: the loop of a run is all in one.
[[gnu::always_inline]] inline bool Requests::happens_next(Event& event) {
    if (events_.empty()) {
        return false;
    }
    event = events_.pop(timers_);
    if (event.at >= plan_.end) {
        return false;
    }
    if constexpr (k_deep_checks) {
        check_deeply(event);
    }
    now_ = event.at;
    ++run_.events;
    ++counts_.happened[event.kind()];
    fingerprint_.add(event);
    dispatch(event);
    return true;
}

Run Requests::run(const Watcher& watcher, const RunLimits& limits) {
    // Memory to close the books with when there is no more.
    auto put_by = std::make_unique<std::byte[]>(k_put_by_bytes);
    try {
        Event event;
        while (happens_next(event)) {
            if (run_.events == next_look_ && !look(event, watcher, limits)) {
                break;
            }
        }
    } catch (const std::bad_alloc&) {
        put_by.reset();
        memory_ran_out();
        is_broken_off_ = true;
    }
    finish(run_.stop.cause == StopCause::none ? plan_.end : now_);
    return std::move(run_);
}

bool Requests::step() {
    Event event;
    return happens_next(event);
}

Run Requests::close() {
    finish(plan_.end);
    return std::move(run_);
}

void Requests::dispatch(const Event& event) {
    const AttemptId attempt{event.subject};
    switch (static_cast<EventKind>(event.kind())) {
        case EventKind::request_arrives:
            return is_live(event) ? request_arrives(attempt) : pass_by(event);
        case EventKind::work_done:
            return is_live(event) ? work_done(attempt) : pass_by(event);
        case EventKind::patience_over:
            return is_live(event) ? patience_over(attempt) : pass_by(event);
        case EventKind::committed:
            return is_live(event) ? finish_serving(attempt, Outcome::ok) : pass_by(event);
        case EventKind::answer_ok:
        case EventKind::answer_degraded:
        case EventKind::answer_error:
        case EventKind::answer_timeout:
        case EventKind::answer_rejected:
        case EventKind::answer_abandoned: {
            const auto outcome = event.kind() - static_cast<std::uint16_t>(EventKind::answer_ok);
            return is_live(event) ? attempt_ended(attempt, static_cast<Outcome>(outcome)) : pass_by(event);
        }
        case EventKind::times_out:
            return times_out(attempt);
        case EventKind::limit_over:
            return limit_is_over(attempt) ? times_out(attempt) : pass_by(event);
        case EventKind::backoff_over:
            return is_live(event) ? backoff_over(attempt) : pass_by(event);
        case EventKind::arrival:
            return arrival(event);
        case EventKind::sharing_departure:
            return sharing_departure(InstanceId{event.subject}, event.epoch);
        default:
            return dispatch_rare(event);
    }
}

/// What happens now and then: users who think, checks, faults, failovers, the clock.
void Requests::dispatch_rare(const Event& event) {
    switch (static_cast<EventKind>(event.kind())) {
        case EventKind::user_thought:
            return client_wants(DemandId{event.epoch}, event.subject);
        case EventKind::state_changes:
            return state_changes(DemandId{event.subject});
        case EventKind::health_check:
            return health_check(WatchId{event.subject});
        case EventKind::health_missed:
            return health_missed(WatchId{event.subject});
        case EventKind::fault_begins:
            return fault_begins(event.subject);
        case EventKind::fault_ends:
            return fault_ends(event.subject);
        case EventKind::notice_over:
            return notice_over(event);
        case EventKind::routes_converge:
            return routes_converge(event);
        case EventKind::failure_detected:
            if (failover_.epoch(ServiceId{event.subject}) == event.epoch) {
                apply(failover_.failure_detected(ServiceId{event.subject}, now_), ServiceId{event.subject});
            }
            return;
        case EventKind::promoted:
            if (failover_.epoch(ServiceId{event.subject}) == event.epoch) {
                apply(failover_.promoted(ServiceId{event.subject}, now_), ServiceId{event.subject});
            }
            return;
        case EventKind::copy_loss_detected:
            if (failover_.copy_epoch(InstanceId{event.subject}) == event.epoch) {
                apply(failover_.copy_loss_detected(InstanceId{event.subject}, now_),
                      service_of(InstanceId{event.subject}));
            }
            return;
        case EventKind::rebuild:
            return apply(failover_.rebuild(ServiceId{event.subject}, now_), ServiceId{event.subject});
        case EventKind::scaling_due:
            return scaling_due(ServiceId{event.subject});
        case EventKind::scale_scheduled:
            return scale_scheduled(ServiceId{event.subject});
        case EventKind::launch_over:
            return launch_over(event);
        case EventKind::drain_over:
            return drain_over(event);
        case EventKind::quota_raised:
            return quota_raised(ServiceId{event.subject});
        case EventKind::hour_ends:
            accountant_.end_hour(now_);
            return schedule(later(now_, to_ns(k_seconds_per_hour)), EventKind::hour_ends, 0);
        case EventKind::measuring_begins:
            return books_ == Books::kept ? begin_measuring() : void();
        default:
            check(dispatch_operations(event), "every kind of event is handled");
    }
}

void Requests::begin_measuring() {
    measuring_ = true;
    accountant_.start_measuring(now_);
    scaling_.start_measuring(to_seconds(now_));
    network_.start_measuring();
    const std::int64_t into_hour_s = plan_.run.start_clock_s % 3600;
    schedule(later(now_, to_ns(static_cast<double>(3600 - into_hour_s))), EventKind::hour_ends, 0);
}

void Requests::note(NoteKind kind, std::uint32_t subject, std::uint32_t detail, std::uint64_t count) {
    if (run_.notes.size() < k_notes_max) {
        run_.notes.push_back({now_, kind, subject, detail, count});
    } else {
        ++run_.notes_dropped;
    }
}

void Requests::finish(Nanoseconds end) {
    now_ = end;
    if (!measuring_) {
        begin_measuring();  // interrupted in the warm-up: nothing was measured, and the books still close
        end = std::max(end, now_);
    }
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const Attempt& attempt = attempts_[index_at<AttemptId>(i)];
        if (!attempt.is_inside()) {
            continue;
        }
        const GroupId group = plan_.group_of[attempt.instance];
        accountant_.is_still_inside(group, end);
        meter_ends(index_at<AttemptId>(i));
        if (attempt.stage == Stage::queued && attempt.admitted_measured) {
            accountant_.waited(group, attempt.since, end);  // unfinished business counts
        }
    }
    accountant_.close(end);
    // Attempts are counted where they went; a service has those of its groups, and those that found nobody to go to.
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto group = index_at<GroupId>(i);
        run_.services[plan_.groups[group].service].merge(run_.group_attempts[group]);
    }
    run_.operations = operations_.close(to_seconds(end - plan_.warmup));
    pay_second_fleets(plan_, run_);
    run_.units_by_price = network_.units();
    if (run_.attack) {
        run_.attack->units_by_price = network_.units_of_attackers();
    }
    run_.scaling = scaling_.close(to_seconds(end));
    for (std::size_t i = 0; i < crowds_.size(); ++i) {
        if (crowds_[index_at<GroupId>(i)].was_short()) {
            run_.crowded.push_back(index_at<GroupId>(i));
        }
    }
    run_.measured_s = to_seconds(end - accountant_.start());
    run_.fingerprint = fingerprint_.value();
    pending_peak_.look(counts_, events_.size());
    run_.profile = profile();
    if (!is_broken_off_) {
        check_books();
    }
}

Run simulate_requests(const Plan& plan, Luck luck, const Watcher& watcher, const RunLimits& limits) {
    return Requests(plan, luck).run(watcher, limits);
}

}  // namespace nines
