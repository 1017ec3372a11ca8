#pragma once
// A service station as the `flow` fidelity sees it: alike instances behind a balancer, solved for a rate of arrivals.

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/analytic/latency_law.hpp"
#include "engine/analytic/wait_law.hpp"

namespace nines::analytic {

/// Which instance an arrival goes to.
enum class StationBalance : std::uint8_t {
    common_queue,       ///< one queue feeds all instances
    random,             ///< any, alike
    round_robin,        ///< each in its turn
    least_outstanding,  ///< one of those with the fewest requests
    power_of_two        ///< of two drawn at random, the one with fewer requests
};

/// Who is served next. Priorities do not show in the means over all classes where these need about the same service
/// (the conservation law: Kleinrock vol. 2, section 3.4): `priority`, preemptive or not, is solved as `fifo`.
enum class StationDiscipline : std::uint8_t { fifo, lifo, priority, sharing };

struct StationInput {
    double arrivals_per_s = 0;                   ///< at the balancer, over all instances; >= 0
    double arrival_scv = 1;                      ///< variance over squared mean of the times between them; 1: Poisson
    int instances = 1;                           ///< >= 1
    int workers = 1;                             ///< of each instance, >= 1
    double service_mean_s = 0;                   ///< for which a worker is held, > 0
    double service_scv = 1;                      ///< variance over squared mean of it, >= 0
    std::optional<double> service_skew = {};     ///< third moment over the cube of the mean; none: guessed from the scv
    std::optional<double> queue_limit = {};      ///< how many may wait in one queue; none: unlimited
    std::optional<double> patience_mean_s = {};  ///< exponential; those who wait longer leave
    StationBalance balance = StationBalance::common_queue;
    StationDiscipline discipline = StationDiscipline::fifo;
};

struct StationOutput {
    double utilization = 0;      ///< busy share of the workers
    double rejected = 0;         ///< share of arrivals that found the queue full
    double abandoned = 0;        ///< share of arrivals whose patience ended
    double wait_mean_s = 0;      ///< of those served; with `sharing`: how much longer than their service they stay
    WaitLaw wait;                ///< of those served; nobody waits with `sharing`
    double workers_awaited = 0;  ///< who waits, waits at least for the first of so many workers; 0: not known
    double slowdown = 1;         ///< with `sharing`: mean stay over mean service
    double queue_mean = 0;       ///< number waiting, over all queues
    bool saturated = false;      ///< unlimited queue, no patience, load >= 1: no steady state
    double capacity_per_s = 0;   ///< largest rate served

    double served_share() const { return 1 - rejected - abandoned; }
};

/// The steady state of a station. Continuous in arrivals_per_s. 1 to 5 us; to 20 us for GI/M/m of 64 workers and for
/// power_of_two of hundreds of workers (80 us for thousands).
///
/// A station without a limit that is (nearly) saturated gets the waits of load 1 - 1e-6, and `saturated` from load 1
/// on. Exact: M/M/c, M/M/c/K, M/M/c/K+M, the loss of M/G/c/c, `sharing` of any service under Poisson arrivals (as
/// M/M/c/K: the number there is insensitive), and what gi_g_m.hpp says. Else approximate; docs/validation.md has the
/// errors: | what | source | | wait of one queue without a limit | gi_g_m.hpp | | a limit K | M/M/c with 2 K / (2 +
/// sqrt(load) (scv of arrivals + of service - 2)) waiting places: Smith, European J. Operational Research 147 (2003),
/// whose formula for M/G/1/K reads so; damped for short queues (fitted) | | round_robin | each instance GI/G/m with
/// arrivals dealt in turn | | least_outstanding | the common queue's wait and a term of the instance's own (fitted to
/// simulations) | | power_of_two | two_choices.hpp and, for few instances, part of the way to least_outstanding of two
/// (fitted) | | patience | arrivals as if Poisson, service as if exponential; power_of_two as random | | lifo | mean
/// square of the wait that of fifo over 1 - load (M/G/1: Takacs) |
StationOutput solve_station(const StationInput& input);

/// The wait of those served as points, with the moments of `station.wait`, and a shape from the law of service: who
/// waits, waits for what is left of the services in progress, and with some probability (so that the mean is right) a
/// gamma time more. Exact for M/M/c; the moments and the first wait are those of M/G/1, where more = another such wait.
/// @param service  for which a worker is held
LatencyLaw station_wait(const LatencyLaw& service, const StationOutput& station);

/// Wait (or slowdown) and service together, of those served. 20 to 40 us; plus_wait(service, station.wait), a gamma
/// wait of the same moments, is half of that.
LatencyLaw station_sojourn(const LatencyLaw& service, const StationOutput& station);

/// Users who ask, wait for the answer, think, and ask again.
struct ClosedPopulation {
    double users = 1;         ///< >= 0
    double think_mean_s = 0;  ///< >= 0
};

/// Requests per second: X = users / (think + R(X (users - 1) / users)), by the arrival theorem: who asks meets the
/// others only, and these load the system in proportion (Schweitzer 1979; Bard 1979).
/// @param response_s  mean time of an answer at an open rate; does not fall with the rate. Called about 10 to 40 times.
/// @param most_per_s  a rate that the system cannot exceed (infinity: not known)
double closed_throughput(const ClosedPopulation& population, const std::function<double(double)>& response_s,
                         double most_per_s);

}  // namespace nines::analytic
