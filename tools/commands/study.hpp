#pragma once
// The study command in two steps, for the programs that run it: what was asked for, and doing it.

#include <boost/program_options/options_description.hpp>
#include <functional>
#include <memory>
#include <tl/expected.hpp>

#include "models/study/ahead_store.hpp"
#include "models/study/run_study.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/keeping.hpp"
#include "tools/commands/load.hpp"

namespace nines {

/// What the command line asks for, checked against the scenario, and the scenario.
struct StudyJob {
    CommandLine line;
    RunLimits limits;
    Keeping keeping;
    Loaded loaded;
    bool is_review = false;  ///< its results are told as a review
    bool tries = false;      ///< and what might be done about it is tried
    std::string markdown;    ///< of a review: the file; empty: none, "-": standard output

    const CommonOptions& common() const { return line.common; }
    std::uint64_t seed() const { return line.common.seed.value_or(loaded.plan.run.seed); }
};

/// Reads the words after `study`. The error: what the program ends with, everything having been said.
/// @param more  options of the program beyond those of nines study
tl::expected<StudyJob, ExitCode> prepare_study(const Words& words,
                                               const boost::program_options::options_description& more);

/// Where the replications of a job come from; the store is nullptr where the study has no file.
using SourceMaker = std::function<std::unique_ptr<BatchSource>(const SamplerContext&, const Executor&, AheadStore*)>;

/// Runs the study, prints and writes its results.
ExitCode run_study_job(const StudyJob& job, const SourceMaker& make_source);

}  // namespace nines
