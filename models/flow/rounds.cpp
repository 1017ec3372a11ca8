// The iteration: attempts flow down the call graph, stations wait, answers come up, until nothing changes.

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/base/hash.hpp"
#include "models/flow/backlog.hpp"
#include "models/flow/solver.hpp"

namespace nines {

namespace {

constexpr std::uint32_t k_rounds_most = 200;
constexpr double k_settled = 1e-10;  // relative change of all attempts in a round
constexpr std::uint32_t k_rounds_undamped = 12;

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

/// The state in which iteration begins: nothing is tried again; or everything as often as it may be; or as before.
void Solver::begin(const Scene& scene, Start start, const Solution* before) {
    find_cohorts(scene);
    find_targets(scene);
    last_.clear();
    blend_ = 1;
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
        Pair& pair = pairs_[index_at<PairId>(p)];
        double factor = 1;
        if (start == Start::storm) {
            factor = plan_.calls[pair.call].attempts;
        } else if (start == Start::history) {
            factor = before->asked[p];
        }
        pair.attempts = factor;
        pair.ends = {1, 0, 0, 0, 0, 0};
        pair.ok_law = LatencyLaw();
        pair.failed_s = 0;
        for (Branch& branch : pair.branches) {
            branch.nobody = branch.targets.empty() ? branch.weight * factor : 0;
            for (Target& target : branch.targets) {
                target.visits = branch.weight * target.share * factor;
                target.attempt = {};
            }
        }
    }
    find_pools();
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const DemandPlan& demand = plan_.demands[index_at<DemandId>(d)];
        closed_per_s_[index_at<DemandId>(d)] = demand.users > 0 ? demand.users / (demand.think_s.mean() + 1e-3) : 0;
    }
    for (Cohort& cohort : cohorts_) {
        for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
            walk(scene, cohort, endpoint);  // nothing waits yet
        }
    }
}

/// Attempts arrive where callers send them; those admitted make calls of their own.
void Solver::flow_down(const Scene& scene) {
    for (Op& op : ops_) {
        op.arrivals = 0;
    }
    for (Pair& pair : pairs_) {
        pair.calls = 0;
    }
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const auto id = index_at<DemandId>(d);
        const DemandPlan& demand = plan_.demands[id];
        const double rate = demand.users > 0 ? closed_per_s_[id] : scene.per_s[id];
        double origin_before = 0;
        for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
            const OriginPlan& origin = plan_.origins[demand.origins[o]];
            double call_before = 0;
            for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                pairs_[pair_of(origin.caller, demand.calls[c])].calls =
                    rate * (origin.share_until - origin_before) * (demand.call_share_until[c] - call_before);
                call_before = demand.call_share_until[c];
            }
            origin_before = origin.share_until;
        }
    }
    for (const EndpointId endpoint : callers_first_) {
        for (const PairId id : pairs_to_[endpoint]) {
            const Pair& pair = pairs_[id];
            for (const Branch& branch : pair.branches) {
                for (const Target& target : branch.targets) {
                    ops_[op_of(cohorts_[target.cohort], endpoint)].arrivals +=
                        pair.calls * target.visits * target.attempt.pass;
                }
            }
        }
        const ServiceId service = plan_.endpoints[endpoint].service;
        for (std::uint32_t c = 0; c < cohorts_of_[service].count; ++c) {
            const Cohort& cohort = cohorts_[cohorts_of_[service][c]];
            if (!cohort.serves()) {
                continue;
            }
            const Op& op = ops_[op_of(cohort, endpoint)];
            const double admitted = op.arrivals * (1 - cohort.condition.errors) * cohort.station.served_share();
            for (const auto& [called, times] : op.calls) {
                pairs_[called].calls += admitted * times;
            }
        }
    }
}

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

/// Waits at a cohort, from what arrives and how long workers are held.
void Solver::wait_at(const Scene& scene, Cohort& cohort) {
    const ServicePlan& service = plan_.services[cohort.service];
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
    cohort.station = {};
    cohort.has_wait = false;
    cohort.wait_variance_s2 = 0;
    if (cohort.visits <= 0) {
        return;
    }
    cohort.hold_mean_s = hold / cohort.visits;
    cohort.hold_second_s2 = second / cohort.visits;
    if (service.workers == k_unlimited || cohort.hold_mean_s <= 0) {
        return;
    }
    const bool common = service.queue_of == QueueOf::group;
    const double workers = std::max(cohort.workers, 1e-9);
    analytic::StationInput input;
    input.arrivals_per_s = cohort.visits * met_share_;
    // Callers choose among more instances than these: the station is the whole pool, of which this is a part.
    const double part = common ? 1 : std::min(1.0, cohort.count / std::max(cohort.pool, cohort.count));
    input.arrivals_per_s /= part;
    input.instances = common ? 1 : static_cast<int>(std::min(cohort.count / part, 1e9));
    input.workers = std::max(1, static_cast<int>(std::lround(common ? workers * cohort.count : workers)));
    input.service_mean_s = cohort.hold_mean_s;
    if (workers < 1) {  // a loss of capacity may leave less than one worker to each
        input.service_mean_s /= workers;
    }
    input.service_scv = std::max(0.0, cohort.hold_second_s2 / (cohort.hold_mean_s * cohort.hold_mean_s) - 1);
    const StepId work = only_work_of(cohort);
    if (work.exists()) {
        input.service_skew = skew_of(plan_.steps[work].work_s);
    }
    input.balance = balance_of(service);
    input.discipline = discipline_of(service.discipline);
    if (service.queue_limit != k_unlimited) {
        input.queue_limit = service.queue_limit;
    }
    if (service.patience_s) {
        input.patience_mean_s = service.patience_s->mean();
    }
    cohort.station = station_of(input);
    if (!common && input.instances > 1 && input.balance != analytic::StationBalance::random) {
        blind_each_other(cohort, input);
    }
    cohort.station.queue_mean *= part;
    cohort.station.capacity_per_s *= part;
    const std::uint32_t level = scene.backlog[cohort.group];
    if (fluid_[cohort.group] != 0 && (level > 0 || cohort.station.saturated || cohort.station.utilization >= 1)) {
        const GroupPlan& group = plan_.groups[cohort.group];
        const double first = static_cast<double>(group.count) * service.workers;
        const double capacity = cohort.station.capacity_per_s;
        const double share = cohort.count / static_cast<double>(group.count);
        const double room = service.queue_limit == k_unlimited ? std::numeric_limits<double>::infinity()
                                                               : service.queue_limit * (common ? 1.0 : cohort.count);
        const double low = std::min(BacklogGrid::low(level, first) * share, room);
        const double high = std::min(BacklogGrid::high(level, first) * share, room);
        const double waiting = (low + high) / 2;
        cohort.station.queue_mean = waiting;
        cohort.station.wait_mean_s = waiting / capacity;
        cohort.station.utilization = 1;
        cohort.station.abandoned = 0;
        cohort.station.rejected = low >= room ? std::max(0.0, 1 - capacity / cohort.visits) : 0;
        const double width = (high - low) / capacity;
        // Who arrives while a level is passed waits anything between its ends.
        cohort.wait = width > 0 ? LatencyLaw::of(Distribution::uniform(low / capacity, high / capacity))
                                : LatencyLaw::constant(low / capacity);
        cohort.has_wait = true;
        return;
    }
    if (cohort.station.wait.probability > 0) {
        cohort.wait = is_light_ ? LatencyLaw::constant(cohort.station.wait.mean_s())
                      : refines_ && work.exists()
                          ? station_wait(work_[work.value].scaled(cohort.condition.slow), cohort.station)
                          : LatencyLaw::of(cohort.station.wait);
        cohort.has_wait = true;
        const double mean_s = cohort.station.wait.mean_s();
        cohort.wait_variance_s2 = cohort.station.wait.second_moment_s2() - mean_s * mean_s;
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

/// From the leaves up: how endpoints end, and then the calls to them.
void Solver::come_up(const Scene& scene) {
    for (std::size_t e = callers_first_.size(); e-- > 0;) {
        const EndpointId endpoint = callers_first_[e];
        const ServiceId service = plan_.endpoints[endpoint].service;
        for (std::uint32_t c = 0; c < cohorts_of_[service].count; ++c) {
            if (cohorts_[cohorts_of_[service][c]].serves()) {
                walk(scene, cohorts_[cohorts_of_[service][c]], endpoint);
            }
        }
        for (const PairId id : pairs_to_[endpoint]) {
            if (pairs_[id].calls > 0) {
                try_call(scene, pairs_[id]);
            }
        }
    }
}

/// Users who wait do not ask: the rate of a closed loop follows from how long answers take.
void Solver::close_loops() {
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const auto id = index_at<DemandId>(d);
        const DemandPlan& demand = plan_.demands[id];
        if (demand.users == 0) {
            continue;
        }
        double all = 0;
        double time = 0;
        for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
            for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                const Pair& pair = pairs_[pair_of(plan_.origins[demand.origins[o]].caller, demand.calls[c])];
                all += pair.calls;
                time += pair.calls * (pair.ok() * pair.ok_law.mean() + pair.failed() * pair.failed_s);
            }
        }
        const double cycle_s = demand.think_s.mean() + (all > 0 ? time / all : 0);
        const double next = demand.users / std::max(cycle_s, 1e-3);
        closed_per_s_[id] = std::sqrt(closed_per_s_[id] * next);
    }
}

/// The largest relative change of what is sent anywhere, since the round before.
double Solver::change_since_last() {
    std::vector<double> now;
    now.reserve(last_.size());
    for (const Pair& pair : pairs_) {
        now.push_back(pair.calls * pair.attempts);
    }
    for (const Op& op : ops_) {
        now.push_back(op.arrivals * op.hold_mean_s);
        now.push_back(op.arrivals);
    }
    double change = last_.size() == now.size() ? 0 : 1;
    double scale = 0;
    for (const double value : now) {
        scale = std::max(scale, std::abs(value));
    }
    for (std::size_t i = 0; i < std::min(now.size(), last_.size()); ++i) {
        const double size = std::max({std::abs(now[i]), std::abs(last_[i]), 1e-9 * scale});
        change = size > 0 ? std::max(change, std::abs(now[i] - last_[i]) / size) : change;
    }
    last_ = std::move(now);
    return change;
}

bool Solver::may_storm(const Scene& scene) {
    constexpr double k_near = 0.8;
    if (!has_retries_) {
        return false;
    }
    for (Pair& pair : pairs_) {
        for (Branch& branch : pair.branches) {
            for (Target& target : branch.targets) {
                target.visits = branch.weight * target.share * plan_.calls[pair.call].attempts;
            }
        }
    }
    flow_down(scene);
    for (const Cohort& cohort : cohorts_) {
        double held = 0;
        for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
            const Op& op = ops_[op_of(cohort, endpoint)];
            held += cohort.serves() ? op.arrivals * op.hold_mean_s : 0;
        }
        if (cohort.workers > 0 && held > k_near * cohort.count * cohort.workers) {
            return true;
        }
    }
    return false;
}

/// Rounds until nothing changes. @returns how many; more than `rounds_most` where it did not settle
std::uint32_t Solver::iterate(const Scene& scene, std::uint32_t rounds_most) {
    for (std::uint32_t round = 1; round <= rounds_most; ++round) {
        blend_ = round <= k_rounds_undamped ? 1 : 0.5;
        flow_down(scene);
        serve(scene);
        come_up(scene);
        close_loops();
        if (change_since_last() < k_settled && round > 1) {
            return round;
        }
    }
    return rounds_most + 1;
}

/// Whether some timeout may have a say, or something else needs more than means: then a draft will not do.
bool Solver::needs_laws(const Scene& scene) {
    constexpr double k_deviations = 12;
    constexpr double k_means = 6;
    for (const DemandPlan& demand : plan_.demands) {
        if (demand.users > 0) {
            return true;
        }
    }
    for (const Cohort& cohort : cohorts_) {
        const bool is_full = cohort.workers > 0 && cohort.station.utilization >= 1;
        if (scene.backlog[cohort.group] > 0 || is_full) {
            return true;
        }
    }
    for (const Pair& pair : pairs_) {
        const CallPlan& call = plan_.calls[pair.call];
        const double limit_s = to_seconds(std::min(call.timeout, call.deadline));
        for (const Branch& branch : pair.branches) {
            for (const Target& target : branch.targets) {
                const double mean_s = target.attempt.ok_law.mean();
                const double far_s = mean_s + k_deviations * std::sqrt(target.attempt.ok_variance_s2);
                if (pair.calls > 0 && limit_s < std::max(far_s, k_means * mean_s)) {
                    return true;
                }
            }
        }
    }
    return false;
}

/// Light rounds first: as long as no timeout has a say, means of times are all that attempts depend on. Then the laws;
/// and where these change what is sent, rounds with laws until it settles.
Solution Solver::solve(const Scene& scene, Start start, Detail detail, const Solution* before) {
    is_light_ = start == Start::quiet;
    begin(scene, start, before);
    std::uint32_t rounds = iterate(scene, k_rounds_most);
    const bool is_draft = is_light_ && detail == Detail::draft && rounds <= k_rounds_most && !needs_laws(scene);
    if (!is_draft) {
        rounds += refine(scene);
    }
    Solution solution = collect(scene);
    solution.is_draft = is_draft;
    solution.rounds = rounds;
    solution.converged = rounds <= 2 * k_rounds_most;
    is_light_ = false;
    return solution;
}

/// The laws. @returns how many rounds it took until they changed nothing more
std::uint32_t Solver::refine(const Scene& scene) {
    constexpr double k_same = 1e-7;
    is_light_ = false;
    refines_ = true;
    for (int pass = 0; pass < (holds_calls_ ? 2 : 1); ++pass) {
        come_up(scene);
        serve(scene);
    }
    come_up(scene);
    flow_down(scene);
    const std::uint32_t rounds = change_since_last() > k_same ? iterate(scene, k_rounds_most) : 0;
    refines_ = false;
    return rounds;
}

}  // namespace nines
