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
/// One demand, appended.
void add_demand(const Architecture& architecture, const Demand& demand, Plan& plan);
/// Demands of attackers, after those of users: floods of threats and of faults. Of threats without their fault.
void compile_attacks(const Architecture& architecture, Plan& plan);
/// Who calls whom: balancers with tiers, routes of users with sites, health checks.
void compile_balancers(const Architecture& architecture, Plan& plan);
void compile_faults(const Architecture& architecture, Plan& plan);
/// "errors 5 %, slow 2x"
std::string effects_text(const std::vector<EffectSpec>& effects);
/// Alarms, people, deployments; after compile_faults.
void compile_operations(const Architecture& architecture, Plan& plan);
/// Certificates and maintenance, as faults that come in turns; after compile_operations.
void compile_upkeep(const Architecture& architecture, Plan& plan);
/// The id of the region that a place stands in; empty where it stands in none.
std::string region_id(const Plan& plan, LocationId location);
/// Lists what was assumed to get a figure, if anything.
void assume(Plan& plan, const Figure& figure, const std::string& path);

/// A machine as a scenario names it, and where it stands.
struct MachineUse {
    std::string machine;
    std::optional<SizeSpec> size;
    std::string engine;
    std::optional<PowerSpec> power;   ///< the scenario's own
    std::optional<double> usd_per_h;  ///< likewise
    std::string region;
    std::string path;              ///< of what is assumed
    bool is_told_already = false;  ///< what is assumed of its price
};

struct MachineCost {
    PowerSpec power;
    double embodied_kg = 0;
    double usd_per_h = 0;      ///< on demand
    std::string price_source;  ///< empty: no price is known
};
/// Watts, embodied carbon and price of one machine; assumptions and warnings go to the plan.
MachineCost cost_of_machine(const Catalog& catalog, const MachineUse& use, Plan& plan);

/// A price that does not depend on the quantity.
TieredPrice flat_price(std::string name, std::string unit, double usd, std::string source);
/// The catalogue's discount for the machine on spot; where none is known 0, and a warning that says what to write.
double spot_discount(const Catalog& catalog, const MachineUse& use, std::string_view remedy, Plan& plan);

/// Prices of machines and bytes, watts, carbon.
void compile_prices(const Architecture& architecture, const Catalog& catalog, Plan& plan);

/// Watts of functions, disks and networks: what has none of its own. After prices.
void compile_energy(const Architecture& architecture, const Catalog& catalog, Plan& plan);
/// Gigabytes that a service keeps, the mean over the horizon, once.
double mean_kept_gb(const DataSpec& data, const Plan& plan);
/// How often the data of a service is kept: once for each copy of a database; of Aurora a cluster's volume is one,
/// whatever its readers, and each region has a cluster of its own (Aurora Global Database).
double volumes_of(const Service& service, LocationId home);
bool is_aurora(const Service& service);
/// Lists an assumption, unless the plan has the same of the same place.
void assume_once(Plan& plan, Assumption assumption);

/// What the account has free, by the charges that share it; after the charges.
void compile_allowances(const Catalog& catalog, Plan& plan);
/// The instances that commitments could be for.
void compile_pools(Plan& plan);
/// What providers promise and pay back.
void compile_agreements(const Architecture& architecture, const Catalog& catalog, Plan& plan);
/// The lines of the bill, what providers pay back, and what requests are worth.
void compile_charges(const Architecture& architecture, const Catalog& catalog, Plan& plan);
/// Batch jobs, and the lines of the bill for their machines; after compile_prices.
void compile_jobs(const Architecture& architecture, const Catalog& catalog, Plan& plan);
/// Who reaches whom, by packets and by permission; threats.
void compile_security(const Architecture& architecture, Plan& plan);

}  // namespace nines
