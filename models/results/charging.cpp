#include "models/results/charging.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/time.hpp"
#include "engine/base/units.hpp"

namespace nines {

namespace {

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

/// What is free of each charge, into memory that is there.
void share_allowances(const Plan& plan, std::span<const double> quantities, BillScratch& scratch) {
    scratch.under.assign(plan.allowances.size(), 0);
    scratch.free.assign(quantities.size(), 0);
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        if (const auto allowance = plan.charges[i].allowance) {
            scratch.under[*allowance] += quantities[i];
        }
    }
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        if (const auto allowance = plan.charges[i].allowance; allowance && scratch.under[*allowance] > 0) {
            const double share = std::min(1.0, plan.allowances[*allowance].units / scratch.under[*allowance]);
            scratch.free[i] = quantities[i] * share;
        }
    }
}

}  // namespace

ChargedHours hours_of(const Plan& plan, const Metered& metered, double seconds, const ChargePlan& charge) {
    const ServicePlan& service = plan.services[charge.service];
    ChargedHours hours;
    hours.workers = service.workers == k_unlimited ? 0 : service.workers;
    for (const GroupId id : charge.groups) {
        const GroupTally& tally = metered.groups[id];
        hours.instances_s += tally.instances_integral_s;
        hours.uncommitted_s += tally.uncommitted_integral_s;
        hours.spot_s += tally.spot_integral_s;
        hours.busy_s += tally.busy_integral_s;
        hours.committed += static_cast<double>(committed_thousandths(service, plan.groups[id])) / 1000;
    }
    if (service.has_primary && service.committed_share > 0) {
        // Commitments are of a region: they go with an instance that moves to another zone of it.
        hours.committed = service.committed_share * kept_instances(plan, service, charge.groups);
        hours.uncommitted_s = std::max(0.0, hours.instances_s - hours.committed * seconds);
    }
    return hours;
}

double paid_s(const Plan& plan, const ChargedHours& hours, double seconds, const ChargePlan& charge) {
    if (charge.meter == ChargeMeter::committed_hours) {
        // A commitment is one of the ways of the service: its own part of all that is committed to.
        return hours.committed * charge.amount / plan.services[charge.service].committed_share * seconds;
    }
    return charge.meter == ChargeMeter::spot_hours ? hours.spot_s : std::max(0.0, hours.uncommitted_s - hours.spot_s);
}

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

void count_charges(const Plan& plan, const Metered& metered, double seconds, std::span<double> counted) {
    for (std::size_t i = 0; i < counted.size(); ++i) {
        const ChargePlan& charge = plan.charges[i];
        counted[i] = is_of_instances(charge)
                         ? paid_s(plan, hours_of(plan, metered, seconds, charge), seconds, charge) / k_seconds_per_hour
                         : usage_of(plan, metered, charge);
    }
}

std::vector<double> counted(const Plan& plan, const Metered& metered, double seconds) {
    std::vector<double> counted(plan.charges.size());
    count_charges(plan, metered, seconds, counted);
    return counted;
}

std::vector<double> free_units(const Plan& plan, std::span<const double> quantities) {
    BillScratch scratch;
    share_allowances(plan, quantities, scratch);
    return std::move(scratch.free);
}

double usd_per_hour(const Plan& plan, std::span<const double> counted, double seconds) {
    BillScratch scratch;
    return usd_per_hour(plan, counted, seconds, scratch);
}

double usd_per_hour(const Plan& plan, std::span<const double> counted, double seconds, BillScratch& scratch) {
    const double months = seconds / (k_hours_per_month * k_seconds_per_hour);
    std::vector<double>& quantities = scratch.quantities;
    quantities.assign(counted.begin(), counted.end());
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        const ChargePlan& charge = plan.charges[i];
        quantities[i] = charge.meter == ChargeMeter::fixed ? charge.amount : quantities[i] / months;
    }
    share_allowances(plan, quantities, scratch);
    double usd = 0;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        usd += price_of(plan.charges[i].price, quantities[i] - scratch.free[i]);
    }
    return usd / k_hours_per_month;
}

}  // namespace nines
