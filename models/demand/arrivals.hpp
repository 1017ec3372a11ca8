#pragma once
// Arrivals: when a demand asks next.

#include <optional>
#include <vector>

#include "engine/random/block_stream.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// One demand's arrivals: a stream, and which state modulated arrivals are in.
struct ArrivalProcess {
    BlockStream luck;
    std::uint32_t changes = 0;  ///< of state so far; an arrival drawn in an older state is void

    const ModulatedState& state(const DemandPlan& demand) const {
        return demand.modulated[changes % demand.modulated.size()];
    }
};

/// Requests per second over the long run of arrivals that move through these states.
double mean_rate(const std::vector<ModulatedState>& states);

/// The time from now to the next arrival, or nothing when there will be none. Every law is a renewal process in
/// expected arrivals: the next comes when the integral of the rate has grown by the drawn amount (inversion, so that no
/// rate can make it stall; Cinlar, Introduction to Stochastic Processes, 1975, section 4.7).
/// @param now_s  seconds from time zero; negative in the warm-up
std::optional<Nanoseconds> next_arrival(const DemandPlan& demand, ArrivalProcess& process, double now_s);

/// The state before the one in which modulated arrivals begin; that one is drawn by how long each state lasts.
std::uint32_t first_state(const DemandPlan& demand, ArrivalProcess& process);

/// Moves modulated arrivals to their next state, and gives the time it will last.
Nanoseconds change_state(const DemandPlan& demand, ArrivalProcess& process);

}  // namespace nines
