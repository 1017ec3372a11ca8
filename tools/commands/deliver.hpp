#pragma once
// Delivering results: to the terminal, to the files asked for, and as an exit code; and the limits that runs share.

#include "models/requests/simulate.hpp"
#include "models/results/comparison_results.hpp"
#include "tools/console/exit_codes.hpp"
#include "tools/console/options.hpp"

namespace nines {

/// `--memory SIZE`.
void add_memory_option(boost::program_options::options_description& options);
/// The limit on memory: `--memory SIZE`, or a share of what there is.
Result<RunLimits> limits_of(const CommandLine& line);

/// What a run that was stopped early has to say on standard error.
void tell_stop(const Stop& stop);
/// The scorecard on standard output, unless the JSON goes there, and what a run that was stopped has to say.
void print_results(const Results& results, const CommonOptions& options);
/// Writes the JSON where it was asked for; false when the disk failed us.
bool write_json(const Results& results, const CommonOptions& options);
/// The same of a text that is JSON already.
bool write_json_text(const std::string& text, const CommonOptions& options);
/// Says why where something could not be written, and whether it could.
bool written(const Result<void>& result);
/// The same, and the SQLite file of a single run.
bool write_results(const Results& results, const CommonOptions& options);
ExitCode verdict(const Results& results);

/// A comparison on standard output and as JSON, and how the command ends.
ExitCode deliver_comparison(const ComparisonResults& results, const CommonOptions& options);

}  // namespace nines
