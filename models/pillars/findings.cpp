// Findings of reliability, performance, operations and security.

#include "models/pillars/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/pillars/attribution.hpp"

namespace nines {

namespace {

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

constexpr double k_requests_to_speak_of = 0.5;  // a replication: less is what rounding leaves, or noise

std::vector<Finding> find_reliability(const Material& material) {
    std::vector<Finding> findings;
    for (const Attribution& part : material.results.attribution) {
        if (part.metric != "requests.lost") {
            continue;
        }
        Finding finding = finding_of(part, Pillar::reliability);
        finding.text = fmt::format("{} takes requests", part.cause);
        if (material.mean_of(part, "1").value < k_requests_to_speak_of) {
            continue;
        }
        finding.effect = {share_of(part), material.mean_of(part, "1")};
        if (const auto down = material.part("downtime", part.cause)) {
            finding.effect.push_back(scaled(*down, 1, "s"));
        }
        if (material.plan.value) {
            price(material, part.cause, material.part("cost.downtime", part.cause).value_or(Quantity{}), finding);
        }
        finding.advice = advice_against(material.plan, finding, part.cause);
        findings.push_back(std::move(finding));
    }
    add_limits(material, findings);
    add_late_jobs(material, findings);
    if (const auto lost = material.figure("records.lost"); lost && lost->value > 0) {
        Finding finding = figure_finding(Pillar::reliability, "acknowledged writes are lost", *lost, 1,
                                         "a standby with `mode: sync`, or less lag");
        finding.layer = Layer::data;
        findings.push_back(std::move(finding));
    }
    return findings;
}

constexpr double k_more_than_all = 1 + 1e-6;  // as far as such a share goes

std::vector<Finding> find_performance(const Material& material) {
    std::vector<Finding> findings;
    const double latency = material.mean("latency.mean").value_or(0);
    for (const ServiceAt& service : services_of(material.plan)) {
        const auto busy = material.figure("utilization@" + service.name);
        const bool zonal = service.zones > 1 && !material.plan.services[service.id].has_primary;
        if (busy && zonal && busy->value * load_after_loss(service.zones) > 1) {
            Finding finding = figure_finding(
                Pillar::performance,
                fmt::format("{} is too busy to lose one of its {} zones: the others would need more than they have",
                            service.name, service.zones),
                scaled(*busy, load_after_loss(service.zones), "fraction"), busy->value, "");
            finding.advice = fmt::format("{:.0f} % more instances of {}, or shed load: try as a variant",
                                         (busy->value * load_after_loss(service.zones) / 0.9 - 1) * 100, service.name);
            findings.push_back(std::move(finding));
        } else if (busy && busy->value > 0.7) {
            findings.push_back(figure_finding(Pillar::performance, fmt::format("{} is busy", service.name), *busy,
                                              busy->value,
                                              fmt::format("more workers or instances of {}", service.name)));
        }
        const auto wait = material.figure("wait.mean@" + service.name);
        const auto part = material.reckon(
            "fraction",
            {{"wait.mean@" + service.name}, {"attempts.per_request@" + service.name}, {"latency.mean", false}},
            [](std::span<const double> of) {
                return of[2] > 0 ? std::min(k_more_than_all, of[0] * of[1] / of[2]) : k_more_than_all;
            });
        const bool is_part = wait && part && latency > 0;
        const std::string advice = fmt::format("more workers of {}, or less variable work", service.name);
        if (is_part && part->value > 1) {  // those who waited did not end ok: no part of it
            findings.push_back(figure_finding(
                Pillar::performance, fmt::format("attempts wait for a worker of {}", service.name), *wait, 1, advice));
        } else if (is_part && part->value > 0.05) {
            findings.push_back(
                figure_finding(Pillar::performance,
                               fmt::format("waiting for a worker of {} is part of the mean latency", service.name),
                               *part, part->value, advice));
        }
    }
    if (const auto attempts = material.figure("attempts.per_request"); attempts && attempts->value > 1.05) {
        findings.push_back(figure_finding(Pillar::performance, "clients ask again: attempts for each request",
                                          *attempts, std::min(1.0, attempts->value - 1),
                                          "a retry budget, or the cause of the first failures"));
    }
    return findings;
}

namespace {

/// All work by hand: recoveries, changes, game days, renewals.
void add_toil(const Material& material, std::vector<Finding>& findings) {
    constexpr double k_hours_of_a_person = 160;  // a month
    const auto toil = material.figure("toil.hours_per_month");
    if (!toil || toil->value <= 0) {
        return;
    }
    findings.push_back(
        figure_finding(Pillar::operations, "work by hand, of recoveries, changes, drills and renewals", *toil,
                       std::min(1.0, toil->value / k_hours_of_a_person),
                       "automate what takes most of it: `runbooks`, `deploy.by_hand`, `certificate.renew`"));
    if (material.plan.value && material.plan.value->usd_per_toil_hour > 0) {
        set_usd_per_month(scaled(*toil, material.plan.value->usd_per_toil_hour, "USD/month"), findings.back());
    }
}

/// Alarms that tell of nothing, incidents that no alarm tells of, and no alarm at all.
void add_alarms(const Material& material, std::vector<Finding>& findings) {
    constexpr double k_share_to_speak_of = 0.05;
    const auto add_lack = [&](const std::string& metric, const std::string& text, const std::string& advice) {
        const auto lack =
            material.reckon("fraction", {{metric, false}}, [](std::span<const double> of) { return 1 - of[0]; });
        if (lack && lack->value > k_share_to_speak_of) {
            findings.push_back(figure_finding(Pillar::operations, text, *lack, lack->value, advice));
        }
    };
    add_lack("alarms.precision", "alarms that tell of nothing", "a higher threshold (`above`), or more `points`");
    add_lack("alarms.recall", "incidents that no alarm tells of",
             "an alarm on what users see: `error_share`, `latency`; `missing: bad` for what falls silent");
    const auto incidents = material.figure("incidents.per_year");
    if (material.plan.operations.alarms.empty() && incidents && incidents->value > 0) {
        findings.push_back(figure_finding(Pillar::operations, "no alarm is declared: nobody is told of incidents",
                                          *incidents, 1, "`alarms`, and who is called: `oncall`, `runbooks`"));
    }
}

}  // namespace

std::vector<Finding> find_operations(const Material& material) {
    std::vector<Finding> findings;
    const double repair_s = material.mean("repair").value_or(0);
    const double detect_s = material.mean("detect").value_or(0);
    if (detect_s > 0 && repair_s > 0) {  // `repair` begins at the alarm
        findings.push_back(figure_finding(Pillar::operations, "from the beginning until an alarm tells of it pass",
                                          *material.figure("detect"), detect_s / (detect_s + repair_s),
                                          "an alarm nearer to users, or with fewer points"));
    }
    if (const auto paged = material.figure("acknowledge"); paged && paged->value > 0) {
        findings.push_back(figure_finding(Pillar::operations, "from a page until somebody is at it passes", *paged,
                                          paged->value / (paged->value + detect_s + repair_s),
                                          "an automatic runbook, or a second on call"));
    }
    if (const auto by_itself = material.mean("automation"); by_itself && *by_itself < 1) {
        const auto waits =
            material.reckon("fraction", {{"automation", false}}, [](std::span<const double> of) { return 1 - of[0]; });
        findings.push_back(figure_finding(Pillar::operations, "recoveries that wait for a human", *waits, waits->value,
                                          "runbooks with `automatic: true`, rollback by alarm"));
    }
    add_toil(material, findings);
    add_alarms(material, findings);
    if (const auto bad = material.figure("deploy.blast_radius"); bad && bad->value > 0) {
        findings.push_back(figure_finding(
            Pillar::operations, "a bad version is on this share of the instances before it is taken back", *bad,
            std::min(1.0, bad->value), "a smaller canary with a longer bake, and rollback by alarm"));
        findings.back().layer = Layer::application;
    }
    return findings;
}

namespace {

/// As `price` does; the figure is a month's already. All floods together come at a time where each of them does.
void price_floods(const Material& material, const Quantity& usd_per_month, Finding& finding) {
    const auto& threats = material.plan.security.threats;
    const bool all_at_a_time = std::all_of(threats.begin(), threats.end(), [](const Threat& threat) {
        return threat.kind != ThreatKind::flood || threat.at_s.has_value();
    });
    if (all_at_a_time) {
        const Quantity usd = scaled(usd_per_month, material.months, "USD");
        finding.usd_each = usd.value;
        finding.usd_spread = usd.spread;
    } else {
        set_usd_per_month(usd_per_month, finding);
    }
}

/// What floods take from users, and what they make the customer pay.
void find_floods(const Material& material, std::vector<Finding>& findings) {
    const auto ratio = [](std::span<const double> of) { return of[0] / of[1]; };
    const double wanted = material.mean("requests.offered").value_or(0);
    if (const auto lost = material.figure("ddos.lost"); lost && lost->value > 0 && wanted > 0) {
        const auto share = material.reckon("fraction", {{"ddos.lost"}, {"requests.offered", false}}, ratio);
        findings.push_back(figure_finding(Pillar::security, "floods take requests of users", *share,
                                          std::min(1.0, share->value), k_advice_against_floods));
        findings.back().effect.push_back(*lost);
        findings.back().layer = Layer::network;
    }
    const double bill = material.mean("cost.per_month").value_or(0);
    if (const auto paid = material.figure("ddos.cost"); paid && paid->value > 0 && bill > 0) {
        const auto share = material.reckon("fraction", {{"ddos.cost"}, {"cost.per_month", false}}, ratio);
        findings.push_back(figure_finding(Pillar::security, "of the bill is what floods were served", *share,
                                          share->value,
                                          "absorption before it is metered (`absorb`, `filter`), a cap (`scale.max`)"));
        findings.back().layer = Layer::network;
        price_floods(material, *paid, findings.back());
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
        finding.effect = {share_of(part), material.mean_of(part, "1")};
        if (const auto usd = material.part("exposure.cost", part.cause)) {
            price(material, part.cause, *usd, finding);
        }
        finding.advice = advice_against_threat(material.plan, part.cause);
        findings.push_back(std::move(finding));
    }
    if (const auto reach = material.figure("exposure.services"); reach && reach->value > 1) {
        findings.push_back(
            figure_finding(Pillar::security, "services are reached from a foothold", *reach,
                           std::min(1.0, reach->value / static_cast<double>(material.plan.services.size())),
                           "least privilege (`identities.*.may`), and network boundaries between services"));
        findings.back().layer = Layer::identity;
    }
    if (const auto contain = material.figure("compromise.contain"); contain && contain->value > 0) {
        findings.push_back(figure_finding(Pillar::security, "until a compromise is contained", *contain, 0.1,
                                          "detection by alarm, and rotation of credentials (`rotate`)"));
        findings.back().layer = Layer::identity;
    }
    if (const auto days = material.figure("patch.exposure"); days && days->value > 0) {
        findings.push_back(figure_finding(Pillar::security, "hosts stand unpatched", *days, 0.05,
                                          "patch more often (`patch.every`), or a managed service"));
        findings.back().layer = Layer::operating_system;
    }
    find_floods(material, findings);
    return findings;
}

}  // namespace nines
