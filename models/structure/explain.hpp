#pragma once
// Explain: what a structure is worth without simulating: exact availability, cut sets, importance.

#include <optional>
#include <string>
#include <vector>

#include "models/structure/structure.hpp"

namespace nines {

/// Parts that take some requests with them when just they are down, and no fewer would.
struct CutSet {
    std::vector<std::uint32_t> parts;
    double chance = 0;         ///< that they are down at once, in the long run
    double share_of_requests;  ///< lost when they are down and nothing else is
};

/// How much one part matters.
struct PartWorth {
    std::uint32_t part = 0;
    analytic::Importance importance;  ///< for "some requests fail"
    double unavailability_saved = 0;  ///< of requests, if the part never failed
};

struct DemandWorth {
    DemandId demand;
    double share = 0;               ///< of all requests
    analytic::Chance requests;      ///< ok, or not
    analytic::SystemRates outages;  ///< of "some of its requests fail"
};

struct Explanation {
    bool is_solved = false;         ///< false: too large for exact figures
    analytic::Chance requests;      ///< a request is ok, or not; over all demands
    analytic::SystemRates outages;  ///< of "some requests fail"
    std::vector<DemandWorth> demands;
    std::vector<CutSet> cut_sets;  ///< the likeliest first
    double cut_set_count = 0;
    std::vector<double> cut_set_count_by_order;
    std::vector<PartWorth> parts;  ///< what saves most first; parts that no request needs are not here
};

Explanation explain(const Structure& structure);

/// The failure system of "some requests fail", for estimators that simulate: parts by their process names, minimal cut
/// sets as positions of parts. Nothing where the cut sets are too many to list, or some part
/// does not alternate between up and down.
std::optional<FailureSystem> failure_system_of(const Structure& structure);

}  // namespace nines
