#pragma once
// The parts of compile(), in the order in which they are called; each fills its columns of the plan.

#include <string_view>

#include "models/architecture/architecture.hpp"
#include "models/catalog/catalog.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// Containers and functions draw what their vCPUs would of it: the most common general-purpose machine.
inline constexpr std::string_view k_kin_of_shares = "m5.large";

/// Groups, instances, endpoints, steps, calls.
void compile_services(const Architecture& architecture, Plan& plan);
/// Demands, their origins and calls.
void compile_demands(const Architecture& architecture, Plan& plan);
/// Who calls whom: balancers with tiers, routes of users with sites, health checks.
void compile_balancers(const Architecture& architecture, Plan& plan);
void compile_faults(const Architecture& architecture, Plan& plan);
/// "errors 5 %, slow 2x"
std::string effects_text(const std::vector<EffectSpec>& effects);
/// Alarms, people, deployments; after compile_faults.
void compile_operations(const Architecture& architecture, Plan& plan);
/// The id of the region that a place stands in; empty where it stands in none.
std::string region_id(const Plan& plan, LocationId location);
/// Prices of machines and bytes, watts, carbon.
void compile_prices(const Architecture& architecture, const Catalog& catalog, Plan& plan);

/// Watts of functions, disks and networks: what has none of its own. After prices.
void compile_energy(const Architecture& architecture, const Catalog& catalog, Plan& plan);
/// Gigabytes that a service keeps, the mean over the horizon, once.
double mean_kept_gb(const DataSpec& data, const Plan& plan);
/// Lists an assumption, unless the plan has the same of the same place.
void assume_once(Plan& plan, Assumption assumption);

/// The lines of the bill, what providers pay back, and what requests are worth.
void compile_charges(const Architecture& architecture, const Catalog& catalog, Plan& plan);
/// Who reaches whom, by packets and by permission; threats.
void compile_security(const Architecture& architecture, Plan& plan);

}  // namespace nines
