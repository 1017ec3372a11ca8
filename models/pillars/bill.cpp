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

/// Instances and workers of some groups over the measured time, in seconds.
struct Hours {
    double instances_s = 0;
    double uncommitted_s = 0;
    double spot_s = 0;
    double committed = 0;  ///< instances
    double busy_s = 0;
    double workers = 0;  ///< of an instance; 0: unlimited
};

Hours hours_of(const Evidence& evidence, const ChargePlan& charge) {
    const ServicePlan& service = evidence.plan.services[charge.service];
    Hours hours;
    hours.workers = service.workers == k_unlimited ? 0 : service.workers;
    for (const GroupId id : charge.groups) {
        const GroupTally& tally = evidence.run.groups[id];
        hours.instances_s += tally.instances_integral_s;
        hours.uncommitted_s += tally.uncommitted_integral_s;
        hours.spot_s += tally.spot_integral_s;
        hours.busy_s += tally.busy_integral_s;
        hours.committed += static_cast<double>(committed_thousandths(service, evidence.plan.groups[id])) / 1000;
    }
    if (service.has_primary && service.committed_share > 0) {
        // Commitments are of a region: they go with an instance that moves to another zone of it.
        hours.committed = service.committed_share * kept_instances(evidence.plan, service, charge.groups);
        hours.uncommitted_s = std::max(0.0, hours.instances_s - hours.committed * evidence.measured_s);
    }
    return hours;
}

/// Of what is paid for, committed instances that do not run included, the share that held nothing.
double idle_share(const Evidence& evidence, const Hours& hours) {
    const double paid_s = hours.uncommitted_s + hours.committed * evidence.measured_s;
    return hours.workers <= 0 || paid_s <= 0 ? 0 : std::max(0.0, 1 - hours.busy_s / (paid_s * hours.workers));
}

BillFigures hours_charged(const Evidence& evidence, const ChargePlan& charge, const Hours& hours) {
    BillFigures figures;
    if (charge.meter == ChargeMeter::committed_hours) {
        // A commitment is one of the ways of the service: its own part of all that is committed to.
        const double all = evidence.plan.services[charge.service].committed_share;
        figures.instances = hours.committed * charge.amount / all;
        figures.quantity = figures.instances * k_hours_per_month;
    } else {
        const double paid_s =
            charge.meter == ChargeMeter::spot_hours ? hours.spot_s : std::max(0.0, hours.uncommitted_s - hours.spot_s);
        figures.instances = paid_s / evidence.measured_s;
        figures.quantity = paid_s / k_seconds_per_hour / evidence.months;
    }
    return figures;
}

/// What is metered: of all requests, or of attackers' alone.
struct Metered {
    const Column<GroupId, GroupTally>& groups;
    const Column<EndpointId, EndpointTally>& endpoints;
    const std::vector<double>& units_by_price;
};

/// Bytes that `of` tells of each endpoint of a service, in GB.
template <class Of>
double gigabytes_of(const Plan& plan, const Metered& metered, ServiceId service, Of of) {
    double bytes = 0;
    for (std::size_t i = 0; i < plan.endpoints.size(); ++i) {
        const auto id = index_at<EndpointId>(i);
        if (plan.endpoints[id].service == service) {
            bytes += of(plan.endpoints[id], metered.endpoints[id]);
        }
    }
    return bytes / k_bytes_per_gb;
}

double exchanged_bytes(const EndpointPlan& endpoint, const EndpointTally& tally) {
    return tally.attempts * endpoint.request_bytes + tally.ok * endpoint.response_bytes;
}

double written_bytes(const EndpointPlan& endpoint, const EndpointTally& tally) {
    return endpoint.writes > 0 ? tally.ok * endpoint.request_bytes : 0;
}

/// A figure of all groups of a service together.
double sum_of(const Plan& plan, const Metered& metered, ServiceId service, double GroupTally::*figure) {
    const Range<GroupId> groups = plan.services[service].groups;
    double sum = 0;
    for (std::uint32_t g = 0; g < groups.count; ++g) {
        sum += metered.groups[groups[g]].*figure;
    }
    return sum;
}

/// Time that a function is billed for: of each request all granules that have begun.
double billed_s(const Plan& plan, const Metered& metered, ServiceId service) {
    return sum_of(plan, metered, service, &GroupTally::granules) * to_seconds(plan.services[service].granule);
}

/// What requests made of a charge: nothing where they are not what it counts.
double usage_of(const Plan& plan, const Metered& metered, const ChargePlan& charge) {
    switch (charge.meter) {
        case ChargeMeter::price_row:
            return metered.units_by_price[charge.row];
        case ChargeMeter::requests:
            return sum_of(plan, metered, charge.service, &GroupTally::admitted);
        case ChargeMeter::gigabytes:
            return gigabytes_of(plan, metered, charge.service, exchanged_bytes);
        case ChargeMeter::written_gigabytes:
            return gigabytes_of(plan, metered, charge.service, written_bytes);
        case ChargeMeter::gigabyte_seconds:
            return billed_s(plan, metered, charge.service) * charge.amount;
        case ChargeMeter::job_hours:
        case ChargeMeter::on_demand_hours:
        case ChargeMeter::committed_hours:
        case ChargeMeter::spot_hours:
        case ChargeMeter::fixed:
            break;
    }
    return 0;
}

double quantity_used(const Evidence& evidence, const ChargePlan& charge) {
    const Run& run = evidence.run;
    if (charge.meter == ChargeMeter::job_hours) {
        return run.jobs.empty() ? 0 : run.jobs[charge.job].machine_s / k_seconds_per_hour;
    }
    return usage_of(evidence.plan, {run.groups, run.endpoints, run.units_by_price}, charge);
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
        const double paid_s = hours_of(evidence, charge).uncommitted_s;
        return paid_s > 0 ? std::min(1.0, beyond_s / paid_s) : 0;
    }
    const double all = quantity_used(evidence, charge);
    const double theirs = usage_of(evidence.plan, {attack.groups, attack.endpoints, attack.units_by_price}, charge);
    return all > 0 ? std::min(1.0, theirs / all) : 0;
}

ChargeFigures count(const Evidence& evidence, const ChargePlan& charge) {
    ChargeFigures figures;
    if (is_of_instances(charge)) {
        const Hours hours = hours_of(evidence, charge);
        figures.bill = hours_charged(evidence, charge, hours);
        figures.idle_usd = idle_share(evidence, hours);  // of the price, which follows
    } else {
        figures.bill.quantity =
            charge.meter == ChargeMeter::fixed ? charge.amount : quantity_used(evidence, charge) / evidence.months;
    }
    figures.attack_usd = attack_share(evidence, charge);  // likewise
    return figures;
}

/// An allowance is one for all that is counted under it: each line has its share of it, by its quantity.
void spread_allowances(const Plan& plan, std::vector<ChargeFigures>& charges) {
    std::vector<double> counted(plan.allowances.size());
    for (std::size_t i = 0; i < charges.size(); ++i) {
        if (const auto allowance = plan.charges[i].allowance) {
            counted[*allowance] += charges[i].bill.quantity;
        }
    }
    for (std::size_t i = 0; i < charges.size(); ++i) {
        if (const auto allowance = plan.charges[i].allowance; allowance && counted[*allowance] > 0) {
            charges[i].free_units =
                charges[i].bill.quantity * std::min(1.0, plan.allowances[*allowance].units / counted[*allowance]);
        }
    }
}

}  // namespace

double kept_instances(const Plan& plan, const ServicePlan& database, std::span<const GroupId> groups) {
    const auto is_among = [&](LocationId region) {
        return std::any_of(groups.begin(), groups.end(), [&](GroupId group) {
            return plan.world.locations[plan.groups[group].location].region == region;
        });
    };
    const LocationId home = plan.groups[database.primary_group].location;
    double kept = is_among(plan.world.locations[home].region) ? 1 : 0;
    for (const ReplicaSpec& replica : database.replicas) {
        kept += is_among(replica.region) ? 1 : 0;
    }
    return kept;
}

bool is_of_instances(const ChargePlan& charge) {
    return charge.meter == ChargeMeter::on_demand_hours || charge.meter == ChargeMeter::committed_hours ||
           charge.meter == ChargeMeter::spot_hours;
}

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
