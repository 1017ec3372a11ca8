// The `run:` part: fidelity, horizon, warm-up, seed, clock, and how incidents are told.

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "engine/base/time.hpp"
#include "models/architecture/readers.hpp"

namespace nines {

namespace {

/// "2026-01-05 19:30" (or with T, or with seconds, or a date alone), UTC, to seconds since 1970.
std::optional<std::int64_t> parse_clock(std::string_view text) {
    int part[6] = {0, 1, 1, 0, 0, 0};
    constexpr std::string_view k_pattern = "dddd-dd-dd dd:dd:dd";
    if (text.size() != 10 && text.size() != 16 && text.size() != 19) {
        return std::nullopt;
    }
    int field = 0;
    int value = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || k_pattern[i] != 'd') {
            if (i < text.size() && text[i] != k_pattern[i] && !(i == 10 && text[i] == 'T')) {
                return std::nullopt;
            }
            part[field++] = value;
            value = 0;
        } else if (text[i] >= '0' && text[i] <= '9') {
            value = value * 10 + (text[i] - '0');
        } else {
            return std::nullopt;
        }
    }
    const std::chrono::year_month_day date{std::chrono::year{part[0]},
                                           std::chrono::month{static_cast<unsigned>(part[1])},
                                           std::chrono::day{static_cast<unsigned>(part[2])}};
    if (!date.ok() || part[0] < 1970 || part[3] > 23 || part[4] > 59 || part[5] > 59) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
    return static_cast<std::int64_t>(days) * 86'400 + part[3] * 3600 + part[4] * 60 + part[5];
}

void read_time(const ReadContext& context, MappingReader& reader, std::string_view key, double low_s, double& into) {
    const Node* node = reader.optional(key);
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of(key);
    // A bare 0 needs no unit: zero is zero in every unit.
    const bool zero = node->is_scalar() && node->text == "0";
    const auto value = zero ? std::optional<double>(0) : read_moment(*node, path, context.problems);
    if (!value) {
        return;
    }
    if (*value < low_s) {
        context.problem(
            *node, path,
            fmt::format("expected at least {}, found `{}`", format_quantity(low_s, Dimension::time), node->text));
    } else {
        into = *value;
    }
}

void read_fidelity(const ReadContext& context, MappingReader& reader, RunSpec& run) {
    const Node* node = reader.optional("fidelity");
    if (node == nullptr) {
        return;
    }
    if (!node->is_scalar() || (node->text != "requests" && node->text != "flow")) {
        add_wrong_word(*node, "run.fidelity", "a fidelity", {"requests", "flow"}, context.problems);
    } else {
        run.fidelity = node->text;
    }
}

}  // namespace

void check_event_count(const ReadContext& context, const Node& node, const std::string& path, double per_s,
                       std::string_view what) {
    constexpr double k_events_max = 1e12;
    const RunSpec& run = context.architecture.run;
    const double expected = per_s * (run.horizon_s + run.warmup_s);
    if (run.fidelity == "requests" && !(expected <= k_events_max)) {
        context.problem(node, path, fmt::format("up to {:.3g} {} would be simulated one by one", expected, what)).hint =
            "shorten the horizon, or let it happen less often; for years of time take `fidelity: flow`";
    }
}

void read_run(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    RunSpec& run = context.architecture.run;
    MappingReader reader(*node, "run", context.problems, "run settings");
    read_fidelity(context, reader, run);
    read_time(context, reader, "warmup", 0, run.warmup_s);
    read_time(context, reader, "horizon", 1e-3, run.horizon_s);
    read_time(context, reader, "slice", 1e-3, run.slice_s);
    read_time(context, reader, "clear", 0, run.clear_s);
    if (const Node* seed = reader.optional("seed")) {
        run.seed =
            static_cast<std::uint64_t>(read_count(*seed, "run.seed", 0, 1'000'000'000, context.problems).value_or(1));
    }
    if (const Node* good = reader.optional("good")) {
        const auto share = read_quantity(*good, "run.good", Dimension::fraction, context.problems);
        if (share && (*share <= 0 || *share > 1)) {
            context.problem(*good, "run.good", fmt::format("expected a share up to 100 %, found `{}`", good->text));
        }
        run.good = share.value_or(run.good);
    }
    if (const Node* start = reader.optional("start")) {
        const auto clock = start->is_scalar() ? parse_clock(start->text) : std::nullopt;
        if (!clock) {
            add_expected(*start, "run.start", "a date and time (UTC) such as `2026-01-05 19:30`", context.problems);
        }
        run.start_clock_s = clock.value_or(run.start_clock_s);
    }
    const bool is_flow = run.fidelity == "flow";
    if (!is_flow && run.horizon_s / run.slice_s > 5e7) {
        const Node* slice = reader.optional("slice");
        context
            .problem(slice != nullptr ? *slice : *reader.optional("horizon"), "run.slice",
                     "the horizon has more than 50 million slices")
            .hint = "take a longer `slice`";
    }
    if (!is_flow && run.warmup_s + run.horizon_s > k_time_most_s) {
        const Node* warmup = reader.optional("warmup");
        context
            .problem(warmup != nullptr ? *warmup : *reader.optional("horizon"), "run.horizon",
                     "warm-up and horizon together are longer than 200 yr")
            .hint = "for thousands of years take `fidelity: flow`";
    }
    reader.finish();
}

}  // namespace nines
