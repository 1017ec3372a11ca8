// Results as JSON. One line for each metric, incident and assumption, so that two runs can be compared by diff.

#include "tools/output/json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/results_json.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

Json chance_json(const ChanceFigure& chance) {
    return {{"threshold", json_real(chance.threshold)},
            {"probability", json_real(chance.probability)},
            {"lo", json_real(chance.lo)},
            {"hi", json_real(chance.hi)}};
}

Json rare_json(const RareFigure& rare) {
    Json json{{"method", rare.method},
              {"unavailability", json_real(rare.unavailability)},
              {"lo", json_real(rare.lo)},
              {"hi", json_real(rare.hi)},
              {"no_interval", rare.no_interval},
              {"outside", rare.outside},
              {"notes", rare.notes}};
    if (rare.relative_error) {
        json["relative_error"] = json_real(rare.relative_error);
        json["ess"] = json_real(rare.effective_hits);
        json["largest_share"] = json_real(rare.largest_share);
        json["mean_weight"] = json_real(rare.mean_weight);
        json["z"] = json_real(rare.twin_z);
        json["plain_replications"] = json_real(rare.plain_replications);
    }
    return json;
}

Json rare_event_json(const RareEventFigure& rare) {
    Json levels = Json::array();
    for (const double level : rare.levels) {
        levels.push_back(json_real(level));
    }
    Json json{{"event", rare.event},
              {"within_s", json_real(rare.within_s)},
              {"method", rare.method},
              {"importance", rare.importance},
              {"probability", json_real(rare.probability)},
              {"lo", json_real(rare.lo)},
              {"hi", json_real(rare.hi)},
              {"confidence", json_real(rare.confidence)},
              {"no_interval", rare.no_interval},
              {"relative_error", json_real(rare.relative_error)},
              {"ancestors", json_real(rare.ancestors)},
              {"levels", std::move(levels)},
              {"paths", rare.paths},
              {"runs", rare.runs},
              {"events", rare.events},
              {"plain_replications", json_real(rare.plain_replications)}};
    if (rare.failures) {
        json["failures"] = {{"mean", json_real(rare.failures)},
                            {"lo", json_real(rare.failures_lo)},
                            {"hi", json_real(rare.failures_hi)}};
    }
    if (rare.check) {
        json["check"] = {{"importance", rare.check->importance},
                         {"probability", json_real(rare.check->probability)},
                         {"relative_error", json_real(rare.check->relative_error)},
                         {"agrees", rare.check->agrees}};
    }
    return json;
}

Json control_json(const ControlFigure& control) {
    return {{"correlation", json_real(control.correlation)},
            {"coefficient", json_real(control.coefficient)},
            {"gain", json_real(control.gain)},
            {"both", control.both},
            {"flow", control.of_flow}};
}

/// What only a study knows of a metric.
void add_study_figures(Json& json, const Metric& metric) {
    if (metric.estimator) {
        json["estimator"] = {{"method", metric.estimator->method}, {"no_interval", metric.estimator->no_interval}};
        if (metric.estimator->rare) {
            json["estimator"]["rare"] = rare_json(*metric.estimator->rare);
        }
        if (metric.estimator->control) {
            json["estimator"]["control"] = control_json(*metric.estimator->control);
        }
    }
    for (const QuantileFigure& quantile : metric.quantiles) {
        json["quantiles"][quantile.name] = {
            {"mean", json_real(quantile.value)}, {"lo", json_real(quantile.lo)}, {"hi", json_real(quantile.hi)}};
    }
    for (const ChanceFigure& chance : metric.over) {
        json["over"].push_back(chance_json(chance));
    }
}

Json metric_json(const Metric& metric) {
    Json json{{"unit", metric.unit},
              {"mean", json_real(metric.mean)},
              {"lo", json_real(metric.lo)},
              {"hi", json_real(metric.hi)},
              {"confidence", json_real(metric.confidence)},
              {"n", metric.n}};
    add_study_figures(json, metric);
    return json;
}

Json objective_json(const ObjectiveResult& objective) {
    Json missed_at = Json::array();
    const std::size_t listed = std::min(objective.missed_at_s.size(), k_missed_listed);
    for (std::size_t i = 0; i < listed; ++i) {
        missed_at.push_back(json_real(objective.missed_at_s[i]));
    }
    Json json{{"metric", objective.metric},
              {"wanted", objective.wanted},
              {"unit", objective.unit},
              {"mean", json_real(objective.mean)},
              {"lo", json_real(objective.lo)},
              {"hi", json_real(objective.hi)},
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
        entries.push_back({{"at_s", json_real(entry.at_s)}, {"text", entry.text}});
    }
    return entries;
}

Json incident_json(const Incident& incident, bool of_study) {
    Json json{{"begin_s", json_real(incident.begin_s)},
              {"end_s", json_real(incident.end_s)},
              {"objective", incident.objective},
              {"cause", incident.cause},
              {"owner", incident.owner},
              {"lost_requests", json_real(incident.lost_requests)},
              {"open", incident.open},
              {"timeline", timeline_json(incident.timeline)}};
    if (of_study) {
        json["replication"] = incident.replication;
    }
    return json;
}

/// Values are summed over replications, and their intervals with them.
Json attribution_json(const Attribution& part, const Results& results) {
    Json json{
        {"metric", part.metric},          {"cause", part.cause},           {"layer", part.layer}, {"owner", part.owner},
        {"share", json_real(part.share)}, {"value", json_real(part.value)}};
    if (!results.stopped_by.empty()) {
        const auto count = static_cast<double>(results.replications);
        const auto summed = [&](const std::optional<double>& mean) {
            return json_real(mean ? std::optional(*mean * count) : std::nullopt);
        };
        json["lo"] = summed(part.mean_spread.lo);
        json["hi"] = summed(part.mean_spread.hi);
        json["interval"] = k_interval_kinds.of(part.mean_spread.kind);
        json["share_lo"] = json_real(part.share_spread.lo);
        json["share_hi"] = json_real(part.share_spread.hi);
    }
    return json;
}

Json assumption_json(const Assumption& assumed) {
    return {{"path", assumed.path}, {"value", assumed.value}, {"why", assumed.why}, {"source", assumed.source}};
}

Json bill_json(const BillLine& line) {
    return {{"group", line.group},        {"item", line.item},
            {"tier", line.tier},          {"quantity", json_real(line.quantity)},
            {"unit", line.unit},          {"price", json_real(line.usd_per_unit)},
            {"usd", json_real(line.usd)}, {"row", line.row},
            {"source", line.source}};
}

Json usage_json(const UsageLevel& level) {
    return {{"service", level.service},
            {"region", level.region},
            {"first", level.first},
            {"last", level.last},
            {"share", json_real(level.share)}};
}

Json fault_json(const FaultRow& fault) {
    return {{"name", fault.name},
            {"target", fault.target},
            {"effect", fault.effect},
            {"begin_s", json_real(fault.begin_s)},
            {"end_s", json_real(fault.end_s)}};
}

Json security_json(const SecurityRows& security) {
    const auto threat = [](const ThreatRow& row) {
        return Json{{"name", row.name},
                    {"kind", row.kind},
                    {"layer", row.layer},
                    {"owner", row.owner},
                    {"events", json_real(row.events)},
                    {"breaches", json_real(row.breaches)},
                    {"records_exposed", json_real(row.records)},
                    {"cost_usd", json_real(row.usd)},
                    {"records_destroyed", json_real(row.destroyed)}};
    };
    const auto breach = [](const BreachRow& row) {
        return Json{{"threat", row.threat},
                    {"begin_s", json_real(row.begin_s)},
                    {"detect_s", json_real(row.detect_s)},
                    {"end_s", json_real(row.end_s)},
                    {"open", row.open},
                    {"reached", row.reached},
                    {"records", json_real(row.records)}};
    };
    const auto destruction = [](const DestructionRow& row) {
        return Json{{"threat", row.threat},
                    {"service", row.service},
                    {"at_s", json_real(row.at_s)},
                    {"noticed_s", json_real(row.noticed_s)},
                    {"backup_s", json_real(row.backup_s)},
                    {"up_again_s", json_real(row.up_again_s)},
                    {"records_lost", json_real(row.records_lost)}};
    };
    return {{"threats", json_list(security.threats, threat)},
            {"breaches", json_list(security.breaches, breach)},
            {"destructions", json_list(security.destructions, destruction)}};
}

/// Objects rather than lists: two profiles are then compared name by name.
Json profile_json(const Profile& profile) {
    Json events = Json::object();
    for (const Profile::Events& row : profile.events) {
        const auto happened = static_cast<double>(row.happened);
        const double all = static_cast<double>(std::max<std::uint64_t>(profile.events_happened, 1));
        events[row.kind] = {{"happened", row.happened},
                            {"share", json_real(happened / all)},
                            {"per_simulated_s", json_real(happened / profile.simulated_s)},
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
            {"bytes_per_attempt", json_real(profile.bytes_per_attempt)},
            {"events", std::move(events)},
            {"memory", std::move(memory)},
            {"random_words", std::move(draws)}};
}

}  // namespace

Json results_json(const Results& results) {
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
    json["simulated_s"] = json_real(results.simulated_s);
    json["events"] = results.events;
    json["wall_s"] = json_real(results.wall_s);
    Json metrics = Json::object();
    for (const Metric& metric : results.metrics) {
        metrics.get_ref<Json::object_t&>().push_back({metric.name, metric_json(metric)});
    }
    json["metrics"] = std::move(metrics);
    json["objectives"] = json_list(results.objectives, objective_json);
    json["incidents"] = json_list(results.incidents,
                                  [&](const Incident& one) { return incident_json(one, !results.stopped_by.empty()); });
    json["attribution"] =
        json_list(results.attribution, [&](const Attribution& part) { return attribution_json(part, results); });
    if (!results.rare_events.empty()) {
        json["rare_events"] = json_list(results.rare_events, rare_event_json);
    }
    json["variants"] = Json::object();
    json["assumptions"] = json_list(results.assumptions, assumption_json);
    json["variant"] = results.variant;
    json["partial"] = results.partial;
    json["warnings"] = results.warnings;
    json["bill"] = json_list(results.bill, bill_json);
    if (!results.usage.empty()) {
        json["usage"] = json_list(results.usage, usage_json);
    }
    json["timeline"] = timeline_json(results.timeline);
    json["incidents_count"] = results.incidents_count;
    json["faults"] = json_list(results.faults, fault_json);
    if (!results.security.threats.empty()) {
        json["security"] = security_json(results.security);
    }
    json["start"] = results.start_clock;
    if (results.profile) {
        json["profile"] = profile_json(*results.profile);
    }
    return json;
}

std::string to_json(const Results& results) {
    return json_text(results_json(results));
}

}  // namespace nines
