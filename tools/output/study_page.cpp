#include "tools/output/study_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "tools/console/humanize.hpp"

namespace nines {

namespace {

/// In the order of the pillars; those that were not measured are left out.
constexpr std::array<std::string_view, 34> k_shown{"availability",
                                                   "nines",
                                                   "uptime",
                                                   "downtime.per_year",
                                                   "incidents.per_year",
                                                   "mttr",
                                                   "rto",
                                                   "rpo",
                                                   "records.lost",
                                                   "requests.offered",
                                                   "latency.p50",
                                                   "latency.p99",
                                                   "latency.p999",
                                                   "goodput",
                                                   "attempts.per_request",
                                                   "cost.per_month",
                                                   "cost.per_million_requests",
                                                   "energy.kwh_per_month",
                                                   "carbon.kg_per_month",
                                                   "jobs.late",
                                                   "job.duration",
                                                   "job.run_hours",
                                                   "job.reclaims",
                                                   "job.cost",
                                                   "job.carbon",
                                                   "detect",
                                                   "repair",
                                                   "automation",
                                                   "alarms.precision",
                                                   "deploy.frequency",
                                                   "deploy.failure_rate",
                                                   "deploy.restore",
                                                   "deploy.blast_radius",
                                                   "toil.hours_per_month"};

/// Units of several words stand in a column of their own, not behind every figure.
bool has_column(const std::string& unit) {
    return unit.size() > 1 && unit != "fraction" && !unit.starts_with("1/");
}

std::string figure_text(std::optional<double> value, const std::string& unit) {
    std::string text = human_quantity(value, unit);
    if (has_column(unit) && text.ends_with(" " + unit)) {
        text.resize(text.size() - unit.size() - 1);
    }
    return text;
}

std::string interval_text(const Metric& metric, const std::string& mean) {
    if (!has_column(metric.unit)) {
        return human_interval(metric.lo, metric.hi, metric.unit, mean);
    }
    return metric.lo ? figure_text(metric.lo, metric.unit) + " to " + figure_text(metric.hi, metric.unit) : "";
}

std::string quantile_text(const Metric& metric, std::string_view name) {
    for (const QuantileFigure& quantile : metric.quantiles) {
        if (quantile.name == name) {
            return figure_text(quantile.value, metric.unit);
        }
    }
    return "-";
}

/// Each reason once, with the metrics that it holds for, in the order of the table.
void add_reasons(Page& page, const std::vector<std::pair<std::string, std::string>>& reasons) {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& [metric, reason] : reasons) {
        auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) { return one.first == reason; });
        if (line == lines.end()) {
            lines.emplace_back(reason, metric);
        } else {
            line->second += ", " + metric;
        }
    }
    for (const auto& [reason, metrics] : lines) {
        page.paragraph("  ", page.ink(Ink::dim, page.plain(fmt::format("no interval: {} ({})", reason, metrics))));
    }
}

/// What `flow` was worth, where it was run beside.
void add_controls(Page& page, const Results& results) {
    std::vector<std::string> gains;
    const ControlFigure* control = nullptr;
    for (const std::string_view name : k_shown) {
        const Metric* metric = results.find(std::string(name));
        if (metric != nullptr && metric->estimator && metric->estimator->control) {
            control = &*metric->estimator->control;
            gains.push_back(fmt::format("{} {}", metric->name, human_number(control->gain)));
        }
    }
    if (control != nullptr) {
        page.paragraph(
            "  ", page.ink(Ink::dim,
                           fmt::format("two levels: {} replications in requests and flow, {} more in "
                                       "flow; means known as by so many times the replications: {}",
                                       human_number(static_cast<double>(control->both)),
                                       human_number(static_cast<double>(control->of_flow)), fmt::join(gains, ", "))));
    }
}

}  // namespace

std::string_view study_end_text(const Results& results) {
    static const std::map<std::string_view, std::string_view> k_texts{{"replications", "as many as asked for"},
                                                                      {"precision", "precise enough"},
                                                                      {"budget", "out of time"},
                                                                      {"interrupted", "interrupted"},
                                                                      {"failure", "a replication failed"}};
    const auto found = k_texts.find(results.stopped_by);
    return found == k_texts.end() ? std::string_view(results.stopped_by) : found->second;
}

std::string chance_text(const ChanceFigure& chance) {
    return fmt::format("{} ({} to {})", human_percent(chance.probability), human_percent(chance.lo),
                       human_percent(chance.hi));
}

void add_study_figures(Page& page, const Results& results) {
    Table table({{"metric"},
                 {""},
                 {"mean", Align::right},
                 {fmt::format("{} interval", human_percent(results.confidence))},
                 {"p50", Align::right},
                 {"p95", Align::right},
                 {"p99", Align::right}});
    std::vector<std::pair<std::string, std::string>> reasons;
    for (const std::string_view name : k_shown) {
        const Metric* metric = results.find(std::string(name));
        if (metric == nullptr || !metric->mean) {
            continue;
        }
        const std::string mean = figure_text(metric->mean, metric->unit);
        table.add({metric->name, has_column(metric->unit) ? metric->unit : "", mean, interval_text(*metric, mean),
                   quantile_text(*metric, "p50"), quantile_text(*metric, "p95"), quantile_text(*metric, "p99")});
        if (!metric->lo && metric->estimator) {
            reasons.emplace_back(metric->name, metric->estimator->no_interval);
        }
    }
    page.section("FIGURES", "means over replications with their intervals; p50, p95, p99: of replications");
    if (table.empty()) {
        page.line("  -");
        return;
    }
    page.table(table);
    add_reasons(page, reasons);
    add_controls(page, results);
}

void add_rare_events(Page& page, const Results& results) {
    if (results.rare_events.empty()) {
        return;
    }
    Table table({{"event"}, {"within"}, {"has a chance of"}, {"plain replications wanted", Align::right}});
    std::vector<std::string> notes;
    for (const RareEventFigure& rare : results.rare_events) {
        const std::string name = page.plain(rare.event);
        const std::string chance = rare.probability ? fmt::format("{:.3g}", *rare.probability) : "?";
        table.add({name, human_quantity(rare.within_s, "s"),
                   rare.lo ? fmt::format("{} ({:.3g} to {:.3g})", chance, *rare.lo, *rare.hi) : chance,
                   rare.plain_replications ? human_number(*rare.plain_replications) : "-"});
        std::string note = fmt::format("{}: {}", name, rare.method);
        if (!rare.no_interval.empty()) {
            note += "; no interval: " + rare.no_interval;
        } else if (rare.levels.empty()) {
            note += fmt::format(", {} of them", rare.paths);
        } else {
            note += fmt::format(", {} levels of {}, {} paths from each in {} runs, {:.0f} ancestors",
                                rare.levels.size(), rare.importance, rare.paths, rare.runs, rare.ancestors.value_or(0));
        }
        if (rare.check && rare.no_interval.empty()) {
            note += fmt::format("; by {}: {:.3g} +- {:.0f} %", rare.check->importance, rare.check->probability,
                                100 * rare.check->relative_error);
        }
        if (rare.failures) {
            note += fmt::format("; requests expected to fail: {:.3g} ({:.3g} to {:.3g})", *rare.failures,
                                *rare.failures_lo, *rare.failures_hi);
        }
        notes.push_back(std::move(note));
    }
    page.section("RARE EVENTS", "of load, by splitting; beside them the replications that would give the same error");
    page.table(table);
    for (const std::string& note : notes) {
        page.paragraph("  ", page.ink(Ink::dim, note));
    }
}

void add_chances(Page& page, const Results& results) {
    Table table({{"a replication's"}, {"is above"}, {"with a chance of"}});
    for (const Metric& metric : results.metrics) {
        for (const ChanceFigure& chance : metric.over) {
            table.add({page.plain(metric.name), human_quantity(chance.threshold, metric.unit), chance_text(chance)});
        }
    }
    if (!table.empty()) {
        page.section("CHANCES");
        page.table(table);
    }
}

}  // namespace nines
