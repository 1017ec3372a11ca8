#pragma once
// The rare events of load that a study asks for, by splitting of paths of `requests`.

#include <string>
#include <vector>

#include "engine/experiment/parallel_for.hpp"
#include "models/plan/plan.hpp"
#include "models/results/results.hpp"

namespace nines {

/// How much work goes into one event. What is found depends on these, the plan and the seed only.
struct RareEventEffort {
    double relative_error = 0.05;         ///< aimed at
    std::uint32_t pilot_paths = 150;      ///< from each level, by each importance function
    std::uint32_t paths_most = 4000;      ///< from each level
    double events_most = 6e8;             ///< about: in all
    double events_from_beginning = 3000;  ///< of a path; longer ones are cut into excursions
};

/// The chance of an event within its time. Two importance functions are tried; the better one gives the figure, the
/// other one checks it.
RareEventFigure find_rare_event(const Plan& plan, const RareEventSpec& event, Luck luck, const ParallelFor& parallel,
                                const RareEventEffort& effort = {});

/// All that the plan's study asks for.
std::vector<RareEventFigure> find_rare_events(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel);

}  // namespace nines
