#pragma once
// Spare worth: what instances that are kept for failures buy, from the structure alone: nothing is drawn.

#include <optional>

#include "models/plan/plan.hpp"

namespace nines {

/// Minutes of a year in the long run in which fewer than `needed` instances of a service are up, without what it has
/// beyond them less with it; of a database, in which nobody can answer, without its copies less with them. An instance
/// is up while no fault that comes again takes it, or the place where it stands, away; detection, failover and load are
/// not looked at.
/// @param needed  instances that its load needs, of a fleet
/// @returns nothing where no such fault takes any, where some fault takes service in a way that is not solved, or where
///          the service is too large for a diagram
std::optional<double> minutes_bought_per_year(const Plan& plan, ServiceId id, std::uint64_t needed);

}  // namespace nines
