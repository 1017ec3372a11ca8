#pragma once
// Alternating renewals: one component that is up, down, up ..., over a time that is not long enough for the long run.

#include <cstdint>
#include <optional>

#include "engine/random/distribution.hpp"

namespace nines::analytic {

/// Exponential stretches. All times and rates in one unit.
struct TwoState {
    double up_mean = 0;
    double down_mean = 0;

    double availability() const { return up_mean / (up_mean + down_mean); }
    double unavailability() const { return down_mean / (up_mean + down_mean); }

    // Started up.
    double unavailability_at(double time) const;
    double mean_unavailability_until(double time) const;  ///< mean share of [0, time] that is down
    double mean_failures_until(double time) const;
    double no_failure_until(double time) const;
    double downtime_share_sd(double time) const;  ///< standard deviation of the share of [0, time] that is down

    double downtime_share_sd_stationary(double time) const;  ///< the same, started in the long run
};

/// Variance of the downtime in [0, t] over t as t grows, for any laws.
/// Source: Takacs (1957); Barlow, Proschan (1975), chapter 7.
double asymptotic_downtime_variance(double up_mean, double up_variance, double down_mean, double down_variance);

/// Outages that begin as a Poisson process whether or not one is in force (an M/G/infinity queue): up while none is.
/// Source: Takacs: Introduction to the Theory of Queues (1962).
struct OverlappingOutages {
    double between_mean = 0;  ///< between beginnings
    double length_mean = 0;

    double availability() const;
    double unavailability() const;
    double outages_per_time() const;  ///< stretches of down
    double mean_outage() const;
};

/// Total downtime of a component with exponential up times, started up, within [0, horizon].
/// Source: Takacs, Acta Math. Acad. Sci. Hungar. 8 (1957) 169; Barlow, Hunter (1961).
struct Downtime {
    double up_mean = 0;
    double repair_mean = 0;
    double repair_shape = 1;  ///< of a gamma law: 1 is exponential, k is Erlang
    double horizon = 0;

    double at_most(double downtime) const;  ///< P(downtime <= that), for 0 <= downtime < horizon
    double none() const { return at_most(0); }
    double quantile(double p) const;  ///< 0 where none() >= p
};

/// Availability at a time, started up, where a repair always takes `repair` (up times exponential).
/// Source: Takacs (1957): a sum over the failures so far.
double availability_at_constant_repair(double up_mean, double repair, double time);

/// Mean number of renewals in (0, time] of gamma lives that are replaced at once. Source: Cox: Renewal Theory (1962).
double mean_renewals_gamma(double life_mean, double life_shape, double time);

}  // namespace nines::analytic
