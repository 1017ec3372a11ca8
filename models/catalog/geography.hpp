#pragma once
// Geography: great-circle distances, and regions by their distance from another.

#include <string>
#include <string_view>
#include <vector>

#include "models/catalog/catalog.hpp"

namespace nines {

/// Great-circle distance in km (haversine, mean earth radius 6371 km), rounded to a metre so that the last bits of a
/// processor's sine cannot reach a trajectory.
double great_circle_km(double latitude_a_deg, double longitude_a_deg, double latitude_b_deg, double longitude_b_deg);

/// Ids of the other regions of the provider, the nearest first; ties by id. The region must be one of the catalogue.
std::vector<std::string> regions_by_distance(const Catalog& catalog, std::string_view provider,
                                             std::string_view region);

}  // namespace nines
