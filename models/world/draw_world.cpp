// Draws the graph for `nines check`: the places as a tree, then the links by kind.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "models/world/graph.hpp"

namespace nines {

namespace {

constexpr std::size_t k_links_listed_at_most = 12;  // a kind with more is told by its range alone

struct Group {
    std::string_view name;
    BandwidthClass bandwidth;
    PriceClass price;
    bool each;  ///< its links differ: list them
};

constexpr std::array k_groups{
    Group{"same zone", BandwidthClass::same_zone, PriceClass::free, false},
    Group{"zone to zone", BandwidthClass::zone_to_zone, PriceClass::between_zones, false},
    Group{"zone to region border", BandwidthClass::zone_to_zone, PriceClass::free, false},
    Group{"local zone to region", BandwidthClass::local_zone, PriceClass::between_zones, true},
    Group{"region to region", BandwidthClass::backbone, PriceClass::between_regions, true},
    Group{"edge to region", BandwidthClass::edge, PriceClass::edge, true},
    Group{"edge to edge cache", BandwidthClass::edge_cache, PriceClass::free, true},
    Group{"client to edge", BandwidthClass::access, PriceClass::edge, true},
    Group{"client to region", BandwidthClass::access, PriceClass::internet, true},
};

std::string milliseconds(double seconds) {
    return fmt::format("{:.4g} ms", seconds * 1e3);
}

/// What a place is, beyond its id.
std::string description(const World& world, LocationId place) {
    const Location& location = world.locations[place];
    const Catalog catalog;
    const std::string nearest =
        location.region.exists() ? fmt::format("nearest region {}", world.locations[location.region].id) : "no region";
    switch (location.kind) {
        case LocationKind::provider:
            return {};
        case LocationKind::zone: {
            const auto row = catalog.zone(world.provider, location.id);
            return row && world.is_local_zone(place)
                       ? fmt::format("  {} in {} ({})",
                                     location.outpost == Outpost::local_zone ? "local zone" : "Wavelength zone",
                                     row->city, row->country_code)
                       : "";
        }
        case LocationKind::region: {
            const auto row = catalog.region(world.provider, location.id);
            return row ? fmt::format("  {} ({})", row->city, row->country_code) : "";
        }
        case LocationKind::edge: {
            const auto row = catalog.edge(world.provider, location.id);
            return fmt::format("  {}{}, {}", location.outpost == Outpost::none ? "edge" : "regional edge cache",
                               row ? fmt::format(" in {} ({})", row->city, row->country_code) : "", nearest);
        }
        case LocationKind::client:
            return fmt::format("  {}", nearest);
    }
    return {};
}

void draw_children(const World& world, LocationId parent, const std::string& indent, std::string& out) {
    std::vector<LocationId> children;
    for (std::size_t i = 0; i < world.locations.size(); ++i) {
        if (parent.exists() && world.locations[index_at<LocationId>(i)].parent == parent) {
            children.push_back(index_at<LocationId>(i));
        }
    }
    for (const LocationId child : children) {
        const bool last = child == children.back();
        out += fmt::format("{}{}{}{}\n", indent, last ? "└── " : "├── ", world.locations[child].id,
                           description(world, child));
        draw_children(world, child, indent + (last ? "    " : "│   "), out);
    }
}

void draw_group(const World& world, const Group& group, std::string& out) {
    std::vector<const Link*> links;
    double least = std::numeric_limits<double>::infinity();
    double most = 0;
    double cv = 0;
    for (const Link& link : world.links) {
        if (link.bandwidth == group.bandwidth && link.price == group.price) {
            links.push_back(&link);
            least = std::min(least, link.latency_mean_s);
            most = std::max(most, link.latency_mean_s);
            cv = std::max(cv, link.latency_cv);
        }
    }
    if (links.empty()) {
        return;
    }
    const std::string range =
        least < most ? fmt::format("{} to {}", milliseconds(least), milliseconds(most)) : milliseconds(least);
    const std::string spread = cv > 0 ? fmt::format(", cv {:g}", cv) : "";
    out += fmt::format("  {:<22} {:>4}  {}{}\n", group.name, links.size(), range, spread);
    if (group.each && links.size() <= k_links_listed_at_most) {
        for (const Link* link : links) {
            out += fmt::format("    {:<32} {}\n", link->name, milliseconds(link->latency_mean_s));
        }
    }
}

}  // namespace

std::string draw_world(const World& world) {
    if (world.provider.empty()) {
        return "one nameless zone: no network delay, no price, no carbon\n";
    }
    std::string out = world.provider + '\n';
    const std::vector<LocationId> providers = world.of_kind(LocationKind::provider);
    draw_children(world, providers.empty() ? LocationId::none() : providers.front(), "", out);
    for (const LocationId client : world.of_kind(LocationKind::client)) {
        out += fmt::format("{}{}\n", world.locations[client].id, description(world, client));
    }
    out += "\nlinks (number, one-way latency)\n";
    for (const Group& group : k_groups) {
        draw_group(world, group, out);
    }
    return out;
}

}  // namespace nines
