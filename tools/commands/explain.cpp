// nines explain FILE: without simulating, how available the structure is, and which parts that hangs on.

#include "models/structure/explain.hpp"

#include <fmt/format.h>

#include <iostream>

#include "engine/base/atomic_file.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/terminal.hpp"
#include "tools/output/explanation.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines explain FILE: without simulating, exact availability, cut sets, single points of failure\n\n"
    "  nines explain shop.yaml\n"
    "  nines explain shop.yaml --variant thin --json explained.json\n\n"
    "Structure only: detection, failover and routing are taken as instant, and load is not looked at.\n\n";
constexpr CommandFace k_face{"explain", k_help, k_a_scenario};

}  // namespace

ExitCode explain_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    const auto line = read_words(k_face, words, description);
    if (!line) {
        return line.error();
    }
    const CommonOptions& options = line->common;
    if (!options.out.empty()) {
        return fail(k_face, "there are no rows for a SQLite file: take --json FILE");
    }
    const auto loaded = load_scenario(options);
    if (!loaded) {
        return ExitCode::bad_input;
    }
    const Structure structure = compile_structure(loaded->plan);
    const Explanation answer = explain(loaded->plan, structure);
    const Explained explained{loaded->plan, structure, answer, NINES_VERSION, options.variant};
    if (options.json == "-") {
        std::cout << explanation_json(explained) << std::flush;
        return ExitCode::done;
    }
    const Terminal out = look_at_terminal(1, options.color);
    std::cout << format_explanation(explained, {out.color, out.width, options.quiet, out.unicode}) << std::flush;
    if (!options.json.empty()) {
        if (const auto written = write_file(options.json, explanation_json(explained)); !written) {
            fmt::print(stderr, "nines: {}\n", written.error());
            return ExitCode::machine;
        }
    }
    return ExitCode::done;
}

}  // namespace nines
