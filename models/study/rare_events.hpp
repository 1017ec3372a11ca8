#pragma once
// The rare events of load that a study asks for, by splitting of paths of `requests`.

#include <limits>
#include <optional>
#include <vector>

#include "engine/experiment/parallel_for.hpp"
#include "models/plan/plan.hpp"
#include "models/results/results.hpp"

namespace nines {

/// How much work goes into one event. What is found depends on these, the plan and the seed only.
struct RareEventEffort {
    double relative_error = 0.05;        ///< aimed at
    std::uint32_t pilot_paths = 150;     ///< from each level, by each importance function
    std::uint32_t paths_most = 4000;     ///< from each level
    double events_most = 6e8;            ///< about: in all
    double bytes_most = 128e6;           ///< about: of the copies that one run holds
    double events_from_beginning = 300;  ///< of a path; longer ones are cut into excursions
    /// Nothing is found where it is expected more often than that: replications will see it.
    double gives_up_above = std::numeric_limits<double>::infinity();
};

/// The chance of an event within its time. Two importance functions are tried; the better one gives the figure, the
/// other one checks it.
RareEventFigure find_rare_event(const Plan& plan, const RareEventSpec& event, Luck luck, const ParallelFor& parallel,
                                const RareEventEffort& effort = {});

/// The unavailability of a plan without faults whose queues have limits, where replications are too few to see it: the
/// requests expected to fail over those offered. It depends on plan and seed only.
/// @returns nothing where requests fail often enough, never, or by a clock, and in `flow`
std::optional<RareFigure> find_overload_figure(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel);

/// All that the plan's study asks for: `study.rare`; and of `study.over` the longest queues, where they are rare.
std::vector<RareEventFigure> find_rare_events(const Plan& plan, std::uint64_t seed, const ParallelFor& parallel);

/// Whether a figure is what `study.over` asks for: the longest queue of a service over the whole horizon.
bool is_chance_of(const RareEventFigure& figure, const Exceedance& over, double horizon_s);

}  // namespace nines
