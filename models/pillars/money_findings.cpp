// Findings of cost and sustainability: what is paid or emitted for nothing, and what another choice would save.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/catalog/catalog.hpp"
#include "models/pillars/findings.hpp"
#include "models/pillars/greenest.hpp"

namespace nines {

namespace {

/// USD an hour of all instances that the service begins with.
double usd_per_h(const Plan& plan, ServiceId id) {
    double usd = 0;
    const Range<GroupId> groups = plan.services[id].groups;
    for (std::uint32_t g = 0; g < groups.count; ++g) {
        usd += plan.groups[groups[g]].usd_per_h * static_cast<double>(plan.groups[groups[g]].begins_with);
    }
    return usd;
}

/// Instances that would be enough at the peak of the load with one zone lost, spread evenly; nothing where that cannot
/// be told or where they are not fewer.
std::optional<std::uint64_t> right_size(const Material& material, ServiceId id) {
    const ServicePlan& service = material.plan.services[id];
    const auto busy = material.mean("utilization@" + material.plan.names.services[id]);
    if (!busy || service.kind != ServiceKind::fleet || service.scale || service.groups.count == 0) {
        return std::nullopt;
    }
    const auto zones = static_cast<double>(service.groups.count);
    const double spare = zones > 1 ? zones / (zones - 1) : 1;
    const double least =
        std::max({*busy * peak_to_mean(material.plan) * static_cast<double>(service.count) / k_busy_wanted * spare,
                  static_cast<double>(service.needs), zones > 1 ? zones : 2.0});
    const auto wanted = static_cast<std::uint64_t>(std::ceil(least / zones - 1e-9) * zones);
    return wanted < service.count ? std::optional(wanted) : std::nullopt;
}

void add_right_sizing(const Material& material, double bill, std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < material.plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const auto wanted = right_size(material, id);
        const double usd = usd_per_h(material.plan, id) * k_hours_per_month;
        if (!wanted || usd <= 0) {
            continue;
        }
        const auto count = static_cast<double>(material.plan.services[id].count);
        const double saved = usd * (1 - static_cast<double>(*wanted) / count);
        const std::string& name = material.plan.names.services[id];
        Finding finding =
            advised(Pillar::cost, fmt::format("{} has more instances than its load and the loss of a zone need", name),
                    Layer::configuration,
                    fmt::format("{} instead of {:g} instances of {} keep it under {:g} % at the peak with a zone lost: "
                                "try as a variant",
                                *wanted, count, name, k_busy_wanted * 100));
        finding.effect = {{saved, "USD/month"}};
        finding.usd_per_month = saved;
        finding.weight = bill > 0 ? saved / bill : 0;
        findings.push_back(std::move(finding));
    }
}

/// Instances that run all the time and are paid by the hour: a year's commitment would be cheaper.
void add_commitments(const Material& material, double bill, std::vector<Finding>& findings) {
    const Catalog catalog;
    for (std::size_t i = 0; i < material.plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const ServicePlan& service = material.plan.services[id];
        const auto discount = catalog.reserved_discount(material.plan.names.machines[id]);
        const double usd = usd_per_h(material.plan, id) * k_hours_per_month * (1 - service.committed_share);
        if (!discount || usd <= 0 || service.scale) {
            continue;
        }
        const std::string& name = material.plan.names.services[id];
        Finding finding = advised(Pillar::cost, fmt::format("{} runs all the time and is paid by the hour", name),
                                  Layer::configuration,
                                  fmt::format("`purchase: {{reserved: 100 %}}` for {}: {:.3g} % less, from {:.3g} % of "
                                              "the hours of a year on",
                                              name, *discount * 100, (1 - *discount) * 100));
        finding.effect = {{usd * *discount, "USD/month"}};
        finding.usd_per_month = usd * *discount;
        finding.weight = bill > 0 ? usd * *discount / bill : 0;
        findings.push_back(std::move(finding));
    }
}

void add_largest_line(const Material& material, double bill, std::vector<Finding>& findings) {
    const auto largest = std::max_element(material.results.bill.begin(), material.results.bill.end(),
                                          [](const BillLine& a, const BillLine& b) { return a.usd < b.usd; });
    if (largest == material.results.bill.end() || bill <= 0) {
        return;
    }
    Finding finding = advised(
        Pillar::cost, fmt::format("the largest line of the bill is {}", largest->item), Layer::network,
        largest->group == "transfer" ? "smaller responses, a higher hit share, `balance.prefer: same-zone`" : "");
    finding.layer = largest->group == "transfer" ? Layer::network : Layer::hardware;
    finding.effect = {{largest->usd, "USD/month"}, {largest->usd / bill, "fraction"}};
    finding.weight = largest->usd / bill / 2;  // its use is not known: a saving that is computed comes before it
    findings.push_back(std::move(finding));
}

// --- sustainability -------------------------------------------------------------------------------------------------

std::optional<RegionRow> row_of(const Plan& plan, LocationId region) {
    return Catalog().region(plan.world.provider, plan.world.locations[region].id);
}

/// Whether data may be in a region of the same country as now: residency may name regions.
bool may_stand_in(const Plan& plan, const std::string& region) {
    return std::all_of(plan.security.targets.begin(), plan.security.targets.end(), [&](const TargetPlan& target) {
        const auto& data = target.guard.data;
        const auto names_places = [](const std::string& one) { return one.find('-') != std::string::npos; };
        return !data || std::none_of(data->residency.begin(), data->residency.end(), names_places) ||
               std::find(data->residency.begin(), data->residency.end(), region) != data->residency.end();
    });
}

/// The region of the same country with the least carbon for a kWh, if that is less.
void add_region(const Material& material, LocationId region, double kg_per_month, std::vector<Finding>& findings) {
    const Plan& plan = material.plan;
    const Catalog catalog;
    const auto here = row_of(plan, region);
    const auto g_here = here ? catalog.mean_g_per_kwh(plan.world.provider, here->region) : std::nullopt;
    if (!g_here || *g_here <= 0) {
        return;
    }
    std::string best;
    double g_best = *g_here;
    for (const RegionRow& row : catalog.regions(plan.world.provider)) {
        const auto g = catalog.mean_g_per_kwh(plan.world.provider, row.region);
        if (row.country_code == here->country_code && row.partition == here->partition && g && *g < g_best &&
            may_stand_in(plan, row.region)) {
            g_best = *g;
            best = row.region;
        }
    }
    if (best.empty()) {
        return;
    }
    const double saved = kg_per_month * (1 - g_best / *g_here);
    Finding finding = advised(
        Pillar::sustainability,
        fmt::format("the grid of {} emits {:.4g} g/kWh, that of {} in the same country {:.4g}", here->region, *g_here,
                    best, g_best),
        Layer::facility, fmt::format("stand in {} what may be farther from its users: `nines catalog where`", best));
    finding.effect = {{saved, "kg/month"}};
    finding.weight = 1 - g_best / *g_here;
    findings.push_back(std::move(finding));
}

/// The greenest four hours of the day, where the grid has an hourly profile.
void add_hours(const Plan& plan, LocationId region, std::vector<Finding>& findings) {
    constexpr int k_hours = 4;
    const CarbonPlan& carbon = plan.carbon[region];
    if (!carbon.grid.hourly) {
        return;
    }
    const GreenWindow window = greenest_window(mean_day(carbon.grid.g_per_kwh), k_hours);
    const double saved = 1 - window.g_per_kwh / window.mean_g_per_kwh;
    Finding finding =
        advised(Pillar::sustainability,
                fmt::format("what can wait emits less in {} from {:02}:00 to {:02}:00 UTC",
                            plan.world.locations[region].id, window.begin_h, (window.begin_h + k_hours) % 24),
                Layer::configuration, "run batch work there and then");
    finding.effect = {{saved, "fraction"}, {window.g_per_kwh, "g/kWh"}};
    finding.weight = saved / 2;  // of batch work alone, whose share is not known
    findings.push_back(std::move(finding));
}

}  // namespace

double peak_to_mean(const Plan& plan) {
    double peak = 0;
    double mean = 0;
    for (const DemandPlan& demand : plan.of_users(plan.demands)) {
        peak += demand.rate.highest();
        mean += demand.rate.integral(0, plan.run.horizon_s) / plan.run.horizon_s;
    }
    return mean > 0 ? std::max(1.0, peak / mean) : 1;
}

std::vector<Finding> find_cost(const Material& material) {
    std::vector<Finding> findings;
    const double bill = material.mean("cost.per_month").value_or(0);
    add_right_sizing(material, bill, findings);
    add_commitments(material, bill, findings);
    add_price_of_resilience(material, bill, findings);
    add_spot_for_jobs(material, bill, findings);
    add_largest_line(material, bill, findings);
    return findings;
}

std::vector<Finding> find_sustainability(const Material& material) {
    std::vector<Finding> findings;
    double all = 0;
    for (const Attribution& part : material.results.attribution) {
        all += part.metric == "carbon.kg" ? part.value : 0;
    }
    for (const Attribution& part : material.results.attribution) {
        if (part.metric == "carbon.kg" && part.cause == "idle capacity" && material.months > 0) {
            Finding finding = advised(Pillar::sustainability, "idle capacity emits: the price of what is kept ready",
                                      Layer::configuration, "right-size, or scale with the load: `scale`");
            finding.effect = {
                {part.value / static_cast<double>(material.results.replications) / material.months, "kg/month"},
                {part.share, "fraction"}};
            finding.weight = part.share;
            findings.push_back(std::move(finding));
        }
    }
    if (!material.plan.has_world || all <= 0) {
        return findings;
    }
    add_arm_twins(material, findings);
    const double kg_per_month = material.mean("carbon.operational").value_or(0) / std::max(material.months, 1e-300);
    const auto regions = material.plan.world.of_kind(LocationKind::region);
    for (const LocationId region : regions) {
        add_region(material, region, kg_per_month / static_cast<double>(regions.size()), findings);
        add_hours(material.plan, region, findings);
    }
    add_shifts_of_jobs(material, findings);
    return findings;
}

}  // namespace nines
