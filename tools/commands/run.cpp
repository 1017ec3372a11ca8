// nines run FILE: one replication, its scorecard, the timeline of its incidents.

#include "models/study/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "engine/base/atomic_file.hpp"
#include "models/language/quantity_text.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/humanize.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/machine.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/json.hpp"
#include "tools/output/profile.hpp"
#include "tools/output/scorecard.hpp"
#include "tools/output/sqlite.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines run FILE: one replication of a scenario, with its scorecard\n\n"
    "  nines run shop.yaml\n"
    "  nines run shop.yaml --variant thin --seed 3\n"
    "  nines run shop.yaml --set services.web.in.each=6 --json results.json --out results.db\n"
    "  nines run shop.yaml --profile\n\n"
    "Exit codes: 0 every objective met, 1 an objective missed, 2 bad input, 4 disk or memory, 130 interrupted.\n\n";

constexpr double k_memory_share = 0.8;  // of the machine's; the rest is for what is not counted

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
    for (const ObjectiveResult& objective : results.objectives) {
        if (objective.verdict == Verdict::missed) {
            return ExitCode::missed;
        }
    }
    return ExitCode::done;
}

/// The limit on memory: `--memory SIZE`, or a share of what there is.
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

/// What a run that was stopped has to say, beside its results so far.
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

/// What the profile must not hold, since it differs from run to run.
void tell_speed(const Results& results) {
    const double per_s = results.wall_s > 0 ? static_cast<double>(results.events) / results.wall_s : 0;
    fmt::print(stderr, "nines: {} events in {}, {} a second; the process took at most {}B of memory\n",
               human_number(static_cast<double>(results.events)), human_duration(results.wall_s), human_number(per_s),
               human_number(static_cast<double>(memory_peak())));
}

/// Writes what was asked for; false when the disk failed us.
bool write_results(const Results& results, const CommonOptions& options) {
    const auto failed = [](const Result<void>& written) {
        if (!written) {
            fmt::print(stderr, "nines: {}\n", written.error());
        }
        return !written;
    };
    if (!options.out.empty() && failed(write_sqlite(results, options.out))) {
        return false;
    }
    if (options.json == "-") {
        std::cout << to_json(results) << std::flush;
        return static_cast<bool>(std::cout);
    }
    return options.json.empty() || !failed(write_file(options.json, to_json(results)));
}

/// Runs the plan, and says what the machine has to do with it.
Results run_plan(const Plan& plan, const CommonOptions& options, const RunLimits& limits) {
    catch_interrupts();
    const Terminal err = look_at_terminal(2, options.color);
    Progress progress(!options.quiet, err.interactive, plan.run.horizon_s);
    const auto began = std::chrono::steady_clock::now();
    const auto watch = [&](double done, std::uint64_t events) {
        progress.update(done, events);
        return !interrupted();
    };
    Results results = run_once(plan, {options.seed.value_or(plan.run.seed), 0}, watch, limits);
    progress.finish();
    results.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    results.version = NINES_VERSION;
    results.variant = options.variant;
    return results;
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

}  // namespace

ExitCode run_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    description.add_options()("profile", "tell where simulated work went: events, memory, random words")(
        "memory", boost::program_options::value<std::string>()->value_name("SIZE"),
        "stop when the run would need more than this, such as 4 GB (default: 80 % of the machine's)");
    const auto line = parse_options(words, description);
    if (!line) {
        fmt::print(stderr, "nines run: {}\n", line.error());
        return ExitCode::bad_input;
    }
    const CommonOptions& options = line->common;
    if (options.help) {
        std::cout << k_help << description;
        return ExitCode::done;
    }
    if (options.file.empty()) {
        fmt::print(stderr, "nines run: expected a scenario file: nines run FILE\n");
        return ExitCode::bad_input;
    }
    const auto limits = limits_of(*line);
    if (!limits) {
        fmt::print(stderr, "nines run: {}\n", limits.error());
        return ExitCode::bad_input;
    }
    const auto loaded = load_scenario(options);
    if (!loaded) {
        return ExitCode::bad_input;
    }
    Results results = run_plan(loaded->plan, options, *limits);
    if (line->options.count("profile") == 0) {
        results.profile.reset();
    }
    print_results(results, options);
    if (!write_results(results, options)) {
        return ExitCode::machine;
    }
    return verdict(results);
}

}  // namespace nines
