#pragma once
// Overload that holds: more comes to a queue than its workers can do, and as many leave it as are too many.

#include <limits>
#include <optional>
#include <span>

#include "engine/analytic/latency_law.hpp"

namespace nines::analytic {

/// Poisson arrivals that are taken out, waiting or in service, so long after they came.
struct LimitedArrivals {
    double per_s = 0;
    double limit_s = std::numeric_limits<double>::infinity();  ///< infinite: nobody takes them out
};

struct OverloadInput {
    std::span<const LimitedArrivals> arrivals;
    LatencyLaw service;                                     ///< of those whom nobody takes out; mean > 0
    double workers = 1;                                     ///< of all queues together
    double workers_of_queue = 1;                            ///< that take from one queue
    double arrival_scv = 1;                                 ///< of the times between arrivals at one queue
    std::optional<LatencyLaw> patience = std::nullopt;      ///< for which anybody waits in the queue
    double room = std::numeric_limits<double>::infinity();  ///< places in all queues together
};

struct OverloadState {
    LatencyLaw wait;         ///< in the queue, of those who come to its head
    double wait_mean_s = 0;  ///< those with a limit below this are taken out before
    double patient = 1;      ///< share of those who join whose patience lasts so long
    double rejected = 0;     ///< share of arrivals that finds no room
    double queue_mean = 0;   ///< in all queues together
};

/// A queue in overload, first come first served, that neither grows nor drains: the wait w at which all those who then
/// come to its head just occupy the workers,
///   sum over arrivals of per_s (1 - rejected) P(patience > w) E min(service, limit - w) = workers.
/// The fluid limit of G/GI/n+GI (Whitt, Operations Research 54 (2006) 37), with limits that go on in service: a wait
/// just below the limit leaves too little time for a constant service, and all are served in vain.
/// Around w the time left (without limits the wait) is lognormal, with the variance of the fluctuations that arrivals
/// and services drive and that the slope of the left side draws back; exact where all are taken out in service: then
/// the time left is that of as many arrivals as there are workers.
/// @returns nothing where it is no overload, or where too few leave, whatever they wait
std::optional<OverloadState> solve_overload(const OverloadInput& in);

}  // namespace nines::analytic
