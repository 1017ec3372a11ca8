#pragma once
// What no table of the catalogue tells about the links of a world, listed rule by rule.

#include <string_view>

#include "models/world/graph.hpp"

namespace nines {

inline constexpr std::string_view k_world_defaults = "scenario language, section 2 (defaults)";

/// Adds a line for each rule that the links of this world were made by (pairs of regions apart: they have figures).
void list_link_assumptions(World& world);

}  // namespace nines
