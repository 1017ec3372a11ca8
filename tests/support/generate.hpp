#pragma once
// Generate: random valid scenarios, small, with every policy, discipline, effect and target of the language, for tests
// of what must hold in all of them. The same number gives the same text, for ever.

#include <cstdint>
#include <string>

namespace nines::support {

struct Generated {
    std::string yaml;
    bool has_world = false;
};

/// The scenario of that number: two to five services without a cycle, one or two demands, faults, a few minutes.
/// @param extra_services  lines of YAML put below `services:`, for variants that should change nothing
Generated generate_scenario(std::uint64_t number, const std::string& extra_services = "");

/// The same scenario, with what the words of operations, security, money, owners and outposts add to it, their times
/// so short that much of it happens in the few minutes.
Generated generate_with_all_words(std::uint64_t number);

/// How many scenarios a test looks at: `usual`, a quarter of it where runs are short, or what the environment asks for
/// (NINES_SCENARIOS=2000).
std::uint64_t scenarios_wanted(std::uint64_t usual);

}  // namespace nines::support
