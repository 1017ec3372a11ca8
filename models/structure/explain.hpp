#pragma once
// Explain: what a structure is worth without simulating: availability, cut sets, importance, and what multiplying would
// have said.

#include <optional>
#include <string>
#include <vector>

#include "engine/analytic/availability_bounds.hpp"
#include "models/structure/composite.hpp"
#include "models/structure/horizon.hpp"
#include "models/structure/structure.hpp"

namespace nines {

/// Parts that take some requests with them when just they are down, and no fewer would.
struct CutSet {
    std::vector<std::uint32_t> parts;
    double chance = 0;             ///< that they are down at once, in the long run
    double share_of_requests = 0;  ///< lost while they are down and nothing else is
};

/// How much one part matters.
struct PartWorth {
    std::uint32_t part = 0;
    analytic::Chance alone;           ///< of the part itself
    double unavailability_saved = 0;  ///< of requests, if the part never failed
    double birnbaum = 0;              ///< the figures from here on: for "some requests fail"
    double risk_achievement_worth = 1;
    std::optional<double> risk_reduction_worth;  ///< none: without it nothing would fail
    std::optional<double> fussell_vesely;        ///< none: not computed (too many cut sets, or crews)
};

struct DemandWorth {
    DemandId demand;
    double share = 0;               ///< of all requests
    analytic::Chance requests;      ///< ok, or not
    analytic::SystemRates outages;  ///< of "some of its requests fail"
};

struct Explanation {
    bool is_solved = false;  ///< false: the diagram is too large, and only `bounds` are known
    /// Of "some requests fail", where the diagram is too large and parts fail independently.
    std::optional<analytic::UnavailabilityBounds> bounds;
    analytic::Chance requests;      ///< a request is ok, or not; over all demands, in the long run
    analytic::SystemRates outages;  ///< of "some requests fail"
    std::vector<DemandWorth> demands;
    std::vector<CutSet> cut_sets;         ///< the likeliest first; those of scheduled faults last
    std::optional<double> cut_set_count;  ///< those not listed too; none: too many to be counted, and none is listed
    std::vector<double> cut_set_count_by_order;
    std::optional<double> path_set_count;  ///< minimal sets of parts that suffice; none: too many to be counted
    std::vector<PartWorth> parts;          ///< what saves most first; parts that no request needs are not here
    OverHorizon horizon;
    Composite composite;
};

struct ExplainLimits {
    std::size_t cut_sets_listed = 1000;
    std::size_t nodes_max = analytic::Bdd::k_nodes_max;  ///< of the diagram; beyond, there are bounds
};

Explanation explain(const Plan& plan, const Structure& structure, const ExplainLimits& limits = {});

/// The failure system of "some requests fail", for estimators that simulate: parts by their process names, minimal cut
/// sets as positions of parts; scheduled faults are left out. Nothing where the cut sets are too many to list, or where
/// some part does not alternate between up and down.
std::optional<FailureSystem> failure_system_of(const Structure& structure);

}  // namespace nines
