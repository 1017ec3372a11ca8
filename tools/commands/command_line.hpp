#pragma once
// CommandLine in: how a command reads its words, answers --help, and says what is wrong with them.

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tools/commands/commands.hpp"
#include "tools/console/options.hpp"

namespace nines {

/// A command as its user meets it.
struct CommandFace {
    std::string_view name;         ///< "run"
    std::string_view help;         ///< before the options
    std::string_view wanted = {};  ///< what its first argument is; empty where it needs none
    std::string_view argument = "FILE";
};
inline constexpr std::string_view k_a_scenario = "a scenario file";

/// Says on standard error why a command ends, as `nines run: ...`.
ExitCode fail(const CommandFace& command, const std::string& sentence, ExitCode code = ExitCode::bad_input);

/// Reads the words of a command. The error: what the program ends with, everything having been said; that is so after
/// --help too.
tl::expected<CommandLine, ExitCode> read_words(const CommandFace& command, const Words& words,
                                               const boost::program_options::options_description& options,
                                               std::size_t most_arguments = 1);

}  // namespace nines
