#pragma once
// Routes: least-latency paths over the links that are up (Boost.Graph, Dijkstra).

#include <optional>
#include <span>
#include <vector>

#include "models/world/graph.hpp"

namespace nines {

/// The links of the least-latency path (by mean latency, ties by link index), in order; nothing when there is none.
/// From a place to itself it is its own same-zone link where there is one, else an empty path. Transit rules: a path
/// between two availability zones of one region may pass other such zones (never its border); any other path passes
/// only regions between its ends. `link_up` and `location_up` say what may be used (either may be empty: all up).
std::optional<std::vector<LinkId>> find_route(const World& world, LocationId from, LocationId to,
                                              std::span<const std::uint8_t> link_up,
                                              std::span<const std::uint8_t> location_up);

/// The mean one-way latency of that path where all is up, seconds; infinite where there is none.
double latency_between(const World& world, LocationId from, LocationId to);

/// Whether a route from `from` to `to` may pass `place` where all is up: the transit rules above. Ends may be passed.
bool may_pass(const World& world, LocationId from, LocationId to, LocationId place);

}  // namespace nines
