// Faults that come in turns: certificates that run out and windows of maintenance; when they come, and to whom.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "models/faults/fault_process.hpp"
#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

constexpr double k_hour = 3600;
constexpr double k_day = 86'400;

Plan plan_with(const std::string& upkeep, const std::string& run = "horizon: 1 yr", const std::string& more = "") {
    return flow_plan(fmt::format(R"(
nines: 1
name: upkeep
world: {{regions: [us-east-1]}}
services:
  s:
    kind: fleet
    in: {{region: us-east-1, zones: 3, each: 2}}
    workers: 4
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
    {}
demand: {{d: {{calls: s.op, rate: 10/s}}}}
{}
run: {{{}}}
)",
                                 upkeep, more, run));
}

// 02:00 is two hours after time zero (00:00), and an hour more after a warm-up that begins before it.
TEST(Maintenance, BeginsAtItsTimeOfDayOnADayThatLuckDraws) {
    const Plan plan =
        plan_with("maintenance: {every: 10 d, at: 02:00, takes: 2 h, leaves: 50 %}", "warmup: 1 h, horizon: 1 yr");
    std::set<double> days;
    for (std::uint64_t replication = 0; replication < 200; ++replication) {
        const auto first = FaultProcesses(plan, {1, replication}).start();
        ASSERT_EQ(first.size(), 3U);
        EXPECT_NEAR(std::fmod(first[0].after_s, k_day), 3 * k_hour, 1e-6);
        days.insert(std::floor(first[0].after_s / k_day));
        EXPECT_NEAR(first[1].after_s - first[0].after_s, 2 * k_hour, 1e-6) << "place after place";
        EXPECT_NEAR(first[2].after_s - first[1].after_s, 2 * k_hour, 1e-6);
    }
    EXPECT_EQ(days.size(), 10U) << "each day of ten, and no other";
    EXPECT_EQ(*days.rbegin(), 9);
}

TEST(Maintenance, ComesAgainAfterItsPeriod) {
    const Plan plan = plan_with("maintenance: {every: 10 d, at: 02:00, takes: 2 h, places: all}");
    FaultProcesses faults(plan, {1, 0});
    ASSERT_EQ(faults.start().size(), 1U) << "all places have one clock";
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults.begin(0, next);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].after_s, 2 * k_hour);
    next.clear();
    faults.end(slot, next);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].after_s, 10 * k_day - 2 * k_hour);
}

/// The clock of each beginning, and of which member.
std::vector<FaultRecord> records_of(const Plan& plan) {
    return Flow(plan).run({1, 0}).faults;
}

TEST(Maintenance, KeepsTheTimeOfDayAndItsOrder) {
    const Plan plan = plan_with("maintenance: {every: 1 d, at: 23:00, takes: 2 h, leaves: 50 %}", "horizon: 300 d");
    const auto records = records_of(plan);
    ASSERT_EQ(records.size(), 300U * 3 - 2U) << "of the last day's two places fall beyond the horizon";
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(records[i].member, i % 3);
        EXPECT_NEAR(std::fmod(to_seconds(records[i].begin), k_day),
                    std::fmod((23 + 2.0 * static_cast<double>(i % 3)) * k_hour, k_day), 1e-3);
    }
}

TEST(Maintenance, IsTheOwnersOfTheOperatingSystem) {
    const auto owner = [](const std::string& upkeep) {
        const Plan plan = plan_with(upkeep);
        EXPECT_EQ(plan.faults[FaultId{0}].layer, Layer::operating_system);
        return plan.faults[FaultId{0}].owned_by_provider;
    };
    const std::string window = "maintenance: {every: 1 d, at: 02:00, takes: 1 h}";
    EXPECT_FALSE(owner(window)) << "instances";
    EXPECT_TRUE(owner("on: fargate(0.5 vCPU 1 GiB)\n    " + window)) << "containers";
}

TEST(Certificate, IsItsCustomersConfiguration) {
    const Plan plan = plan_with("certificate: {valid: 90 d, missed: 10 %, repair: 2 h}");
    const FaultPlan& fault = plan.faults[FaultId{0}];
    EXPECT_EQ(plan.names.faults[FaultId{0}], "s.certificate");
    EXPECT_EQ(fault.layer, Layer::configuration);
    EXPECT_FALSE(fault.owned_by_provider);
    EXPECT_EQ(plan.names.fault_effects[FaultId{0}], "errors 100 %");
}

// Missed for certain it runs out once in each period, at a moment that luck draws; what is renewed late is good as
// long.
TEST(Certificate, RunsOutAtItsEndAndIsValidAgainFromItsRepairOn) {
    const Plan plan = plan_with("certificate: {valid: 90 d, missed: 100 %, repair: 1 d}");
    double sum_s = 0;
    for (std::uint64_t replication = 0; replication < 400; ++replication) {
        const double first_s = FaultProcesses(plan, {1, replication}).start().front().after_s;
        EXPECT_LT(first_s, 90 * k_day);
        sum_s += first_s;
    }
    EXPECT_NEAR(sum_s / 400, 45 * k_day, 5 * 90 * k_day / std::sqrt(12 * 400.0)) << "five standard errors";
    const auto records = records_of(plan);
    ASSERT_GE(records.size(), 4U);
    for (std::size_t i = 1; i < records.size(); ++i) {
        EXPECT_NEAR(to_seconds(records[i].begin - records[i - 1].begin), 91 * k_day, 1e-3);
    }
}

TEST(Certificate, ThatIsNeverMissedNeverRunsOut) {
    EXPECT_EQ(plan_with("certificate: {valid: 90 d, missed: 0 %, repair: 1 d}").faults.size(), 0U);
}

TEST(Certificate, ByHandIsWorkOfPeople) {
    const Plan plan = plan_with("certificate: {valid: 73 h, renew: by-hand, takes: 30 min, missed: 20 %, repair: 1 h}",
                                "horizon: 1 yr");
    EXPECT_NEAR(figure_of(plan, Flow(plan).run({1, 0}), "toil.hours_per_month"), 10 * 0.8 * 0.5, 1e-9);
}

}  // namespace
}  // namespace nines
