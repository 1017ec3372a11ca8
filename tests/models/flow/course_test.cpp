// A course against what a hand says: incidents, the worst slice, how long scenes lasted; and the pieces beside it.

#include "models/flow/course.hpp"

#include <gtest/gtest.h>

#include "models/faults/effect_stack.hpp"
#include "models/flow/grid.hpp"
#include "models/flow/load.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr const char* k_one = R"(
nines: 1
name: one
services: {s: {kind: fleet, instances: 4, workers: unlimited, balance: {health: instant}, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 10/s}}
faults: {f: {target: service/s, effect: {errors: 20 %}, at: 1 h, for: 1 min}}
run: {fidelity: flow, horizon: 3 h, slice: 10 s, clear: 1 min}
)";

class CourseOfTwo : public testing::Test {
protected:
    CourseOfTwo() {
        Scene scene(plan_, {1, 0});
        scene.per_s[DemandId{0}] = 10;
        good_ = atlas_.find(scene, scene.key(scene.key_of_things()), NodeId::none());
        begin_effects(plan_, scene.state, 0, plan_.faults[FaultId{0}].effects, plan_.faults[FaultId{0}].members[0]);
        bad_ = atlas_.find(scene, scene.key(scene.key_of_things()), NodeId::none());
    }

    const Plan plan_ = plan_of(k_one);
    Atlas atlas_{plan_};
    Stays stays_;
    CourseBook book_{plan_, atlas_, stays_};
    NodeId good_, bad_;
};

TEST_F(CourseOfTwo, AStretchOfFailuresIsAnIncident) {
    EXPECT_NEAR(atlas_.loss(bad_).share, 0.2, 1e-12);
    book_.stay(good_, 0, 100);
    book_.fault_begins(FaultId{0}, 0, 100);
    book_.stay(bad_, 100, 130);
    book_.fault_ends(0, 130);
    book_.stay(good_, 130, 300);
    const Course course = book_.close(300);
    ASSERT_EQ(course.incidents.size(), 1U);
    EXPECT_DOUBLE_EQ(course.incidents[0].begin_s, 100);
    EXPECT_DOUBLE_EQ(course.incidents[0].end_s, 130);
    EXPECT_FALSE(course.incidents[0].open);
    EXPECT_EQ(course.incidents[0].cause, FaultId{0});
    EXPECT_NEAR(course.incidents[0].lost_requests, 0.2 * 10 * 30, 1e-9);
    EXPECT_NEAR(course.blast_radius.value(), 0.2, 1e-12);
}

TEST_F(CourseOfTwo, AMomentOfGoodDoesNotEndIt) {
    book_.stay(bad_, 0, 10);
    book_.stay(good_, 10, 50);  // 40 s: shorter than `clear`
    book_.stay(bad_, 50, 60);
    book_.stay(good_, 60, 100);
    const Course course = book_.close(100);
    ASSERT_EQ(course.incidents.size(), 1U);
    EXPECT_TRUE(course.incidents[0].open) << "good for 40 s by the end";
    EXPECT_FALSE(course.incidents[0].cause.exists()) << "no fault was told: load";
    EXPECT_NEAR(course.incidents[0].lost_requests, 0.2 * 10 * 20, 1e-9);
}

TEST_F(CourseOfTwo, AStraightLineCrossesTheThresholdOnItsWay) {
    // From 20 % to none in 100 s: 1 % is crossed at 95 s.
    book_.pass({bad_, good_, 0, 100'000'000}, 0, 100, 0, 1);
    book_.stay(good_, 100, 1000);
    const Course course = book_.close(1000);
    ASSERT_EQ(course.incidents.size(), 1U);
    EXPECT_NEAR(course.incidents[0].end_s, 95, 1e-6);
    EXPECT_NEAR(course.blast_radius.value(), 0.19, 1e-9) << "the first slice is half-way from 20 % to 18 %";
    EXPECT_NEAR(stays_[0].seconds, 50, 1e-9);
    EXPECT_NEAR(stays_[1].seconds, 950, 1e-9);
}

TEST_F(CourseOfTwo, ASliceIsAsBadAsItsStretchesTogether) {
    book_.stay(good_, 0, 14);
    book_.stay(bad_, 14, 18);  // 4 s of the slice from 10 to 20 s
    book_.stay(good_, 18, 100);
    EXPECT_NEAR(book_.close(100).blast_radius.value(), 0.2 * 0.4, 1e-12);
}

TEST(Scene, KnowsHowManyOfAGroupAreHitAndNotWhich) {
    const Plan plan = plan_of(k_one);
    const auto key_with = [&](std::initializer_list<std::uint32_t> hit) {
        Scene scene(plan, {1, 0});
        std::uint32_t slot = 0;
        for (const std::uint32_t instance : hit) {
            begin_effects(plan, scene.state, slot++, {EffectSpec{.kind = EffectKind::crash, .delay_s = {}}},
                          {{TargetAtom::Kind::instance, instance, 0}});
        }
        return scene.key_of_things();
    };
    EXPECT_EQ(key_with({0}), key_with({3}));
    EXPECT_EQ(key_with({0, 1}), key_with({2, 3}));
    EXPECT_NE(key_with({}), key_with({0}));
    EXPECT_NE(key_with({0}), key_with({0, 1}));
}

TEST(LoadCourse, KeepsTheMeanOfEachStretch) {
    const RateCurve day = RateCurve::diurnal(900, 300, 20 * 3600.0, 0);
    const LoadCourse course(day);
    double at_s = 0;
    double sum = 0;
    while (at_s < 2 * 86'400.0) {
        const LoadCourse::Stretch stretch = course.at(at_s);
        sum += stretch.per_s * (stretch.until_s - at_s);
        at_s = stretch.until_s;
    }
    EXPECT_NEAR(sum, day.integral(0, 2 * 86'400.0), 1e-6 * sum);
    EXPECT_EQ(course.at(3600).per_s, course.at(3600 + 86'400.0).per_s) << "every day is alike";
}

TEST(LoadCourse, JumpsWhereTheRateJumps) {
    const LoadCourse course(RateCurve::steps({{0, 5}, {100, 8}, {200, 2}}));
    EXPECT_EQ(course.at(-10).per_s, 5);
    EXPECT_EQ(course.at(99).per_s, 5);
    EXPECT_EQ(course.at(99).until_s, 100);
    EXPECT_EQ(course.at(100).per_s, 8);
    EXPECT_EQ(course.at(1e9).per_s, 2);
    EXPECT_EQ(course.at(1e9).until_s, std::numeric_limits<double>::infinity());
}

TEST(GridCourse, AddsUpTheHoursOfTheCalendar) {
    const Plan plan = plan_of(R"(
nines: 1
name: one machine
world: {regions: [eu-west-1]}
services: {s: {kind: fleet, on: m7g.large, in: {region: eu-west-1}, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
run: {fidelity: flow, start: 2026-01-31 22:30}
)");
    const GridCourse grid(plan);
    ASSERT_EQ(grid.regions(), 1U);
    const CarbonPlan& carbon = plan.carbon[plan.world.locations[plan.groups[GroupId{0}].location].region];
    // From 22:45 on January 31st to 00:15 on February 1st.
    const auto& table = carbon.grid.g_per_kwh;
    const double expected = (900 * table[0][22] + 3600 * table[0][23] + 900 * table[1][0]) * carbon.pue / 3.6e6;
    EXPECT_NEAR(grid.grams_per_watt(0, 900, 6300), expected, 1e-9 * expected);
    constexpr double k_cycle_s = 1461 * 86'400.0;
    EXPECT_NEAR(grid.grams_per_watt(0, 900 + k_cycle_s, 6300 + k_cycle_s), expected, 1e-6 * expected);
}

}  // namespace
}  // namespace nines
