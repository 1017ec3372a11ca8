#pragma once
// Solver: rates of a scene. Attempts flow down the call graph, waits and failures come back up, retries tie the two
// together: a fixed point, found by iteration.

#include <array>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/overload.hpp"
#include "engine/analytic/station.hpp"
#include "models/flow/grid.hpp"
#include "models/flow/law_values.hpp"
#include "models/flow/scene.hpp"
#include "models/flow/shared_law.hpp"
#include "models/flow/solution.hpp"
#include "models/flow/ways.hpp"

namespace nines {

/// Instances of a group that are alike: in the same condition, and believed the same by everybody.
using CohortId = Index<struct CohortTag>;
/// An endpoint served by a cohort.
using OpId = Index<struct OpTag>;
/// A call as one caller makes it: a call step of a group, or a call of a demand at a place.
using PairId = Index<struct PairTag>;

/// A draft does without laws of latencies where no timeout has a say: a fraction of the work.
enum class Detail : std::uint8_t { draft, full };

/// Where iteration begins: where two fixed points exist, it leads to one or the other.
enum class Start : std::uint8_t { quiet, storm, history };

class Solver {
public:
    Solver(const Plan& plan, const GridCourse& grid);

    /// Solves a scene. From `history`: from the attempts for each call of `before`.
    Solution solve(const Scene& scene, Start start, Detail detail, const Solution* before = nullptr);
    Ways& ways() { return ways_; }
    /// A law as values of stated weights (law_values.hpp). What it refers to lasts until the next call.
    const LawValues& values_of(LawId id) const;
    /// Memory held by laws, about.
    std::uint64_t law_bytes() const { return laws_.size() * (sizeof(analytic::LatencyLaw) + 96); }
    /// Forgets all laws: what was solved before is void.
    void forget() {
        laws_.clear();
        law_of_.clear();
        values_.clear();
    }
    /// Whether a group's backlog is treated as a fluid: its queue can hold more than it serves in some seconds.
    bool is_fluid(GroupId group) const { return fluid_[group]; }
    /// Right after a scene was solved: whether retries could keep themselves going, that is, whether some station would
    /// be near what it can serve if everything were tried as often as it may be.
    bool may_storm(const Scene& scene);

private:
    struct Cohort {
        GroupId group;
        ServiceId service;
        InstanceId sample;
        double count = 0;
        bool silent = false, crashed = false;
        bool refuses = false;  // too few are up, or it has no role
        bool reads_only = false;
        Condition condition;
        double workers = 0;  // of an instance; 0: unlimited
        double pool = 0;     // instances among which callers choose when they choose one of these
        std::uint64_t signature = 0;
        std::uint32_t first_op = 0;
        // of the last round
        double arrivals = 0;  // attempts per second that reach it
        double visits = 0;    // arrivals at the queue, per second: more where a worker is asked for again
        double hold_mean_s = 0, hold_second_s2 = 0;  // of a visit
        double starved =
            0;  // of those who join, the share that is not served before its callers give up, whoever they are
        analytic::StationOutput station;
        SharedLaw wait;
        double wait_variance_s2 = 0;
        double wait_least_s = 0;  // behind a backlog
        bool has_wait = false;
        double holds_at = std::numeric_limits<double>::infinity();  // as in GroupRates
        std::optional<double> leaves_per_s;  // newest first: share of those who wait taken out, per second
        std::vector<SharedLaw> class_wait;   // by priority, where that makes a difference
        SharedLaw commit;                    // what a sync write waits for its copies; of the scene

        bool serves() const { return !silent && !crashed && !refuses; }
    };
    struct Op {
        double arrivals = 0;        // per second
        double ok = 1;              // given that it is admitted, answered ok; the rest is answered with an error
        double degraded = 0;        // of ok
        SharedLaw ok_law;           // from arrival to answer
        double ok_variance_s2 = 0;  // in light rounds
        double ok_least_s = 0;      // backlogs alone put it off so long
        double error_mean_s = 0;
        double hold_mean_s = 0, hold_variance_s2 = 0;  // of a worker, over all visits
        double visits = 1;
        double begun = 1;  // of those admitted, the share that gets a worker at all before it is taken out
        double stay_mean_s = 0;
        std::vector<SharedLaw> class_law;              // ok_law by priority, where that makes a difference
        std::vector<std::pair<PairId, double>> calls;  // how often each is made, for each attempt admitted
    };
    /// How an attempt at a cohort ends for its caller.
    struct Attempt {
        std::array<double, k_outcomes> ends{};  // the rest never ends
        SharedLaw ok_law;
        double ok_variance_s2 = 0;  // in light rounds
        double least_s = 0;         // backlogs alone put an answer off so long
        double pass = 1;            // the request reaches it
        double let_in = 1;          // of those, limits let in
        double done = 1;            // of those who stay in the queue, not taken out before they are answered
        double failed_s = 0;        // mean time until a failure is known
        double timeout_s = 0;       // its caller's limit; 0: none
        double taken_out_s = std::numeric_limits<double>::infinity();  // so long after it came; infinite: never
        double reaches() const { return pass * let_in; }
        double ok_share() const { return ends[0] + ends[1]; }
        double failed_share() const { return ends[2] + ends[3] + ends[4]; }
    };
    struct Target {
        CohortId cohort;
        double members = 0;  // of the cohort, among those the balancer chooses from
        double share = 0;    // of first attempts
        Attempt attempt;
        double visits = 0;  // attempts, for each call
    };
    /// A part of a call's traffic with candidates of its own: clients whose route names one site.
    struct Branch {
        double weight = 1;
        double members = 0;           // candidates
        std::vector<Target> targets;  // none: nobody is believed healthy
        double nobody = 0;            // attempts that find nobody, for each call
    };
    struct Pair {
        CallerId caller;
        CallPlanId call;
        std::uint32_t rank = UINT32_MAX;  // priority of its attempts; UINT32_MAX: some have one, some another
        double calls = 0;                 // per second
        std::vector<Branch> branches;
        // per call
        double attempts = 1;
        std::array<double, k_outcomes> ends{1, 0, 0, 0, 0, 0};
        SharedLaw ok_law;
        double ok_variance_s2 = 0;  // in light rounds
        double ok_least_s = 0;
        double failed_s = 0;
        double ok() const { return ends[0] + ends[1]; }
        double failed() const { return ends[2] + ends[3] + ends[4] + ends[5]; }
    };

    /// A token bucket of the scene.
    struct Bucket {
        double per_s = 0, burst = 1;
        bool is_throttle = false;
        bool is_dry = false;
        bool is_idle = false;  // another one, of the same attempts, turns away all who would find it empty
        double share = 1;      // of those who find a token in all others that they need one of, those who do here
        std::array<double, 2> shares_before{1, 1};  // in the two rounds before
        std::vector<std::uint32_t> streams;
    };
    /// Attempts that need tokens of the same buckets.
    struct LimitedStream {
        double per_s = 0;
        double let_in = 1;
    };

    // --- of the plan (solver.cpp) -----------------------------------------------------------------------------------
    void number_pairs();
    void rank_pairs();
    void order_endpoints();
    void visit(EndpointId endpoint, std::vector<std::uint8_t>& seen);
    PairId pair_of(CallerId caller, CallPlanId call) const {
        return PairId{first_pair_[caller] + position_[call.value]};
    }
    OpId op_of(const Cohort& cohort, EndpointId endpoint) const {
        return OpId{cohort.first_op + endpoint_position_[endpoint]};
    }

    // --- of the scene (cohorts.cpp) ---------------------------------------------------------------------------------
    void find_cohorts(const Scene& scene);
    void add_instance(const Scene& scene, InstanceId instance, const Away& away, double count);
    double workers_of(const Scene& scene, InstanceId instance) const;
    void find_targets(const Scene& scene);
    void targets_of_pair(const Scene& scene, Pair& pair);
    Branch branch_of(const Scene& scene, BalancerId balancer, std::uint32_t only_tier) const;
    Branch branch_of_database(const Scene& scene, const Pair& pair) const;
    void share_evenly(Branch& branch) const;
    void find_pools();

    // --- the iteration (rounds.cpp) ---------------------------------------------------------------------------------
    void begin(const Scene& scene, Start start, const Solution* before);
    void flow_down(const Scene& scene);
    void serve(const Scene& scene);
    void come_up(const Scene& scene);
    double change_since_last();
    std::uint32_t iterate(const Scene& scene, std::uint32_t rounds_most);
    void close_loops();
    bool needs_laws() const;
    std::uint32_t refine(const Scene& scene);

    // --- limits (tokens.cpp) ----------------------------------------------------------------------------------------
    void find_buckets(const Scene& scene);
    double let_in(const Scene& scene, CallerId caller, GroupId group) const;
    void need_tokens(const Scene& scene, const Pair& pair, const Target& target);
    bool is_idle_behind(const Bucket& bucket, const Bucket& other) const;
    bool find_idle_buckets();
    void share_in(Bucket& bucket, double share);
    double pass_buckets();
    void share_tokens();
    void hasten_buckets(std::uint32_t round);
    double arrivals_at(const Bucket& bucket) const;
    double token_drift(const Bucket& bucket) const;

    // --- stations (waits.cpp) ---------------------------------------------------------------------------------------
    void find_met_share(const Scene& scene);
    StepId only_work_of(const Cohort& cohort) const;
    void count_visits(Cohort& cohort) const;
    /// Calls `visit(pair, branch, target)` for all that is sent to a cohort.
    template <class Visit>
    void for_each_stream(const Cohort& cohort, Visit visit) const {
        for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
            for (const PairId id : pairs_to_[endpoint]) {
                for (const Branch& branch : pairs_[id].branches) {
                    for (const Target& target : branch.targets) {
                        if (&cohorts_[target.cohort] == &cohort && pairs_[id].calls * target.visits > 0) {
                            visit(pairs_[id], branch, target);
                        }
                    }
                }
            }
        }
    }
    double arrival_scv(const Scene& scene, const Cohort& cohort, double part, double load) const;
    analytic::StationInput station_input(const Scene& scene, const Cohort& cohort, double part) const;
    const analytic::StationOutput& station_of(const analytic::StationInput& input);
    void blind_each_other(Cohort& cohort, const analytic::StationInput& input);
    bool solve_closed_station(Cohort& cohort, const analytic::StationInput& input);
    void wait_by_class(Cohort& cohort, const analytic::StationInput& input);
    void wait_at(const Scene& scene, Cohort& cohort);

    // --- backlogs (backlog.cpp) -------------------------------------------------------------------------------------
    double stay_for(ServiceId service, double wait_s) const;
    double fluid_drift(const Scene& scene, const Cohort& cohort) const;
    analytic::LatencyLaw hold_law(const Cohort& cohort) const;
    double room_of(const Cohort& cohort) const;
    bool takes_some_out(const Cohort& cohort) const;
    std::optional<analytic::OverloadState> overload_of(const Cohort& cohort, double arrival_scv) const;
    double share_of_group(const Cohort& cohort) const;
    void hold_backlog(Cohort& cohort, const analytic::OverloadState& state);
    bool wait_newest_first(Cohort& cohort, double share);
    void wait_behind_backlog(const Scene& scene, Cohort& cohort, double arrival_scv);

    // --- endpoints and calls (steps.cpp, calls.cpp) -----------------------------------------------------------------
    struct Walk;
    SharedLaw plus(const SharedLaw& a, const SharedLaw& b);
    SharedLaw one_of(std::span<const WeightedShare> parts) const;
    SharedLaw scaled(const SharedLaw& law, double factor) const;
    void walk(const Scene& scene, Cohort& cohort, EndpointId endpoint);
    void walk_classes(const Scene& scene, Cohort& cohort, EndpointId endpoint);
    void do_call(const Pair& pair, const CallPlan& call, Walk& walk);
    void do_parallel(const Cohort& cohort, const StepPlan& step, Walk& walk);
    SharedLaw commit_law(const Scene& scene, const Cohort& cohort);
    void try_call(const Scene& scene, Pair& pair);
    double variance_of(const Pair& pair) const;
    double least_of(const Pair& pair) const;
    void prefer_the_idle(const Pair& pair, Branch& branch) const;
    Attempt attempt_at(const Scene& scene, const Pair& pair, const Cohort& cohort);
    struct Chain;
    void try_branch(const Pair& pair, Branch& branch, double retry_share, Chain& chain);

    // --- what comes out (collect.cpp) -------------------------------------------------------------------------------
    Solution collect(const Scene& scene);
    void collect_pair(const Scene& scene, PairId id, Solution& solution);
    void collect_groups(const Scene& scene, Solution& solution);
    void count_under_way(Solution& solution) const;
    void find_attackers();  // attack.cpp
    AttackRates no_attack() const;
    double granules_of(const Cohort& cohort, EndpointId endpoint, const Op& op);
    LawId keep(const SharedLaw& law);
    LawId keep_ok(const SharedLaw& law) { return is_light_ ? LawId::none() : keep(law); }

    const Plan& plan_;
    const GridCourse& grid_;
    Column<GroupId, std::uint8_t> fluid_;
    bool has_retries_ = false;
    std::vector<std::uint32_t> position_;  // of a call among its owner's, by CallPlanId
    Column<CallerId, std::uint32_t> first_pair_;
    Column<EndpointId, std::uint32_t> endpoint_position_;  // among its service's
    Column<ServiceId, std::vector<EndpointId>> endpoints_of_;
    std::vector<EndpointId> callers_first_;  // topological order
    Column<EndpointId, std::vector<PairId>> pairs_to_;

    struct Work {
        SharedLaw law;
        double mean_s = 0, variance_s2 = 0;  // its own: points of a law lose a little of its variance
    };
    std::vector<Work> work_;                                       // of work steps, by StepId
    std::map<std::pair<std::uint32_t, double>, double> granules_;  // of a work step, so much slower than it is
    Column<ServiceId, SharedLaw> unnoticed_loss_;                  // of a copy: how long writes wait for it
    Column<ServiceId, std::optional<analytic::LatencyLaw>> patience_;

    Ways ways_;
    std::vector<Bucket> buckets_;         // as in the scene's limits
    std::vector<LimitedStream> streams_;  // of a round
    Column<CohortId, Cohort> cohorts_;
    Column<ServiceId, Range<CohortId>> cohorts_of_;
    Column<OpId, Op> ops_;
    Column<PairId, Pair> pairs_;
    Column<DemandId, double> closed_per_s_;  // of closed loops
    Column<DemandId, double> closed_stay_s_,
        closed_rest_s_;                       // a cycle, at the one station that is solved for it and not
    Column<PairId, double> attackers_calls_;  // of a pair's calls, those made for attackers
    Column<OpId, double> attackers_share_;    // of those whom an endpoint serves
    double met_share_ = 1;
    double answered_under_way_ = 0;  // requests that will be answered ok
    std::vector<double> last_;
    double blend_ = 1;          // how much of a new round is taken
    bool refines_ = false;      // the last rounds: waits get their shapes, not only their moments
    bool is_light_ = false;     // times are their means alone: enough where no timeout has a say
    bool holds_calls_ = false;  // somewhere a worker is held during a call
    struct Sum {
        std::uint64_t a = 0, b = 0;  // hashes of the parts; 0: empty
        SharedLaw law;
    };
    static constexpr std::size_t k_sums = 4096;
    struct Station {
        std::uint64_t hash = 0;
        analytic::StationOutput output;
    };
    static constexpr std::size_t k_stations = 1024;
    std::vector<Station> stations_;
    std::vector<Sum> sums_;  // most scenes are sums of the same parts

    std::vector<double> sent_, resent_;  // of a chain of attempts, by target
    std::vector<double> now_;            // of a round, to be compared with the last

    std::deque<SharedLaw> laws_;
    std::map<std::uint64_t, LawId> law_of_;  // by hash
    static constexpr std::size_t k_values_kept = 4096;
    mutable std::vector<std::unique_ptr<LawValues>> values_;  // of the laws met first
    mutable LawValues scratch_{};
};

}  // namespace nines
