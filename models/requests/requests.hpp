#pragma once
// Requests: all that changes while a replication runs, and what happens at each event. The parts live in files of
// their own: loop (requests.cpp), clients, calls (the caller's side), serving (the callee's), workers, checks, faults.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/kernel/event_set.hpp"
#include "engine/kernel/fingerprint.hpp"
#include "engine/random/block_stream.hpp"
#include "engine/random/stream.hpp"
#include "models/demand/arrivals.hpp"
#include "models/faults/effect_stack.hpp"
#include "models/faults/fault_process.hpp"
#include "models/operations/detection.hpp"
#include "models/operations/failover.hpp"
#include "models/operations/limits.hpp"
#include "models/operations/operations.hpp"
#include "models/operations/scaling.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"
#include "models/requests/accountant.hpp"
#include "models/requests/balance.hpp"
#include "models/requests/crowd.hpp"
#include "models/requests/event_kinds.hpp"
#include "models/requests/looks.hpp"
#include "models/requests/network.hpp"
#include "models/requests/pool.hpp"
#include "models/requests/records.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/charging.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Whether what ends is counted. Paths towards a rare event go without: their copies then cost what is in flight.
enum class Books : std::uint8_t { kept, none };

class Requests {
public:
    Requests(const Plan& plan, Luck luck, Books books = Books::kept);
    Run run(const Watcher& watcher, const RunLimits& limits);

    // --- one event after the other, for whoever follows many paths (models/requests/path.hpp) ---------------------
    /// The next event happens; false when there is none before the end.
    bool step();
    /// After step() has said false: the books.
    Run close();
    /// A replication of its own at the same moment: goes on just as this one does, as long as its luck is not renewed.
    std::unique_ptr<Requests> clone() const;
    /// From now on all luck is new. What has been drawn already, and waits in an event or a record, stays; but what has
    /// no memory (exponential work and patience, Poisson arrivals) is drawn anew: the law is the same.
    void renew_luck(std::uint64_t key);

    Nanoseconds now() const { return now_; }
    std::uint64_t waiting_at(ServiceId service) const { return accountant_.waiting_at(service); }
    std::uint64_t inside_of(ServiceId service) const;
    /// Attempts that somebody waits for, backs off for, or works on.
    std::uint64_t attempts_in_flight() const { return attempts_.in_use(); }
    std::uint64_t clients_in_flight() const { return clients_.in_use(); }
    /// Requests of clients that ended in another way than ok; without books only.
    std::uint64_t failures_off_books() const { return failures_off_books_; }
    std::uint64_t bytes_held() const;  ///< about

private:
    Requests(const Requests&) = default;  // its parts still belong to the original: see clone()
    bool happens_next(Event& event);
    void redraw_what_has_no_memory();
    void redraw_work(AttemptId attempt);

    // --- the loop ---------------------------------------------------------------------------------------------------
    void start_streams();
    void start_instances();
    void start_watches();
    void start_demands();
    void dispatch(const Event& event);
    void dispatch_rare(const Event& event);
    bool is_live(const Event& event) const { return attempts_[AttemptId{event.subject}].epoch == event.epoch; }
    /// An event that was called off before it came.
    void pass_by(const Event& event) { ++counts_.stale[event.kind()]; }
    void schedule(Nanoseconds at, EventKind kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        counts_.schedules(kind, at);
        events_.schedule(at, static_cast<std::uint16_t>(kind), subject, epoch);
    }
    /// A message that is on its way arrives as an event.
    void deliver(const Network::Sent& sent, EventKind kind, std::uint32_t subject, std::uint32_t epoch) {
        if (sent.lane != EventSet::k_no_lane) {
            counts_.schedules(kind, now_);
            return events_.schedule_in(sent.lane, now_, static_cast<std::uint16_t>(kind), subject, epoch);
        }
        schedule(later(now_, sent.delay), kind, subject, epoch);
    }
    void begin_measuring();
    void finish(Nanoseconds end);

    // --- looks and books --------------------------------------------------------------------------------------------
    bool look(const Event& last, const Watcher& watcher, const RunLimits& limits);
    bool takes_turns(const Event& event);
    std::string why_it_stands_still() const;
    std::uint64_t bytes_needed() const;
    std::string what_is_held() const;
    void memory_ran_out();
    Profile profile() const;
    std::vector<Profile::Memory> memory_by_thing() const;
    std::vector<Profile::Draws> words_by_purpose() const;
    void check_deeply(const Event& next);
    void check_records() const;
    void check_books() const;
    void check_attack() const;
    void note(NoteKind kind, std::uint32_t subject, std::uint32_t detail = 0, std::uint64_t count = 0);

    // --- clients ----------------------------------------------------------------------------------------------------
    struct DemandState {
        ArrivalProcess arrivals;
        BlockStream places, endpoints, phases, think;
    };
    void schedule_arrival(DemandId demand);
    void arrival(const Event& event);
    void state_changes(DemandId demand);
    void client_wants(DemandId demand, std::uint32_t user);
    void user_thinks(DemandId demand, std::uint32_t user, Nanoseconds last_took);
    std::uint32_t slice_now();
    void client_done(ClientId client, Outcome outcome);
    void count_in_slice(const Client& client, Outcome outcome, Nanoseconds latency);

    // --- routes of users (DNS) ------------------------------------------------------------------------------------
    struct Answers {
        Nanoseconds since = 0;
        std::vector<std::uint8_t> up;  // by site: which were believed up from then on
    };
    struct DnsState {
        std::vector<Answers> history;  // the oldest first; as far back as a client may still remember
    };
    std::uint32_t site_for(const Client& client, CallPlanId plan);
    void site_believed(DnsId dns, std::uint32_t site, bool up);
    bool site_is_up(const DnsPlan& dns, std::uint32_t site);

    // --- calls: the caller's side ---------------------------------------------------------------------------------
    AttemptId new_call(CallPlanId plan, std::uint32_t parent, bool of_client, std::uint8_t rank);
    void send(AttemptId attempt);
    InstanceId choose_instance(const Attempt& attempt, CallerId caller, BalancerId balancer);
    void arm_timeout(AttemptId attempt);
    void disarm_timeout(AttemptId id) {
        Attempt& attempt = attempts_[id];
        if (attempt.armed) {
            attempt.armed = false;
            events_.disarm(timeout_lane_[attempt.plan], id.value, timers_);
        }
    }
    bool limit_is_over(AttemptId attempt) const;
    void times_out(AttemptId attempt);
    void attempt_ended(AttemptId attempt, Outcome outcome);
    bool may_retry(AttemptId attempt, Outcome outcome);
    AttemptId next_attempt(AttemptId attempt);
    double backoff_s(Retry& retry, CallPlanId plan);
    void backoff_over(AttemptId attempt);
    void settle(AttemptId attempt, Outcome outcome);
    void give_up(AttemptId attempt, CallerId caller);
    /// Gives the record back once nobody needs it: neither its caller, nor its instance, nor calls of its own.
    void release(AttemptId id) {
        const Attempt& attempt = attempts_[id];
        if (!attempt.waits && attempt.stage == Stage::absent && attempt.pending == 0) {
            attempts_.give_back(id);
        }
    }
    CallerId caller_of(const Attempt& attempt) const {
        if (!attempt.waits) {
            return CallerId{attempt.parent};
        }
        return attempt.of_client ? clients_[ClientId{attempt.parent}].caller
                                 : plan_.caller_of(plan_.group_of[attempts_[AttemptId{attempt.parent}].instance]);
    }
    InstanceId instance_of_caller(const Attempt& attempt) const {
        return attempt.of_client ? InstanceId::none() : attempts_[AttemptId{attempt.parent}].instance;
    }
    /// Whether whoever made the call is still there to try again. (That its endpoint has ended is no reason to stop.)
    bool caller_is_alive(const Attempt& attempt) const {
        return attempt.of_client || !attempts_[AttemptId{attempt.parent}].lost;
    }
    Retry& retry_of(AttemptId attempt);
    /// How many attempts the call has made, and when it must be over.
    std::uint16_t attempts_of(const Attempt& attempt) const {
        return attempt.retry.exists() ? retries_[attempt.retry].attempts : std::uint16_t{1};
    }
    Nanoseconds deadline_of(const Attempt& attempt) const {
        return attempt.retry.exists() ? retries_[attempt.retry].deadline : k_never;
    }
    double& budget_of(CallerId caller, ServiceId service) {
        return budgets_[caller.value * plan_.services.size() + service.value];
    }

    // --- serving: the callee's side -------------------------------------------------------------------------------
    void request_arrives(AttemptId attempt);
    std::optional<Outcome> refusal(AttemptId attempt);
    void admit(AttemptId attempt);
    void resume(AttemptId attempt);
    void go_on(AttemptId attempt);
    bool do_step(AttemptId attempt, const StepPlan& step);
    void start_work(AttemptId attempt, double work_s);
    double slow_of(InstanceId instance) const {
        return state_.work_effects.empty() ? 1 : state_.condition[instance].slow;
    }
    void work_done(AttemptId attempt);
    void start_calls(AttemptId attempt, const StepPlan& step);
    void child_settled(AttemptId attempt, const CallPlan& plan, Outcome outcome);
    void end_of_steps(AttemptId attempt);
    Nanoseconds commit_delay(AttemptId attempt);
    Nanoseconds round_trip_with_resending(const MessageEnd& here, const MessageEnd& there);
    void finish_serving(AttemptId attempt, Outcome outcome);
    void answer(AttemptId attempt, Outcome outcome);
    bool leave(AttemptId attempt);
    void drop(AttemptId attempt);

    // --- workers and queues ---------------------------------------------------------------------------------------
    /// Attempts in a list, of one rank. The ranks of a queue lie one after the other; the first counts them all.
    struct Queue {
        AttemptId head, tail;
        std::uint32_t size = 0;
    };
    struct Sharing {
        struct Entry {
            double until = 0;  // attained work at which the task is done
            AttemptId attempt;
            bool operator>(const Entry& other) const {
                return until != other.until ? until > other.until : attempt.value > other.attempt.value;
            }
        };
        std::vector<Entry> heap;  // the earliest on top
        double attained = 0;      // work done on each since the instance was last empty, seconds
        double rate = 0;          // work per second that each gets now
        Nanoseconds since = 0;
        std::uint32_t departure = 0;  // epoch of the next departure's event
    };
    /// What an instance has at hand.
    struct Seat {
        std::uint32_t busy = 0;    // workers held
        std::uint32_t queue = 0;   // position of its first rank in queues_
        std::uint32_t side = 0;    // position in sharings_ or working_, by discipline
        std::uint32_t inside = 0;  // attempts
    };
    std::uint32_t workers_of(InstanceId instance) const {
        return state_.work_effects.empty() ? serving(instance).workers : workers_left(instance);
    }
    std::uint32_t workers_left(InstanceId instance) const;
    Queue& queue_of(InstanceId instance) { return queues_[seats_[instance].queue]; }
    std::uint32_t ranks_of(Discipline discipline) const {
        return discipline == Discipline::priority || discipline == Discipline::preemptive ? plan_.priorities : 1;
    }
    Queue& queue_of(const Attempt& attempt) {
        const std::uint32_t ranks = ranks_of(serving(attempt.instance).discipline);
        return queues_[seats_[attempt.instance].queue + std::min<std::uint32_t>(attempt.rank, ranks - 1)];
    }
    bool has_free_worker(InstanceId instance) const { return seats_[instance].busy < workers_of(instance); }
    bool is_preemptive(InstanceId instance) const { return serving(instance).discipline == Discipline::preemptive; }
    void set_busy(InstanceId instance, std::uint32_t busy) {
        Seat& seat = seats_[instance];
        accountant_.busy_changes(plan_.group_of[instance], instance, seat.busy, busy, now_);
        if ((busy == 0) != (seat.busy == 0)) {
            keep_engaged(plan_, crowds_, instance, busy > 0);
        }
        seat.busy = busy;
    }
    void take_worker(AttemptId id) {
        Attempt& attempt = attempts_[id];
        assert(!attempt.holds_worker && "an attempt holds one worker");
        attempt.holds_worker = true;
        set_busy(attempt.instance, seats_[attempt.instance].busy + 1);
        meter_starts(id);
    }
    void release_worker(InstanceId instance);
    void worker_free_at(InstanceId instance);
    void move_to(AttemptId attempt, InstanceId instance);
    void start_waiting(InstanceId instance);
    /// The instance itself where it has a free worker; with a queue of the group, any of the group that has.
    InstanceId free_instance(InstanceId instance) const {
        return has_free_worker(instance)                         ? instance
               : serving(instance).queue_of == QueueOf::instance ? InstanceId::none()
                                                                 : free_in_group(plan_.group_of[instance]);
    }
    InstanceId free_in_group(GroupId group) const;
    void enqueue(AttemptId attempt, bool at_front);
    void unlink(AttemptId attempt);
    AttemptId next_waiting(InstanceId instance);
    void wait_for_worker(AttemptId attempt);
    void stop_waiting(AttemptId attempt);
    void patience_over(AttemptId attempt);
    AttemptId preemptible(InstanceId instance, std::uint8_t rank);
    void preempt(AttemptId attempt);
    void share_begin(AttemptId attempt, double work_s);
    void share_end(AttemptId attempt);
    void share_advance(InstanceId instance);
    void share_reschedule(InstanceId instance);
    void sharing_departure(InstanceId instance, std::uint32_t epoch);

    // --- time that is billed (metering.cpp) -------------------------------------------------------------------------
    /// How long an attempt has held a function so far.
    struct Metered {
        Nanoseconds since = k_never;  // it holds it now
        Nanoseconds held = 0;
    };
    void meter_starts(AttemptId id) {
        if (is_any_metered_) [[unlikely]] {
            start_meter(id);
        }
    }
    void meter_rests(AttemptId id) {
        if (is_any_metered_) [[unlikely]] {
            rest_meter(id);
        }
    }
    /// The attempt holds its instance no more: what it held is billed.
    void meter_ends(AttemptId id) {
        if (is_any_metered_) [[unlikely]] {
            bill(id);
        }
    }
    void start_meter(AttemptId attempt);
    void rest_meter(AttemptId attempt);
    void bill(AttemptId attempt);

    Sharing& sharing_of(InstanceId instance) { return sharings_[seats_[instance].side]; }
    std::vector<AttemptId>& working_at(InstanceId instance) { return working_[seats_[instance].side]; }

    // --- scaling (scaling_events.cpp) -------------------------------------------------------------------------------
    void start_scaling();
    void scaling_due(ServiceId service);
    void await_schedule(ServiceId service);
    void scale_scheduled(ServiceId service);
    void carry_out(ServiceId service, const Scaling::Change& change);
    void launch_over(const Event& event);
    void stop_sending_to(InstanceId instance);
    void begin_draining(InstanceId instance);
    void look_whether_drained(InstanceId instance);
    void drain_over(const Event& event);
    void quota_refuses(ServiceId service, const Scaling::Change& change);
    void quota_raised(ServiceId service);
    void retire(InstanceId instance);
    void recount_capacity();
    void forget(InstanceId instance);
    void went_in(InstanceId instance) {
        accountant_.entered(plan_.group_of[instance], now_);
        ++seats_[instance].inside;
    }
    void went_out(InstanceId instance) {
        accountant_.left(plan_.group_of[instance], now_);
        --seats_[instance].inside;
        came_nearer_to_drained(instance);
    }
    /// Something that was inside, or on its way there, is not any more.
    void came_nearer_to_drained(InstanceId instance) {
        if (seats_[instance].inside == 0 && state_.presence[instance] == Presence::draining) [[unlikely]] {
            look_whether_drained(instance);
        }
    }

    // --- health checks --------------------------------------------------------------------------------------------
    struct WatchTarget {
        BalancerId balancer;  // of an instance ...
        InstanceId instance;
        DnsId dns;  // ... or of a site
        std::uint32_t site = 0;
    };
    enum class Probe : std::uint8_t { pass, refused, silent };
    void health_check(WatchId watch);
    void health_missed(WatchId watch);
    Probe probe(const WatchTarget& target, Nanoseconds timeout);
    void belief_changed(WatchId watch);
    bool is_up(const WatchTarget& target);
    void wake(WatchId watch);
    template <class Visit>
    void for_each_watcher(InstanceId instance, Visit visit) const;
    void wake_watchers_of(InstanceId instance);
    void wake_all_watches();
    void know_at_once(InstanceId instance);
    void know_all_at_once();
    bool can_be_asked(const MessageEnd& from, InstanceId instance);
    bool site_is_believed(const DnsPlan& dns, std::uint32_t site) const;

    // --- faults ---------------------------------------------------------------------------------------------------
    void fault_begins(std::uint32_t process);
    void fault_ends(std::uint32_t occurrence);
    void notice_over(const Event& event);
    void renew_payment(const EffectChange& change);
    void routes_converge(const Event& event);
    void keep_appointments(const std::vector<FaultAppointment>& appointments);
    void put_in_force(std::uint32_t occurrence);
    void flood_shifts(FaultId fault, bool begins);
    bool was_attacked(Nanoseconds at) const;
    bool shares(InstanceId instance) const { return serving(instance).discipline == Discipline::sharing; }
    void apply(const EffectChange& change);
    void lose_attempts(const std::vector<InstanceId>& lost);
    bool moves_to_heir(AttemptId attempt);
    void conditions_changed(const std::vector<InstanceId>& instances);
    void apply(const FailoverOutcome& outcome, ServiceId service);
    void check_database(InstanceId instance);
    void check_databases();
    void resolve_members(Occurrence& occurrence);
    void engage(const std::vector<TargetAtom>& atoms, bool begins);
    void renew_roles(ServiceId service);

    // --- alarms, people, deployments --------------------------------------------------------------------------------
    struct WindowCounts {         // of an alarm, as counted when its window began
        double bad = 0, all = 0;  // what its metric is a share or a mean of
    };
    struct AlarmWindow {
        bool has_begun = false;
        WindowCounts before;
        std::vector<double> used_before;  // of an alarm about the bill: by charge
    };
    void start_operations();
    bool dispatch_operations(const Event& event);
    void window_ends(std::uint32_t alarm);
    WindowCounts counts_of(const AlarmSpec& alarm);
    std::optional<double> said_by(const AlarmSpec& alarm, AlarmWindow& window);
    double bill_of(const AlarmSpec& alarm, AlarmWindow& window);
    void apply(const OperationsOutcome& outcome, Nanoseconds since);
    ServiceId service_of(InstanceId instance) const { return serving(instance).service; }
    const ServingPlan& serving(InstanceId instance) const { return plan_.serving[plan_.group_of[instance]]; }

    const Plan& plan_;
    Luck luck_;
    Run run_;
    State state_;
    EventSet events_;
    Fingerprint fingerprint_;
    Nanoseconds now_ = 0;
    bool measuring_ = false;
    Books books_ = Books::kept;
    std::uint64_t failures_off_books_ = 0;

    Accountant accountant_;
    Network network_;
    Column<GroupId, Crowd> crowds_;  // of counted groups
    Stream member_luck_;
    Balancers balancers_;
    Watches watches_;
    Failover failover_;
    FaultProcesses faults_;
    Scaling scaling_;
    Column<ServiceId, std::uint32_t> quota_slots_;  // of the occurrence in which a quota refuses
    Limits limits_;
    Operations operations_;
    std::vector<AlarmWindow> windows_;  // by alarm
    std::vector<double> used_;          // by charge: in the window of an alarm about the bill
    BillScratch bill_;

    Pool<AttemptId, Attempt> attempts_;
    Pool<ClientId, Client> clients_;
    Pool<RetryId, Retry> retries_;
    struct Timers {  // where the event set finds the timers of attempts
        Pool<AttemptId, Attempt>* attempts;
        TimerLinks& links(std::uint32_t attempt) { return (*attempts)[AttemptId{attempt}].timer; }
        Nanoseconds armed_at(std::uint32_t attempt) { return (*attempts)[AttemptId{attempt}].sent; }
    };
    Timers timers_{&attempts_};

    Column<DemandId, DemandState> demands_;
    Column<DnsId, DnsState> dns_;
    Column<WatchId, WatchTarget> watch_targets_;
    Column<GroupId, std::vector<WatchId>> site_watches_of_;
    Column<CallPlanId, EventSet::Lane> timeout_lane_;
    Column<CallPlanId, Stream> jitter_;
    std::vector<double> budgets_;  // [caller * services + service]

    Column<InstanceId, Seat> seats_;
    std::vector<Queue> queues_;
    std::vector<Sharing> sharings_;
    std::vector<std::vector<AttemptId>> working_;  // at instances under preemption
    std::vector<Nanoseconds> work_left_;           // by attempt; of those preempted
    bool is_any_attack_ = false;
    struct Span {
        Nanoseconds begin = 0, end = k_never;
    };
    std::vector<Span> attacked_;  // when attackers came through
    bool is_any_metered_ = false;
    std::vector<Metered> metered_;   // by attempt; of functions
    std::vector<InstanceId> freed_;  // instances at which a worker came free while waiting attempts were being started
    bool starting_waiting_ = false;
    std::vector<BlockStream> work_streams_;  // by group and step
    Column<GroupId, std::uint32_t> first_work_stream_;
    Column<GroupId, Stream> error_streams_, patience_streams_;

    static constexpr std::uint64_t k_first_look = 1024;
    static constexpr std::uint64_t k_events_between_looks = std::uint64_t{1} << 16U;
    EventCounts counts_;
    PendingPeak pending_peak_;
    Standstill standstill_;
    Turns turns_;
    std::uint64_t next_look_ = k_first_look;
    bool is_broken_off_ = false;  // in the middle of an event: the books cannot balance
    Event last_;                  // this and the next two: for deep checks
    std::uint64_t next_check_of_records_ = 0;
    std::uint64_t next_check_of_orders_ = 0;
};

}  // namespace nines
