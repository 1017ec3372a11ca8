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

/// The steady state of a station. Continuous in arrivals_per_s. A few us; O(sqrt(workers)) about load 1, O(workers)
/// far below.
///
/// A station without a limit that is (nearly) saturated gets the waits of load 1 - 1e-6, and `saturated` from load 1
/// on. Exact: M/M/c, M/M/c/K, M/M/c+M, M/G/c/c, GI/M/1 (arrivals: gamma or hyperexponential times of this scv), M/G/1
/// (with the skew, two moments of the wait), `sharing` of any service under Poisson arrivals (as M/M/c/K: the number
/// there is insensitive). Else approximate; docs/validation.md has the errors: | what | source | | mean wait of GI/G/c
/// | Whitt, Production and Operations Management 2 (1993) 114, (2.16)-(2.25) | | mean wait, chance of waiting, GI/G/1 |
/// Kraemer, Langenbach-Belz (ITC 8, 1976) as in Whitt, BSTJ 62 (1983) 2779 | | chance of waiting in GI/G/c | Whitt
/// 1993, section 3 | | second moment of the wait given waiting | Whitt 1983, (53)-(54); lifo: that over 1 - load
/// (M/G/1: Takacs) | | finite queue of GI/G/c/K | M/M/c with 2 K / (2 + sqrt(load) (scv of arrivals + of service - 2))
/// waiting places: Smith, European J. Operational Research 147 (2003), his formula for M/G/1/K read so, and used for c
/// servers |
StationOutput solve_station(const StationInput& input);

/// The wait of those served as points, with the moments of `station.wait`, and a shape from the law of service: who
/// waits, waits for what is left of the services in progress, and with some probability (so that the mean is right) a
/// gamma time more. Exact for M/M/c; the moments and the first wait are those of M/G/1, where more = another such wait.
/// @param service  for which a worker is held
LatencyLaw station_wait(const LatencyLaw& service, const StationOutput& station);

/// Wait (or slowdown) and service together, of those served. About 15 us.
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
