// Progress: when it speaks, and what it says.

#include "tools/console/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace nines {
namespace {

TEST(ProgressLine, TellsShareTimeRateAndRest) {
    EXPECT_EQ(progress_line({0.43, 24'100'000, 10, 3600}),
              "43 %  25:48 of 1:00:00 simulated  2.41 M events/s  13.3 s left");
    EXPECT_EQ(progress_line({0, 0, 0, 0}), "0 %");
    EXPECT_EQ(progress_line({0.6, 24'100'000, 10, 0, 120, 200}),
              "60 %  120 of 200 replications  2.41 M events/s  6.67 s left");
    EXPECT_EQ(progress_line({0.6, 0, 0, 0, 120, 0}), "60 %  120 replications  0 s left");
    EXPECT_EQ(progress_line({1.5, 10, 1, 0}), "100 %  10 events/s  0 s left");
}

TEST(Progress, AQuickRunSaysNothing) {
    std::ostringstream out;
    double now_s = 100;
    Progress progress(true, true, 0, out, [&] { return now_s; });
    now_s += 0.9;
    progress.update(0.99, 5);
    progress.finish();
    EXPECT_EQ(out.str(), "");
}

TEST(Progress, ATerminalsLineIsRewrittenAndTakenAway) {
    std::ostringstream out;
    double now_s = 100;
    Progress progress(true, true, 0, out, [&] { return now_s; });
    now_s += 2;
    progress.update(0.5, 10);
    progress.update(0.6, 12);  // too soon
    progress.finish();
    now_s += 9;
    progress.update(0.9, 99);
    EXPECT_EQ(out.str(), "\r\x1b[K50 %  5 events/s  2 s left\r\x1b[K");
}

TEST(Progress, ALogGetsALineEveryTenSeconds) {
    std::ostringstream out;
    double now_s = 0;
    Progress progress(true, false, 0, out, [&] { return now_s; });
    for (int i = 1; i <= 25; ++i) {
        now_s = i;
        progress.update(0.02 * i, static_cast<std::uint64_t>(i));
    }
    progress.finish();
    EXPECT_EQ(out.str(), "nines: 20 %  1 events/s  40 s left\nnines: 40 %  1 events/s  30 s left\n");
}

TEST(Progress, DisabledIsSilent) {
    std::ostringstream out;
    double now_s = 0;
    Progress progress(false, true, 0, out, [&] { return now_s; });
    now_s = 50;
    progress.update(0.5, 1);
    progress.finish();
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace nines
