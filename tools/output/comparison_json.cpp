#include "tools/output/comparison_json.hpp"

#include "tools/output/results_json.hpp"
#include "tools/output/words.hpp"

namespace nines {

Json versus_json(const Versus& versus) {
    Json json{{"unit", versus.unit},
              {"mean", json_real(versus.difference)},
              {"lo", json_real(versus.lo)},
              {"hi", json_real(versus.hi)},
              {"confidence", json_real(versus.confidence)},
              {"n", versus.n},
              {"base", json_real(versus.base)},
              {"variant", json_real(versus.variant)},
              {"better_is", k_betters.of(versus.better)},
              {"decision", k_decisions.of(versus.decision)},
              {"note", versus.note},
              {"chance_better", nullptr},
              {"equal", json_real(versus.equal)},
              {"correlation", json_real(versus.correlation)},
              {"saving", json_real(versus.saving)}};
    if (versus.chance_better) {
        json["chance_better"] = {{"probability", json_real(versus.chance_better->probability)},
                                 {"lo", json_real(versus.chance_better->lo)},
                                 {"hi", json_real(versus.chance_better->hi)}};
    }
    return json;
}

namespace {

/// Of the document that the variant would have alone, what is its own.
Json variant_json(const VariantResults& variant) {
    Json whole = results_json(variant.results);
    Json json = Json::object();
    for (const char* key : {"scenario", "fingerprint", "fidelity", "events", "metrics", "objectives", "incidents_count",
                            "bill", "attribution"}) {
        json[key] = std::move(whole[key]);
    }
    Json versus = Json::object();
    for (const Versus& one : variant.versus) {
        versus.get_ref<Json::object_t&>().push_back({one.metric, versus_json(one)});
    }
    json["versus"] = std::move(versus);
    return json;
}

Json best_json(const BestOf& best) {
    return {{"metric", best.metric},
            {"best", best.name},
            {"mean", json_real(best.mean)},
            {"undecided_beside", best.open},
            {"same", best.same}};
}

Json advice_json(const std::optional<Advice>& advice) {
    if (!advice) {
        return nullptr;
    }
    return {{"take", advice->name},
            {"objectives_missed", advice->missed},
            {"objectives_undecided", advice->undecided},
            {"candidates", advice->candidates},
            {"by", advice->by},
            {"undecided_beside", advice->open},
            {"same", advice->same}};
}

Json comparison_json(const ComparisonResults& results) {
    Json pareto = Json::object();
    for (std::size_t i = 0; i < results.pareto.size(); ++i) {
        const ParetoMark& mark = results.pareto[i];
        pareto[results.contestants[i].name] = {
            {"on_front", mark.dominated_by.empty()}, {"dominated_by", mark.dominated_by}, {"sure", mark.sure}};
    }
    return {{"base", results.contestants.front().name},
            {"pareto", std::move(pareto)},
            {"best", json_list(results.best, best_json)},
            {"advice", advice_json(results.advice)},
            {"warnings", results.warnings}};
}

}  // namespace

std::string to_json(const ComparisonResults& results) {
    Json json = results_json(results.base());
    for (std::size_t i = 1; i < results.contestants.size(); ++i) {
        json["variants"].get_ref<Json::object_t&>().push_back(
            {results.contestants[i].name, variant_json(results.contestants[i])});
    }
    json["comparison"] = comparison_json(results);
    return json_text(json);
}

}  // namespace nines
