// Where: figures read by hand from the rows of the catalogue, what keeps within which bound, and the order.

#include "models/world/where.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nines {
namespace {

const WherePlace& place_of(const std::vector<WherePlace>& places, std::string_view id) {
    const auto found = std::find_if(places.begin(), places.end(), [=](const WherePlace& one) { return one.id == id; });
    EXPECT_NE(found, places.end()) << id;
    return *found;
}

WhereQuestion two_places() {
    return {.provider = "aws",
            .users = {{"IAD", 0.6}, {"FRA", 0.4}},
            .machine = "m7g.large",
            .local_zones = false,
            .bounds = {}};
}

// latency.csv: us-east-1 to eu-north-1 112.478 ms, eu-central-1 to eu-north-1 22.77 ms; edges add 5 ms each way.
TEST(Where, RoundTripsAreThoseOfTheLatencyTable) {
    const auto places = find_where(Catalog(), two_places());
    ASSERT_EQ(places.size(), 39U);
    const WherePlace& north = place_of(places, "eu-north-1");
    ASSERT_EQ(north.round_trip_s.size(), 2U);
    EXPECT_NEAR(north.round_trip_s[0], 0.122478, 1e-12);
    EXPECT_NEAR(north.round_trip_s[1], 0.03277, 1e-12);
    EXPECT_NEAR(north.round_trip_mean_s, 0.6 * 0.122478 + 0.4 * 0.03277, 1e-12);
    EXPECT_NEAR(north.round_trip_worst_s, 0.122478, 1e-12);
    EXPECT_EQ(north.worst_users, 0U);
    EXPECT_FALSE(north.assumes("latency"));
    // FRA is 11.948 km from its own region; IAD reaches that in 93.066 ms there and back.
    const WherePlace& home = place_of(places, "eu-central-1");
    EXPECT_NEAR(home.round_trip_s[1], 2 * (5e-3 + 0.5e-3 + 0.01e-3 * 11.948), 1e-8);
    EXPECT_NEAR(home.round_trip_s[0], 0.103066, 1e-12);
    EXPECT_EQ(place_of(places, "us-east-1").worst_users, 1U);
    EXPECT_TRUE(place_of(places, "eusc-de-east-1").assumes("latency"));
    EXPECT_EQ(place_of(places, "eusc-de-east-1").partition, "aws-eusc");
    EXPECT_EQ(place_of(places, "eu-central-1").partition, "aws");
}

TEST(Where, CarbonAndPricesAreThoseOfTheirTables) {
    const auto places = find_where(Catalog(), two_places());
    const WherePlace& north = place_of(places, "eu-north-1");
    EXPECT_DOUBLE_EQ(north.carbon_g_per_kwh, 24.71);
    EXPECT_FALSE(north.assumes("carbon"));
    EXPECT_DOUBLE_EQ(north.price_usd_per_h.value(), 0.0867);
    EXPECT_FALSE(north.assumes("price"));
    // The mean of the twelve times 24 rows of carbon_hourly.csv, weighted by the days of the months.
    EXPECT_NEAR(place_of(places, "us-east-1").carbon_g_per_kwh, 392.056769, 1e-6);
    EXPECT_NEAR(place_of(places, "eu-central-1").carbon_g_per_kwh, 332.058311, 1e-6);
    // No row: the price of us-east-1 times what m5.large costs more here; carbon of the nearest region that has any.
    const WherePlace& zurich = place_of(places, "eu-central-2");
    EXPECT_NEAR(zurich.price_usd_per_h.value(), 0.0816 * 0.1265 / 0.096, 1e-12);
    EXPECT_TRUE(zurich.assumes("price"));
    EXPECT_TRUE(place_of(places, "ca-west-1").assumes("carbon"));
}

TEST(Where, OrdersByPassThenPrice) {
    WhereQuestion question = two_places();
    question.bounds.round_trip_mean_s = 0.080;
    question.bounds.countries = {"CH", "DE", "FR", "IE", "SE"};
    question.bounds.carbon_g_per_kwh = 100;
    question.bounds.price_usd_per_h = 0.12;
    const auto places = find_where(Catalog(), question);
    EXPECT_EQ(places[0].id, "eu-west-3");
    EXPECT_EQ(places[1].id, "eu-central-2");
    EXPECT_TRUE(places[1].fails.empty());
    EXPECT_FALSE(places[2].fails.empty());
    using Fails = std::vector<WhereBound>;
    EXPECT_EQ(place_of(places, "eu-north-1").fails, Fails{WhereBound::latency});
    EXPECT_EQ(place_of(places, "eu-west-1").fails, Fails{WhereBound::carbon});
    EXPECT_EQ(place_of(places, "us-east-1").fails, (Fails{WhereBound::residency, WhereBound::carbon}));
    EXPECT_EQ(place_of(places, "sa-east-1").fails,
              (Fails{WhereBound::latency, WhereBound::residency, WhereBound::carbon, WhereBound::price}));
    for (std::size_t i = 3; i < places.size(); ++i) {
        EXPECT_LE(places[i - 1].price_usd_per_h.value(), places[i].price_usd_per_h.value());
    }
}

// What equals a bound keeps within it, and one digit less does not.
TEST(Where, BoundsHoldWithEquality) {
    WhereQuestion question = two_places();
    question.bounds.carbon_g_per_kwh = 24.71;
    question.bounds.price_usd_per_h = 0.0867;
    EXPECT_TRUE(place_of(find_where(Catalog(), question), "eu-north-1").fails.empty());
    question.bounds.carbon_g_per_kwh = 24.70;
    question.bounds.price_usd_per_h = 0.0866;
    EXPECT_EQ(place_of(find_where(Catalog(), question), "eu-north-1").fails,
              (std::vector{WhereBound::carbon, WhereBound::price}));
    question.bounds = {};
    question.bounds.round_trip_worst_s = 0.1;
    EXPECT_EQ(place_of(find_where(Catalog(), question), "eu-north-1").fails, std::vector{WhereBound::worst_latency});
}

TEST(Where, WithoutUsersOrMachineNothingFailsByThem) {
    WhereQuestion question;
    question.bounds.round_trip_mean_s = 1e-9;
    const auto places = find_where(Catalog(), question);
    ASSERT_EQ(places.size(), 39U);
    for (const WherePlace& place : places) {
        EXPECT_TRUE(place.fails.empty());
        EXPECT_TRUE(place.round_trip_s.empty());
        EXPECT_FALSE(place.price_usd_per_h);
    }
    EXPECT_TRUE(std::is_sorted(places.begin(), places.end(), [](const WherePlace& a, const WherePlace& b) {
        return a.carbon_g_per_kwh < b.carbon_g_per_kwh;
    }));
}

TEST(Where, LocalZonesStandInTheirOwnCountryAtTheirParentsPrice) {
    const WhereQuestion question{
        .provider = "aws", .users = {{"LAX", 1}}, .machine = "m5.large", .local_zones = true, .bounds = {}};
    const auto places = find_where(Catalog(), question);
    EXPECT_EQ(places.size(), 39U + 64U);
    const WherePlace& zone = place_of(places, "usw2-lax1-az1");
    EXPECT_NEAR(zone.round_trip_mean_s, 2 * (5e-3 + 0.01e-3 * 19.4476), 1e-8);
    EXPECT_EQ(zone.price_usd_per_h, place_of(places, "us-west-2").price_usd_per_h);
    EXPECT_TRUE(zone.assumes("local zone"));
    EXPECT_EQ(place_of(places, "afs1-los1-az1").country_code, "NG");
    EXPECT_EQ(place_of(places, "afs1-los1-az1").region, "af-south-1");
}

}  // namespace
}  // namespace nines
