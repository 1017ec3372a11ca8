// nines: the table of commands, nothing else.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <new>
#include <string_view>

#include "models/language/problem.hpp"
#include "tools/commands/commands.hpp"

namespace {

using nines::ExitCode;

struct Command {
    std::string_view name;
    std::string_view does;
    ExitCode (*run)(const nines::Words&);  // nullptr: known, not built yet
};

constexpr std::array<Command, 16> k_commands{{
    {"run", "one replication: a scorecard, the timeline of incidents, what each objective got", nines::run_command},
    {"study", "Monte Carlo: as many replications as the stopping rule asks for", nines::study_command},
    {"compare", "the base and its variants under the same luck: which is best, and how sure", nines::compare_command},
    {"merge", "the shards of a study into one", nines::merge_command},
    {"check", "read, resolve, warn; says what it understood", nines::check_command},
    {"catalog", "regions, zones, edges, prices, latencies, carbon, with their sources", nines::catalog_command},
    {"sweep", "metrics against one parameter or two", nullptr},
    {"optimize", "the cheapest setting that meets the objectives", nullptr},
    {"review", "a study, told by the six pillars and the two owners: what to do first", nines::review_command},
    {"explain", "without simulating: exact availability, single points of failure", nines::explain_command},
    {"validate", "the built-in models against their closed forms, case by case", nines::validate_command},
    {"schema", "the JSON Schema", nullptr},
    {"new", "a commented starter scenario", nullptr},
    {"report", "results again, in another form", nullptr},
    {"import", "a scenario from other tools' files", nullptr},
    {"export", "results for other tools", nullptr},
}};

void print_help() {
    std::cout << "nines: how many nines does an architecture really have, how fast is it, what does it cost,\n"
                 "and what should be fixed first?\n\n  nines COMMAND [FILE] [options]\n\n";
    for (const Command& command : k_commands) {
        if (command.run != nullptr) {
            std::cout << fmt::format("  {:<9} {}\n", command.name, command.does);
        }
    }
    std::cout << "\nStart with:  nines run scenarios/lose-an-az.yaml\n"
                 "             nines COMMAND --help\n";
}

int end_with(ExitCode code) {
    return static_cast<int>(code);
}

int unknown(const std::string& word) {
    std::vector<std::string> names;
    for (const Command& command : k_commands) {
        if (command.run != nullptr) {
            names.emplace_back(command.name);
        }
    }
    const std::string_view near = nines::nearest(word, names);
    fmt::print(stderr, "nines: there is no command `{}`{}\n", word,
               near.empty() ? ": see nines --help" : fmt::format(": did you mean `{}`?", near));
    return end_with(ExitCode::bad_input);
}

int run(const nines::Words& words) {
    if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        print_help();
        return words.empty() ? end_with(ExitCode::bad_input) : end_with(ExitCode::done);
    }
    if (words[0] == "--version") {
        std::cout << "nines " << NINES_VERSION << "\n";
        return end_with(ExitCode::done);
    }
    for (const Command& command : k_commands) {
        if (command.name != words[0]) {
            continue;
        }
        if (command.run == nullptr) {
            fmt::print(stderr, "nines: the command `{}` is known, not built yet\n", command.name);
            return end_with(ExitCode::bad_input);
        }
        return end_with(command.run({words.begin() + 1, words.end()}));
    }
    return unknown(words[0]);
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run({arguments + 1, arguments + count});
    } catch (const std::bad_alloc&) {
        std::fputs("nines: out of memory\n", stderr);
    } catch (const std::exception& broken) {
        std::fprintf(stderr, "nines: the machine failed us: %s\n", broken.what());
    }
    return end_with(ExitCode::machine);
}
