// World: look-ups in the graph, the nameless world, and distances.

#include "models/world/graph.hpp"

#include "models/catalog/geography.hpp"

namespace nines {

std::optional<LocationId> World::find(std::string_view id) const {
    for (std::size_t i = 0; i < locations.size(); ++i) {
        if (locations[index_at<LocationId>(i)].id == id) {
            return index_at<LocationId>(i);
        }
    }
    return std::nullopt;
}

std::optional<LinkId> World::find_link(std::string_view name) const {
    constexpr std::string_view k_between = "--";
    const std::size_t middle = name.find(k_between);
    if (middle == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view first = name.substr(0, middle);
    const std::string_view second = name.substr(middle + k_between.size());
    for (std::size_t i = 0; i < links.size(); ++i) {
        const Link& link = links[index_at<LinkId>(i)];
        const std::string& a = locations[link.a].id;
        const std::string& b = locations[link.b].id;
        if ((a == first && b == second) || (a == second && b == first)) {
            return index_at<LinkId>(i);
        }
    }
    return std::nullopt;
}

std::vector<LocationId> World::of_kind(LocationKind kind) const {
    std::vector<LocationId> found;
    for (std::size_t i = 0; i < locations.size(); ++i) {
        if (locations[index_at<LocationId>(i)].kind == kind) {
            found.push_back(index_at<LocationId>(i));
        }
    }
    return found;
}

std::vector<LocationId> World::zones_of(LocationId region) const {
    std::vector<LocationId> found;
    for (const LocationId zone : of_kind(LocationKind::zone)) {
        if (locations[zone].parent == region && !is_local_zone(zone)) {
            found.push_back(zone);
        }
    }
    return found;
}

std::vector<LocationId> World::local_zones_of(LocationId region) const {
    std::vector<LocationId> found;
    for (const LocationId zone : of_kind(LocationKind::zone)) {
        if (locations[zone].parent == region && is_local_zone(zone)) {
            found.push_back(zone);
        }
    }
    return found;
}

bool World::is_local_zone(LocationId place) const {
    return locations[place].kind == LocationKind::zone && locations[place].outpost != Outpost::none;
}

bool World::within(LocationId inner, LocationId outer) const {
    for (LocationId at = inner; at.exists(); at = locations[at].parent) {
        if (at == outer) {
            return true;
        }
    }
    return false;
}

World nameless_world() {
    World world;
    const LocationId zone = world.locations.push_back({.kind = LocationKind::zone, .id = {}, .price_geography = {}});
    world.links.push_back({.name = "--", .a = zone, .b = zone, .convergence_s = 0});
    return world;
}

double distance_km(double latitude_a_deg, double longitude_a_deg, double latitude_b_deg, double longitude_b_deg) {
    return great_circle_km(latitude_a_deg, longitude_a_deg, latitude_b_deg, longitude_b_deg);
}

}  // namespace nines
