// Look-ups of places, machines and latencies against figures read by hand from the tables, and the gap rules.

#include "models/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/catalog/csv_table.hpp"
#include "models/catalog/geography.hpp"

namespace nines {
namespace {

TEST(CatalogPlaces, RegionsZonesAndEdges) {
    const Catalog catalog;
    EXPECT_EQ(catalog.regions("aws").size(), 39U);
    const auto region = catalog.region("aws", "us-east-1");
    ASSERT_TRUE(region);
    EXPECT_EQ(region->city, "Ashburn");
    EXPECT_EQ(region->zone_count, 6);
    EXPECT_DOUBLE_EQ(region->latitude_deg, 39.0438);
    EXPECT_FALSE(catalog.region("aws", "us-east"));
    EXPECT_FALSE(catalog.region("aws", "westeurope"));
    EXPECT_TRUE(catalog.region("azure", "westeurope"));

    const auto edge = catalog.edge("aws", "AKL");
    ASSERT_TRUE(edge);
    EXPECT_EQ(edge->price_geography, "Australia, New Zealand");
    EXPECT_EQ(edge->nearest_region, "ap-southeast-6");
    EXPECT_TRUE(catalog.edges("azure").empty());
}

TEST(CatalogPlaces, ZonesAreInNumericOrderAndLocalZonesLeftOut) {
    const Catalog catalog;
    const auto zones = catalog.zones("aws", "us-east-1");
    ASSERT_EQ(zones.size(), 6U);
    for (std::size_t i = 0; i < zones.size(); ++i) {
        EXPECT_EQ(zones[i].zone, "use1-az" + std::to_string(i + 1));
        EXPECT_EQ(zones[i].kind, "availability-zone");
    }
    const auto local = catalog.zone("aws", "afs1-los1-az1");
    ASSERT_TRUE(local);
    EXPECT_EQ(local->kind, "local-zone");
    EXPECT_TRUE(catalog.zones("aws", "nowhere-1").empty());
}

TEST(CatalogLatency, IsHalfTheMeasuredRoundTrip) {
    const Catalog catalog;
    const Figure figure = catalog.one_way_between_regions_s("us-east-1", "us-west-2");
    EXPECT_DOUBLE_EQ(figure.value, 0.064269 / 2);
    EXPECT_FALSE(figure.assumed);
    EXPECT_DOUBLE_EQ(catalog.one_way_between_regions_s("us-west-2", "us-east-1").value, 0.063972 / 2);
}

TEST(CatalogLatency, SaysWhenOnlyTheOtherWayWasMeasured) {
    const Catalog catalog;
    const Figure there = catalog.one_way_between_regions_s("ap-east-1", "ap-east-2");
    const Figure back = catalog.one_way_between_regions_s("ap-east-2", "ap-east-1");
    EXPECT_FALSE(there.assumed);
    ASSERT_TRUE(back.assumed);
    EXPECT_DOUBLE_EQ(there.value, back.value);
    EXPECT_NE(back.assumed->why.find("other way"), std::string::npos);
}

// The line was fitted apart from this program, to the 997 measured rows between different regions.
TEST(CatalogLatency, IsFittedWhereNothingWasMeasured) {
    const Catalog catalog;
    const Figure figure = catalog.one_way_between_regions_s("us-east-1", "eusc-de-east-1");
    ASSERT_TRUE(figure.assumed);
    const auto a = catalog.region("aws", "us-east-1");
    const auto b = catalog.region("aws", "eusc-de-east-1");
    const double km = great_circle_km(a->latitude_deg, a->longitude_deg, b->latitude_deg, b->longitude_deg);
    EXPECT_NEAR(figure.value, (24.867370044067393 + 0.01555687712659897 * km) * 0.5e-3, 1e-12);
    EXPECT_NE(figure.assumed->why.find("997"), std::string::npos);
}

TEST(CatalogMachines, AreAsListed) {
    const Catalog catalog;
    const auto machine = catalog.machine("m5.xlarge");
    ASSERT_TRUE(machine);
    EXPECT_DOUBLE_EQ(machine->vcpus, 4);
    EXPECT_DOUBLE_EQ(machine->memory_gib, 16);
    EXPECT_DOUBLE_EQ(machine->watts_idle, 8.8);
    EXPECT_DOUBLE_EQ(machine->watts_half, 28.2);
    EXPECT_DOUBLE_EQ(machine->watts_full, 39.9);
    EXPECT_DOUBLE_EQ(machine->embodied_kg, 1610.8 * 4 / 96);  // the server has more than any listed size
    // Cloud Carbon Footprint's rule, by hand: 1610.8 kg x 2 of 96, 1788.5 x 2 of 128, 1333.1 x 2 of 64.
    EXPECT_NEAR(catalog.machine("m5.large")->embodied_kg, 33.558, 0.001);
    EXPECT_NEAR(catalog.machine("m6i.large")->embodied_kg, 27.945, 0.001);
    EXPECT_NEAR(catalog.machine("m6g.large")->embodied_kg, 41.659, 0.001);
    EXPECT_FALSE(catalog.machine("m5.xlarg"));
    EXPECT_FALSE(catalog.machine("db.m5"));
    EXPECT_FALSE(catalog.machine(""));
}

TEST(CatalogMachines, WithoutWattsTakeThoseOfTheOlderFamily) {
    const Catalog catalog;
    const auto m7g = catalog.machine("m7g.large");
    ASSERT_TRUE(m7g);
    EXPECT_DOUBLE_EQ(m7g->watts_idle, 3.1);
    EXPECT_DOUBLE_EQ(m7g->watts_full, 10.5);
    EXPECT_DOUBLE_EQ(m7g->embodied_kg, 1333.1 * 2 / 64);
    EXPECT_TRUE(std::any_of(m7g->assumptions.begin(), m7g->assumptions.end(),
                            [](const Assumption& a) { return a.why.find("m6g.large") != std::string::npos; }));

    // No m6g of these sizes: scaled by vCPUs from the nearest.
    EXPECT_DOUBLE_EQ(catalog.machine("m7g.medium")->watts_full, 10.5 / 2);
    EXPECT_DOUBLE_EQ(catalog.machine("m7g.8xlarge")->watts_full, 84.1 * 2);
    // AMD's older family is burstable; its large has the same memory.
    EXPECT_DOUBLE_EQ(catalog.machine("m6a.large")->watts_half, 11.1);
}

TEST(CatalogMachines, ManagedNodesAreTheirNamesakes) {
    const Catalog catalog;
    const auto database = catalog.machine("db.r6g.xlarge");
    ASSERT_TRUE(database);
    EXPECT_EQ(database->type, "db.r6g.xlarge");
    EXPECT_DOUBLE_EQ(database->vcpus, 4);
    EXPECT_DOUBLE_EQ(database->memory_gib, 32);
    EXPECT_DOUBLE_EQ(database->watts_idle, 9.4);
    EXPECT_NE(database->assumptions.front().why.find("r6g.xlarge"), std::string::npos);
    const auto cache = catalog.machine("cache.r6g.large");
    ASSERT_TRUE(cache);
    EXPECT_DOUBLE_EQ(cache->memory_gib, 13.07);  // Redis maxmemory
}

TEST(CatalogMachines, HaveAnArmTwinOfTheirLetterGenerationAndSize) {
    const Catalog catalog;
    EXPECT_EQ(catalog.arm_twin("m6i.xlarge"), "m6g.xlarge");
    EXPECT_EQ(catalog.arm_twin("m6a.large"), "m6g.large");
    EXPECT_EQ(catalog.arm_twin("c7i.large"), "c7g.large");
    EXPECT_EQ(catalog.arm_twin("db.m6i.large"), "db.m6g.large");
    EXPECT_FALSE(catalog.arm_twin("m6g.large")) << "it is Arm";
    EXPECT_FALSE(catalog.arm_twin("m5.large")) << "that generation has none";
    EXPECT_FALSE(catalog.arm_twin("i4i.large")) << "nor has that letter";
    EXPECT_FALSE(catalog.arm_twin("nothing"));
}

TEST(CatalogEnergy, IsListedWithItsSource) {
    const Catalog catalog;
    EXPECT_EQ(catalog.energy("disk-ssd").value, 1.2);
    EXPECT_EQ(catalog.energy("disk-hdd").value, 0.65);
    EXPECT_EQ(catalog.energy("network").value, 0.001);
    EXPECT_NE(catalog.energy("network").assumed->source.find("cloud-carbon-footprint"), std::string::npos);
}

TEST(CatalogCarbon, HasAProfileWhereOneIsListed) {
    const Catalog catalog;
    const auto profile = catalog.carbon("aws", "us-east-1");
    EXPECT_TRUE(profile.hourly);
    EXPECT_FALSE(profile.assumed);
    EXPECT_DOUBLE_EQ(profile.g_per_kwh[0][0], 436.6);
    EXPECT_DOUBLE_EQ(profile.g_per_kwh[0][1], 438.9);
    EXPECT_EQ(catalog.carbon("aws", "us-east-2").g_per_kwh, profile.g_per_kwh);
}

TEST(CatalogCarbon, IsFlatElsewhereAndFromTheNearestRegionWhereNothingIsListed) {
    const Catalog catalog;
    const auto hong_kong = catalog.carbon("aws", "ap-east-1");
    EXPECT_FALSE(hong_kong.hourly);
    ASSERT_TRUE(hong_kong.assumed);
    EXPECT_DOUBLE_EQ(hong_kong.g_per_kwh[0][0], 435.36);
    EXPECT_DOUBLE_EQ(hong_kong.g_per_kwh[11][23], 435.36);
    const auto malaysia = catalog.carbon("aws", "ap-southeast-5");
    ASSERT_TRUE(malaysia.assumed);
    EXPECT_NE(malaysia.assumed->why.find("ap-southeast-1"), std::string::npos);
}

TEST(CatalogCarbon, PueIsListedOrTheMean) {
    const Catalog catalog;
    EXPECT_DOUBLE_EQ(catalog.pue("aws", "af-south-1").value, 1.24);
    EXPECT_FALSE(catalog.pue("aws", "af-south-1").assumed);
    const Figure mean = catalog.pue("aws", "ap-east-1");
    ASSERT_TRUE(mean.assumed);
    EXPECT_GT(mean.value, 1);
    EXPECT_LT(mean.value, 1.5);
    EXPECT_NE(mean.assumed->why.find("22 regions"), std::string::npos);
}

TEST(CsvTable, FindsRowsByHowTheirLinesBegin) {
    const CsvTable regions("regions");
    EXPECT_EQ(regions.rows().size(), 152U);
    EXPECT_EQ(regions.row("aws,us-east-1,")->text("name"), "US East (N. Virginia)");
    EXPECT_FALSE(regions.row("aws,us-east-9,"));
    EXPECT_FALSE(CsvTable("carbon").row("aws,ap-east-1,")->number("pue"));
    EXPECT_EQ(csv_line_start({"a", "b, c"}), "a,\"b, c\",");
    EXPECT_EQ(CsvTable("edges").row("AKL,")->text("price_geography"), "Australia, New Zealand");
}

}  // namespace
}  // namespace nines
