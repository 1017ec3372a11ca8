// Cost: a bill like the provider's. Quantities are scaled to a month first, then priced through the tiers.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/pillars/measures.hpp"

namespace nines {

namespace {

enum Figure : std::size_t { per_month, per_million_requests, compute, transfer, managed, idle, k_figures };
constexpr std::array<std::string_view, k_figures> k_names{
    "cost.per_month", "cost.per_million_requests", "cost.compute", "cost.transfer", "cost.managed", "cost.idle"};

/// Whether the scenario has anything with a price: a world, or prices of its own.
bool has_prices(const Plan& plan) {
    return plan.has_world || std::any_of(plan.groups.begin(), plan.groups.end(),
                                         [](const GroupPlan& group) { return group.usd_per_h > 0; });
}

/// Hours of instances paid for.
BillFigures compute_of(const Evidence& evidence, const ServicePlan& service) {
    BillFigures figures;
    double instances_s = 0;
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const double group_s = evidence.run.groups[service.groups[g]].instances_integral_s;
        instances_s += group_s;
        figures.usd +=
            group_s / k_seconds_per_hour / evidence.months * evidence.plan.groups[service.groups[g]].usd_per_h;
    }
    figures.instances = instances_s / evidence.measured_s;
    figures.quantity = instances_s / k_seconds_per_hour / evidence.months;
    return figures;
}

/// Bytes or requests of one price row.
BillFigures units_of(const Evidence& evidence, std::size_t price) {
    BillFigures figures;
    figures.quantity = evidence.run.units_by_price[price] / evidence.months;
    figures.usd = figures.quantity == 0 ? 0 : price_of(evidence.plan.prices[price], figures.quantity);
    return figures;
}

/// Requests of the edge are a managed service's, bytes are transfer.
std::string_view part_of(const TieredPrice& price) {
    return price.unit == "request" ? "managed" : "transfer";
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

std::vector<BillItem> bill_items(const Plan& plan) {
    std::vector<BillItem> items;
    if (!has_prices(plan)) {
        return items;
    }
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        const std::string& machine = plan.names.machines[service];
        BillItem item{"compute",
                      fmt::format("{} ({})", machine.empty() ? "instance" : machine, plan.names.services[service]),
                      "h",
                      {}};
        const Range<GroupId> groups = plan.services[service].groups;
        for (std::uint32_t g = 0; g < groups.count; ++g) {
            const std::string& source = plan.groups[groups[g]].price_source;
            item.source = source.empty() ? item.source : source;
        }
        items.push_back(std::move(item));
    }
    for (const TieredPrice& price : plan.prices) {
        items.push_back({std::string(part_of(price)), price.name, price.unit, price.source});
    }
    return items;
}

void measure_bill(const Evidence& evidence, std::span<BillFigures> figures) {
    const std::size_t services = evidence.plan.services.size();
    for (std::size_t i = 0; i < figures.size(); ++i) {
        if (evidence.months <= 0) {
            figures[i] = {};
        } else if (i < services) {
            figures[i] = compute_of(evidence, evidence.plan.services[index_at<ServiceId>(i)]);
        } else {
            figures[i] = units_of(evidence, i - services);
        }
    }
}

std::vector<BillLine> bill_lines(std::span<const BillItem> items, std::span<const BillFigures> figures) {
    std::vector<BillLine> bill;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const BillItem& item = items[i];
        const bool is_compute = item.group == "compute";
        if (is_compute ? figures[i].usd == 0 && item.source.empty() : figures[i].quantity == 0) {
            continue;
        }
        bill.push_back({item.group, is_compute ? fmt::format("{:g} x {}", figures[i].instances, item.what) : item.what,
                        figures[i].quantity, item.unit, figures[i].usd, item.source});
    }
    return bill;
}

FigureNames cost_names() {
    return k_names;
}

void measure_cost(const Evidence& evidence, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), k_nothing);
    const Plan& plan = evidence.plan;
    if (evidence.months <= 0 || !has_prices(plan)) {
        return;
    }
    double sum = 0;
    figures[compute] = figures[transfer] = figures[managed] = 0;
    for (const ServicePlan& service : plan.services) {
        const double usd = compute_of(evidence, service).usd;
        figures[compute] += usd;
        sum += usd;
    }
    for (std::size_t i = 0; i < plan.prices.size(); ++i) {
        const double usd = units_of(evidence, i).usd;
        figures[part_of(plan.prices[i]) == "managed" ? managed : transfer] += usd;
        sum += usd;
    }
    figures[per_month] = sum;
    figures[idle] = idle_usd(evidence);
    if (evidence.clients_offered > 0) {
        figures[per_million_requests] = sum * 1e6 * evidence.months / evidence.clients_offered;
    }
}

}  // namespace nines
