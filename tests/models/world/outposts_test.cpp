// Scenarios in local zones and behind regional edge caches: latencies worked out by hand, in both fidelities, and what
// a fault on an outpost takes away.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/operations/routes.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::figure_of;
using support::replicate;

constexpr double k_ms = 1e-3;
// Kilometres by a haversine of another program, from the positions in zones.csv, edges.csv and regions.csv.
constexpr double k_client_to_zone_s = (5 + 0.01 * 19.4476) * k_ms;  // LAX to the middle of Los Angeles
constexpr double k_zone_to_region_s = (0.5 + 0.01 * 1329.197) * k_ms;
constexpr double k_edge_to_cache_s = (0.5 + 0.01 * 216.865) * k_ms;  // Seattle to us-west-2

std::string at_a_local_zone(const std::string& fidelity, const std::string& faults = "",
                            const std::string& web = "[usw2-lax1-az1]") {
    return fmt::format(R"(
nines: 1
name: near the users
world: {{regions: [us-west-2]}}
services:
  web:
    kind: fleet
    workers: 64
    in: {{region: us-west-2, zones: {}}}
    endpoints: {{page: {{steps: [{{work: 10 ms}}, {{call: items.get}}]}}}}
  items:
    kind: fleet
    workers: 64
    in: {{region: us-west-2, zones: [usw2-az1]}}
    endpoints: {{get: {{steps: [{{work: 2 ms}}]}}}}
demand: {{users: {{from: {{LAX: 100 %}}, calls: web.page, rate: 20/s, arrivals: constant, timeout: 2 s}}}}
faults: {{{}}}
run: {{fidelity: {}, horizon: 1 h}}
)",
                       web, faults, fidelity);
}

class Outposts : public testing::TestWithParam<std::string> {};

TEST_P(Outposts, ALocalZoneIsNearItsUsersAndFarFromItsRegion) {
    const auto runs = replicate(at_a_local_zone(GetParam()), {.replications = 1, .may_shorten = false});
    EXPECT_NEAR(figure_of(runs[0], "latency.mean"), 2 * (k_client_to_zone_s + k_zone_to_region_s) + 12 * k_ms, 1e-6);
    EXPECT_EQ(figure_of(runs[0], "availability"), 1);
}

// Ten minutes of the hour without the only zone of the service.
TEST_P(Outposts, AFaultTakesALocalZoneDown) {
    const auto runs = replicate(
        at_a_local_zone(GetParam(), "dark: {target: zone/usw2-lax1-az1, effect: down, at: 20 min, for: 10 min}"),
        {.replications = 1, .may_shorten = false});
    EXPECT_NEAR(figure_of(runs[0], "availability"), 50.0 / 60, 0.002);
}

// With a group in the region too, users go to the local zone while it is up: it is a place of its own.
TEST_P(Outposts, ALocalZoneIsAskedBeforeItsRegionAndReplacedByIt) {
    const std::string both = "[usw2-az1, usw2-lax1-az1]";
    const auto calm = replicate(at_a_local_zone(GetParam(), "", both), {.replications = 1, .may_shorten = false});
    ASSERT_NEAR(figure_of(calm[0], "latency.mean"), 2 * (k_client_to_zone_s + k_zone_to_region_s) + 12 * k_ms, 1e-6);
    const auto lost = replicate(
        at_a_local_zone(GetParam(), "dark: {target: zone/usw2-lax1-az1, effect: down, at: 20 min, for: 10 min}", both),
        {.replications = 1, .may_shorten = false});
    EXPECT_GT(figure_of(lost[0], "availability"), 0.95);
    EXPECT_LT(figure_of(lost[0], "availability"), 1);
}

// A database in a local zone, its standby in another: the primary's zone is lost for good after twenty minutes, and
// what is refused until the standby has been promoted (30 s + 60 s) is lost: 90 s of the hour.
TEST_P(Outposts, ADatabaseFailsOverBetweenLocalZones) {
    const auto runs = replicate(fmt::format(R"(
nines: 1
name: orders near the users
world: {{regions: [us-west-2]}}
services:
  orders:
    kind: database
    workers: 64
    in: {{region: us-west-2, zones: [usw2-lax1-az1]}}
    replication: {{standby: {{zone: usw2-phx2-az1}}}}
    failover: {{detect: 30 s, promote: constant(60 s)}}
    endpoints: {{get: {{steps: [{{work: 2 ms}}]}}}}
demand: {{users: {{from: {{LAX: 100 %}}, calls: orders.get, rate: 20/s, arrivals: constant, timeout: 1 s}}}}
faults: {{dark: {{target: zone/usw2-lax1-az1, effect: down, at: 20 min, for: forever}}}}
run: {{fidelity: {}, horizon: 1 h}}
)",
                                            GetParam()),
                                {.replications = 1, .may_shorten = false});
    EXPECT_NEAR(figure_of(runs[0], "availability"), 1 - 90.0 / 3600, 0.001);
}

std::string behind_a_cache(const std::string& fidelity, int hit_percent) {
    return fmt::format(R"(
nines: 1
name: two layers of caches
world: {{regions: [us-west-2], edges: [SEA], edge_caches: nearest}}
services:
  edge: {{kind: cdn, endpoints: {{page: {{steps: [{{cache: {{hit: 0 %}}}}, {{call: shield.page}}]}}}}}}
  shield:
    kind: cdn
    in: {{edges: [REC-us-west-2]}}
    endpoints: {{page: {{steps: [{{cache: {{hit: {} %}}}}, {{call: web.page}}]}}}}
  web: {{kind: fleet, workers: 64, in: {{region: us-west-2}}, endpoints: {{page: {{steps: [{{work: 10 ms}}]}}}}}}
demand: {{users: {{from: {{SEA: 100 %}}, calls: edge.page, rate: 20/s, arrivals: constant, timeout: 2 s}}}}
run: {{fidelity: {}, horizon: 10 min}}
)",
                       hit_percent, fidelity);
}

TEST_P(Outposts, ARegionalEdgeCacheStandsBetweenEdgeAndOrigin) {
    const auto hits = replicate(behind_a_cache(GetParam(), 100), {.replications = 1, .may_shorten = false});
    ASSERT_NEAR(figure_of(hits[0], "latency.mean"), 2 * (5 * k_ms + k_edge_to_cache_s), 1e-6);
    const auto misses = replicate(behind_a_cache(GetParam(), 0), {.replications = 1, .may_shorten = false});
    EXPECT_NEAR(figure_of(misses[0], "latency.mean"), 2 * (5 * k_ms + k_edge_to_cache_s + 0.5 * k_ms) + 10 * k_ms,
                1e-6);
}

// What bytes cost by path: free between edges and their caches, and a local zone is a zone like any other.
TEST(OutpostPrices, AreThoseOfTheirKindOfPath) {
    const Plan plan = support::plan_of(R"(
nines: 1
name: prices
world: {regions: [us-west-2], edges: [SEA], edge_caches: [REC-us-west-2], local_zones: [usw2-lax1-az1]}
services: {web: {kind: fleet, endpoints: {page: {steps: [{work: 10 ms}]}}}}
demand: {users: {from: {SEA: 100 %}, calls: web.page, rate: 1/s}}
run: {horizon: 1 min}
)");
    const State state(plan);
    const Routes routes(plan, state);
    const auto at = [&](std::string_view id) { return plan.world.find(id).value(); };
    const LocationId region = at("us-west-2");
    const LocationId cache = at("REC-us-west-2");
    EXPECT_EQ(routes.price_of(cache, at("SEA")).row, k_free);
    EXPECT_EQ(routes.price_of(at("SEA"), cache).row, k_free);
    EXPECT_EQ(routes.price_of(at("SEA"), cache).request_row, k_free);
    EXPECT_EQ(routes.price_of(cache, at("usw2-az1")).row, plan.price_rows.edge_to_origin[cache]);
    EXPECT_NE(plan.price_rows.edge_to_origin[cache], k_free);
    EXPECT_EQ(routes.price_of(at("usw2-lax1-az1"), at("usw2-az1")).row, plan.price_rows.between_zones[region]);
    EXPECT_EQ(routes.price_of(at("usw2-lax1-az1"), at("usw2-az1")).ends, 2);
    EXPECT_EQ(routes.price_of(at("usw2-lax1-az1"), at("client SEA")).row, plan.price_rows.internet[region]);
}

INSTANTIATE_TEST_SUITE_P(Fidelities, Outposts, testing::Values("requests", "flow"),
                         [](const auto& fidelity) { return fidelity.param; });

}  // namespace
}  // namespace nines
