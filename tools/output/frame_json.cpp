#include "tools/output/frame_json.hpp"

#include <nlohmann/json.hpp>

namespace nines {

namespace {

using Json = nlohmann::ordered_json;

// Each pair of functions names the same fields: what one forgets, the test that reads a frame back finds.

Json optional_json(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

std::optional<double> optional_of(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

template <class T, class Write>
Json list(const std::vector<T>& values, Write write) {
    Json array = Json::array();
    for (const T& value : values) {
        array.push_back(write(value));
    }
    return array;
}

template <class T, class Read>
std::vector<T> list_of(const Json& array, Read read) {
    std::vector<T> values;
    for (const Json& one : array) {
        values.push_back(read(one));
    }
    return values;
}

Json metric_json(const FrameMetric& m) {
    return {m.name, m.unit, static_cast<int>(m.kind), m.of_incidents};
}
FrameMetric metric_of(const Json& j) {
    return {j.at(0), j.at(1), static_cast<FigureKind>(j.at(2).get<int>()), j.at(3).get<bool>()};
}

Json bill_json(const BillItem& item) {
    return {item.group, item.what, item.unit, item.source, item.usd_per_unit, item.tier, item.row};
}
BillItem bill_of(const Json& j) {
    return {j.at(0), j.at(1), j.at(2), j.at(3), j.at(4), j.at(5), j.at(6)};
}

Json usage_json(const UsageItem& item) {
    return {item.service, item.region, item.first, item.last};
}
UsageItem usage_item_of(const Json& j) {
    return {j.at(0), j.at(1), j.at(2).get<std::uint32_t>(), j.at(3).get<std::uint32_t>()};
}

Json part_json(const AttributionItem& item) {
    return {item.metric, item.cause, item.layer, item.owner};
}
AttributionItem part_of(const Json& j) {
    return {j.at(0), j.at(1), j.at(2), j.at(3)};
}

Json objective_json(const Objective& o) {
    return {o.metric, o.figure, optional_json(o.quantile), o.wanted, static_cast<int>(o.comparison), o.bound};
}
Objective objective_of(const Json& j) {
    return {j.at(0), j.at(1), optional_of(j.at(2)), {}, j.at(3), static_cast<Comparison>(j.at(4).get<int>()), j.at(5)};
}

Json rule_json(const StopRule& rule) {
    return {rule.metric, optional_json(rule.half_width), optional_json(rule.relative_half_width)};
}
StopRule rule_of(const Json& j) {
    return {j.at(0), optional_of(j.at(1)), optional_of(j.at(2))};
}

Json over_json(const Exceedance& over) {
    return {over.metric, over.text, over.threshold};
}
Exceedance over_of(const Json& j) {
    return {j.at(0), j.at(1), j.at(2)};
}

Json spec_json(const StudySpec& spec) {
    return {{"replications", spec.replications},
            {"at_least", spec.at_least},
            {"confidence", spec.confidence},
            {"until", list(spec.until, rule_json)},
            {"budget_s", optional_json(spec.budget_s)},
            {"over", list(spec.over, over_json)},
            {"control", static_cast<int>(spec.control)}};
}
StudySpec spec_of(const Json& j) {
    StudySpec spec;
    spec.replications = j.at("replications");
    spec.at_least = j.at("at_least");
    spec.confidence = j.at("confidence");
    spec.until = list_of<StopRule>(j.at("until"), rule_of);
    spec.budget_s = optional_of(j.at("budget_s"));
    spec.over = list_of<Exceedance>(j.at("over"), over_of);
    spec.control = static_cast<StudyControl>(j.at("control").get<int>());
    return spec;
}

Json assumption_json(const Assumption& a) {
    return {a.path, a.value, a.why, a.source};
}
Assumption assumption_of(const Json& j) {
    return {j.at(0), j.at(1), j.at(2), j.at(3)};
}

Json rare_json(const std::optional<RareFigure>& rare) {
    if (!rare) {
        return nullptr;
    }
    return {{"method", rare->method},
            {"figures",
             list(std::vector{rare->unavailability, rare->lo, rare->hi, rare->relative_error, rare->effective_hits,
                              rare->largest_share, rare->mean_weight, rare->twin_z, rare->plain_replications},
                  optional_json)},
            {"no_interval", rare->no_interval},
            {"outside", rare->outside},
            {"notes", rare->notes}};
}
std::optional<RareFigure> rare_of(const Json& j) {
    if (j.is_null()) {
        return std::nullopt;
    }
    RareFigure rare;
    rare.method = j.at("method");
    std::optional<double>* const figures[] = {
        &rare.unavailability, &rare.lo,          &rare.hi,     &rare.relative_error,    &rare.effective_hits,
        &rare.largest_share,  &rare.mean_weight, &rare.twin_z, &rare.plain_replications};
    for (std::size_t i = 0; i < std::size(figures); ++i) {
        *figures[i] = optional_of(j.at("figures").at(i));
    }
    rare.no_interval = j.at("no_interval");
    rare.outside = j.at("outside").get<std::vector<std::string>>();
    rare.notes = j.at("notes").get<std::vector<std::string>>();
    return rare;
}

Json rare_event_json(const RareEventFigure& rare) {
    const Json check = rare.check ? Json{rare.check->importance, rare.check->probability, rare.check->relative_error,
                                         rare.check->agrees}
                                  : Json();
    return {{"texts", {rare.event, rare.method, rare.importance, rare.no_interval}},
            {"within_s", rare.within_s},
            {"confidence", rare.confidence},
            {"figures", list(std::vector{rare.probability, rare.lo, rare.hi, rare.relative_error, rare.ancestors,
                                         rare.plain_replications, rare.failures, rare.failures_lo, rare.failures_hi},
                             optional_json)},
            {"levels", rare.levels},
            {"effort", {rare.paths, rare.runs, rare.events}},
            {"check", check}};
}
RareEventFigure rare_event_of(const Json& j) {
    RareEventFigure rare;
    std::string* const texts[] = {&rare.event, &rare.method, &rare.importance, &rare.no_interval};
    for (std::size_t i = 0; i < std::size(texts); ++i) {
        *texts[i] = j.at("texts").at(i);
    }
    rare.within_s = j.at("within_s");
    rare.confidence = j.at("confidence");
    std::optional<double>* const figures[] = {&rare.probability,    &rare.lo,          &rare.hi,
                                              &rare.relative_error, &rare.ancestors,   &rare.plain_replications,
                                              &rare.failures,       &rare.failures_lo, &rare.failures_hi};
    for (std::size_t i = 0; i < std::size(figures); ++i) {
        *figures[i] = optional_of(j.at("figures").at(i));
    }
    rare.levels = j.at("levels").get<std::vector<double>>();
    rare.paths = j.at("effort").at(0);
    rare.runs = j.at("effort").at(1);
    rare.events = j.at("effort").at(2);
    if (const Json& check = j.at("check"); !check.is_null()) {
        rare.check = RareEventCheck{check.at(0), check.at(1), check.at(2), check.at(3)};
    }
    return rare;
}

}  // namespace

std::string frame_text(const StudyFrame& f) {
    const Json json{{"version", f.version},
                    {"scenario", f.scenario},
                    {"variant", f.variant},
                    {"fidelity", f.fidelity},
                    {"seed", f.seed},
                    {"start_clock", f.start_clock},
                    {"start_clock_s", f.start_clock_s},
                    {"slice_s", f.slice_s},
                    {"horizon_s", f.horizon_s},
                    {"study", spec_json(f.spec)},
                    {"objectives", list(f.objectives, objective_json)},
                    {"metrics", list(f.metrics, metric_json)},
                    {"bill", list(f.bill, bill_json)},
                    {"usage", list(f.usage, usage_json)},
                    {"attribution", list(f.attribution, part_json)},
                    {"assumptions", list(f.assumptions, assumption_json)},
                    {"warnings", f.warnings},
                    {"exact_in_flow", optional_json(f.exact_in_flow)},
                    {"rare", rare_json(f.rare)},
                    {"rare_events", list(f.rare_events, rare_event_json)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<StudyFrame> read_frame(const std::string& text) {
    // The library reports by throwing; a file that somebody has edited is a mistake of the user.
    try {
        const Json j = Json::parse(text);
        StudyFrame f;
        f.version = j.at("version");
        f.scenario = j.at("scenario");
        f.variant = j.at("variant");
        f.fidelity = j.at("fidelity");
        f.seed = j.at("seed");
        f.start_clock = j.at("start_clock");
        f.start_clock_s = j.at("start_clock_s");
        f.slice_s = j.at("slice_s");
        f.horizon_s = j.at("horizon_s");
        f.spec = spec_of(j.at("study"));
        f.objectives = list_of<Objective>(j.at("objectives"), objective_of);
        f.metrics = list_of<FrameMetric>(j.at("metrics"), metric_of);
        f.bill = list_of<BillItem>(j.at("bill"), bill_of);
        f.usage = list_of<UsageItem>(j.at("usage"), usage_item_of);
        f.attribution = list_of<AttributionItem>(j.at("attribution"), part_of);
        f.assumptions = list_of<Assumption>(j.at("assumptions"), assumption_of);
        f.warnings = j.at("warnings").get<std::vector<std::string>>();
        f.exact_in_flow = optional_of(j.at("exact_in_flow"));
        f.rare = rare_of(j.at("rare"));
        f.rare_events = list_of<RareEventFigure>(j.at("rare_events"), rare_event_of);
        return f;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::string timeline_text(const std::vector<TimelineEntry>& timeline) {
    return list(timeline,
                [](const TimelineEntry& entry) {
                    return Json{entry.at_s, entry.text};
                })
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<TimelineEntry> read_timeline(const std::string& text) {
    try {
        return list_of<TimelineEntry>(Json::parse(text), [](const Json& j) {
            return TimelineEntry{j.at(0).get<double>(), j.at(1).get<std::string>()};
        });
    } catch (const Json::exception&) {
        return {};
    }
}

}  // namespace nines
