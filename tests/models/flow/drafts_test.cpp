// Drafts: what is solved by means alone must have the rates of what is solved with laws, and what is skipped must be
// what would have been found.

#include <gtest/gtest.h>

#include <cmath>

#include "models/flow/backlog.hpp"
#include "models/flow/solver.hpp"
#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

/// Clients who wait half a second, and try twice, ask an application, which asks a store of 500 answers per second.
constexpr auto k_backlog = R"(nines: 1
name: a backlog
services:
  app:
    kind: fleet
    async: true
    workers: unlimited
    endpoints: {do: {steps: [{call: store.get, timeout: 500 ms, retry: {attempts: 2}}]}}
  store: {kind: fleet, workers: 2, endpoints: {get: {steps: [{work: exponential(4 ms)}]}}}
demand: {users: {calls: app.do, rate: 300/s, timeout: 3 s}}
run: {horizon: 1 h}
)";

void expect_same_rates(const Solution& one, const Solution& other, double share) {
    const auto expect_near = [&](double a, double b) { EXPECT_NEAR(a, b, share * one.offered); };
    expect_near(one.ok, other.ok);
    expect_near(one.failed, other.failed);
    for (std::size_t i = 0; i < one.asked.size(); ++i) {
        EXPECT_NEAR(one.asked[i], other.asked[i], share);
    }
    for (std::size_t g = 0; g < one.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        expect_near(one.groups[id].drift, other.groups[id].drift);
        expect_near(one.groups[id].admitted, other.groups[id].admitted);
        EXPECT_NEAR(one.groups[id].waiting, other.groups[id].waiting, share * (1 + one.groups[id].waiting));
    }
}

class FlowDrafts : public testing::Test {
protected:
    FlowDrafts() : plan_(flow_plan(k_backlog)), grid_(plan_), solver_(plan_, grid_), scene_(plan_, {1, 0}) {
        scene_.per_s[DemandId{0}] = plan_.demands[DemandId{0}].rate.integral(0, 1);
    }
    Solution solve(std::uint32_t level, Start start, Detail detail) {
        scene_.backlog[k_store] = level;
        return solver_.solve(scene_, start, detail);
    }
    /// The least wait behind a level.
    double wait_s(std::uint32_t level) const { return BacklogGrid::low(level, 2) / 500; }

    static constexpr GroupId k_store{1};
    static constexpr std::uint32_t k_levels = 24;
    Plan plan_;
    GridCourse grid_;
    Solver solver_;
    Scene scene_;
};

// A wait of which nobody tires, and one of which everybody does, need no laws; where some do, a draft will not do.
TEST_F(FlowDrafts, OfBacklogsAreRightWhereTimeoutsDecideNothing) {
    int in_time = 0;
    int too_late = 0;
    for (std::uint32_t level = 0; level < k_levels; ++level) {
        SCOPED_TRACE(level);
        const Solution draft = solve(level, Start::quiet, Detail::draft);
        const Solution full = solve(level, Start::quiet, Detail::full);
        EXPECT_FALSE(full.is_draft);
        const bool is_between = wait_s(level + 1) > 0.5 && wait_s(level) < 0.5;
        EXPECT_FALSE(is_between && draft.is_draft);
        if (draft.is_draft) {
            expect_same_rates(draft, full, 1e-9);
            in_time += draft.ok == draft.offered ? 1 : 0;
            too_late += draft.ok == 0 ? 1 : 0;
        }
    }
    EXPECT_GT(in_time, 5);
    EXPECT_GT(too_late, 5);
}

// Retries that a backlog brings about do not make its wait longer at once: there is one fixed point, and no second is
// looked for. Without one they might.
TEST_F(FlowDrafts, BehindABacklogThereIsNoStormToLookFor) {
    for (std::uint32_t level = 0; level < k_levels; ++level) {
        SCOPED_TRACE(level);
        const Solution quiet = solve(level, Start::quiet, Detail::full);
        EXPECT_EQ(solver_.may_storm(scene_), level == 0);
        if (level > 0) {
            expect_same_rates(quiet, solve(level, Start::storm, Detail::full), 1e-7);
        }
    }
}

// How long failures took is known by its mean alone, so a draft tells it too.
TEST_F(FlowDrafts, TellHowLongFailuresTook) {
    const Solution draft = solve(k_levels, Start::quiet, Detail::draft);
    ASSERT_TRUE(draft.is_draft);
    const auto& failed = draft.demands[DemandId{0}].other;
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_NEAR(solver_.values_of(failed.front().law).mean_s, 1, 1e-9);  // two attempts of half a second
    EXPECT_DOUBLE_EQ(failed.front().per_s, draft.offered);
}

}  // namespace
}  // namespace nines
