// Cost: a bill like the provider's. Quantities are scaled to a month first, then priced through the tiers.

#include <fmt/format.h>

#include <algorithm>

#include "models/pillars/measures.hpp"

namespace nines {

namespace {

/// Compute of each group: hours of instances paid for.
void add_compute(const Evidence& evidence, std::vector<BillLine>& bill) {
    const Plan& plan = evidence.plan;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        const ServicePlan& compiled = plan.services[service];
        BillLine line;
        double instances_s = 0;
        for (std::uint32_t g = 0; g < compiled.groups.count; ++g) {
            const GroupPlan& group = plan.groups[compiled.groups[g]];
            const double group_s = evidence.run.groups[compiled.groups[g]].instances_integral_s;
            instances_s += group_s;
            line.usd += group_s / k_seconds_per_hour / evidence.months * group.usd_per_h;
            line.source = group.price_source.empty() ? line.source : group.price_source;
        }
        if (line.usd == 0 && line.source.empty()) {
            continue;
        }
        line.group = "compute";
        line.item = fmt::format("{:g} x {} ({})", instances_s / evidence.measured_s,
                                plan.names.machines[service].empty() ? "instance" : plan.names.machines[service],
                                plan.names.services[service]);
        line.quantity = instances_s / k_seconds_per_hour / evidence.months;
        line.unit = "h";
        bill.push_back(std::move(line));
    }
}

/// Bytes and requests by price row. Requests of the edge are a managed service's, bytes are transfer.
void add_units(const Evidence& evidence, std::vector<BillLine>& bill) {
    for (std::size_t i = 0; i < evidence.plan.prices.size(); ++i) {
        const TieredPrice& price = evidence.plan.prices[i];
        BillLine line;
        line.quantity = evidence.run.units_by_price[i] / evidence.months;
        if (line.quantity == 0) {
            continue;
        }
        line.group = price.unit == "request" ? "managed" : "transfer";
        line.item = price.name;
        line.unit = price.unit;
        line.usd = price_of(price, line.quantity);
        line.source = price.source;
        bill.push_back(std::move(line));
    }
}

/// Whether the scenario has anything with a price: a world, or prices of its own.
bool has_prices(const Plan& plan) {
    return plan.has_world || std::any_of(plan.groups.begin(), plan.groups.end(),
                                         [](const GroupPlan& group) { return group.usd_per_h > 0; });
}

/// Paid and unused: each group's compute times the share of its workers that held nothing.
double idle_usd(const Evidence& evidence) {
    double usd = 0;
    for (std::size_t i = 0; i < evidence.plan.groups.size(); ++i) {
        const GroupPlan& group = evidence.plan.groups[index_at<GroupId>(i)];
        const GroupTally& tally = evidence.run.groups[index_at<GroupId>(i)];
        const double cost = tally.instances_integral_s / k_seconds_per_hour / evidence.months * group.usd_per_h;
        const std::uint32_t workers = evidence.plan.services[group.service].workers;
        if (workers == k_unlimited || tally.instances_integral_s <= 0) {
            continue;
        }
        const double busy = tally.busy_integral_s / (tally.instances_integral_s * workers);
        usd += cost * std::max(0.0, 1 - busy);
    }
    return usd;
}

}  // namespace

std::vector<BillLine> bill_of(const Evidence& evidence) {
    std::vector<BillLine> bill;
    if (evidence.months > 0 && has_prices(evidence.plan)) {
        add_compute(evidence, bill);
        add_units(evidence, bill);
    }
    return bill;
}

Measured measure_cost(const Evidence& evidence, std::string_view name) {
    if (evidence.months <= 0 || !has_prices(evidence.plan)) {
        return {};
    }
    const auto bill = bill_of(evidence);
    const auto sum = [&](std::string_view group) {
        double usd = 0;
        for (const BillLine& line : bill) {
            usd += group.empty() || line.group == group ? line.usd : 0;
        }
        return usd;
    };
    if (name == "cost.per_month") {
        return {sum(""), {}, 1};
    }
    if (name == "cost.compute") {
        return {sum("compute"), {}, 1};
    }
    if (name == "cost.transfer") {
        return {sum("transfer"), {}, 1};
    }
    if (name == "cost.managed") {
        return {sum("managed"), {}, 1};
    }
    if (name == "cost.idle") {
        return {idle_usd(evidence), {}, 1};
    }
    if (name == "cost.per_million_requests" && evidence.clients_offered > 0) {
        return {sum("") * 1e6 * evidence.months / evidence.clients_offered, {}, 1};
    }
    return {};
}

}  // namespace nines
