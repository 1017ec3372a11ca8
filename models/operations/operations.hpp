#pragma once
// Operations: what alarms, people on call, runbooks and pipelines do while a run goes on; the same in both fidelities.
// A fidelity tells what happens to it (a fault begins, a window of an alarm is over, an appointment is due), and does
// what the outcome says.

#include <limits>
#include <vector>

#include "engine/base/ring.hpp"
#include "engine/random/stream.hpp"
#include "models/operations/alarms.hpp"
#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

struct OperationsAppointment {
    enum class Kind : std::uint8_t { deployment_ready, deployment_goes_on, response_goes_on } kind{};
    std::uint32_t subject = 0;  ///< deployment, or response
    std::uint32_t epoch = 0;
    double after_s = 0;
};

/// More instances of a service have a bad version.
struct BadStage {
    std::uint32_t deploy = 0;
    std::uint32_t from = 0, until = 0;  ///< positions in its order
};

/// What follows from one thing that happened; to be done in this order.
struct OperationsOutcome {
    std::vector<Note> notes;           ///< without their time
    std::vector<std::uint32_t> ended;  ///< occurrences of faults that are over now
    std::vector<BadStage> begun;       ///< occurrences that begin; stage_began() wants to know each
    std::vector<OperationsAppointment> appointments;

    void clear() {
        notes.clear();
        ended.clear();
        begun.clear();
        appointments.clear();
    }
};

/// Times are seconds from time zero. An outcome holds until the next thing is told.
class Operations {
public:
    Operations(const Plan& plan, Luck luck);

    /// Whether nothing of this exists in the plan: then nobody needs to tell anything.
    bool is_idle() const { return !plan_.operations.any(); }
    /// The first deployments, from time zero.
    const OperationsOutcome& start();
    AlarmBoard& alarms() { return alarms_; }

    void fault_began(FaultId fault, std::uint32_t occurrence, double now_s);
    void fault_ended(std::uint32_t occurrence, double now_s);
    /// The instances that a bad stage reaches; the occurrence that the fidelity has made of them.
    std::vector<TargetAtom> atoms_of(const BadStage& stage) const;
    void stage_began(const BadStage& stage, std::uint32_t occurrence);

    /// Windows of the alarm are over: it may go on or off, and who is told acts.
    const OperationsOutcome& look(std::uint32_t alarm, double now_s);
    /// Whether an alarm that stays on would make something happen at the end of its next window.
    bool has_more_to_tell(std::uint32_t alarm) const;
    const OperationsOutcome& deployment_ready(std::uint32_t deploy, double now_s);
    const OperationsOutcome& deployment_goes_on(std::uint32_t deploy, std::uint32_t epoch, double now_s);
    const OperationsOutcome& response_goes_on(std::uint32_t response, std::uint32_t epoch, double now_s);

    /// Closes what is open at the end of the run.
    OperationsTally close(double end_s);

private:
    static constexpr std::uint32_t k_none = UINT32_MAX;

    /// Something that is wrong: a fault, or a bad version of a deployment. Slots are used again.
    struct Cause {
        FaultId fault;
        std::uint32_t occurrence = k_none;  // of a fault
        std::uint32_t deploy = k_none;      // of a deployment
        double began_s = 0;
        bool is_open = false;
        bool is_detected = false;
        double detected_s = 0;
        std::uint32_t response = k_none;
        bool by_human = false;  // its end
        // of a deployment:
        double share = 0;  // of the instances that have it, since ...
        double since_s = 0;
        std::vector<std::uint32_t> stages;  // occurrences
    };
    /// Somebody or something at work because of an alarm. Slots are used again.
    struct Response {
        enum class State : std::uint8_t { over, automatic, paged, diagnosing, working, rolling_back } state{};
        std::uint32_t cause = k_none;  // none: there is nothing to end
        std::uint32_t alarm = k_none;
        double paged_s = 0;
        double acknowledged_s = -1;
        std::uint32_t epoch = 0;
    };
    struct Ready {
        double since_s = 0;
        bool bad = false;
    };
    struct Pipeline {
        enum class State : std::uint8_t { idle, rolling, baking, rolling_back } state{};
        Ring<Ready> ready;  // deployments that wait for the one under way
        Ready now;
        double began_s = 0;
        std::uint32_t stage = 0;
        std::uint32_t epoch = 0;
        std::uint32_t bad = k_none;      // cause: the version that is on its way
        std::uint32_t old_bad = k_none;  // cause: one that nobody has noticed yet
        Stream gaps, verdicts, rollbacks;
    };
    struct Tempers {  // luck of whoever responds
        Stream acknowledge, diagnose, wrong, runbook, failure;
    };

    // --- pipelines (deployment.cpp)
    const DeployPlan& plan_of(std::uint32_t deploy) const { return plan_.operations.deploys[deploy]; }
    void begin_next(std::uint32_t deploy, double now_s);
    void reach_stage(std::uint32_t deploy, double now_s);
    void bake_over(std::uint32_t deploy, double now_s);
    bool watches(const Pipeline& pipeline, std::uint32_t deploy, std::uint32_t alarm) const;
    void roll_back(std::uint32_t deploy, double now_s);
    void rolled_back(std::uint32_t deploy, double now_s);
    void end_bad(std::uint32_t& cause, double now_s, bool is_repair);
    void count_exposure(Cause& cause, double now_s);
    void count_second_fleet(std::uint32_t deploy, double now_s);
    void go_on_after(std::uint32_t deploy, double after_s);

    // --- responses (response.cpp)
    std::uint32_t open_cause(FaultId fault, double now_s);
    void close_cause(std::uint32_t cause, double now_s, bool is_repair);
    void tell_of_causes(std::uint32_t alarm, double now_s);
    void detect(std::uint32_t cause, std::uint32_t alarm, double now_s);
    void page(std::uint32_t cause, std::uint32_t alarm, double now_s);
    std::uint32_t take_response();
    void call_people(std::uint32_t response, double now_s);
    void begin_diagnosis(std::uint32_t response, double now_s);
    void diagnosed(std::uint32_t response, double now_s);
    void begin_runbook(std::uint32_t response, bool automatic);
    void runbook_over(std::uint32_t response, double now_s);
    void cure(std::uint32_t response, bool by_human);
    void response_over(std::uint32_t response, double now_s);
    void go_on(std::uint32_t response, double after_s);
    Tempers& tempers_of(const Response& response);
    void tell(NoteKind kind, const Response& response);
    /// How many times as long something takes that begins now, as the night has it.
    double night_factor(double NightSpec::*factor, double now_s) const;
    double practice_factor(double now_s) const;

    const Plan& plan_;
    AlarmBoard alarms_;
    OperationsTally tally_;
    OperationsOutcome outcome_;
    std::vector<Cause> causes_;
    std::vector<std::uint32_t> free_causes_;
    std::vector<std::uint32_t> cause_of_;  // by occurrence of a fault
    std::vector<Response> responses_;
    std::vector<Pipeline> pipelines_;
    std::vector<std::uint32_t> span_of_;  // by alarm: its open span
    std::vector<Tempers> of_faults_, of_alarms_;
    std::uint64_t responses_begun_ = 0;
    std::uint32_t undetected_ = 0;  // open causes of which no alarm has told
    std::uint32_t open_ = 0;        // causes
};

/// Of blue and green both are paid for from a deployment's beginning until it has baked or is rolled back; the second
/// draws idle power, at the mean carbon intensity of the first.
void pay_second_fleets(const Plan& plan, Run& run);

}  // namespace nines
