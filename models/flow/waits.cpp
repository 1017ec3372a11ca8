// Waits: what a station does with what arrives: its input from a scene's rates, and its answer as a law of waits.

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/analytic/queueing.hpp"
#include "engine/base/hash.hpp"
#include "models/flow/solver.hpp"

namespace nines {

namespace {

constexpr std::uint32_t k_users_most = 10'000;  // of a closed loop that is solved user by user

analytic::StationBalance balance_of(const ServicePlan& service) {
    if (service.queue_of == QueueOf::group) {
        return analytic::StationBalance::common_queue;
    }
    switch (service.balance.policy) {
        case BalancePolicy::round_robin:
            return analytic::StationBalance::round_robin;
        case BalancePolicy::least_outstanding:
            return analytic::StationBalance::least_outstanding;
        case BalancePolicy::random:
            return analytic::StationBalance::random;
        case BalancePolicy::power_of_two:
            return analytic::StationBalance::power_of_two;
    }
    return analytic::StationBalance::random;
}

/// Third moment over the cube of the mean, where the law has a simple one.
std::optional<double> skew_of(const Distribution& law) {
    switch (law.law) {
        case Law::constant:
            return 1;
        case Law::exponential:
            return 6;
        case Law::lognormal: {
            const double square = 1 + law.variance() / (law.mean() * law.mean());
            return square * square * square;
        }
        default:
            return std::nullopt;
    }
}

analytic::StationDiscipline discipline_of(Discipline discipline) {
    switch (discipline) {
        case Discipline::fifo:
            return analytic::StationDiscipline::fifo;
        case Discipline::lifo:
            return analytic::StationDiscipline::lifo;
        case Discipline::priority:
        case Discipline::preemptive:
            return analytic::StationDiscipline::priority;
        case Discipline::sharing:
            return analytic::StationDiscipline::sharing;
    }
    return analytic::StationDiscipline::fifo;
}

}  // namespace

/// The one work step that all attempts at a cohort are about, if that is so: then the law of its service is known.
StepId Solver::only_work_of(const Cohort& cohort) const {
    StepId only = StepId::none();
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        if (ops_[op_of(cohort, endpoint)].arrivals <= 0) {
            continue;
        }
        const Range<StepId> steps = plan_.endpoints[endpoint].steps;
        if (only.exists() || steps.count != 1 || plan_.steps[steps[0]].kind != StepKind::work) {
            return StepId::none();
        }
        only = steps[0];
    }
    return only;
}

/// Solves a station, or remembers what came out before: from round to round, and from scene to scene, most are the
/// same.
const analytic::StationOutput& Solver::station_of(const analytic::StationInput& input) {
    std::uint64_t hash = static_cast<std::uint64_t>(input.instances) << 32U ^ static_cast<std::uint64_t>(input.workers);
    hash =
        combine(hash, static_cast<std::uint64_t>(input.balance) << 8U ^ static_cast<std::uint64_t>(input.discipline));
    for (const double part :
         {input.arrivals_per_s, input.arrival_scv, input.service_mean_s, input.service_scv,
          input.service_skew.value_or(-1), input.queue_limit.value_or(-1), input.patience_mean_s.value_or(-1)}) {
        hash = combine(hash, std::bit_cast<std::uint64_t>(part));
    }
    Station& known = stations_[hash % k_stations];
    if (known.hash != hash) {
        known = {hash, analytic::solve_station(input)};
    }
    return known.output;
}

/// Each balancer knows only what it sent itself. With many of them the others' requests might as well have been spread
/// at random, so waits lie between those behind one balancer and those under a random split. How far between: for
/// balancers in turn by Albin's and Whitt's superposition (linear in the share of the others), for those that look at
/// load by 1 - balancers^(-1/4), fitted to `requests` with 2 and 4 balancers (docs/validation.md).
void Solver::blind_each_other(Cohort& cohort, const analytic::StationInput& input) {
    std::vector<std::pair<std::uint32_t, double>> by_caller;
    double all = 0;
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        for (const PairId id : pairs_to_[endpoint]) {
            if (by_caller.empty() || by_caller.back().first != pairs_[id].caller.value) {
                by_caller.emplace_back(pairs_[id].caller.value, 0);
            }
            for (const Branch& branch : pairs_[id].branches) {
                for (const Target& target : branch.targets) {
                    const bool here = &cohorts_[target.cohort] == &cohort;
                    by_caller.back().second += here ? pairs_[id].calls * target.visits : 0;
                }
            }
        }
    }
    std::sort(by_caller.begin(), by_caller.end());
    double squares = 0;
    for (std::size_t i = 0; i < by_caller.size();) {
        double rate = 0;
        for (const std::uint32_t caller = by_caller[i].first; i < by_caller.size() && by_caller[i].first == caller;
             ++i) {
            rate += by_caller[i].second;
        }
        all += rate;
        squares += rate * rate;
    }
    const double own = all > 0 ? squares / (all * all) : 1;  // one over how many there are, in effect
    const bool in_turn = input.balance == analytic::StationBalance::round_robin;
    const double blind = 1 - (in_turn ? own : std::sqrt(std::sqrt(own)));
    constexpr double k_negligible = 1e-3;
    if (blind < k_negligible) {
        return;
    }
    analytic::StationInput apart = input;
    apart.balance = analytic::StationBalance::random;
    const analytic::StationOutput random = station_of(apart);
    analytic::StationOutput& station = cohort.station;
    const auto between = [blind](double& one, double other) { one += blind * (other - one); };
    double wait_s = station.wait.mean_s();
    between(wait_s, random.wait.mean_s());
    between(station.wait.probability, random.wait.probability);
    station.wait.mean_if_waits_s = station.wait.probability > 0 ? wait_s / station.wait.probability : 0;
    between(station.wait.scv_if_waits, random.wait.scv_if_waits);
    between(station.wait_mean_s, random.wait_mean_s);
    between(station.queue_mean, random.queue_mean);
    between(station.rejected, random.rejected);
    between(station.abandoned, random.abandoned);
    between(station.slowdown, random.slowdown);
}

/// Arrivals at a cohort's queue, and how long they hold a worker.
void Solver::count_visits(Cohort& cohort) const {
    cohort.arrivals = cohort.visits = 0;
    double hold = 0;
    double second = 0;
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        const Op& op = ops_[op_of(cohort, endpoint)];
        const double arrivals = op.arrivals * (1 - cohort.condition.errors);
        cohort.arrivals += arrivals;
        cohort.visits += arrivals * op.visits;
        hold += arrivals * op.hold_mean_s;
        // Visits of one attempt are taken to be alike: the variance of a visit is its share of the whole.
        const double each = op.hold_mean_s / op.visits;
        second += arrivals * op.visits * (each * each + op.hold_variance_s2 / op.visits);
    }
    cohort.hold_mean_s = cohort.visits > 0 ? hold / cohort.visits : 0;
    cohort.hold_second_s2 = cohort.visits > 0 ? second / cohort.visits : 0;
}

/// How irregularly attempts arrive. First attempts of a demand keep its law, thinned by their share of it; retries and
/// calls of other services are taken as Poisson. Streams together: Whitt's hybrid for superpositions.
/// Source: Whitt, Bell System Technical Journal 62 (1983) 2779, (24), (29), (33).
/// @param part  of the station that this cohort is; @param load  of the station
double Solver::arrival_scv(const Scene& scene, const Cohort& cohort, double part, double load) const {
    double all = 0;
    double squares = 0;
    double weighted = 0;  // rate x scv
    bool any = false;
    for_each_stream(cohort, [&](const Pair& pair, const Branch& branch, const Target& target) {
        const double rate = pair.calls * target.visits * target.attempt.reaches() / part;
        double first = 0;
        double scv = 1;
        if (!plan_.group_of_caller[pair.caller].exists()) {
            const DemandId id = plan_.demand_of(pair.caller);
            const DemandPlan& demand = plan_.demands[id];
            if (demand.users == 0 && (demand.law == ArrivalLaw::constant || demand.law == ArrivalLaw::renewal)) {
                first = std::min(rate, pair.calls * branch.weight * target.share * target.attempt.reaches() / part);
                const double mean = demand.law == ArrivalLaw::renewal ? demand.between.mean() : 1;
                const double own = demand.law == ArrivalLaw::renewal ? demand.between.variance() / (mean * mean) : 0;
                const double kept = scene.per_s[id] > 0 ? std::min(1.0, first / scene.per_s[id]) : 1;
                scv = kept * own + 1 - kept;
                any = true;
            }
        }
        all += rate;
        squares += first * first + (rate - first) * (rate - first);
        weighted += first * scv + (rate - first);
    });
    if (!any || all <= 0) {
        return 1;
    }
    const double streams = all * all / squares;
    const double idle = std::max(0.0, 1 - load);
    const double weight = 1 / (1 + 4 * idle * idle * (streams - 1));
    return weight * weighted / all + 1 - weight;
}

analytic::StationInput Solver::station_input(const Scene& scene, const Cohort& cohort, double part) const {
    const ServicePlan& service = plan_.services[cohort.service];
    const bool common = service.queue_of == QueueOf::group;
    const double workers = std::max(cohort.workers, 1e-9);
    analytic::StationInput input;
    input.arrivals_per_s = cohort.visits * met_share_ / part;
    input.instances = common ? 1 : static_cast<int>(std::min(cohort.count / part, 1e9));
    // A loss of capacity may leave a part of a worker: as many whole ones, as much slower, have the same capacity.
    const double together = common ? workers * cohort.count : workers;
    input.workers = std::max(1, static_cast<int>(std::lround(together)));
    input.service_mean_s = cohort.hold_mean_s * input.workers / together;
    input.service_scv = std::max(0.0, cohort.hold_second_s2 / (cohort.hold_mean_s * cohort.hold_mean_s) - 1);
    const StepId work = only_work_of(cohort);
    if (work.exists()) {
        input.service_skew = skew_of(plan_.steps[work].work_s);
    }
    input.arrival_scv =
        arrival_scv(scene, cohort, part, input.arrivals_per_s * input.service_mean_s / input.workers / input.instances);
    input.balance = balance_of(service);
    input.discipline = discipline_of(service.discipline);
    if (service.queue_limit != k_unlimited) {
        input.queue_limit = service.queue_limit;
    }
    if (service.patience_s) {
        input.patience_mean_s = service.patience_s->mean();
    }
    return input;
}

/// The users of one closed loop who ask this station and no other: exact, where it has one queue and exponential
/// service (whatever they do in between, only the mean of that matters).
/// @returns whether it is so
bool Solver::solve_closed_station(Cohort& cohort, const analytic::StationInput& input) {
    const StepId work = only_work_of(cohort);
    if (input.instances > 1 || input.queue_limit || input.patience_mean_s || !work.exists() ||
        plan_.steps[work].work_s.law != Law::exponential || input.discipline != analytic::StationDiscipline::fifo) {
        return false;
    }
    DemandId demand = DemandId::none();
    bool alone = true;
    for_each_stream(cohort, [&](const Pair& pair, const Branch&, const Target& target) {
        const bool client = !plan_.group_of_caller[pair.caller].exists();
        const DemandId id = client ? plan_.demand_of(pair.caller) : DemandId::none();
        alone = alone && client && (!demand.exists() || demand == id) && plan_.demands[id].users > 0 &&
                plan_.demands[id].users <= k_users_most && pair.failed() == 0 && target.attempt.pass == 1 &&
                std::abs(pair.calls * target.visits - closed_per_s_[id]) < 1e-9 * closed_per_s_[id];
        demand = id;
    });
    if (!alone || !demand.exists()) {
        return false;
    }
    const auto users = static_cast<int>(plan_.demands[demand].users);
    const analytic::FiniteState state =
        analytic::solve_closed(users, closed_rest_s_[demand], input.service_mean_s, input.workers);
    double waits = 0;
    double stages = 0;  // services that end before one's own begins
    double squares = 0;
    for (std::size_t n = static_cast<std::size_t>(input.workers); n < state.admitted.seen.size(); ++n) {
        const double k = static_cast<double>(n) - input.workers + 1;
        waits += state.admitted.seen[n];
        stages += state.admitted.seen[n] * k;
        squares += state.admitted.seen[n] * k * (k + 1);
    }
    analytic::StationOutput& station = cohort.station;
    const double stage_s = input.service_mean_s / input.workers;
    station.utilization = state.utilization;
    station.capacity_per_s = input.workers / input.service_mean_s;
    station.workers_awaited = input.workers;
    station.wait_mean_s = stages * stage_s;
    station.queue_mean = state.queue_mean;
    station.wait.probability = waits;
    station.wait.mean_if_waits_s = waits > 0 ? stages * stage_s / waits : 0;
    station.wait.scv_if_waits = stages > 0 ? std::max(0.0, squares * waits / (stages * stages) - 1) : 1;
    closed_stay_s_[demand] = station.wait_mean_s + input.service_mean_s;
    return true;
}

/// Who goes first waits less, and the others more: Cobham's formulas, as multiples of what all would wait in turn
/// (exact for M/G/1, and for M/M/c where classes need the same service; Kella, Yechiali, Naval Research Logistics 32
/// (1985)). With preemption: Kleinrock vol. 2, section 3.7, exact for one worker.
void Solver::wait_by_class(Cohort& cohort, const analytic::StationInput& input) {
    cohort.class_wait.clear();
    const Discipline discipline = plan_.services[cohort.service].discipline;
    const bool has_classes = discipline == Discipline::priority || discipline == Discipline::preemptive;
    if (!has_classes || plan_.priorities < 2 || input.queue_limit || input.patience_mean_s ||
        cohort.station.utilization >= 1 || cohort.station.wait.probability <= 0) {
        return;
    }
    struct Class {
        double per_s = 0, load = 0, second = 0;
    };
    std::vector<Class> classes(plan_.priorities);
    const double workers = cohort.count * std::max(cohort.workers, 1e-9);
    for_each_stream(cohort, [&](const Pair& pair, const Branch&, const Target& target) {
        const Op& op = ops_[op_of(cohort, plan_.calls[pair.call].endpoint)];
        Class& own = classes[pair.rank < plan_.priorities ? pair.rank : plan_.priorities - 1];
        const double rate = pair.calls * target.visits * target.attempt.reaches() * (1 - cohort.condition.errors);
        own.per_s += rate * op.visits;
        own.load += rate * op.hold_mean_s / workers;
        own.second += rate * (op.hold_mean_s * op.hold_mean_s + op.hold_variance_s2);
    });
    double all_second = 0;
    double all_per_s = 0;
    double all_load = 0;
    for (const Class& one : classes) {
        all_second += one.second;
        all_per_s += one.per_s;
        all_load += one.load;
    }
    const double load = cohort.station.utilization;
    // Near saturation what is offered may be more than workers can do, though the station sheds some of it.
    const double done_share = all_load < 1 ? 1 : load / all_load;
    const double in_service_s = cohort.station.wait_mean_s * (1 - load);
    double before = 0;  // load of those who go first
    double second = 0;
    double waiting = 0;
    for (const Class& one : classes) {
        const double own_load = one.load * done_share;
        const double upto = before + own_load;
        second += one.second;
        const double found_s = discipline == Discipline::priority ? in_service_s : in_service_s * second / all_second;
        double wait_s = found_s / ((1 - before) * std::max(1 - upto, 1e-9));
        if (discipline == Discipline::preemptive && one.per_s > 0) {
            wait_s += own_load * workers / one.per_s * before / (1 - before);  // interruptions
        }
        waiting += one.per_s * wait_s;
        cohort.class_wait.push_back(cohort.wait.scaled(wait_s / cohort.station.wait_mean_s));
        before = upto;
    }
    const double mean_s = waiting / all_per_s;
    cohort.wait = cohort.wait.scaled(mean_s / cohort.station.wait_mean_s);
    cohort.station.queue_mean = waiting;
    cohort.station.wait_mean_s = mean_s;
}

/// Waits at a cohort, from what arrives and how long workers are held.
void Solver::wait_at(const Scene& scene, Cohort& cohort) {
    const ServicePlan& service = plan_.services[cohort.service];
    count_visits(cohort);
    cohort.station = {};
    cohort.has_wait = false;
    cohort.wait_variance_s2 = 0;
    cohort.wait_least_s = 0;
    cohort.class_wait.clear();
    cohort.starved = 0;
    cohort.holds_at = std::numeric_limits<double>::infinity();
    cohort.leaves_per_s.reset();
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        ops_[op_of(cohort, endpoint)].begun = 1;
    }
    if (cohort.visits <= 0 || service.workers == k_unlimited || cohort.hold_mean_s <= 0) {
        return;
    }
    const bool common = service.queue_of == QueueOf::group;
    // Callers choose among more instances than these: the station is the whole pool, of which this is a part.
    const double part = common ? 1 : std::min(1.0, cohort.count / std::max(cohort.pool, cohort.count));
    const analytic::StationInput input = station_input(scene, cohort, part);
    if (!solve_closed_station(cohort, input)) {
        cohort.station = station_of(input);
        if (!common && input.instances > 1 && input.balance != analytic::StationBalance::random) {
            blind_each_other(cohort, input);
        }
        cohort.station.queue_mean *= part;
        cohort.station.capacity_per_s *= part;
    }
    // How many of too many have not the patience: of exponential patience known, if nobody leaves before it ends; else
    // by what then holds.
    const bool leaves_by_law = service.patience_s &&
                               (service.patience_s->law != Law::exponential || takes_some_out(cohort)) &&
                               cohort.visits * cohort.hold_mean_s > cohort.count * cohort.workers;
    const bool waits_behind =
        scene.backlog[cohort.group] > 0 || cohort.station.saturated || cohort.station.utilization >= 1 || leaves_by_law;
    if (fluid_[cohort.group] != 0 && waits_behind) {
        return wait_behind_backlog(scene, cohort, input.arrival_scv);
    }
    if (const auto state = leaves_by_law ? overload_of(cohort, input.arrival_scv) : std::nullopt) {
        return hold_backlog(cohort, *state);
    }
    if (cohort.station.wait.probability > 0) {
        const StepId work = only_work_of(cohort);
        cohort.wait =
            is_light_ ? SharedLaw::constant(cohort.station.wait.mean_s())
            : refines_ && work.exists()
                ? SharedLaw(station_wait(work_[work.value].law.scaled(cohort.condition.slow).law(), cohort.station))
                : SharedLaw(analytic::LatencyLaw::of(cohort.station.wait));
        cohort.has_wait = true;
        const double mean_s = cohort.station.wait.mean_s();
        cohort.wait_variance_s2 = cohort.station.wait.second_moment_s2() - mean_s * mean_s;
        wait_by_class(cohort, input);
    }
}

/// Who asks in a closed loop meets the others only (arrival theorem; Schweitzer 1979, Bard 1979): of the attempts, the
/// share that an arrival meets.
void Solver::find_met_share(const Scene& scene) {
    double all = 0;
    double met = 0;
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const auto id = index_at<DemandId>(d);
        const std::uint32_t users = plan_.demands[id].users;
        const double rate = users > 0 ? closed_per_s_[id] : scene.per_s[id];
        all += rate;
        met += users > 0 ? rate * (users - 1.0) / users : rate;
    }
    met_share_ = all > 0 ? met / all : 1;
}

void Solver::serve(const Scene& scene) {
    find_met_share(scene);
    for (Cohort& cohort : cohorts_) {
        if (cohort.serves()) {
            wait_at(scene, cohort);
        }
    }
}

}  // namespace nines
