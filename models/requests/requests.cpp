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

std::vector<std::size_t> sizes_of_queues(const Plan& plan) {
    std::vector<std::size_t> sizes;
    for (const ServicePlan& service : plan.services) {
        sizes.push_back(service.queue_of == QueueOf::group ? service.groups.count : service.instances.count);
    }
    return sizes;
}

}  // namespace

Requests::Requests(const Plan& plan, Luck luck)
    : plan_(plan),
      luck_(luck),
      state_(plan),
      accountant_(plan, run_),
      network_(plan, state_, luck),
      balancers_(plan, luck),
      watches_(plan, luck),
      failover_(plan, luck),
      faults_(plan, luck),
      demands_(plan.demands.size()),
      dns_(plan.dns.size()),
      watch_targets_(plan.watches),
      watchers_of_(plan.group_of.size()),
      timeout_lane_(plan.calls.size()),
      jitter_(plan.calls.size()),
      budgets_(plan.balancer_of.size(), k_budget_burst),
      busy_(plan.group_of.size()),
      life_(plan.group_of.size()),
      queue_index_(plan.group_of.size()),
      working_(plan.group_of.size()),
      sharing_index_(plan.group_of.size()),
      departure_epoch_(plan.group_of.size()),
      first_work_stream_(plan.groups.size()),
      error_streams_(plan.groups.size()),
      patience_streams_(plan.groups.size()) {
    run_.demands = Column<DemandId, ScopeTally>(plan.demands.size());
    run_.services = Column<ServiceId, ScopeTally>(plan.services.size());
    run_.group_attempts = Column<GroupId, ScopeTally>(plan.groups.size());
    run_.groups = Column<GroupId, GroupTally>(plan.groups.size());
    run_.queue_max = Column<ServiceId, std::uint32_t>(plan.services.size());
    start();
}

void Requests::start() {
    for (std::size_t i = 0; i < plan_.demands.size(); ++i) {
        const auto id = index_at<DemandId>(i);
        const std::string& name = plan_.names.demands[id];
        demands_[id].arrivals.luck = Stream(luck_, "demand.arrivals", name);
        demands_[id].places = Stream(luck_, "demand.places", name);
        demands_[id].endpoints = Stream(luck_, "demand.endpoints", name);
        demands_[id].phases = Stream(luck_, "demand.dns", name);
        demands_[id].think = Stream(luck_, "demand.think", name);
    }
    for (std::size_t i = 0; i < plan_.calls.size(); ++i) {
        const auto id = index_at<CallPlanId>(i);
        jitter_[id] = Stream(mix(plan_.calls[id].name_hash ^ Stream(luck_, "call.jitter", "").key()));
        if (plan_.calls[id].timeout != k_never) {
            timeout_lane_[id] = events_.lane_for(plan_.calls[id].timeout);
        }
    }
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const auto id = index_at<GroupId>(i);
        const GroupPlan& group = plan_.groups[id];
        const ServicePlan& service = plan_.services[group.service];
        const std::string& name = plan_.names.callers[plan_.caller_of(id)];
        error_streams_[id] = Stream(luck_, "fault.errors", name);
        patience_streams_[id] = Stream(luck_, "queue.patience", name);
        first_work_stream_[id] = static_cast<std::uint32_t>(work_streams_.size());
        for (std::uint32_t s = 0; s < service.steps.count; ++s) {
            work_streams_.emplace_back(luck_, "work", fmt::format("{}#{}", name, s));
        }
    }
    std::vector<std::size_t> queues = sizes_of_queues(plan_);
    for (std::size_t s = 0; s < plan_.services.size(); ++s) {
        const ServicePlan& service = plan_.services[index_at<ServiceId>(s)];
        const auto first = static_cast<std::uint32_t>(queues_.size());
        const std::size_t ranks =
            service.discipline == Discipline::priority || service.discipline == Discipline::preemptive
                ? plan_.priorities
                : 1;
        for (std::size_t q = 0; q < queues[s]; ++q) {
            queues_.push_back({std::vector<TaskId>(ranks), std::vector<TaskId>(ranks), 0});
        }
        for (std::uint32_t i = 0; i < service.instances.count; ++i) {
            const InstanceId instance = service.instances[i];
            queue_index_[instance] =
                first +
                (service.queue_of == QueueOf::group ? plan_.group_of[instance].value - service.groups.first.value : i);
            if (service.discipline == Discipline::sharing) {
                sharing_index_[instance] = static_cast<std::uint32_t>(sharings_.size());
                sharings_.emplace_back();
            }
        }
    }
    for (std::size_t i = 0; i < plan_.balancers.size(); ++i) {
        const auto id = index_at<BalancerId>(i);
        const BalancerPlan& balancer = plan_.balancers[id];
        for (std::uint32_t k = 0; k < balancer.watches.count; ++k) {
            const InstanceId instance = plan_.services[balancer.service].instances[k];
            watch_targets_[balancer.watches[k]] = {id, instance, DnsId::none(), 0};
            watchers_of_[instance].push_back(balancer.watches[k]);
        }
    }
    for (std::size_t i = 0; i < plan_.dns.size(); ++i) {
        const auto id = index_at<DnsId>(i);
        const DnsPlan& dns = plan_.dns[id];
        dns_[id].history.push_back({-k_never / 2, std::vector<std::uint8_t>(dns.sites.size(), 1)});
        for (std::uint32_t k = 0; k < dns.watches.count; ++k) {
            watch_targets_[dns.watches[k]] = {BalancerId::none(), InstanceId::none(), id, k};
            for (const GroupId group : dns.sites[k].groups) {
                for (std::uint32_t m = 0; m < plan_.groups[group].instances.count; ++m) {
                    watchers_of_[plan_.groups[group].instances[m]].push_back(dns.watches[k]);
                }
            }
        }
    }
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
        if (plan_.services[index_at<ServiceId>(i)].has_primary) {
            renew_roles(index_at<ServiceId>(i));
        }
    }
    // Faults first: at equal times a fault is there before the requests that meet it.
    keep_appointments(faults_.start());
    schedule(plan_.warmup, EventKind::measuring_begins, 0);
    for (std::size_t i = 0; i < plan_.demands.size(); ++i) {
        const auto id = index_at<DemandId>(i);
        for (std::uint32_t user = 0; user < plan_.demands[id].users; ++user) {
            user_thinks(id, user, 0);
        }
        if (plan_.demands[id].users == 0) {
            if (plan_.demands[id].law == ArrivalLaw::modulated) {
                demands_[id].arrivals.changes = first_state(plan_.demands[id], demands_[id].arrivals);
                state_changes(id);
            } else {
                schedule_arrival(id);
            }
        }
    }
}

bool Requests::is_live(const Event& event) const {
    // Only timeouts travel in lanes.
    return calls_[CallId{event.subject}].epoch == event.epoch;
}

Run Requests::run(const Watcher& watcher) {
    const auto live = [this](const Event& event) { return is_live(event); };
    std::uint64_t next_look = k_events_between_looks;
    Nanoseconds end = plan_.end;
    while (!events_.empty()) {
        const Event event = events_.pop(live);
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
    const auto call = CallId{event.subject};
    const auto task = TaskId{event.subject};
    const auto if_task_is_live = [&](auto&& act) {
        if (tasks_[task].epoch == event.epoch) {
            act();
        }
    };
    const auto if_call_is_live = [&](auto&& act) {
        if (calls_[call].epoch == event.epoch) {
            act();
        }
    };
    switch (static_cast<EventKind>(event.kind)) {
        case EventKind::arrival:
            if (demands_[DemandId{event.subject}].arrivals.changes == event.epoch) {
                arrival(DemandId{event.subject});
            }
            return;
        case EventKind::user_thought:
            return client_wants(DemandId{event.epoch}, event.subject);
        case EventKind::state_changes:
            return state_changes(DemandId{event.subject});
        case EventKind::request_arrives:
            return if_task_is_live([&] { request_arrives(task); });
        case EventKind::work_done:
            return if_task_is_live([&] { work_done(task); });
        case EventKind::patience_over:
            return if_task_is_live([&] { patience_over(task); });
        case EventKind::committed:
            return if_task_is_live([&] { committed(task); });
        case EventKind::sharing_departure:
            if (departure_epoch_[InstanceId{event.subject}] == event.epoch) {
                sharing_departure(InstanceId{event.subject});
            }
            return;
        case EventKind::answer_ok:
        case EventKind::answer_degraded:
        case EventKind::answer_error:
        case EventKind::answer_timeout:
        case EventKind::answer_rejected:
        case EventKind::answer_abandoned:
            return if_call_is_live([&] {
                answer_arrives(call,
                               static_cast<Outcome>(event.kind - static_cast<std::uint16_t>(EventKind::answer_ok)));
            });
        case EventKind::attempt_times_out:
            return if_call_is_live([&] { attempt_times_out(call); });
        case EventKind::backoff_over:
            return if_call_is_live([&] { backoff_over(call); });
        case EventKind::health_check:
            return health_check(WatchId{event.subject});
        case EventKind::health_missed:
            return health_missed(WatchId{event.subject});
        case EventKind::fault_begins:
            return fault_begins(event.subject);
        case EventKind::fault_ends:
            return fault_ends(event.subject);
        case EventKind::routes_converge:
            if (event.epoch == k_converges_link) {
                network_.converge(LinkId{event.subject});
            } else {
                network_.converge(LocationId{event.subject});
            }
            check_databases();
            know_all_at_once();
            if (run_.notes.empty() || run_.notes.back().kind != NoteKind::routes_changed ||
                run_.notes.back().at != now_) {
                note(NoteKind::routes_changed, 0);  // once, however many links change together
            }
            return wake_all_watches();
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
    accountant_.close(end);
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        const Task& task = tasks_[index_at<TaskId>(i)];
        if (task.state == TaskState::free || task.state == TaskState::travelling) {
            continue;
        }
        GroupTally& group = run_.groups[plan_.group_of[task.instance]];
        group.sojourn_s += accountant_.counted_s(task.arrived, end);
        if (task.state == TaskState::queued && task.admitted_measured) {
            group.wait_s += to_seconds(end - task.since);  // unfinished business counts
        }
    }
    run_.units_by_price = network_.units();
    run_.measured_s = to_seconds(end - accountant_.start());
    run_.fingerprint = fingerprint_.value();
    check_books();
}

/// Each worker that is held is held by one attempt, and each queue is as long as its count says.
void Requests::check_workers() const {
    Column<InstanceId, std::uint32_t> held(plan_.group_of.size());
    std::vector<std::uint32_t> waiting(queues_.size());
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
        const Task& task = tasks_[index_at<TaskId>(i)];
        if (task.state != TaskState::free && task.holds_worker) {
            ++held[task.instance];
        }
        if (task.state == TaskState::queued) {
            ++waiting[queue_index_[task.instance]];
        }
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
        const auto instance = index_at<InstanceId>(i);
        const bool shares = plan_.services[service_of(instance)].discipline == Discipline::sharing;
        check(shares || held[instance] == busy_[instance], "each worker held is held by one attempt");
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
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        const Call& call = calls_[index_at<CallId>(i)];
        open_calls += call.measured ? 1 : 0;
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
