#pragma once
// Findings: what harms most in each pillar, from the figures of a study and the plan it was of.

#include <functional>
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
    /// The same with its interval.
    std::optional<Quantity> figure(const std::string& metric) const;
    /// A metric that a reckoned figure rises with, or falls as it rises.
    struct Term {
        std::string metric;
        bool rises = true;
    };
    using Reckoning = std::function<double(std::span<const double>)>;
    /// What a function that is monotone in each metric makes of their means; its interval is what it makes of the ends
    /// of theirs, widened so that they hold all at once (Bonferroni). Nothing where one was not measured.
    std::optional<Quantity> reckon(std::string unit, const std::vector<Term>& terms, const Reckoning& reckoning) const;
    /// What of a metric is attributed to a cause, per replication; nothing where nothing is.
    std::optional<Quantity> part(std::string_view metric, std::string_view cause) const;
    /// The same of a part that is at hand, in a unit.
    Quantity mean_of(const Attribution& part, std::string unit) const;

private:
    const Metric* find(const std::string& metric) const;

    std::map<std::string_view, const Metric*> by_name_;
};

Quantity share_of(const Attribution& part);
/// A figure times a factor >= 0, in another unit.
Quantity scaled(const Quantity& figure, double factor, std::string unit);
/// What a month costs, with its interval.
void set_usd_per_month(const Quantity& usd, Finding& finding);
/// What a cause takes of a replication, USD: a month, or each time where the scenario says when it comes, not how
/// often.
void price(const Material& material, const std::string& cause, const Quantity& usd, Finding& finding);
/// The fault of that name; nullptr: it is none.
const FaultPlan* fault_named(const Plan& plan, const std::string& cause);
/// A fault or threat at a fixed time that ends. What is there for ever from then on takes its share of every month.
bool comes_at_a_time(const Plan& plan, const std::string& cause);
/// What may be done against what takes users' requests, by its fault, layer and owner.
std::string advice_against(const Plan& plan, const Finding& finding, const std::string& cause);
std::string advice_against_threat(const Plan& plan, const std::string& name);
inline constexpr const char* k_advice_against_floods =
    "more absorption (`absorb`), a better filter (`filter`), limits of queues: what is not absorbed takes users' "
    "places";

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
/// The highest rate over the mean of what reaches a service: that of the demand with the sharpest peak of those that
/// do, for in what proportion they are there is not known.
double peak_to_mean(const Plan& plan, ServiceId service);
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
