// The `objectives:` part: a metric, a comparison and a bound each.

#include <fmt/format.h>

#include "models/architecture/readers.hpp"
#include "models/language/metric_names.hpp"

namespace nines {

namespace {

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
    const auto named = read_metric_name(context, entry.key, entry.key_place, path);
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
    if (!named) {
        return;
    }
    const MetricInfo* metric = named->info;
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
    context.architecture.objectives.push_back(
        {entry.key, named->metric, named->quantile, entry.key_place, entry.value.text, *comparison, *bound});
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
