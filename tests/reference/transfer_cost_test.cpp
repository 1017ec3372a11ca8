// Bytes that cross zones are paid at both ends: blind balancing over three zones crosses two times in three.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// Callers and callees spread evenly over three zones, 2,000 calls a second of 2 kB out and 30 kB back.
std::string calls_over_zones(const std::string& zones, const std::string& prefer) {
    return fmt::format(R"(nines: 1
name: cross-zone traffic
world: {{provider: aws, regions: [us-east-1]}}
services:
  front:
    kind: fleet
    in: {{region: us-east-1, zones: {0}, each: 1}}
    async: true
    workers: unlimited
    endpoints: {{op: {{steps: [{{call: back.op}}]}}}}
  back:
    kind: fleet
    in: {{region: us-east-1, zones: {0}, each: 1}}
    workers: unlimited
    balance: {{policy: random, prefer: {1}}}
    endpoints: {{op: {{request: 2 kB, response: 30 kB, steps: [{{work: 1 ms}}]}}}}
demand:
  d: {{calls: {{front.op: 100 %}}, rate: 2000/s}}
run: {{fidelity: requests, warmup: 1 s, horizon: 30 s}}
)",
                       zones, prefer);
}

constexpr Effort k_usual{.replications = 16};

TEST(TransferCost, BlindBalancingCrossesZones) {
    expect_means(calls_over_zones("3", "same-region"), k_usual, {{"cost.transfer", 2242.56}});
}

TEST(TransferCost, SameZoneCostsNothing) {
    const std::vector<Results> runs = replicate(calls_over_zones("3", "same-zone"), {.replications = 1});
    ASSERT_EQ(runs.size(), 1);
    EXPECT_EQ(figure_of(runs[0], "cost.transfer"), 0);
}

TEST(TransferCostMutants, TwoZonesAreToldFromThree) {
    expect_rejected(calls_over_zones("2", "same-region"), k_usual, {{"cost.transfer", 2242.56}});
}

}  // namespace
}  // namespace nines::support
