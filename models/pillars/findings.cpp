// Findings of reliability, performance, operations and security.

#include "models/pillars/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/pillars/attribution.hpp"

namespace nines {

namespace {

const FaultPlan* fault_named(const Plan& plan, const std::string& cause) {
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
        if (plan.names.faults[index_at<FaultId>(i)] == cause) {
            return &plan.faults[index_at<FaultId>(i)];
        }
    }
    return nullptr;
}

constexpr const char* k_advice_against_reclaims =
    "more pools (zones, types) to buy from, a floor on demand: a smaller `purchase.spot`, and a scaler with room";

constexpr const char* k_advice_against_floods =
    "more absorption (`absorb`), a better filter (`filter`), limits of queues: what is not absorbed takes users' "
    "places";
constexpr const char* k_advice_against_quotas =
    "ask for a higher quota before it is needed (`scale.quota`), and have it granted sooner (`scale.raise`)";

bool takes_back(const FaultPlan& fault) {
    return std::any_of(fault.effects.begin(), fault.effects.end(),
                       [](const EffectSpec& effect) { return effect.kind == EffectKind::reclaim; });
}

constexpr const char* k_advice_against_load =
    "more capacity, shedding, or a retry budget: try `instances`, `queue.limit`, `retry.budget` as variants";
constexpr const char* k_advice_to_know_before =
    "where the time of the peak is known, capacity before it comes: `scale.schedule`; else a higher `scale.min`, a "
    "lower "
    "`scale.target`, or shedding (`queue.limit`)";

constexpr const char* k_advice_against_others =
    "an optional call around the part (`optional`), answers kept from before (`cache`), or a second source: its owner "
    "repairs it, not you";
constexpr const char* k_advice_against_changes =
    "smaller steps of change (`deploy.strategy`), a longer bake, rollback by alarm";

/// What an architect would look at first, by the layer on which the cause stands.
std::string advice_by_layer(Layer layer) {
    switch (layer) {
        case Layer::facility:
            return "stand in more zones or regions with room for the loss of one, and shorten what detects it: "
                   "`balance.health`, `route.ttl`, `failover.detect`";
        case Layer::hardware:
        case Layer::virtualisation:
            return "more instances than are needed (`needs`, `each`), and quicker checks: `balance.health`";
        case Layer::network:
            return "timeouts and retries on another instance; a second path or place";
        case Layer::operating_system:
        case Layer::runtime:
        case Layer::application:
            return "an optional call around the part (`optional`), more instances apart from each other, repair by a "
                   "runbook (`repair`)";
        case Layer::identity:
        case Layer::data:
            return "fewer permissions, shorter lives of credentials, backups with credentials of their own";
        case Layer::configuration:
            return "checks of settings before they go out, and quotas watched by alarms";
    }
    return "";
}

/// Whether every backup that the threat could take is out of its reach already.
bool has_own_credentials(const Plan& plan, const Threat& threat) {
    return std::all_of(plan.security.targets.begin(), plan.security.targets.end(), [&](const TargetPlan& target) {
        const auto& backup = target.guard.backup;
        const bool is_hit = threat.of.empty() || std::any_of(threat.of.begin(), threat.of.end(), [&](ServiceId id) {
                                return plan.security.targets[id].name == target.name;
                            });
        return !is_hit || !target.guard.data || (backup && backup->own_credentials);
    });
}

std::string advice_against_threat(const Plan& plan, const std::string& name) {
    const auto found = std::find_if(plan.security.threats.begin(), plan.security.threats.end(),
                                    [&](const Threat& threat) { return threat.name == name; });
    if (found == plan.security.threats.end()) {
        return "";
    }
    switch (found->kind) {
        case ThreatKind::leak:
            return "shorter lives of credentials (`rotate`), fewer permissions (`may`), quicker detection";
        case ThreatKind::exploit:
            return "patches more often (`patch.every`), a boundary (`network`), or a kind whose provider patches";
        case ThreatKind::insider:
            return "fewer permissions (`may`), quicker detection";
        case ThreatKind::ransomware:
        case ThreatKind::deletion:
            return has_own_credentials(plan, *found) ? "backups more often (`backup.every`), a quicker restore"
                                                     : "backups often enough, with credentials of their own";
        case ThreatKind::theft:
            return "encryption at rest: `data.encrypted`";
        case ThreatKind::tap:
            return "encryption in transit: `data.encrypted`";
        case ThreatKind::flood:
            return k_advice_against_floods;
    }
    return "";
}

Finding finding_of(const Attribution& part, Pillar pillar) {
    Finding finding;
    finding.pillar = pillar;
    finding.owner = k_owners.find(part.owner).value_or(Owner::customer);
    finding.layer = k_layers.find(part.layer).value_or(Layer::configuration);
    finding.weight = part.share;
    return finding;
}

/// Loss of one of `zones` leaves the rest with this many times the load.
double load_after_loss(std::size_t zones) {
    return static_cast<double>(zones) / static_cast<double>(zones - 1);
}

struct ServiceAt {
    ServiceId id;
    std::string name;
    std::size_t zones = 0;
};

std::vector<ServiceAt> services_of(const Plan& plan) {
    std::vector<ServiceAt> services;
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        services.push_back({id, plan.names.services[id], plan.services[id].groups.count});
    }
    return services;
}

Finding figure_finding(Pillar pillar, std::string text, Quantity figure, double weight, std::string advice) {
    Finding finding = advised(pillar, std::move(text), Layer::configuration, std::move(advice));
    finding.effect = {std::move(figure)};
    finding.weight = weight;
    return finding;
}

/// Whether something scales by what it sees alone, with launches that take a while, under a load with peaks.
bool only_reacts(const Plan& plan) {
    constexpr double k_slow_launch_s = 60;
    constexpr double k_peak = 1.5;
    return peak_to_mean(plan) >= k_peak && std::any_of(plan.scaled.begin(), plan.scaled.end(), [&](ServiceId id) {
               const ScaleSpec& scale = *plan.services[id].scale;
               return scale.schedule.empty() && scale.launch_s.mean() >= k_slow_launch_s;
           });
}

/// What ends the losses of a cause soonest: of what is known of its fault, else by its layer and owner.
std::string advice_against(const Material& material, const Finding& finding, const std::string& cause) {
    const FaultPlan* fault = fault_named(material.plan, cause);
    if (fault == nullptr) {
        return only_reacts(material.plan) ? k_advice_to_know_before : k_advice_against_load;
    }
    if (takes_back(*fault)) {
        return k_advice_against_reclaims;
    }
    if (is_flood(fault->effects)) {
        return k_advice_against_floods;
    }
    if (fault->of_quota) {
        return k_advice_against_quotas;
    }
    if (fault->follows_threat) {
        return advice_against_threat(material.plan, cause.substr(0, cause.find('>')));
    }
    if (fault->of_deployment) {
        return k_advice_against_changes;
    }
    if (fault->repair) {
        const auto& runbook = fault->repair->runbook;
        const bool is_automatic = runbook && material.plan.operations.runbooks[*runbook].automatic;
        return is_automatic ? "alarms that tell sooner (`of`, `points`), and what makes it fail at all"
                            : "a runbook that runs by itself (`runbooks.R.automatic`), and alarms that tell sooner";
    }
    const bool is_near_code = finding.layer == Layer::operating_system || finding.layer == Layer::runtime ||
                              finding.layer == Layer::application;
    return finding.owner == Owner::provider && is_near_code ? k_advice_against_others : advice_by_layer(finding.layer);
}

}  // namespace

Finding advised(Pillar pillar, std::string text, Layer layer, std::string advice) {
    Finding finding;
    finding.pillar = pillar;
    finding.text = std::move(text);
    finding.owner = Owner::customer;
    finding.layer = layer;
    finding.advice = std::move(advice);
    return finding;
}

Material::Material(const Plan& of, const Results& found)
    : plan(of),
      results(found),
      months(found.simulated_s / static_cast<double>(std::max<std::uint64_t>(found.replications, 1)) /
             (k_hours_per_month * k_seconds_per_hour)) {
    for (const Metric& metric : found.metrics) {
        by_name_.emplace(metric.name, &metric);
    }
}

std::optional<double> Material::mean(const std::string& metric) const {
    const auto found = by_name_.find(metric);
    return found == by_name_.end() ? std::nullopt : found->second->mean;
}

double Material::part(std::string_view metric, std::string_view cause) const {
    for (const Attribution& one : results.attribution) {
        if (one.metric == metric && one.cause == cause) {
            return one.value / static_cast<double>(results.replications);
        }
    }
    return 0;
}

std::optional<double> Material::usd_of_downtime(std::string_view cause) const {
    if (!plan.value || months <= 0) {
        return std::nullopt;
    }
    return part("cost.downtime", cause) / months;
}

constexpr double k_requests_to_speak_of = 0.5;  // over all replications: less is what rounding leaves

std::vector<Finding> find_reliability(const Material& material) {
    std::vector<Finding> findings;
    for (const Attribution& part : material.results.attribution) {
        if (part.metric != "requests.lost") {
            continue;
        }
        Finding finding = finding_of(part, Pillar::reliability);
        finding.text = fmt::format("{} takes requests", part.cause);
        const double per_replication = part.value / static_cast<double>(material.results.replications);
        if (part.value < k_requests_to_speak_of) {
            continue;
        }
        finding.effect = {{part.share, "fraction"}, {per_replication, "1"}};
        if (const double down_s = material.part("downtime", part.cause); down_s > 0) {
            finding.effect.push_back({down_s, "s"});
        }
        finding.usd_per_month = material.usd_of_downtime(part.cause);
        finding.advice = advice_against(material, finding, part.cause);
        findings.push_back(std::move(finding));
    }
    add_limits(material, findings);
    add_late_jobs(material, findings);
    if (const auto lost = material.mean("records.lost"); lost && *lost > 0) {
        Finding finding = figure_finding(Pillar::reliability, "acknowledged writes are lost", {*lost, "1"}, 1,
                                         "a standby with `mode: sync`, or less lag");
        finding.layer = Layer::data;
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<Finding> find_performance(const Material& material) {
    std::vector<Finding> findings;
    const double latency = material.mean("latency.mean").value_or(0);
    for (const ServiceAt& service : services_of(material.plan)) {
        const auto busy = material.mean("utilization@" + service.name);
        const bool zonal = service.zones > 1 && !material.plan.services[service.id].has_primary;
        if (busy && zonal && *busy * load_after_loss(service.zones) > 1) {
            Finding finding = figure_finding(
                Pillar::performance,
                fmt::format("{} is too busy to lose one of its {} zones: the others would need more than they have",
                            service.name, service.zones),
                {*busy * load_after_loss(service.zones), "fraction"}, *busy, "");
            finding.advice = fmt::format("{:.0f} % more instances of {}, or shed load: try as a variant",
                                         (*busy * load_after_loss(service.zones) / 0.9 - 1) * 100, service.name);
            findings.push_back(std::move(finding));
        } else if (busy && *busy > 0.7) {
            findings.push_back(figure_finding(Pillar::performance, fmt::format("{} is busy", service.name),
                                              {*busy, "fraction"}, *busy,
                                              fmt::format("more workers or instances of {}", service.name)));
        }
        const auto wait = material.mean("wait.mean@" + service.name);
        const double asked = material.mean("attempts.per_request@" + service.name).value_or(0);
        const std::string advice = fmt::format("more workers of {}, or less variable work", service.name);
        if (wait && latency > 0 && *wait * asked > latency) {  // those who waited did not end ok: no part of it
            findings.push_back(figure_finding(Pillar::performance,
                                              fmt::format("attempts wait for a worker of {}", service.name),
                                              {*wait, "s"}, 1, advice));
        } else if (wait && latency > 0 && *wait * asked / latency > 0.05) {
            findings.push_back(
                figure_finding(Pillar::performance,
                               fmt::format("waiting for a worker of {} is part of the mean latency", service.name),
                               {*wait * asked / latency, "fraction"}, *wait * asked / latency, advice));
        }
    }
    if (const auto attempts = material.mean("attempts.per_request"); attempts && *attempts > 1.05) {
        findings.push_back(figure_finding(Pillar::performance, "clients ask again: attempts for each request",
                                          {*attempts, "1"}, std::min(1.0, *attempts - 1),
                                          "a retry budget, or the cause of the first failures"));
    }
    return findings;
}

std::vector<Finding> find_operations(const Material& material) {
    std::vector<Finding> findings;
    const double repair_s = material.mean("repair").value_or(0);
    const double detect_s = material.mean("detect").value_or(0);
    if (detect_s > 0 && repair_s > 0) {  // `repair` begins at the alarm
        const double share = detect_s / (detect_s + repair_s);
        findings.push_back(
            figure_finding(Pillar::operations, "before anybody knows, this share of the time until the end passes",
                           {share, "fraction"}, share, "an alarm nearer to users, or with fewer points"));
        findings.back().effect.push_back({detect_s, "s"});
    }
    if (const auto paged_s = material.mean("acknowledge"); paged_s && *paged_s > 0) {
        findings.push_back(figure_finding(Pillar::operations, "from a page until somebody is at it passes",
                                          {*paged_s, "s"}, *paged_s / (*paged_s + detect_s + repair_s),
                                          "an automatic runbook, or a second on call"));
    }
    if (const auto by_itself = material.mean("automation"); by_itself && *by_itself < 1) {
        findings.push_back(figure_finding(Pillar::operations, "recoveries that wait for a human",
                                          {1 - *by_itself, "fraction"}, 1 - *by_itself,
                                          "runbooks with `automatic: true`, rollback by alarm"));
        if (const auto toil = material.mean("toil.hours_per_month")) {
            findings.back().effect.push_back({*toil, "h/month"});
            if (material.plan.value && material.plan.value->usd_per_toil_hour > 0) {
                findings.back().usd_per_month = *toil * material.plan.value->usd_per_toil_hour;
            }
        }
    }
    if (const auto bad = material.mean("deploy.blast_radius"); bad && *bad > 0) {
        findings.push_back(figure_finding(
            Pillar::operations, "a bad version is on this share of the instances before it is taken back",
            {*bad, "fraction"}, std::min(1.0, *bad), "a smaller canary with a longer bake, and rollback by alarm"));
        findings.back().layer = Layer::application;
    }
    return findings;
}

namespace {

/// What floods take from users, and what they make the customer pay.
void find_floods(const Material& material, std::vector<Finding>& findings) {
    const double wanted = material.mean("requests.offered").value_or(0);
    if (const auto lost = material.mean("ddos.lost"); lost && *lost > 0 && wanted > 0) {
        findings.push_back(figure_finding(Pillar::security, "floods take requests of users",
                                          {*lost / wanted, "fraction"}, std::min(1.0, *lost / wanted),
                                          k_advice_against_floods));
        findings.back().effect.push_back({*lost, "1"});
        findings.back().layer = Layer::network;
    }
    const double bill = material.mean("cost.per_month").value_or(0);
    if (const auto paid = material.mean("ddos.cost"); paid && *paid > 0 && bill > 0) {
        findings.push_back(figure_finding(Pillar::security, "of the bill is what floods were served",
                                          {*paid / bill, "fraction"}, *paid / bill,
                                          "absorption before it is metered (`absorb`, `filter`), a cap (`scale.max`)"));
        findings.back().layer = Layer::network;
        findings.back().usd_per_month = *paid;
    }
}

}  // namespace

std::vector<Finding> find_security(const Material& material) {
    std::vector<Finding> findings;
    for (const Attribution& part : material.results.attribution) {
        if (part.metric != "exposure.records" && part.metric != "records.destroyed") {
            continue;
        }
        Finding finding = finding_of(part, Pillar::security);
        finding.text =
            fmt::format("{} {} records", part.cause, part.metric == "exposure.records" ? "exposes" : "destroys");
        finding.effect = {{part.share, "fraction"},
                          {part.value / static_cast<double>(material.results.replications), "1"}};
        if (const double usd = material.part("exposure.cost", part.cause); usd > 0 && material.months > 0) {
            finding.usd_per_month = usd / material.months;
        }
        finding.advice = advice_against_threat(material.plan, part.cause);
        findings.push_back(std::move(finding));
    }
    if (const auto reach = material.mean("exposure.services"); reach && *reach > 1) {
        findings.push_back(
            figure_finding(Pillar::security, "services are reached from a foothold", {*reach, "1"},
                           std::min(1.0, *reach / static_cast<double>(material.plan.services.size())),
                           "least privilege (`identities.*.may`), and network boundaries between services"));
        findings.back().layer = Layer::identity;
    }
    if (const auto contain = material.mean("compromise.contain"); contain && *contain > 0) {
        findings.push_back(figure_finding(Pillar::security, "until a compromise is contained", {*contain, "s"}, 0.1,
                                          "detection by alarm, and rotation of credentials (`rotate`)"));
        findings.back().layer = Layer::identity;
    }
    if (const auto days = material.mean("patch.exposure"); days && *days > 0) {
        findings.push_back(figure_finding(Pillar::security, "hosts stand unpatched", {*days, "host-days"}, 0.05,
                                          "patch more often (`patch.every`), or a managed service"));
        findings.back().layer = Layer::operating_system;
    }
    find_floods(material, findings);
    return findings;
}

}  // namespace nines
