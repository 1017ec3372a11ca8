#pragma once
// One replication, from plan to results: run, measure, judge, tell.

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/results.hpp"

namespace nines {

/// Runs one replication and gives its results; `wall_s`, `version` and `variant` are the caller's to fill in.
Results run_once(const Plan& plan, Luck luck, const Watcher& watcher = {}, const RunLimits& limits = {});

}  // namespace nines
