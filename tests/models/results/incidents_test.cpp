// Incidents from slices made by hand: joining, beginning, the end dated back, causes.

#include "models/results/incidents.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace nines
