// Results as JSON. One line for each metric, incident and assumption, so that two runs can be compared by diff.

#include "tools/output/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "models/results/rounding.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

using Json = nlohmann::ordered_json;

constexpr double k_whole_most = 1e15;  // every whole number below it is a double exactly

Json real(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) {
        return nullptr;
    }
    const double rounded = round_significant(*value);
    if (std::fabs(rounded) < k_whole_most && rounded == std::trunc(rounded)) {
        return static_cast<std::int64_t>(rounded);
    }
    return rounded;
}

Json chance_json(const ChanceFigure& chance) {
    return {{"threshold", real(chance.threshold)},
            {"probability", real(chance.probability)},
            {"lo", real(chance.lo)},
            {"hi", real(chance.hi)}};
}

/// What only a study knows of a metric.
void add_study_figures(Json& json, const Metric& metric) {
    if (metric.estimator) {
        json["estimator"] = {{"method", metric.estimator->method}, {"no_interval", metric.estimator->no_interval}};
    }
    for (const QuantileFigure& quantile : metric.quantiles) {
        json["quantiles"][quantile.name] = {
            {"mean", real(quantile.value)}, {"lo", real(quantile.lo)}, {"hi", real(quantile.hi)}};
    }
    for (const ChanceFigure& chance : metric.over) {
        json["over"].push_back(chance_json(chance));
    }
}

Json metric_json(const Metric& metric) {
    Json json{{"unit", metric.unit},
              {"mean", real(metric.mean)},
              {"lo", real(metric.lo)},
              {"hi", real(metric.hi)},
              {"confidence", real(metric.confidence)},
              {"n", metric.n}};
    add_study_figures(json, metric);
    return json;
}

Json objective_json(const ObjectiveResult& objective) {
    Json missed_at = Json::array();
    const std::size_t listed = std::min(objective.missed_at_s.size(), k_missed_listed);
    for (std::size_t i = 0; i < listed; ++i) {
        missed_at.push_back(real(objective.missed_at_s[i]));
    }
    Json json{{"metric", objective.metric},
              {"wanted", objective.wanted},
              {"unit", objective.unit},
              {"mean", real(objective.mean)},
              {"lo", real(objective.lo)},
              {"hi", real(objective.hi)},
              {"verdict", k_verdicts.of(objective.verdict)},
              {"note", objective.note},
              {"missed_at_s", std::move(missed_at)},
              {"missed_count", objective.missed_at_s.size()}};
    if (objective.miss) {
        json["miss"] = chance_json(*objective.miss);
    }
    return json;
}

Json timeline_json(const std::vector<TimelineEntry>& timeline) {
    Json entries = Json::array();
    for (const TimelineEntry& entry : timeline) {
        entries.push_back({{"at_s", real(entry.at_s)}, {"text", entry.text}});
    }
    return entries;
}

Json incident_json(const Incident& incident, bool of_study) {
    Json json{{"begin_s", real(incident.begin_s)},
              {"end_s", real(incident.end_s)},
              {"objective", incident.objective},
              {"cause", incident.cause},
              {"owner", incident.owner},
              {"lost_requests", real(incident.lost_requests)},
              {"open", incident.open},
              {"timeline", timeline_json(incident.timeline)}};
    if (of_study) {
        json["replication"] = incident.replication;
    }
    return json;
}

Json attribution_json(const Attribution& part) {
    return {{"metric", part.metric},
            {"cause", part.cause},
            {"owner", part.owner},
            {"share", real(part.share)},
            {"value", real(part.value)}};
}

Json assumption_json(const Assumption& assumed) {
    return {{"path", assumed.path}, {"value", assumed.value}, {"why", assumed.why}, {"source", assumed.source}};
}

Json bill_json(const BillLine& line) {
    return {{"group", line.group}, {"item", line.item},     {"quantity", real(line.quantity)},
            {"unit", line.unit},   {"usd", real(line.usd)}, {"source", line.source}};
}

Json fault_json(const FaultRow& fault) {
    return {{"name", fault.name},
            {"target", fault.target},
            {"effect", fault.effect},
            {"begin_s", real(fault.begin_s)},
            {"end_s", real(fault.end_s)}};
}

/// Objects rather than lists: two profiles are then compared name by name.
Json profile_json(const Profile& profile) {
    Json events = Json::object();
    for (const Profile::Events& row : profile.events) {
        const auto happened = static_cast<double>(row.happened);
        const double all = static_cast<double>(std::max<std::uint64_t>(profile.events_happened, 1));
        events[row.kind] = {{"happened", row.happened},
                            {"share", real(happened / all)},
                            {"per_simulated_s", real(happened / profile.simulated_s)},
                            {"stale", row.stale},
                            {"pending_most", row.pending_most}};
    }
    Json memory = Json::object();
    for (const Profile::Memory& row : profile.memory) {
        memory[row.what] = {{"most", row.most}, {"bytes_each", row.bytes_each}, {"bytes_held", row.bytes_held}};
    }
    Json draws = Json::object();
    for (const Profile::Draws& row : profile.draws) {
        draws[row.purpose] = row.words;
    }
    return {{"events_happened", profile.events_happened},
            {"events_stale", profile.events_stale},
            {"pending_most", profile.pending_most},
            {"timers_most", profile.timers_most},
            {"bytes_per_attempt", real(profile.bytes_per_attempt)},
            {"events", std::move(events)},
            {"memory", std::move(memory)},
            {"random_words", std::move(draws)}};
}

template <class T, class Write>
Json list(const std::vector<T>& values, Write write) {
    Json array = Json::array();
    for (const T& value : values) {
        array.push_back(write(value));
    }
    return array;
}

Json document(const Results& results) {
    Json json = Json::object();
    json["nines"] = results.version;
    json["scenario"] = results.scenario;
    json["fingerprint"] = fmt::format("{:016x}", results.fingerprint);
    json["fidelity"] = results.fidelity;
    json["seed"] = results.seed;
    json["replications"] = results.replications;
    if (!results.stopped_by.empty()) {
        json["stopped_by"] = results.stopped_by;
    }
    json["simulated_s"] = real(results.simulated_s);
    json["events"] = results.events;
    json["wall_s"] = real(results.wall_s);
    Json metrics = Json::object();
    for (const Metric& metric : results.metrics) {
        metrics.get_ref<Json::object_t&>().push_back({metric.name, metric_json(metric)});
    }
    json["metrics"] = std::move(metrics);
    json["objectives"] = list(results.objectives, objective_json);
    json["incidents"] =
        list(results.incidents, [&](const Incident& one) { return incident_json(one, !results.stopped_by.empty()); });
    json["attribution"] = list(results.attribution, attribution_json);
    json["variants"] = Json::object();
    json["assumptions"] = list(results.assumptions, assumption_json);
    json["variant"] = results.variant;
    json["partial"] = results.partial;
    json["warnings"] = results.warnings;
    json["bill"] = list(results.bill, bill_json);
    json["timeline"] = timeline_json(results.timeline);
    json["incidents_count"] = results.incidents_count;
    json["faults"] = list(results.faults, fault_json);
    json["start"] = results.start_clock;
    if (results.profile) {
        json["profile"] = profile_json(*results.profile);
    }
    return json;
}

/// A number, a word or a text. nlohmann prints one real in a thousand with 17 digits where 12 are enough (Grisu2); fmt
/// always finds the shortest. A text that is not UTF-8 gets replacement characters: the default would throw.
std::string dump_scalar(const Json& json) {
    if (json.is_number_float()) {
        return fmt::format("{}", json.get<double>());
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Where the parts of a list or an object stand: after `before` each, and `after` the last.
struct Layout {
    std::string_view before, after;
};
constexpr std::array<Layout, 3> k_layouts{{{"\n  ", "\n"}, {"\n    ", "\n  "}, {"", ""}}};

/// Appends `json`. The document and its lists have a line for each element; what is deeper stands in one line.
void append(std::string& text, const Json& json, std::size_t depth) {
    if (!json.is_structured()) {
        text += dump_scalar(json);
        return;
    }
    const Layout layout = json.empty() ? k_layouts.back() : k_layouts[std::min(depth, k_layouts.size() - 1)];
    std::string_view separator;
    text += json.is_object() ? "{" : "[";
    for (const auto& element : json.items()) {
        text.append(separator).append(layout.before);
        separator = layout.before.empty() ? ", " : ",";
        if (json.is_object()) {
            text += dump_scalar(Json(element.key())) + ": ";
        }
        append(text, element.value(), depth + 1);
    }
    text.append(layout.after).append(json.is_object() ? "}" : "]");
}

}  // namespace

std::string to_json(const Results& results) {
    std::string text;
    append(text, document(results), 0);
    return text + "\n";
}

}  // namespace nines
