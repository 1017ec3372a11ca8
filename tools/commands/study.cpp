// nines study FILE: Monte Carlo, as many replications as the stopping rule asks for.

#include "tools/commands/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>

#include "models/study/rare.hpp"
#include "models/study/rare_events.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/commands/scenario_hash.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/study_file.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines study FILE: replications of a scenario, with intervals\n\n"
    "  nines study shop.yaml\n"
    "  nines study shop.yaml --set study.replications=1000 --json results.json\n"
    "  nines study shop.yaml --out shop.db --resume      goes on where it was stopped\n"
    "  nines study shop.yaml --out part3.db --shard 3/8  then: nines merge part*.db\n\n"
    "Exit codes: 0 every objective met, 1 an objective missed, 2 bad input, 3 an objective undecided, 4 disk or\n"
    "memory, 130 interrupted.\n\n";

Result<ShardOption> read_shard(const std::string& text) {
    ShardOption option;
    const char* end = text.data() + text.size();
    const auto part = std::from_chars(text.data(), end, option.part);
    const bool slash = part.ec == std::errc() && part.ptr != end && *part.ptr == '/';
    const auto parts = slash ? std::from_chars(part.ptr + 1, end, option.parts) : part;
    if (!slash || parts.ec != std::errc() || parts.ptr != end || option.part < 1 || option.part > option.parts) {
        return unexpected(fmt::format("--shard wants I/N with I from 1 to N, not `{}`", text));
    }
    return option;
}

/// A job without its scenario.
Result<StudyJob> read_request(const CommandLine& line) {
    StudyJob request;
    request.line = line;
    const auto limits = limits_of(line);
    if (!limits) {
        return unexpected(limits.error());
    }
    request.limits = *limits;
    if (line.options.count("control") > 0) {
        request.line.common.sets.push_back("study.control=" + line.options["control"].as<std::string>());
    }
    request.resume = line.options.count("resume") > 0;
    request.sharded = line.options.count("shard") > 0;
    if (request.sharded) {
        const auto shard = read_shard(line.options["shard"].as<std::string>());
        if (!shard) {
            return unexpected(shard.error());
        }
        request.shard = *shard;
    }
    if ((request.resume || request.sharded) && line.common.out.empty()) {
        return unexpected(
            fmt::format("--{} needs the file of the study: --out FILE.db", request.resume ? "resume" : "shard"));
    }
    return request;
}

Result<void> check_shard(const StudyJob& request, const StudySpec& spec) {
    if (request.sharded && (!spec.until.empty() || spec.budget_s)) {
        return unexpected(
            std::string("--shard needs a fixed number of replications: a study with `until` or `budget` ends where "
                        "all of them together say so"));
    }
    if (request.sharded && spec.control != StudyControl::none) {
        return unexpected(
            std::string("--shard: a study with `control: flow` is not run in parts; write `--control none`"));
    }
    if (request.sharded && request.shard.parts > spec.replications) {
        return unexpected(
            fmt::format("--shard {}: there are only {} replications", request.shard.text(), spec.replications));
    }
    return {};
}

/// Progress on standard error, wall-clock time, and the interrupts of the user.
class StudyCourse {
public:
    explicit StudyCourse(const CommonOptions& options)
        : progress_(!options.quiet, look_at_terminal(2, options.color).interactive),
          began_(std::chrono::steady_clock::now()) {
        catch_interrupts();
        hooks_.elapsed_s = [this] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
        };
        hooks_.progress = [this](const Study& study) {
            const StudySpec& spec = study.frame().spec;
            const bool fixed = spec.until.empty() && !spec.budget_s;
            const double of_budget = spec.budget_s ? hooks_.elapsed_s() / *spec.budget_s : 0;
            progress_.update(std::max(study.share_done(), of_budget), study.events(), study.taken(),
                             fixed ? study.most() : 0);
        };
    }
    const StudyHooks& hooks() const { return hooks_; }
    double finish() {
        progress_.finish();
        return hooks_.elapsed_s();
    }

private:
    Progress progress_;
    std::chrono::steady_clock::time_point began_;
    StudyHooks hooks_;
};

StudyIdentity identity_of(const Loaded& loaded, const StudyFrame& frame, const ShardOption& shard) {
    return {
        frame.version, scenario_hash(loaded.architecture), std::to_string(frame.seed), frame.fidelity, frame.variant,
        shard.text(),  frame.is_controlled() ? "flow" : ""};
}

ExitCode fail(const FileError& error) {
    fmt::print(stderr, "nines study: {}\n", error.what);
    return error.code;
}

}  // namespace

ExitCode run_study_job(const StudyJob& job, const SourceMaker& make_source) {
    const Plan& plan = job.loaded.plan;
    StudyFrame frame = frame_of(plan, job.seed());
    frame.version = NINES_VERSION;
    frame.variant = job.common().variant;
    const Executor executor(static_cast<std::size_t>(job.common().threads));
    frame.rare = find_rare_figure(plan, frame.seed, parallel_for_on(executor));
    if (!frame.rare) {
        frame.rare = find_overload_figure(plan, frame.seed, parallel_for_on(executor));
    }
    frame.rare_events = find_rare_events(plan, frame.seed, parallel_for_on(executor));
    Study study(frame, job.shard.shard());
    std::unique_ptr<StudyFile> file;
    if (!job.common().out.empty()) {
        auto opened = StudyFile::open(job.common().out, identity_of(job.loaded, frame, job.shard), study.frame(),
                                      job.resume ? StudyOpening::resume : StudyOpening::anew);
        if (!opened) {
            return fail(opened.error());
        }
        file = std::move(*opened);
    }
    StudyCourse course(job.common());
    const MetricTable table(plan);
    // As many replications are under way as there are threads: they share the machine.
    const RunLimits each{job.limits.memory_bytes / executor.threads()};
    const SamplerContext context{.plan = plan,
                                 .table = table,
                                 .seed = frame.seed,
                                 .shard = job.shard.shard(),
                                 .limits = each,
                                 .incident_bar = study.incident_bar(),
                                 .interrupted = interrupted};
    const std::unique_ptr<BatchSource> source = make_source(context, executor, file.get());
    Result<void> kept = run_study(study, *source, file.get(), course.hooks());
    if (const std::uint64_t wanted = kept ? study.flow_alone_wanted() : 0; wanted > 0) {
        study.take_flow_alone(run_flow_alone(context, executor, wanted));
    }
    Results results = study.results();
    results.wall_s = course.finish();
    if (file && kept) {
        kept = file->finish(study, results);
    }
    if (!kept) {
        return fail(
            {ExitCode::machine, fmt::format("{}; what it holds can be gone on with by --resume", kept.error())});
    }
    print_results(results, job.common());
    return write_json(results, job.common()) ? verdict(results) : ExitCode::machine;
}

tl::expected<StudyJob, ExitCode> prepare_study(const Words& words,
                                               const boost::program_options::options_description& more) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    add_memory_option(description);
    description.add_options()("resume", "go on with the study in --out; begin it where there is none")(
        "shard", boost::program_options::value<std::string>()->value_name("I/N"),
        "only part I of N; the parts are put together by nines merge")(
        "control", boost::program_options::value<std::string>()->value_name("WHAT"),
        "flow: replications in requests take from flow what the two have in common; none");
    description.add(more);
    const auto line = parse_options(words, description);
    if (!line) {
        return tl::unexpected(fail({ExitCode::bad_input, line.error()}));
    }
    if (line->common.help) {
        std::cout << k_help << description;
        return tl::unexpected(ExitCode::done);
    }
    if (line->common.file.empty()) {
        return tl::unexpected(fail({ExitCode::bad_input, "expected a scenario file: nines study FILE"}));
    }
    auto job = read_request(*line);
    if (!job) {
        return tl::unexpected(fail({ExitCode::bad_input, job.error()}));
    }
    auto loaded = load_scenario(job->common());
    if (!loaded) {
        return tl::unexpected(ExitCode::bad_input);
    }
    job->loaded = std::move(*loaded);
    if (const auto fits = check_shard(*job, job->loaded.plan.study); !fits) {
        return tl::unexpected(fail({ExitCode::bad_input, fits.error()}));
    }
    return std::move(*job);
}

ExitCode study_command(const Words& words) {
    const auto job = prepare_study(words, {});
    if (!job) {
        return job.error();
    }
    return run_study_job(*job, [](const SamplerContext& context, const Executor& executor, AheadStore*) {
        return std::make_unique<ThreadSource>(context, executor);
    });
}

}  // namespace nines
