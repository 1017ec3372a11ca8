#pragma once
// Findings: what harms most in each pillar, from the figures of a study and the plan it was of.

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "models/pillars/measures.hpp"
#include "models/pillars/review.hpp"

namespace nines {

/// What the rules of a pillar look at.
class Material {
public:
    Material(const Plan& plan, const Results& results);

    const Plan& plan;
    const Results& results;
    double months = 0;  ///< of one replication

    /// The mean of a metric by its name, with its suffix; nothing where it was not measured.
    std::optional<double> mean(const std::string& metric) const;
    /// What of a metric is attributed to a cause, per replication.
    double part(std::string_view metric, std::string_view cause) const;
    /// Value lost by a cause, USD a month; nothing where the scenario has no `value`.
    std::optional<double> usd_of_downtime(std::string_view cause) const;

private:
    std::map<std::string_view, const Metric*> by_name_;
};

std::vector<Finding> find_operations(const Material& material);
std::vector<Finding> find_security(const Material& material);
std::vector<Finding> find_reliability(const Material& material);
std::vector<Finding> find_performance(const Material& material);
std::vector<Finding> find_cost(const Material& material);
std::vector<Finding> find_sustainability(const Material& material);

/// What limits reject, of attempts and of users' requests: reliability's.
void add_limits(const Material& material, std::vector<Finding>& findings);

// Findings about machines, of two pillars.

/// What a month of each service on x86 would cost and emit less on its Arm twin: sustainability's.
void add_arm_twins(const Material& material, std::vector<Finding>& findings);
/// What a month of the instances costs and emits that are kept for failures: cost's.
/// @param bill  of a month, USD
void add_price_of_resilience(const Material& material, double bill, std::vector<Finding>& findings);
/// Fewer or smaller machines, and commitments for what is left; what they save adds up: cost's.
void add_sizes_and_commitments(const Material& material, double bill, std::vector<Finding>& findings);
/// How many instances of a service that scales ran for more than that share of the time, in all of its regions.
double instances_beyond(std::span<const UsageLevel> usage, std::string_view service, double share);
/// Instances of a service on average, and what a month of them is billed.
struct Paid {
    double instances = 0;
    double usd = 0;
};
/// @param counts  which charges of instances: all of them, or those on demand ...
Paid paid_for(const Material& material, ServiceId id, bool (*counts)(const ChargePlan& charge) = is_of_instances);
/// The highest rate of all demands together over their mean: peaks are taken to coincide.
double peak_to_mean(const Plan& plan);
/// The busy share that is wanted of a fleet at its peak.
inline constexpr double k_busy_wanted = 0.8;
/// One that is the customer's, without its size.
Finding advised(Pillar pillar, std::string text, Layer layer, std::string advice);

/// Jobs that end after their window.
void add_late_jobs(const Material& material, std::vector<Finding>& findings);
/// Jobs that would cost less on spot, with Daly's expected run and Young's interval between checkpoints.
void add_spot_for_jobs(const Material& material, double bill, std::vector<Finding>& findings);
/// Jobs that could wait for greener hours.
void add_shifts_of_jobs(const Material& material, std::vector<Finding>& findings);

}  // namespace nines
