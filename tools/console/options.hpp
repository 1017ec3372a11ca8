#pragma once
// Options that all commands share, and a parser whose errors are sentences.

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"

namespace nines {

struct CommonOptions {
    std::string file;               ///< the first argument that is not an option; empty when there is none
    std::vector<std::string> sets;  ///< "PATH=VALUE", in the order given: later ones win
    std::optional<std::uint64_t> seed;
    int threads = 0;                           ///< 0: as many as the machine has
    std::string json, out, variant, fidelity;  ///< empty: not given
    std::vector<std::string> variants;         ///< of a command that takes several, in the order given
    bool quiet = false;
    std::string color = "auto";  ///< auto, always or never
    bool help = false;
};

/// What stood on the command line after the command's name.
struct CommandLine {
    CommonOptions common;
    std::vector<std::string> arguments;             ///< all that are not options, the file included
    boost::program_options::variables_map options;  ///< for the options of one command alone
};

/// How often --variant may be given.
enum class VariantChoice : std::uint8_t { one, several };

/// Adds the options of design.md section 6 that every command takes, and --help.
void add_common_options(boost::program_options::options_description& options,
                        VariantChoice variants = VariantChoice::one);

/// Of them, those about where results go: for commands that read no scenario.
void add_output_options(boost::program_options::options_description& options);

/// Reads `words` by `options`, which hold the common ones and those of the command. The error is a sentence for the
/// user (exit code 2): an unknown option comes with the nearest one that exists. Options are never abbreviated.
Result<CommandLine> parse_options(const std::vector<std::string>& words,
                                  const boost::program_options::options_description& options,
                                  std::size_t most_arguments = 1);

}  // namespace nines
