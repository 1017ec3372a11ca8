// The greenest start: a day worked out by hand, and random grids against trying every minute.

#include "models/jobs/start.hpp"

#include <gtest/gtest.h>

#include "engine/random/stream.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr std::int64_t k_monday = 1767571200;  // 2026-01-05 00:00

// The day of case c05. From midnight, four hours within twenty: 11:00 to 15:00 emit 180 + 170 + 165 + 175 = 690 a kW,
// less than from 10:00 (715) and from 12:00 (720). 250 W and a PUE of 1.2: 207 g.
TEST(GreenestStart, IsTheLeastOfTheDay) {
    constexpr std::array<double, 24> k_grid{420, 410, 405, 400, 398, 395, 380, 340, 290, 240, 200, 180,
                                            170, 165, 175, 210, 270, 350, 430, 470, 480, 470, 450, 435};
    Plan plan = plan_of(R"(nines: 1
name: a job that may wait
world: {regions: [us-east-1]}
jobs: {j: {in: {region: us-east-1}, work: 4 h, at: 0, within: 20 h, start: greenest, power: {idle: 100 W, full: 250 W}}}
run: {horizon: 1 d}
)");
    CarbonPlan& carbon = plan.carbon[plan.world.of_kind(LocationKind::region).front()];
    carbon.pue = 1.2;
    carbon.grid.g_per_kwh.fill(k_grid);
    for (const std::string fidelity : {"requests", "flow"}) {
        plan.run.fidelity = fidelity;
        plan.jobs[JobId{0}].spec.start = JobStart::greenest;
        const Results green = run_once(plan, {1, 0});
        EXPECT_NEAR(figure_of(green, "job.duration") / 3600, 15, 1e-9);
        EXPECT_NEAR(figure_of(green, "job.carbon"), 0.207, 1e-9);
        EXPECT_NEAR(figure_of(green, "carbon.operational"), 0.207, 1e-9);
        EXPECT_NEAR(figure_of(green, "energy.kwh"), 1.2, 1e-12);
        plan.jobs[JobId{0}].spec.start = JobStart::at_once;
        const Results at_once = run_once(plan, {1, 0});
        EXPECT_NEAR(figure_of(at_once, "job.carbon"), (420 + 410 + 405 + 400) * 0.3 / 1000, 1e-9);
        EXPECT_NEAR(figure_of(at_once, "energy.kwh"), 1.2, 1e-12);
    }
}

TEST(GreenestStart, IsNoWorseThanAnyMinute) {
    Stream luck({4, 0}, "test", "grids");
    for (int round = 0; round < 60; ++round) {
        CarbonPlan carbon;
        for (auto& month : carbon.grid.g_per_kwh) {
            for (double& hour : month) {
                hour = 100 + 400 * luck.uniform();
            }
        }
        const std::int64_t start_clock_s = k_monday + static_cast<std::int64_t>(luck.below(400 * 86400));
        const RegionGrid grid(carbon, start_clock_s);
        StartWindow window;
        window.ready_s = luck.uniform() * 1e6;
        window.run_s = luck.uniform() * 2e5;
        window.last_s = window.ready_s + luck.uniform() * 2e5;
        const double start_s = greenest_start_s(grid, start_clock_s, window);
        EXPECT_GE(start_s, window.ready_s);
        EXPECT_LE(start_s, window.last_s);
        const double least = grid.grams_per_watt(start_s, start_s + window.run_s);
        double best_minute = least * 2;
        for (double at_s = window.ready_s; at_s <= window.last_s; at_s += 60) {
            best_minute = std::min(best_minute, grid.grams_per_watt(at_s, at_s + window.run_s));
        }
        EXPECT_LE(least, best_minute * (1 + 1e-9)) << round;
        EXPECT_GE(least, best_minute * 0.98) << "a minute's error is small: the search found what is there";
    }
}

TEST(GreenestStart, IsAtOnceWithoutTimeToLose) {
    CarbonPlan carbon;
    carbon.grid.g_per_kwh.front().fill(7);
    const RegionGrid grid(carbon, k_monday);
    EXPECT_EQ(greenest_start_s(grid, k_monday, {100, 50, 3600}), 100);
    EXPECT_EQ(greenest_start_s(grid, k_monday, {100, 90'000, 3600}), 100) << "of equal ones the earliest";
}

}  // namespace
}  // namespace nines::support
