// nines study FILE: Monte Carlo, as many replications as the stopping rule asks for.

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "models/study/run_study.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines study FILE: replications of a scenario, with intervals\n\n"
    "  nines study shop.yaml\n"
    "  nines study shop.yaml --set study.replications=1000 --json results.json\n\n"
    "Exit codes: 0 every objective met, 1 an objective missed, 2 bad input, 3 an objective undecided, 4 disk or\n"
    "memory, 130 interrupted.\n\n";

Results run_plan(const Loaded& loaded, const CommonOptions& options, const RunLimits& limits) {
    const Plan& plan = loaded.plan;
    StudyFrame frame = frame_of(plan, options.seed.value_or(plan.run.seed));
    frame.version = NINES_VERSION;
    frame.variant = options.variant;
    Study study(frame, {});
    const MetricTable table(plan);
    catch_interrupts();
    const SamplerContext context{plan, table, frame.seed, {}, limits, study.incident_bar(), interrupted};
    const Executor executor(static_cast<std::size_t>(options.threads));
    ThreadSource source(context, executor);
    const Terminal err = look_at_terminal(2, options.color);
    Progress progress(!options.quiet, err.interactive);
    const auto began = std::chrono::steady_clock::now();
    StudyHooks hooks;
    hooks.interrupted = interrupted;
    hooks.elapsed_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    hooks.progress = [&](const Study& so_far) { progress.update(so_far.share_done(), so_far.events()); };
    const Result<void> ran = run_study(study, source, nullptr, hooks);
    progress.finish();
    Results results = study.results();
    results.wall_s = hooks.elapsed_s();
    return results;
}

}  // namespace

ExitCode study_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    add_memory_option(description);
    const auto line = parse_options(words, description);
    if (!line) {
        fmt::print(stderr, "nines study: {}\n", line.error());
        return ExitCode::bad_input;
    }
    const CommonOptions& options = line->common;
    if (options.help) {
        std::cout << k_help << description;
        return ExitCode::done;
    }
    if (options.file.empty()) {
        fmt::print(stderr, "nines study: expected a scenario file: nines study FILE\n");
        return ExitCode::bad_input;
    }
    const auto limits = limits_of(*line);
    if (!limits) {
        fmt::print(stderr, "nines study: {}\n", limits.error());
        return ExitCode::bad_input;
    }
    const auto loaded = load_scenario(options);
    if (!loaded) {
        return ExitCode::bad_input;
    }
    const Results results = run_plan(*loaded, options, *limits);
    print_results(results, options);
    if (!write_results(results, options)) {
        return ExitCode::machine;
    }
    return verdict(results);
}

}  // namespace nines
