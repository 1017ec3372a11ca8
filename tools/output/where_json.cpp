// Where, as JSON: every figure with its unit in its name, what failed, and what was assumed.

#include "engine/base/names.hpp"
#include "tools/output/json_text.hpp"
#include "tools/output/where.hpp"
#include "tools/output/where_words.hpp"

namespace nines {

namespace {

Json users_json(const WhereQuestion& question) {
    return json_list(question.users, [](const WhereUsers& users) -> Json {
        return {{"place", users.place}, {"share", json_real(users.share)}};
    });
}

Json bounds_json(const WhereAsked& asked) {
    const WhereBounds& bounds = asked.question.bounds;
    return {{"latency_s", json_real(bounds.round_trip_mean_s)},
            {"worst_latency_s", json_real(bounds.round_trip_worst_s)},
            {"residency", asked.residency},
            {"countries", bounds.countries},
            {"carbon_g_per_kwh", json_real(bounds.carbon_g_per_kwh)},
            {"price_usd_per_h", json_real(bounds.price_usd_per_h)}};
}

Json latency_json(const WhereQuestion& question, const WherePlace& place) {
    if (question.users.empty()) {
        return nullptr;
    }
    Json by_place = Json::object();
    for (std::size_t i = 0; i < question.users.size(); ++i) {
        by_place[question.users[i].place] = json_real(place.round_trip_s[i]);
    }
    return {{"mean_s", json_real(place.round_trip_mean_s)},
            {"worst_s", json_real(place.round_trip_worst_s)},
            {"worst_of", question.users[place.worst_users].place},
            {"by_place_s", by_place}};
}

Json place_json(const WhereQuestion& question, const WherePlace& place) {
    return {{"id", place.id},
            {"region", place.region},
            {"city", place.city},
            {"country", place.country_code},
            {"partition", place.partition},
            {"passes", place.fails.empty()},
            {"fails", json_list(place.fails, [](WhereBound bound) -> Json { return k_where_bounds.of(bound); })},
            {"latency", latency_json(question, place)},
            {"carbon_g_per_kwh", json_real(place.carbon_g_per_kwh)},
            {"carbon_source", place.carbon_source},
            {"price_usd_per_h", json_real(place.price_usd_per_h)},
            {"assumptions", json_list(place.assumptions, [](const Assumption& assumption) -> Json {
                 return {{"of", assumption.path},
                         {"value", assumption.value},
                         {"why", assumption.why},
                         {"source", assumption.source}};
             })}};
}

}  // namespace

std::string where_json(const WhereAsked& asked) {
    const WhereQuestion& question = asked.question;
    const Json document = {
        {"nines", asked.version},
        {"provider", question.provider},
        {"users", users_json(question)},
        {"on", question.machine.empty() ? Json(nullptr) : Json(question.machine)},
        {"bounds", bounds_json(asked)},
        {"places", json_list(asked.places, [&](const WherePlace& place) { return place_json(question, place); })}};
    return json_text(document);
}

}  // namespace nines
