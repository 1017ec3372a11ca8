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

/// The figure as replications leave it. A non-negative number has its median below twice its mean (Markov): where the
/// median of the replications' unavailability is above twice the figure, with the confidence of its interval, something
/// outside the structure fails requests too, whether it has a name here or not, and the figure is but a part.
RareFigure held_against(RareFigure figure, const Metric& availability);

/// The expectation of `availability` of a replication of `flow`, where that is proved to be the structure's: parts that
/// alternate on their own with exponential times, all seen and mended at once, and nothing else that a request could
/// meet: no limits, timeouts, retries, failovers, DNS, checks, caches, other effects; requests at a constant rate. Then
/// a request is ok if and only if the structure is up when it comes.
std::optional<double> exact_availability_of_flow(const Plan& plan);

/// In a sentence: how it was found, what plain replications would have cost, and what is outside.
std::string tell_rare_figure(const RareFigure& figure);

/// Puts the figure into the estimator of `availability` and `nines`; and in place of their means where it may stand
/// there.
void apply_rare_figure(const RareFigure& figure, Metric& metric);

}  // namespace nines
