#pragma once
// Queues with exact answers: the oracles that simulations are tested against, and the sizing rules of thumb.
// Sources: Gross, Shortle, Thompson, Harris: Fundamentals of Queueing Theory, 4th ed.; Kleinrock: Queueing Systems.

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace nines::analytic {

/// Share of arrivals refused by a group without a queue, any law of service. O(servers), exact for millions of servers.
/// @param offered_erlang  arrivals per second x mean service time in seconds, >= 0
/// Source: Erlang (1917); insensitivity: Sevastyanov (1957).
double erlang_b(double offered_erlang, int servers);

/// Share of arrivals that find every server busy where they may wait; 1 when offered_erlang >= servers.
double erlang_c(double offered_erlang, int servers);

/// Steady state of an M/M/c queue, first come first served.
struct MmcState {
    double utilization = 0;       ///< busy share of each server, in [0, 1)
    double wait_probability = 0;  ///< an arrival finds every server busy (Erlang C)
    double wait_mean_s = 0;       ///< mean time in the queue over all arrivals; service excluded
    double sojourn_mean_s = 0;    ///< wait and service
    double queue_mean = 0;        ///< mean number waiting
    double number_mean = 0;       ///< mean number waiting or in service
    double wait_sd_s = 0;
    int servers = 1;
    double service_mean_s = 0;

    double wait_tail(double seconds) const;     ///< share of arrivals that wait longer
    double sojourn_tail(double seconds) const;  ///< share of arrivals that stay longer
    double wait_quantile_s(double p) const;     ///< p in (0, 1); 0 where that share does not wait
    double sojourn_quantile_s(double p) const;
};

/// Solves the M/M/c queue. O(servers) time; stable for millions of servers.
/// @param arrivals_per_s  Poisson rate, >= 0
/// @param service_mean_s  mean of the exponential service time, > 0
/// @param servers         identical servers, >= 1
/// @returns nothing when there is no steady state (arrivals_per_s * service_mean_s >= servers)
std::optional<MmcState> solve_mmc(double arrivals_per_s, double service_mean_s, int servers);

/// What an arrival meets in a first-come-first-served group of exponential servers: the number already there.
struct ArrivalView {
    std::vector<double> seen;  ///< probability of finding n there; sums to 1
    int servers = 1;
    double service_mean_s = 0;

    double wait_mean_s() const;
    double sojourn_tail(double seconds) const;
    double sojourn_quantile_s(double p) const;
};

/// Steady state of a group with a finite room, or with finitely many customers.
struct FiniteState {
    double throughput_per_s = 0;
    double blocking_probability = 0;  ///< share of arrivals refused; 0 for a closed system
    double utilization = 0;
    double idle_probability = 0;  ///< nobody is there
    double number_mean = 0;
    double queue_mean = 0;
    double wait_mean_s = 0;     ///< of those admitted
    double sojourn_mean_s = 0;  ///< of those admitted
    ArrivalView admitted;       ///< what those admitted meet
};

/// M/M/c/K: room for `room` >= servers customers, those in service included; arrivals beyond are refused.
FiniteState solve_mmck(double arrivals_per_s, double service_mean_s, int servers, int room);
/// M/M/1/K.
inline FiniteState solve_mm1k(double arrivals_per_s, double service_mean_s, int room) {
    return solve_mmck(arrivals_per_s, service_mean_s, 1, room);
}

/// Machine repair, or an interactive system: `users` think for think_mean_s (any law) and then ask a group of servers.
/// Source: Palm (1947); quantiles by the arrival theorem (an arrival sees the system with one user less).
FiniteState solve_closed(int users, double think_mean_s, double service_mean_s, int servers);

/// M/G/1 by Pollaczek and Khinchine.
struct Mg1State {
    double utilization = 0;
    double wait_mean_s = 0;
    double sojourn_mean_s = 0;
    double queue_mean = 0;
    double number_mean = 0;
    double busy_period_mean_s = 0;
};

/// @param service_cv  standard deviation of the service time over its mean, >= 0
/// @returns nothing when there is no steady state
std::optional<Mg1State> solve_mg1(double arrivals_per_s, double service_mean_s, double service_cv);

/// M/M/c+M: customers leave the queue when their exponential patience ends.
struct ErlangAState {
    double wait_probability = 0;      ///< an arrival finds every server busy, and room to wait
    double blocking_probability = 0;  ///< share of all arrivals that find the queue full
    double abandon_probability = 0;   ///< share of all arrivals that give up
    double wait_mean_s = 0;           ///< over all arrivals
    double wait_mean_served_s = 0;
    double wait_served_square_s2 = 0;  ///< mean square of the wait of those served
    double wait_mean_abandoned_s = 0;
    double queue_mean = 0;
    double utilization = 0;
    double throughput_per_s = 0;
};

/// Always has a steady state. All arguments > 0. O(servers + longest queue that matters) time.
/// @param queue_limit  how many may wait; arrivals beyond are refused
/// Source: Garnett, Mandelbaum, Reiman, M&SOM 4 (2002) 208.
ErlangAState solve_erlang_a(double arrivals_per_s, double service_mean_s, int servers, double patience_mean_s,
                            double queue_limit = std::numeric_limits<double>::infinity());

/// One class of customers at a single server with priorities; the first class goes first.
struct PriorityClass {
    double arrivals_per_s = 0;
    double service_mean_s = 0;
    double service_cv = 1;
};

struct PriorityState {
    double wait_mean_s = 0;                ///< service, once begun, is not interrupted
    double preemptive_sojourn_mean_s = 0;  ///< service is interrupted by a higher class and resumed later
};

/// M/G/1 with priorities, a state for each class. Source: Cobham, Operations Research 2 (1954) 70; Kleinrock vol.
/// 2, 3.6-3.7.
/// @returns nothing when the server is overloaded
std::optional<std::vector<PriorityState>> solve_priority(std::span<const PriorityClass> classes);

/// GI/M/1: any law between arrivals, exponential service.
struct Gim1State {
    double sigma = 0;  ///< an arrival finds the server busy
    double utilization = 0;
    double wait_mean_s = 0;
    double sojourn_mean_s = 0;
    double queue_mean = 0;
    double number_mean = 0;

    double wait_quantile_s(double p) const;
    double sojourn_quantile_s(double p) const;
};

/// @param interarrival_transform  s -> mean of exp(-s x time between arrivals), s in 1 / seconds
/// @returns nothing when there is no steady state
/// Source: Kleinrock vol. 1, section 6.4.
std::optional<Gim1State> solve_gim1(const std::function<double(double)>& interarrival_transform, double arrivals_per_s,
                                    double service_mean_s);

}  // namespace nines::analytic
