// Findings of cost about what is bought: how many machines of which size, and how many of them by commitment. Both are
// reckoned one after the other, so that what they save adds up: a commitment is for what right-sizing leaves.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/catalog/catalog.hpp"
#include "models/pillars/findings.hpp"

namespace nines {

namespace {

bool is_by_the_hour(const ChargePlan& charge) {
    return charge.meter == ChargeMeter::on_demand_hours || charge.meter == ChargeMeter::spot_hours;
}
bool is_on_demand(const ChargePlan& charge) {
    return charge.meter == ChargeMeter::on_demand_hours;
}

constexpr std::string_view k_from_catalog = "catalogue, ";
constexpr double k_about_half = 0.505;  ///< of a price: sizes of a family are priced by their vCPUs but for rounding

/// A fleet as it could be.
struct Size {
    std::string machine;  ///< empty: the same
    std::uint64_t instances = 0;
    double saved_usd = 0;  ///< a month
};

/// Instances of so many workers that are enough at the peak of the load with one zone lost, spread evenly.
std::uint64_t enough(const Material& material, ServiceId id, double busy, double workers) {
    const ServicePlan& service = material.plan.services[id];
    const auto zones = static_cast<double>(service.groups.count);
    const double spare = zones > 1 ? zones / (zones - 1) : 1;
    const double all_workers = static_cast<double>(service.count) * service.workers;
    const double least =
        std::max({busy * peak_to_mean(material.plan, id) * all_workers / workers / k_busy_wanted * spare,
                  static_cast<double>(service.needs), zones > 1 ? zones : 2.0});
    return static_cast<std::uint64_t>(std::ceil(least / zones - 1e-9) * zones);
}

/// Instances that are paid whether they run or not.
std::uint64_t committed_to(const Plan& plan, ServiceId id) {
    const ServicePlan& service = plan.services[id];
    double committed = 0;
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        committed += service.committed_share * static_cast<double>(plan.groups[service.groups[g]].begins_with);
    }
    return static_cast<std::uint64_t>(std::ceil(committed - 1e-9));
}

/// Fewer of the same, but not fewer than are committed to: those are paid all the same.
std::optional<Size> fewer(const Material& material, ServiceId id, double busy) {
    const ServicePlan& service = material.plan.services[id];
    const std::uint64_t wanted = std::max(enough(material, id, busy, service.workers), committed_to(material.plan, id));
    const Paid paid = paid_for(material, id, is_by_the_hour);
    if (wanted >= service.count || paid.usd <= 0) {
        return std::nullopt;
    }
    const auto gone = static_cast<double>(service.count - wanted);
    return Size{"", wanted, paid.usd * std::min(1.0, gone / paid.instances)};
}

/// The machine of half the size, where it costs half: each has half of the workers.
std::optional<Size> smaller(const Material& material, ServiceId id, double busy) {
    const Plan& plan = material.plan;
    const ServicePlan& service = plan.services[id];
    const Catalog catalog;
    const auto half = catalog.half_size(plan.names.machines[id]);
    if (!half || service.workers % 2 != 0 || service.needs > 0 || service.committed_share > 0) {
        return std::nullopt;
    }
    const std::uint64_t wanted = enough(material, id, busy, service.workers / 2.0);
    double usd_now = 0;
    double usd_then = 0;
    for (std::uint32_t g = 0; g < service.groups.count; ++g) {
        const GroupPlan& group = plan.groups[service.groups[g]];
        const LocationId region = plan.world.locations[group.location].region;
        const auto price = region.exists() && group.price_source.starts_with(k_from_catalog)
                               ? catalog.machine_usd_per_h(*half, plan.world.locations[region].id, "")
                               : std::nullopt;
        if (!price || price->value > k_about_half * group.usd_per_h) {
            return std::nullopt;
        }
        usd_now += group.usd_per_h * static_cast<double>(group.begins_with);
        usd_then += price->value * static_cast<double>(wanted) / service.groups.count;
    }
    const Paid paid = paid_for(material, id, is_by_the_hour);
    return usd_then < usd_now ? std::optional(Size{*half, wanted, paid.usd * (1 - usd_then / usd_now)}) : std::nullopt;
}

/// What saves most; nothing where the fleet fits its load, or that cannot be told.
std::optional<Size> right_size(const Material& material, ServiceId id) {
    const ServicePlan& service = material.plan.services[id];
    const auto busy = material.mean("utilization@" + material.plan.names.services[id]);
    if (!busy || service.kind != ServiceKind::fleet || service.scale || service.groups.count == 0) {
        return std::nullopt;
    }
    const auto same = fewer(material, id, *busy);
    auto other = smaller(material, id, *busy);
    // As much by another machine is not worth the move.
    const bool takes_other = other && other->saved_usd > (same ? 1.01 * same->saved_usd : 0);
    return takes_other ? other : same;
}

std::string advice_for(const Plan& plan, ServiceId id, const Size& size) {
    const std::string& name = plan.names.services[id];
    if (size.machine.empty()) {
        return fmt::format(
            "{} instead of {} instances of {} keep it under {:g} % at the peak with a zone lost: try as a "
            "variant",
            size.instances, plan.services[id].count, name, k_busy_wanted * 100);
    }
    return fmt::format(
        "{} of {} with {} workers each instead of {} of {} keep {} under {:g} % at the peak with a zone "
        "lost, if half of the memory is enough: try as a variant",
        size.instances, size.machine, plan.services[id].workers / 2, plan.services[id].count, plan.names.machines[id],
        name, k_busy_wanted * 100);
}

/// What a commitment of a year would save.
struct Commit {
    double instances = 0;
    double saved_usd = 0;  ///< a month
};

/// Instances that run all the time, those that right-sizing leaves.
Commit commit_to_all(const Material& material, ServiceId id, const std::optional<Size>& size, double discount) {
    const Paid paid = paid_for(material, id, is_on_demand);
    const double left = size && paid.usd > 0 ? std::max(0.0, 1 - size->saved_usd / paid.usd) : 1;
    const double instances =
        size ? static_cast<double>(size->instances - std::min(size->instances, committed_to(material.plan, id)))
             : paid.instances;
    return {instances, paid.usd * left * discount};
}

/// Of a service that scales: those that run for more of the time than the commitment costs, 1 - discount. (The
/// newsvendor's critical fractile: another instance is worth committing to while the chance that it runs is above the
/// ratio of the two prices.)
Commit commit_beyond_break_even(const Material& material, ServiceId id, double discount) {
    const Plan& plan = material.plan;
    const ServicePlan& service = plan.services[id];
    Commit commit;
    for (const PoolPlan& pool : plan.pools) {
        if (pool.service != id) {
            continue;
        }
        double committed = 0;
        for (const GroupId group : pool.groups) {
            committed += service.committed_share * static_cast<double>(plan.groups[group].begins_with);
        }
        const std::string region = pool.region.exists() ? plan.world.locations[pool.region].id : "";
        for (const UsageLevel& level : material.results.usage) {
            const double more = level.last - std::max(committed, level.first - 1.0);
            if (level.service == plan.names.services[id] && level.region == region && more > 0 &&
                level.share > 1 - discount) {
                commit.instances += more;
                commit.saved_usd += more * k_hours_per_month * plan.groups[pool.groups.front()].usd_per_h *
                                    (level.share - (1 - discount));
            }
        }
    }
    return commit;
}

std::string advice_for(const Plan& plan, ServiceId id, const Commit& commit, double discount) {
    const ServicePlan& service = plan.services[id];
    const std::string& name = plan.names.services[id];
    if (!service.scale) {
        return fmt::format(
            "`purchase: {{reserved: 100 %}}` for {}, for the {:g} instances that are on demand once it has "
            "its right size: {:.3g} % less, from {:.3g} % of the hours of a year on",
            name, commit.instances, discount * 100, (1 - discount) * 100);
    }
    const double share = commit.instances / static_cast<double>(std::max<std::uint64_t>(service.begins_with, 1));
    const std::string how = service.committed_share > 0 ? "more of `purchase.reserved`"
                            : share <= 1
                                ? fmt::format("`purchase: {{reserved: {:.4g} %}}`", share * 100)
                                : fmt::format("begin with {:g} and `purchase: {{reserved: 100 %}}`", commit.instances);
    return fmt::format(
        "{} for {}: {:g} {}of its instances run for more than {:.3g} % of the time, from which on a "
        "commitment costs less",
        how, name, commit.instances, service.committed_share > 0 ? "more " : "", (1 - discount) * 100);
}

Finding saving_of(const std::string& text, std::string advice, double saved, double bill) {
    Finding finding = advised(Pillar::cost, text, Layer::configuration, std::move(advice));
    finding.effect = {{saved, "USD/month"}};
    finding.usd_per_month = saved;
    finding.weight = bill > 0 ? saved / bill : 0;
    return finding;
}

}  // namespace

double instances_beyond(std::span<const UsageLevel> usage, std::string_view service, double share) {
    double instances = 0;
    for (const UsageLevel& level : usage) {
        instances += level.service == service && level.share > share ? level.last - level.first + 1 : 0;
    }
    return instances;
}

void add_sizes_and_commitments(const Material& material, double bill, std::vector<Finding>& findings) {
    const Plan& plan = material.plan;
    const Catalog catalog;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const std::string& name = plan.names.services[id];
        const auto size = right_size(material, id);
        if (size) {
            const char* what = size->machine.empty() ? "more instances" : "larger instances";
            findings.push_back(saving_of(fmt::format("{} has {} than its load and the loss of a zone need", name, what),
                                         advice_for(plan, id, *size), size->saved_usd, bill));
        }
        const auto discount =
            catalog.reserved_discount(size && !size->machine.empty() ? size->machine : plan.names.machines[id]);
        if (!discount) {
            continue;
        }
        const bool scales = plan.services[id].scale.has_value();
        const Commit commit =
            scales ? commit_beyond_break_even(material, id, *discount) : commit_to_all(material, id, size, *discount);
        if (commit.saved_usd > 0) {
            findings.push_back(
                saving_of(fmt::format("{} {} and is paid by the hour", name,
                                      scales ? "runs some instances most of the time" : "runs all the time"),
                          advice_for(plan, id, commit, *discount), commit.saved_usd, bill));
        }
    }
}

}  // namespace nines
