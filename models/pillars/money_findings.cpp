// Findings of cost and sustainability: what is paid or emitted for nothing, and what another choice would save.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "models/catalog/catalog.hpp"
#include "models/pillars/findings.hpp"
#include "models/pillars/greenest.hpp"

namespace nines {

namespace {

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
    double most = 0;  // what is used and what is idle of a line are two parts
    for (const Attribution& part : material.results.attribution) {
        if (part.metric == "cost.per_month" && largest->item.ends_with(part.cause) && part.value > most) {
            most = part.value;
            finding.layer = k_layers.find(part.layer).value_or(finding.layer);
            finding.owner = k_owners.find(part.owner).value_or(finding.owner);
        }
    }
    finding.effect = {{largest->usd, "USD/month", largest->usd_spread},
                      {largest->usd / bill, "fraction", largest->share_spread}};
    finding.weight = largest->usd / bill / 2;  // its use is not known: a saving that is computed comes before it
    findings.push_back(std::move(finding));
}

/// The service with the most of a metric that services have parts of.
struct Foremost {
    std::string name;
    Quantity figure;
    Quantity share;  ///< of what all have
};

/// Nothing where one service has all that services have: its name would say nothing.
std::optional<Foremost> foremost(const Material& material, const std::string& metric) {
    std::optional<Foremost> most;
    std::size_t services = 0;
    for (const std::string& name : material.plan.names.services) {
        const auto figure = material.figure(fmt::format("{}@{}", metric, name));
        if (!figure || figure->value <= 0) {
            continue;
        }
        ++services;
        if (!most || figure->value > most->figure.value) {
            most = {name, *figure, {}};
        }
    }
    if (services < 2) {
        return std::nullopt;
    }
    const auto share =
        material.reckon("fraction", {{metric + "@" + most->name, true}, {metric, false}},
                        [](std::span<const double> of) { return of[1] > 0 ? std::min(1.0, of[0] / of[1]) : 0; });
    if (!share) {
        return std::nullopt;
    }
    most->share = *share;
    return most;
}

/// That it is the foremost is no fault: it is told beside what harms.
Finding finding_of(Pillar pillar, const std::string& text, const Foremost& most, const Quantity& a_month) {
    Finding finding = advised(pillar, text + most.name, Layer::configuration, "");
    finding.effect = {a_month, most.share};
    finding.weight = most.share.value / 2;  // as of the largest line
    finding.tells_of_the_whole = true;
    return finding;
}

void add_dearest_service(const Material& material, std::vector<Finding>& findings) {
    if (const auto most = foremost(material, "cost.per_month")) {
        findings.push_back(
            finding_of(Pillar::cost, "the dearest service is ", *most, scaled(most->figure, 1, "USD/month")));
    }
}

// --- sustainability -------------------------------------------------------------------------------------------------

void add_hungriest_service(const Material& material, std::vector<Finding>& findings) {
    const auto most = foremost(material, "energy.kwh");
    if (!most || material.months <= 0) {
        return;
    }
    Finding finding = finding_of(Pillar::sustainability, "the service that draws most energy is ", *most,
                                 scaled(most->figure, 1 / material.months, "kWh/month"));
    if (const auto kg = material.figure("carbon.kg@" + most->name)) {
        finding.effect.push_back(scaled(*kg, 1 / material.months, "kg/month"));
    }
    findings.push_back(std::move(finding));
}

std::optional<RegionRow> row_of(const Plan& plan, LocationId region) {
    return Catalog().region(plan.world.provider, plan.world.locations[region].id);
}

/// Whether data may be in a region of the same country as now: residency may name regions.
bool may_stand_in(const Plan& plan, const std::string& region) {
    const auto names_places = [](const std::string& one) { return one.find('-') != std::string::npos; };
    return std::all_of(plan.security.residencies.begin(), plan.security.residencies.end(), [&](const auto& allowed) {
        return std::none_of(allowed.begin(), allowed.end(), names_places) ||
               std::find(allowed.begin(), allowed.end(), region) != allowed.end();
    });
}

/// The region of the same country with the least carbon for a kWh, if that is less.
void add_region(const Material& material, LocationId region, const Quantity& kg_per_month,
                std::vector<Finding>& findings) {
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
    Finding finding = advised(
        Pillar::sustainability,
        fmt::format("the grid of {} emits {:.4g} g/kWh, that of {} in the same country {:.4g}", here->region, *g_here,
                    best, g_best),
        Layer::facility, fmt::format("stand in {} what may be farther from its users: `nines catalog where`", best));
    finding.effect = {scaled(kg_per_month, 1 - g_best / *g_here, "kg/month")};
    finding.weight = 1 - g_best / *g_here;
    findings.push_back(std::move(finding));
}

/// The greenest four hours of the day, where the grid has an hourly profile.
void add_hours(const Plan& plan, LocationId region, std::vector<Finding>& findings) {
    constexpr int k_hours = 4;
    constexpr double k_saving_worth_a_line = 0.05;
    const CarbonPlan& carbon = plan.carbon[region];
    if (!carbon.grid.hourly) {
        return;
    }
    const GreenWindow window = greenest_window(mean_day(carbon.grid.g_per_kwh), k_hours);
    const double saved = 1 - window.g_per_kwh / window.mean_g_per_kwh;
    // Jobs have findings of their own; where nothing is known to wait, only much is worth a line.
    if (!plan.jobs.empty() || saved < k_saving_worth_a_line) {
        return;
    }
    Finding finding =
        advised(Pillar::sustainability,
                fmt::format("what can wait emits less in {} from {:02}:00 to {:02}:00 UTC",
                            plan.world.locations[region].id, window.begin_h, (window.begin_h + k_hours) % 24),
                Layer::configuration, "run batch work there and then");
    finding.effect = {{saved, "fraction"}, {window.g_per_kwh, "g/kWh"}};
    finding.weight = saved / 2;  // of batch work alone, whose share is not known
    findings.push_back(std::move(finding));
}

/// Where all fleets scale, they scale to something that leaves much idle.
std::string advice_against_idle(const Plan& plan) {
    const bool all_scale = std::none_of(plan.services.begin(), plan.services.end(), [](const ServicePlan& service) {
        return service.kind == ServiceKind::fleet && !service.scale;
    });
    return !plan.scaled.empty() && all_scale
               ? "they scale already: a higher `scale.target`, a lower `scale.min`, or smaller instances"
               : "right-size, or scale with the load: `scale`";
}

void add_idle(const Material& material, std::vector<Finding>& findings) {
    const auto idle = material.figure("carbon.idle");
    const auto share = material.reckon("fraction", {{"carbon.idle"}, {"carbon.kg_per_month", false}},
                                       [](std::span<const double> of) { return std::min(1.0, of[0] / of[1]); });
    if (!idle || !share || idle->value <= 0) {
        return;
    }
    Finding finding = advised(Pillar::sustainability, "idle capacity emits: the price of what is kept ready",
                              Layer::configuration, advice_against_idle(material.plan));
    finding.effect = {*idle, *share};
    finding.weight = share->value;
    findings.push_back(std::move(finding));
}

/// What is emitted in a region, of all, by what its services' instances draw there and the grid; 0 where nothing of
/// known energy stands.
std::map<LocationId, double> shares_of_regions(const Material& material) {
    const Plan& plan = material.plan;
    const Catalog catalog;
    std::map<LocationId, double> kg;
    double all = 0;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const ServicePlan& service = plan.services[id];
        const double kwh = material.mean("energy.kwh@" + plan.names.services[id]).value_or(0);
        for (std::uint32_t g = 0; g < service.groups.count && kwh > 0; ++g) {
            const GroupPlan& group = plan.groups[service.groups[g]];
            const LocationId region =
                group.location.exists() ? plan.world.locations[group.location].region : LocationId{};
            if (!region.exists() || service.count == 0) {
                continue;
            }
            const double part =
                kwh * static_cast<double>(group.begins_with) / static_cast<double>(service.count) *
                catalog.mean_g_per_kwh(plan.world.provider, plan.world.locations[region].id).value_or(0);
            kg[region] += part;
            all += part;
        }
    }
    for (auto& [region, part] : kg) {
        part /= std::max(all, 1e-300);
    }
    return kg;
}

/// Whether any of the calls, or what they call in their turn, asks the service. Endpoints have no cycle.
bool reaches(const Plan& plan, Range<CallPlanId> calls, ServiceId service) {
    std::vector<Range<CallPlanId>> left{calls};
    std::vector<bool> seen(plan.endpoints.size());
    while (!left.empty()) {
        const Range<CallPlanId> some = left.back();
        left.pop_back();
        for (std::uint32_t c = 0; c < some.count; ++c) {
            const CallPlan& call = plan.calls[some[c]];
            if (call.service == service) {
                return true;
            }
            if (seen[call.endpoint.value]) {
                continue;
            }
            seen[call.endpoint.value] = true;
            const Range<StepId> steps = plan.endpoints[call.endpoint].steps;
            for (std::uint32_t s = 0; s < steps.count; ++s) {
                left.push_back(plan.steps[steps[s]].calls);
            }
        }
    }
    return false;
}

}  // namespace

double peak_to_mean(const Plan& plan, ServiceId service) {
    double most = 1;
    for (const DemandPlan& demand : plan.of_users(plan.demands)) {
        const double mean = demand.rate.integral(0, plan.run.horizon_s) / plan.run.horizon_s;
        if (mean > 0 && demand.rate.highest() > most * mean && reaches(plan, demand.calls, service)) {
            most = demand.rate.highest() / mean;
        }
    }
    return most;
}

std::vector<Finding> find_cost(const Material& material) {
    std::vector<Finding> findings;
    const double bill = material.mean("cost.per_month").value_or(0);
    add_sizes_and_commitments(material, bill, findings);
    add_price_of_resilience(material, bill, findings);
    add_spot_for_jobs(material, bill, findings);
    add_largest_line(material, bill, findings);
    add_dearest_service(material, findings);
    return findings;
}

std::vector<Finding> find_sustainability(const Material& material) {
    std::vector<Finding> findings;
    double all = 0;
    for (const Attribution& part : material.results.attribution) {
        all += part.metric == "carbon.kg" ? part.value : 0;
    }
    add_idle(material, findings);
    add_hungriest_service(material, findings);
    if (!material.plan.has_world || all <= 0) {
        return findings;
    }
    add_arm_twins(material, findings);
    const Quantity kg = material.figure("carbon.operational").value_or(Quantity{});
    for (const auto& [region, share] : shares_of_regions(material)) {
        if (share > 0) {
            add_region(material, region, scaled(kg, share / std::max(material.months, 1e-300), "kg/month"), findings);
            add_hours(material.plan, region, findings);
        }
    }
    add_shifts_of_jobs(material, findings);
    return findings;
}

}  // namespace nines
