// Stations: a chain of exact servers for the shape, two-moment corrections for the laws, a model of each balancer.

#include "engine/analytic/station.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/analytic/false_position.hpp"
#include "engine/analytic/gi_g_m.hpp"
#include "engine/analytic/queueing.hpp"
#include "engine/analytic/two_choices.hpp"
#include "engine/base/check.hpp"
#include "engine/random/portable_math.hpp"

namespace nines::analytic {

namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();
/// Stations without a limit are solved up to this load.
constexpr double k_nearly_saturated = 1 - 1e-6;
/// Below this total variability a finite queue is taken for one of this variability: D/D has no model of loss.
constexpr double k_least_variability = 0.02;

/// One queue and its workers.
struct Group {
    GiGm queue;
    double limit = k_infinity;  // waiting places
    double load() const { return queue.load(); }
};

/// What a group does with its arrivals.
struct GroupState {
    double rejected = 0;
    double abandoned = 0;
    WaitLaw wait;  // of those served
};

/// d/dx and d2/dx2 of log((e^x - 1) / x).
struct Slopes {
    double first;
    double second;
};
Slopes geometric_slopes(double x) {
    if (std::abs(x) < 0.3) {  // the closed forms cancel
        const double s = x * x;
        const double first = x * (1.0 / 12 - s * (1.0 / 720 - s * (1.0 / 30240 - s * (1.0 / 1209600 - s / 47900160))));
        const double second = 1.0 / 12 - s * (1.0 / 240 - s * (1.0 / 6048 - s * (1.0 / 172800 - s / 5322240)));
        return {0.5 + first, second};
    }
    const double below = -portable::expm1(-std::abs(x));  // 1 - e^-|x|
    const double up = 1 / below - 1 / std::abs(x);
    return {x > 0 ? up : 1 - up, 1 / (x * x) - (1 - below) / (below * below)};
}

/// The numbers waiting that arrivals find when all work: weights ratio^j for j = 0 .. places - 1, places real.
struct Geometric {
    double sum;       // of the weights
    double mean;      // of j
    double variance;  // of j
};
Geometric geometric(double ratio, double places) {
    if (places == k_infinity) {
        const double gap = 1 - ratio;
        return {1 / gap, ratio / gap, ratio / (gap * gap)};
    }
    const double step = portable::log1p(ratio - 1);
    if (places * std::abs(step) > 700 && step < 0) {  // as good as unlimited
        return geometric(ratio, k_infinity);
    }
    const Slopes all = geometric_slopes(places * step);
    const Slopes one = geometric_slopes(step);
    const double sum = step == 0 ? places : portable::expm1(places * step) / portable::expm1(step);
    return {sum, places * all.first - one.first, places * places * all.second - one.second};
}

/// The M/M/c/K queue that loses what this one loses.
/// Source: Smith 2003, see the header, where the variability counts in full. It does not in a short queue, which fills
/// before it shows: that part is fitted to simulations of M/D/c/K and M/lognormal/c/K, c of 1 and 4, K from 1 to 64.
struct Equivalent {
    double places;
    double stretch;  // of its waits, against those in proportion to the full variability
};
Equivalent equivalent_queue(const Group& g) {
    const double variability = g.queue.arrival_scv() + g.queue.service_scv;
    if (variability == 2 || g.limit == 0) {
        return {g.limit, 1};
    }
    const double full = std::sqrt(std::min(1.0, g.load())) * (std::max(variability, k_least_variability) - 2);
    const double slack = variability > 2 ? 2 + 3 * g.queue.workers : 0.15 * g.queue.workers;
    const double shows = full * g.limit / (g.limit + slack);
    return {2 * g.limit / (2 + shows), (2 + shows) / (2 + full)};
}

/// A group with a limit: the states of M/M/c/K, its chance of waiting and its turns scaled so that without a limit they
/// are those of `unlimited`, the wait at this load or just below 1.
GroupState solve_limited(const Group& g, const WaitLaw& unlimited, double stable_load) {
    const double load = g.load();
    const int workers = static_cast<int>(g.queue.workers);
    // Weights of the states relative to "all work, nobody waits"; those below sum to `below`.
    const double full = erlang_b(load * workers, workers);
    double below = (1 - full) / full;
    const double stable_full = load == stable_load ? full : erlang_b(stable_load * workers, workers);
    const double erlang = stable_full / (1 - stable_load * (1 - stable_full));
    // Under Poisson arrivals a queue without places loses what the Erlang formula says, whatever the service.
    const bool is_poisson = g.queue.arrival_scv() == 1;
    if (!is_poisson) {
        below *= (1 - unlimited.probability) / unlimited.probability * erlang / (1 - erlang);
    }
    const auto [places, stretch] = equivalent_queue(g);
    const Geometric waiting = geometric(load, places);
    // Relative to the larger of the first and the last of the states in which all work.
    const double top = portable::exp(-std::abs(places * portable::log1p(load - 1)));
    const double last = load > 1 ? 1.0 : top;
    const double others = load > 1 ? (1 - top) / (load - 1) : waiting.sum;
    below *= load > 1 ? top : 1.0;
    GroupState state;
    state.rejected = last / (below + others + last);
    if (places > 0) {
        const double turns = waiting.mean + 1;
        const double chance = others / (below + others);
        state.wait.probability = is_poisson ? std::min(1.0, chance * unlimited.probability / erlang) : chance;
        state.wait.mean_if_waits_s = turns * unlimited.mean_if_waits_s * (1 - stable_load) * stretch;
        state.wait.scv_if_waits = unlimited.scv_if_waits * (turns + waiting.variance) / (turns * turns);
    }
    return state;
}

/// Constant arrivals and constant work above capacity: what is too much is rejected, and the queue is full but for the
/// moment between an end of service and the next arrival, half the time between two in the mean.
GroupState solve_full(const Group& g) {
    GroupState state;
    state.rejected = 1 - 1 / g.load();
    if (g.limit > 0) {
        const double full_s = g.limit * g.queue.service_mean_s / g.queue.workers;
        state.wait = {.probability = 1, .mean_if_waits_s = full_s - 0.5 / g.queue.arrivals_per_s, .scv_if_waits = 0};
    }
    return state;
}

GroupState solve_group(const Group& g) {
    if (g.queue.arrivals_per_s == 0) {
        return {};
    }
    GiGm stable = g.queue;
    const double stable_load = std::min(g.load(), k_nearly_saturated);
    stable.arrivals_per_s *= stable_load / g.load();
    GroupState state;
    state.wait = gi_g_m_wait(stable);
    if (g.limit == k_infinity) {
        return state;
    }
    if (state.wait.mean_s() == 0 && g.load() > 1) {
        return solve_full(g);
    }
    return state.wait.probability > 0 ? solve_limited(g, state.wait, stable_load) : state;
}

/// All instances as one group with one queue.
Group common_group(const StationInput& in) {
    const double queues = in.balance == StationBalance::common_queue ? 1.0 : in.instances;
    // The number at shared workers is that of M/M/c/K for any service under Poisson arrivals.
    const double scv = in.discipline == StationDiscipline::sharing ? 1.0 : in.service_scv;
    return {.queue = {.arrivals_per_s = in.arrivals_per_s,
                      .stream_scv = in.arrival_scv,
                      .workers = static_cast<double>(in.instances) * in.workers,
                      .service_mean_s = in.service_mean_s,
                      .service_scv = scv,
                      .service_skew = in.service_skew.value_or(usual_skew(scv))},
            .limit = in.queue_limit ? *in.queue_limit * queues : k_infinity};
}

/// One instance of many that get the arrivals in equal shares.
Group one_instance(const StationInput& in) {
    const double n = in.instances;
    Group group = common_group(in);
    group.queue.arrivals_per_s /= n;
    group.queue.workers = in.workers;
    group.limit /= n;
    if (in.balance == StationBalance::round_robin) {
        group.queue.dealt_to = n;
    } else {
        group.queue.stream_scv = 1 + (in.arrival_scv - 1) / n;
    }
    return group;
}

/// Squared cv of the time until the first of an instance's workers is free, seen when all work.
double own_scv_of(const GiGm& queue, int workers) {
    const double excess = residual_scv(queue.service_scv, queue.service_skew) - 1;
    const double share = residual_share(queue.service_scv, workers);
    return 1 + excess * (excess < 0 ? std::sqrt(share) : share);
}

/// The wait of one common queue, and what queues of their own add: who waits at all waits for a worker of one instance
/// instead of the first worker of all, but fewer wait. Fitted to simulations of M/M with 2 to 40 instances of 1 to 16
/// workers at loads of 0.5 to 0.95; exact in the limits of load 0 and 1.
GroupState solve_shortest_queue(const StationInput& in, const Group& common) {
    GroupState state = solve_group(common);
    WaitLaw& wait = state.wait;
    if (wait.probability == 0) {
        return state;
    }
    const double n = in.instances;
    wait.probability *= 1 - (n - 1) / (n + 12) * (1 - wait.probability);
    const double root = std::sqrt(wait.probability);
    const double scv = common.queue.service_scv;
    const double share = residual_share(scv, in.workers);
    const double shows = scv > 1 ? std::sqrt(std::max(0.0, 1 - common.load())) * share : (2 + share) / 3;
    const double residual = 1 + (scv - 1) / 2 * shows;
    const double own_s = (1 - 1 / n) * (1 - 0.36 * root * (2 - root)) * residual * common.queue.service_mean_s /
                         in.workers *
                         std::max(0.0, 1 - 4 * state.rejected);  // where all queues are full, all are alike
    const double own_scv = own_scv_of(common.queue, in.workers);
    const double both_s = wait.mean_if_waits_s + own_s;
    double of_common = wait.mean_if_waits_s / both_s;
    if (own_scv < 1) {  // the less each instance varies, the less those do who come to all
        of_common *= of_common * of_common;
    }
    wait.scv_if_waits = of_common * wait.scv_if_waits + (1 - of_common) * own_scv;
    wait.mean_if_waits_s = both_s;
    return state;
}

/// What the law of service does to the mean wait at the better of two of many: less than at one queue, because long
/// services attract arrivals, which then tell others. Fitted to simulations with constant and lognormal service.
double two_choices_factor(double scv, double workers, double load, double wait_probability) {
    const double share = residual_share(scv, workers);
    const double weight =
        scv > 1 ? 0.58 * (wait_probability + (1 - wait_probability) * share) : load + (1 - load) * share;
    return 1 + (scv - 1) / 2 * weight;
}

/// Between two instances, where both are looked at, and very many. Fitted to simulations of M/M with 3 to 40 instances.
GroupState solve_power_of_two(const StationInput& in) {
    const Group common = common_group(in);
    if (in.instances == 2) {
        return solve_shortest_queue(in, common);
    }
    StationInput pair_input = in;
    pair_input.instances = 2;
    pair_input.arrivals_per_s *= 2.0 / in.instances;
    const GroupState pair = solve_shortest_queue(pair_input, common_group(pair_input));
    GroupState state = solve_group(common);
    const bool is_limited = in.queue_limit.has_value();
    const double stable_load = std::min(common.load(), k_nearly_saturated);
    const TwoChoices many =
        solve_two_choices(is_limited ? common.load() : stable_load, in.workers, in.queue_limit.value_or(k_infinity));
    double factor = two_choices_factor(common.queue.service_scv, in.workers, stable_load, many.wait_probability);
    if (factor > 1 && is_limited && *in.queue_limit > 0) {  // a queue that is mostly full is as long whatever the work
        factor = 1 + (factor - 1) * std::max(0.0, 1 - 2 * many.wait_in_turns / *in.queue_limit);
    }
    const double turn_s = in.service_mean_s / in.workers;
    const double near = 1.15 / (in.instances - 1);
    const auto between = [&](double of_pair, double of_many) { return of_many + near * (of_pair - of_many); };
    // No balancer does better than one queue.
    state.rejected = std::clamp(between(pair.rejected, many.rejected), state.rejected, 1.0);
    const double served = std::max(1e-12, 1 - many.rejected);
    double mean_s = between(pair.wait.mean_s(), many.wait_in_turns * turn_s * factor / served);
    mean_s = std::max(mean_s, state.wait.mean_s());
    if (is_limited) {
        mean_s = std::min(mean_s, *in.queue_limit * turn_s);
    }
    const double chance = between(pair.wait.probability, many.wait_probability / served);
    state.wait.probability = std::clamp(chance, state.wait.probability, 1.0);
    if (state.wait.probability > 0) {
        state.wait.mean_if_waits_s = mean_s / state.wait.probability;
        const double many_mean = many.wait_in_turns * many.wait_in_turns;
        const double many_scv = many_mean > 0 ? many.square * many.wait_probability / many_mean - 1 : 1;
        const double own = own_scv_of(common.queue, in.workers) - 1;
        const double spare = std::sqrt(1 - stable_load);
        const double shows = own > 0 ? 0.93 * spare : std::min(1.0, 1.15 * std::sqrt(spare));
        state.wait.scv_if_waits = std::max(0.0, between(pair.wait.scv_if_waits, many_scv * (1 + own * shows)));
    }
    return state;
}

/// M/M/c/K+M, of which the wait of those served is taken.
GroupState solve_impatient(const Group& group, double patience_mean_s) {
    const ErlangAState found = solve_erlang_a(group.queue.arrivals_per_s, group.queue.service_mean_s,
                                              static_cast<int>(group.queue.workers), patience_mean_s, group.limit);
    GroupState state;
    state.rejected = found.blocking_probability;
    state.abandoned = found.abandon_probability;
    const double served = 1 - state.rejected - state.abandoned;
    state.wait.probability = std::max(0.0, found.wait_probability - state.abandoned) / served;
    if (found.wait_mean_served_s > 0 && state.wait.probability > 0) {
        state.wait.mean_if_waits_s = found.wait_mean_served_s / state.wait.probability;
        const double square = state.wait.mean_if_waits_s * state.wait.mean_if_waits_s;
        state.wait.scv_if_waits = std::max(0.0, found.wait_served_square_s2 / (state.wait.probability * square) - 1);
    }
    return state;
}

/// Constant services dealt in turn end in the order of a common queue, which also loses what they lose.
GroupState solve_in_turn(const StationInput& in) {
    const Group one = one_instance(in);
    GroupState state = solve_group(one);
    const double scv = one.queue.service_scv;
    if (in.queue_limit && scv < 1) {
        state.rejected = scv * state.rejected + (1 - scv) * solve_group(common_group(in)).rejected;
    }
    return state;
}

GroupState solve_fleet(const StationInput& in) {
    if (in.patience_mean_s) {
        const bool is_pooled =
            in.balance == StationBalance::common_queue || in.balance == StationBalance::least_outstanding;
        return solve_impatient(is_pooled ? common_group(in) : one_instance(in), *in.patience_mean_s);
    }
    if (in.instances == 1) {
        return solve_group(common_group(in));
    }
    switch (in.balance) {
        case StationBalance::common_queue:
            return solve_group(common_group(in));
        case StationBalance::random:
            return solve_group(one_instance(in));
        case StationBalance::round_robin:
            return solve_in_turn(in);
        case StationBalance::least_outstanding:
            return solve_shortest_queue(in, common_group(in));
        case StationBalance::power_of_two:
            return solve_power_of_two(in);
    }
    return {};
}

}  // namespace

StationOutput solve_station(const StationInput& in) {
    check(in.arrivals_per_s >= 0 && in.arrival_scv >= 0 && in.instances >= 1 && in.workers >= 1 &&
              in.service_mean_s > 0 && in.service_scv >= 0 && in.queue_limit.value_or(0) >= 0,
          "a station has sensible parameters");
    StationOutput out;
    const double workers = static_cast<double>(in.instances) * in.workers;
    out.capacity_per_s = workers / in.service_mean_s;
    if (in.arrivals_per_s == 0) {
        return out;
    }
    const double load = in.arrivals_per_s / out.capacity_per_s;
    const GroupState state = solve_fleet(in);
    out.rejected = state.rejected;
    out.abandoned = state.abandoned;
    out.wait = state.wait;
    if (!in.patience_mean_s) {
        out.workers_awaited = in.balance == StationBalance::common_queue ? workers : in.workers;
        if (in.balance == StationBalance::round_robin && in.service_scv < 1) {
            // Constant services dealt in turn end in the order of a common queue.
            out.workers_awaited *= portable::pow(in.instances, 1 - in.service_scv);
        }
    }
    out.wait_mean_s = state.wait.mean_s();
    out.saturated = load >= 1 && !in.queue_limit && !in.patience_mean_s;
    out.utilization = std::min(1.0, load * out.served_share());
    const double served_per_s = in.arrivals_per_s * out.served_share();
    out.queue_mean = (out.saturated ? out.capacity_per_s : served_per_s) * out.wait_mean_s;
    if (in.discipline == StationDiscipline::sharing) {
        out.slowdown = 1 + out.wait_mean_s / in.service_mean_s;
        out.wait = {};
    } else if (in.discipline == StationDiscipline::lifo) {
        // The mean square of the wait grows by 1 / (1 - load) against fifo.
        const double spare = std::max(1e-6, 1 - out.utilization);
        out.wait.scv_if_waits = (1 + out.wait.scv_if_waits) / spare - 1;
    }
    return out;
}

namespace {

/// The law, or else zero.
LatencyLaw with_probability(double probability, const LatencyLaw& law) {
    const std::array<WeightedLaw, 2> parts = {{{1 - probability, LatencyLaw{}}, {probability, law}}};
    return mixture(parts);
}

}  // namespace

LatencyLaw station_wait(const LatencyLaw& service, const StationOutput& station) {
    const WaitLaw& wait = station.wait;
    const double mean_s = wait.mean_if_waits_s;
    if (station.workers_awaited == 0 || wait.mean_s() < 1e-6 * service.mean()) {
        return LatencyLaw::of(wait);
    }
    LatencyLaw first = service.residual().first_of(station.workers_awaited);
    if (first.mean() > mean_s) {
        first = first.scaled(mean_s / first.mean());
    }
    const double more_s = mean_s - first.mean();
    LatencyLaw whole = first;
    if (more_s > 1e-9 * mean_s) {
        // Z = mean_s x a gamma variable of mean 1, with probability more_s / mean_s: its scv makes the variance right.
        const double square = std::max(0.0, wait.scv_if_waits * mean_s * mean_s - first.variance()) + more_s * more_s;
        const WaitLaw more{.probability = more_s / mean_s,
                           .mean_if_waits_s = mean_s,
                           .scv_if_waits = std::max(0.0, square / (more_s * mean_s) - 1)};
        whole = sum(first, LatencyLaw::of(more));
        // In M/G/1 the time more is another such wait: once more round brings heavy services' shape into it.
        if (wait.scv_if_waits > 1.2 && more.scv_if_waits > 0.8 * wait.scv_if_waits) {
            whole = sum(first, with_probability(more.probability, whole));
        }
    }
    return with_probability(wait.probability, whole);
}

LatencyLaw station_sojourn(const LatencyLaw& service, const StationOutput& station) {
    return station.slowdown == 1 ? sum(service, station_wait(service, station)) : service.scaled(station.slowdown);
}

double closed_throughput(const ClosedPopulation& population, const std::function<double(double)>& response_s,
                         double most_per_s) {
    const double users = population.users;
    if (users <= 0) {
        return 0;
    }
    const double others = std::max(0.0, users - 1) / users;
    const auto excess = [&](double x) { return x - users / (population.think_mean_s + response_s(x * others)); };
    const double high = std::min(most_per_s, users / (population.think_mean_s + response_s(0)));
    const double above = excess(high);
    if (above <= 0) {
        return high;
    }
    return false_position(excess, {.low = 0, .high = high, .at_low = excess(0), .at_high = above}, 1e-13 * high);
}

}  // namespace nines::analytic
