#pragma once
// Requests: all that changes while a replication runs, and what happens at each event. The parts live in files of
// their own: loop (requests.cpp), clients, calls (the caller's side), serving (the callee's), workers, checks, faults.

#include <memory>
#include <queue>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/kernel/event_set.hpp"
#include "engine/kernel/fingerprint.hpp"
#include "engine/random/stream.hpp"
#include "models/demand/arrivals.hpp"
#include "models/faults/effect_stack.hpp"
#include "models/faults/fault_process.hpp"
#include "models/operations/detection.hpp"
#include "models/operations/failover.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"
#include "models/requests/accountant.hpp"
#include "models/requests/balance.hpp"
#include "models/requests/event_kinds.hpp"
#include "models/requests/network.hpp"
#include "models/requests/pool.hpp"
#include "models/requests/records.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/run.hpp"

namespace nines {

class Requests {
public:
    Requests(const Plan& plan, Luck luck);
    Run run(const Watcher& watcher);

private:
    // --- the loop ---------------------------------------------------------------------------------------------------
    void start();
    void dispatch(const Event& event);
    bool is_live(const Event& event) const;
    void schedule(Nanoseconds at, EventKind kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        events_.schedule(at, static_cast<std::uint16_t>(kind), subject, epoch);
    }
    void begin_measuring();
    void finish(Nanoseconds end);
    void check_workers() const;
    void check_books() const;
    void note(NoteKind kind, std::uint32_t subject, std::uint32_t detail = 0, std::uint64_t count = 0);

    // --- clients ----------------------------------------------------------------------------------------------------
    struct DemandState {
        ArrivalProcess arrivals;
        Stream places, endpoints, phases, think;
    };
    void schedule_arrival(DemandId demand);
    void arrival(DemandId demand);
    void state_changes(DemandId demand);
    void client_wants(DemandId demand, std::uint32_t user);
    void user_thinks(DemandId demand, std::uint32_t user, Nanoseconds last_took);
    std::uint32_t slice_now();
    void client_done(CallId call, Outcome outcome);

    // --- routes of users (DNS) ------------------------------------------------------------------------------------
    struct Answers {
        Nanoseconds since = 0;
        std::vector<std::uint8_t> up;  // by site: which were believed up from then on
    };
    struct DnsState {
        std::vector<Answers> history;  // the oldest first; as far back as a client may still remember
    };
    std::uint32_t site_for(const Call& call);
    void site_believed(DnsId dns, std::uint32_t site, bool up);
    bool site_is_up(const DnsPlan& dns, std::uint32_t site);

    // --- calls: the caller's side ---------------------------------------------------------------------------------
    void attempt(CallId call);
    InstanceId choose_instance(CallId call);
    void arm_timeout(CallId call);
    void answer_arrives(CallId call, Outcome outcome);
    void attempt_times_out(CallId call);
    void attempt_ended(CallId call, Outcome outcome);
    bool may_retry(CallId call, Outcome outcome);
    double backoff_s(Call& call, const CallPlan& plan);
    void backoff_over(CallId call);
    void settle(CallId call, Outcome outcome);
    bool caller_is_alive(const Call& call) const;
    MessageEnd caller_end(const Call& call) const;
    double& budget_of(const Call& call);

    // --- serving: the callee's side -------------------------------------------------------------------------------
    void request_arrives(TaskId task);
    std::optional<Outcome> refusal(TaskId task);
    void admit(TaskId task);
    void resume(TaskId task);
    void go_on(TaskId task);
    bool do_step(TaskId task, const StepPlan& step);
    void start_work(TaskId task, double work_s);
    void work_done(TaskId task);
    void start_calls(TaskId task, const StepPlan& step);
    void child_settled(TaskId task, const CallPlan& plan, Outcome outcome);
    void end_of_steps(TaskId task);
    Nanoseconds commit_delay(TaskId task);
    Nanoseconds round_trip_with_resending(const MessageEnd& here, const MessageEnd& there);
    void committed(TaskId task);
    void finish_task(TaskId task, Outcome outcome);
    void send_answer(TaskId task, Outcome outcome);
    void drop_task(TaskId task);

    // --- workers and queues ---------------------------------------------------------------------------------------
    struct Queue {
        std::vector<TaskId> head, tail;  // by rank
        std::uint32_t size = 0;
    };
    struct Sharing {
        struct Entry {
            double until = 0;  // attained work at which the task is done
            TaskId task;
            bool operator>(const Entry& other) const {
                return until != other.until ? until > other.until : task.value > other.task.value;
            }
        };
        std::vector<Entry> heap;  // the earliest on top
        double attained = 0;      // work done on each since the instance was last empty, seconds
        double rate = 0;          // work per second that each gets now
        Nanoseconds since = 0;
    };
    std::uint32_t workers_of(InstanceId instance) const;
    Queue& queue_of(InstanceId instance);
    bool has_free_worker(InstanceId instance) const { return busy_[instance] < workers_of(instance); }
    void take_worker(TaskId task);
    void give_worker(TaskId task);
    void release_worker(InstanceId instance);
    void worker_free_at(InstanceId instance);
    void start_waiting(InstanceId instance);
    InstanceId free_instance(InstanceId instance) const;
    void enqueue(TaskId task, bool at_front);
    void unlink(TaskId task);
    TaskId next_waiting(InstanceId instance);
    void wait_for_worker(TaskId task);
    void stop_waiting(TaskId task);
    void patience_over(TaskId task);
    TaskId preemptible(InstanceId instance, std::uint8_t rank);
    void preempt(TaskId task);
    void share_begin(TaskId task, double work_s);
    void share_end(TaskId task);
    void share_advance(InstanceId instance);
    void share_reschedule(InstanceId instance);
    void sharing_departure(InstanceId instance);

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
    void wake_watchers_of(InstanceId instance);
    void wake_all_watches();
    void know_at_once(InstanceId instance);
    void know_all_at_once();
    bool can_be_asked(const MessageEnd& from, InstanceId instance);
    bool site_is_believed(const DnsPlan& dns, std::uint32_t site) const;

    // --- faults ---------------------------------------------------------------------------------------------------
    void fault_begins(std::uint32_t process);
    void fault_ends(std::uint32_t occurrence);
    void keep_appointments(const std::vector<FaultAppointment>& appointments);
    bool shares(InstanceId instance) const {
        return plan_.services[service_of(instance)].discipline == Discipline::sharing;
    }
    void apply(const EffectChange& change);
    void lose_tasks(const std::vector<InstanceId>& lost);
    void conditions_changed(const std::vector<InstanceId>& instances);
    void apply(const FailoverOutcome& outcome, ServiceId service);
    void check_database(InstanceId instance);
    void check_databases();
    void resolve_roles(std::vector<TargetAtom>& atoms) const;
    void renew_roles(ServiceId service);
    ServiceId service_of(InstanceId instance) const { return plan_.groups[plan_.group_of[instance]].service; }

    const Plan& plan_;
    Luck luck_;
    Run run_;
    State state_;
    EventSet events_;
    Fingerprint fingerprint_;
    Nanoseconds now_ = 0;
    bool measuring_ = false;

    Accountant accountant_;
    Network network_;
    Balancers balancers_;
    Watches watches_;
    Failover failover_;
    FaultProcesses faults_;

    Pool<CallId, Call> calls_;
    Pool<TaskId, Task> tasks_;

    Column<DemandId, DemandState> demands_;
    Column<DnsId, DnsState> dns_;
    Column<WatchId, WatchTarget> watch_targets_;
    Column<InstanceId, std::vector<WatchId>> watchers_of_;
    Column<CallPlanId, EventSet::Lane> timeout_lane_;
    Column<CallPlanId, Stream> jitter_;
    std::vector<double> budgets_;  // [caller * services + service]

    Column<InstanceId, std::uint32_t> busy_;
    Column<InstanceId, std::uint32_t> life_;  // how often it was lost
    Column<InstanceId, std::uint32_t> queue_index_;
    std::vector<Queue> queues_;
    std::vector<InstanceId> freed_;  // instances at which a worker came free while waiting attempts were being started
    bool starting_waiting_ = false;
    Column<InstanceId, std::vector<TaskId>> working_;  // of preemptive services
    Column<InstanceId, std::uint32_t> sharing_index_;
    std::vector<Sharing> sharings_;
    Column<InstanceId, std::uint32_t> departure_epoch_;
    std::vector<Stream> work_streams_;  // by group and step
    Column<GroupId, std::uint32_t> first_work_stream_;
    Column<GroupId, Stream> error_streams_, patience_streams_;
};

}  // namespace nines
