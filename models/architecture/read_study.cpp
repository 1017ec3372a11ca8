// The `study:` part: how many replications, when they are enough, and which chances are wanted. (Rare events of load:
// read_rare_event.cpp.)

#include <fmt/format.h>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr std::int64_t k_replications_most = 1'000'000'000;
/// The most that a stopping rule may ask for where the file does not say.
constexpr std::uint64_t k_replications_of_rule = 100'000;

/// The metric under `key`: a figure of each replication, not a quantile over them.
std::optional<MetricName> read_figure(const ReadContext& context, MappingReader& reader) {
    const Node* node = reader.required("metric");
    if (node == nullptr) {
        return std::nullopt;
    }
    const std::string path = reader.path_of("metric");
    const auto text = read_text(*node, path, context.problems);
    const auto name = text ? read_metric_name(context, *text, node->place, path) : std::nullopt;
    if (name && name->quantile) {
        context.problem(*node, path, fmt::format("expected a metric, found `{}`, a quantile over replications", *text))
            .hint = fmt::format("write `{}`: its quantiles are always given", name->metric);
        return std::nullopt;
    }
    return name;
}

/// A figure in the metric's unit; a metric that was wrong has its problem already.
std::optional<double> read_figure_value(const ReadContext& context, const Field& field,
                                        const std::optional<MetricName>& metric) {
    if (field.node == nullptr) {
        return std::nullopt;
    }
    if (!metric) {
        read_text(*field.node, field.path, context.problems);
        return std::nullopt;
    }
    return read_quantity(*field.node, field.path, metric->info->dimension, context.problems);
}

void require_positive(const ReadContext& context, const Field& field, std::optional<double>& value) {
    if (value && !(*value > 0)) {
        context.problem(*field.node, field.path, fmt::format("expected more than 0, found `{}`", field.node->text));
        value.reset();
    }
}

void read_rule(const ReadContext& context, const Node& node, const std::string& path) {
    MappingReader reader(node, path, context.problems, "a stopping rule");
    const auto metric = read_figure(context, reader);
    const Field relative = reader.field("relative_half_width");
    const Field absolute = reader.field("half_width");
    StopRule rule;
    if (relative.node != nullptr) {
        rule.relative_half_width = read_quantity(*relative.node, relative.path, Dimension::fraction, context.problems);
    }
    rule.half_width = read_figure_value(context, absolute, metric);
    require_positive(context, relative, rule.relative_half_width);
    require_positive(context, absolute, rule.half_width);
    if (reader.is_mapping() && relative.node == nullptr && absolute.node == nullptr) {
        context.problem(node, path, "a stopping rule needs `half_width` or `relative_half_width`");
    }
    reader.finish();
    if (metric) {
        rule.metric = metric->metric;
        context.architecture.study.until.push_back(std::move(rule));
    }
}

/// One mapping, or a list of them.
template <class Read>
void read_each(const Node& node, const std::string& path, Read read) {
    if (!node.is_sequence()) {
        read(node, path);
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        read(node.items[i], fmt::format("{}[{}]", path, i));
    }
}

void read_over(const ReadContext& context, const Node& node, const std::string& path) {
    MappingReader reader(node, path, context.problems, "a wanted chance");
    const auto metric = read_figure(context, reader);
    const Node* threshold = reader.required("threshold");
    const auto value = read_figure_value(context, {threshold, reader.path_of("threshold")}, metric);
    reader.finish();
    if (metric && value) {
        context.architecture.study.over.push_back({metric->metric, threshold->text, *value});
    }
}

void read_confidence(const ReadContext& context, const Node& node, double& confidence) {
    const auto value = read_quantity(node, "study.confidence", Dimension::fraction, context.problems);
    if (value && (*value < 0.5 || *value > 0.9999)) {
        context.problem(node, "study.confidence", fmt::format("expected 50 % to 99.99 %, found `{}`", node.text));
        return;
    }
    confidence = value.value_or(confidence);
}

/// Two levels are of a number of replications known beforehand, and of two fidelities.
void check_control(const ReadContext& context, const Node& node) {
    const StudySpec& study = context.architecture.study;
    if (context.architecture.run.fidelity == "flow") {
        context.problem(node, "study.control", "`flow` controls a study in `requests`, and this one is in `flow`")
            .hint = "write `control: none`";
    } else if (!study.until.empty() || study.budget_s) {
        context
            .problem(node, "study.control",
                     fmt::format("a study with `{}` cannot have a control", study.until.empty() ? "budget" : "until"))
            .hint = "give a fixed number of `replications`";
    }
}

}  // namespace

void read_study(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    StudySpec& study = context.architecture.study;
    MappingReader reader(*node, "study", context.problems, "study settings");
    const Node* most = reader.optional("replications");
    const Node* least = reader.optional("at_least");
    const auto count = [&](const Node* from, const char* path, std::int64_t low, std::uint64_t& into) {
        const auto value =
            from == nullptr ? std::nullopt : read_count(*from, path, low, k_replications_most, context.problems);
        into = value ? static_cast<std::uint64_t>(*value) : into;
    };
    count(most, "study.replications", 1, study.replications);
    count(least, "study.at_least", 2, study.at_least);
    if (const Node* confidence = reader.optional("confidence")) {
        read_confidence(context, *confidence, study.confidence);
    }
    if (const Node* until = reader.optional("until")) {
        read_each(*until, "study.until",
                  [&](const Node& one, const std::string& path) { read_rule(context, one, path); });
    }
    if (const Node* budget = reader.optional("budget")) {
        study.budget_s = read_quantity(*budget, "study.budget", Dimension::time, context.problems);
        require_positive(context, {budget, "study.budget"}, study.budget_s);
    }
    if (const Node* over = reader.optional("over")) {
        read_each(*over, "study.over",
                  [&](const Node& one, const std::string& path) { read_over(context, one, path); });
    }
    if (const Node* rare = reader.optional("rare")) {
        read_each(*rare, "study.rare",
                  [&](const Node& one, const std::string& path) { read_rare_event(context, one, path); });
    }
    const Node* control = reader.optional("control");
    if (control != nullptr) {
        static constexpr Names<StudyControl, 2> k_controls{
            {{{"none", StudyControl::none}, {"flow", StudyControl::flow}}}};
        const auto word = read_word(*control, "study.control", k_controls, "a control", context.problems);
        study.control = word.value_or(study.control);
    }
    reader.finish();
    if (study.control == StudyControl::flow) {
        check_control(context, *control);
    }
    if (most == nullptr && (!study.until.empty() || study.budget_s)) {
        study.replications = k_replications_of_rule;
    }
    if (least != nullptr && !study.until.empty() && study.at_least > study.replications) {
        context.problem(
            *least, "study.at_least",
            fmt::format("expected at most `replications` ({}), found `{}`", study.replications, least->text));
    }
}

}  // namespace nines
