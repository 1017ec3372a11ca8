// nines explain FILE: without simulating, how available the structure is, and which parts that hangs on.

#include "models/structure/explain.hpp"

#include <fmt/format.h>

#include <iostream>

#include "tools/commands/commands.hpp"
#include "tools/commands/load.hpp"
#include "tools/console/humanize.hpp"
#include "tools/console/terminal.hpp"

namespace nines {

namespace {

constexpr std::string_view k_help =
    "nines explain FILE: without simulating, exact availability, cut sets, single points of failure\n\n"
    "  nines explain shop.yaml\n"
    "  nines explain shop.yaml --variant thin --json explained.json\n\n"
    "Structure only: detection, failover and routing are taken as instant, and load is not looked at.\n\n";

}  // namespace

ExitCode explain_command(const Words& words) {
    boost::program_options::options_description description("Options");
    add_common_options(description);
    const auto line = parse_options(words, description);
    if (!line) {
        fmt::print(stderr, "nines explain: {}\n", line.error());
        return ExitCode::bad_input;
    }
    const CommonOptions& options = line->common;
    if (options.help) {
        std::cout << k_help << description;
        return ExitCode::done;
    }
    if (options.file.empty()) {
        fmt::print(stderr, "nines explain: expected a scenario file: nines explain FILE\n");
        return ExitCode::bad_input;
    }
    const auto loaded = load_scenario(options);
    if (!loaded) {
        return ExitCode::bad_input;
    }
    const Structure structure = compile_structure(loaded->plan);
    const Explanation answer = explain(structure);
    std::cout << fmt::format("availability {:.17g} unavailability {:.17g}\noutages/yr {:.17g} mean {:.17g} h\n",
                             answer.requests.up, answer.requests.down, answer.outages.failures_per_s * 3600 * 8760,
                             answer.outages.mean_outage_s() / 3600);
    for (const CutSet& set : answer.cut_sets) {
        std::string names;
        for (const std::uint32_t part : set.parts) {
            names += structure.parts[part].name + " ";
        }
        std::cout << fmt::format("  {} {} {}\n", names, set.chance, set.share_of_requests);
    }
    for (const PartWorth& part : answer.parts) {
        std::cout << fmt::format("  {} saves {} min/yr fv {}\n", structure.parts[part.part].name,
                                 part.unavailability_saved * 525600, part.importance.fussell_vesely.value_or(-1));
    }
    for (const LeftOut& left : structure.left_out) {
        std::cout << fmt::format("  left out: {} {}: {}\n", left.name, left.what, left.why);
    }
    return ExitCode::done;
}

}  // namespace nines
