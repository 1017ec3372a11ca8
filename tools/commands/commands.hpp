#pragma once
// Commands: what `nines WORD` does, one function each.

#include <string>
#include <vector>

#include "tools/console/exit_codes.hpp"

namespace nines {

/// The words after the command's name.
using Words = std::vector<std::string>;

ExitCode run_command(const Words& words);
ExitCode study_command(const Words& words);
ExitCode review_command(const Words& words);
ExitCode compare_command(const Words& words);
ExitCode merge_command(const Words& words);
ExitCode check_command(const Words& words);
ExitCode catalog_command(const Words& words);
/// `nines catalog where`, without those two words.
ExitCode catalog_where_command(const Words& words);
ExitCode explain_command(const Words& words);
ExitCode validate_command(const Words& words);

}  // namespace nines
