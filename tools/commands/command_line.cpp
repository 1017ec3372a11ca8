#include "tools/commands/command_line.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <system_error>

namespace nines {

namespace {

/// Whether there is a folder to write a file into: better said before an hour of work than after it.
bool has_folder(const std::string& file) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    std::error_code error;
    return file.empty() || file == "-" || folder.empty() || std::filesystem::is_directory(folder, error);
}

}  // namespace

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
    std::vector<std::string> files{line->common.json, line->common.out};
    if (line->options.count("markdown") > 0) {
        files.push_back(line->options["markdown"].as<std::string>());
    }
    for (const std::string& file : files) {
        if (!has_folder(file)) {
            return tl::unexpected(
                fail(command, fmt::format("cannot write {}: No such file or directory", file), ExitCode::machine));
        }
    }
    return std::move(*line);
}

}  // namespace nines
