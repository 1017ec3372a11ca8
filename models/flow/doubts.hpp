#pragma once
// Doubts: what of a scenario lies outside the regime in which the `flow` fidelity is trusted, one sentence each.
// docs/validation.md has for each of them how far off flow was found.

#include <string>
#include <vector>

#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

/// What is so from the start. Sentences begin with the name of what they are about; the order is that of the plan.
std::vector<std::string> doubts_about_flow(const Plan& plan);

/// What a run met. The same sentences for all replications that met it.
std::vector<std::string> doubts_about_flow(const Run& run);

}  // namespace nines
