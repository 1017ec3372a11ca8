// An explanation as JSON: the same answers as on the page, and all of them.

#include "engine/base/time.hpp"
#include "engine/stats/nines.hpp"
#include "models/security/blast_radius.hpp"
#include "tools/output/explanation.hpp"
#include "tools/output/json_text.hpp"

namespace nines {

namespace {

constexpr double k_seconds_per_year = k_hours_per_year * k_seconds_per_hour;

Json owner_of(const Part& part) {
    return part.owned_by_provider ? "provider" : "customer";
}

/// The keys that any pair of chances is written with.
Json chance_json(const analytic::Chance& chance) {
    return {{"availability", json_real(chance.up)},
            {"unavailability", json_real(chance.down)},
            {"availability_nines", json_real(nines_of(chance.down))},
            {"downtime_s_per_year", json_real(chance.down * k_seconds_per_year)}};
}

Json outages_json(const analytic::SystemRates& outages) {
    const bool happen = outages.failures_per_s > 0;
    const auto if_any = [&](double value) { return json_real(happen ? std::optional(value) : std::nullopt); };
    return {{"unavailability", json_real(outages.chance.down)},
            {"per_year", json_real(outages.failures_per_s * k_seconds_per_year)},
            {"mean_s", if_any(outages.mean_outage_s())},
            {"mean_up_s", if_any(outages.mean_up_s())},
            {"mtbf_s", if_any(outages.mtbf_s())}};
}

Json names_of(const Explained& explained, const std::vector<std::uint32_t>& parts) {
    Json names = Json::array();
    for (const std::uint32_t part : parts) {
        names.push_back(explained.structure.parts[part].name);
    }
    return names;
}

Json part_json(const Explained& explained, const PartWorth& worth) {
    const Part& part = explained.structure.parts[worth.part];
    const double down = explained.answer.requests.down;
    return {{"name", part.name},
            {"owner", owner_of(part)},
            {"fault", explained.plan.names.faults[part.fault]},
            {"unavailability", json_real(worth.alone.down)},
            {"saves_s_per_year", json_real(worth.unavailability_saved * k_seconds_per_year)},
            {"saves_share", json_real(down > 0 ? worth.unavailability_saved / down : 0)},
            {"birnbaum", json_real(worth.birnbaum)},
            {"fussell_vesely", json_real(worth.fussell_vesely)},
            {"risk_achievement_worth", json_real(worth.risk_achievement_worth)},
            {"risk_reduction_worth", json_real(worth.risk_reduction_worth)}};
}

Json cut_set_json(const Explained& explained, const CutSet& set) {
    return {{"parts", names_of(explained, set.parts)},
            {"chance", json_real(set.chance)},
            {"share_of_requests", json_real(set.share_of_requests)}};
}

Json left_out_json(const LeftOut& left) {
    return {{"name", left.name}, {"what", left.what}, {"why", left.why}};
}

Json composite_json(const Explained& explained) {
    const Composite& composite = explained.answer.composite;
    Json json = chance_json(composite.by_product);
    const double down = explained.answer.requests.down;
    json["times_the_true_unavailability"] =
        json_real(down > 0 ? std::optional(composite.by_product.down / down) : std::nullopt);
    json["by_sla"] = json_real(composite.by_sla);
    json["services"] = json_list(composite.services, [&](const ServiceAlone& one) -> Json {
        return {{"name", explained.plan.names.services[one.service]},
                {"availability", json_real(one.alone.up)},
                {"unavailability", json_real(one.alone.down)},
                {"sla", json_real(one.sla ? std::optional(one.sla->availability) : std::nullopt)},
                {"sla_source", one.sla ? Json(one.sla->source) : Json(nullptr)}};
    });
    return json;
}

Json horizon_json(const Explained& explained) {
    const OverHorizon& horizon = explained.answer.horizon;
    Json json = Json::object();
    json["horizon_s"] = json_real(explained.plan.run.horizon_s);
    json["availability"] = json_real(horizon.mean ? std::optional(horizon.mean->up) : std::nullopt);
    json["unavailability"] = json_real(horizon.mean ? std::optional(horizon.mean->down) : std::nullopt);
    json["availability_at_end"] = json_real(horizon.at_end ? std::optional(horizon.at_end->up) : std::nullopt);
    json["why_not"] = horizon.why_not;
    return json;
}

Json demand_json(const Explained& explained, const DemandWorth& demand) {
    Json json = {{"name", explained.plan.names.demands[demand.demand]}, {"share", json_real(demand.share)}};
    json.update(chance_json(demand.requests));
    json["outages"] = outages_json(demand.outages);
    return json;
}

void add_answers(const Explained& explained, Json& json) {
    const Explanation& answer = explained.answer;
    json.update(chance_json(answer.requests));
    json["outages"] = outages_json(answer.outages);
    json["horizon"] = horizon_json(explained);
    json["demands"] = json_list(answer.demands, [&](const auto& demand) { return demand_json(explained, demand); });
    json["parts"] = json_list(answer.parts, [&](const auto& worth) { return part_json(explained, worth); });
    Json single = Json::array();
    for (const CutSet& set : answer.cut_sets) {
        if (set.parts.size() == 1) {
            single.push_back(explained.structure.parts[set.parts.front()].name);
        }
    }
    json["single_points_of_failure"] = std::move(single);
    json["cut_sets"] = json_list(answer.cut_sets, [&](const auto& set) { return cut_set_json(explained, set); });
    json["cut_sets_count"] = json_real(answer.cut_set_count);
    json["cut_sets_count_by_order"] = json_list(answer.cut_set_count_by_order, json_real);
    json["path_sets_count"] = json_real(answer.path_set_count);
    json["composite"] = composite_json(explained);
}

Json foothold_json(const BlastRadius& radius) {
    return {{"foothold", radius.foothold},
            {"controlled", radius.controlled},
            {"reached", radius.reached},
            {"records", json_real(radius.records)}};
}

}  // namespace

std::string explanation_json(const Explained& explained) {
    Json json = Json::object();
    json["nines"] = explained.version;
    json["scenario"] = explained.plan.names.scenario;
    json["variant"] = explained.variant;
    json["structure_only"] = true;
    json["solved"] = explained.answer.is_solved;
    json["exact"] = explained.answer.is_solved && explained.structure.needs_simulation.empty();
    if (explained.answer.is_solved) {
        add_answers(explained, json);
    }
    if (const auto& bounds = explained.answer.bounds) {
        json["bounds"] = {{"unavailability_lower", json_real(bounds->lower)},
                          {"unavailability_upper", json_real(bounds->upper)},
                          {"cut_sets_up_to_order", bounds->order},
                          {"cut_sets_count", bounds->cut_sets}};
    }
    if (const auto radii = blast_radii(explained.plan); !radii.empty()) {
        json["footholds"] = json_list(radii, foothold_json);
    }
    json["needs_simulation"] = json_list(explained.structure.needs_simulation, left_out_json);
    json["left_out"] = json_list(explained.structure.left_out, left_out_json);
    return json_text(json);
}

}  // namespace nines
