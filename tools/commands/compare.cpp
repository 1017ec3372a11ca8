// nines compare FILE...: the base and its variants under the same luck, and what to make of their differences.

#include "models/study/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <iostream>
#include <set>

#include "tools/commands/commands.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/comparison_json.hpp"
#include "tools/output/comparison_page.hpp"
#include "tools/output/comparison_tables.hpp"

namespace nines {

namespace {

constexpr std::size_t k_files_most = 100;

constexpr std::string_view k_help =
    "nines compare FILE: the base and its variants under the same luck\n\n"
    "  nines compare shop.yaml\n"
    "  nines compare shop.yaml --variant thin --variant two-azs\n"
    "  nines compare shop.yaml other.yaml --json results.json    the first file is the base\n\n"
    "Replication r of each has the same luck: what a variant does not touch has the same faults, arrivals and work as\n"
    "in the base. Differences are variant minus base, replication by replication; their intervals hold for all\n"
    "variants at once. `study:` of the base says how many replications there are; `until` is about the difference of\n"
    "its metric between each variant and the base (a relative half-width is a share of that difference).\n\n"
    "Exit codes are about the objectives of the base: 0 all met, 1 one missed, 2 bad input, 3 one undecided, 4 disk\n"
    "or memory, 130 interrupted, with what there was so far.\n\n";

ExitCode fail(const std::string& sentence, ExitCode code = ExitCode::bad_input) {
    fmt::print(stderr, "nines compare: {}\n", sentence);
    return code;
}

/// Who takes part, and how it is loaded.
struct Entry {
    std::string name;
    CommonOptions options;
};

/// A file is known by its name without folder and ending, or by its path where two would have the same.
std::vector<Entry> entries_of_files(const CommandLine& line) {
    std::vector<Entry> entries;
    std::multiset<std::string> stems;
    for (const std::string& file : line.arguments) {
        stems.insert(std::filesystem::path(file).stem().string());
    }
    for (const std::string& file : line.arguments) {
        const std::string stem = std::filesystem::path(file).stem().string();
        Entry entry{stems.count(stem) > 1 ? file : stem, line.common};
        entry.options.file = file;
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// Nothing: the mistakes have been printed.
std::optional<std::vector<Entry>> entries_of(const CommandLine& line) {
    if (line.arguments.size() > 1) {
        if (!line.common.variants.empty()) {
            fail("--variant is of one file: with several, each is taken as it stands");
            return std::nullopt;
        }
        return entries_of_files(line);
    }
    std::vector<std::string> variants = line.common.variants;
    if (variants.empty()) {
        const auto names = load_variant_names(line.common);
        if (!names) {
            return std::nullopt;
        }
        variants = *names;
    }
    if (variants.empty()) {
        fail(fmt::format("{} has no variants: nothing to compare with", line.common.file));
        return std::nullopt;
    }
    std::vector<Entry> entries{{"base", line.common}};
    std::set<std::string> known{"base"};
    for (const std::string& variant : variants) {
        if (!known.insert(variant).second) {
            fail(variant == "base" ? "a variant named base cannot be told from the base: give it another name"
                                   : fmt::format("--variant {} is given more than once", variant));
            return std::nullopt;
        }
        entries.push_back({variant, line.common});
        entries.back().options.variant = variant;
    }
    return entries;
}

/// What makes two contestants hard to compare, in sentences.
std::vector<std::string> differing_runs(const std::vector<Entry>& entries, const std::deque<Loaded>& loaded) {
    std::vector<std::string> sentences;
    const RunSpec& base = loaded.front().plan.run;
    for (std::size_t i = 1; i < entries.size(); ++i) {
        const RunSpec& run = loaded[i].plan.run;
        if (run.horizon_s != base.horizon_s || run.warmup_s != base.warmup_s ||
            run.start_clock_s != base.start_clock_s) {
            sentences.push_back(
                fmt::format("{} measures another time than {}: totals are not of the same length, and "
                            "luck is shared only as far as both go",
                            entries[i].name, entries.front().name));
        }
        if (run.fidelity != base.fidelity) {
            sentences.push_back(fmt::format("{} runs in {}, {} in {}: differences are of the fidelities too",
                                            entries[i].name, run.fidelity, entries.front().name, base.fidelity));
        }
    }
    return sentences;
}

/// Everything that the threads read while the contest runs.
struct Field {
    std::deque<MetricTable> tables;
    std::vector<SamplerContext> contexts;
};

void fill_field(Field& field, const std::deque<Loaded>& loaded, const Contest& contest, const RunLimits& limits) {
    for (std::size_t i = 0; i < loaded.size(); ++i) {
        const MetricTable& table = field.tables.emplace_back(loaded[i].plan);
        field.contexts.push_back({loaded[i].plan,
                                  table,
                                  contest.contestant(i).frame.seed,
                                  {},
                                  limits,
                                  contest.study(i).incident_bar(),
                                  interrupted});
    }
}

/// Runs it with progress on standard error; an interrupt ends it. @returns the wall-clock time it took
double run_timed(Contest& contest, PairedSource& source, const CommonOptions& options) {
    catch_interrupts();
    Progress progress(!options.quiet, look_at_terminal(2, options.color).interactive);
    const auto began = std::chrono::steady_clock::now();
    ContestHooks hooks;
    hooks.elapsed_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    const StudySpec& spec = contest.spec();
    hooks.progress = [&](const Contest& now) {
        const double of_budget = spec.budget_s ? hooks.elapsed_s() / *spec.budget_s : 0;
        const bool fixed = spec.until.empty() && !spec.budget_s;
        progress.update(std::max(now.share_done(), of_budget), now.events(), now.taken(), fixed ? now.most() : 0);
    };
    run_contest(contest, source, hooks);
    progress.finish();
    return hooks.elapsed_s();
}

ExitCode deliver(const ComparisonResults& results, const CommonOptions& options) {
    if (options.json != "-") {
        const Terminal out = look_at_terminal(1, options.color);
        std::cout << format_comparison(results, {out.color, out.width, options.quiet, out.unicode}) << std::flush;
    }
    tell_stop(results.base().stop);
    const bool good = (options.out.empty() || written(write_sqlite(results, options.out))) &&
                      (options.json.empty() || write_json_text(to_json(results), options));
    return good ? verdict(results.base()) : ExitCode::machine;
}

ExitCode compare(const CommandLine& line, const RunLimits& limits) {
    const auto entries = entries_of(line);
    if (!entries) {
        return ExitCode::bad_input;
    }
    std::deque<Loaded> loaded;
    for (const Entry& entry : *entries) {
        auto one = load_scenario(entry.options);
        if (!one) {
            return ExitCode::bad_input;
        }
        one->plan.study.control = StudyControl::none;  // pairs are controls of one another
        loaded.push_back(std::move(*one));
    }
    const std::uint64_t seed = line.common.seed.value_or(loaded.front().plan.run.seed);
    std::vector<Contestant> contestants;
    for (std::size_t i = 0; i < loaded.size(); ++i) {
        contestants.push_back(contestant_of(loaded[i].plan, seed, (*entries)[i].name));
        contestants.back().frame.version = NINES_VERSION;
        contestants.back().frame.variant = (*entries)[i].options.variant;
    }
    if (const auto sentences = unmeasured_rules(contestants); !sentences.empty()) {
        return fail(sentences.front());
    }
    Contest contest(std::move(contestants));
    Field field;
    fill_field(field, loaded, contest, limits);
    const Executor executor(static_cast<std::size_t>(line.common.threads));
    PairedSource source(field.contexts, executor);
    const double wall_s = run_timed(contest, source, line.common);
    ComparisonResults results = results_of(contest);
    results.contestants.front().results.wall_s = wall_s;
    results.warnings = differing_runs(*entries, loaded);
    return deliver(results, line.common);
}

}  // namespace

ExitCode compare_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description, VariantChoice::several);
    add_memory_option(description);
    description.add_options()("resume", "of nines study; not built yet for compare")(
        "shard", boost::program_options::value<std::string>()->value_name("I/N"),
        "of nines study; not built yet for compare");
    const auto line = parse_options(words, description, k_files_most);
    if (!line) {
        return fail(line.error());
    }
    if (line->common.help) {
        std::cout << k_help << description;
        return ExitCode::done;
    }
    if (line->arguments.empty()) {
        return fail("expected a scenario file: nines compare FILE");
    }
    for (const char* option : {"resume", "shard"}) {
        if (line->options.count(option) > 0) {
            return fail(fmt::format("--{} is known, not built yet for compare: nines study takes it", option));
        }
    }
    const auto limits = limits_of(*line);
    if (!limits) {
        return fail(limits.error());
    }
    return compare(*line, *limits);
}

}  // namespace nines
