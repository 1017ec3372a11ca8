// Interrupted work: case c09 of cost_energy.json, digit by digit, and what must follow from the definition.

#include "engine/analytic/interrupted_work.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nines {
namespace {

constexpr double k_hour_s = 3600;

/// c09: a job of 12 h that is reclaimed every 20 h and takes 6 min to begin again.
InterruptedWork spot_job() {
    return {{12 * k_hour_s}, 0.05 / k_hour_s, 0.1 * k_hour_s};
}

InterruptedWork with_checkpoints() {
    InterruptedWork work = spot_job();
    work.stretches.every_s = k_hour_s;
    work.stretches.takes_s = 0.02 * k_hour_s;
    return work;
}

TEST(InterruptedWork, IsTheReferenceCase) {
    constexpr double k_spot_usd_per_h = 0.4;
    EXPECT_NEAR(expected_run_s(spot_job()) / k_hour_s, 16.52458788784923, 1e-11);
    EXPECT_NEAR(expected_run_s(with_checkpoints()) / k_hour_s, 12.620281859908784, 1e-11);
    EXPECT_NEAR(expected_interruptions(spot_job()), 0.822118800390509, 1e-12);
    EXPECT_NEAR(expected_interruptions(with_checkpoints()), 0.627874719398447, 1e-12);
    EXPECT_NEAR(expected_run_s(spot_job()) / k_hour_s * k_spot_usd_per_h, 6.6098351551396926, 1e-11);
    EXPECT_NEAR(expected_run_s(with_checkpoints()) / k_hour_s * k_spot_usd_per_h, 5.048112743963514, 1e-11);
    EXPECT_NEAR(young_interval_s(0.02 * k_hour_s, 0.05 / k_hour_s) / k_hour_s, 0.8944271909999159, 1e-12);
}

TEST(InterruptedWork, WithoutInterruptionsIsWorkAndSaving) {
    InterruptedWork work = with_checkpoints();
    work.interruptions_per_s = 0;
    EXPECT_DOUBLE_EQ(expected_run_s(work), 12 * 1.02 * k_hour_s);
    EXPECT_EQ(expected_interruptions(work), 0);
    work.interruptions_per_s = 1e-15;
    EXPECT_NEAR(expected_run_s(work), 12 * 1.02 * k_hour_s, 1e-5);
}

// The rest of 2.5 h after two stretches is saved too; a tenth fits into one ten times, whatever 0.1 is in binary.
TEST(Stretches, EndWithTheRest) {
    const Stretches cut{2.5 * k_hour_s, k_hour_s, 60};
    EXPECT_EQ(cut.whole(), 2U);
    EXPECT_DOUBLE_EQ(cut.rest_s(), 0.5 * k_hour_s + 60);
    EXPECT_DOUBLE_EQ(cut.left_s(0), 2.5 * k_hour_s + 180);
    EXPECT_DOUBLE_EQ(cut.left_s(2), 0.5 * k_hour_s + 60);
    for (const double every_s : {0.1, 0.3, 0.7, 1.1}) {
        const Stretches whole{1000 * every_s, every_s, 1};
        EXPECT_EQ(whole.whole(), 1000U) << every_s;
        EXPECT_EQ(whole.rest_s(), 0) << every_s;
    }
    EXPECT_DOUBLE_EQ(Stretches{90}.left_s(0), 90);
    EXPECT_EQ((Stretches{90, 3600, 5}.whole()), 0U);
    EXPECT_DOUBLE_EQ((Stretches{90, 3600, 5}.left_s(0)), 95);
}

// Young's interval is within a percent of the best one where saving takes little of it.
TEST(InterruptedWork, YoungsIntervalIsNearlyTheBest) {
    InterruptedWork work = with_checkpoints();
    const auto run_with = [&](double every_s) {
        work.stretches.every_s = every_s;
        work.stretches.work_s = 1000 * every_s;  // whole stretches
        return expected_run_s(work) / 1000 / every_s;
    };
    const double young_s = young_interval_s(work.stretches.takes_s, work.interruptions_per_s);
    double best = run_with(young_s);
    for (double every_s = young_s / 4; every_s < young_s * 4; every_s *= 1.01) {
        best = std::min(best, run_with(every_s));
    }
    EXPECT_LT(run_with(young_s), best * 1.001);
    EXPECT_GT(run_with(young_s * 3), best * 1.01);
}

}  // namespace
}  // namespace nines
