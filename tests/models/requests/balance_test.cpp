// Balancers: each policy's choice, tiers by preference, and another instance for a retry.

#include "models/requests/balance.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr std::uint32_t k_all_tiers = UINT32_MAX;

Plan four(const std::string& policy) {
    return plan_of(R"(
nines: 1
name: four
services:
  s: {kind: fleet, instances: 4, balance: {policy: )" +
                   policy + R"(}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: s.op, rate: 1/s}}
)");
}

TEST(Balancers, RoundRobinGoesRoundTheHealthyOnes) {
    const Plan plan = four("round-robin");
    Column<GroupId, Crowd> crowds = crowds_of(plan);
    Balancers balancers(plan, {1, 0}, crowds);
    const BalancerId one{0};
    std::vector<std::uint32_t> picks;
    for (int i = 0; i < 5; ++i) {
        picks.push_back(balancers.choose(one, InstanceId::none(), k_all_tiers).value);
    }
    EXPECT_EQ(picks, (std::vector<std::uint32_t>{0, 1, 2, 3, 0}));
    balancers.believe(one, InstanceId{2}, false);
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 9; ++i) {
        seen.insert(balancers.choose(one, InstanceId::none(), k_all_tiers).value);
    }
    EXPECT_EQ(seen, (std::set<std::uint32_t>{0, 1, 3}));
}

TEST(Balancers, ARetryGoesToAnotherInstanceWhereThereIsOne) {
    for (const char* policy : {"round-robin", "least-outstanding", "random", "power-of-two"}) {
        const Plan plan = four(policy);
        Column<GroupId, Crowd> crowds = crowds_of(plan);
        Balancers balancers(plan, {1, 0}, crowds);
        for (int i = 0; i < 200; ++i) {
            const InstanceId previous{static_cast<std::uint32_t>(i % 4)};
            EXPECT_NE(balancers.choose(BalancerId{0}, previous, k_all_tiers), previous) << policy;
        }
        for (std::uint32_t i = 1; i < 4; ++i) {
            balancers.believe(BalancerId{0}, InstanceId{i}, false);
        }
        EXPECT_EQ(balancers.choose(BalancerId{0}, InstanceId{0}, k_all_tiers), InstanceId{0}) << policy;
        balancers.believe(BalancerId{0}, InstanceId{0}, false);
        EXPECT_FALSE(balancers.choose(BalancerId{0}, InstanceId{0}, k_all_tiers).exists()) << policy;
    }
}

TEST(Balancers, LeastOutstandingTakesTheLeastAndDrawsTies) {
    const Plan plan = four("least-outstanding");
    Column<GroupId, Crowd> crowds = crowds_of(plan);
    Balancers balancers(plan, {1, 0}, crowds);
    const BalancerId one{0};
    balancers.sent(one, InstanceId{0});
    balancers.sent(one, InstanceId{1});
    std::array<int, 4> count{};
    for (int i = 0; i < 1000; ++i) {
        ++count[balancers.choose(one, InstanceId::none(), k_all_tiers).value];
    }
    EXPECT_EQ(count[0] + count[1], 0);
    EXPECT_GT(count[2], 400);
    EXPECT_GT(count[3], 400);
    balancers.left(one, InstanceId{0});
    balancers.sent(one, InstanceId{2});
    balancers.sent(one, InstanceId{3});
    EXPECT_EQ(balancers.choose(one, InstanceId::none(), k_all_tiers), InstanceId{0});
}

TEST(Balancers, AnotherZoneIsAskedOnlyWhenNoneInThisOneIsLeft) {
    const Plan plan = plan_of(R"(
nines: 1
name: zones
world: {regions: [us-east-1, us-west-2]}
services:
  a:
    kind: fleet
    in: {region: us-east-1, zones: 1}
    endpoints: {op: {steps: [{call: b.op}]}}
  b:
    kind: fleet
    in: [{region: us-west-2, zones: 1}, {region: us-east-1, zones: 2}]
    balance: {prefer: same-zone}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {from: {us-east-1: 100 %}, calls: a.op, rate: 1/s}}
)");
    const BalancerId balancer = plan.balancer(plan.caller_of(GroupId{0}), ServiceId{1});
    ASSERT_TRUE(balancer.exists());
    Column<GroupId, Crowd> crowds = crowds_of(plan);
    Balancers balancers(plan, {1, 0}, crowds);
    const auto place = [&] {
        const InstanceId pick = balancers.choose(balancer, InstanceId::none(), k_all_tiers);
        return plan.names.places[plan.group_of[pick]];
    };
    EXPECT_EQ(place(), "use1-az1");
    balancers.believe(balancer, InstanceId{2}, false);
    EXPECT_EQ(place(), "use1-az2");
    balancers.believe(balancer, InstanceId{3}, false);
    EXPECT_EQ(place(), "usw2-az1");
}

}  // namespace
}  // namespace nines
