// nines validate: the built-in validation cases, by requests, by flow and exactly, as a table.

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/base/atomic_file.hpp"
#include "models/study/cross_validate.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/console/interrupt.hpp"
#include "tools/console/options.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/validation.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines validate: flow against requests against what is known exactly, case by case\n\n"
    "  nines validate\n"
    "  nines validate zone                          cases whose name holds a word\n"
    "  nines validate --long --json validation.json\n"
    "  nines validate --markdown docs/validation.md\n\n"
    "Exit codes: 0 every case agrees, 1 a case differs, 2 bad usage, 4 disk or memory, 130 interrupted.\n\n";
constexpr CommandFace k_face{"validate", k_help};

std::vector<ValidationCase> cases_with(const std::string& word) {
    std::vector<ValidationCase> cases = validation_cases();
    std::erase_if(cases, [&](const ValidationCase& one) {
        return one.name.find(word) == std::string::npos && one.file.find(word) == std::string::npos;
    });
    return cases;
}

Result<void> write_markdown(const std::string& file, const std::vector<ValidationCase>& cases,
                            const std::vector<ValidationRow>& rows) {
    std::ifstream in(file);
    std::stringstream page;
    page << in.rdbuf();
    if (!in) {
        return unexpected(fmt::format("{}: cannot be read", file));
    }
    const Result<std::string> text = put_validation_table(page.str(), cases, rows);
    if (!text) {
        return unexpected(file + ": " + text.error());
    }
    return write_file(file, *text);
}

ExitCode deliver(const CommandLine& line, const std::vector<ValidationCase>& cases,
                 const std::vector<ValidationRow>& rows) {
    const CommonOptions& options = line.common;
    const auto failed = [](const std::string& why) {
        fmt::print(stderr, "nines validate: {}\n", why);
        return ExitCode::machine;
    };
    if (options.json == "-") {
        std::cout << validation_json(cases, rows) << std::flush;
    } else {
        std::cout << validation_text(cases, rows, look_at_terminal(1, options.color)) << std::flush;
    }
    if (!options.json.empty() && options.json != "-") {
        if (const auto written = write_file(options.json, validation_json(cases, rows)); !written) {
            return failed(written.error());
        }
    }
    if (line.options.count("markdown") != 0) {
        if (const auto written = write_markdown(line.options["markdown"].as<std::string>(), cases, rows); !written) {
            return failed(written.error());
        }
    }
    for (const ValidationRow& row : rows) {
        if (row.verdict != ValidationVerdict::agrees) {
            return ExitCode::missed;
        }
    }
    return ExitCode::done;
}

}  // namespace

ExitCode validate_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_output_options(description);
    description.add_options()("long", "until intervals are within 0.5 %: minutes");
    description.add_options()("threads", boost::program_options::value<std::string>()->value_name("N"),
                              "threads to use (default: as many as the machine has); the table does not depend on it");
    description.add_options()("markdown", boost::program_options::value<std::string>()->value_name("FILE"),
                              "put the table between the marks of a Markdown page");
    const auto line = read_words(k_face, words, description);
    if (!line) {
        return line.error();
    }
    const std::vector<ValidationCase> cases = cases_with(line->common.file);
    if (cases.empty()) {
        fmt::print(stderr, "nines validate: no case is called like `{}`\n", line->common.file);
        return ExitCode::bad_input;
    }
    catch_interrupts();
    const ValidationEffort effort =
        line->options.count("long") != 0 ? ValidationEffort::thorough() : ValidationEffort::usual();
    const Executor executor(static_cast<std::size_t>(line->common.threads));
    const Catalog catalog;
    const Terminal err = look_at_terminal(2, line->common.color);
    std::vector<ValidationRow> rows;
    for (std::size_t i = 0; i < cases.size() && !interrupted(); ++i) {
        if (err.interactive && !line->common.quiet) {
            fmt::print(stderr, "\r{:>3}/{}  {:<70.70}", i + 1, cases.size(), cases[i].name);
        }
        const auto found = cross_validate(cases[i], i, catalog, effort, parallel_for_on(executor));
        if (!found) {
            fmt::print(stderr, "nines validate: {}\n", found.error());
            return ExitCode::machine;
        }
        rows.insert(rows.end(), found->begin(), found->end());
    }
    if (err.interactive && !line->common.quiet) {
        fmt::print(stderr, "\r{:80}\r", "");
    }
    const ExitCode code = deliver(*line, cases, rows);
    return interrupted() ? ExitCode::interrupted : code;
}

}  // namespace nines
