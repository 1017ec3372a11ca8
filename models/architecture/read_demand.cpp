// The `demand:` part: who asks, from where, how often, and how users are routed.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/architecture/readers.hpp"
#include "models/language/rate_text.hpp"

namespace nines {

namespace {

/// Shares must sum to one: a mix that does not is a mistake of arithmetic, not something to rescale in silence. Where a
/// share could not be read, there is no sum.
void check_shares(const ReadContext& context, const Node& node, const std::string& path, std::optional<double> sum) {
    if (sum && std::abs(*sum - 1) > 1e-9) {
        context.problem(node, path,
                        fmt::format("the shares sum to {}, not to 100 %", format_quantity(*sum, Dimension::fraction)));
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
    std::optional<double> sum = 0;
    for (const Entry& entry : node->entries) {
        const auto share =
            read_quantity(entry.value, join_path(path, entry.key), Dimension::fraction, context.problems);
        sum = share && sum ? std::optional(*sum + *share) : std::nullopt;
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
    std::optional<double> sum = 0;
    for (const Entry& entry : node->entries) {
        const auto share =
            read_quantity(entry.value, join_path(path, entry.key), Dimension::fraction, context.problems);
        sum = share && sum ? std::optional(*sum + *share) : std::nullopt;
        demand.targets.push_back({EndpointId::none(), entry.key, entry.key_place, share.value_or(0)});
    }
    check_shares(context, *node, path, sum);
}

/// Users who are refused at once ask again after thinking, so their thinking alone bounds how often they ask.
void check_load(const ReadContext& context, const Node& node, const std::string& path, const Demand& demand) {
    if (!demand.users) {
        return check_event_count(context, node, path, demand.rate.highest(), "requests");
    }
    if (!std::isfinite(demand.users->think_s.mean())) {
        context.problem(node, path, "users who think for a time with an infinite mean come to rest one by one").hint =
            "a pareto has a mean when its alpha is above 1";
        return;
    }
    // Users who do not think are paced by what answers them; who is refused at once waits a millisecond all the same.
    constexpr double k_shortest_cycle_s = 1e-3;
    const double think_s = std::max(demand.users->think_s.mean(), k_shortest_cycle_s);
    check_event_count(context, node, path, demand.users->users / think_s, "requests");
}

void check_changes(const ReadContext& context, const Node& node, const std::string& path, const Demand& demand) {
    double cycle_s = 0;
    for (const ModulatedState& state : demand.modulated) {
        cycle_s += state.stay_mean_s;
    }
    check_event_count(context, node, path, static_cast<double>(demand.modulated.size()) / cycle_s, "changes of rate");
}

void read_rate(const ReadContext& context, MappingReader& reader, Demand& demand) {
    const Node* node = reader.required("rate");
    const Node* law = reader.optional("arrivals");
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of("rate");
    if (!node->is_scalar()) {
        add_expected(*node, path, "a rate such as `800/s` or `steps(...)`", context.problems);
        return;
    }
    const auto text = read_text(*node, path, context.problems);
    const double day_s = static_cast<double>(context.architecture.run.start_clock_s % 86'400);
    const auto rate = parse_rate(*text, day_s, context.loader_of(*node));
    if (!rate) {
        Problem& problem = context.problem(*node, path, rate.error());
        const std::string form = text->substr(0, text->find('('));
        const auto& forms = rate_names();
        if (form.size() < text->size() && std::find(forms.begin(), forms.end(), form) == forms.end()) {
            problem.found = form;
            problem.choices = forms;
        }
        return;
    }
    demand.rate = rate->curve;
    demand.rate_text = *text;
    if (rate->users > 0) {
        demand.users = ClosedLoop{rate->users, rate->think_s};
    }
    check_load(context, *node, path, demand);
    if (law == nullptr) {
        demand.arrivals_text = demand.users ? "" : "poisson";
        return;
    }
    const std::string law_path = reader.path_of("arrivals");
    const auto law_text = read_text(*law, law_path, context.problems);
    if (!law_text) {
        return;
    }
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
        check_changes(context, *law, law_path, demand);
    }
}

/// Regions, edges and local zones are what a route can lead to.
void check_route_place(const ReadContext& context, const std::string& name, Place place, const std::string& path) {
    const World& world = context.architecture.world;
    const auto found = world.find(name);
    if (context.architecture.world_is_a_guess ||
        (found && (world.locations[*found].kind == LocationKind::region ||
                   world.locations[*found].kind == LocationKind::edge || world.is_local_zone(*found)))) {
        return;
    }
    Problem& problem =
        context.problems.add(place, path, fmt::format("expected a region or edge of the world, found `{}`", name));
    for (const LocationKind kind : {LocationKind::region, LocationKind::edge}) {
        for (const LocationId location : world.of_kind(kind)) {
            problem.choices.push_back(world.locations[location].id);
        }
    }
    problem.found = name;
}

void read_route_weights(const ReadContext& context, MappingReader& reader, RoutePolicySpec& route) {
    if (const Node* weights = reader.optional("weights")) {
        const std::string path = reader.path_of("weights");
        if (!weights->is_mapping()) {
            add_expected(*weights, path, "weights by region or edge", context.problems);
        }
        for (const Entry& entry : weights->entries) {
            check_route_place(context, entry.key, entry.key_place, path);
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
            check_route_place(context, item.text, item.place, path);
            route.order.push_back(item.text);
        }
    }
}

/// Weights and an order belong to one policy each; written beside another they would say nothing.
void check_route(const ReadContext& context, MappingReader& reader, const RoutePolicySpec& route) {
    const Node* weights = reader.optional("weights");
    const Node* order = reader.optional("order");
    if (route.policy == RoutePolicy::weighted && weights == nullptr) {
        context.problem(reader.node(), reader.path(),
                        "a weighted route needs `weights: {us-east-1: 70 %, us-west-2: 30 %}`");
    } else if (route.policy != RoutePolicy::weighted && weights != nullptr) {
        context.problem(*weights, reader.path_of("weights"), "`weights` belong to `policy: weighted`");
    }
    if (route.policy != RoutePolicy::failover && order != nullptr) {
        context.problem(*order, reader.path_of("order"), "an `order` belongs to `policy: failover`");
    }
    const bool all_zero = std::all_of(route.weights.begin(), route.weights.end(),
                                      [](const RouteWeight& weight) { return weight.weight <= 0; });
    if (weights != nullptr && all_zero && context.problems.empty()) {
        add_expected(*weights, reader.path_of("weights"), "at least one weight above 0", context.problems);
    }
}

void read_route(const ReadContext& context, MappingReader& demand_reader, RoutePolicySpec& route) {
    route.health = context.default_health();
    const Node* node = demand_reader.optional("route");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, demand_reader.path_of("route"), context.problems, "a route");
    bool is_known = true;
    if (const Node* word = reader.optional("policy")) {
        const auto policy =
            read_word(*word, reader.path_of("policy"), k_route_policies, "a route policy", context.problems);
        route.policy = policy.value_or(RoutePolicy::nearest);
        is_known = policy.has_value();
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
    if (is_known) {
        check_route(context, reader, route);
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
    if (reader.is_mapping() || entry.value.is_null()) {
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
