#pragma once
// Figures for people: three digits that matter, with the unit that suits the size.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nines {

/// "12,431", "1.24 M", "0.0816", "1.2e-06". Below a million, all digits before the point are shown.
std::string human_number(double value);

/// "312 ms", "12.5 s", "4 min 40 s", "3 h 24 min", "2.1 d", "1.3 yr".
std::string human_duration(double seconds);

/// "99.87 %", "99.99971 %": enough digits that the missing part still shows two. Only 1 is "100 %".
std::string human_percent(double fraction);

/// By unit, as metrics carry it: "s" a duration, "fraction" per cent, "USD/month" money, "1/s" a rate, "1" a number.
std::string human_quantity(double value, std::string_view unit);

/// The same, and "-" when there is no value.
std::string human_quantity(std::optional<double> value, std::string_view unit);

/// "305 to 320": without the unit where it is that of `beside`, a figure that stands beside it. Empty without an
/// interval.
std::string human_interval(std::optional<double> lo, std::optional<double> hi, std::string_view unit,
                           const std::string& beside);

/// "25:48", "1:02:03", "12 d 01:02:03": whole seconds, rounded down.
std::string human_stopwatch(double seconds);

/// UTC, from seconds since 1970.
enum class ClockDetail { time_of_day, minute_of_day, date_and_time, date, month };
std::string human_clock(std::int64_t unix_s, ClockDetail detail);

}  // namespace nines
