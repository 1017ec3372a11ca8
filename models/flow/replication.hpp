#pragma once
// FlowReplication: one replication in `flow`: its scene, what happens to it, and how long each scene lasts.

#include <optional>
#include <vector>

#include "engine/kernel/event_set.hpp"
#include "engine/kernel/fingerprint.hpp"
#include "models/demand/arrivals.hpp"
#include "models/faults/effect_stack.hpp"
#include "models/faults/fault_process.hpp"
#include "models/flow/atlas.hpp"
#include "models/flow/course.hpp"
#include "models/flow/load.hpp"
#include "models/operations/detection.hpp"
#include "models/operations/operations.hpp"
#include "models/operations/scaling.hpp"
#include "models/requests/simulate.hpp"

namespace nines {

class FlowReplication {
public:
    FlowReplication(const Plan& plan, Luck luck, Atlas& atlas, Stays& stays, const std::vector<LoadCourse>& loads);
    Run run(const Watcher& watcher, const RunLimits& limits);

private:
    enum class Kind : std::uint16_t {
        fault_begins,
        fault_ends,
        failure_detected,
        promoted,
        copy_loss_detected,
        rebuild,
        routes_converge_link,
        routes_converge_place,
        load_changes,
        state_changes,
        beliefs_change,  // a transition begins or ends
        backlog_passes,
        scaling_due,  // a position in the plan's list of services that scale
        launch_over,
        alarm_looks,
        deployment_ready,
        deployment_goes_on,
        response_goes_on,
        settles,  // all that happens at this instant has happened
        notice_over,
        bucket_runs_dry,
        quota_raised,
        scale_scheduled  // as scaling_due
    };
    void schedule(Microseconds at, Kind kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        if (at < end_) {
            events_.schedule(at, static_cast<std::uint16_t>(kind), subject, epoch);
        }
    }
    Microseconds after(double seconds) const;
    double now_s() const { return static_cast<double>(now_) / k_us_per_s - plan_.run.warmup_s; }
    void dispatch(const Event& event);
    bool is_stale(const Event& event) const;
    void load_changes(DemandId demand);
    void advance(Microseconds to);
    void settle();

    // --- faults and failovers (happenings.cpp) ----------------------------------------------------------------------
    void keep_appointments(const std::vector<FaultAppointment>& appointments);
    void fault_begins(std::uint32_t process);
    void put_in_force(std::uint32_t occurrence);
    void fault_ends(std::uint32_t occurrence);
    void flood_shifts(FaultId fault, bool begins);
    double paid_in(GroupId group) const;
    void count_beyond(Microseconds to);
    void notice_over(std::uint32_t occurrence);
    void choose_members(Occurrence& occurrence);
    void apply(const EffectChange& change);
    void apply(const FailoverOutcome& outcome, ServiceId service);
    void check_database(InstanceId instance);
    void check_databases();
    void routes_changed();
    void remember_writes(ServiceId service);
    Nanoseconds clock_of_databases();
    bool is_common(NoteKind kind, std::uint32_t subject) const;
    void note(NoteKind kind, std::uint32_t subject, std::uint32_t detail = 0, std::uint64_t count = 0);

    // --- beliefs (beliefs.cpp) --------------------------------------------------------------------------------------
    struct Watch {
        BalancerId balancer;  // of an instance ...
        InstanceId instance;
        DnsId dns;  // ... or of a site
        std::uint32_t site = 0;
        Microseconds phase = 0;
        bool up = true;              // as believed
        Microseconds flips_at = -1;  // -1: it stays with what it believes
    };
    struct Switch {  // clients of a route learn a new answer as their old one runs out
        Microseconds begin = 0, end = -1;
    };
    void start_watches();
    bool is_up(const Watch& watch);
    bool is_silent(const Watch& watch) const;
    const HealthPolicy& policy_of(const Watch& watch) const;
    Microseconds flip_time(const Watch& watch) const;
    void look(std::uint32_t watch);
    void look_at(const std::vector<InstanceId>& instances);
    void look_at_all();
    void flip(std::uint32_t watch);
    void site_believed(DnsId dns, std::uint32_t site, bool up);
    void set_answers(Microseconds at);
    void catch_up();
    struct Flips {
        Microseconds begin = k_never, end = k_never;  // of a straight line; the same: a step
        std::uint32_t lines_left = 0;                 // after it
    };
    void line_up();
    Flips next_flips() const;
    Microseconds end_of_switches() const;
    NodeId node_now();
    NodeId node_at(Microseconds at);

    // --- scaling (scaling.cpp) --------------------------------------------------------------------------------------
    /// What a scaler measures, and when it looks next.
    struct ScaleCourse {
        double since_grid = 0;   // signal times seconds since the last evaluation's time
        double last_period = 0;  // mean of the signal over the period before that time
        double signal = -1;      // now
        Microseconds steady_since = 0;
        Microseconds looks_at = -1;  // -1: no evaluation could change anything
        Microseconds looked_at = -1;
        std::uint32_t epoch = 0;
    };
    void start_scaling();
    double signal_at(NodeId node, ServiceId service) const;
    void measure_for_scaling(Microseconds to);
    void plan_evaluations();
    void look_at_scaling(std::uint32_t at, Microseconds when);
    void look_if_due(std::uint32_t at);
    void scaling_due(std::uint32_t at);
    void await_schedule(std::uint32_t at);
    void scale_scheduled(std::uint32_t at);
    void carry_out(ServiceId service, const Scaling::Change& change);
    void quota_refuses(ServiceId service, const Scaling::Change& change);
    void quota_raised(ServiceId service);
    void launch_over(InstanceId instance);
    void forget(InstanceId instance);
    // --- alarms, people, pipelines (watching.cpp) -------------------------------------------------------------------
    struct Amounts {  // per second, or summed over time: what an alarm's metric is a share or a mean of
        double bad = 0, all = 0;
    };
    struct Window {  // of an alarm: the one that is not over
        Microseconds end = 0, length = 0;
        Amounts sum;
        std::uint32_t epoch = 0;  // of the next look
    };
    void start_operations();
    Amounts amounts_of(const AlarmSpec& alarm, NodeId node);
    double usd_per_h_in(NodeId node);
    void fill(Window& window, const Amounts& from, const Amounts& to, Microseconds begin, Microseconds end) const;
    static std::optional<double> close(Window& window);
    void watch_until(Microseconds to);
    Microseconds next_look(std::uint32_t alarm);
    void schedule_looks();
    void apply(const OperationsOutcome& outcome, Microseconds since);

    // --- limits (tokens.cpp) ----------------------------------------------------------------------------------------
    double token_drift_of(std::size_t bucket) const;
    void tokens_come_and_go(Microseconds to);
    void next_dry();

    // --- backlogs (fluid.cpp) ---------------------------------------------------------------------------------------
    void backlog_grows(Microseconds to);
    void next_level();
    void pass_level(GroupId group);
    void lose_backlog(const std::vector<InstanceId>& lost);
    void find_level(GroupId group);
    double first_level(GroupId group) const;
    double room_of(GroupId group) const;
    double drift_of(GroupId group) const;
    double drift_in(NodeId node, GroupId group) const;
    void unpin();
    double holds_at(GroupId group) const;
    bool holds_within_level(GroupId group) const;
    bool hold(GroupId group);
    double level_lasts_s(GroupId group) const;

    const Plan& plan_;
    Luck luck_;
    Atlas& atlas_;
    const std::vector<LoadCourse>& loads_;
    Run run_;
    Scene scene_;
    EventSet events_;
    Fingerprint fingerprint_;
    FaultProcesses faults_;
    Operations operations_;
    std::vector<Window> windows_;    // by alarm
    std::vector<double> usd_per_h_;  // by node; not a number where nobody has asked yet
    Watches phases_;
    Stays& stays_;
    CourseBook book_;
    std::vector<double> grams_;  // by region of the grid
    Microseconds now_ = 0;
    Microseconds end_ = 0;
    Microseconds database_base_ = 0;
    std::uint32_t failover_pending_ = 0;
    SceneKey things_;  // key of all but rates and backlogs
    bool things_changed_ = true;
    Stretch stretch_;
    std::uint32_t transition_ = 0;  // epoch of its event
    std::vector<Watch> watches_;
    Column<InstanceId, std::vector<std::uint32_t>> watches_of_;
    Column<GroupId, std::vector<std::uint32_t>> site_watches_of_;
    std::vector<std::uint32_t> flipping_;  // watches that will change their mind, by time
    std::vector<std::uint32_t> fresh_;     // of them, not yet in line
    Microseconds line_ends_ = -1;          // of the straight line through flips
    std::uint32_t lines_left_ = 0;         // that follow it
    Microseconds as_of_ = 0;               // when what is being looked at has changed
    Column<DnsId, Switch> switches_;
    Column<DemandId, ArrivalProcess> modulation_;
    Column<GroupId, double> waiting_;           // backlog, attempts
    Column<GroupId, std::uint8_t> pinned_;      // neither grows nor drains at the border of a level
    std::uint32_t passing_ = 0;                 // epoch of the next passage
    std::uint32_t drying_ = 0;                  // epoch of the next bucket that runs dry
    Column<GroupId, double> stood_, beyond_s_;  // instances when a flood began; and beyond them, times seconds
    Stream member_luck_, write_luck_;
    Column<DemandId, Microseconds> next_load_;
    bool is_settling_ = false;
    Scaling scaling_;
    Column<ServiceId, std::uint32_t> quota_slots_;  // of the occurrence in which a quota refuses
    Column<ServiceId, std::uint32_t> scaler_of_;    // position in the plan's list of services that scale
    std::vector<ScaleCourse> scale_courses_;        // as in the plan's list of services that scale
};

}  // namespace nines
