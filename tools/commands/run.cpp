// nines run FILE: one replication, its scorecard, the timeline of its incidents.

#include "models/study/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "tools/commands/command_line.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines run FILE: one replication of a scenario, with its scorecard\n\n"
    "  nines run shop.yaml\n"
    "  nines run shop.yaml --variant thin --seed 3\n"
    "  nines run shop.yaml --set services.web.in.each=6 --json results.json --out results.db\n"
    "  nines run shop.yaml --profile\n\n"
    "Exit codes: 0 every objective met, 1 an objective missed, 2 bad input, 4 disk or memory, 130 interrupted.\n\n";
constexpr CommandFace k_face{"run", k_help, k_a_scenario};

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

}  // namespace

ExitCode run_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    description.add_options()("profile", "tell where simulated work went: events, memory, random words");
    add_memory_option(description);
    const auto line = read_words(k_face, words, description);
    if (!line) {
        return line.error();
    }
    const CommonOptions& options = line->common;
    const auto limits = limits_of(*line);
    if (!limits) {
        return fail(k_face, limits.error());
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
