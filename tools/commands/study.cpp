// nines study FILE: Monte Carlo, as many replications as the stopping rule asks for.

#include "tools/commands/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "engine/base/atomic_file.hpp"
#include "models/study/rare.hpp"
#include "models/study/rare_events.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/deliver.hpp"
#include "tools/commands/scenario_hash.hpp"
#include "tools/commands/trials.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/progress.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/review_json.hpp"
#include "tools/output/review_page.hpp"
#include "tools/output/study_file.hpp"
#include "tools/output/trials_page.hpp"

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
constexpr CommandFace k_face{"study", k_help, k_a_scenario};

constexpr std::string_view k_review_help =
    "nines review FILE: a study, told as a review of the six pillars and of the two owners\n\n"
    "  nines review shop.yaml\n"
    "  nines review shop.yaml --try                      what would mend it is tried, and what that is worth\n"
    "  nines review shop.yaml --markdown review.md --json review.json\n\n"
    "Each pillar has its figures with intervals, its distance from your objectives (or an objective that it would\n"
    "meet), and what harms most; then who caused what is lost, and what to do first. It runs the study that `study:`\n"
    "asks for and takes its options. Exit codes are those of nines study.\n\n";
constexpr CommandFace k_review_face{"review", k_review_help, k_a_scenario};

std::unique_ptr<BatchSource> source_on_threads(const SamplerContext& context, const Executor& executor, AheadStore*) {
    return std::make_unique<ThreadSource>(context, executor);
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
    const auto keeping = keeping_of(line, k_face.name);
    if (!keeping) {
        return unexpected(keeping.error());
    }
    request.keeping = *keeping;
    return request;
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
    return fail(k_face, error.what, error.code);
}

Style style_of(const CommonOptions& options) {
    const Terminal out = look_at_terminal(1, options.color);
    return {out.color, out.width, options.quiet, out.unicode};
}

/// A study ends in what its review says first. Shards do not: they are parts of one.
void print_review_end(const StudyJob& job, const Results& results) {
    if (job.common().json != "-" && !job.common().quiet && !job.keeping.sharded) {
        std::cout << format_review_end(review_of(job.loaded.plan, results), style_of(job.common())) << std::flush;
    }
}

ExitCode deliver_review(const StudyJob& job, const Results& results) {
    const Review review = review_of(job.loaded.plan, results);
    const bool is_markdown = job.markdown == "-";
    const bool is_page = job.common().json != "-" && !is_markdown;
    if (is_page) {
        std::cout << format_review(review, results, style_of(job.common())) << std::flush;
    }
    std::optional<Trials> trials;
    if (job.tries && !results.partial) {
        auto tried = try_remedies(job, results);
        if (tried) {
            trials = std::move(*tried);
        } else {
            fail(k_review_face, "nothing was tried: " + tried.error());
        }
    }
    if (is_page && trials) {
        std::cout << format_trials(*trials, style_of(job.common())) << std::flush;
    }
    const std::string markdown = review_markdown(review, results) + (trials ? trials_markdown(*trials) : "");
    if (is_markdown) {
        std::cout << markdown << std::flush;
    } else if (!job.markdown.empty() && !written(write_file(job.markdown, markdown))) {
        return ExitCode::machine;
    }
    if (!write_json_text(review_json(review, results, trials), job.common())) {
        return ExitCode::machine;
    }
    return trials && trials->partial ? ExitCode::interrupted : verdict(results);
}

tl::expected<StudyJob, ExitCode> prepare(const Words& words, const boost::program_options::options_description& more,
                                         const CommandFace& face) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    add_memory_option(description);
    add_keeping_options(description, k_face.name);
    description.add_options()("control", boost::program_options::value<std::string>()->value_name("WHAT"),
                              "flow: replications in requests take from flow what the two have in common; none");
    description.add(more);
    const auto line = read_words(face, words, description);
    if (!line) {
        return tl::unexpected(line.error());
    }
    auto job = read_request(*line);
    if (!job) {
        return tl::unexpected(fail(face, job.error()));
    }
    auto loaded = load_scenario(job->common());
    if (!loaded) {
        return tl::unexpected(ExitCode::bad_input);
    }
    job->loaded = std::move(*loaded);
    if (const auto fits = check_shard(job->keeping, job->loaded.plan.study, k_face.name); !fits) {
        return tl::unexpected(fail(face, fits.error()));
    }
    return std::move(*job);
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
    Study study(frame, job.keeping.shard().shard());
    std::unique_ptr<StudyFile> file;
    if (!job.common().out.empty()) {
        auto opened = StudyFile::open(job.common().out, identity_of(job.loaded, frame, job.keeping.shard()),
                                      study.frame(), job.keeping.resume ? StudyOpening::resume : StudyOpening::anew);
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
                                 .shard = job.keeping.shard().shard(),
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
    if (job.is_review) {
        return deliver_review(job, results);
    }
    print_results(results, job.common());
    print_review_end(job, results);
    return write_json(results, job.common()) ? verdict(results) : ExitCode::machine;
}

tl::expected<StudyJob, ExitCode> prepare_study(const Words& words,
                                               const boost::program_options::options_description& more) {
    return prepare(words, more, k_face);
}

ExitCode review_command(const Words& words) {
    boost::program_options::options_description more;
    more.add_options()("markdown", boost::program_options::value<std::string>()->value_name("FILE"),
                       "write the review as Markdown; - for standard output");
    more.add_options()("try", boost::program_options::bool_switch(),
                       "try what might be done about it, one change at a time under the same luck");
    auto job = prepare(words, more, k_review_face);
    if (!job) {
        return job.error();
    }
    job->is_review = true;
    job->tries = job->line.options["try"].as<bool>();
    if (job->line.options.count("markdown") > 0) {
        job->markdown = job->line.options["markdown"].as<std::string>();
    }
    if (job->keeping.sharded) {
        return fail(k_review_face, "a review is of a whole study: put shards together with nines merge");
    }
    return run_study_job(*job, source_on_threads);
}

ExitCode study_command(const Words& words) {
    const auto job = prepare_study(words, {});
    if (!job) {
        return job.error();
    }
    return run_study_job(*job, source_on_threads);
}

}  // namespace nines
