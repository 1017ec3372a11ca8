// The bill: what each charge counted, scaled to a month, less what is free, and then priced through the tiers of its
// row. A line is a quantity times a price.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/time.hpp"
#include "engine/base/units.hpp"
#include "models/pillars/measures.hpp"

namespace nines {

namespace {

Metered of_all(const Run& run) {
    return {run.groups, run.endpoints, run.units_by_price};
}

ChargedHours hours_of(const Evidence& evidence, const ChargePlan& charge) {
    return hours_of(evidence.plan, of_all(evidence.run), evidence.measured_s, charge);
}

/// Of what is paid for, committed instances that do not run included, the share that held nothing.
double idle_share(const Evidence& evidence, const ChargedHours& hours) {
    const double all_s = hours.uncommitted_s + hours.committed * evidence.measured_s;
    return hours.workers <= 0 || all_s <= 0 ? 0 : std::max(0.0, 1 - hours.busy_s / (all_s * hours.workers));
}

BillFigures hours_charged(const Evidence& evidence, const ChargePlan& charge, const ChargedHours& hours) {
    BillFigures figures;
    if (charge.meter == ChargeMeter::committed_hours) {
        // A commitment is one of the ways of the service: its own part of all that is committed to.
        const double all = evidence.plan.services[charge.service].committed_share;
        figures.instances = hours.committed * charge.amount / all;
        figures.quantity = figures.instances * k_hours_per_month;
    } else {
        const double seconds = paid_s(evidence.plan, hours, evidence.measured_s, charge);
        figures.instances = seconds / evidence.measured_s;
        figures.quantity = seconds / k_seconds_per_hour / evidence.months;
    }
    return figures;
}

double quantity_used(const Evidence& evidence, const ChargePlan& charge) {
    const Run& run = evidence.run;
    if (charge.meter == ChargeMeter::job_hours) {
        return run.jobs.empty() ? 0 : run.jobs[charge.job].machine_s / k_seconds_per_hour;
    }
    return usage_of(evidence.plan, of_all(run), charge);
}

/// The share of a line that floods made. Of what requests are metered for: attackers' part of it, every unit at the
/// line's mean price. Of instances by the hour: those beyond the number that stood when a flood began, on spot or not
/// as the others that are not committed to.
double attack_share(const Evidence& evidence, const ChargePlan& charge) {
    if (!evidence.run.attack) {
        return 0;
    }
    const AttackTally& attack = *evidence.run.attack;
    if (charge.meter == ChargeMeter::on_demand_hours || charge.meter == ChargeMeter::spot_hours) {
        double beyond_s = 0;
        for (const GroupId group : charge.groups) {
            beyond_s += attack.groups[group].instances_integral_s;
        }
        const double all_s = hours_of(evidence, charge).uncommitted_s;
        return all_s > 0 ? std::min(1.0, beyond_s / all_s) : 0;
    }
    const double all = quantity_used(evidence, charge);
    const double theirs = usage_of(evidence.plan, {attack.groups, attack.endpoints, attack.units_by_price}, charge);
    return all > 0 ? std::min(1.0, theirs / all) : 0;
}

ChargeFigures count(const Evidence& evidence, const ChargePlan& charge) {
    ChargeFigures figures;
    if (is_of_instances(charge)) {
        const ChargedHours hours = hours_of(evidence, charge);
        figures.bill = hours_charged(evidence, charge, hours);
        figures.idle_usd = idle_share(evidence, hours);  // of the price, which follows
    } else {
        figures.bill.quantity =
            charge.meter == ChargeMeter::fixed ? charge.amount : quantity_used(evidence, charge) / evidence.months;
    }
    figures.attack_usd = attack_share(evidence, charge);  // likewise
    return figures;
}

void spread_allowances(const Plan& plan, std::vector<ChargeFigures>& charges) {
    std::vector<double> quantities;
    for (const ChargeFigures& charge : charges) {
        quantities.push_back(charge.bill.quantity);
    }
    const std::vector<double> units = free_units(plan, quantities);
    for (std::size_t i = 0; i < charges.size(); ++i) {
        charges[i].free_units = units[i];
    }
}

}  // namespace

std::vector<ChargeFigures> measure_charges(const Evidence& evidence) {
    const Plan& plan = evidence.plan;
    std::vector<ChargeFigures> charges(plan.charges.size());
    if (evidence.months <= 0) {
        return charges;
    }
    for (std::size_t i = 0; i < charges.size(); ++i) {
        charges[i] = count(evidence, plan.charges[i]);
    }
    spread_allowances(plan, charges);
    for (std::size_t i = 0; i < charges.size(); ++i) {
        BillFigures& bill = charges[i].bill;
        bill.usd = price_of(plan.charges[i].price, bill.quantity - charges[i].free_units);
        charges[i].idle_usd *= bill.usd;
        charges[i].attack_usd *= bill.usd;
    }
    return charges;
}

std::vector<BillItem> bill_items(const Plan& plan) {
    std::vector<BillItem> items;
    for (const ChargePlan& charge : plan.charges) {
        const std::string part(k_bill_parts.of(charge.part));
        if (charge.allowance) {
            const Allowance& allowance = plan.allowances[*charge.allowance];
            items.push_back({.group = part,
                             .what = charge.what,
                             .unit = charge.price.unit,
                             .source = allowance.source,
                             .tier = "free allowance",
                             .row = allowance.row});
        }
        for (const PriceTier& tier : charge.price.tiers) {
            items.push_back({.group = part,
                             .what = charge.what,
                             .unit = charge.price.unit,
                             .source = charge.price.source,
                             .usd_per_unit = tier.usd,
                             .tier = tier.name,
                             .row = tier.row.empty() ? charge.price.source : tier.row});
        }
    }
    return items;
}

void measure_bill(const Evidence& evidence, std::span<BillFigures> figures) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < evidence.charges.size(); ++i) {
        const ChargePlan& charge = evidence.plan.charges[i];
        const ChargeFigures& of = evidence.charges[i];
        if (charge.allowance) {
            figures[next++] = {0, of.free_units, 0};
        }
        for (std::size_t tier = 0; tier < charge.price.tiers.size(); ++tier) {
            const double units = units_in_tier(charge.price, tier, of.bill.quantity - of.free_units);
            figures[next++] = {of.bill.instances, units, units * charge.price.tiers[tier].usd};
        }
    }
}

std::vector<BillLine> bill_lines(std::span<const BillItem> items, std::span<const BillFigures> figures) {
    std::vector<BillLine> bill;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const BillItem& item = items[i];
        if (figures[i].quantity == 0) {
            continue;
        }
        const bool counted = figures[i].instances > 0;
        BillLine line;
        line.group = item.group;
        line.item = counted ? fmt::format("{:g} x {}", figures[i].instances, item.what) : item.what;
        line.quantity = figures[i].quantity;
        line.unit = item.unit;
        line.usd = figures[i].usd;
        line.source = item.source;
        line.usd_per_unit = item.usd_per_unit;
        line.tier = item.tier;
        line.row = item.row;
        bill.push_back(std::move(line));
    }
    return bill;
}

}  // namespace nines
