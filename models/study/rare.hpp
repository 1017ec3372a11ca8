#pragma once
// The rare part of a study: an unavailability so small that replications do not see it, from the structure of the plan;
// exact where that can be had, else by importance sampling.

#include <optional>
#include <string>

#include "engine/experiment/parallel_for.hpp"
#include "models/plan/plan.hpp"
#include "models/results/results.hpp"

namespace nines {

/// Below this chance that a request fails, as the structure alone has it, a study also asks the structure.
inline constexpr double k_rare_unavailability = 1e-5;

/// What the structure says of the availability of requests, and what of the scenario lies outside it. Where nothing
/// does, the figure stands for the plain mean. Depends on plan and seed only.
/// @returns nothing where failures are not rare, where nothing fails, or where the structure is too large to be solved
std::optional<RareFigure> find_rare_figure(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel);

/// In a sentence: how it was found, what plain replications would have cost, and what is outside.
std::string tell_rare_figure(const RareFigure& figure);

/// Puts the figure into the estimator of `availability` and `nines`; and in place of their means where it may stand
/// there.
void apply_rare_figure(const RareFigure& figure, Metric& metric);

}  // namespace nines
