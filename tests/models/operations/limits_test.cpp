// Token buckets one by one: what they hold, who draws from which, and those of throttles.

#include "models/operations/limits.hpp"

#include <gtest/gtest.h>

#include "models/faults/effect_stack.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

Plan with_limit(const std::string& limit) {
    return support::plan_of(R"(nines: 1
name: limits
services:
  front: {kind: fleet, instances: 2, endpoints: {op: {steps: [{call: api.op}]}}}
  api: {kind: fleet, limit: )" +
                            limit + R"(, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand:
  a: {calls: front.op, rate: 1/s}
  b: {calls: api.op, rate: 1/s}
)");
}

constexpr Nanoseconds k_second = 1'000'000'000;

class LimitsTest : public testing::Test {
protected:
    static CallerId front(const Plan& plan) { return plan.caller_of(plan.services[ServiceId{0}].groups[0]); }
    static CallerId users(const Plan& plan) { return plan.origins[plan.demands[DemandId{1}].origins[0]].caller; }
    static GroupId api(const Plan& plan) { return plan.services[ServiceId{1}].groups[0]; }
};

TEST_F(LimitsTest, ABucketStartsFullAndFillsUpToItsBurst) {
    const Plan plan = with_limit("{rate: 2/s, burst: 3}");
    Limits limits(plan);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(limits.take(users(plan), api(plan), 0));
    }
    EXPECT_FALSE(limits.take(users(plan), api(plan), 0));
    EXPECT_FALSE(limits.take(users(plan), api(plan), k_second / 4)) << "half a token";
    EXPECT_TRUE(limits.take(users(plan), api(plan), k_second / 2));
    EXPECT_DOUBLE_EQ(limits[0].level_at(60 * k_second), 3);
}

TEST_F(LimitsTest, WithoutABurstThereIsASecondsWorth) {
    EXPECT_EQ(Limits(with_limit("7/s"))[0].burst, 7);
    EXPECT_EQ(Limits(with_limit("6/min"))[0].burst, 1) << "a whole token must fit";
}

TEST_F(LimitsTest, EachClientHasItsOwn) {
    const Plan plan = with_limit("{rate: 1/s, per: client}");
    Limits limits(plan);
    EXPECT_EQ(limits.size(), 2U) << "front and b; a asks front alone";
    EXPECT_TRUE(limits.take(front(plan), api(plan), 0));
    EXPECT_FALSE(limits.take(front(plan), api(plan), 0));
    EXPECT_TRUE(limits.take(users(plan), api(plan), 0));
    const Plan one = with_limit("{rate: 1/s}");
    Limits shared(one);
    EXPECT_TRUE(shared.take(front(one), api(one), 0));
    EXPECT_FALSE(shared.take(users(one), api(one), 0));
}

TEST_F(LimitsTest, AThrottleHasABucketOfItsOwnAsLongAsItIsInForce) {
    const Plan plan = with_limit("{rate: 10/s, burst: 10}");
    State state(plan);
    Limits limits(plan);
    EffectSpec throttle;
    throttle.kind = EffectKind::throttle;
    throttle.amount = 2;
    const std::vector<TargetAtom> atoms{{TargetAtom::Kind::service, 1, 0}};
    EXPECT_TRUE(begin_effects(plan, state, 5, {throttle}, atoms).limits);
    limits.renew(state, 3 * k_second);
    ASSERT_EQ(limits.size(), 2U);
    EXPECT_TRUE(limits.take(users(plan), api(plan), 3 * k_second));
    EXPECT_TRUE(limits.take(users(plan), api(plan), 3 * k_second));
    EXPECT_FALSE(limits.take(users(plan), api(plan), 3 * k_second));
    EXPECT_DOUBLE_EQ(limits[0].level, 8) << "who is refused by one takes nothing out of the other";
    begin_effects(plan, state, 6, {throttle}, atoms);
    limits.renew(state, 3 * k_second);
    EXPECT_EQ(limits.size(), 3U);
    EXPECT_DOUBLE_EQ(limits[1].level, 0) << "the first one stays as it is";
    end_effects(plan, state, 5, {throttle}, atoms);
    limits.renew(state, 3 * k_second);
    ASSERT_EQ(limits.size(), 2U);
    EXPECT_EQ(limits[1].occurrence, 6U);
    end_effects(plan, state, 6, {throttle}, atoms);
    limits.renew(state, 3 * k_second);
    EXPECT_TRUE(limits.take(users(plan), api(plan), 3 * k_second));
}

}  // namespace
}  // namespace nines
