// Names of metrics, in objectives and studies: with what they are measured at, and quantiles over replications.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/readers.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace {

std::vector<std::string> metric_choices() {
    std::vector<std::string> names;
    for (const MetricInfo& metric : k_metrics) {
        names.emplace_back(metric.name);
    }
    return names;
}

bool has_store(const Architecture& architecture) {
    for (const Service& service : architecture.services) {
        if (service.kind == ServiceKind::database) {
            return true;
        }
    }
    return false;
}

bool has_scaler(const Architecture& architecture) {
    for (const Service& service : architecture.services) {
        if (service.scale) {
            return true;
        }
    }
    return false;
}

bool has_threat(const Architecture& architecture, bool (*fits)(ThreatKind));

/// Whether anything floods a service.
bool has_attack(const Architecture& architecture) {
    return has_threat(architecture, [](ThreatKind kind) { return kind == ThreatKind::flood; }) ||
           std::any_of(architecture.faults.begin(), architecture.faults.end(),
                       [](const Fault& fault) { return is_flood(fault.effects); });
}

bool has_threat(const Architecture& architecture, bool (*fits)(ThreatKind)) {
    return std::any_of(architecture.threats.begin(), architecture.threats.end(),
                       [&](const Threat& threat) { return fits(threat.kind); });
}

bool has_window(const Architecture& architecture) {
    return std::any_of(architecture.jobs.begin(), architecture.jobs.end(),
                       [](const Job& job) { return job.within_s.has_value(); });
}

bool has_renewals(const Architecture& architecture) {
    return std::any_of(architecture.services.begin(), architecture.services.end(), [](const Service& service) {
        return service.certificate && service.certificate->renew == Renewal::by_hand;
    });
}

/// What a metric needs and the scenario lacks, with its article; empty where nothing is missing.
std::string_view missing_feature(const Architecture& architecture, MetricNeeds needs) {
    const OperationsSpec& operations = architecture.operations;
    const bool has_deploys = !operations.deploys.empty();
    switch (needs) {
        case MetricNeeds::nothing:
            return {};
        case MetricNeeds::store:
            return has_store(architecture) ? "" : "a database";
        case MetricNeeds::value:
            return architecture.value ? "" : "a `value` (what a request or a minute is worth)";
        case MetricNeeds::scaler:
            return has_scaler(architecture) ? "" : "a service with `scale`";
        case MetricNeeds::alarm:
            return operations.alarms.empty() ? "`alarms`" : "";
        case MetricNeeds::oncall:
            return !operations.oncall ? "somebody `oncall`" : "";
        case MetricNeeds::repair:
            return operations.alarms.empty() ? "`alarms` that somebody or something acts on" : "";
        case MetricNeeds::deployment:
            return has_deploys ? "" : "a service with `deploy`";
        case MetricNeeds::people:
            return operations.oncall || has_deploys || has_renewals(architecture)
                       ? ""
                       : "somebody `oncall`, a service with `deploy`, or a certificate renewed by hand";
        case MetricNeeds::threat:
            return architecture.threats.empty() ? "a threat" : "";
        case MetricNeeds::leak:
            return has_threat(architecture, [](ThreatKind kind) { return kind == ThreatKind::leak; })
                       ? ""
                       : "a threat of kind `leak`";
        case MetricNeeds::exploit:
            return has_threat(architecture, [](ThreatKind kind) { return kind == ThreatKind::exploit; })
                       ? ""
                       : "a threat of kind `exploit`";
        case MetricNeeds::destruction:
            return has_threat(architecture, destroys) ? "" : "a threat of kind `ransomware` or `deletion`";
        case MetricNeeds::flood:
            return has_threat(architecture, [](ThreatKind kind) { return kind == ThreatKind::flood; })
                       ? ""
                       : "a threat of kind `flood`";
        case MetricNeeds::attack:
            return has_attack(architecture) ? "" : "a threat of kind `flood`, or a fault with the effect `flood`";
        case MetricNeeds::job:
            return architecture.jobs.empty() ? "a job" : "";
        case MetricNeeds::window:
            return has_window(architecture) ? "" : "a job with `within`";
    }
    return {};
}

bool names_a_demand(const Architecture& architecture, std::string_view name) {
    for (const Demand& demand : architecture.demands) {
        if (demand.name == name) {
            return true;
        }
    }
    return false;
}

bool names_a_job(const Architecture& architecture, std::string_view name) {
    return std::any_of(architecture.jobs.begin(), architecture.jobs.end(),
                       [&](const Job& job) { return job.name == name; });
}

/// Whether `suffix` ("web" or "web@use1-az1") names a service of the scenario, or a group of it.
bool names_a_service(const Architecture& architecture, std::string_view suffix) {
    const auto at = suffix.find('@');
    for (const Service& service : architecture.services) {
        if (service.name != suffix.substr(0, at)) {
            continue;
        }
        if (at == std::string_view::npos) {
            return true;
        }
        if (architecture.world_is_a_guess) {
            return true;
        }
        for (const GroupSpec& group : service.groups) {
            if (architecture.world.locations[group.location].id == suffix.substr(at + 1)) {
                return true;
            }
        }
    }
    return false;
}

/// Where a metric is measured: demands, services or both, or jobs.
std::vector<std::string> places_of(const Architecture& architecture, const MetricInfo& metric) {
    std::vector<std::string> names =
        has_service(metric.scope) ? service_names(architecture) : std::vector<std::string>{};
    if (has_demand(metric.scope)) {
        for (const Demand& demand : architecture.demands) {
            names.push_back(demand.name);
        }
    }
    if (has_job(metric.scope)) {
        for (const Job& job : architecture.jobs) {
            names.push_back(job.name);
        }
    }
    return names;
}

/// The share of "downtime.per_year.p95", and what stands before it; nothing where the text ends otherwise.
struct QuantileName {
    std::string base;
    double share = 0;
};
std::optional<QuantileName> split_quantile(const std::string& text) {
    const auto dot = text.rfind(".p");
    if (dot == std::string::npos) {
        return std::nullopt;
    }
    const std::string digits = text.substr(dot + 2);
    const bool all_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits.empty() || digits.size() > 4 || !all_digits) {
        return std::nullopt;
    }
    // p5 is 5 %, p95 is 95 %, p999 is 99.9 %, as in latency.p999; p100 is nothing.
    if (digits.size() > 2 && digits.front() != '9') {
        return std::nullopt;
    }
    double scale = 100;
    for (std::size_t i = 2; i < digits.size(); ++i) {
        scale *= 10;
    }
    const double share = std::stod(digits) / scale;
    return share > 0 ? std::optional(QuantileName{text.substr(0, dot), share}) : std::nullopt;
}

/// Whether the metric can be measured there, or a problem.
bool fits(const ReadContext& context, const MetricInfo& metric, const std::string& text, Place place,
          const std::string& path) {
    const Architecture& architecture = context.architecture;
    const std::string base(metric.name);
    if (const std::string_view missing = missing_feature(architecture, metric.needs); !missing.empty()) {
        context.problems.add(place, path, fmt::format("`{}` needs {}, and the scenario has none", base, missing));
        return false;
    }
    const auto at = text.find('@');
    if (at == std::string::npos) {
        if (!has_plain(metric.scope)) {
            context.problems.add(place, path,
                                 fmt::format("`{}` is measured at a service: write `{}@SERVICE`", base, base));
            return false;
        }
        return true;
    }
    const std::string suffix = text.substr(at + 1);
    if (!has_demand(metric.scope) && !has_service(metric.scope) && !has_job(metric.scope)) {
        context.problems.add(place, path,
                             fmt::format("`{}` is about the whole scenario: write it without `@{}`", base, suffix));
        return false;
    }
    const bool may_be_there = has_place(metric.scope) || suffix.find('@') == std::string::npos;
    const bool found = (has_demand(metric.scope) && names_a_demand(architecture, suffix)) ||
                       (has_service(metric.scope) && may_be_there && names_a_service(architecture, suffix)) ||
                       (has_job(metric.scope) && names_a_job(architecture, suffix));
    if (!found) {
        Problem& problem =
            context.problems.add(place, path, fmt::format("`{}` is not measured at {}", base, quote(suffix)));
        problem.choices = context.choices([&] { return places_of(architecture, metric); });
        problem.found = suffix;
    }
    return found;
}

}  // namespace

std::optional<MetricName> read_metric_name(const ReadContext& context, const std::string& text, Place place,
                                           const std::string& path) {
    const auto at = std::min(text.find('@'), text.size());
    const std::string base = text.substr(0, at);
    MetricName name{text, std::nullopt, find_metric(base)};
    if (name.info == nullptr) {
        const auto quantile = split_quantile(base);
        name.info = quantile ? find_metric(quantile->base) : nullptr;
        if (name.info != nullptr) {
            name.metric = quantile->base + text.substr(at);
            name.quantile = quantile->share;
        }
    }
    if (name.info == nullptr) {
        Problem& problem = context.problems.add(place, path, fmt::format("expected a metric, found `{}`", base));
        problem.choices = context.choices(metric_choices);
        problem.found = base;
        return std::nullopt;
    }
    if (!fits(context, *name.info, text, place, path)) {
        return std::nullopt;
    }
    return name;
}

}  // namespace nines
