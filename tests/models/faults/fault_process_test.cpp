// Fault processes: whose clock runs when, crews, shares of members.

#include "models/faults/fault_process.hpp"

#include <gtest/gtest.h>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

Plan plan_with(const std::string& fault) {
    return plan_of(R"(
nines: 1
name: five
services: {s: {kind: fleet, instances: 5, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults: {f: )" + fault +
                   "}\n");
}

constexpr Nanoseconds k_hour = 3'600'000'000'000;

TEST(FaultProcesses, AnyGivesEachMemberAClockOfItsOwn) {
    const Plan plan = plan_with("{target: any instance of s, effect: crash, every: exponential(10 h), for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    const auto first = faults.start();
    ASSERT_EQ(first.size(), 5U);
    EXPECT_NE(first[0].at, first[1].at);
}

TEST(FaultProcesses, TheNextFaultIsDrawnFromTheEndOfTheLast) {
    const Plan plan = plan_with("{target: service/s, effect: crash, every: 10 h, for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    EXPECT_EQ(faults.start()[0].at, 10 * k_hour);
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults.begin(0, 10 * k_hour, next);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_FALSE(next[0].begins);
    EXPECT_EQ(next[0].at, 11 * k_hour);
    next.clear();
    faults.end(slot, 11 * k_hour, next);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].at, 21 * k_hour);
}

TEST(FaultProcesses, WithOverlapItIsDrawnFromTheBeginning) {
    const Plan plan = plan_with("{target: service/s, effect: crash, every: 10 h, for: 15 h, overlap: true}");
    FaultProcesses faults(plan, {1, 0});
    std::vector<FaultAppointment> next;
    faults.begin(0, 10 * k_hour, next);
    ASSERT_EQ(next.size(), 2U);
    EXPECT_TRUE(next[0].begins);
    EXPECT_EQ(next[0].at, 20 * k_hour) << "while the first still lasts";
}

TEST(FaultProcesses, OneCrewRepairsOneAfterTheOther) {
    const Plan plan = plan_with("{target: any instance of s, effect: crash, every: 10 h, for: 2 h, crews: 1}");
    FaultProcesses faults(plan, {1, 0});
    std::vector<FaultAppointment> next;
    const std::uint32_t first = faults.begin(0, 10 * k_hour, next);
    const std::uint32_t second = faults.begin(1, 10 * k_hour, next);
    ASSERT_EQ(next.size(), 1U) << "the second waits for the crew";
    next.clear();
    faults.end(first, 12 * k_hour, next);
    ASSERT_EQ(next.size(), 2U);
    EXPECT_TRUE(next[0].begins) << "the repaired one runs again";
    EXPECT_EQ(next[1].subject, second);
    EXPECT_EQ(next[1].at, 14 * k_hour);
}

TEST(FaultProcesses, AShareIsRoundedHalfUpAndDrawnWithoutReplacement) {
    const Plan plan = plan_with("{target: share 50 % of instance, effect: crash, at: 1 h, for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    std::vector<FaultAppointment> next;
    const auto atoms = faults.occurrence(faults.begin(0, k_hour, next)).atoms;
    ASSERT_EQ(atoms.size(), 3U) << "2.5 of 5";
    EXPECT_NE(atoms[0].index, atoms[1].index);
    EXPECT_NE(atoms[1].index, atoms[2].index);
    EXPECT_NE(atoms[0].index, atoms[2].index);
}

}  // namespace
}  // namespace nines
