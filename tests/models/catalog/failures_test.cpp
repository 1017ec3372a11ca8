// How often things fail and for how long, by the catalogue: each against its row, read by hand.

#include "models/catalog/failures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr double k_year_s = 8760 * 3600.0;
constexpr double k_month_s = 730 * 3600.0;

struct Rate {
    FailingKind kind{};
    double per_year = 0;
    const char* row;
};

TEST(CatalogFailures, RatesAreThoseOfTheirRows) {
    const Rate rates[] = {
        {FailingKind::region, 0.0340, "aws-region incidents_per_region"},
        {FailingKind::zone, 0.00665, "aws-zone incidents_per_zone"},
        {FailingKind::edge, 0.252, "data-centre outages_per_operator"},
        {FailingKind::link, (0.2 + 1.9) / 2, "network-device failures_per_device"},
        {FailingKind::service, 2.67, "cloud-service outages_per_service"},
        {FailingKind::instance, 0.048, "server annual_failure_rate_12_dimm_6_ssd_azure_model"},
    };
    EXPECT_EQ(std::size(rates), k_failing_kinds.entries.size());
    for (const Rate& rate : rates) {
        const CatalogTime time = time_between_failures(rate.kind);
        EXPECT_EQ(time.law_s.law, Law::exponential);
        EXPECT_NEAR(time.law_s.mean(), k_year_s / rate.per_year, 1e-9 * time.law_s.mean()) << rate.row;
        EXPECT_NE(time.assumed.source.find(std::string("failure_rates.csv, ") + rate.row), std::string::npos)
            << time.assumed.source;
        EXPECT_FALSE(time.assumed.why.empty());
    }
}

// The derived rows by the figures of their sources: 11 in 323 region-years, 7 in 1053 zone-years, 597 outages of 32
// services in 7 years, 53 % of operators within three years.
TEST(CatalogFailures, DerivedRowsAreWorkedOutRight) {
    const auto per_year = [](FailingKind kind) { return k_year_s / time_between_failures(kind).law_s.mean(); };
    EXPECT_NEAR(per_year(FailingKind::region), 11 / 323.2, 5e-5);
    EXPECT_NEAR(per_year(FailingKind::zone), 7 / 1053.15, 5e-6);
    EXPECT_NEAR(per_year(FailingKind::service), 597.0 / (32 * 7), 5e-3);
    EXPECT_NEAR(per_year(FailingKind::edge), -std::log(1 - 0.53) / 3, 5e-4);
}

TEST(CatalogFailures, LengthsGoThroughTheirPercentiles) {
    const auto zone = time_to_repair(FailingKind::zone);
    ASSERT_TRUE(zone);
    EXPECT_EQ(zone->law_s.law, Law::lognormal);
    const double median_s = std::exp(zone->law_s.a);
    EXPECT_NEAR(median_s, 642 * 60, 1e-6 * median_s);
    // Ninety of a hundred end before 4538 min, ten before 150 min; a lognormal law can have their ratio alone.
    EXPECT_NEAR(std::exp(2 * 1.2815515655446004 * zone->law_s.b), 4538.0 / 150, 1e-9);
    EXPECT_EQ(time_to_repair(FailingKind::link)->law_s.mean(), 300);
    EXPECT_EQ(time_to_repair(FailingKind::link)->law_s.law, Law::constant);
    EXPECT_NEAR(std::exp(time_to_repair(FailingKind::region)->law_s.a), 278 * 60, 1e-3);
    EXPECT_NEAR(std::exp(time_to_repair(FailingKind::edge)->law_s.a), 122 * 60, 1e-3);
    EXPECT_NEAR(std::exp(time_to_repair(FailingKind::service)->law_s.a), 316 * 60, 1e-3);
    EXPECT_FALSE(time_to_repair(FailingKind::instance));
}

// m5.large in us-east-1: 15 to 20 % are taken back in a month.
TEST(CatalogFailures, ReclaimsAreThoseOfTypeAndRegion) {
    const Catalog catalog;
    const auto here = time_between_reclaims(catalog, "m5.large", "us-east-1");
    ASSERT_TRUE(here);
    EXPECT_NEAR(here->law_s.mean(), k_month_s / -std::log(1 - 0.175), 1e-3);
    const auto nowhere = time_between_reclaims(catalog, "m5.large", "");
    ASSERT_TRUE(nowhere);
    EXPECT_GT(nowhere->law_s.mean(), k_month_s / -std::log(1 - 0.20) - 1) << "no bucket is above 20 %";
    EXPECT_LT(nowhere->law_s.mean(), k_month_s / -std::log(1 - 0.025) + 1);
    EXPECT_NE(nowhere->assumed.why.find("mean of all regions"), std::string::npos);
    EXPECT_FALSE(time_between_reclaims(catalog, "m99.large", "us-east-1"));
}

// In a scenario: the fault has the figure, and the run lists it.
TEST(CatalogFailures, AFaultTakesThemAndListsThem) {
    const Plan plan = support::plan_of(R"(nines: 1
name: by the catalogue
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    on: m5.large
    in: {region: us-east-1, zones: 2, each: 2}
    purchase: {spot: 50 %}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {calls: web.op, rate: 1/s}}
faults:
  zones: {target: any zone, effect: down, every: catalog, for: catalog}
  spot: {target: any instance of web, effect: reclaim, every: catalog, for: 30 min}
)");
    EXPECT_NEAR(plan.faults[FaultId{0}].every_s->mean(), k_year_s / 0.00665, 1);
    EXPECT_NEAR(plan.faults[FaultId{1}].every_s->mean(), k_month_s / -std::log(1 - 0.175), 1e-3);
    for (const char* path : {"faults.zones.every", "faults.zones.for", "faults.spot.every", "faults.spot.effect"}) {
        EXPECT_TRUE(std::any_of(plan.assumptions.begin(), plan.assumptions.end(), [&](const Assumption& one) {
            return one.path == path && !one.source.empty();
        })) << path;
    }
}

}  // namespace
}  // namespace nines
