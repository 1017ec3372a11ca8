// Cost: what the bill (bill.cpp) comes to by its parts, and what losses cost beside it.

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/pillars/attribution.hpp"

namespace nines {

namespace {

enum Figure : std::size_t {
    per_month,
    per_million_requests,
    per_transaction,
    compute,
    transfer,
    storage,
    managed,
    idle,
    downtime,
    sla_credits,
    with_losses,
    k_figures
};
constexpr std::array<std::string_view, k_figures> k_names{"cost.per_month",       "cost.per_million_requests",
                                                          "cost.per_transaction", "cost.compute",
                                                          "cost.transfer",        "cost.storage",
                                                          "cost.managed",         "cost.idle",
                                                          "cost.downtime",        "cost.sla_credits",
                                                          "cost.with_losses"};

double value_lost(const Evidence& evidence) {
    const ValuePlan& value = *evidence.plan.value;
    double usd = requests_lost(evidence) * value.usd_per_request;
    for (const IncidentSpan& incident : evidence.incidents) {
        usd += (incident.end_s - incident.begin_s) / 60 * value.usd_per_minute_down + value.usd_per_incident;
    }
    return usd;
}

/// What is paid: the bill by its parts, and by what it bought.
void measure_paid(const Evidence& evidence, std::span<double> figures) {
    const Plan& plan = evidence.plan;
    figures[per_month] = figures[compute] = figures[transfer] = figures[managed] = figures[idle] = 0;
    constexpr std::array k_figure_of_part{compute, transfer, managed, storage};
    for (std::size_t i = 0; i < plan.charges.size(); ++i) {
        const ChargeFigures& one = evidence.charges[i];
        double& part = figures[k_figure_of_part[static_cast<std::size_t>(plan.charges[i].part)]];
        part = std::isnan(part) ? one.bill.usd : part + one.bill.usd;
        figures[per_month] += one.bill.usd;
        figures[idle] += one.idle_usd;
    }
    if (evidence.clients_offered > 0) {
        figures[per_million_requests] = figures[per_month] * 1e6 * evidence.months / evidence.clients_offered;
    }
    if (plan.value && plan.value->transaction.exists()) {
        const double done = evidence.run.endpoints[plan.value->transaction].ok;
        figures[per_transaction] = done > 0 ? figures[per_month] * evidence.months / done : k_nothing;
    }
}

double exposed_usd(const Evidence& evidence) {
    double usd = 0;
    if (evidence.run.security) {
        for (const ThreatTally& threat : evidence.run.security->threats) {
            usd += threat.usd;
        }
    }
    return usd;
}

void measure_value(const Evidence& evidence, std::span<double> figures) {
    figures[downtime] = value_lost(evidence);
    double paid_back = 0;
    if (!evidence.credits.empty()) {
        paid_back = std::accumulate(evidence.credits.begin(), evidence.credits.end(), 0.0);
        figures[sla_credits] = paid_back;
    }
    const double bill = std::isnan(figures[per_month]) ? 0 : figures[per_month];
    const double toil_usd = toil_hours(evidence) * evidence.plan.value->usd_per_toil_hour;
    figures[with_losses] = bill + (figures[downtime] + exposed_usd(evidence) + toil_usd - paid_back) / evidence.months;
}

}  // namespace

FigureNames cost_names() {
    return k_names;
}

void measure_cost(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    if (evidence.months <= 0) {
        return;
    }
    if (!evidence.plan.charges.empty()) {
        measure_paid(evidence, figures);
    }
    if (evidence.plan.value) {
        measure_value(evidence, figures);
    }
}

}  // namespace nines
