// Fault processes: whose clock runs when, crews, shares of members.

#include "models/faults/fault_process.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <queue>
#include <vector>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

Plan plan_with(const std::string& fault, int instances = 5) {
    return plan_of(R"(
nines: 1
name: alike
services: {s: {kind: fleet, instances: )" +
                   std::to_string(instances) + R"(, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults: {f: )" + fault +
                   "}\n");
}

constexpr double k_hour = 3600;

TEST(FaultProcesses, AnyGivesEachMemberAClockOfItsOwn) {
    const Plan plan = plan_with("{target: any instance of s, effect: crash, every: exponential(10 h), for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    const auto first = faults.start();
    ASSERT_EQ(first.size(), 5U);
    EXPECT_NE(first[0].after_s, first[1].after_s);
}

TEST(FaultProcesses, TheNextFaultIsDrawnFromTheEndOfTheLast) {
    const Plan plan = plan_with("{target: service/s, effect: crash, every: 10 h, for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    EXPECT_EQ(faults.start()[0].after_s, 10 * k_hour);
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults.begin(0, next);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_FALSE(next[0].begins);
    EXPECT_EQ(next[0].after_s, 1 * k_hour);
    next.clear();
    faults.end(slot, next);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].after_s, 10 * k_hour);
}

TEST(FaultProcesses, WithOverlapItIsDrawnFromTheBeginning) {
    const Plan plan = plan_with("{target: service/s, effect: crash, every: 10 h, for: 15 h, overlap: true}");
    FaultProcesses faults(plan, {1, 0});
    std::vector<FaultAppointment> next;
    faults.begin(0, next);
    ASSERT_EQ(next.size(), 2U);
    EXPECT_TRUE(next[0].begins);
    EXPECT_EQ(next[0].after_s, 10 * k_hour) << "while the first still lasts";
}

TEST(FaultProcesses, OneCrewRepairsOneAfterTheOther) {
    const Plan plan = plan_with("{target: any instance of s, effect: crash, every: 10 h, for: 2 h, crews: 1}");
    FaultProcesses faults(plan, {1, 0});
    std::vector<FaultAppointment> next;
    const std::uint32_t first = faults.begin(0, next);
    const std::uint32_t second = faults.begin(1, next);
    ASSERT_EQ(next.size(), 1U) << "the second waits for the crew";
    next.clear();
    faults.end(first, next);
    ASSERT_EQ(next.size(), 2U);
    EXPECT_TRUE(next[0].begins) << "the repaired one runs again";
    EXPECT_EQ(next[1].subject, second);
    EXPECT_EQ(next[1].after_s, 2 * k_hour);
}

TEST(FaultProcesses, AShareIsRoundedHalfUpAndDrawnWithoutReplacement) {
    const Plan plan = plan_with("{target: share 50 % of instance, effect: crash, at: 1 h, for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    std::vector<FaultAppointment> next;
    const auto atoms = faults.occurrence(faults.begin(0, next)).atoms;
    ASSERT_EQ(atoms.size(), 3U) << "2.5 of 5";
    EXPECT_NE(atoms[0].index, atoms[1].index);
    EXPECT_NE(atoms[1].index, atoms[2].index);
    EXPECT_NE(atoms[0].index, atoms[2].index);
}

// --- counted groups -------------------------------------------------------------------------------------------------

Plan many_with(const std::string& fault) {
    return plan_with(fault, 20'000);
}

/// Runs the appointments alone, and counts.
struct Played {
    std::uint64_t begun = 0;
    std::uint64_t nothing = 0;
    std::uint64_t most_down = 0;
    double mean_down = 0;
};

Played play(const Plan& plan, double end_s, std::uint64_t seed = 1) {
    struct Due {
        double at_s;
        FaultAppointment what;
        bool operator>(const Due& other) const { return at_s > other.at_s; }
    };
    std::priority_queue<Due, std::vector<Due>, std::greater<>> pending;
    FaultProcesses faults(plan, {seed, 0});
    for (const FaultAppointment& first : faults.start()) {
        pending.push({first.after_s, first});
    }
    Played played;
    std::uint64_t down = 0;
    double since_s = 0;
    while (pending.top().at_s < end_s) {
        const auto [now_s, what] = pending.top();
        pending.pop();
        played.mean_down += static_cast<double>(down) * (now_s - since_s) / end_s;
        since_s = now_s;
        std::vector<FaultAppointment> next;
        if (!what.begins) {
            faults.end(what.subject, next);
            --down;
        } else if (faults.begin(what.subject, next) == FaultProcesses::k_nothing) {
            ++played.nothing;
        } else {
            ++played.begun;
            played.most_down = std::max(played.most_down, ++down);
        }
        for (const FaultAppointment& one : next) {
            EXPECT_GE(one.after_s, 0);
            pending.push({now_s + one.after_s, one});
        }
    }
    return played;
}

TEST(CountedFaultProcess, IsOneClockForAll) {
    const Plan plan = many_with("{target: any instance of s, effect: crash, every: exponential(1000 h), for: 1 h}");
    FaultProcesses faults(plan, {1, 0});
    const auto first = faults.start();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_LT(first[0].after_s, k_hour) << "the first of 20,000 rings after 3 min in the mean";
    std::vector<FaultAppointment> next;
    const std::uint32_t slot = faults.begin(0, next);
    ASSERT_NE(slot, FaultProcesses::k_nothing);
    ASSERT_EQ(next.size(), 2U) << "the next one, and the end of this one";
    ASSERT_EQ(faults.occurrence(slot).atoms.size(), 1U);
    EXPECT_EQ(faults.occurrence(slot).atoms[0].kind, TargetAtom::Kind::member);
    next.clear();
    faults.end(slot, next);
    EXPECT_TRUE(next.empty()) << "the clock of them all runs on";
}

TEST(CountedFaultProcess, ClocksOfThoseDownStandStill) {
    // Half are down: half of the time somebody is meant who is down already.
    const Plan plan = many_with("{target: any instance of s, effect: crash, every: exponential(10 h), for: 10 h}");
    const Played played = play(plan, 200 * k_hour);
    const auto rung = static_cast<double>(played.begun + played.nothing);
    EXPECT_NEAR(rung, 20'000 * 20.0, 4.9 * std::sqrt(20'000 * 20.0));
    // From nobody to half: the share down approaches a half within some cycles of 10 h.
    EXPECT_NEAR(played.mean_down, 10'000, 500);
    EXPECT_LE(played.most_down, 20'000U);
    EXPECT_NEAR(static_cast<double>(played.begun), 20'000 * 10.0, 0.05 * 20'000 * 10.0);
}

TEST(CountedFaultProcess, WithOverlapTheyRunOn) {
    const Plan plan =
        many_with("{target: any instance of s, effect: crash, every: exponential(10 h), for: 10 h, overlap: true}");
    const Played played = play(plan, 100 * k_hour);
    EXPECT_EQ(played.nothing, 0U);
    EXPECT_NEAR(static_cast<double>(played.begun), 20'000 * 10.0, 4.9 * std::sqrt(20'000 * 10.0));
}

TEST(CountedFaultProcess, CrewsTakeOneAfterTheOther) {
    // Two crews, an hour each: two an hour are repaired, whatever fails.
    const Plan plan =
        many_with("{target: any instance of s, effect: crash, every: exponential(100 h), for: 1 h, crews: 2}");
    const Played played = play(plan, 50 * k_hour);
    EXPECT_EQ(played.begun - played.most_down, 98U) << "49 by each: the first minute had none, so the 50th is late";
}

TEST(CountedFaultProcess, HasItsOwnLuckBesideListedOnes) {
    // Another fault, and another service with listed instances, leave its times alone.
    const auto first_of = [](const Plan& plan) { return FaultProcesses(plan, {1, 0}).start(); };
    const std::string fault = "{target: any instance of s, effect: crash, every: exponential(1000 h), for: 1 h}";
    const auto alone = first_of(many_with(fault));
    const auto beside = first_of(many_with(fault + ", g: {target: service/s, effect: crash, at: 1 h, for: 1 h}"));
    ASSERT_EQ(beside.size(), 2U);
    EXPECT_EQ(alone[0].after_s, beside[0].after_s);
}

}  // namespace
}  // namespace nines
