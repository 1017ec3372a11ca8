#include "tools/commands/deliver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "engine/base/atomic_file.hpp"
#include "models/language/quantity_text.hpp"
#include "tools/console/humanize.hpp"
#include "tools/console/machine.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/comparison_json.hpp"
#include "tools/output/comparison_page.hpp"
#include "tools/output/json.hpp"
#include "tools/output/profile.hpp"
#include "tools/output/scorecard.hpp"
#include "tools/output/sqlite.hpp"

namespace nines {

namespace {

constexpr double k_memory_share = 0.8;  // of the machine's; the rest is for what is not counted

/// What the profile must not hold, since it differs from run to run.
void tell_speed(const Results& results) {
    const double per_s = results.wall_s > 0 ? static_cast<double>(results.events) / results.wall_s : 0;
    fmt::print(stderr, "nines: {} events in {}, {} a second; the process took at most {}B of memory\n",
               human_number(static_cast<double>(results.events)), human_duration(results.wall_s), human_number(per_s),
               human_number(static_cast<double>(memory_peak())));
}

}  // namespace

void add_memory_option(boost::program_options::options_description& options) {
    options.add_options()("memory", boost::program_options::value<std::string>()->value_name("SIZE"),
                          "stop when runs would need more than this, such as 4 GB (default: 80 % of the machine's)");
}

Result<RunLimits> limits_of(const CommandLine& line) {
    if (line.options.count("memory") == 0) {
        return RunLimits{static_cast<std::uint64_t>(k_memory_share * static_cast<double>(memory_of_machine()))};
    }
    const auto& text = line.options["memory"].as<std::string>();
    const Result<double> bytes = parse_quantity(text, Dimension::bytes);
    if (!bytes) {
        return unexpected(fmt::format("--memory: {}", bytes.error()));
    }
    constexpr double k_bytes_most = 1e18;
    return RunLimits{static_cast<std::uint64_t>(std::min(*bytes, k_bytes_most))};
}

void tell_stop(const Stop& stop) {
    if (!stop.why.empty()) {
        fmt::print(stderr, "nines: error: {}\n", stop.why);
    }
    if (stop.cause == StopCause::memory) {
        fmt::print(stderr,
                   "      = hint: ask less of it (a lower rate, fewer users, a limit on a queue or on how long "
                   "callers wait), or give it more: --memory SIZE\n");
    }
}

bool written(const Result<void>& result) {
    if (!result) {
        fmt::print(stderr, "nines: {}\n", result.error());
    }
    return result.has_value();
}

void print_results(const Results& results, const CommonOptions& options) {
    if (options.json != "-") {
        const Terminal out = look_at_terminal(1, options.color);
        const Style style{out.color, out.width, options.quiet, out.unicode};
        std::cout << format_scorecard(results, style)
                  << (results.profile ? format_profile(*results.profile, style) : "") << std::flush;
    }
    if (results.profile) {
        tell_speed(results);
    }
    tell_stop(results.stop);
}

bool write_json(const Results& results, const CommonOptions& options) {
    return options.json.empty() || write_json_text(to_json(results), options);
}

bool write_json_text(const std::string& text, const CommonOptions& options) {
    if (options.json == "-") {
        std::cout << text << std::flush;
        return static_cast<bool>(std::cout);
    }
    return options.json.empty() || written(write_file(options.json, text));
}

bool write_results(const Results& results, const CommonOptions& options) {
    return (options.out.empty() || written(write_sqlite(results, options.out))) && write_json(results, options);
}

ExitCode verdict(const Results& results) {
    switch (results.stop.cause) {
        case StopCause::none:
            break;
        case StopCause::interrupted:
            return ExitCode::interrupted;
        case StopCause::standstill:
            return ExitCode::bad_input;
        case StopCause::memory:
            return ExitCode::machine;
    }
    const auto any = [&](Verdict verdict) {
        return std::any_of(results.objectives.begin(), results.objectives.end(),
                           [&](const ObjectiveResult& objective) { return objective.verdict == verdict; });
    };
    if (any(Verdict::missed)) {
        return ExitCode::missed;
    }
    return any(Verdict::undecided) ? ExitCode::undecided : ExitCode::done;
}

ExitCode deliver_comparison(const ComparisonResults& results, const CommonOptions& options) {
    if (options.json != "-") {
        const Terminal out = look_at_terminal(1, options.color);
        std::cout << format_comparison(results, {out.color, out.width, options.quiet, out.unicode}) << std::flush;
    }
    tell_stop(results.base().stop);
    const bool good = options.json.empty() || write_json_text(to_json(results), options);
    return good ? verdict(results.base()) : ExitCode::machine;
}

}  // namespace nines
