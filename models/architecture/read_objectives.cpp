// The `objectives:` part: a metric, a comparison and a bound each.

#include <fmt/format.h>

#include "models/architecture/readers.hpp"
#include "models/language/metric_names.hpp"
#include "models/language/show.hpp"

namespace nines {

namespace {

constexpr std::string_view k_quantile_suffixes[] = {".p50", ".p90", ".p95", ".p99"};

std::vector<std::string> metric_choices() {
    std::vector<std::string> names;
    for (const MetricInfo& metric : k_metrics) {
        if (metric.needs != MetricNeeds::later) {
            names.emplace_back(metric.name);
        }
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

bool names_a_demand(const Architecture& architecture, std::string_view name) {
    for (const Demand& demand : architecture.demands) {
        if (demand.name == name) {
            return true;
        }
    }
    return false;
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

/// Where a metric is measured: demands, services, or both.
std::vector<std::string> places_of(const Architecture& architecture, const MetricInfo& metric) {
    std::vector<std::string> names =
        has_service(metric.scope) ? service_names(architecture) : std::vector<std::string>{};
    if (has_demand(metric.scope)) {
        for (const Demand& demand : architecture.demands) {
            names.push_back(demand.name);
        }
    }
    return names;
}

/// The metric that an objective is about, or a problem at its key.
const MetricInfo* read_metric(const ReadContext& context, const Entry& entry, const std::string& path) {
    const Architecture& architecture = context.architecture;
    const auto at = entry.key.find('@');
    const std::string base = entry.key.substr(0, at);
    const MetricInfo* metric = find_metric(base);
    if (metric == nullptr) {
        for (const std::string_view suffix : k_quantile_suffixes) {
            if (base.ends_with(suffix) && find_metric(base.substr(0, base.size() - suffix.size())) != nullptr) {
                context.problems.add(
                    entry.key_place, path,
                    "quantiles over replications are for `nines study`, which is known, not built yet");
                return nullptr;
            }
        }
        Problem& problem =
            context.problems.add(entry.key_place, path, fmt::format("expected a metric, found `{}`", base));
        problem.choices = context.choices(metric_choices);
        problem.found = base;
        return nullptr;
    }
    if (metric->needs == MetricNeeds::later) {
        context.problems.add(entry.key_place, path, fmt::format("the metric `{}` is known, not built yet", base));
        return nullptr;
    }
    if (metric->needs == MetricNeeds::store && !has_store(architecture)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` needs a database, and the scenario has none", base));
        return nullptr;
    }
    if (at == std::string::npos) {
        if (!has_plain(metric->scope)) {
            context.problems.add(entry.key_place, path,
                                 fmt::format("`{}` is measured at a service: write `{}@SERVICE`", base, base));
            return nullptr;
        }
        return metric;
    }
    const std::string suffix = entry.key.substr(at + 1);
    if (!has_demand(metric->scope) && !has_service(metric->scope)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is about the whole scenario: write it without `@{}`", base, suffix));
        return nullptr;
    }
    const bool fits = (has_demand(metric->scope) && names_a_demand(architecture, suffix)) ||
                      (has_service(metric->scope) && names_a_service(architecture, suffix));
    if (!fits) {
        Problem& problem =
            context.problems.add(entry.key_place, path, fmt::format("`{}` is not measured at {}", base, quote(suffix)));
        problem.choices = context.choices([&] { return places_of(architecture, *metric); });
        problem.found = suffix;
        return nullptr;
    }
    return metric;
}

std::optional<Comparison> take_comparison(std::string_view& text) {
    static constexpr Names<Comparison, 4> k_comparisons{{{
        {">=", Comparison::at_least},
        {"<=", Comparison::at_most},
        {">", Comparison::more_than},
        {"<", Comparison::less_than},
    }}};
    for (const auto& [word, comparison] : k_comparisons.entries) {
        if (text.starts_with(word)) {
            text.remove_prefix(word.size());
            text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
            return comparison;
        }
    }
    return std::nullopt;
}

/// Time-like metrics take any unit of time per year too: "<= 52 min" for downtime.per_year.
void read_objective(const ReadContext& context, const Entry& entry) {
    const std::string path = "objectives." + entry.key;
    const MetricInfo* metric = read_metric(context, entry, path);
    if (!entry.value.is_scalar()) {
        add_expected(entry.value, path, "a bound such as `\">= 99.9 %\"`", context.problems);
        return;
    }
    std::string_view rest = entry.value.text;
    const auto comparison = take_comparison(rest);
    if (!comparison) {
        add_expected(entry.value, path, "`>=`, `<=`, `>` or `<` and a figure, in quotes", context.problems);
        return;
    }
    if (metric == nullptr) {
        return;
    }
    const auto bound = parse_quantity(rest, metric->dimension);
    if (!bound) {
        context.problem(entry.value, path, bound.error());
        return;
    }
    if (metric->dimension == Dimension::fraction &&
        (*bound > 1 || (*bound == 1 && *comparison == Comparison::more_than))) {
        context.problem(entry.value, path, fmt::format("`{}` is a share: nothing is above 100 %", entry.key));
        return;
    }
    context.architecture.objectives.push_back({entry.key, entry.key_place, entry.value.text, *comparison, *bound});
}

}  // namespace

void read_objectives(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping()) {
        add_expected(*node, "objectives", "bounds by metric", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_objective(context, entry);
    }
}

}  // namespace nines
