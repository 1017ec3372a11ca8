#pragma once
// Plans of the scenarios in bench/scenarios, for benches that run the request model in this process.

#include <string>
#include <string_view>
#include <vector>

#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines::bench {

/// The full path of a scenario of bench/scenarios.
std::string scenario_path(std::string_view name);

/// Reads and compiles one, with `sets` (PATH=VALUE) applied. A mistake in it ends the program with its message.
Plan plan_of(std::string_view name, const std::vector<std::string>& sets = {});
/// The same from text.
Plan plan_of_text(std::string_view name, std::string text);

/// three-hop.yaml as the figures want it: each message takes exactly 250 us.
Plan three_hop(const std::vector<std::string>& sets = {});

/// Attempts sent to services: a hop is one of them, there and back.
double hops_of(const Run& run);

}  // namespace nines::bench
