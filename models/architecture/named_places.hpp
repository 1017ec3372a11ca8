#pragma once
// Places that other parts of a scenario name before the world is built, since the graph holds what they name.

#include <string>
#include <utility>
#include <vector>

#include "models/language/document.hpp"

namespace nines {

/// Every place named below `demand.*.from`, with its path and its node.
std::vector<std::pair<std::string, const Entry*>> demand_places(const Node& root);

/// Every zone that a service stands in by name: `in.zones` and the zones of replicas, in the order of the file.
std::vector<std::string> service_zones(const Node& root);

}  // namespace nines
