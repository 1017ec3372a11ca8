#pragma once
// Availability bounds: what the small cut sets alone say about structures too large for a decision diagram.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/analytic/structure_function.hpp"

namespace nines::analytic {

/// The unavailability lies between these.
struct UnavailabilityBounds {
    double lower = 0;
    double upper = 1;
    std::uint32_t order = 0;   ///< every minimal cut set of at most so many members is counted ...
    std::size_t cut_sets = 0;  ///< ... which are so many
    double beyond = 0;         ///< of `upper`: the chance that more members than that are down at all
};

struct BoundLimits {
    std::uint32_t order = 3;
    std::size_t cut_sets = 3000;  ///< of any gate; where there are more, a smaller order is taken
};

/// Minimal cut sets of at most `order` members, smallest first. Nothing: more than `most` at some gate.
std::optional<std::vector<std::vector<std::uint32_t>>> small_cut_sets(const StructureFunction& structure, GateId gate,
                                                                      std::uint32_t order, std::size_t most);

/// Of components that fail independently, each down with its chance (by component).
/// Upper: Esary and Proschan's bound of the cut sets counted, and the chance that more components are down than a
/// counted set has members. Lower: Dawson and Sankoff's on the likeliest cut sets. Nothing where not even single
/// components can be counted. Source: Esary, Proschan, Technometrics 5 (1963) 191; Dawson, Sankoff, Proc. AMS 18 (1967)
/// 504.
std::optional<UnavailabilityBounds> unavailability_bounds(const StructureFunction& structure, GateId gate,
                                                          std::span<const double> down, const BoundLimits& limits = {});

}  // namespace nines::analytic
