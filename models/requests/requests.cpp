// The loop: starting, taking events in order, measuring, and closing the books.

#include "models/requests/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/check.hpp"
#include "engine/base/hash.hpp"

namespace nines {

namespace {

constexpr std::uint64_t k_events_between_looks = 1U << 16U;
constexpr std::uint64_t k_events_between_deep_checks = 64;
constexpr std::size_t k_notes_max = 200'000;

}  // namespace

Run Requests::run(const Watcher& watcher) {
    std::uint64_t next_look = k_events_between_looks;
    Nanoseconds end = plan_.end;
    while (!events_.empty()) {
        const Event event = events_.pop(timers_);
        if (event.at >= plan_.end) {
            break;
        }
        if constexpr (k_deep_checks) {
            check(event.at >= now_, "time does not go back");
            if (run_.events % k_events_between_deep_checks == 0) {
                check_workers();
            }
        }
        now_ = event.at;
        ++run_.events;
        fingerprint_.add(event);
        dispatch(event);
        if (run_.events == next_look) {
            next_look += k_events_between_looks;
            if (watcher && !watcher(static_cast<double>(now_) / static_cast<double>(plan_.end), run_.events)) {
                run_.partial = true;
                end = now_;
                break;
            }
        }
    }
    finish(end);
    return std::move(run_);
}

void Requests::dispatch(const Event& event) {
    const AttemptId attempt{event.subject};
    switch (static_cast<EventKind>(event.kind())) {
        case EventKind::request_arrives:
            return is_live(event) ? request_arrives(attempt) : void();
        case EventKind::work_done:
            return is_live(event) ? work_done(attempt) : void();
        case EventKind::patience_over:
            return is_live(event) ? patience_over(attempt) : void();
        case EventKind::committed:
            return is_live(event) ? finish_serving(attempt, Outcome::ok) : void();
        case EventKind::answer_ok:
        case EventKind::answer_degraded:
        case EventKind::answer_error:
        case EventKind::answer_timeout:
        case EventKind::answer_rejected:
        case EventKind::answer_abandoned: {
            const auto outcome = event.kind() - static_cast<std::uint16_t>(EventKind::answer_ok);
            return is_live(event) ? attempt_ended(attempt, static_cast<Outcome>(outcome)) : void();
        }
        case EventKind::times_out:
            return times_out(attempt);
        case EventKind::limit_over:
            return limit_over(attempt);
        case EventKind::backoff_over:
            return is_live(event) ? backoff_over(attempt) : void();
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
        case EventKind::hour_ends:
            accountant_.end_hour(now_);
            return schedule(later(now_, to_ns(k_seconds_per_hour)), EventKind::hour_ends, 0);
        case EventKind::measuring_begins:
            return begin_measuring();
        default:
            check(false, "every kind of event is handled");
    }
}

void Requests::begin_measuring() {
    measuring_ = true;
    accountant_.start_measuring(now_);
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
        accountant_.count_inside(group, attempt.arrived, end);
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
    run_.units_by_price = network_.units();
    run_.measured_s = to_seconds(end - accountant_.start());
    run_.fingerprint = fingerprint_.value();
    check_books();
}

/// Each worker that is held is held by one attempt, and each queue is as long as its count says.
void Requests::check_workers() const {
    Column<InstanceId, std::uint32_t> held(seats_.size());
    std::vector<std::uint32_t> waiting(queues_.size());
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const Attempt& attempt = attempts_[index_at<AttemptId>(i)];
        if (attempt.holds_worker) {
            ++held[attempt.instance];
        }
        if (attempt.stage == Stage::queued) {
            ++waiting[seats_[attempt.instance].queue];
        }
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
        const auto instance = index_at<InstanceId>(i);
        check(shares(instance) || held[instance] == seats_[instance].busy, "each worker held is held by one attempt");
    }
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        check(queues_[i].size == waiting[i], "a queue holds those who wait, and nobody else");
    }
}

/// What must hold in every run, whatever the scenario: nothing is lost or made up on the way.
void Requests::check_books() const {
    std::uint64_t in_flight = 0;
    for (const ScopeTally& demand : run_.demands) {
        check(demand.all_ended() <= demand.offered, "no request ends that was not offered");
        in_flight += demand.in_flight();
    }
    std::uint64_t open_calls = 0;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        open_calls += clients_[index_at<ClientId>(i)].measured() ? 1 : 0;
    }
    check(open_calls == in_flight, "offered = ok + error + timeout + rejected + abandoned + in flight");
    check_workers();
    for (std::size_t i = 0; i < run_.groups.size(); ++i) {
        const GroupTally& group = run_.groups[index_at<GroupId>(i)];
        const double scale = 1 + std::abs(group.sojourn_s);
        check(std::abs(group.sojourn_s - group.present_integral_s) <= 1e-6 * scale,
              "Little's law: time inside, summed over attempts, is the integral of attempts inside");
        check(group.busy_integral_s <= group.present_integral_s + 1e-6 * scale, "nobody works who is not inside");
    }
    for (const ScopeTally& service : run_.services) {
        check(service.all_ended() <= service.offered, "no attempt ends that was not sent");
    }
}

Run simulate_requests(const Plan& plan, Luck luck, const Watcher& watcher) {
    return Requests(plan, luck).run(watcher);
}

}  // namespace nines
