// Queues with exact answers: closed forms first, then those from birth-death chains.

#include "engine/analytic/queueing.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <utility>

#include "engine/analytic/markov_chain.hpp"
#include "engine/analytic/tail_quantile.hpp"
#include "engine/base/check.hpp"

namespace nines::analytic {

namespace {

/// P(Erlang(stages, servers x rate) + exponential(rate) > t / rate): the stay of one who has to see `stages` leave.
double staged_tail(int stages, int servers, double t) {
    if (stages == 0) {
        return std::exp(-t);
    }
    if (servers == 1) {
        return boost::math::gamma_q(stages + 1.0, t);
    }
    const double ratio = static_cast<double>(servers) / (servers - 1);
    // The second factor would overflow alone for long queues, hence the logarithm.
    const double ends_inside = boost::math::gamma_p(static_cast<double>(stages), (servers - 1) * t);
    return boost::math::gamma_q(static_cast<double>(stages), servers * t) +
           (ends_inside > 0 ? std::exp(stages * std::log(ratio) - t + std::log(ends_inside)) : 0.0);
}

int as_int(std::size_t n) {
    return static_cast<int>(n);
}

/// Number, queue, utilisation and idle share from the probabilities of the number there.
FiniteState measures(const std::vector<double>& probabilities, int servers) {
    FiniteState state;
    state.idle_probability = probabilities[0];
    double busy = 0;
    for (std::size_t n = 0; n < probabilities.size(); ++n) {
        state.number_mean += as_int(n) * probabilities[n];
        state.queue_mean += std::max(0, as_int(n) - servers) * probabilities[n];
        busy += std::min(as_int(n), servers) * probabilities[n];
    }
    state.utilization = busy / servers;
    return state;
}

/// The chain of `users` customers of whom those not there come at `rate` each; service_rate a busy server.
std::vector<double> closed_chain(int users, double rate, double service_rate, int servers) {
    std::vector<double> up;
    std::vector<double> down;
    for (int n = 0; n < users; ++n) {
        up.push_back((users - n) * rate);
        down.push_back(std::min(n + 1, servers) * service_rate);
    }
    return stationary_birth_death(up, down);
}

/// Sums over the states of an Erlang-A queue in which all servers are busy, weighted by the states' weights.
struct Impatience {
    double not_all_busy = 0;  // weight of the other states
    double all_busy = 0;
    double queue = 0;        // number waiting
    double served = 0;       // chance of an arrival to be served
    double wait = 0;         // mean wait of an arrival, however it ends
    double served_wait = 0;  // mean wait of an arrival on the event that it is served
    double served_wait_square = 0;
    double full = 0;  // weight of the state in which arrivals are refused

    void scale(double factor) {
        for (double* sum :
             {&not_all_busy, &all_busy, &queue, &served, &wait, &served_wait, &served_wait_square, &full}) {
            *sum *= factor;
        }
    }
};

Impatience sum_impatience(double arrivals_per_s, double served_per_s, double leaving_per_s, double not_all_busy,
                          double queue_limit) {
    Impatience sums;
    sums.not_all_busy = not_all_busy;
    double weight = 1;
    double served = 1;
    double wait = 0;
    double served_wait = 0;
    double square = 0;  // of the wait, on the event that it is served
    // The weights rise while fewer leave than come; beyond, until nothing is added any more.
    for (double k = 0; served_per_s + k * leaving_per_s < arrivals_per_s ||
                       weight * (k + 1) > 1e-18 * (sums.all_busy + sums.not_all_busy);
         ++k) {
        sums.all_busy += weight;
        sums.queue += weight * k;
        if (k >= queue_limit) {
            sums.full = weight;
            break;
        }
        // One who finds k waiting: the next to go is one of those ahead, or itself.
        const double ahead = served_per_s + k * leaving_per_s;
        const double rate = ahead + leaving_per_s;
        square = ahead / rate * (square + 2 / rate * (served_wait + served / rate));
        served_wait = ahead / rate * (served_wait + served / rate);
        wait = 1 / rate + ahead / rate * wait;
        served *= ahead / rate;
        sums.served += weight * served;
        sums.wait += weight * wait;
        sums.served_wait += weight * served_wait;
        sums.served_wait_square += weight * square;
        weight *= arrivals_per_s / rate;
        if (weight > 1e200) {  // long before it would overflow
            weight *= 1e-200;
            sums.scale(1e-200);
        }
    }
    return sums;
}

}  // namespace

double erlang_b(double offered_erlang, int servers) {
    check(offered_erlang >= 0 && servers >= 1, "an offered load >= 0 and at least one server");
    // 1 / B = sum over k of servers! / (servers - k)! / offered^k: nothing cancels, and only the states near `servers`
    // count.
    double term = 1;
    double sum = 1;
    const double each = 1 / offered_erlang;
    for (double left = servers; left > 0 && sum < 1e300; --left) {
        term *= left * each;
        sum += term;
        if (term < 1e-17 * sum && left < offered_erlang) {
            break;
        }
    }
    return 1 / sum;
}

double erlang_c(double offered_erlang, int servers) {
    if (offered_erlang >= servers) {
        return 1;
    }
    const double blocked = erlang_b(offered_erlang, servers);
    return blocked / (1 - offered_erlang / servers * (1 - blocked));
}

std::optional<MmcState> solve_mmc(double arrivals_per_s, double service_mean_s, int servers) {
    check(arrivals_per_s >= 0 && service_mean_s > 0 && servers >= 1, "an M/M/c queue has sensible parameters");
    const double offered = arrivals_per_s * service_mean_s;
    if (offered >= servers) {
        return std::nullopt;
    }
    MmcState state{.servers = servers, .service_mean_s = service_mean_s};
    state.utilization = offered / servers;
    state.wait_probability = erlang_c(offered, servers);
    // Those who wait at all wait exponentially with this mean.
    const double delay_s = service_mean_s / (servers - offered);
    state.wait_mean_s = state.wait_probability * delay_s;
    state.wait_sd_s = delay_s * std::sqrt(state.wait_probability * (2 - state.wait_probability));
    state.sojourn_mean_s = state.wait_mean_s + service_mean_s;
    state.queue_mean = arrivals_per_s * state.wait_mean_s;
    state.number_mean = state.queue_mean + offered;
    return state;
}

double MmcState::wait_tail(double seconds) const {
    return wait_probability * std::exp(-seconds * servers * (1 - utilization) / service_mean_s);
}

double MmcState::sojourn_tail(double seconds) const {
    // The sum of the wait and an exponential service, in units of the mean service time.
    const double drain = servers * (1 - utilization);
    const double t = seconds / service_mean_s;
    const double apart = drain - 1;
    // (e^-t - e^(-drain t)) / (drain - 1), which tends to t e^-t where the two rates meet.
    const double overlap = std::abs(apart) < 1e-12 ? t * std::exp(-t) : -std::exp(-t) * std::expm1(-apart * t) / apart;
    return std::exp(-t) + wait_probability * overlap;
}

double MmcState::wait_quantile_s(double p) const {
    if (1 - p >= wait_probability) {
        return 0;
    }
    return std::log(wait_probability / (1 - p)) * service_mean_s / (servers * (1 - utilization));
}

double MmcState::sojourn_quantile_s(double p) const {
    return tail_quantile([this](double t) { return sojourn_tail(t); }, p, sojourn_mean_s);
}

std::optional<Mg1State> solve_mg1(double arrivals_per_s, double service_mean_s, double service_cv) {
    check(arrivals_per_s >= 0 && service_mean_s > 0 && service_cv >= 0, "an M/G/1 queue has sensible parameters");
    const double load = arrivals_per_s * service_mean_s;
    if (load >= 1) {
        return std::nullopt;
    }
    Mg1State state;
    state.utilization = load;
    state.wait_mean_s = load * service_mean_s * (1 + service_cv * service_cv) / (2 * (1 - load));
    state.sojourn_mean_s = state.wait_mean_s + service_mean_s;
    state.queue_mean = arrivals_per_s * state.wait_mean_s;
    state.number_mean = state.queue_mean + load;
    state.busy_period_mean_s = service_mean_s / (1 - load);
    return state;
}

std::optional<std::vector<PriorityState>> solve_priority(std::span<const PriorityClass> classes) {
    double residual_s = 0;  // what is left of the service in progress at an arrival, 0 when there is none
    double load = 0;
    for (const PriorityClass& c : classes) {
        check(c.arrivals_per_s >= 0 && c.service_mean_s > 0 && c.service_cv >= 0, "a class has sensible parameters");
        residual_s += c.arrivals_per_s * c.service_mean_s * c.service_mean_s * (1 + c.service_cv * c.service_cv) / 2;
        load += c.arrivals_per_s * c.service_mean_s;
    }
    if (load >= 1) {
        return std::nullopt;
    }
    std::vector<PriorityState> states;
    double above = 0;           // load of the higher classes
    double residual_above = 0;  // residual work of this class and the higher ones: the lower ones are invisible to it
    for (const PriorityClass& c : classes) {
        const double upto = above + c.arrivals_per_s * c.service_mean_s;
        residual_above +=
            c.arrivals_per_s * c.service_mean_s * c.service_mean_s * (1 + c.service_cv * c.service_cv) / 2;
        states.push_back({.wait_mean_s = residual_s / ((1 - above) * (1 - upto)),
                          .preemptive_sojourn_mean_s =
                              c.service_mean_s / (1 - above) + residual_above / ((1 - above) * (1 - upto))});
        above = upto;
    }
    return states;
}

double Gim1State::wait_quantile_s(double p) const {
    // sojourn_mean_s is also the mean wait of those who wait: both are exponential with one rate.
    return 1 - p >= sigma ? 0.0 : std::log(sigma / (1 - p)) * sojourn_mean_s;
}

double Gim1State::sojourn_quantile_s(double p) const {
    return -std::log1p(-p) * sojourn_mean_s;
}

std::optional<Gim1State> solve_gim1(const std::function<double(double)>& interarrival_transform, double arrivals_per_s,
                                    double service_mean_s) {
    check(arrivals_per_s > 0 && service_mean_s > 0, "a GI/M/1 queue has sensible parameters");
    const double load = arrivals_per_s * service_mean_s;
    if (load >= 1) {
        return std::nullopt;
    }
    // sigma = A*(mu (1 - sigma)) has one root in (0, 1); the difference is positive below it and negative above.
    double low = 0;
    double high = 1 - 1e-13;
    while (high - low > 1e-16) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        (interarrival_transform((1 - middle) / service_mean_s) > middle ? low : high) = middle;
    }
    Gim1State state;
    state.sigma = low + (high - low) / 2;
    state.utilization = load;
    state.sojourn_mean_s = service_mean_s / (1 - state.sigma);
    state.wait_mean_s = state.sigma * state.sojourn_mean_s;
    state.queue_mean = arrivals_per_s * state.wait_mean_s;
    state.number_mean = arrivals_per_s * state.sojourn_mean_s;
    return state;
}

double ArrivalView::wait_mean_s() const {
    double mean = 0;
    for (std::size_t n = 0; n < seen.size(); ++n) {
        mean += seen[n] * std::max(0, as_int(n) - servers + 1);
    }
    return mean * service_mean_s / servers;
}

double ArrivalView::sojourn_tail(double seconds) const {
    double tail = 0;
    for (std::size_t n = 0; n < seen.size(); ++n) {
        if (seen[n] > 0) {
            tail += seen[n] * staged_tail(std::max(0, as_int(n) - servers + 1), servers, seconds / service_mean_s);
        }
    }
    return tail;
}

double ArrivalView::sojourn_quantile_s(double p) const {
    return tail_quantile([this](double t) { return sojourn_tail(t); }, p, service_mean_s);
}

FiniteState solve_mmck(double arrivals_per_s, double service_mean_s, int servers, int room) {
    check(arrivals_per_s > 0 && service_mean_s > 0 && servers >= 1 && room >= servers,
          "an M/M/c/K queue has sensible parameters and room for its servers");
    std::vector<double> up(static_cast<std::size_t>(room), arrivals_per_s);
    std::vector<double> down;
    for (int n = 1; n <= room; ++n) {
        down.push_back(std::min(n, servers) / service_mean_s);
    }
    std::vector<double> probabilities = stationary_birth_death(up, down);
    FiniteState state = measures(probabilities, servers);
    state.blocking_probability = probabilities.back();
    probabilities.pop_back();  // those admitted never meet a full room
    double admitted = 0;
    for (const double probability : probabilities) {
        admitted += probability;
    }
    for (double& probability : probabilities) {
        probability /= admitted;
    }
    state.throughput_per_s = arrivals_per_s * admitted;
    state.wait_mean_s = state.queue_mean / state.throughput_per_s;
    state.sojourn_mean_s = state.number_mean / state.throughput_per_s;
    state.admitted = {std::move(probabilities), servers, service_mean_s};
    return state;
}

FiniteState solve_closed(int users, double think_mean_s, double service_mean_s, int servers) {
    check(users >= 1 && think_mean_s > 0 && service_mean_s > 0 && servers >= 1,
          "a closed system has sensible parameters");
    FiniteState state = measures(closed_chain(users, 1 / think_mean_s, 1 / service_mean_s, servers), servers);
    state.throughput_per_s = state.utilization * servers / service_mean_s;
    state.wait_mean_s = state.queue_mean / state.throughput_per_s;
    state.sojourn_mean_s = state.number_mean / state.throughput_per_s;
    state.admitted = {closed_chain(users - 1, 1 / think_mean_s, 1 / service_mean_s, servers), servers, service_mean_s};
    return state;
}

ErlangAState solve_erlang_a(double arrivals_per_s, double service_mean_s, int servers, double patience_mean_s,
                            double queue_limit) {
    check(arrivals_per_s > 0 && service_mean_s > 0 && servers >= 1 && patience_mean_s > 0 && queue_limit >= 0,
          "an Erlang-A queue has sensible parameters");
    const double offered = arrivals_per_s * service_mean_s;
    const double full = erlang_b(offered, servers);
    ErlangAState state;
    if (full < 1e-290) {  // nobody ever waits, as far as numbers go
        state.throughput_per_s = arrivals_per_s;
        state.utilization = offered / servers;
        return state;
    }
    // Weights of states relative to "all busy, nobody waits": those below sum to (1 - full) / full.
    const Impatience sums =
        sum_impatience(arrivals_per_s, servers / service_mean_s, 1 / patience_mean_s, (1 - full) / full, queue_limit);
    const double total = sums.not_all_busy + sums.all_busy;
    const double waiting = sums.all_busy - sums.full;  // weight of arrivals that join the queue
    const double abandoned = waiting - sums.served;
    state.blocking_probability = sums.full / total;
    state.wait_probability = waiting / total;
    state.queue_mean = sums.queue / total;
    state.wait_mean_s = state.queue_mean / arrivals_per_s;
    state.abandon_probability = state.wait_mean_s / patience_mean_s;
    state.wait_mean_served_s = sums.served_wait / (sums.not_all_busy + sums.served);
    state.wait_served_square_s2 = sums.served_wait_square / (sums.not_all_busy + sums.served);
    state.wait_mean_abandoned_s = abandoned > 0 ? (sums.wait - sums.served_wait) / abandoned : 0.0;
    state.throughput_per_s = arrivals_per_s * (1 - state.abandon_probability - state.blocking_probability);
    state.utilization = state.throughput_per_s * service_mean_s / servers;
    return state;
}

}  // namespace nines::analytic
