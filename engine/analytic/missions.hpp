#pragma once
// Missions: whether something lasts for a given time: units without repair, phases, dormant failures, data kept in
// copies.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/analytic/redundancy.hpp"

namespace nines::analytic {

/// Chance that at least `needed` of the units are up all through [0, time], begun with all up. Nothing when it takes
/// too many jumps (sparse_chain.hpp). `down` keeps its digits where it is small.
std::optional<Chance> mission_chance(const UnitGroup& group, double time);

/// The same of units without repair whose lives have a survival function of their own.
Chance mission_chance_of_lives(std::uint32_t units, std::uint32_t needed, Chance alive_at_end);

/// Weibull lives by their mean. Source: any; mean = scale gamma(1 + 1 / shape).
double weibull_scale(double mean, double shape);
Chance weibull_alive(double scale, double shape, double time);

/// One stretch of a mission that needs at least so many units from its beginning to its end.
struct Phase {
    double length = 0;
    std::uint32_t needed = 0;
};
/// Like units with exponential lives and no repair, over all phases in turn: what is lost in one phase is missing in
/// the next. Source: Esary, Ziehms (1975); Trivedi, Bobbio (2017), chapter 12.
double phased_mission_reliability(std::uint32_t units, double failure_rate, const std::vector<Phase>& phases);
/// What multiplying the phases' reliabilities would give, as if each began with all units: wrong, for comparison.
double phases_taken_as_independent(std::uint32_t units, double failure_rate, const std::vector<Phase>& phases);

/// A failure that shows only at the next test, at which it is made good at once.
/// Source: IEC 61508-6; Rausand, Hoyland: System Reliability Theory, chapter 10.
struct DormantFailure {
    double up_mean = 1;
    double test_period = 1;

    double unavailability() const;
    double pair_tested_together() const;    ///< both of two like units are down
    double pair_staggered() const;          ///< the same, the second tested half a period after the first
    double mean_time_to_discovery() const;  ///< of a failure
};

/// Data in fragments, of which `needed` suffice to read it; lost for good at the instant fewer live.
/// Source: Patterson, Gibson, Katz (1988); Trivedi, Bobbio (2017), chapter 10.
struct StoredData {
    std::uint32_t fragments = 1;
    std::uint32_t needed = 1;
    double fragment_up_mean = 1;
    double rebuild_mean = 1;
    std::uint32_t rebuilds = UINT32_MAX;  ///< at a time

    std::optional<double> mean_time_to_loss() const;
    std::optional<double> loss_by(double time) const;
};

}  // namespace nines::analytic
