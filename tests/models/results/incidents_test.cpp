// Incidents from slices made by hand: joining, beginning, the end dated back, causes.

#include "models/results/incidents.hpp"

#include <gtest/gtest.h>

#include "engine/random/stream.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

class Incidents : public testing::Test {
protected:
    /// One slice of 10 s: `offered` requests, `ok` of them good.
    void slice(std::uint32_t at, std::uint32_t offered, std::uint32_t ok) {
        SliceTally one;
        one.at = at;
        one.offered = offered;
        one.ended[static_cast<std::size_t>(Outcome::ok)] = ok;
        one.ended[static_cast<std::size_t>(Outcome::timeout)] = offered - ok;
        run_.slices.push_back(one);
    }
    std::vector<IncidentSpan> find() { return find_incidents(plan_, run_, join_slices(plan_, run_)); }

    void SetUp() override {
        run_.measured_s = 600;
        run_.demands = Column<DemandId, ScopeTally>(plan_.demands.size());
    }

    Plan plan_ = plan_of(R"(
nines: 1
name: slices
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults: {f: {target: service/s, effect: crash, at: 1 min, for: 1 min}, g: {target: service/s, effect: crash, at: 2 min, for: 1 s}}
run: {horizon: 10 min, warmup: 1 min}
)");
    nines::Run run_;
};

TEST_F(Incidents, BeginWithABadSliceAndEndDatedBack) {
    for (std::uint32_t i = 0; i < 60; ++i) {
        slice(i, 100, i >= 6 && i < 12 ? 50 : 100);
    }
    const auto incidents = find();
    ASSERT_EQ(incidents.size(), 1U);
    EXPECT_DOUBLE_EQ(incidents[0].begin_s, 60);
    EXPECT_DOUBLE_EQ(incidents[0].end_s, 120);
    EXPECT_DOUBLE_EQ(incidents[0].lost_requests, 300);
    EXPECT_FALSE(incidents[0].open);
    EXPECT_FALSE(incidents[0].cause.exists()) << "no fault was there: load";
}

TEST_F(Incidents, AShortReturnDoesNotEndThem) {
    for (std::uint32_t i = 0; i < 60; ++i) {
        slice(i, 100, i == 6 || i == 10 ? 0 : 100);  // 30 s good between: less than `clear`
    }
    const auto incidents = find();
    ASSERT_EQ(incidents.size(), 1U);
    EXPECT_DOUBLE_EQ(incidents[0].end_s, 110);
}

TEST_F(Incidents, StillOpenAtTheHorizonTheyCountUpToIt) {
    for (std::uint32_t i = 0; i < 60; ++i) {
        slice(i, 100, i >= 50 ? 0 : 100);
    }
    const auto incidents = find();
    ASSERT_EQ(incidents.size(), 1U);
    EXPECT_TRUE(incidents[0].open);
    EXPECT_DOUBLE_EQ(incidents[0].end_s, 600);
}

TEST_F(Incidents, SlicesAreJoinedUntilTheyHoldTwenty) {
    for (std::uint32_t i = 0; i < 60; ++i) {
        slice(i, 5, i == 7 ? 4 : 5);  // one of five failed: one of twenty in the block of slices 4 to 7
    }
    const auto incidents = find();
    ASSERT_EQ(incidents.size(), 1U);
    EXPECT_DOUBLE_EQ(incidents[0].begin_s, 40);
    EXPECT_DOUBLE_EQ(incidents[0].end_s, 80);
}

TEST_F(Incidents, AnEmptySliceContinuesTheLast) {
    slice(0, 100, 100);
    slice(1, 100, 0);
    slice(30, 100, 100);
    for (std::uint32_t i = 31; i < 60; ++i) {
        slice(i, 100, 100);
    }
    const auto incidents = find();
    ASSERT_EQ(incidents.size(), 1U);
    EXPECT_DOUBLE_EQ(incidents[0].end_s, 300);
}

TEST_F(Incidents, TheLatestBegunFaultInForceIsTheCause) {
    const Nanoseconds minute = 60'000'000'000;
    run_.faults.push_back({FaultId{0}, 0, 1 * minute, 9 * minute});
    run_.faults.push_back({FaultId{1}, 0, 2 * minute, 2 * minute + 1'000'000'000});
    for (std::uint32_t i = 0; i < 60; ++i) {
        slice(i, 100, i == 6 || i == 30 ? 0 : 100);
    }
    const auto incidents = find();
    ASSERT_EQ(incidents.size(), 2U);
    EXPECT_EQ(incidents[0].cause, FaultId{1})
        << "begun in its first slice (minute 2 of the run, minute 1 of the measurement)";
    EXPECT_EQ(incidents[1].cause, FaultId{0}) << "the other is over for longer than `clear`";
}

/// As the rule is written, by looking at all faults.
const FaultRecord* latest_by_hand(const nines::Run& run, Nanoseconds clear, Nanoseconds begin, Nanoseconds end) {
    const FaultRecord* latest = nullptr;
    for (const FaultRecord& fault : run.faults) {
        const bool counts = fault.begin < end && fault.end >= begin - clear;
        latest = counts && (latest == nullptr || fault.begin > latest->begin) ? &fault : latest;
    }
    return latest;
}

// Long and short faults, some for ever, many of them begun at once.
TEST_F(Incidents, TheLatestFaultIsFoundAmongMany) {
    Stream stream({3, 0}, "test.faults", "");
    for (std::uint32_t i = 0; i < 300; ++i) {
        const auto begin = static_cast<Nanoseconds>(stream.uniform() * 200) * 1'000'000'000;
        const double lasts_s = stream.uniform() < 0.1 ? 300 : 10 * stream.exponential();
        const Nanoseconds end = stream.uniform() < 0.02 ? k_never : begin + to_ns(lasts_s);
        run_.faults.push_back({FaultId{i % 2}, i, begin, end});
    }
    const FaultsInForce faults(plan_, run_);
    for (std::uint32_t i = 0; i < 3000; ++i) {
        const Nanoseconds begin = to_ns(600 * stream.uniform());
        const Nanoseconds end = begin + to_ns(20 * stream.uniform());
        ASSERT_EQ(faults.latest(begin, end), latest_by_hand(run_, to_ns(plan_.run.clear_s), begin, end)) << i;
    }
}

// One of a hundred fails in every slice: no slice is bad. From minute 1 of the measurement on a fault is in force, for
// half a minute, and for another minute it is remembered.
TEST_F(Incidents, WhatFailsBesideThemIsTheFaultsInForce) {
    const Nanoseconds minute = 60'000'000'000;
    run_.faults.push_back({FaultId{0}, 0, 2 * minute, 2 * minute + minute / 2});
    for (std::uint32_t i = 0; i < 60; ++i) {
        slice(i, 100, i == 40 ? 0 : 99);
    }
    const auto blocks = join_slices(plan_, run_);
    const Column<FaultId, double> lost = lost_beside_incidents(plan_, run_, blocks);
    EXPECT_DOUBLE_EQ(lost[FaultId{0}], 10) << "slices 6, 7, 8 in force; 9 to 15 not over for longer than `clear`";
    EXPECT_DOUBLE_EQ(lost[FaultId{1}], 0);
    EXPECT_EQ(find().size(), 1U) << "slice 40 is bad: its requests are the incident's";
}

}  // namespace
}  // namespace nines
