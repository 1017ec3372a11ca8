// Effects stack, and the end of a fault undoes that fault alone, to the bit.

#include "models/faults/effect_stack.hpp"

#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr const char* k_two_zones = R"(
nines: 1
name: two zones
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 2, each: 2}
    workers: 4
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {calls: web.op, rate: 1/s}}
)";

std::vector<EffectSpec> effect(EffectKind kind, double amount = 0) {
    EffectSpec one;
    one.kind = kind;
    one.amount = amount;
    return {one};
}

class EffectStack : public testing::Test {
protected:
    TargetAtom zone(const char* id) { return {TargetAtom::Kind::location, plan_.world.find(id)->value, 0}; }
    static TargetAtom instance(std::uint32_t number) { return {TargetAtom::Kind::instance, number, 0}; }

    Plan plan_ = plan_of(k_two_zones);
    State state_{plan_};
};

TEST_F(EffectStack, AnInstanceIsBackWhenTheLastReasonEnds) {
    const auto down = effect(EffectKind::down);
    const auto crash = effect(EffectKind::crash);
    EXPECT_EQ(begin_effects(plan_, state_, 0, down, {zone("use1-az1")}).lost.size(), 2U);
    EXPECT_EQ(begin_effects(plan_, state_, 1, crash, {instance(0)}).lost.size(), 0U) << "it is away already";
    EXPECT_EQ(state_.up_count[ServiceId{0}], 2U);
    EXPECT_EQ(end_effects(plan_, state_, 0, down, {zone("use1-az1")}).returned, std::vector{InstanceId{1}});
    EXPECT_FALSE(state_.is_up(InstanceId{0}));
    EXPECT_EQ(end_effects(plan_, state_, 1, crash, {instance(0)}).returned, std::vector{InstanceId{0}});
    EXPECT_EQ(state_.up_count[ServiceId{0}], 4U);
    EXPECT_EQ(state_.broken_places, 0U);
}

TEST_F(EffectStack, FactorsMultiplyAndLeaveNoRounding) {
    const auto third = effect(EffectKind::slow, 1.0 / 3);
    const auto seven = effect(EffectKind::slow, 7.1);
    begin_effects(plan_, state_, 0, third, {instance(2)});
    begin_effects(plan_, state_, 1, seven, {zone("use1-az2")});
    EXPECT_DOUBLE_EQ(state_.condition[InstanceId{2}].slow, 7.1 / 3);
    EXPECT_DOUBLE_EQ(state_.condition[InstanceId{3}].slow, 7.1);
    end_effects(plan_, state_, 0, third, {instance(2)});
    EXPECT_EQ(state_.condition[InstanceId{2}].slow, 7.1);
    end_effects(plan_, state_, 1, seven, {zone("use1-az2")});
    EXPECT_EQ(state_.condition[InstanceId{2}].slow, 1.0);
}

TEST_F(EffectStack, ErrorsOfTwoFaultsAreIndependent) {
    begin_effects(plan_, state_, 0, effect(EffectKind::errors, 0.1), {instance(0)});
    begin_effects(plan_, state_, 1, effect(EffectKind::errors, 0.2), {instance(0)});
    EXPECT_NEAR(state_.condition[InstanceId{0}].errors, 1 - 0.9 * 0.8, 1e-15);
}

TEST_F(EffectStack, APlaceThatIsDownIsBrokenForMessagesToo) {
    const auto change = begin_effects(plan_, state_, 0, effect(EffectKind::down), {zone("us-east-1")});
    EXPECT_EQ(change.lost.size(), 4U);
    EXPECT_EQ(state_.location_down[*plan_.world.find("use1-az2")], 1U) << "a region takes its zones with it";
    EXPECT_GT(state_.broken_places, 1U);
}

}  // namespace
}  // namespace nines
