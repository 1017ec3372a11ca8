// The calendar of a scaler's schedule, against dates known from a printed one.

#include "models/operations/scale_calendar.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nines {
namespace {

constexpr std::int64_t k_hour_s = 3600;
constexpr std::int64_t k_day_s = 24 * k_hour_s;
constexpr std::int64_t k_monday_s = 1'767'571'200;  // 2026-01-05 00:00 UTC, a Monday

ScheduledScale at(std::int32_t hour, std::uint32_t days = k_every_day) {
    ScheduledScale action;
    action.at_s = static_cast<std::int32_t>(hour * k_hour_s);
    action.days = days;
    return action;
}

constexpr std::uint32_t k_saturday = 1U << 5U;
constexpr std::uint32_t k_monday = 1U;

TEST(ScaleCalendar, KnowsTheNextAndTheLastOfDailyActions) {
    EXPECT_EQ(due_after(at(8), k_monday_s), k_monday_s + 8 * k_hour_s);
    EXPECT_EQ(due_after(at(8), k_monday_s + 8 * k_hour_s), k_monday_s + k_day_s + 8 * k_hour_s) << "strictly after";
    EXPECT_EQ(due_by(at(8), k_monday_s + 8 * k_hour_s), k_monday_s + 8 * k_hour_s) << "at or before";
    EXPECT_EQ(due_by(at(8), k_monday_s), k_monday_s - 16 * k_hour_s);
}

TEST(ScaleCalendar, KnowsTheDaysOfTheWeek) {
    EXPECT_EQ(due_after(at(8, k_saturday), k_monday_s), k_monday_s + 5 * k_day_s + 8 * k_hour_s);
    EXPECT_EQ(due_after(at(0, k_monday), k_monday_s), k_monday_s + 7 * k_day_s);
    EXPECT_EQ(due_by(at(0, k_monday), k_monday_s), k_monday_s);
    EXPECT_EQ(due_by(at(8, k_saturday), k_monday_s), k_monday_s - 2 * k_day_s + 8 * k_hour_s);
}

// A run that begins on 1 January 1970, a Thursday: what was in force then was set in December 1969.
TEST(ScaleCalendar, KnowsTheDaysBefore1970) {
    constexpr std::uint32_t k_sunday = 1U << 6U;
    constexpr std::uint32_t k_wednesday = 1U << 2U;
    EXPECT_EQ(due_by(at(8, k_sunday), 0), -4 * k_day_s + 8 * k_hour_s);
    EXPECT_EQ(due_after(at(8, k_sunday), 0), 3 * k_day_s + 8 * k_hour_s);
    EXPECT_EQ(due_by(at(8), -1), -16 * k_hour_s);
    EXPECT_EQ(due_by(at(8), -17 * k_hour_s), -40 * k_hour_s);
    EXPECT_EQ(due_after(at(8), -17 * k_hour_s), -16 * k_hour_s);
    EXPECT_EQ(due_after(at(0, k_wednesday), -k_day_s), 6 * k_day_s) << "midnight is of the day that begins";
    const std::vector<ScheduledScale> schedule = {at(8, k_sunday)};
    ScaleCalendar calendar(schedule, -600);
    EXPECT_EQ(calendar.next_s(), 3 * k_day_s + 8 * k_hour_s);
}

TEST(ScaleCalendar, TakesWhatIsDueInItsOrder) {
    const std::vector<ScheduledScale> schedule = {at(20), at(8), at(8, k_saturday)};
    ScaleCalendar calendar(schedule, k_monday_s);
    EXPECT_EQ(calendar.in_force_at_begin(),
              (std::vector<const ScheduledScale*>{&schedule[2], &schedule[1], &schedule[0]}))
        << "the last one is yesterday's of 20:00";
    std::vector<std::size_t> counts;
    for (int day = 0; day < 7; ++day) {
        ASSERT_EQ(calendar.next_s(), k_monday_s + day * k_day_s + 8 * k_hour_s);
        counts.push_back(calendar.take_due().size());
        ASSERT_EQ(calendar.next_s(), k_monday_s + day * k_day_s + 20 * k_hour_s);
        EXPECT_EQ(calendar.take_due(), std::vector<const ScheduledScale*>{&schedule[0]});
    }
    EXPECT_EQ(counts, (std::vector<std::size_t>{1, 1, 1, 1, 1, 2, 1})) << "two on Saturday";
    EXPECT_FALSE(ScaleCalendar({}, k_monday_s).next_s()) << "nothing is scheduled";
}

}  // namespace
}  // namespace nines
