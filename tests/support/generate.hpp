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

}  // namespace nines::support
