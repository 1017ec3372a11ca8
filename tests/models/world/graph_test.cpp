// The world: distances of known cities, and the places, links and assumptions of a small graph.

#include "models/world/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/world/route.hpp"

namespace nines {
namespace {

World two_regions() {
    return build_world(Catalog(), {.provider = "aws",
                                   .regions = {"us-east-1", "us-west-2"},
                                   .edges = {"IAD", "SFO"},
                                   .local_zones = {},
                                   .clients = {{"client IAD", "IAD"}, {"client us-west-2", "us-west-2"}}});
}

const Link& link_between(const World& world, std::string_view name) {
    return world.links[world.find_link(name).value()];
}

bool assumes(const World& world, std::string_view path) {
    return std::any_of(world.assumptions.begin(), world.assumptions.end(),
                       [=](const Assumption& a) { return a.path == path; });
}

// Published great-circle distances; a sphere is within 0.5 % of the earth.
TEST(Distance, OfKnownCities) {
    EXPECT_NEAR(distance_km(51.5074, -0.1278, 40.7128, -74.0060), 5570, 28);    // London, New York
    EXPECT_NEAR(distance_km(35.6762, 139.6503, -33.8688, 151.2093), 7820, 40);  // Tokyo, Sydney
    EXPECT_NEAR(distance_km(0, 179, 0, -179), 2 * 111.19, 0.01);                // over the date line
    EXPECT_NEAR(distance_km(90, 0, -90, 0), 20015.087, 0.001);                  // half of the circumference
    EXPECT_EQ(distance_km(39.0438, -77.4874, 39.0438, -77.4874), 0);
}

TEST(World, PlacesStandInTheirOrder) {
    const World world = two_regions();
    std::vector<std::string> ids;
    for (const Location& place : world.locations) {
        ids.push_back(place.id);
    }
    EXPECT_EQ(ids, (std::vector<std::string>{"aws", "us-east-1", "us-west-2", "use1-az1", "use1-az2", "use1-az3",
                                             "use1-az4", "use1-az5", "use1-az6", "usw2-az1", "usw2-az2", "usw2-az3",
                                             "usw2-az4", "IAD", "SFO", "client IAD", "client us-west-2"}));
    const LocationId provider = *world.find("aws");
    const LocationId east = *world.find("us-east-1");
    const LocationId west = *world.find("us-west-2");
    const LocationId zone = *world.find("usw2-az1");
    EXPECT_TRUE(world.within(zone, west));
    EXPECT_TRUE(world.within(zone, zone));
    EXPECT_TRUE(world.within(zone, provider));
    EXPECT_FALSE(world.within(zone, east));
    EXPECT_FALSE(world.within(*world.find("client IAD"), provider));
    EXPECT_EQ(world.zones_of(east).size(), 6U);
    EXPECT_EQ(world.of_kind(LocationKind::edge).size(), 2U);
    EXPECT_EQ(world.locations[*world.find("IAD")].region, east);
    EXPECT_EQ(world.locations[*world.find("SFO")].region, west);
    EXPECT_EQ(world.locations[*world.find("client IAD")].region, east);
    EXPECT_EQ(world.locations[*world.find("client us-west-2")].region, west);
    EXPECT_EQ(world.locations[*world.find("IAD")].price_geography, "US, Mexico, Canada");
    EXPECT_FALSE(world.find("eu-west-1"));
}

TEST(World, LinksOfRegionsAndZones) {
    const World world = two_regions();
    const Link& same = link_between(world, "use1-az1--use1-az1");
    EXPECT_DOUBLE_EQ(same.latency_mean_s, 0.1e-3);
    EXPECT_EQ(same.price, PriceClass::free);

    const Link& zones = link_between(world, "use1-az1--use1-az2");
    EXPECT_DOUBLE_EQ(zones.latency_mean_s, 0.4e-3);
    EXPECT_DOUBLE_EQ(zones.latency_cv, 0.5);
    EXPECT_DOUBLE_EQ(zones.convergence_s, 1);
    EXPECT_EQ(zones.price, PriceClass::between_zones);
    EXPECT_EQ(zones.bandwidth, BandwidthClass::zone_to_zone);

    const Link& backbone = link_between(world, "us-east-1--us-west-2");
    EXPECT_DOUBLE_EQ(backbone.latency_mean_s, 0.064269 / 2);
    EXPECT_EQ(backbone.latency_cv, 0);
    EXPECT_DOUBLE_EQ(backbone.convergence_s, 30);
    EXPECT_EQ(backbone.price, PriceClass::between_regions);

    EXPECT_EQ(link_between(world, "us-east-1--use1-az6").latency_mean_s, 0);
    EXPECT_FALSE(world.find_link("use1-az1--usw2-az1"));
}

TEST(World, LinksOfEdgesAndClients) {
    const World world = two_regions();
    // IAD stands by us-east-1 (11.37 km); SFO by us-west-1, which is not in this world.
    EXPECT_NEAR(link_between(world, "us-east-1--IAD").latency_mean_s, 0.5e-3 + 0.01e-3 * 11.37, 1e-6);
    EXPECT_DOUBLE_EQ(link_between(world, "us-west-2--IAD").latency_mean_s, 0.064269 / 2);
    EXPECT_DOUBLE_EQ(link_between(world, "us-west-2--SFO").latency_mean_s,
                     Catalog().one_way_between_regions_s("us-west-1", "us-west-2").value);
    EXPECT_EQ(link_between(world, "us-east-1--IAD").price, PriceClass::edge);

    EXPECT_DOUBLE_EQ(link_between(world, "client IAD--IAD").latency_mean_s, 5e-3);
    EXPECT_EQ(link_between(world, "client IAD--IAD").price, PriceClass::edge);
    EXPECT_EQ(link_between(world, "client IAD--IAD").bandwidth, BandwidthClass::access);
    const Location& iad = world.locations[*world.find("IAD")];
    const Location& sfo = world.locations[*world.find("SFO")];
    const double km = distance_km(iad.latitude_deg, iad.longitude_deg, sfo.latitude_deg, sfo.longitude_deg);
    EXPECT_DOUBLE_EQ(link_between(world, "client IAD--SFO").latency_mean_s, 5e-3 + 0.01e-3 * km);
    EXPECT_DOUBLE_EQ(link_between(world, "client IAD--us-west-2").latency_mean_s, 5e-3 + 0.064269 / 2);
    EXPECT_EQ(link_between(world, "client IAD--us-west-2").price, PriceClass::internet);

    EXPECT_DOUBLE_EQ(link_between(world, "client us-west-2--usw2-az3").latency_mean_s, 0.4e-3);
    EXPECT_DOUBLE_EQ(link_between(world, "client us-west-2--us-east-1").latency_mean_s, 0.063972 / 2);
}

TEST(World, LinksAreFoundByEitherOrderOfTheirEnds) {
    const World world = two_regions();
    const auto link = world.find_link("use1-az1--use1-az2");
    ASSERT_TRUE(link);
    EXPECT_EQ(world.find_link("use1-az2--use1-az1"), link);
    EXPECT_EQ(world.links[*link].name, "use1-az1--use1-az2");
    EXPECT_EQ(world.find_link("client IAD--IAD"), world.find_link("IAD--client IAD"));
    EXPECT_FALSE(world.find_link("use1-az1"));
    EXPECT_FALSE(world.find_link("use1-az1--"));
}

TEST(World, ListsWhatWasNotMeasured) {
    const World world = two_regions();
    for (const char* path : {"world.links.same-zone", "world.links.zone-to-zone", "world.links.edge-to-region",
                             "world.links.client-to-edge", "world.links.client-to-region", "world.links.convergence"}) {
        EXPECT_TRUE(assumes(world, path)) << path;
    }
    EXPECT_FALSE(assumes(world, "world.links.region-to-region"));

    const World fitted = build_world(Catalog(), {.provider = "aws",
                                                 .regions = {"us-east-1", "eusc-de-east-1", "cn-north-1"},
                                                 .edges = {},
                                                 .local_zones = {},
                                                 .clients = {}});
    const auto line = std::find_if(fitted.assumptions.begin(), fitted.assumptions.end(),
                                   [](const Assumption& a) { return a.path == "world.links.region-to-region"; });
    ASSERT_NE(line, fitted.assumptions.end());
    EXPECT_NE(line->value.find("eusc-de-east-1--us-east-1"), std::string::npos);
    EXPECT_FALSE(assumes(fitted, "world.links.client-to-edge"));
}

TEST(World, RegionalEdgeCachesTakeThePriceAreaOfTheNearestEdge) {
    const World world = build_world(
        Catalog(),
        {.provider = "aws", .regions = {"us-east-1"}, .edges = {"REC-us-east-1"}, .local_zones = {}, .clients = {}});
    const auto edges = world.of_kind(LocationKind::edge);
    ASSERT_EQ(edges.size(), 1U);
    EXPECT_EQ(world.locations[edges.front()].price_geography, "US, Mexico, Canada");
    EXPECT_TRUE(assumes(world, "world.edges.REC-us-east-1"));
}

const Location& place_of(const World& world, std::string_view id) {
    return world.locations[world.find(id).value()];
}

World with_outposts() {
    return build_world(Catalog(), {.provider = "aws",
                                   .regions = {"us-west-2", "us-east-1"},
                                   .edges = {"SEA", "LAX", "REC-us-west-2"},
                                   .local_zones = {"usw2-lax1-az1", "usw2-wl1-lax-wlz1"},
                                   .clients = {{"client LAX", "LAX"}, {"client us-east-1", "us-east-1"}}});
}

TEST(World, LocalZonesHangOnTheirParentRegion) {
    const World world = with_outposts();
    const LocationId region = *world.find("us-west-2");
    const Location& zone = place_of(world, "usw2-lax1-az1");
    EXPECT_EQ(zone.kind, LocationKind::zone);
    EXPECT_EQ(zone.outpost, Outpost::local_zone);
    EXPECT_EQ(zone.parent, region);
    EXPECT_EQ(place_of(world, "usw2-wl1-lax-wlz1").outpost, Outpost::wavelength_zone);
    EXPECT_EQ(world.zones_of(region).size(), 4U) << "availability zones only";
    EXPECT_EQ(world.local_zones_of(region).size(), 2U);
    EXPECT_TRUE(world.local_zones_of(*world.find("us-east-1")).empty());

    // 1,329.197 km from Los Angeles to us-west-2, by the positions of the two tables and a haversine of another
    // program.
    const Link& home = link_between(world, "us-west-2--usw2-lax1-az1");
    EXPECT_NEAR(home.latency_mean_s, 0.5e-3 + 0.01e-3 * 1329.197, 1e-8);
    EXPECT_EQ(home.latency_cv, 0);
    EXPECT_EQ(home.price, PriceClass::between_zones);
    EXPECT_DOUBLE_EQ(link_between(world, "usw2-lax1-az1--usw2-lax1-az1").latency_mean_s, 0.1e-3);
    EXPECT_FALSE(world.find_link("usw2-az1--usw2-lax1-az1"));
    EXPECT_FALSE(world.find_link("us-east-1--usw2-lax1-az1"));

    // 19.4476 km from the airport to the middle of the city.
    EXPECT_NEAR(link_between(world, "usw2-lax1-az1--client LAX").latency_mean_s, 5e-3 + 0.01e-3 * 19.4476, 1e-8);
    EXPECT_EQ(link_between(world, "usw2-lax1-az1--client LAX").price, PriceClass::internet);
    EXPECT_NEAR(link_between(world, "usw2-lax1-az1--LAX").latency_mean_s, 0.5e-3 + 0.01e-3 * 19.4476, 1e-8);
    EXPECT_FALSE(world.find_link("usw2-wl1-lax-wlz1--LAX")) << "no way in from the internet";
    // A local zone next door makes no region the nearest.
    EXPECT_EQ(place_of(world, "client us-east-1").region, *world.find("us-east-1"));
    EXPECT_TRUE(assumes(world, "world.links.local-zone"));
    EXPECT_TRUE(assumes(world, "world.local_zones"));
    EXPECT_FALSE(assumes(two_regions(), "world.local_zones"));
}

TEST(World, RegionalEdgeCachesStandBehindEdges) {
    const World world = with_outposts();
    const Location& cache = place_of(world, "REC-us-west-2");
    EXPECT_EQ(cache.kind, LocationKind::edge);
    EXPECT_EQ(cache.outpost, Outpost::edge_cache);
    EXPECT_EQ(place_of(world, "SEA").outpost, Outpost::none);
    // Seattle is 216.865 km from the region; Los Angeles is nearest to us-west-1, which takes 21.934 ms there and back.
    const Link& near = link_between(world, "SEA--REC-us-west-2");
    EXPECT_NEAR(near.latency_mean_s, 0.5e-3 + 0.01e-3 * 216.865, 1e-8);
    EXPECT_EQ(near.price, PriceClass::free);
    EXPECT_DOUBLE_EQ(link_between(world, "LAX--REC-us-west-2").latency_mean_s, 0.021934 / 2);
    EXPECT_DOUBLE_EQ(link_between(world, "us-west-2--REC-us-west-2").latency_mean_s, 0.5e-3);
    EXPECT_DOUBLE_EQ(link_between(world, "us-east-1--REC-us-west-2").latency_mean_s, 0.063972 / 2);
    EXPECT_FALSE(world.find_link("client LAX--REC-us-west-2")) << "users never reach it";
    EXPECT_FALSE(world.find_link("REC-us-west-2--REC-us-west-2"));
    EXPECT_TRUE(assumes(world, "world.links.edge-to-edge-cache"));
}

TEST(World, ARegionWithoutListedZonesHasOneThatStandsForIt) {
    const World world = build_world(
        Catalog(), {.provider = "aws", .regions = {"eusc-de-east-1"}, .edges = {}, .local_zones = {}, .clients = {}});
    const auto zones = world.zones_of(*world.find("eusc-de-east-1"));
    ASSERT_EQ(zones.size(), 1U);
    EXPECT_EQ(world.locations[zones.front()].id, "eusc-de-east-1-zone");
    EXPECT_TRUE(assumes(world, "world.regions.eusc-de-east-1"));
    EXPECT_FALSE(assumes(two_regions(), "world.regions.us-east-1"));
}

/// Everything that the catalogue has of a provider.
WorldSpec everything(const Catalog& catalog) {
    WorldSpec spec;
    for (const RegionRow& region : catalog.regions("aws")) {
        spec.regions.push_back(region.region);
        for (const ZoneRow& zone : catalog.local_zones("aws", region.region)) {
            spec.local_zones.push_back(zone.zone);
        }
    }
    for (const EdgeRow& edge : catalog.edges("aws")) {
        spec.edges.push_back(edge.edge);
    }
    spec.clients = {{"client IAD", "IAD"}, {"client eu-west-1", "eu-west-1"}};
    return spec;
}

TEST(World, HoldsTheWholeCatalogue) {
    const Catalog catalog;
    const WorldSpec spec = everything(catalog);
    const World world = build_world(catalog, spec);
    EXPECT_EQ(world.of_kind(LocationKind::region).size(), 39U);
    EXPECT_EQ(world.of_kind(LocationKind::zone).size(), 119U + 64U + 1U);  // the last stands for a region's own
    EXPECT_EQ(world.of_kind(LocationKind::edge).size(), 119U);
    std::size_t pairs = 0;
    for (const LocationId from : world.of_kind(LocationKind::region)) {
        for (const LocationId to : world.of_kind(LocationKind::region)) {
            if (from < to) {
                const double latency_s =
                    latency_between(world, world.zones_of(from).front(), world.zones_of(to).front());
                EXPECT_GT(latency_s, 0) << world.locations[from].id << " " << world.locations[to].id;
                EXPECT_LT(latency_s, 0.25) << world.locations[from].id << " " << world.locations[to].id;
                ++pairs;
            }
        }
    }
    EXPECT_EQ(pairs, 39U * 38 / 2);
    for (const LocationId zone : world.of_kind(LocationKind::zone)) {
        EXPECT_LT(latency_between(world, *world.find("client IAD"), zone), 0.3) << world.locations[zone].id;
    }
}

TEST(World, WithoutNamesIsOneFreeZone) {
    const World world = nameless_world();
    ASSERT_EQ(world.locations.size(), 1U);
    ASSERT_EQ(world.links.size(), 1U);
    EXPECT_EQ(world.locations[LocationId{0}].kind, LocationKind::zone);
    EXPECT_EQ(world.links[LinkId{0}].latency_mean_s, 0);
    EXPECT_EQ(world.links[LinkId{0}].price, PriceClass::free);
    EXPECT_TRUE(world.assumptions.empty());
}

TEST(World, IsDrawnAsATree) {
    const std::string drawing = draw_world(two_regions());
    EXPECT_NE(drawing.find("├── us-east-1  Ashburn (US)\n│   ├── use1-az1\n"), std::string::npos) << drawing;
    EXPECT_NE(drawing.find("│   └── usw2-az4\n"), std::string::npos) << drawing;
    EXPECT_NE(drawing.find("SFO  edge in San Francisco (US), nearest region us-west-2"), std::string::npos) << drawing;
    EXPECT_NE(drawing.find("us-east-1--us-west-2             32.13 ms"), std::string::npos) << drawing;
    const std::string outposts = draw_world(with_outposts());
    EXPECT_NE(outposts.find("├── usw2-lax1-az1  local zone in Los Angeles (US)\n"), std::string::npos) << outposts;
    EXPECT_NE(outposts.find("└── usw2-wl1-lax-wlz1  Wavelength zone in Los"), std::string::npos) << outposts;
    EXPECT_NE(outposts.find("REC-us-west-2  regional edge cache in Portland (US)"), std::string::npos) << outposts;
    EXPECT_EQ(draw_world(nameless_world()), "one nameless zone: no network delay, no price, no carbon\n");
}

}  // namespace
}  // namespace nines
