#pragma once
// Attribution: whose each lost request, minute, dollar and gram is: by cause, by the layer that the cause stands on,
// and by the layer's owner under the shared responsibility model. What is attributed of a metric adds up to all of it.

#include <span>
#include <string>
#include <vector>

#include "models/pillars/measures.hpp"

namespace nines {

/// What a part of a metric may be attributed to.
struct AttributionItem {
    std::string metric;  ///< "requests.lost", "downtime", "cost.downtime", "cost.per_month", "carbon.kg" ...
    std::string cause;
    std::string layer;
    std::string owner;  ///< "provider" or "customer"
};

// Causes by number: the faults of the plan, then load, then what was lost outside incidents.
inline std::size_t cause_load(const Plan& plan) {
    return plan.faults.size();
}
inline std::size_t cause_outside(const Plan& plan) {
    return plan.faults.size() + 1;
}
std::string cause_name(const Plan& plan, std::size_t cause);
/// "provider" or "customer".
std::string cause_owner(const Plan& plan, std::size_t cause);
std::size_t cause_of(const Plan& plan, const IncidentSpan& span);

/// Whose a threat is: of the owner of its layer in the service that it hits, or whose identity it takes; of people and
/// pipelines, as of instances.
Owner owner_of(const Plan& plan, const Threat& threat);

/// All that parts of metrics may be attributed to: the same list in every replication of the plan.
std::vector<AttributionItem> attribution_items(const Plan& plan);
/// Each item's part, of one replication; in the units of the metrics, not scaled to a month but for cost.per_month.
void measure_attribution(const Evidence& evidence, std::span<double> parts);
/// Requests lost in all, by whatever cause.
double requests_lost(const Evidence& evidence);

/// Intervals of a part: of its share of the metric, and of its mean over replications.
struct PartSpread {
    Spread share, value;
};

/// The parts that are something, with their share of their metric: the metrics in the order of the items, the largest
/// part of each first.
/// @param parts    summed over replications
/// @param spreads  of each item; empty: of one run, which has none
std::vector<Attribution> tell_attribution(std::span<const AttributionItem> items, std::span<const double> parts,
                                          std::span<const PartSpread> spreads = {});

}  // namespace nines
