#pragma once
// Loading a scenario for a command: read, vary, check, compile, with all mistakes on standard error.

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "models/architecture/architecture.hpp"
#include "models/plan/plan.hpp"
#include "tools/console/options.hpp"

namespace nines {

struct Loaded {
    Document document;  ///< as varied
    Architecture architecture;
    Plan plan;
};

/// The names of the variants in the file of the options. Nothing: its mistakes have been printed.
std::optional<std::vector<std::string>> load_variant_names(const CommonOptions& options);

/// Reads the file of the options, applies --variant and --set, checks and compiles. The error is the text of all
/// mistakes.
Result<Loaded> read_scenario(const CommonOptions& options);

/// The same. Nothing: the mistakes have been printed, and the command ends with ExitCode::bad_input.
std::optional<Loaded> load_scenario(const CommonOptions& options);

}  // namespace nines
