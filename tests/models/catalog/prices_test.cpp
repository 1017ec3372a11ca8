// Prices: tiers against an exact case, figures read by hand from the tables, and what stands in for a gap.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "models/catalog/catalog.hpp"

namespace nines {
namespace {

constexpr double k_infinite = std::numeric_limits<double>::infinity();

// Each price applies only to the part of the month's volume in its tier. Worked out by exact rational arithmetic.
TEST(TieredPrices, AreMarginal) {
    const TieredPrice price{.name = "transfer out",
                            .unit = "GB",
                            .tiers = {{100, 0}, {10'340, 0.09}, {51'300, 0.085}, {153'700, 0.07}, {k_infinite, 0.05}},
                            .source = "form of AWS data transfer out: 100 GB free, then 10, 40 and 100 TB, rest",
                            .assumed = {}};
    EXPECT_DOUBLE_EQ(price_of(price, 0), 0);
    EXPECT_DOUBLE_EQ(price_of(price, 50), 0);
    EXPECT_DOUBLE_EQ(price_of(price, 100), 0);
    EXPECT_DOUBLE_EQ(price_of(price, 5000), 441);
    EXPECT_DOUBLE_EQ(price_of(price, 10'340), 921.6);
    EXPECT_DOUBLE_EQ(price_of(price, 40'000), 3442.7);
    EXPECT_DOUBLE_EQ(price_of(price, 51'300), 4403.2);
    EXPECT_DOUBLE_EQ(price_of(price, 200'000), 13'886.2);
}

// The catalogue's tiers of us-east-1 are those of the case above without its free allowance.
TEST(TieredPrices, OfTheCatalogueEndWhereAwsEndsThem) {
    const TieredPrice egress = Catalog().internet_egress("us-east-1");
    ASSERT_EQ(egress.tiers.size(), 4U);
    EXPECT_DOUBLE_EQ(egress.tiers[0].until, 10'240);
    EXPECT_DOUBLE_EQ(egress.tiers[1].until, 10'240 + 40'960);
    EXPECT_DOUBLE_EQ(egress.tiers[2].until, 10'240 + 40'960 + 102'400);
    EXPECT_EQ(egress.tiers[3].until, k_infinite);
    EXPECT_FALSE(egress.assumed);
    EXPECT_DOUBLE_EQ(price_of(egress, 4900), 441);
    EXPECT_DOUBLE_EQ(price_of(egress, 39'900), 3442.7);
    EXPECT_DOUBLE_EQ(price_of(egress, 199'900), 13'886.2);
}

TEST(Prices, OfMachinesAreAsListed) {
    const Catalog catalog;
    EXPECT_DOUBLE_EQ(catalog.machine_usd_per_h("t3.micro", "us-east-1", "")->value, 0.0104);
    EXPECT_DOUBLE_EQ(catalog.machine_usd_per_h("m7g.large", "us-east-1", "")->value, 0.0816);
    EXPECT_DOUBLE_EQ(catalog.machine_usd_per_h("db.r6g.xlarge", "us-east-1", "postgres")->value, 0.45);
    EXPECT_DOUBLE_EQ(catalog.machine_usd_per_h("db.r5.2xlarge", "af-south-1", "aurora-mysql")->value, 1.524);
    EXPECT_FALSE(catalog.machine_usd_per_h("m7g.large", "us-east-1", "")->assumed);
    EXPECT_FALSE(catalog.machine_usd_per_h("nothing.large", "us-east-1", ""));
    EXPECT_FALSE(catalog.machine_usd_per_h("db.r6g.xlarge", "us-east-1", "oracle"));
}

TEST(Prices, OfMachinesThatARegionLacksFollowItsYardstick) {
    const Catalog catalog;
    const auto price = catalog.machine_usd_per_h("m7g.large", "sa-east-1", "");
    const auto m8g = catalog.machine_usd_per_h("m8g.large", "sa-east-1", "");
    ASSERT_TRUE(price);
    ASSERT_TRUE(m8g && m8g->assumed);
    const double ratio = catalog.machine_usd_per_h("m5.large", "sa-east-1", "")->value /
                         catalog.machine_usd_per_h("m5.large", "us-east-1", "")->value;
    EXPECT_DOUBLE_EQ(m8g->value, catalog.machine_usd_per_h("m8g.large", "us-east-1", "")->value * ratio);
    EXPECT_NE(m8g->assumed->why.find("m5.large"), std::string::npos);
    EXPECT_FALSE(m8g->assumed->source.empty());

    const auto mexico = catalog.machine_usd_per_h("m7g.large", "mx-central-1", "");
    ASSERT_TRUE(mexico && mexico->assumed);
    EXPECT_NE(mexico->assumed->why.find("nearest region"), std::string::npos);
    EXPECT_DOUBLE_EQ(mexico->value, catalog.machine_usd_per_h("m7g.large", "us-east-2", "")->value);
}

TEST(Prices, OfBytesBetweenPlaces) {
    const Catalog catalog;
    EXPECT_DOUBLE_EQ(catalog.between_zones("us-east-1").tiers.front().usd, 0.01);
    EXPECT_DOUBLE_EQ(catalog.between_regions("us-east-1", "us-east-2").tiers.front().usd, 0.01);
    EXPECT_DOUBLE_EQ(catalog.between_regions("us-east-1", "us-west-2").tiers.front().usd, 0.02);
    EXPECT_DOUBLE_EQ(catalog.between_regions("af-south-1", "ap-east-1").tiers.front().usd, 0.147);
    EXPECT_DOUBLE_EQ(catalog.internet_egress("sa-east-1").tiers[1].usd, 0.138);
    EXPECT_TRUE(catalog.between_zones("mx-central-1").assumed);
    EXPECT_TRUE(catalog.between_regions("mx-central-1", "us-east-1").assumed);
    EXPECT_TRUE(catalog.internet_egress("mx-central-1").assumed);
}

TEST(Prices, OfEdges) {
    const Catalog catalog;
    const TieredPrice egress = catalog.edge_egress("US, Mexico, Canada");
    ASSERT_EQ(egress.tiers.size(), 7U);
    EXPECT_DOUBLE_EQ(egress.tiers.front().usd, 0.085);
    EXPECT_DOUBLE_EQ(egress.tiers[4].until, 1024 * 1024);
    EXPECT_DOUBLE_EQ(egress.tiers.back().usd, 0.02);
    EXPECT_DOUBLE_EQ(catalog.edge_to_origin("India").tiers.front().usd, 0.16);
    EXPECT_DOUBLE_EQ(catalog.edge_https_requests("South America").tiers.front().usd, 0.022 / 10'000);
    EXPECT_EQ(catalog.edge_https_requests("South America").unit, "request");

    const TieredPrice china = catalog.edge_egress("China");
    ASSERT_TRUE(china.assumed);
    EXPECT_DOUBLE_EQ(china.tiers.front().usd, 0.12);  // Hong Kong's
}

}  // namespace
}  // namespace nines
