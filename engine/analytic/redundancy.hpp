#pragma once
// Redundancy: k-of-n systems, standbys, imperfect coverage, common causes, as the chains that the literature solves.

#include <cstdint>
#include <optional>

#include "engine/analytic/availability_chain.hpp"

namespace nines::analytic {

/// n like units with exponential times; the system works while at least `needed` work.
struct UnitGroup {
    std::uint32_t units = 1;
    std::uint32_t needed = 1;
    double up_mean = 1;
    double down_mean = 0;  ///< 0: never repaired
    std::uint32_t crews = UINT32_MAX;
};

/// By the number of units down. Units go on failing while the system is down.
AvailabilityChain chain_of(const UnitGroup& group);
/// The same, with a share `beta` of each unit's failure rate due to one cause that fails all units still up at once.
/// Source: Fleming (1975), the beta-factor model; NUREG/CR-4780.
AvailabilityChain chain_with_common_cause(const UnitGroup& group, double beta);
/// Mean number of units up in the long run.
double mean_units_up(const UnitGroup& group);

/// Chance that at least `needed` of like units are up, each with the same chance. Positive sums, both ways.
Chance at_least_of(std::uint32_t units, std::uint32_t needed, Chance unit);

/// One active unit and one standby; a switch-over that fails leaves the system down until somebody switches by hand,
/// and nothing else happens meanwhile. Both failed: down until one is repaired.
/// Source: Trivedi, Bobbio: Reliability and Availability Engineering (2017), chapters 9-10.
struct StandbyPair {
    double active_up_mean = 1;
    double standby_rate_share = 0;  ///< of the active's failure rate: 0 cold, between warm, 1 hot
    double repair_mean = 1;
    std::uint32_t crews = 1;
    double switch_success = 1;
    double manual_switch_mean = 1;
};
AvailabilityChain chain_of(const StandbyPair& pair);

/// Two active units; a failure of the first that is not covered stops the system until it has been reconfigured to run
/// on the other. One crew.
/// Source: Bouricius, Carter, Schneider (1969); Trivedi, Bobbio (2017), section 10.4.
struct CoveredPair {
    double up_mean = 1;
    double repair_mean = 1;
    double coverage = 1;
    double reconfiguration_mean = 1;
};
/// States 0: both up, 1: one up, 2: none, 3: reconfiguration.
AvailabilityChain chain_of(const CoveredPair& pair);

/// Two lives with a shared shock. Source: Marshall, Olkin, JASA 62 (1967) 30.
struct MarshallOlkin {
    double first_rate = 0, second_rate = 0, shared_rate = 0;

    double first_alive(double time) const;
    double second_alive(double time) const;
    double both_alive(double time) const;
    double some_alive(double time) const;
    double end_at_once() const;  ///< chance that both end at the same instant; also the correlation of the lives
    double series_mean() const { return 1 / (first_rate + second_rate + shared_rate); }
    double parallel_mean() const;
};

}  // namespace nines::analytic
