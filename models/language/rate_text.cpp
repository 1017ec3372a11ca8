#include "models/language/rate_text.hpp"

#include <fmt/format.h>

#include <boost/tokenizer.hpp>
#include <cmath>

#include "models/language/token_reader.hpp"

namespace nines {

namespace {

constexpr double k_rate_max_per_s = 1e9;

RateCurve read_steps(TokenReader& reader) {
    constexpr std::string_view k_form = "steps(800/s 0 s 1200/s 10 min)";
    std::vector<RateCurve::Knot> steps;
    while (!reader.at_end()) {
        const double per_s = reader.quantity(Dimension::rate, k_form);
        const double at_s = reader.quantity(Dimension::time, k_form);
        if (!steps.empty() && at_s <= steps.back().at_s) {
            reader.fail("the times of `steps` must ascend");
        }
        steps.push_back({at_s, per_s});
    }
    if (steps.empty()) {
        reader.fail(fmt::format("`steps` needs rates and times, as in `{}`", k_form));
        steps.push_back({0, 0});
    }
    return RateCurve::steps(steps);
}

RateCurve read_diurnal(TokenReader& reader, double start_clock_s) {
    constexpr std::string_view k_form = "diurnal(peak 900/s trough 250/s at 20:00)";
    reader.expect("peak", k_form);
    const double peak = reader.quantity(Dimension::rate, k_form);
    reader.expect("trough", k_form);
    const double trough = reader.quantity(Dimension::rate, k_form);
    reader.expect("at", k_form);
    const double at_s = clock_of_day(reader, k_form);
    if (trough > peak) {
        reader.fail("the trough of `diurnal` must not be above its peak");
    }
    return RateCurve::diurnal(peak, trough, at_s, start_clock_s);
}

RateCurve read_spike(TokenReader& reader) {
    constexpr std::string_view k_form = "spike(base 800/s peak 4000/s at 10 min for 2 min)";
    reader.expect("base", k_form);
    const double base = reader.quantity(Dimension::rate, k_form);
    reader.expect("peak", k_form);
    const double peak = reader.quantity(Dimension::rate, k_form);
    reader.expect("at", k_form);
    const double at_s = reader.quantity(Dimension::time, k_form);
    reader.expect("for", k_form);
    const double length_s = reader.quantity(Dimension::time, k_form);
    if (length_s <= 0) {
        reader.fail("a `spike` must last some time");
    }
    return RateCurve::steps({{at_s - 1, base}, {at_s, peak}, {at_s + length_s, base}});
}

RateCurve read_ramp(TokenReader& reader) {
    constexpr std::string_view k_form = "ramp(from 100/s to 900/s over 1 h)";
    reader.expect("from", k_form);
    const double from = reader.quantity(Dimension::rate, k_form);
    reader.expect("to", k_form);
    const double to = reader.quantity(Dimension::rate, k_form);
    reader.expect("over", k_form);
    const double over_s = reader.quantity(Dimension::time, k_form);
    const double at_s = reader.accept("at") ? reader.quantity(Dimension::time, k_form) : 0;
    if (over_s <= 0) {
        reader.fail("a `ramp` must take some time");
    }
    return RateCurve::linear({{at_s, from}, {at_s + std::max(over_s, 1e-9), to}});
}

/// The rows of a trace: `t_s,rate_per_s`, times ascending. A row holds until the next one, the last for ever.
Result<RateCurve> parse_trace(const std::string& file, const std::string& text, double scale) {
    std::vector<RateCurve::Knot> steps;
    std::size_t line_number = 0;
    for (const std::string& line :
         boost::tokenizer<boost::char_separator<char>, std::string::const_iterator, std::string>(
             text, boost::char_separator<char>("\n", "", boost::drop_empty_tokens))) {
        ++line_number;
        std::string row = line;
        if (!row.empty() && row.back() == '\r') {
            row.pop_back();
        }
        if (line_number == 1 && row == "t_s,rate_per_s") {
            continue;
        }
        const auto comma = row.find(',');
        const auto time = parse_quantity(row.substr(0, comma), Dimension::number);
        const auto rate = comma == std::string::npos ? Result<double>(unexpected(std::string("no comma")))
                                                     : parse_quantity(row.substr(comma + 1), Dimension::number);
        if (!time || !rate) {
            return unexpected(fmt::format("line {} of the trace `{}` is not `seconds,rate`", line_number, file));
        }
        if (!steps.empty() && *time <= steps.back().at_s) {
            return unexpected(fmt::format("line {} of the trace `{}`: times must ascend", line_number, file));
        }
        if (*rate * scale > k_rate_max_per_s) {
            return unexpected(fmt::format("line {} of the trace `{}`: the rate is too large", line_number, file));
        }
        steps.push_back({*time, *rate * scale});
    }
    if (steps.empty()) {
        return unexpected(fmt::format("the trace `{}` has no rows", file));
    }
    return RateCurve::steps(steps);
}

RateCurve read_trace(TokenReader& reader, const FileLoader& load) {
    constexpr std::string_view k_form = "trace(file.csv scale 2)";
    const std::string file = reader.word(k_form);
    const double scale = reader.accept("scale") ? reader.quantity(Dimension::number, k_form) : 1;
    if (reader.error()) {
        return RateCurve::constant(0);
    }
    const auto text = load(file);
    if (!text) {
        reader.fail(text.error());
        return RateCurve::constant(0);
    }
    const auto curve = parse_trace(file, *text, scale);
    if (!curve) {
        reader.fail(curve.error());
        return RateCurve::constant(0);
    }
    return *curve;
}

RateText read_users(TokenReader& reader, const FileLoader& load) {
    constexpr std::string_view k_form = "users(500 think exponential(7 s))";
    constexpr std::int64_t k_users_max = 10'000'000;
    RateText rate;
    const std::int64_t users = reader.count(k_form);
    if (!reader.error() && (users < 1 || users > k_users_max)) {
        reader.fail(fmt::format("expected 1 to {} users, found {}", k_users_max, users));
    }
    reader.expect("think", k_form);
    const auto tokens = reader.distribution(k_form);
    if (reader.error()) {
        return rate;
    }
    const auto think = parse_distribution(tokens, Dimension::time, load);
    if (!think) {
        reader.fail(think.error());
        return rate;
    }
    rate.users = static_cast<std::uint32_t>(users);
    rate.think_s = *think;
    return rate;
}

}  // namespace

double clock_of_day(TokenReader& reader, std::string_view form) {
    const Token* token = reader.peek();
    if (token != nullptr && !token->is_call) {
        const std::string& text = token->text;
        const auto colon = text.find(':');
        if (colon != std::string::npos) {
            const auto hours = parse_count(text.substr(0, colon));
            const auto minutes = parse_count(text.substr(colon + 1));
            if (!hours || !minutes || *hours > 23 || *minutes > 59 || text.size() - colon != 3) {
                reader.fail(fmt::format("expected a time of day such as `20:00` in `{}`, found `{}`", form, text));
                return 0;
            }
            reader.word(form);
            return static_cast<double>(*hours * 3600 + *minutes * 60);
        }
    }
    reader.fail(fmt::format("expected a time of day such as `20:00` in `{}`", form));
    return 0;
}

const std::vector<std::string>& rate_names() {
    static const std::vector<std::string> k_names = {"diurnal", "ramp", "spike", "steps", "trace", "users"};
    return k_names;
}

Result<RateText> parse_rate(std::string_view text, double start_clock_s, const FileLoader& load) {
    const auto tokens = parse_tokens(text);
    if (!tokens) {
        return unexpected(tokens.error());
    }
    RateText rate;
    if (tokens->size() != 1 || !tokens->front().is_call) {
        const auto constant = parse_quantity(text, Dimension::rate);
        if (!constant) {
            return unexpected(constant.error());
        }
        rate.curve = RateCurve::constant(*constant);
    } else {
        const Token& call = tokens->front();
        TokenReader reader(call.arguments);
        if (call.text == "steps") {
            rate.curve = read_steps(reader);
        } else if (call.text == "diurnal") {
            rate.curve = read_diurnal(reader, start_clock_s);
        } else if (call.text == "spike") {
            rate.curve = read_spike(reader);
        } else if (call.text == "ramp") {
            rate.curve = read_ramp(reader);
        } else if (call.text == "trace") {
            rate.curve = read_trace(reader, load);
        } else if (call.text == "users") {
            rate = read_users(reader, load);
        } else {
            return unexpected(fmt::format("expected a rate such as `800/s` or `steps(...)`, found `{}`", call.text));
        }
        reader.finish(call.text);
        if (reader.error()) {
            return unexpected(*reader.error());
        }
    }
    if (rate.curve.highest() > k_rate_max_per_s) {
        return unexpected(std::string("a rate above 1e9/s is not simulated"));
    }
    return rate;
}

Result<ArrivalsText> parse_arrivals(std::string_view text, const FileLoader& load) {
    constexpr std::string_view k_forms =
        "expected `poisson`, `constant`, `renewal(dist)` or `mmpp(30/s 2 s 180/s 500 ms)`";
    const auto tokens = parse_tokens(text);
    if (!tokens) {
        return unexpected(tokens.error());
    }
    ArrivalsText arrivals;
    if (tokens->size() != 1) {
        return unexpected(fmt::format("{}, found `{}`", k_forms, text));
    }
    const Token& word = tokens->front();
    if (!word.is_call && word.text == "poisson") {
        return arrivals;
    }
    if (!word.is_call && word.text == "constant") {
        arrivals.constant = true;
        return arrivals;
    }
    if (word.is_call && word.text == "renewal") {
        const auto between = parse_distribution(word.arguments, Dimension::time, load);
        if (!between) {
            return unexpected(between.error());
        }
        if (!(between->mean() > 0) || !std::isfinite(between->mean())) {
            return unexpected(std::string("the times between arrivals need a mean that is positive and finite"));
        }
        arrivals.renewal_s = *between;
        return arrivals;
    }
    if (word.is_call && word.text == "mmpp") {
        TokenReader reader(word.arguments);
        while (!reader.at_end()) {
            ModulatedState state;
            state.per_s = reader.quantity(Dimension::rate, "mmpp(30/s 2 s 180/s 500 ms)");
            state.stay_mean_s = reader.quantity(Dimension::time, "mmpp(30/s 2 s 180/s 500 ms)");
            if (!reader.error() && state.stay_mean_s <= 0) {
                reader.fail("a state of `mmpp` must last some time");
            }
            arrivals.modulated.push_back(state);
        }
        if (reader.error()) {
            return unexpected(*reader.error());
        }
        if (arrivals.modulated.size() < 2) {
            return unexpected(std::string("`mmpp` needs at least two states: a rate and a mean stay each"));
        }
        return arrivals;
    }
    return unexpected(fmt::format("{}, found `{}`", k_forms, text));
}

}  // namespace nines
