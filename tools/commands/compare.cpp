// nines compare FILE...: the base and its variants under the same luck, and what to make of their differences.

#include "models/study/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <set>

#include "tools/commands/command_line.hpp"
#include "tools/commands/contest_run.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/commands/keeping.hpp"
#include "tools/commands/load.hpp"
#include "tools/commands/scenario_hash.hpp"
#include "tools/output/contest_file.hpp"

namespace nines {

namespace {

constexpr std::size_t k_files_most = 100;

constexpr std::string_view k_help =
    "nines compare FILE: the base and its variants under the same luck\n\n"
    "  nines compare shop.yaml\n"
    "  nines compare shop.yaml --variant thin --variant two-azs\n"
    "  nines compare shop.yaml other.yaml --json results.json    the first file is the base\n"
    "  nines compare shop.yaml --out shop.db --resume            goes on where it was stopped\n"
    "  nines compare shop.yaml --out part3.db --shard 3/8        then: nines merge part*.db\n\n"
    "Replication r of each has the same luck: what a variant does not touch has the same faults, arrivals and work as\n"
    "in the base. Differences are variant minus base, replication by replication; their intervals hold for all\n"
    "variants at once. `study:` of the base says how many replications there are; `until` is about the difference of\n"
    "its metric between each variant and the base (a relative half-width is a share of that difference).\n\n"
    "Exit codes are about the objectives of the base: 0 all met, 1 one missed, 2 bad input, 3 one undecided, 4 disk\n"
    "or memory, 130 interrupted, with what there was so far.\n\n";
constexpr CommandFace k_face{"compare", k_help, k_a_scenario};

/// Who takes part, and how it is loaded.
struct Entrant {
    std::string name;
    CommonOptions options;
};

/// A file is known by its name without folder and ending, or by its path where two would have the same.
std::vector<Entrant> entries_of_files(const CommandLine& line) {
    std::vector<Entrant> entries;
    std::multiset<std::string> stems;
    for (const std::string& file : line.arguments) {
        stems.insert(std::filesystem::path(file).stem().string());
    }
    for (const std::string& file : line.arguments) {
        const std::string stem = std::filesystem::path(file).stem().string();
        Entrant entry{stems.count(stem) > 1 ? file : stem, line.common};
        entry.options.file = file;
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// Nothing: the mistakes have been printed.
std::optional<std::vector<Entrant>> entries_of(const CommandLine& line) {
    if (line.arguments.size() > 1) {
        if (!line.common.variants.empty()) {
            fail(k_face, "--variant is of one file: with several, each is taken as it stands");
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
        fail(k_face, fmt::format("{} has no variants: nothing to compare with", line.common.file));
        return std::nullopt;
    }
    std::vector<Entrant> entries{{"base", line.common}};
    std::set<std::string> known{"base"};
    for (const std::string& variant : variants) {
        if (!known.insert(variant).second) {
            fail(k_face, variant == "base" ? "a variant named base cannot be told from the base: give it another name"
                                           : fmt::format("--variant {} is given more than once", variant));
            return std::nullopt;
        }
        entries.push_back({variant, line.common});
        entries.back().options.variant = variant;
    }
    return entries;
}

/// What makes two contestants hard to compare, in sentences.
std::vector<std::string> differing_runs(const std::vector<Entrant>& entries, const std::deque<Loaded>& loaded) {
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

/// All that replications of the contestants depend on, in their order.
StudyIdentity identity_of(const std::vector<Entrant>& entries, const std::deque<Loaded>& loaded, const Contest& contest,
                          const ShardOption& shard) {
    const auto join = [&](const auto& of) {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            parts.push_back(of(i));
        }
        return fmt::format("{}", fmt::join(parts, ", "));
    };
    const StudyFrame& base = contest.contestant(0).frame;
    StudyIdentity identity;
    identity.kind = k_comparison;
    identity.version = base.version;
    identity.seed = std::to_string(base.seed);
    identity.scenario = join([&](std::size_t i) { return scenario_hash(loaded[i].architecture); });
    identity.fidelity = join([&](std::size_t i) { return contest.contestant(i).frame.fidelity; });
    identity.variant = join([&](std::size_t i) { return entries[i].name; });
    identity.shard = shard.text();
    return identity;
}

/// What the command line asks for.
struct CompareJob {
    CommandLine line;
    RunLimits limits;
    Keeping keeping;
    std::vector<Entrant> entries;
    std::deque<Loaded> loaded;
};

std::vector<Contestant> contestants_of(const CompareJob& job) {
    const std::uint64_t seed = job.line.common.seed.value_or(job.loaded.front().plan.run.seed);
    std::vector<Contestant> contestants;
    for (std::size_t i = 0; i < job.loaded.size(); ++i) {
        contestants.push_back(contestant_of(job.loaded[i].plan, seed, job.entries[i].name));
        contestants.back().frame.version = NINES_VERSION;
        contestants.back().frame.variant = job.entries[i].options.variant;
    }
    return contestants;
}

ExitCode run_job(const CompareJob& job) {
    std::vector<Contestant> contestants = contestants_of(job);
    if (const auto sentences = unmeasured_rules(contestants); !sentences.empty()) {
        return fail(k_face, sentences.front());
    }
    const CommonOptions& options = job.line.common;
    const ShardOption shard = job.keeping.shard();
    Contest contest(std::move(contestants), shard.shard());
    const std::vector<std::string> warnings = differing_runs(job.entries, job.loaded);
    std::unique_ptr<ContestFile> file;
    if (!options.out.empty()) {
        auto opened = ContestFile::open(options.out, identity_of(job.entries, job.loaded, contest, shard), contest,
                                        warnings, job.keeping.resume ? StudyOpening::resume : StudyOpening::anew);
        if (!opened) {
            return fail(k_face, opened.error().what, opened.error().code);
        }
        file = std::move(*opened);
    }
    ContestField field;
    fill_field(field, job.loaded, contest, shard.shard(), job.limits);
    const Executor executor(static_cast<std::size_t>(options.threads));
    PairedSource source(field.contexts, executor);
    const Result<double> wall_s = run_timed(contest, source, file.get(), options);
    ComparisonResults results = results_of(contest);
    results.contestants.front().results.wall_s = wall_s.value_or(0);
    results.warnings = warnings;
    const Result<void> kept = !wall_s ? Result<void>(unexpected(wall_s.error()))
                              : file  ? file->finish(results)
                                      : Result<void>();
    if (!kept) {
        return fail(k_face, fmt::format("{}; what it holds can be gone on with by --resume", kept.error()),
                    ExitCode::machine);
    }
    return deliver_comparison(results, options);
}

}  // namespace

ExitCode compare_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description, VariantChoice::several);
    add_memory_option(description);
    add_keeping_options(description, k_comparison);
    auto line = read_words(k_face, words, description, k_files_most);
    if (!line) {
        return line.error();
    }
    CompareJob job;
    job.line = std::move(*line);
    const auto limits = limits_of(job.line);
    const auto keeping = keeping_of(job.line, k_comparison);
    if (!limits || !keeping) {
        return fail(k_face, !limits ? limits.error() : keeping.error());
    }
    job.limits = *limits;
    job.keeping = *keeping;
    auto entries = entries_of(job.line);
    if (!entries) {
        return ExitCode::bad_input;
    }
    job.entries = std::move(*entries);
    for (const Entrant& entry : job.entries) {
        auto one = load_scenario(entry.options);
        if (!one) {
            return ExitCode::bad_input;
        }
        one->plan.study.control = StudyControl::none;  // pairs are controls of one another
        job.loaded.push_back(std::move(*one));
    }
    if (const auto fits = check_shard(job.keeping, job.loaded.front().plan.study, k_comparison); !fits) {
        return fail(k_face, fits.error());
    }
    return run_job(job);
}

}  // namespace nines
