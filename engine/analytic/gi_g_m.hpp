#pragma once
// GI/G/m without a limit: the wait of a group of workers with one queue, for any times between arrivals and of service.

#include "engine/analytic/wait_law.hpp"

namespace nines::analytic {

struct GiGm {
    double arrivals_per_s = 0;  ///< at this group, > 0
    /// Variance over squared mean of the times between arrivals of the whole stream; 1: Poisson.
    double stream_scv = 1;
    /// The stream is dealt in turn to so many groups like this one; each then gets every so manyth arrival.
    double dealt_to = 1;
    double workers = 1;  ///< whole, >= 1
    double service_mean_s = 0;
    double service_scv = 1;
    double service_skew = 6;  ///< third moment over the cube of the mean; exponential: 6

    double load() const { return arrivals_per_s * service_mean_s / workers; }
    double arrival_scv() const { return stream_scv / dealt_to; }
};

/// Wait of an arrival, first come first served; load below 1.
/// Exact: M/M/m; GI/M/m up to 64 workers (times between arrivals gamma, or hyperexponential with balanced means above
/// scv 1); M/G/1 (two moments of the wait). Approximate, with the errors in docs/validation.md:
/// | part | source |
/// | M/D/m | Cosmetatos as in Whitt, Production and Operations Management 2 (1993) 114, (2.20) |
/// | M/G/m, service scv <= 1 | linear in the scv between M/D/m and M/M/m |
/// | M/G/m, above | Burman and Smith (1983): load x the heavy-traffic ratio (1 + scv) / 2 + (1 - load) x the ratio in
/// light traffic, which we take as 1 + (scv - 1) / 2 x (2 / (m + 1))^a (fitted to lognormal and hyperexponential) |
/// | arrivals dealt in turn, constant service | M/D/(m x dealt_to): the k-th arrival waits for the same worker in both
/// | | the same, service scv <= 1 | linear in the scv between that and GI/M/m | | arrival scv < 1, service scv > 1 |
/// GI/M/m x (sum of scv) / (arrival scv + 1), damped as M/G/m | | one worker, other cases | Kraemer, Langenbach-Belz
/// (1976), as in Whitt, BSTJ 62 (1983) 2779, (44)-(51) | | other cases | Whitt 1993, (2.16)-(2.25), section 3 | |
/// second moment | Whitt 1983, (53)-(54), exact for M/G/1; damped for m > 1 |
WaitLaw gi_g_m_wait(const GiGm& queue);

/// Third moment over the cube of the mean where only the scv is known. Source: Whitt 1983, (54).
double usual_skew(double scv);

/// The wait for what is left of a service in progress, at one worker: squared cv. Exponential: 1.
double residual_scv(double service_scv, double service_skew);

/// How much of what a single worker's residual service differs from an exponential one shows in the first to end of m.
double residual_share(double service_scv, double workers);

}  // namespace nines::analytic
