// Geography: the haversine formula and the order of regions by distance.

#include "models/catalog/geography.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "engine/base/check.hpp"

namespace nines {

double great_circle_km(double latitude_a_deg, double longitude_a_deg, double latitude_b_deg, double longitude_b_deg) {
    constexpr double k_earth_radius_km = 6371;
    constexpr double k_radians_per_degree = std::numbers::pi / 180;
    const double half_north = std::sin((latitude_b_deg - latitude_a_deg) * k_radians_per_degree / 2);
    const double half_east = std::sin((longitude_b_deg - longitude_a_deg) * k_radians_per_degree / 2);
    const double chord = half_north * half_north + std::cos(latitude_a_deg * k_radians_per_degree) *
                                                       std::cos(latitude_b_deg * k_radians_per_degree) * half_east *
                                                       half_east;
    const double km = 2 * k_earth_radius_km * std::asin(std::min(1.0, std::sqrt(chord)));
    return std::round(km * 1000) / 1000;
}

std::vector<std::string> regions_by_distance(const Catalog& catalog, std::string_view provider,
                                             std::string_view region) {
    const std::optional<RegionRow> from = catalog.region(provider, region);
    check(from.has_value(), fmt::format("region {} is in the catalogue", region));
    std::vector<std::pair<double, std::string>> found;
    for (const RegionRow& row : catalog.regions(provider)) {
        if (row.region != region) {
            found.emplace_back(
                great_circle_km(from->latitude_deg, from->longitude_deg, row.latitude_deg, row.longitude_deg),
                row.region);
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> ids;
    for (auto& [km, id] : found) {
        ids.push_back(std::move(id));
    }
    return ids;
}

}  // namespace nines
