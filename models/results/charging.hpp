#pragma once
// Charging: what each charge of a plan has counted over some time, and what that comes to.

#include <span>
#include <vector>

#include "models/results/run.hpp"

namespace nines {

/// What is metered of requests and instances over some time: of all, or of attackers' alone.
struct Metered {
    const Column<GroupId, GroupTally>& groups;
    const Column<EndpointId, EndpointTally>& endpoints;
    const std::vector<double>& units_by_price;
};

/// Instances and workers of a charge's groups over some time, in seconds.
struct ChargedHours {
    double instances_s = 0;
    double uncommitted_s = 0;
    double spot_s = 0;
    double committed = 0;  ///< instances
    double busy_s = 0;
    double workers = 0;  ///< of an instance; 0: unlimited
};
ChargedHours hours_of(const Plan& plan, const Metered& metered, double seconds, const ChargePlan& charge);
/// Of what a charge of instances pays for, the time; of commitments, used or not.
double paid_s(const Plan& plan, const ChargedHours& hours, double seconds, const ChargePlan& charge);

/// Instances that a database keeps in the regions of the groups, in whatever zones they come to stand.
double kept_instances(const Plan& plan, const ServicePlan& database, std::span<const GroupId> groups);
/// Whether a charge pays for instances by the hour: part of it may be idle.
bool is_of_instances(const ChargePlan& charge);

/// What requests made of a charge: nothing where they are not what it counts.
double usage_of(const Plan& plan, const Metered& metered, const ChargePlan& charge);

/// What each charge has counted in so many seconds: nothing of fixed quantities, nor of batch jobs.
std::vector<double> counted(const Plan& plan, const Metered& metered, double seconds);
/// The same, without any memory of its own.
void count_charges(const Plan& plan, const Metered& metered, double seconds, std::span<double> counted);
/// What is free of each charge: an allowance is one for all that is counted under it, and each has its share of it by
/// its quantity.
/// @param quantities  of a month, by charge
std::vector<double> free_units(const Plan& plan, std::span<const double> quantities);
/// The bill by the hour, if a month of 730 h were all like the time in which so much was counted. Without batch jobs.
double usd_per_hour(const Plan& plan, std::span<const double> counted, double seconds);

/// What a bill is reckoned in, kept by who reckons one time and again: alarms do so at each window.
struct BillScratch {
    std::vector<double> quantities;
    std::vector<double> under;  // each allowance: what is counted
    std::vector<double> free;
};
double usd_per_hour(const Plan& plan, std::span<const double> counted, double seconds, BillScratch& scratch);

}  // namespace nines
