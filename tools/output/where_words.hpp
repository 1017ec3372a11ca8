#pragma once
// The bounds of `nines catalog where`, as its options, its table and its JSON call them.

#include "engine/base/names.hpp"
#include "models/world/where.hpp"

namespace nines {

inline constexpr Names<WhereBound, 5> k_where_bounds{{{
    {"latency", WhereBound::latency},
    {"worst-latency", WhereBound::worst_latency},
    {"residency", WhereBound::residency},
    {"carbon", WhereBound::carbon},
    {"price", WhereBound::price},
}}};

}  // namespace nines
