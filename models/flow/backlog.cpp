// Backlogs: what attempts wait where a queue holds what it held, and where as many leave it as are too many.

#include "models/flow/backlog.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/flow/solver.hpp"

namespace nines {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

}  // namespace

/// The share of those who join a queue that are ready to wait for so long.
double Solver::stay_for(ServiceId service, double wait_s) const {
    return patience_[service] ? patience_[service]->exceeds(wait_s) : 1;
}

/// What joins the queue and stays, less what is served: those whose patience or caller ends first do not count. Newest
/// first, they leave from among all who wait.
double Solver::fluid_drift(const Scene& scene, const Cohort& cohort) const {
    if (scene.backlog[cohort.group] == k_backlog_holds && cohort.holds_at < k_infinity) {
        return 0;
    }
    if (cohort.leaves_per_s) {
        return cohort.visits - cohort.station.capacity_per_s - cohort.station.queue_mean * *cohort.leaves_per_s;
    }
    const double wait_s = cohort.station.wait_mean_s;
    double joining = cohort.visits * (1 - cohort.station.rejected);
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        for (const PairId id : pairs_to_[endpoint]) {
            const CallPlan& call = plan_.calls[pairs_[id].call];
            if (!call.cancel || to_seconds(call.timeout) >= wait_s) {
                continue;
            }
            for (const Branch& branch : pairs_[id].branches) {
                for (const Target& target : branch.targets) {
                    joining -= &cohorts_[target.cohort] == &cohort
                                   ? pairs_[id].calls * target.visits * target.attempt.let_in
                                   : 0;
                }
            }
        }
    }
    return joining * stay_for(cohort.service, wait_s) - cohort.station.capacity_per_s;
}

/// How long a visit holds a worker: the law of the work where that is all; else lognormal, by its mean and variance.
analytic::LatencyLaw Solver::hold_law(const Cohort& cohort) const {
    const StepId work = only_work_of(cohort);
    if (work.exists()) {
        return work_[work.value].law.scaled(cohort.condition.slow).law();
    }
    const double mean_s = cohort.hold_mean_s;
    const double scv = std::max(0.0, cohort.hold_second_s2 / (mean_s * mean_s) - 1);
    return scv > 0 ? analytic::LatencyLaw::of(Distribution::lognormal_mean_cv(mean_s, std::sqrt(scv)))
                   : analytic::LatencyLaw::constant(mean_s);
}

/// As many as may wait there.
double Solver::room_of(const Cohort& cohort) const {
    const ServicePlan& service = plan_.services[cohort.service];
    return service.queue_limit == k_unlimited
               ? k_infinity
               : service.queue_limit * (service.queue_of == QueueOf::group ? 1.0 : cohort.count);
}

/// Whether some callers take their attempts out.
bool Solver::takes_some_out(const Cohort& cohort) const {
    bool some = false;
    for_each_stream(cohort, [&](const Pair&, const Branch&, const Target& target) {
        some = some || target.attempt.taken_out_s < k_infinity;
    });
    return some;
}

/// Where the backlog of a cohort holds by what is sent there now, if somebody leaves it.
/// @param arrival_scv  of all that comes to the group's queues
std::optional<analytic::OverloadState> Solver::overload_of(const Cohort& cohort, double arrival_scv) const {
    if (!patience_[cohort.service] && !takes_some_out(cohort)) {
        return std::nullopt;
    }
    std::vector<analytic::LimitedArrivals> arrivals;
    for_each_stream(cohort, [&](const Pair& pair, const Branch&, const Target& target) {
        const Op& op = ops_[op_of(cohort, plan_.calls[pair.call].endpoint)];
        const double per_s =
            pair.calls * target.visits * target.attempt.reaches() * (1 - cohort.condition.errors) * op.visits;
        arrivals.push_back({per_s, target.attempt.taken_out_s});
    });
    const ServicePlan& service = plan_.services[cohort.service];
    // Queues that balancers keep equally long are one; to those that they serve in turn every so many of all come.
    const bool common =
        service.queue_of == QueueOf::group || service.balance.policy == BalancePolicy::least_outstanding;
    const bool in_turn = service.balance.policy == BalancePolicy::round_robin;
    const double own_scv = in_turn ? arrival_scv / cohort.count : 1 + (arrival_scv - 1) / cohort.count;
    const double workers = cohort.station.capacity_per_s * cohort.hold_mean_s;
    return analytic::solve_overload({.arrivals = arrivals,
                                     .service = hold_law(cohort),
                                     .workers = workers,
                                     .workers_of_queue = common ? workers : workers / cohort.count,
                                     .arrival_scv = common ? arrival_scv : own_scv,
                                     .patience = patience_[cohort.service],
                                     .room = room_of(cohort)});
}

/// Of what waits at its group, and can be served, what waits at a cohort.
double Solver::share_of_group(const Cohort& cohort) const {
    double serving = 0;
    const Range<CohortId> others = cohorts_of_[cohort.service];
    for (std::uint32_t c = 0; c < others.count; ++c) {
        const Cohort& other = cohorts_[others[c]];
        serving += other.group == cohort.group && other.serves() && other.arrivals > 0 ? other.count : 0;
    }
    return cohort.count / serving;
}

/// Who is taken out before a worker is free asks nobody anything.
void Solver::hold_backlog(Cohort& cohort, const analytic::OverloadState& state) {
    cohort.station.utilization = 1;
    cohort.station.queue_mean = state.queue_mean;
    cohort.station.wait_mean_s = state.wait_mean_s;
    cohort.station.rejected = state.rejected;
    cohort.station.abandoned = (1 - state.rejected) * (1 - state.patient);
    cohort.wait = is_light_ ? SharedLaw::constant(state.wait_mean_s) : SharedLaw(state.wait);
    cohort.has_wait = true;
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        double all = 0;
        double begun = 0;
        for_each_stream(cohort, [&](const Pair& pair, const Branch&, const Target& target) {
            if (plan_.calls[pair.call].endpoint == endpoint) {
                const double per_s = pair.calls * target.visits * target.attempt.reaches();
                all += per_s;
                begun += target.attempt.taken_out_s > state.wait_mean_s ? per_s : 0;
            }
        });
        ops_[op_of(cohort, endpoint)].begun = all > 0 ? begun / all : 1;
    }
}

/// Newest first, with callers who all give up: an attempt waits for those only who come after it, for a busy period of
/// the slower of arrivals and services by the faster. In overload that comes for as many as can be served; the others
/// wait for ever, as far as their callers can tell. @returns whether that is so
bool Solver::wait_newest_first(Cohort& cohort, double share) {
    const ServicePlan& service = plan_.services[cohort.service];
    if (service.discipline != Discipline::lifo || service.queue_limit != k_unlimited || service.patience_s) {
        return false;
    }
    const double capacity = cohort.station.capacity_per_s;
    const double served = std::min(1.0, capacity / cohort.visits);
    double longest_s = 0;
    double in_time = 0;  // who wait at any moment, if nobody were served
    for_each_stream(cohort, [&](const Pair& pair, const Branch&, const Target& target) {
        const double per_s = pair.calls * target.visits * target.attempt.reaches() * (1 - cohort.condition.errors);
        longest_s = std::max(longest_s, target.attempt.timeout_s > 0 ? target.attempt.timeout_s : k_infinity);
        in_time += per_s * target.attempt.taken_out_s;
    });
    if (longest_s == k_infinity) {
        return false;
    }
    const double ratio = std::min(cohort.visits, capacity) / std::max(cohort.visits, capacity);
    const double apart = std::max(std::abs(cohort.visits - capacity), 1 / longest_s);
    const double cv = std::sqrt((1 + ratio) / std::max(1 - ratio, 1 / (1 + capacity * longest_s)));
    const auto law = analytic::LatencyLaw::of(Distribution::lognormal_mean_cv(1 / apart, cv));
    cohort.wait = is_light_ ? SharedLaw::constant(1 / apart) : SharedLaw(law);
    cohort.starved = 1 - served;
    for (const EndpointId endpoint : endpoints_of_[cohort.service]) {
        ops_[op_of(cohort, endpoint)].begun = served;
    }
    constexpr double k_at_once_s = 1e-9;
    cohort.leaves_per_s = 1 / std::max(in_time / cohort.visits, k_at_once_s);
    cohort.holds_at = served < 1 ? (1 - served) * in_time / share : k_infinity;
    return true;
}

/// A queue without an end to it holds what it held: who arrives waits until that is served.
void Solver::wait_behind_backlog(const Scene& scene, Cohort& cohort, double arrival_scv) {
    const ServicePlan& service = plan_.services[cohort.service];
    const GroupPlan& group = plan_.groups[cohort.group];
    const double first = static_cast<double>(group.begins_with) * service.workers;
    const double capacity = cohort.station.capacity_per_s;
    const double share = share_of_group(cohort);
    const double room = room_of(cohort);
    const bool should_hold = scene.backlog[cohort.group] == k_backlog_holds;
    const bool newest_first = wait_newest_first(cohort, share);
    const auto state = newest_first ? std::nullopt : overload_of(cohort, arrival_scv);
    cohort.holds_at = state ? state->wait_mean_s * capacity / share : cohort.holds_at;
    if (state && should_hold) {
        return hold_backlog(cohort, *state);
    }
    const std::uint32_t level = should_hold ? 0 : scene.backlog[cohort.group];  // what held it is over
    const double low = std::min(BacklogGrid::low(level, first) * share, room);
    const double high = std::min(BacklogGrid::high(level, first) * share, room);
    const bool holds = should_hold && cohort.holds_at < k_infinity;
    const double waiting = holds ? cohort.holds_at * share : (low + high) / 2;
    cohort.station.queue_mean = waiting;
    cohort.station.wait_mean_s = waiting / capacity;
    cohort.station.utilization = 1;
    cohort.has_wait = true;
    if (newest_first) {
        return;
    }
    const double stay = stay_for(cohort.service, waiting / capacity);
    cohort.station.rejected = low >= room ? std::max(0.0, 1 - capacity / (cohort.visits * stay)) : 0;
    cohort.station.abandoned = 1 - stay;
    const double width = (high - low) / capacity;
    // Who arrives while a level is passed waits anything between its ends.
    cohort.wait = width <= 0 || is_light_
                      ? SharedLaw::constant(waiting / capacity)
                      : SharedLaw(analytic::LatencyLaw::of(Distribution::uniform(low / capacity, high / capacity)));
    cohort.wait_variance_s2 = width * width / 12;
    cohort.wait_least_s = low / capacity;
}

}  // namespace nines
