#pragma once
// Keeping: --resume and --shard of the commands that keep replications in a file.

#include <fmt/format.h>

#include <boost/program_options/options_description.hpp>
#include <optional>

#include "models/study/sampler.hpp"
#include "tools/console/options.hpp"

namespace nines {

/// "3/8": which of how many parts.
struct ShardOption {
    std::uint64_t part = 1;
    std::uint64_t parts = 1;

    Shard shard() const { return {part - 1, parts}; }
    std::string text() const { return fmt::format("{}/{}", part, parts); }
};

struct Keeping {
    bool resume = false;
    std::optional<ShardOption> sharded;

    ShardOption shard() const { return sharded.value_or(ShardOption{}); }
};

/// @param what  of the command: "study"
void add_keeping_options(boost::program_options::options_description& options, std::string_view what);
/// The error: a sentence for the user, as of all of these.
Result<Keeping> keeping_of(const CommandLine& line, std::string_view what);
/// Whether what is to be done can be done in parts.
Result<void> check_shard(const Keeping& keeping, const StudySpec& spec, std::string_view what);

}  // namespace nines
