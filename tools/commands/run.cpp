// nines run FILE: one replication, its scorecard, the timeline of its incidents.

#include "models/study/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "engine/base/atomic_file.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/json.hpp"
#include "tools/output/scorecard.hpp"
#include "tools/output/sqlite.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines run FILE: one replication of a scenario, with its scorecard\n\n"
    "  nines run shop.yaml\n"
    "  nines run shop.yaml --variant thin --seed 3\n"
    "  nines run shop.yaml --set services.web.in.each=6 --json results.json --out results.db\n\n"
    "Exit codes: 0 every objective met, 1 an objective missed, 2 bad input, 4 disk or memory, 130 interrupted.\n\n";

ExitCode verdict(const Results& results) {
    if (results.partial) {
        return ExitCode::interrupted;
    }
    for (const ObjectiveResult& objective : results.objectives) {
        if (objective.verdict == Verdict::missed) {
            return ExitCode::missed;
        }
    }
    return ExitCode::done;
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

}  // namespace

ExitCode run_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
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
    const auto loaded = load_scenario(options);
    if (!loaded) {
        return ExitCode::bad_input;
    }
    catch_interrupts();
    const Plan& plan = loaded->plan;
    const Terminal err = look_at_terminal(2, options.color);
    Progress progress(!options.quiet, err.interactive, plan.run.horizon_s);
    const auto began = std::chrono::steady_clock::now();
    Results results = run_once(plan, {options.seed.value_or(plan.run.seed), 0}, [&](double done, std::uint64_t events) {
        progress.update(done, events);
        return !interrupted();
    });
    progress.finish();
    results.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    results.version = NINES_VERSION;
    results.variant = options.variant;
    if (options.json != "-") {
        const Terminal out = look_at_terminal(1, options.color);
        std::cout << format_scorecard(results, {out.color, out.width, options.quiet, out.unicode}) << std::flush;
    }
    if (!write_results(results, options)) {
        return ExitCode::machine;
    }
    return verdict(results);
}

}  // namespace nines
