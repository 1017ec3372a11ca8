#include "models/pillars/attribution.hpp"

#include <algorithm>
#include <tuple>

#include "models/pillars/footprint.hpp"

namespace nines {

namespace {

Layer layer_of(const Plan& plan, std::size_t cause) {
    // Too much load is too little capacity, and what fails outside incidents is settings too: both are configuration.
    return cause < plan.faults.size() ? plan.faults[index_at<FaultId>(cause)].layer : Layer::configuration;
}

constexpr double k_rounding = 1e-9;

std::string owner_text(Owner owner) {
    return std::string(k_owners.of(owner));
}

/// Calls add(item) for each cause up to `end`. Parts are measured in the same order (measure_attribution).
template <class Add>
void for_each_cause(const Plan& plan, std::string_view metric, std::size_t end, Add add) {
    for (std::size_t cause = 0; cause < end; ++cause) {
        add(AttributionItem{std::string(metric), cause_name(plan, cause),
                            std::string(k_layers.of(layer_of(plan, cause))), cause_owner(plan, cause)});
    }
}

/// Which layer of a service a part of the bill pays for.
Layer layer_paid(BillPart part) {
    switch (part) {
        case BillPart::compute:
            return Layer::hardware;
        case BillPart::transfer:
            return Layer::network;
        case BillPart::managed:
            return Layer::runtime;
        case BillPart::storage:
            return Layer::data;
    }
    return Layer::hardware;
}

/// Charges of no service are for the network between them: the provider's.
AttributionItem charge_item(const Plan& plan, const ChargePlan& charge) {
    const Layer layer = layer_paid(charge.part);
    const Owner owner = charge.service.exists() ? plan.services[charge.service].owners[static_cast<std::size_t>(layer)]
                                                : Owner::provider;
    return {"cost.per_month", charge.what, std::string(k_layers.of(layer)), owner_text(owner)};
}

/// What threats take, by the metric that it is part of.
struct ThreatMetric {
    std::string_view name;
    double ThreatTally::*part;
};
constexpr std::array k_threat_metrics{ThreatMetric{"exposure.records", &ThreatTally::records},
                                      ThreatMetric{"exposure.cost", &ThreatTally::usd},
                                      ThreatMetric{"records.destroyed", &ThreatTally::destroyed}};

/// Incidents are their cause's; beside them what failed while a fault was in force is the fault's, the rest nobody's.
void add_losses(const Evidence& evidence, std::span<double> lost) {
    double in_incidents = 0;
    for (const IncidentSpan& span : evidence.incidents) {
        lost[cause_of(evidence.plan, span)] += span.lost_requests;
        in_incidents += span.lost_requests;
    }
    const double beside = std::max(0.0, requests_lost(evidence) - in_incidents);
    double of_faults = 0;
    for (const double one : evidence.lost_beside) {
        of_faults += one;
    }
    // Requests in flight that an incident counts as lost may leave less than failed beside it; and in `flow` the two
    // sums are rounded: what is left of that is nobody's loss.
    const bool is_all = of_faults >= beside * (1 - k_rounding);
    const double scale = is_all && of_faults > 0 ? beside / of_faults : 1;
    for (std::size_t fault = 0; fault < evidence.lost_beside.size(); ++fault) {
        lost[fault] += scale * evidence.lost_beside[index_at<FaultId>(fault)];
    }
    lost[cause_outside(evidence.plan)] += is_all ? 0 : beside - of_faults;
}

void add_downtime(const Evidence& evidence, std::span<double> parts) {
    for (const IncidentSpan& span : evidence.incidents) {
        parts[cause_of(evidence.plan, span)] += span.end_s - span.begin_s;
    }
}

void add_cost_of_downtime(const Evidence& evidence, std::span<double> parts) {
    const ValuePlan& value = *evidence.plan.value;
    std::vector<double> lost(parts.size());
    add_losses(evidence, lost);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i] += lost[i] * value.usd_per_request;
    }
    for (const IncidentSpan& span : evidence.incidents) {
        parts[cause_of(evidence.plan, span)] +=
            (span.end_s - span.begin_s) / 60 * value.usd_per_minute_down + value.usd_per_incident;
    }
}

}  // namespace

std::string cause_name(const Plan& plan, std::size_t cause) {
    if (cause < plan.faults.size()) {
        return plan.names.faults[index_at<FaultId>(cause)];
    }
    return cause == cause_load(plan) ? "load" : "outside incidents";
}

std::string cause_owner(const Plan& plan, std::size_t cause) {
    const bool provider = cause < plan.faults.size() && plan.faults[index_at<FaultId>(cause)].owned_by_provider;
    return owner_text(provider ? Owner::provider : Owner::customer);
}

Owner owner_of(const Plan& plan, const Threat& threat) {
    ServiceId hit = threat.of.empty() ? ServiceId::none() : threat.of.front();
    if (!hit.exists() && threat.identity.exists()) {
        hit = plan.security.identities[threat.identity].of;
    }
    const LayerOwners owners = hit.exists() ? plan.services[hit].owners : default_owners(Hosting::instances);
    return owners[static_cast<std::size_t>(threat.layer)];
}

std::size_t cause_of(const Plan& plan, const IncidentSpan& span) {
    return span.cause.exists() ? span.cause.value : cause_load(plan);
}

double requests_lost(const Evidence& evidence) {
    double all = 0;
    for (const ScopeTally& demand : evidence.plan.of_users(evidence.run.demands)) {
        all += demand.failed();
    }
    double in_incidents = 0;
    for (const IncidentSpan& span : evidence.incidents) {
        in_incidents += span.lost_requests;
    }
    return std::max(all, in_incidents);
}

std::vector<AttributionItem> attribution_items(const Plan& plan) {
    std::vector<AttributionItem> items;
    const auto add = [&](AttributionItem item) { items.push_back(std::move(item)); };
    const std::size_t causes = cause_outside(plan) + 1;
    for_each_cause(plan, "requests.lost", causes, add);
    for_each_cause(plan, "downtime", causes, add);
    if (plan.value) {
        for_each_cause(plan, "cost.downtime", causes, add);
        for (const AgreementPlan& agreement : plan.agreements) {
            add({"cost.sla_credits", plan.names.services[agreement.service] + " (" + agreement.name + ")",
                 std::string(k_layers.of(Layer::facility)), owner_text(Owner::provider)});
        }
    }
    for (const ThreatMetric& metric : k_threat_metrics) {
        for (const Threat& threat : plan.security.threats) {
            add({std::string(metric.name), threat.name, std::string(k_layers.of(threat.layer)),
                 owner_text(owner_of(plan, threat))});
        }
    }
    for (const ChargePlan& charge : plan.charges) {
        add(charge_item(plan, charge));
        if (is_of_instances(charge)) {
            add({"cost.per_month", charge.what + ", idle", std::string(k_layers.of(Layer::configuration)),
                 owner_text(Owner::customer)});
        }
    }
    if (has_footprint(plan)) {
        for (const FootprintPart part : k_footprint_parts) {
            add({"carbon.kg", std::string(footprint_cause(part)), std::string(k_layers.of(footprint_layer(part))),
                 owner_text(footprint_owner(part))});
        }
    }
    return items;
}

void measure_attribution(const Evidence& evidence, std::span<double> parts) {
    std::fill(parts.begin(), parts.end(), 0);
    const Plan& plan = evidence.plan;
    std::span<double> rest = parts;
    const auto next = [&](std::size_t count) {
        const std::span<double> part = rest.first(count);
        rest = rest.subspan(count);
        return part;
    };
    const std::size_t causes = cause_outside(plan) + 1;
    add_losses(evidence, next(causes));
    add_downtime(evidence, next(causes));
    if (plan.value) {
        add_cost_of_downtime(evidence, next(causes));
        std::copy(evidence.credits.begin(), evidence.credits.end(), next(plan.agreements.size()).begin());
    }
    for (const ThreatMetric& metric : k_threat_metrics) {
        for (std::size_t i = 0; i < plan.security.threats.size(); ++i) {
            const auto& course = evidence.run.security;
            next(1).front() = course ? course->threats[index_at<ThreatId>(i)].*metric.part : 0;
        }
    }
    for (std::size_t i = 0; i < plan.charges.size(); ++i) {
        const ChargeFigures& figures = evidence.charges[i];
        next(1).front() = figures.bill.usd - figures.idle_usd;
        if (is_of_instances(plan.charges[i])) {
            next(1).front() = figures.idle_usd;
        }
    }
    if (has_footprint(plan)) {
        const Footprint sum = footprint_of(evidence);
        for (const FootprintPart part : k_footprint_parts) {
            next(1).front() = sum.kg[static_cast<std::size_t>(part)];
        }
    }
}

std::vector<Attribution> tell_attribution(std::span<const AttributionItem> items, std::span<const double> parts,
                                          std::span<const PartSpread> spreads) {
    std::vector<Attribution> told;
    for (std::size_t begin = 0, end = 0; begin < items.size(); begin = end) {
        double all = 0;
        for (end = begin; end < items.size() && items[end].metric == items[begin].metric; ++end) {
            all += parts[end];
        }
        const auto first = static_cast<std::ptrdiff_t>(told.size());
        for (std::size_t i = begin; i < end && all > 0; ++i) {
            if (parts[i] > 0) {
                const PartSpread spread = spreads.empty() ? PartSpread{} : spreads[i];
                told.push_back({items[i].metric, items[i].cause, items[i].layer, items[i].owner, parts[i] / all,
                                parts[i], spread.share, spread.value});
            }
        }
        std::sort(told.begin() + first, told.end(), [](const Attribution& a, const Attribution& b) {
            return std::tie(b.value, a.cause, a.layer) < std::tie(a.value, b.cause, b.layer);
        });
    }
    return told;
}

}  // namespace nines
