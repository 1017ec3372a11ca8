// Quantities: one table of units a dimension, from which parsing, messages and formatting come.

#include "models/language/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "models/language/problem.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace {

constexpr double k_seconds_per_year = k_hours_per_year * k_seconds_per_hour;
constexpr double k_time_most_s = 1e6 * k_seconds_per_year;

/// One unit is `times / over` of the base unit. One of the two is 1 where possible: then the result is the
/// correctly rounded one, and `250 ms` is exactly 0.25.
struct Unit {
    std::string_view name;
    double times = 1;
    double over = 1;
    bool is_alias = false;  ///< understood, but neither listed in errors nor printed
};

constexpr std::array k_times = std::to_array<Unit>({{"ns", 1, 1e9},
                                                    {"us", 1, 1e6},
                                                    {"µs", 1, 1e6, true},
                                                    {"ms", 1, 1e3},
                                                    {"s"},
                                                    {"min", 60},
                                                    {"h", k_seconds_per_hour},
                                                    {"d", k_seconds_per_day},
                                                    {"wk", 7 * k_seconds_per_day},
                                                    {"mo", k_hours_per_month* k_seconds_per_hour},
                                                    {"yr", k_seconds_per_year}});
constexpr std::array k_per_times = std::to_array<Unit>({{"ns", 1, 1e9, true},
                                                        {"us", 1, 1e6, true},
                                                        {"ms", 1, 1e3, true},
                                                        {"s"},
                                                        {"min", 60},
                                                        {"h", k_seconds_per_hour},
                                                        {"d", k_seconds_per_day},
                                                        {"wk", 7 * k_seconds_per_day, 1, true},
                                                        {"month", k_hours_per_month* k_seconds_per_hour},
                                                        {"mo", k_hours_per_month* k_seconds_per_hour, 1, true},
                                                        {"yr", k_seconds_per_year}});
constexpr std::array k_per_hours = std::to_array<Unit>({{"s", 1, 3600, true},
                                                        {"min", 1, 60, true},
                                                        {"h"},
                                                        {"d", 24},
                                                        {"month", k_hours_per_month},
                                                        {"mo", k_hours_per_month, 1, true},
                                                        {"yr", k_hours_per_year}});
constexpr std::array k_bytes = std::to_array<Unit>({{"B"},
                                                    {"kB", 1e3},
                                                    {"MB", 1e6},
                                                    {"GB", 1e9},
                                                    {"TB", 1e12},
                                                    {"PB", 1e15},
                                                    {"KiB", 1024.0},
                                                    {"MiB", 1048576.0},
                                                    {"GiB", 1073741824.0},
                                                    {"TiB", 1099511627776.0},
                                                    {"PiB", 1125899906842624.0}});
constexpr std::array k_bytes_or_bits = std::to_array<Unit>({{"B"},
                                                            {"kB", 1e3},
                                                            {"MB", 1e6},
                                                            {"GB", 1e9},
                                                            {"TB", 1e12},
                                                            {"KiB", 1024.0, 1, true},
                                                            {"MiB", 1048576.0, 1, true},
                                                            {"GiB", 1073741824.0, 1, true},
                                                            {"TiB", 1099511627776.0, 1, true},
                                                            {"bit", 1, 8, true},
                                                            {"kbit", 1e3, 8, true},
                                                            {"Mbit", 1e6, 8, true},
                                                            {"Gbit", 1e9, 8, true},
                                                            {"Tbit", 1e12, 8, true}});
constexpr std::array k_shares = std::to_array<Unit>({{"%", 1, 100}});
constexpr std::array k_powers = std::to_array<Unit>({{"W"}, {"kW", 1e3}});
constexpr std::array k_moneys = std::to_array<Unit>({{"USD"}});
constexpr std::array k_energies = std::to_array<Unit>({{"Wh", 1, 1e3}, {"kWh"}, {"MWh", 1e3}});
constexpr std::array k_masses = std::to_array<Unit>({{"g", 1, 1e3}, {"kg"}, {"t", 1e3}});

/// What a dimension looks like: NUMBER upper, or NUMBER upper/lower.
struct Shape {
    std::string_view expected;
    std::span<const Unit> upper;
    std::span<const Unit> lower;
    std::string_view units;  ///< for "a unit is missing (...)"
};

Shape shape_of(Dimension dimension) {
    switch (dimension) {
        case Dimension::number:
            return {"a number such as `1.5`", {}, {}, ""};
        case Dimension::fraction:
            return {"a share such as `70 %`", k_shares, {}, "%"};
        case Dimension::time:
            return {"a time such as `250 ms`", k_times, {}, "ns, us, ms, s, min, h, d, wk, mo, yr"};
        case Dimension::rate:
            return {"a rate such as `800/s`", {}, k_per_times, "/s, /min, /h, /d, /month, /yr"};
        case Dimension::bytes:
            return {"a size such as `64 GiB`", k_bytes, {}, "B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB"};
        case Dimension::bytes_per_time:
            return {"a bandwidth such as `1 GB/s`", k_bytes_or_bits, k_per_times, "MB/s, GB/s, Gbit/s, GB/month, ..."};
        case Dimension::power:
            return {"a power such as `90 W`", k_powers, {}, "W, kW"};
        case Dimension::money:
            return {"an amount of money such as `15000 USD`", k_moneys, {}, "USD"};
        case Dimension::money_per_time:
            return {"a price such as `0.1 USD/h`", k_moneys, k_per_hours, "USD/h, USD/d, USD/month, USD/yr"};
        case Dimension::money_per_bytes:
            return {"a price such as `0.09 USD/GB`", k_moneys, k_bytes, "USD/GB, USD/TB, ..."};
        case Dimension::energy:
            return {"an energy such as `5 kWh`", k_energies, {}, "Wh, kWh, MWh"};
        case Dimension::mass:
            return {"a mass such as `5 kg`", k_masses, {}, "g, kg, t"};
    }
    return {};
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string wrong(Dimension dimension, std::string_view text, std::string_view why) {
    return fmt::format("expected {}, found {}{}{}", expected_text(dimension), quote(text), why.empty() ? "" : ": ",
                       why);
}

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
    const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.name == name; });
    return found == units.end() ? nullptr : &*found;
}

/// Why `name` is none of `units`, with the one it may have meant.
std::string unknown_unit(std::span<const Unit> units, std::string_view name, std::string_view all) {
    if (name == "m") {
        return "`m` could be minutes or months: write `min` or `mo`";
    }
    if (name.empty()) {
        return fmt::format("a unit is missing ({})", all);
    }
    std::vector<std::string> names;
    for (const Unit& unit : units) {
        names.emplace_back(unit.name);
    }
    const std::string_view near = name.find('/') == std::string_view::npos ? nearest(name, names) : "";
    return near.empty() ? fmt::format("{} is no unit for it ({})", quote(name), all)
                        : fmt::format("{} is no unit for it, did you mean `{}`?", quote(name), near);
}

/// A number and what follows it.
struct Amount {
    double value = 0;
    std::string_view unit;
};

/// Digits, a point, an exponent; no sign but `+`, no words such as inf, no separators. Independent of the locale.
Result<Amount> parse_amount(std::string_view text, Dimension dimension) {
    const std::string_view whole = text;
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text.starts_with('-') && text.size() > 1 && (text[1] == '.' || (text[1] >= '0' && text[1] <= '9'))) {
        return unexpected(wrong(dimension, whole, "it must not be negative"));
    }
    if (text.empty() || (text[0] != '.' && (text[0] < '0' || text[0] > '9'))) {
        return unexpected(wrong(dimension, whole, ""));
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) {
        return unexpected(wrong(dimension, whole, "the number is too large or too small for a computer"));
    }
    if (error != std::errc{}) {
        return unexpected(wrong(dimension, whole, ""));
    }
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (rest.size() > 1 && (rest[0] == ',' || rest[0] == '_' || rest[0] == '\'') && rest[1] >= '0' && rest[1] <= '9') {
        return unexpected(wrong(dimension, whole, "write the digits without separators, such as `1000`"));
    }
    return Amount{value, trimmed(rest)};
}

/// A number where a unit is needed: zero is zero in any unit; for the others, what to write.
Result<double> without_unit(double value, std::string_view text, Dimension dimension, const Shape& shape) {
    if (value == 0) {
        return 0.0;
    }
    if (dimension == Dimension::fraction) {
        if (value == 1) {
            return 1.0;
        }
        if (value < 1) {
            return unexpected(wrong(dimension, text, fmt::format("write `{:.12g} %`", value * 100)));
        }
    }
    return unexpected(wrong(dimension, text, fmt::format("a unit is missing ({})", shape.units)));
}

/// Applies the units after a number of dimension `upper/lower`, `upper` or `/lower`.
Result<double> apply_units(Amount amount, std::string_view text, Dimension dimension, const Shape& shape) {
    const std::size_t slash = amount.unit.find('/');
    const bool has_slash = slash != std::string_view::npos;
    if (has_slash == shape.lower.empty()) {
        const auto similar = shape.lower.empty() ? shape.upper : std::span<const Unit>{};
        return unexpected(wrong(dimension, text, unknown_unit(similar, amount.unit, shape.units)));
    }
    Unit factor;
    const std::string_view upper = trimmed(amount.unit.substr(0, slash));
    if (!shape.upper.empty()) {
        const Unit* unit = find_unit(shape.upper, upper);
        if (unit == nullptr) {
            return unexpected(wrong(dimension, text, unknown_unit(shape.upper, upper, shape.units)));
        }
        factor = *unit;
    } else if (!upper.empty()) {
        return unexpected(
            wrong(dimension, text, fmt::format("{} is no unit for it ({})", quote(amount.unit), shape.units)));
    }
    if (has_slash) {
        const std::string_view lower = trimmed(amount.unit.substr(slash + 1));
        const Unit* unit = find_unit(shape.lower, lower);
        if (unit == nullptr) {
            return unexpected(wrong(dimension, text, unknown_unit(shape.lower, lower, shape.units)));
        }
        factor.times *= unit->over;
        factor.over *= unit->times;
    }
    return amount.value * factor.times / factor.over;
}

/// A value in one unit as text, rounded to 12 digits as all printed reals are.
std::string in_unit(double value, const Unit& unit) {
    return fmt::format("{:.12g} {}", value * unit.over / unit.times, unit.name);
}

/// The shortest text over the units in which the value is at least 1; in the smallest unit where there is none.
/// Of equally short ones the largest unit: "1 h", not "60 min"; "2 wk", not "14 d"; but "90 s", not "1.5 min".
std::string shortest(double value, std::span<const Unit> units) {
    std::string best;
    const Unit* smallest = nullptr;
    for (const Unit& unit : units) {
        if (unit.is_alias) {
            continue;
        }
        if (smallest == nullptr || unit.times / unit.over < smallest->times / smallest->over) {
            smallest = &unit;
        }
        if (value * unit.over / unit.times >= 1) {
            std::string text = in_unit(value, unit);
            if (best.empty() || text.size() <= best.size()) {
                best = std::move(text);
            }
        }
    }
    return best.empty() ? in_unit(value, *smallest) : best;
}

/// The unit with the shortest number, and of equally short ones the shortest time: "1/min", not "60/h".
std::string format_rate(double value) {
    std::string best;
    std::string_view best_unit;
    for (const Unit& unit : k_per_times) {
        const double scaled = value * unit.times / unit.over;
        if (!unit.is_alias && (scaled >= 1 || unit.name == "yr")) {
            std::string number = fmt::format("{:.12g}", scaled);
            if (best.empty() || number.size() < best.size()) {
                best = std::move(number);
                best_unit = unit.name;
            }
        }
    }
    return fmt::format("{}/{}", best, best_unit);
}

}  // namespace

std::string_view expected_text(Dimension dimension) {
    return shape_of(dimension).expected;
}

Result<double> parse_quantity(std::string_view text, Dimension dimension) {
    text = trimmed(text);
    const Result<Amount> amount = parse_amount(text, dimension);
    if (!amount) {
        return unexpected(amount.error());
    }
    if (dimension == Dimension::number) {
        if (!amount->unit.empty()) {
            return unexpected(wrong(dimension, text, "a number here has no unit"));
        }
        return amount->value;
    }
    const Shape shape = shape_of(dimension);
    if (amount->unit.empty()) {
        return without_unit(amount->value, text, dimension, shape);
    }
    const Result<double> value = apply_units(*amount, text, dimension, shape);
    if (!value) {
        return value;
    }
    if (!std::isfinite(*value)) {
        return unexpected(wrong(dimension, text, "the number is too large for a computer"));
    }
    if (dimension == Dimension::time && *value > k_time_most_s) {
        return unexpected(wrong(dimension, text, "times end at 1000000 yr"));
    }
    return value;
}

Result<std::int64_t> parse_count(std::string_view text) {
    constexpr std::int64_t k_count_most = 1'000'000'000;
    text = trimmed(text);
    const auto wrong_count = [&](std::string_view why) {
        return unexpected(fmt::format("expected a whole number such as `3`, found {}{}", quote(text), why));
    };
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > 0 && digits + 1 < text.size() && (text[digits] == ',' || text[digits] == '_')) {
        return wrong_count(": write the digits without separators, such as `1000`");
    }
    if (text.empty() || digits < text.size()) {
        return wrong_count("");
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > k_count_most) {
        return wrong_count(": counts end at 1000000000");
    }
    return value;
}

std::string format_quantity(double value, Dimension dimension) {
    switch (dimension) {
        case Dimension::number:
            return fmt::format("{:.12g}", value);
        case Dimension::fraction:
            return fmt::format("{:.12g} %", value * 100);
        case Dimension::time:
            return value == 0 ? "0 s" : shortest(value, k_times);
        case Dimension::rate:
            return value == 0 ? "0/s" : format_rate(value);
        case Dimension::bytes:
            return value == 0 ? "0 B" : shortest(value, k_bytes);
        case Dimension::bytes_per_time: {
            const std::string per_second = value == 0 ? "0 B" : shortest(value, k_bytes_or_bits);
            const std::string per_month = shortest(value * k_hours_per_month * k_seconds_per_hour, k_bytes_or_bits);
            return per_month.size() + 2 < per_second.size() ? per_month + "/month" : per_second + "/s";
        }
        case Dimension::power:
            return value == 0 ? "0 W" : shortest(value, k_powers);
        case Dimension::money:
            return fmt::format("{:.12g} USD", value);
        case Dimension::money_per_time:
            return fmt::format("{:.12g} USD/h", value);
        case Dimension::money_per_bytes:
            return fmt::format("{:.12g} USD/GB", value * 1e9);
        case Dimension::energy:
            return fmt::format("{:.12g} kWh", value);
        case Dimension::mass:
            return value == 0 ? "0 kg" : shortest(value, k_masses);
    }
    return {};
}

}  // namespace nines
