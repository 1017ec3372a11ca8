#include "tools/commands/command_line.hpp"

#include <fmt/format.h>

#include <iostream>

namespace nines {

ExitCode fail(const CommandFace& command, const std::string& sentence, ExitCode code) {
    fmt::print(stderr, "nines {}: {}\n", command.name, sentence);
    return code;
}

tl::expected<CommandLine, ExitCode> read_words(const CommandFace& command, const Words& words,
                                               const boost::program_options::options_description& options,
                                               std::size_t most_arguments) {
    auto line = parse_options(words, options, most_arguments);
    if (!line) {
        return tl::unexpected(fail(command, line.error()));
    }
    if (line->common.help) {
        std::cout << command.help << options;
        return tl::unexpected(ExitCode::done);
    }
    if (!command.wanted.empty() && line->arguments.empty()) {
        return tl::unexpected(
            fail(command, fmt::format("expected {}: nines {} {}", command.wanted, command.name, command.argument)));
    }
    return std::move(*line);
}

}  // namespace nines
