// Alarms: m of the last n windows, and what a window says in which nothing happened.

#include "models/operations/alarms.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/simulate.hpp"

namespace nines {
namespace {

AlarmSpec spec(std::uint32_t points, std::uint32_t of_points, MissingData missing = MissingData::ignore) {
    AlarmSpec alarm;
    alarm.above = 0.05;
    alarm.points = points;
    alarm.of_points = of_points;
    alarm.missing = missing;
    return alarm;
}

/// What the rule says after each window: `b` is above the threshold, `g` is not, `-` has no data.
std::string said(const AlarmSpec& alarm, const std::string& windows) {
    AlarmPoints points;
    std::string answers;
    for (const char window : windows) {
        points.add(alarm, window == '-' ? std::nullopt : std::optional(window == 'b' ? 0.06 : 0.05));
        answers += points.hold(alarm) ? '!' : '.';
    }
    return answers;
}

TEST(Alarms, AreOnWhileMOfTheLastNWindowsAreAbove) {
    EXPECT_EQ(said(spec(1, 1), "gbgbb"), ".!.!!");
    EXPECT_EQ(said(spec(3, 5), "bgbgbggg"), "....!...");
    EXPECT_EQ(said(spec(3, 3), "bbbbg"), "..!!.");
    EXPECT_EQ(said(spec(2, 60), "b" + std::string(59, 'g') + "b" + "g"), std::string(62, '.'));
    EXPECT_EQ(said(spec(2, 60), "b" + std::string(58, 'g') + "b" + "g"), std::string(59, '.') + "!.");
}

TEST(Alarms, MissingDataSaysWhatItIsToldToSay) {
    EXPECT_EQ(said(spec(2, 2, MissingData::ignore), "b--b-g"), "...!!.");
    EXPECT_EQ(said(spec(2, 2, MissingData::ok), "b--b-b"), "......");
    EXPECT_EQ(said(spec(2, 2, MissingData::bad), "b--bg-"), ".!!!..");
}

TEST(Alarms, WindowsBeginAtAPhaseOfTheirOwn) {
    const Plan plan = support::plan_of(R"(nines: 1
name: two alarms
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
alarms: {one: {metric: error_share@s, above: 5 %}, other: {metric: error_share, above: 5 %}}
)");
    const AlarmBoard board(plan, {1, 0});
    const AlarmBoard again(plan, {1, 1});
    EXPECT_NE(board.phase_s(0), board.phase_s(1));
    EXPECT_NE(board.phase_s(0), again.phase_s(0));
    for (const std::uint32_t alarm : {0U, 1U}) {
        EXPECT_GE(board.phase_s(alarm), 0);
        EXPECT_LT(board.phase_s(alarm), 60);
    }
}

}  // namespace
}  // namespace nines
