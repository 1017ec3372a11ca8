// The greenest hours of a day: the day of case c05 of cost_energy.json, and windows over midnight.

#include "models/pillars/greenest.hpp"

#include <gtest/gtest.h>

namespace nines {
namespace {

constexpr std::array<double, 24> k_day{420, 410, 405, 400, 398, 395, 380, 340, 290, 240, 200, 180,
                                       170, 165, 175, 210, 270, 350, 430, 470, 480, 470, 450, 435};

TEST(Greenest, TheFourHoursOfTheReferenceDay) {
    const GreenWindow window = greenest_window(k_day, 4);
    EXPECT_EQ(window.begin_h, 11);
    EXPECT_NEAR(window.mean_g_per_kwh, 338.875, 1e-12);
    // 250 W for four hours at a PUE of 1.2, in grams: 0.207 kg in the window, 0.4905 kg at midnight.
    EXPECT_NEAR(window.g_per_kwh * 0.25 * 1.2 * 4 / 1000, 0.207, 1e-12);
    EXPECT_NEAR((420.0 + 410 + 405 + 400) / 4 * 0.25 * 1.2 * 4 / 1000, 0.4905, 1e-12);
}

TEST(Greenest, MayGoOverMidnight) {
    std::array<double, 24> day{};
    day.fill(100);
    day[23] = day[0] = 10;
    EXPECT_EQ(greenest_window(day, 2).begin_h, 23);
    EXPECT_EQ(greenest_window(day, 24).begin_h, 0);
}

TEST(Greenest, TheMeanDayIsTheMeanOfTheMonths) {
    std::array<std::array<double, 24>, 12> year{};
    for (std::size_t month = 0; month < 12; ++month) {
        year[month].fill(static_cast<double>(month));
    }
    EXPECT_DOUBLE_EQ(mean_day(year)[5], 5.5);
}

}  // namespace
}  // namespace nines
