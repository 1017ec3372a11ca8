// The policy of a scaler, fed by hand.

#include "models/operations/scaling_policy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace nines {
namespace {

ScaleSpec usual() {
    ScaleSpec spec;
    spec.target = 0.6;
    spec.min = 3;
    spec.max = 40;
    return spec;
}

// --- orders

TEST(ScalingPolicy, OrdersAsManyAsWouldMeetTheTarget) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    const ScalingOrder order = policy.evaluate(60, {.needed = 13.2, .serving = 10, .pending = 0});
    EXPECT_EQ(order.launches, 4U);
    EXPECT_EQ(order.removals, 0U);
    EXPECT_EQ(policy.evaluate(120, {.needed = 13.2, .serving = 10, .pending = 4}).launches, 0U)
        << "they are on their way";
    EXPECT_EQ(policy.evaluate(180, {.needed = 19, .serving = 10, .pending = 4}).launches, 5U);
    EXPECT_EQ(policy.evaluate(240, {.needed = 500, .serving = 19, .pending = 0}).launches, 21U) << "up to `max`";
}

TEST(ScalingPolicy, DoesNothingInsideTheBand) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    for (double needed = 9.01; needed < 11; needed += 0.05) {
        const ScalingOrder order = policy.evaluate(60 + 1e4 * needed, {needed, 10, 0});
        EXPECT_EQ(order.launches + order.removals, 0U) << needed;
    }
    EXPECT_EQ(policy.evaluate(2e6, {11.01, 10, 0}).launches, 2U);
}

TEST(ScalingPolicy, WaitsAsLongAsItIsToldTo) {
    ScaleSpec spec = usual();
    spec.out_after_s = 180;
    ScalingPolicy policy(spec);
    EXPECT_EQ(policy.evaluate(60, {15, 10, 0}).launches, 0U);
    EXPECT_EQ(policy.evaluate(120, {15, 10, 0}).launches, 0U);
    EXPECT_EQ(policy.evaluate(180, {10, 10, 0}).launches, 0U) << "once in the band it begins anew";
    EXPECT_EQ(policy.evaluate(240, {15, 10, 0}).launches, 0U);
    EXPECT_EQ(policy.evaluate(360, {15, 10, 0}).launches, 0U);
    EXPECT_EQ(policy.evaluate(420, {15, 10, 0}).launches, 5U);
}

TEST(ScalingPolicy, TakesAwayWhatWasNeverNeededFor15Minutes) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    for (int minute = 1; minute <= 15; ++minute) {
        const double needed = minute == 8 ? 7.5 : 4.2;
        EXPECT_EQ(policy.evaluate(60.0 * minute, {needed, 10, 0}).removals, 0U) << minute;
    }
    EXPECT_EQ(policy.evaluate(960, {4.2, 10, 0}).removals, 2U) << "eight were needed once";
    EXPECT_EQ(policy.evaluate(1020, {4.2, 8, 0}).removals, 0U) << "the time has begun anew";
    EXPECT_EQ(policy.evaluate(1860, {0.5, 8, 0}).removals, 3U) << "five were needed at its beginning";
}

TEST(ScalingPolicy, TakesNothingAwayWhileLaunchesAreOnTheirWay) {
    ScaleSpec spec = usual();
    spec.in_after_s = 0;
    EXPECT_EQ(ScalingPolicy(spec).evaluate(60, {4, 10, 1}).removals, 0U);
    EXPECT_EQ(ScalingPolicy(spec).evaluate(60, {4, 10, 0}).removals, 6U);
    EXPECT_EQ(ScalingPolicy(spec).evaluate(60, {0, 10, 0}).removals, 7U) << "down to `min`";
}

TEST(ScalingPolicy, KeepsAsManyAsItMust) {
    const ScaleSpec spec = usual();
    EXPECT_EQ(ScalingPolicy(spec).evaluate(60, {0, 1, 0}).launches, 2U);
    EXPECT_EQ(ScalingPolicy(spec).evaluate(60, {0, 1, 1}).launches, 1U);
    EXPECT_EQ(ScalingPolicy(spec).evaluate(60, {0, 3, 0}).launches, 0U);
}

// --- schedule

ScheduledScale action(std::optional<std::uint32_t> min, std::optional<std::uint32_t> max = {},
                      std::optional<std::uint32_t> desired = {}) {
    ScheduledScale action;
    action.min = min;
    action.max = max;
    action.desired = desired;
    return action;
}

TEST(ScalingPolicy, BringsWhoIsThereWithinTheBoundsOfTheSchedule) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    const ScheduledScale morning = action(12);
    policy.set_bounds(morning);
    EXPECT_EQ(policy.follow(morning, {.needed = 0, .serving = 5, .pending = 3}).launches, 4U);
    EXPECT_EQ(policy.follow(morning, {.needed = 0, .serving = 15, .pending = 0}).launches, 0U);
    EXPECT_EQ(policy.evaluate(60, {0, 5, 3}).launches, 4U) << "and so at each evaluation after";
    for (double at_s = 120; at_s <= 1200; at_s += 60) {
        EXPECT_EQ(policy.evaluate(at_s, {2, 12, 0}).removals, 0U) << "as many stay";
    }
    const ScheduledScale evening = action(2, 8);
    policy.set_bounds(evening);
    EXPECT_EQ(policy.follow(evening, {.needed = 0, .serving = 12, .pending = 0}).removals, 4U);
    EXPECT_EQ(policy.evaluate(3000, {50, 8, 0}).launches, 0U) << "the new `max`";
    const ScheduledScale rush = action({}, {}, 30);
    EXPECT_EQ(policy.follow(rush, {.needed = 0, .serving = 4, .pending = 1}).launches, 3U) << "within the bounds";
}

TEST(ScalingPolicy, OfTheScheduleTheQuotaRefusesWhatItDoesNotAllow) {
    ScaleSpec spec = usual();
    spec.quota = 10;
    ScalingPolicy policy(spec);
    const ScheduledScale morning = action(15);
    policy.set_bounds(morning);
    const ScalingOrder order = policy.follow(morning, {.needed = 0, .serving = 4, .pending = 0});
    EXPECT_EQ(order.launches, 6U);
    EXPECT_EQ(order.refused, 5U);
    EXPECT_EQ(policy.evaluate(60, {3, 10, 0}).refused, 5U);
    EXPECT_EQ(policy.evaluate(120, {3, 10, 0}).launches, 0U);
    policy.raise_quota();
    EXPECT_EQ(policy.evaluate(180, {3, 10, 0}).launches, 5U);
}

/// Evaluations every minute of a load that steps from ten instances' to fifteen's, with launches of three minutes.
std::uint32_t ordered(const ScaleSpec& spec) {
    ScalingPolicy policy(spec);
    std::vector<double> there_at;
    std::uint32_t all = 0;
    for (double at_s = 60; at_s <= 600; at_s += 60) {
        ScalingView view{15, 10, 0};
        for (const double due_s : there_at) {
            (due_s <= at_s ? view.serving : view.pending) += 1;
        }
        const ScalingOrder order = policy.evaluate(at_s, view);
        there_at.insert(there_at.end(), order.launches, at_s + 180);
        all += order.launches;
    }
    return all;
}

// P13: who does not count what is on its way orders it again at every evaluation until it is there.
TEST(ScalingPolicy, WithoutCountingPendingOrdersThreeTimesAsMany) {
    ScaleSpec spec = usual();
    EXPECT_EQ(ordered(spec), 5U);
    spec.pending = PendingLaunches::ignored;
    EXPECT_EQ(ordered(spec), 15U) << "180 s of launch / 60 s between evaluations";
}

// --- evaluations that need not be made

// Whoever skips evaluations as `next_look_s` says orders the same at the same times as who makes them all.
TEST(ScalingPolicy, SkippedEvaluationsWouldHaveOrderedNothing) {
    for (const double needed : {0.5, 5.0, 8.8, 10.0, 11.5, 30.0, 90.0}) {
        ScaleSpec spec = usual();
        spec.out_after_s = 150;
        ScalingPolicy all(spec);
        ScalingPolicy few(spec);
        ScalingView view{10, 10, 0};
        double next_s = 60;
        int made = 0;
        for (double at_s = 60; at_s <= 7200; at_s += 60) {
            view.needed = at_s < 600 ? 10 : needed;
            const ScalingOrder order = all.evaluate(at_s, view);
            ScalingOrder same;
            if (at_s >= next_s || at_s == 600) {
                same = few.evaluate(at_s, view);
                ++made;
            }
            EXPECT_EQ(order.launches, same.launches) << needed << " at " << at_s;
            EXPECT_EQ(order.removals, same.removals) << needed << " at " << at_s;
            view.serving += order.launches - order.removals;
            next_s = std::max(at_s + 60, few.next_look_s(at_s, view));
        }
        EXPECT_LT(made, 12) << needed;
    }
}

// --- lags

TEST(ScalingLags, GoFromTheFirstPeriodOverTheTargetUntilAsManyServe) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    policy.evaluate(60, {10, 10, 0});
    policy.evaluate(120, {15, 10, 0});
    policy.evaluate(180, {15, 10, 5});
    policy.serve(200, 12);
    policy.serve(210, 15);
    policy.evaluate(240, {15, 15, 0});
    const ScalingLags lags = policy.close(300);
    EXPECT_EQ(lags.episodes, 1U);
    EXPECT_DOUBLE_EQ(lags.sum_s, 150) << "from 60 s on";
}

TEST(ScalingLags, GoOnWhereMoreIsNeededThanWasSeen) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    policy.evaluate(120, {15, 10, 0});
    policy.serve(180, 15);
    policy.evaluate(180, {15, 15, 0});
    policy.evaluate(240, {22, 15, 0});
    policy.serve(350, 22);
    policy.evaluate(360, {22, 22, 0});
    const ScalingLags lags = policy.close(900);
    EXPECT_EQ(lags.episodes, 1U);
    EXPECT_DOUBLE_EQ(lags.sum_s, 290);
}

TEST(ScalingLags, EndWithTheNeedOrTheRun) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    policy.evaluate(120, {15, 10, 0});
    policy.evaluate(180, {9.5, 10, 5});  // seen to be over since 120 s
    policy.evaluate(600, {15, 10, 5});
    const ScalingLags lags = policy.close(700);
    EXPECT_EQ(lags.episodes, 2U);
    EXPECT_DOUBLE_EQ(lags.sum_s, (120 - 60) + (700 - 540));
}

TEST(ScalingLags, OfTheWarmUpDoNotCount) {
    const ScaleSpec spec = usual();
    ScalingPolicy policy(spec);
    policy.start_measuring(600);
    policy.evaluate(120, {15, 10, 0});
    policy.evaluate(180, {9.5, 10, 5});
    EXPECT_EQ(policy.close(700).episodes, 0U);
}

}  // namespace
}  // namespace nines
