// The `demand:` part: who asks, from where, how often, and how users are routed.

#include <fmt/format.h>

#include <cmath>

#include "models/architecture/readers.hpp"
#include "models/language/rate_text.hpp"

namespace nines {

namespace {

/// Shares must sum to one: a mix that does not is a mistake of arithmetic, not something to rescale in silence.
void check_shares(const ReadContext& context, const Node& node, const std::string& path, double sum) {
    if (std::abs(sum - 1) > 1e-9) {
        context.problem(node, path,
                        fmt::format("the shares sum to {}, not to 100 %", format_quantity(sum, Dimension::fraction)));
    }
}

void read_origins(const ReadContext& context, MappingReader& reader, Demand& demand) {
    const Node* node = reader.optional("from");
    if (node == nullptr) {
        demand.origins.push_back({});
        return;
    }
    const std::string path = reader.path_of("from");
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, path, "places with their shares, such as `{IAD: 60 %, SFO: 40 %}`", context.problems);
        return;
    }
    double sum = 0;
    for (const Entry& entry : node->entries) {
        const auto share =
            read_quantity(entry.value, join_path(path, entry.key), Dimension::fraction, context.problems);
        sum += share.value_or(0);
        demand.origins.push_back({entry.key, client_location(context.architecture, entry.key), share.value_or(0)});
    }
    check_shares(context, *node, path, sum);
}

void read_targets(const ReadContext& context, MappingReader& reader, Demand& demand) {
    const Node* node = reader.required("calls");
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of("calls");
    if (node->is_scalar()) {
        demand.targets.push_back({EndpointId::none(), node->text, node->place, 1});
        return;
    }
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, path, "endpoints with their shares, such as `{edge.page: 95 %, web.checkout: 5 %}`",
                     context.problems);
        return;
    }
    double sum = 0;
    for (const Entry& entry : node->entries) {
        const auto share =
            read_quantity(entry.value, join_path(path, entry.key), Dimension::fraction, context.problems);
        sum += share.value_or(0);
        demand.targets.push_back({EndpointId::none(), entry.key, entry.key_place, share.value_or(0)});
    }
    check_shares(context, *node, path, sum);
}

void read_rate(const ReadContext& context, MappingReader& reader, Demand& demand) {
    const Node* node = reader.required("rate");
    const Node* law = reader.optional("arrivals");
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of("rate");
    const auto text = read_text(*node, path, context.problems);
    if (!text) {
        return;
    }
    const double day_s = static_cast<double>(context.architecture.run.start_clock_s % 86'400);
    const auto rate = parse_rate(*text, day_s, context.loader_of(*node));
    if (!rate) {
        Problem& problem = context.problem(*node, path, rate.error());
        problem.found = text->substr(0, text->find('('));
        problem.choices = text->find('(') == std::string::npos ? std::vector<std::string>{} : rate_names();
        return;
    }
    demand.rate = rate->curve;
    demand.rate_text = *text;
    if (rate->users > 0) {
        demand.users = ClosedLoop{rate->users, rate->think_s};
    }
    if (law == nullptr) {
        demand.arrivals_text = demand.users ? "" : "poisson";
        return;
    }
    const std::string law_path = reader.path_of("arrivals");
    const auto law_text = read_text(*law, law_path, context.problems);
    const auto arrivals = law_text ? parse_arrivals(*law_text, context.loader_of(*law)) : Result<ArrivalsText>{};
    if (!arrivals) {
        context.problem(*law, law_path, arrivals.error());
        return;
    }
    demand.arrivals_text = *law_text;
    if (demand.users) {
        context.problem(*law, law_path,
                        "users of a closed loop arrive when they have thought: `arrivals` says nothing");
    }
    if (arrivals->constant) {
        demand.arrivals = ArrivalLaw::constant;
    } else if (arrivals->renewal_s) {
        demand.arrivals = ArrivalLaw::renewal;
        demand.between = arrivals->renewal_s->scaled(1 / arrivals->renewal_s->mean());
    } else if (!arrivals->modulated.empty()) {
        demand.arrivals = ArrivalLaw::modulated;
        demand.modulated = arrivals->modulated;
    }
}

void read_route_weights(const ReadContext& context, MappingReader& reader, RoutePolicySpec& route) {
    if (const Node* weights = reader.optional("weights")) {
        const std::string path = reader.path_of("weights");
        if (!weights->is_mapping()) {
            add_expected(*weights, path, "weights by region or edge", context.problems);
            return;
        }
        for (const Entry& entry : weights->entries) {
            if (!context.architecture.world.find(entry.key)) {
                context.problems.add(entry.key_place, path, fmt::format("`{}` is not in the world", entry.key));
            }
            route.weights.push_back({entry.key, read_quantity(entry.value, join_path(path, entry.key),
                                                              Dimension::fraction, context.problems)
                                                    .value_or(0)});
        }
    }
    if (const Node* order = reader.optional("order")) {
        const std::string path = reader.path_of("order");
        if (!order->is_sequence()) {
            add_expected(*order, path, "regions or edges, the first choice first", context.problems);
        }
        for (const Node& item : order->items) {
            if (!context.architecture.world.find(item.text)) {
                context.problem(item, path, fmt::format("`{}` is not in the world", item.text));
            }
            route.order.push_back(item.text);
        }
    }
}

void read_route(const ReadContext& context, MappingReader& demand_reader, RoutePolicySpec& route) {
    route.health = context.default_health();
    const Node* node = demand_reader.optional("route");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, demand_reader.path_of("route"), context.problems, "a route");
    if (const Node* word = reader.optional("policy")) {
        route.policy = read_word(*word, reader.path_of("policy"), k_route_policies, "a route policy", context.problems)
                           .value_or(RoutePolicy::nearest);
    }
    if (const Node* ttl = reader.optional("ttl")) {
        route.ttl_s = ttl->text == "0"
                          ? 0
                          : read_quantity(*ttl, reader.path_of("ttl"), Dimension::time, context.problems).value_or(60);
    }
    if (const Node* health = reader.optional("health")) {
        route.health = read_health(context, *health, reader.path_of("health"));
    }
    read_route_weights(context, reader, route);
    if (route.policy == RoutePolicy::weighted && route.weights.empty()) {
        context.problem(*node, reader.path(), "a weighted route needs `weights: {us-east-1: 70 %, us-west-2: 30 %}`");
    }
    reader.finish();
}

void read_demand(const ReadContext& context, const Entry& entry) {
    Demand demand;
    demand.name = entry.key;
    demand.place = entry.key_place;
    const std::string path = "demand." + entry.key;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "a demand");
    if (reader.is_mapping()) {
        read_origins(context, reader, demand);
        read_targets(context, reader, demand);
        read_rate(context, reader, demand);
        demand.policy = read_call_policy(context, reader);
        read_route(context, reader, demand.route);
        reader.finish();
    }
    context.architecture.demands.push_back(std::move(demand));
}

}  // namespace

void read_demands(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, "demand", "demands by name, at least one", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_demand(context, entry);
    }
}

}  // namespace nines
