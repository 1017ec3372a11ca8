// The `deploy:` part of a service: how changes reach its instances.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/architecture/readers.hpp"
#include "models/language/token_reader.hpp"

namespace nines {

namespace {

/// Fields of a deployment: a mapping that has one of them is one deployment, not several by name.
constexpr std::int64_t k_changes_most = 10'000;
constexpr std::string_view k_fields[] = {"every",  "strategy", "bake",  "bad",    "changes",
                                         "effect", "rollback", "takes", "by_hand"};

std::string_view form_of(DeployStrategy strategy) {
    switch (strategy) {
        case DeployStrategy::all_at_once:
            return "all-at-once";
        case DeployStrategy::rolling:
            return "rolling(25 % 2 min)";
        case DeployStrategy::canary:
            return "canary(10 % 5 min)";
        case DeployStrategy::blue_green:
            return "blue-green";
        case DeployStrategy::one_zone_at_a_time:
            return "one-zone-at-a-time(10 min)";
        case DeployStrategy::one_region_at_a_time:
            return "one-region-at-a-time(1 h)";
    }
    return {};
}

bool has_share(DeployStrategy strategy) {
    return strategy == DeployStrategy::rolling || strategy == DeployStrategy::canary;
}

bool has_pause(DeployStrategy strategy) {
    return strategy != DeployStrategy::all_at_once && strategy != DeployStrategy::blue_green;
}

void read_strategy(const ReadContext& context, const Node& node, const std::string& path, DeploySpec& deploy) {
    const auto tokens = read_tokens(context, node, path);
    if (!tokens) {
        return;
    }
    const auto strategy = tokens->size() == 1 ? k_deploy_strategies.find(tokens->front().text) : std::nullopt;
    if (!strategy) {
        Problem& problem = context.problem(node, path, fmt::format("expected a strategy, found `{}`", node.text));
        for (const auto& [name, one] : k_deploy_strategies.entries) {
            problem.choices.emplace_back(form_of(one));
        }
        problem.found = node.text;
        return;
    }
    deploy.strategy = *strategy;
    deploy.strategy_text = node.text;
    const std::string_view form = form_of(*strategy);
    TokenReader reader(tokens->front().arguments);
    if (has_share(*strategy)) {
        deploy.share = reader.quantity(Dimension::fraction, form);
    }
    if (has_pause(*strategy)) {
        deploy.pause_s = reader.quantity(Dimension::time, form);
    }
    reader.finish(form);
    if (reader.error()) {
        context.problem(node, path, *reader.error());
        deploy.share = 1;
    } else if (deploy.share <= 0 || deploy.share > 1) {
        context.problem(node, path, fmt::format("expected a share above 0 and at most 100 %, as in `{}`", form));
        deploy.share = 1;
    }
}

void read_bad(const ReadContext& context, MappingReader& reader, DeploySpec& deploy) {
    if (const Node* bad = reader.optional("bad")) {
        deploy.bad_change = read_share(context, *bad, reader.path_of("bad")).value_or(0);
    }
    if (const Node* changes = reader.optional("changes")) {
        deploy.changes = static_cast<std::uint32_t>(
            read_count(*changes, reader.path_of("changes"), 1, k_changes_most, context.problems).value_or(1));
    }
    double all_good = 1;
    for (std::uint32_t i = 0; i < deploy.changes; ++i) {
        all_good *= 1 - deploy.bad_change;
    }
    deploy.bad = deploy.changes == 1 ? deploy.bad_change : 1 - all_good;
    const Node* effect = deploy.bad > 0 ? reader.required("effect") : reader.optional("effect");
    if (effect != nullptr) {
        deploy.effects = read_effects(context, *effect, reader.path_of("effect"));
        if (throttles(deploy.effects)) {
            context.problem(*effect, reader.path_of("effect"),
                            "`throttle` limits a service as a whole, and a deployment hits instances: write it as a "
                            "fault");
        }
        if (is_reclaim(deploy.effects)) {
            context.problem(*effect, reader.path_of("effect"),
                            "a provider takes spot instances back, no deployment does: write it as a fault");
        }
        if (is_flood(deploy.effects)) {
            context.problem(*effect, reader.path_of("effect"),
                            "a flood comes from outside, no deployment makes one: write it as a threat or a fault");
        }
    }
}

/// A part of the instances is told by whole ones.
void check_share(const ReadContext& context, const Service& service, const DeploySpec& deploy) {
    double instances = 0;
    std::uint32_t most = 0;
    for (const GroupSpec& group : service.groups) {
        instances += group.instances;
        most = std::max(most, group.instances);
    }
    const bool is_partial =
        deploy.strategy != DeployStrategy::all_at_once && deploy.strategy != DeployStrategy::blue_green;
    if (is_partial && most > k_listed_max) {
        context.problems.add(deploy.place, deploy.path,
                             fmt::format("`{}` has more than {} instances in a zone, which are not told apart: only "
                                         "`all-at-once` and `blue-green` reach all of them",
                                         service.name, k_listed_max));
    }
    const double wanted = deploy.share * instances;
    const double reached = std::max(1.0, std::floor(wanted + 0.5));
    if (has_share(deploy.strategy) && instances > 0 && reached > 1.5 * wanted) {
        context.architecture.warnings.push_back(
            fmt::format("`{}` of {} instances of `{}` is {:.3g} % of them: a deployment reaches whole instances",
                        deploy.strategy_text, instances, service.name, 100 * reached / instances));
    }
}

void read_deploy(const ReadContext& context, const Node& node, Place place, const std::string& path,
                 const std::string& name, ServiceId service) {
    DeploySpec deploy;
    deploy.service = service;
    deploy.name = name;
    deploy.path = path;
    deploy.place = place;
    deploy.takes_s = Distribution::constant(0);
    MappingReader reader(node, path, context.problems, "a deployment");
    if (!reader.is_mapping()) {
        return;
    }
    deploy.every_s = Distribution::constant(k_seconds_per_day);
    if (const Node* every = reader.required("every")) {
        const auto law =
            read_distribution(*every, reader.path_of("every"), Dimension::time, context.document, context.problems);
        if (law && law->is_zero()) {
            context.problem(*every, reader.path_of("every"), "deployments that follow each other at once never end");
        } else if (law) {
            deploy.every_s = *law;
            check_event_count(context, *every, reader.path_of("every"), 1 / law->mean(), "deployments");
        }
    }
    if (const Node* strategy = reader.optional("strategy")) {
        read_strategy(context, *strategy, reader.path_of("strategy"), deploy);
    }
    const auto seconds = [&](std::string_view key) {
        const Node* value = reader.optional(key);
        return value == nullptr || value->text == "0"
                   ? 0
                   : read_quantity(*value, reader.path_of(key), Dimension::time, context.problems).value_or(0);
    };
    deploy.bake_s = seconds("bake");
    read_bad(context, reader, deploy);
    if (const Node* rollback = reader.optional("rollback")) {
        deploy.rollback =
            read_word(*rollback, reader.path_of("rollback"), k_rollbacks, "who rolls back", context.problems)
                .value_or(Rollback::automatic);
    }
    if (const Node* takes = reader.optional("takes")) {
        deploy.takes_s =
            read_distribution(*takes, reader.path_of("takes"), Dimension::time, context.document, context.problems)
                .value_or(Distribution::constant(0));
    }
    deploy.by_hand_s = seconds("by_hand");
    reader.finish();
    check_share(context, context.architecture.services[service], deploy);
    context.architecture.operations.deploys.push_back(std::move(deploy));
}

}  // namespace

void read_deploys(const ReadContext& context, MappingReader& service_reader, ServiceId id) {
    const Node* node = service_reader.optional("deploy");
    if (node == nullptr) {
        return;
    }
    const Service& service = context.architecture.services[id];
    const std::string path = service_reader.path_of("deploy");
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, path, "a deployment such as `{every: 1 d, strategy: canary(10 % 5 min)}`",
                     context.problems);
        return;
    }
    if (traits_of(service.kind).has_primary) {
        context.problem(*node, path, "a database is not deployed to: its instances are not alike");
        return;
    }
    const bool is_one = std::any_of(std::begin(k_fields), std::end(k_fields),
                                    [&](std::string_view field) { return node->find(field) != nullptr; });
    if (is_one) {
        return read_deploy(context, *node, node->place, path, service.name, id);
    }
    for (const Entry& entry : node->entries) {
        const std::string entry_path = join_path(path, entry.key);
        if (!is_name(entry.key)) {
            context.problems.add(entry.key_place, entry_path,
                                 fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
        }
        read_deploy(context, entry.value, entry.key_place, entry_path, service.name + "/" + entry.key, id);
    }
}

}  // namespace nines
