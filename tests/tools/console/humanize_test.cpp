// Figures for people: units, digits, and the borders between units.

#include "tools/console/humanize.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nines {
namespace {

TEST(Humanize, Numbers) {
    EXPECT_EQ(human_number(0), "0");
    EXPECT_EQ(human_number(-0.0), "0");
    EXPECT_EQ(human_number(12431), "12,431");
    EXPECT_EQ(human_number(-1234), "-1,234");
    EXPECT_EQ(human_number(999999), "999,999");
    EXPECT_EQ(human_number(1240000), "1.24 M");
    EXPECT_EQ(human_number(12431.4), "12,431");
    EXPECT_EQ(human_number(999.96), "1,000");
    EXPECT_EQ(human_number(0.08163), "0.0816");
    EXPECT_EQ(human_number(0.0000012), "1.2e-06");
    EXPECT_EQ(human_number(NAN), "-");
}

TEST(Humanize, Durations) {
    EXPECT_EQ(human_duration(0), "0 s");
    EXPECT_EQ(human_duration(0.31249), "312 ms");
    EXPECT_EQ(human_duration(0.9997), "1 s");
    EXPECT_EQ(human_duration(119), "119 s");
    EXPECT_EQ(human_duration(1200), "20 min");
    EXPECT_EQ(human_duration(280), "4 min 40 s");
    EXPECT_EQ(human_duration(-280.2), "-4 min 40 s");
    EXPECT_EQ(human_duration(179.7), "3 min");
    EXPECT_EQ(human_duration(3600), "1 h");
    EXPECT_EQ(human_duration(7200), "2 h");
    EXPECT_EQ(human_duration(12240), "3 h 24 min");
    EXPECT_EQ(human_duration(86400), "1 d");
    EXPECT_EQ(human_duration(86400 * 3.5), "3.5 d");
    EXPECT_EQ(human_duration(86400 * 730), "2 yr");
    EXPECT_EQ(human_duration(2e-8), "20 ns");
    EXPECT_EQ(human_duration(INFINITY), "-");
}

TEST(Humanize, PercentKeepsTheNines) {
    EXPECT_EQ(human_percent(0.997133), "99.71 %");
    EXPECT_EQ(human_percent(0.9999971), "99.99971 %");
    EXPECT_EQ(human_percent(0.99999999), "99.999999 %");
    EXPECT_EQ(human_percent(0.9999996), "99.99996 %");
    EXPECT_EQ(human_percent(1), "100 %");
    EXPECT_EQ(human_percent(0.4512), "45.1 %");
    EXPECT_EQ(human_percent(0.0000123), "0.00123 %");
    EXPECT_EQ(human_percent(0), "0 %");
    EXPECT_NE(human_percent(std::nextafter(1.0, 0.0)), "");
}

TEST(Humanize, QuantitiesByUnit) {
    EXPECT_EQ(human_quantity(14051.27, "USD/month"), "14,051 USD/month");
    EXPECT_EQ(human_quantity(5.9412, "USD"), "5.94 USD");
    EXPECT_EQ(human_quantity(0.0816, "USD"), "0.0816 USD");
    EXPECT_EQ(human_quantity(897.435, "1/s"), "897/s");
    EXPECT_EQ(human_quantity(7200, "s/year"), "2 h/year");
    EXPECT_EQ(human_quantity(312.4, "kWh/month"), "312 kWh/month");
    EXPECT_EQ(human_quantity(0.5, "fraction"), "50 %");
    EXPECT_EQ(human_quantity(std::optional<double>(), "s"), "-");
    EXPECT_EQ(human_quantity(NAN, "USD"), "-");
}

TEST(Humanize, Clocks) {
    EXPECT_EQ(human_stopwatch(1548.9), "25:48");
    EXPECT_EQ(human_stopwatch(3723), "1:02:03");
    EXPECT_EQ(human_stopwatch(-120), "-02:00");
    EXPECT_EQ(human_stopwatch(12 * 86400 + 3723), "12 d 01:02:03");
    EXPECT_EQ(human_clock(1767641400, ClockDetail::date_and_time), "2026-01-05 19:30:00");
    EXPECT_EQ(human_clock(1767641400, ClockDetail::minute_of_day), "19:30");
    EXPECT_EQ(human_clock(951782400, ClockDetail::date), "2000-02-29");
    EXPECT_EQ(human_clock(-1, ClockDetail::date_and_time), "1969-12-31 23:59:59");
    EXPECT_EQ(human_clock(951782400, ClockDetail::month), "2000-02");
}

}  // namespace
}  // namespace nines
