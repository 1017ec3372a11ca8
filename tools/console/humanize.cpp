// Figures for people. All rounding happens before a unit is chosen, so that 999.7 ms is "1 s" and never "1000 ms".

#include "tools/console/humanize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "engine/base/time.hpp"
#include "models/results/rounding.hpp"

namespace nines {

namespace {

constexpr int k_digits = 3;
constexpr double k_whole_most = 1e6;      // from here on, digits give way to M, G and T
constexpr double k_all_decimals = 999.5;  // from here on, nothing is shown after the point
constexpr double k_money_whole_most = 1e9;

struct Scale {
    double size;
    std::string_view name;
};

constexpr std::array<Scale, 8> k_durations{{{k_hours_per_year * k_seconds_per_hour, "yr"},
                                            {k_seconds_per_day, "d"},
                                            {k_seconds_per_hour, "h"},
                                            {60, "min"},
                                            {1, "s"},
                                            {1e-3, "ms"},
                                            {1e-6, "us"},
                                            {1e-9, "ns"}}};
// A unit is used from so many of it on (90 s reads better than 1.5 min), or where the duration is a whole count of it.
constexpr std::array<double, 8> k_durations_from{1, 2, 2, 2, 1, 1, 1, 0};
constexpr std::size_t k_hours = 2, k_minutes = 3;  // positions in k_durations

constexpr std::array<Scale, 4> k_thousands{{{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}}};

/// `value` with `decimals` places, without zeros at the end.
std::string trimmed(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, std::max(0, decimals));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text == "-0" ? "0" : text;
}

/// Places after the point that show `digits` significant digits of `value`.
int decimals_for(double value, int digits) {
    return value == 0 ? 0 : digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(value))));
}

std::string significant(double value) {
    const double rounded = round_significant(value, k_digits);
    return trimmed(rounded, decimals_for(rounded, k_digits));
}

/// "1,234,567": of a value that is whole, or is to be shown so.
std::string grouped(double value) {
    std::string digits = trimmed(value, 0);
    const std::size_t first = digits[0] == '-' ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

/// "4 min 40 s": hours and minutes are not decimal.
std::string two_units(double seconds, const Scale& large, const Scale& small) {
    const double count = std::round(seconds / small.size);
    const double per_large = large.size / small.size;
    const double rest = std::fmod(count, per_large);
    const std::string text = fmt::format("{:.0f} {}", (count - rest) / per_large, large.name);
    return rest == 0 ? text : text + fmt::format(" {:.0f} {}", rest, small.name);
}

std::string money(double value) {
    const double size = std::fabs(value);
    if (size < 1) {
        return significant(value);
    }
    if (size < 100) {
        return fmt::format("{:.2f}", value);
    }
    return size < k_money_whole_most ? grouped(value) : human_number(value);
}

}  // namespace

std::string human_number(double value) {
    if (!std::isfinite(value)) {
        return "-";
    }
    const double size = std::fabs(value);
    if (size < k_whole_most - 0.5 && (value == std::trunc(value) || size >= k_all_decimals)) {
        return grouped(value);
    }
    if (size < 1e-4) {
        return fmt::format("{:.2g}", value);
    }
    const double rounded = round_significant(value, k_digits);
    for (const Scale& scale : k_thousands) {
        if (std::fabs(rounded) >= scale.size) {
            return significant(rounded / scale.size) + std::string(scale.name);
        }
    }
    return significant(value);
}

std::string human_duration(double seconds) {
    if (!std::isfinite(seconds)) {
        return "-";
    }
    if (seconds < 0) {
        return "-" + human_duration(-seconds);
    }
    const double rounded = round_significant(seconds, k_digits);
    for (std::size_t i = 0; i < k_durations.size() && rounded > 0; ++i) {
        const Scale& scale = k_durations[i];
        const bool whole = seconds >= scale.size && std::fmod(seconds, scale.size) == 0;
        if (!whole && rounded < scale.size * k_durations_from[i]) {
            continue;
        }
        if (!whole && (i == k_hours || i == k_minutes)) {
            return two_units(seconds, scale, k_durations[i + 1]);
        }
        return fmt::format("{} {}", significant(seconds / scale.size), scale.name);
    }
    return "0 s";
}

std::string human_percent(double fraction) {
    if (!std::isfinite(fraction)) {
        return "-";
    }
    const double percent = 100 * fraction;
    if (percent <= 90 || percent >= 100) {
        return significant(percent) + " %";
    }
    // The digits follow what is missing from 100, cut rather than rounded where rounding would reach 100.
    const int decimals = std::min(12, decimals_for(100 - percent, 2));
    const std::string text = trimmed(percent, decimals);
    return (text == "100" ? trimmed(percent, decimals + 1) : text) + " %";
}

std::string human_quantity(double value, std::string_view unit) {
    if (!std::isfinite(value)) {
        return "-";
    }
    const std::size_t slash = std::min(unit.find('/'), unit.size());
    const std::string_view of = unit.substr(0, slash);
    const std::string per(unit.substr(slash));
    if (of == "s") {
        return human_duration(value) + per;
    }
    if (of == "fraction") {
        return human_percent(value) + per;
    }
    if (of == "USD") {
        return money(value) + " USD" + per;
    }
    if (of == "1" || of.empty()) {
        return human_number(value) + per;
    }
    return human_number(value) + " " + std::string(unit);
}

std::string human_quantity(std::optional<double> value, std::string_view unit) {
    return value ? human_quantity(*value, unit) : "-";
}

std::string human_interval(std::optional<double> lo, std::optional<double> hi, std::string_view unit,
                           const std::string& beside) {
    if (!lo || !hi) {
        return "";
    }
    std::string low = human_quantity(*lo, unit);
    std::string high = human_quantity(*hi, unit);
    const auto unit_of = [](const std::string& text) { return text.substr(std::min(text.find(' '), text.size())); };
    const std::string same = unit_of(beside);
    if (unit_of(low) == same && unit_of(high) == same) {
        low.resize(low.size() - same.size());
        high.resize(high.size() - same.size());
    }
    return low + " to " + high;
}

std::string human_stopwatch(double seconds) {
    const auto total = static_cast<std::int64_t>(std::floor(std::fabs(seconds)));
    const auto days = total / 86'400;
    const auto hours = total / 3600 % 24, minutes = total / 60 % 60, rest = total % 60;
    const std::string sign = seconds < 0 ? "-" : "";
    if (days > 0) {
        return fmt::format("{}{} d {:02}:{:02}:{:02}", sign, days, hours, minutes, rest);
    }
    if (hours > 0) {
        return fmt::format("{}{}:{:02}:{:02}", sign, hours, minutes, rest);
    }
    return fmt::format("{}{:02}:{:02}", sign, minutes, rest);
}

std::string human_clock(std::int64_t unix_s, ClockDetail detail) {
    using namespace std::chrono;
    const sys_seconds moment{seconds(unix_s)};
    const sys_days midnight = floor<days>(moment);
    const year_month_day date(midnight);
    const auto second = (moment - midnight).count();
    const std::string month = fmt::format("{:04}-{:02}", int(date.year()), unsigned(date.month()));
    const std::string day = fmt::format("{}-{:02}", month, unsigned(date.day()));
    const std::string minute = fmt::format("{:02}:{:02}", second / 3600, second / 60 % 60);
    const std::string time = fmt::format("{}:{:02}", minute, second % 60);
    switch (detail) {
        case ClockDetail::time_of_day:
            return time;
        case ClockDetail::minute_of_day:
            return minute;
        case ClockDetail::date_and_time:
            return day + " " + time;
        case ClockDetail::date:
            return day;
        case ClockDetail::month:
            return month;
    }
    return time;
}

}  // namespace nines
