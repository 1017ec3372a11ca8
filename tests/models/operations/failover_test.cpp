// Failover of a database, step by step: who serves, who is promoted, where the fresh copy stands, what is lost.

#include "models/operations/failover.hpp"

#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

using Kind = FailoverAppointment::Kind;

constexpr Nanoseconds k_second = 1'000'000'000;

std::string database(const std::string& rest) {
    return R"(
nines: 1
name: database
world: {regions: [us-east-1, us-west-2]}
services:
  db:
    kind: database
    in: {region: us-east-1, zones: 1}
)" + rest + R"(
    endpoints: {write: {steps: [{work: 1 ms}], writes: 1}}
demand: {d: {from: {us-east-1: 100 %}, calls: db.write, rate: 1/s}}
)";
}

class FailoverOf {
public:
    explicit FailoverOf(const std::string& rest) : plan(plan_of(database(rest))), failover(plan, {1, 0}) {}

    FailoverOutcome lose(InstanceId instance, Nanoseconds now) { return failover.lost(instance, now); }
    FailoverOutcome bring_back(InstanceId instance, Nanoseconds now) { return failover.returned(instance, now); }
    std::string zone_of(InstanceId instance) const { return plan.names.places[plan.group_of[instance]]; }
    InstanceId copy() const {
        for (std::size_t i = 0; i < plan.group_of.size(); ++i) {
            if (failover.role(index_at<InstanceId>(i)) == Role::copy) {
                return index_at<InstanceId>(i);
            }
        }
        return InstanceId::none();
    }

    Plan plan;
    Failover failover;
    ServiceId db{0};
};

constexpr const char* k_sync =
    "    replication: {standby: {mode: sync, zone: other}}\n"
    "    failover: {detect: 30 s, promote: 45 s}\n";

TEST(Failover, TheStandbyIsPromotedAndAFreshOneStandsInTheNextZone) {
    FailoverOf of(k_sync);
    const InstanceId old = of.failover.primary(of.db);
    const InstanceId standby = of.copy();
    EXPECT_EQ(of.zone_of(old), "use1-az1");
    EXPECT_EQ(of.zone_of(standby), "use1-az2");

    const auto lost = of.lose(old, 100 * k_second);
    ASSERT_EQ(lost.appointments.size(), 1U);
    EXPECT_EQ(lost.appointments[0].kind, Kind::failure_detected);
    EXPECT_EQ(lost.appointments[0].at, 130 * k_second);
    EXPECT_EQ(of.failover.primary(of.db), old) << "callers still ask the old one";

    const auto detected = of.failover.failure_detected(of.db, 130 * k_second);
    ASSERT_EQ(detected.appointments.size(), 1U);
    EXPECT_EQ(detected.appointments[0].kind, Kind::promoted);
    EXPECT_EQ(detected.appointments[0].at, 175 * k_second);

    const auto promoted = of.failover.promoted(of.db, 175 * k_second);
    EXPECT_EQ(of.failover.primary(of.db), standby);
    EXPECT_EQ(promoted.records_lost, 0U);
    of.failover.rebuild(of.db, 175 * k_second);
    EXPECT_EQ(of.zone_of(of.copy()), "use1-az3") << "the place just lost is not waited for";
    of.bring_back(old, 500 * k_second);
    EXPECT_EQ(of.failover.role(old), Role::absent) << "there is a standby already: it is dropped";
}

TEST(Failover, APrimaryThatReturnsBeforePromotionGoesOn) {
    FailoverOf of(k_sync);
    const InstanceId old = of.failover.primary(of.db);
    of.lose(old, 100 * k_second);
    const auto detected = of.failover.failure_detected(of.db, 130 * k_second);
    const std::uint32_t epoch = detected.appointments[0].epoch;
    of.bring_back(old, 150 * k_second);
    EXPECT_EQ(of.failover.primary(of.db), old);
    EXPECT_NE(of.failover.epoch(of.db), epoch) << "the promotion is called off";
}

TEST(Failover, WithNoStandbyUpThePromotionWaitsForOne) {
    FailoverOf of(k_sync);
    const InstanceId old = of.failover.primary(of.db);
    const InstanceId standby = of.copy();
    of.lose(standby, 90 * k_second);
    of.lose(old, 100 * k_second);
    EXPECT_TRUE(of.failover.failure_detected(of.db, 130 * k_second).appointments.empty());
    const auto back = of.bring_back(standby, 200 * k_second);
    ASSERT_EQ(back.appointments.size(), 1U);
    EXPECT_EQ(back.appointments[0].kind, Kind::promoted);
    EXPECT_EQ(back.appointments[0].at, 245 * k_second);
}

TEST(Failover, ALostStandbyIsWaitedForUntilItsLossIsDetected) {
    FailoverOf of(k_sync);
    const InstanceId standby = of.copy();
    of.lose(standby, 100 * k_second);
    std::vector<Nanoseconds> waits;
    of.failover.for_each_sync_copy(of.db, [&](const Failover::SyncCopy& copy) { waits.push_back(copy.lost_until); });
    EXPECT_EQ(waits, std::vector<Nanoseconds>{130 * k_second});
    of.failover.copy_loss_detected(standby, 130 * k_second);
    EXPECT_FALSE(of.failover.has_sync_copies(of.db));
    of.failover.rebuild(of.db, 130 * k_second);
    EXPECT_EQ(of.zone_of(of.copy()), "use1-az3");
}

TEST(Failover, WhatAnAsyncReplicaHasNotGotIsLostWithItsAge) {
    FailoverOf of(
        "    replication: {replica: {mode: async, region: us-west-2, lag: 2 s}}\n"
        "    failover: {detect: 30 s, promote: 45 s, to: replica}\n");
    EXPECT_EQ(of.zone_of(of.copy()), "usw2-az1");
    of.failover.acknowledged(of.db, 1, 95 * k_second);   // there at 97
    of.failover.acknowledged(of.db, 1, 98'500'000'000);  // there at 100.5: lost, the oldest
    of.failover.acknowledged(of.db, 3, 99 * k_second);   // there at 101: lost
    of.lose(of.failover.primary(of.db), 100 * k_second);
    of.failover.failure_detected(of.db, 130 * k_second);
    const auto promoted = of.failover.promoted(of.db, 175 * k_second);
    EXPECT_EQ(promoted.records_lost, 4U);
    EXPECT_DOUBLE_EQ(promoted.rpo_s, 1.5);
}

TEST(Failover, AFreshReplicaHoldsAllThatWasBeforeIt) {
    FailoverOf of(
        "    replication: {replica: {mode: async, region: us-west-2, lag: 2 s}}\n"
        "    failover: {detect: 30 s, promote: 45 s, to: replica}\n");
    const InstanceId replica = of.copy();
    of.lose(replica, 10 * k_second);
    of.failover.copy_loss_detected(replica, 40 * k_second);
    of.failover.acknowledged(of.db, 1, 50 * k_second);  // while no copy stands anywhere
    of.failover.rebuild(of.db, 60 * k_second);
    of.failover.acknowledged(of.db, 1, 61 * k_second);
    of.lose(of.failover.primary(of.db), 100 * k_second);
    of.failover.failure_detected(of.db, 130 * k_second);
    EXPECT_EQ(of.failover.promoted(of.db, 175 * k_second).records_lost, 0U);
}

TEST(Failover, AStandbyLostWithThePrimaryIsPromotedWhenItReturns) {
    FailoverOf of(k_sync);
    const InstanceId standby = of.copy();
    of.lose(of.failover.primary(of.db), 100 * k_second);
    of.lose(standby, 100 * k_second);
    of.failover.failure_detected(of.db, 130 * k_second);
    of.failover.copy_loss_detected(standby, 130 * k_second);
    EXPECT_EQ(of.failover.role(standby), Role::copy) << "there is no primary to go on without it";
    EXPECT_EQ(of.bring_back(standby, 220 * k_second).appointments[0].kind, Kind::promoted);
}

TEST(Failover, RebuildTakesItsTimeWhateverReturns) {
    FailoverOf of(
        "    replication: {standby: {mode: sync}}\n"
        "    failover: {detect: 30 s, promote: 45 s, rebuild: 30 min}\n");
    const InstanceId old = of.failover.primary(of.db);
    const InstanceId stranger = of.plan.groups[GroupId{4}].instances[0];
    of.lose(old, 100 * k_second);
    of.failover.failure_detected(of.db, 130 * k_second);
    const auto promoted = of.failover.promoted(of.db, 175 * k_second);
    ASSERT_EQ(promoted.appointments.size(), 1U);
    EXPECT_EQ(promoted.appointments[0].at, (175 + 1800) * k_second);
    of.lose(stranger, 200 * k_second);
    EXPECT_TRUE(of.bring_back(stranger, 210 * k_second).appointments.empty());
    EXPECT_FALSE(of.copy().exists());
    of.bring_back(old, 300 * k_second);
    EXPECT_EQ(of.copy(), old) << "the old primary becomes the standby when there is none";
}

TEST(Failover, AReplicaIsNotPromotedUnlessToldTo) {
    FailoverOf of("    replication: {replica: {mode: async, region: us-west-2, lag: 2 s}}\n");
    of.lose(of.failover.primary(of.db), 100 * k_second);
    EXPECT_TRUE(of.failover.failure_detected(of.db, 130 * k_second).appointments.empty());
}

}  // namespace
}  // namespace nines
