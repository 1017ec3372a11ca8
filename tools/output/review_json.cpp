#include "tools/output/review_json.hpp"

#include "tools/output/comparison_json.hpp"
#include "tools/output/results_json.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

Json spread_json(const Spread& spread) {
    return {{"lo", json_real(spread.lo)}, {"hi", json_real(spread.hi)}, {"interval", k_interval_kinds.of(spread.kind)}};
}

Json quantity_json(const Quantity& quantity) {
    Json json{{"value", json_real(quantity.value)}, {"unit", quantity.unit}};
    json.update(spread_json(quantity.spread));
    return json;
}

/// What is dear, and how sure that is; nothing where no price is known.
Json usd_json(const Finding& finding) {
    return finding.usd_per_month || finding.usd_each ? spread_json(finding.usd_spread) : Json();
}

Json finding_json(const Finding& finding) {
    return {{"pillar", pillar_title(finding.pillar)},
            {"text", finding.text},
            {"layer", k_layers.of(finding.layer)},
            {"owner", k_owners.of(finding.owner)},
            {"effect", json_list(finding.effect, quantity_json)},
            {"advice", finding.advice},
            {"weight", json_real(finding.weight)},
            {"usd_per_month", json_real(finding.usd_per_month)},
            {"usd_each", json_real(finding.usd_each)},
            {"usd_interval", usd_json(finding)}};
}

Json distance_json(const Distance& one) {
    return {{"metric", one.objective.metric},
            {"wanted", one.objective.wanted},
            {"verdict", k_verdicts.of(one.objective.verdict)},
            {"margin", json_real(one.margin)}};
}

Json suggestion_json(const Suggestion& suggestion) {
    return {{"metric", suggestion.metric},
            {"comparison", suggestion.at_least ? ">=" : "<="},
            {"bound", json_real(suggestion.bound.value)},
            {"unit", suggestion.bound.unit}};
}

Json pillar_json(const PillarReview& pillar) {
    Json figures = Json::array();
    for (const Metric& metric : pillar.figures) {
        figures.push_back(metric.name);
    }
    return {{"pillar", pillar_title(pillar.pillar)},
            {"figures", std::move(figures)},
            {"objectives", json_list(pillar.objectives, distance_json)},
            {"suggestions", json_list(pillar.suggestions, suggestion_json)},
            {"findings", json_list(pillar.findings, finding_json)}};
}

/// What each owner has of something, and the intervals of what is not nothing.
Json sides_json(const std::array<double, 2>& parts, const std::array<Spread, 2>& spreads) {
    const auto interval = [&](std::size_t side) { return parts[side] == 0 ? Json() : spread_json(spreads[side]); };
    return {{"provider", json_real(parts[0])},
            {"customer", json_real(parts[1])},
            {"provider_interval", interval(0)},
            {"customer_interval", interval(1)}};
}

Json matrix_json(const OwnerMatrix& matrix) {
    Json layers = Json::object();
    for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
        layers[std::string(k_layers.of(static_cast<Layer>(layer)))] =
            sides_json(matrix.parts[layer], matrix.spreads[layer]);
    }
    Json json{{"metric", matrix.metric}, {"unit", matrix.unit}};
    json.update(sides_json({matrix.of(Owner::provider), matrix.of(Owner::customer)}, matrix.sum_spreads));
    json["layers"] = std::move(layers);
    return json;
}

Json layers_json(const ServiceLayers& one) {
    Json layers = Json::object();
    for (std::size_t layer = 0; layer < k_layer_count; ++layer) {
        layers[std::string(k_layers.of(static_cast<Layer>(layer)))] = k_owners.of(one.owners[layer]);
    }
    return {{"service", one.service}, {"owners", std::move(layers)}};
}

Json trial_json(const Trial& trial) {
    Json versus = Json::object();
    for (const Versus& one : trial.figures) {
        versus[one.metric] = versus_json(one);
    }
    return {{"remedy", trial.remedy.name},
            {"pillar", pillar_title(trial.remedy.pillar)},
            {"set", trial.remedy.sets},
            {"worth", k_worths.of(trial.worth)},
            {"versus", std::move(versus)}};
}

Json trials_json(const Trials& trials) {
    return {{"fidelity", trials.fidelity},
            {"replications", trials.replications},
            {"confidence", json_real(trials.confidence)},
            {"partial", trials.partial},
            {"remedies", json_list(trials.trials, trial_json)},
            {"impossible", trials.impossible},
            {"not_tried", trials.left_out},
            {"warnings", trials.warnings}};
}

}  // namespace

std::string review_json(const Review& review, const Results& results, const std::optional<Trials>& trials) {
    Json json = results_json(results);
    json["review"] = {{"pillars", json_list(review.pillars, pillar_json)},
                      {"owners", json_list(review.owners, matrix_json)},
                      {"layers", json_list(review.layers, layers_json)},
                      {"first", json_list(review.first, finding_json)},
                      {"tried", trials ? trials_json(*trials) : Json()}};
    return json_text(json);
}

}  // namespace nines
