// The rules that links were made by, one line of assumptions each.

#include "models/world/link_assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nines {

namespace {

bool has_link(const World& world, BandwidthClass bandwidth, PriceClass price) {
    return std::any_of(world.links.begin(), world.links.end(),
                       [=](const Link& link) { return link.bandwidth == bandwidth && link.price == price; });
}

void assume(World& world, std::string_view links, std::string value, std::string why) {
    world.assumptions.push_back({.path = fmt::format("world.links.{}", links),
                                 .value = std::move(value),
                                 .why = std::move(why),
                                 .source = std::string(k_world_defaults)});
}

void list_zones(World& world) {
    if (has_link(world, BandwidthClass::same_zone, PriceClass::free)) {
        assume(world, "same-zone", "0.1 ms one way", "times inside a zone are in no table of the catalogue");
        assume(world, "zone-to-region", "0 ms", "a zone is taken to stand at its region's border");
    }
    if (has_link(world, BandwidthClass::zone_to_zone, PriceClass::between_zones)) {
        assume(world, "zone-to-zone", "0.4 ms one way, cv 0.5, lognormal",
               "times between zones of a region are in no table of the catalogue");
    }
}

void list_local_zones(World& world) {
    if (!has_link(world, BandwidthClass::local_zone, PriceClass::between_zones)) {
        return;
    }
    assume(world, "local-zone",
           "to the parent region and to edges 0.5 ms + 0.01 ms/km, to clients 5 ms + 0.01 ms/km, by the city of the "
           "zone",
           "times to local and Wavelength zones are in no table of the catalogue");
    world.assumptions.push_back({.path = "world.local_zones",
                                 .value = "prices, carbon and PUE of the parent region; bytes to it as between zones",
                                 .why = "the catalogue has no such figures of local and Wavelength zones themselves",
                                 .source = "zones.csv, parent_region"});
    const auto zones = world.of_kind(LocationKind::zone);
    if (std::any_of(zones.begin(), zones.end(),
                    [&](LocationId zone) { return world.locations[zone].outpost == Outpost::wavelength_zone; })) {
        world.assumptions.push_back(
            {.path = "world.local_zones",
             .value = "users are on the carrier's network",
             .why = "a Wavelength zone takes no connection from the internet: whoever asks it is a subscriber",
             .source = "AWS Wavelength developer guide, How AWS Wavelength works (carrier gateways)"});
    }
}

void list_edges_and_clients(World& world) {
    if (has_link(world, BandwidthClass::edge, PriceClass::edge)) {
        assume(world, "edge-to-region",
               "half the measured round trip from the edge's nearest region; to that region 0.5 ms + 0.01 ms/km",
               "times between edges and regions are in no table of the catalogue");
    }
    if (has_link(world, BandwidthClass::edge_cache, PriceClass::free)) {
        assume(world, "edge-to-edge-cache", "as from the edge to the region of the cache; bytes are free",
               "times between edges and regional edge caches are in no table of the catalogue");
    }
    if (has_link(world, BandwidthClass::access, PriceClass::edge)) {
        assume(world, "client-to-edge", "5 ms one way; to edges elsewhere 5 ms + 0.01 ms/km",
               "times between clients and edges are in no table of the catalogue");
    }
    if (has_link(world, BandwidthClass::access, PriceClass::internet)) {
        assume(world, "client-to-region",
               "5 ms + the way of the edge where the client stands; from a region: zone to zone (0.4 ms, cv 0.5) "
               "at home, region to region elsewhere",
               "times between clients and regions are in no table of the catalogue");
    }
}

}  // namespace

void list_link_assumptions(World& world) {
    list_zones(world);
    list_local_zones(world);
    list_edges_and_clients(world);
}

}  // namespace nines
