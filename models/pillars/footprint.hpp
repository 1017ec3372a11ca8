#pragma once
// Footprint: energy, carbon and water of a run, in parts that have owners.

#include <array>
#include <optional>
#include <string_view>

#include "models/kinds/layers.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

/// What emits: machines at work, machines that wait, the building around all, the making of machines, disks that keep
/// data, networks that carry it from region to region.
enum class FootprintPart : std::uint8_t { work, idle, overhead, making, storage, network };
inline constexpr std::array k_footprint_parts{FootprintPart::work,   FootprintPart::idle,    FootprintPart::overhead,
                                              FootprintPart::making, FootprintPart::storage, FootprintPart::network};

std::string_view footprint_cause(FootprintPart part);
Layer footprint_layer(FootprintPart part);
/// Efficiency of buildings and of making is of the cloud; what runs, and how much of it idles, is in the cloud.
/// Source: AWS Well-Architected, Sustainability pillar, the shared responsibility model.
Owner footprint_owner(FootprintPart part);

struct Footprint {
    double kwh = 0;       ///< building included
    double idle_kwh = 0;  ///< of them: machines that wait
    std::array<double, k_footprint_parts.size()> kg{};
    double market_kg = 0;  ///< operational, after the provider's certificates
    double water_l = 0;
    double idle_overhead_kg = 0;  ///< of the building, for machines that wait

    double operational_kg() const {
        return of(FootprintPart::work) + of(FootprintPart::idle) + of(FootprintPart::overhead) +
               of(FootprintPart::storage) + of(FootprintPart::network);
    }
    double embodied_kg() const { return of(FootprintPart::making); }
    double idle_kg() const { return of(FootprintPart::idle) + idle_overhead_kg; }  ///< building included
    double of(FootprintPart part) const { return kg[static_cast<std::size_t>(part)]; }
    void add(FootprintPart part, double more_kg) { kg[static_cast<std::size_t>(part)] += more_kg; }
};

/// Whether anything draws power in a world, where there is a grid.
bool has_footprint(const Plan& plan);
Footprint footprint_of(const Evidence& evidence);
/// Of a service's machines and of the disks that keep its data; nothing where it is not known what they draw.
std::optional<Footprint> footprint_of(const Evidence& evidence, ServiceId service);
/// Adds what a group's instances did.
void add_group(const Plan& plan, const GroupPlan& group, const GroupTally& tally, Footprint& sum);

}  // namespace nines
