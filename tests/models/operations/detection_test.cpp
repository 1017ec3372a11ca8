// Health checks: the grid they run on, and how many misses and passes change a belief.

#include "models/operations/detection.hpp"

#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr Nanoseconds k_second = 1'000'000'000;

Plan checked_plan() {
    return plan_of(R"(
nines: 1
name: checks
services:
  s:
    kind: fleet
    instances: 3
    balance: {health: {every: 5 s, timeout: 1 s, fail: 2, pass: 3}}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {calls: s.op, rate: 1/s}}
)");
}

TEST(Watches, RunOnAGridWithAPhaseOfTheirOwn) {
    const Plan plan = checked_plan();
    ASSERT_EQ(plan.watches, 3U);
    Watches watches(plan, {1, 0});
    const Nanoseconds phase = watches[WatchId{0}].phase;
    EXPECT_GE(phase, 0);
    EXPECT_LT(phase, 5 * k_second);
    EXPECT_NE(phase, watches[WatchId{1}].phase);
    const Nanoseconds first = watches.wake(WatchId{0}, 1000 * k_second);
    EXPECT_GE(first, 1000 * k_second);
    EXPECT_LT(first, 1005 * k_second);
    EXPECT_EQ((first - phase) % (5 * k_second), 0);
    EXPECT_EQ(watches.wake(WatchId{0}, 1000 * k_second), k_never) << "it is awake already";
}

TEST(Watches, TakeOutAfterMissesInARowAndBringBackAfterPasses) {
    const Plan plan = checked_plan();
    Watches watches(plan, {1, 0});
    const WatchId watch{0};
    EXPECT_FALSE(watches.count_miss(watch));
    EXPECT_FALSE(watches.count_pass(watch)) << "a pass between misses starts the count again";
    EXPECT_FALSE(watches.count_miss(watch));
    EXPECT_TRUE(watches.count_miss(watch));
    EXPECT_FALSE(watches[watch].believed_up);
    EXPECT_TRUE(watches.is_settled(watch, false));
    EXPECT_FALSE(watches.count_pass(watch));
    EXPECT_FALSE(watches.count_pass(watch));
    EXPECT_TRUE(watches.count_pass(watch));
    EXPECT_TRUE(watches[watch].believed_up);
}

}  // namespace
}  // namespace nines
