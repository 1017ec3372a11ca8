// The resolved scenario, written part by part with yaml-cpp's emitter, which knows when a text needs quotes.

#include "tools/commands/resolved.hpp"

#include <fmt/format.h>
#include <yaml-cpp/emitter.h>

#include <chrono>

#include "models/language/distribution_text.hpp"
#include "models/language/metric_names.hpp"

namespace nines {

namespace {

using YAML::Emitter;

constexpr std::string_view k_heading =
    "# As it is understood, with every default written out; `variants` and `tags` are left out.\n";

template <class Value>
void field(Emitter& out, const std::string& key, const Value& value) {
    out << YAML::Key << key << YAML::Value << value;
}

void field(Emitter& out, const std::string& key, std::string_view value) {
    field(out, key, std::string(value));
}

void quantity(Emitter& out, const std::string& key, double value, Dimension dimension) {
    field(out, key, exact_text(value, dimension));
}

void time(Emitter& out, const std::string& key, double value_s) {
    quantity(out, key, value_s, Dimension::time);
}

void time(Emitter& out, const std::string& key, const Distribution& value_s) {
    field(out, key, format_distribution(value_s, Dimension::time));
}

void share(Emitter& out, const std::string& key, double value) {
    quantity(out, key, value, Dimension::fraction);
}

/// `key: {...}` in one line.
void begin_line(Emitter& out, const std::string& key) {
    out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginMap;
}

/// `key:` with a field a line below.
void begin_block(Emitter& out, const std::string& key) {
    out << YAML::Key << key << YAML::Value << YAML::BeginMap;
}

void list(Emitter& out, const std::string& key, const std::vector<std::string>& items) {
    out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const std::string& item : items) {
        out << item;
    }
    out << YAML::EndSeq;
}

// --- world ----------------------------------------------------------------------------------------------------------

std::vector<std::string> ids_of(const World& world, LocationKind kind) {
    std::vector<std::string> ids;
    for (const LocationId location : world.of_kind(kind)) {
        ids.push_back(world.locations[location].id);
    }
    return ids;
}

void write_world(Emitter& out, const Architecture& architecture) {
    if (!architecture.has_world) {
        return;
    }
    begin_block(out, "world");
    field(out, "provider", architecture.world.provider);
    list(out, "regions", ids_of(architecture.world, LocationKind::region));
    list(out, "edges", ids_of(architecture.world, LocationKind::edge));
    out << YAML::EndMap;
}

// --- policies -------------------------------------------------------------------------------------------------------

void write_health(Emitter& out, const HealthPolicy& health) {
    if (health.instant) {
        field(out, "health", "instant");
        return;
    }
    begin_line(out, "health");
    time(out, "every", health.every_s);
    time(out, "timeout", health.timeout_s);
    field(out, "fail", health.fail);
    field(out, "pass", health.pass);
    out << YAML::EndMap;
}

void write_retry(Emitter& out, const RetryPolicy& retry) {
    begin_line(out, "retry");
    field(out, "attempts", retry.attempts);
    if (retry.backoff == BackoffLaw::exponential) {
        field(out, "backoff",
              fmt::format("exponential({} cap {})", exact_text(retry.base_s, Dimension::time),
                          exact_text(retry.cap_s, Dimension::time)));
    } else if (retry.backoff == BackoffLaw::fixed) {
        field(out, "backoff", fmt::format("fixed({})", format_distribution(retry.fixed_s, Dimension::time)));
    }
    if (retry.backoff != BackoffLaw::none) {
        field(out, "jitter", k_jitters.of(retry.jitter));
    }
    if (retry.budget) {
        share(out, "budget", *retry.budget);
    }
    out << YAML::EndMap;
}

/// A timeout that is not there has no word in the language; nor has a priority that is the caller's.
void write_call_policy(Emitter& out, const CallPolicy& policy) {
    if (policy.timeout_s) {
        time(out, "timeout", *policy.timeout_s);
    }
    if (policy.deadline_s) {
        time(out, "deadline", *policy.deadline_s);
    }
    write_retry(out, policy.retry);
    if (policy.priority) {
        field(out, "priority", *policy.priority);
    }
    field(out, "cancel", policy.cancel);
}

// --- services -------------------------------------------------------------------------------------------------------

/// A stretch of neighbouring groups in one region, alike in their count.
struct Stretch {
    LocationId region;
    std::uint32_t each = 1;
    std::vector<std::string> zones;
};

std::vector<Stretch> stretches_of(const World& world, const Service& service) {
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i < service.groups.size(); ++i) {
        const GroupSpec& group = service.groups[i];
        const bool database = service.kind == ServiceKind::database;
        if (database && i != service.primary_group) {
            continue;  // `in` places the primary; the others follow from `replication`
        }
        const Location& zone = world.locations[group.location];
        const std::uint32_t each = database ? 1 : group.instances;
        if (stretches.empty() || stretches.back().region != zone.region || stretches.back().each != each) {
            stretches.push_back({zone.region, each, {}});
        }
        stretches.back().zones.push_back(zone.id);
    }
    return stretches;
}

void write_stretch(Emitter& out, const World& world, const Stretch& stretch) {
    out << YAML::Flow << YAML::BeginMap;
    field(out, "region", world.locations[stretch.region].id);
    list(out, "zones", stretch.zones);
    field(out, "each", stretch.each);
    out << YAML::EndMap;
}

void write_placement(Emitter& out, const Architecture& architecture, const Service& service) {
    const World& world = architecture.world;
    if (!architecture.has_world) {
        if (service.kind == ServiceKind::fleet || service.kind == ServiceKind::cache) {
            field(out, "instances", service.groups.empty() ? 1 : service.groups.front().instances);
        }
        return;
    }
    if (traits_of(service.kind).stands_at_edges) {
        std::vector<std::string> edges;
        for (const GroupSpec& group : service.groups) {
            edges.push_back(world.locations[group.location].id);
        }
        begin_line(out, "in");
        list(out, "edges", edges);
        out << YAML::EndMap;
        return;
    }
    const std::vector<Stretch> stretches = stretches_of(world, service);
    out << YAML::Key << "in" << YAML::Value;
    if (stretches.size() == 1) {
        // Not a list of one, so that the path `services.web.in.each` stays what it most often is.
        write_stretch(out, world, stretches.front());
        return;
    }
    if (stretches.empty()) {
        out << YAML::Flow;
    }
    out << YAML::BeginSeq;
    for (const Stretch& stretch : stretches) {
        write_stretch(out, world, stretch);
    }
    out << YAML::EndSeq;
}

LocationId primary_region(const World& world, const Service& service) {
    return service.groups.empty() ? world.of_kind(LocationKind::region).front()
                                  : world.locations[service.groups[service.primary_group].location].region;
}

void write_replica(Emitter& out, const Architecture& architecture, const Service& service, const ReplicaSpec& replica) {
    const World& world = architecture.world;
    begin_line(out, replica.name);
    field(out, "mode", replica.mode == ReplicaMode::sync ? "sync" : "async");
    if (replica.zone.exists()) {
        field(out, "zone", world.locations[replica.zone].id);
    } else if (replica.region.exists() && replica.region != primary_region(world, service)) {
        field(out, "region", world.locations[replica.region].id);
    } else {
        field(out, "zone", "other");
    }
    if (replica.mode == ReplicaMode::async) {
        time(out, "lag", replica.lag_s);
    }
    out << YAML::EndMap;
}

void write_database(Emitter& out, const Architecture& architecture, const Service& service) {
    field(out, "reads", service.reads_any ? "any" : "primary");
    if (service.replicas.empty()) {
        return;
    }
    begin_block(out, "replication");
    for (const ReplicaSpec& replica : service.replicas) {
        write_replica(out, architecture, service, replica);
    }
    out << YAML::EndMap;
    begin_line(out, "failover");
    time(out, "detect", service.failover.detect_s);
    time(out, "promote", service.failover.promote_s);
    time(out, "rebuild", service.failover.rebuild_s);
    field(out, "to", service.failover.to_replica ? "replica" : "standby");
    out << YAML::EndMap;
}

void write_queue_and_balance(Emitter& out, const Service& service) {
    begin_line(out, "queue");
    field(out, "limit", service.queue.limit ? std::to_string(*service.queue.limit) : "unlimited");
    field(out, "discipline", k_disciplines.of(service.queue.discipline));
    field(out, "of", k_queue_scopes.of(service.queue.of));
    if (service.queue.patience_s) {
        time(out, "patience", *service.queue.patience_s);
    }
    out << YAML::EndMap;
    begin_line(out, "balance");
    field(out, "policy", k_balance_policies.of(service.balance.policy));
    field(out, "prefer", k_preferences.of(service.balance.prefer));
    write_health(out, service.balance.health);
    out << YAML::EndMap;
}

void write_power_and_price(Emitter& out, const Service& service) {
    if (service.power) {
        begin_line(out, "power");
        quantity(out, "idle", service.power->idle_w, Dimension::power);
        quantity(out, "half", service.power->half_w, Dimension::power);
        quantity(out, "full", service.power->full_w, Dimension::power);
        out << YAML::EndMap;
    }
    if (service.price_usd_per_h) {
        quantity(out, "price", *service.price_usd_per_h, Dimension::money_per_time);
    }
}

void write_call(Emitter& out, const CallStep& call) {
    CallPolicy policy = call.policy;
    policy.timeout_s = policy.timeout_s.value_or(k_transport_timeout_s);
    out << YAML::Flow << YAML::BeginMap;
    field(out, "call", call.target);
    write_call_policy(out, policy);
    field(out, "optional", policy.optional);
    out << YAML::EndMap;
}

void write_step(Emitter& out, const Step& step) {
    if (const auto* call = std::get_if<CallStep>(&step)) {
        write_call(out, *call);
        return;
    }
    out << YAML::BeginMap;
    if (const auto* work = std::get_if<WorkStep>(&step)) {
        time(out, "work", work->work_s);
    } else if (const auto* cache = std::get_if<CacheStep>(&step)) {
        begin_line(out, "cache");
        share(out, "hit", cache->hit);
        out << YAML::EndMap;
    } else if (const auto* parallel = std::get_if<ParallelStep>(&step)) {
        out << YAML::Key << "parallel" << YAML::Value << YAML::BeginSeq;
        for (const CallStep& branch : parallel->branches) {
            write_call(out, branch);
        }
        out << YAML::EndSeq;
    }
    out << YAML::EndMap;
}

void write_endpoint(Emitter& out, const Endpoint& endpoint, bool in_database) {
    begin_block(out, endpoint.name);
    quantity(out, "request", endpoint.request_bytes, Dimension::bytes);
    quantity(out, "response", endpoint.response_bytes, Dimension::bytes);
    if (in_database) {
        field(out, "writes", endpoint.writes);
    }
    out << YAML::Key << "steps" << YAML::Value << YAML::BeginSeq;
    for (const Step& step : endpoint.steps) {
        write_step(out, step);
    }
    out << YAML::EndSeq << YAML::EndMap;
}

void write_service(Emitter& out, const Architecture& architecture, const Service& service) {
    const bool database = traits_of(service.kind).has_primary;
    begin_block(out, service.name);
    field(out, "kind", k_service_kinds.of(service.kind));
    if (!service.machine.empty()) {
        field(out, "on", service.machine);
    }
    if (database || service.kind == ServiceKind::cache) {
        field(out, "engine", service.engine);
    }
    write_placement(out, architecture, service);
    field(out, "workers", service.workers ? std::to_string(*service.workers) : "unlimited");
    field(out, "async", service.async);
    if (service.needs > 0) {
        field(out, "needs", service.needs);
    }
    write_queue_and_balance(out, service);
    if (database) {
        write_database(out, architecture, service);
    }
    write_power_and_price(out, service);
    begin_block(out, "endpoints");
    for (const EndpointId endpoint : service.endpoints) {
        write_endpoint(out, architecture.endpoints[endpoint], database);
    }
    out << YAML::EndMap << YAML::EndMap;
}

void write_services(Emitter& out, const Architecture& architecture) {
    begin_block(out, "services");
    for (const Service& service : architecture.services) {
        write_service(out, architecture, service);
    }
    out << YAML::EndMap;
}

// --- demand ---------------------------------------------------------------------------------------------------------

void write_route(Emitter& out, const RoutePolicySpec& route) {
    begin_line(out, "route");
    field(out, "policy", k_route_policies.of(route.policy));
    time(out, "ttl", route.ttl_s);
    write_health(out, route.health);
    if (!route.weights.empty()) {
        begin_line(out, "weights");
        for (const RouteWeight& one : route.weights) {
            share(out, one.place, one.weight);
        }
        out << YAML::EndMap;
    }
    if (!route.order.empty()) {
        list(out, "order", route.order);
    }
    out << YAML::EndMap;
}

void write_demand(Emitter& out, const Demand& demand) {
    begin_block(out, demand.name);
    // A demand without `from` has one origin without a place: where the service stands.
    if (!demand.origins.empty() && !demand.origins.front().place.empty()) {
        begin_line(out, "from");
        for (const DemandOrigin& origin : demand.origins) {
            share(out, origin.place, origin.share);
        }
        out << YAML::EndMap;
    }
    begin_line(out, "calls");
    for (const DemandTarget& target : demand.targets) {
        share(out, target.text, target.share);
    }
    out << YAML::EndMap;
    field(out, "rate", demand.rate_text);
    if (!demand.arrivals_text.empty()) {
        field(out, "arrivals", demand.arrivals_text);
    }
    write_call_policy(out, demand.policy);
    write_route(out, demand.route);
    out << YAML::EndMap;
}

void write_demands(Emitter& out, const Architecture& architecture) {
    begin_block(out, "demand");
    for (const Demand& demand : architecture.demands) {
        write_demand(out, demand);
    }
    out << YAML::EndMap;
}

// --- faults ---------------------------------------------------------------------------------------------------------

void write_effect(Emitter& out, const EffectSpec& effect) {
    const std::string key(k_effects.of(effect.kind));
    if (effect.kind == EffectKind::delay) {
        field(out, key, "+" + format_distribution(effect.delay_s, Dimension::time));
        share(out, "share", effect.share);
    } else if (effect.kind == EffectKind::slow) {
        quantity(out, key, effect.amount, Dimension::number);
    } else {
        share(out, key, effect.amount);
    }
    if (effect.after_work) {
        field(out, "after", "work");
    }
}

void write_effects(Emitter& out, const std::vector<EffectSpec>& effects) {
    const bool one_word =
        effects.size() == 1 && (effects[0].kind == EffectKind::down || effects[0].kind == EffectKind::crash ||
                                effects[0].kind == EffectKind::partition);
    if (one_word) {
        field(out, "effect", k_effects.of(effects[0].kind));
        return;
    }
    begin_line(out, "effect");
    for (const EffectSpec& effect : effects) {
        write_effect(out, effect);
    }
    out << YAML::EndMap;
}

void write_fault(Emitter& out, const Fault& fault) {
    begin_line(out, fault.name);
    field(out, "target", fault.target.text);
    write_effects(out, fault.effects);
    if (fault.at_s) {
        time(out, "at", *fault.at_s);
    } else if (fault.availability) {
        share(out, "availability", *fault.availability);  // `every` was derived from it
    } else if (fault.every_s) {
        time(out, "every", *fault.every_s);
    }
    if (fault.for_s) {
        time(out, "for", *fault.for_s);
    } else {
        field(out, "for", "forever");
    }
    field(out, "overlap", fault.overlap);
    if (fault.crews > 0) {
        field(out, "crews", fault.crews);
    }
    out << YAML::EndMap;
}

void write_faults(Emitter& out, const Architecture& architecture) {
    if (architecture.faults.empty()) {
        return;
    }
    begin_block(out, "faults");
    for (const Fault& fault : architecture.faults) {
        write_fault(out, fault);
    }
    out << YAML::EndMap;
}

void write_domains(Emitter& out, const Architecture& architecture) {
    if (architecture.domains.empty()) {
        return;
    }
    begin_block(out, "domains");
    for (const auto& [name, members] : architecture.domains) {
        std::vector<std::string> targets;
        for (const TargetSpec& member : members) {
            targets.push_back(member.text);
        }
        list(out, name, targets);
    }
    out << YAML::EndMap;
}

// --- objectives and run ---------------------------------------------------------------------------------------------

void write_objectives(Emitter& out, const Architecture& architecture) {
    if (architecture.objectives.empty()) {
        return;
    }
    begin_block(out, "objectives");
    for (const Objective& objective : architecture.objectives) {
        field(out, objective.metric, objective.wanted);
    }
    out << YAML::EndMap;
}

/// "2026-01-05 19:30:00", UTC.
std::string clock_text(std::int64_t clock_s) {
    using std::chrono::sys_seconds;
    const sys_seconds when{std::chrono::seconds(clock_s)};
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(when - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

void write_run(Emitter& out, const Architecture& architecture) {
    const RunSpec& run = architecture.run;
    begin_block(out, "run");
    field(out, "fidelity", run.fidelity);
    field(out, "start", clock_text(run.start_clock_s));
    time(out, "warmup", run.warmup_s);
    time(out, "horizon", run.horizon_s);
    field(out, "seed", std::to_string(run.seed));
    time(out, "slice", run.slice_s);
    share(out, "good", run.good);
    time(out, "clear", run.clear_s);
    out << YAML::EndMap;
}

/// A figure of a metric, in its unit.
void figure(Emitter& out, const std::string& key, const std::string& metric, double value) {
    const MetricInfo* info = find_metric(std::string_view(metric).substr(0, metric.find('@')));
    quantity(out, key, value, info == nullptr ? Dimension::number : info->dimension);
}

void write_study(Emitter& out, const Architecture& architecture) {
    const StudySpec& study = architecture.study;
    begin_block(out, "study");
    field(out, "replications", study.replications);
    field(out, "at_least", study.at_least);
    field(out, "control", study.control == StudyControl::flow ? "flow" : "none");
    share(out, "confidence", study.confidence);
    if (!study.until.empty()) {
        out << YAML::Key << "until" << YAML::Value << YAML::BeginSeq;
        for (const StopRule& rule : study.until) {
            out << YAML::Flow << YAML::BeginMap;
            field(out, "metric", rule.metric);
            if (rule.half_width) {
                figure(out, "half_width", rule.metric, *rule.half_width);
            }
            if (rule.relative_half_width) {
                share(out, "relative_half_width", *rule.relative_half_width);
            }
            out << YAML::EndMap;
        }
        out << YAML::EndSeq;
    }
    if (study.budget_s) {
        time(out, "budget", *study.budget_s);
    }
    if (!study.over.empty()) {
        out << YAML::Key << "over" << YAML::Value << YAML::BeginSeq;
        for (const Exceedance& over : study.over) {
            out << YAML::Flow << YAML::BeginMap;
            field(out, "metric", over.metric);
            figure(out, "threshold", over.metric, over.threshold);
            out << YAML::EndMap;
        }
        out << YAML::EndSeq;
    }
    if (!study.rare.empty()) {
        out << YAML::Key << "rare" << YAML::Value << YAML::BeginSeq;
        for (const RareEventSpec& rare : study.rare) {
            out << YAML::Flow << YAML::BeginMap;
            field(out, "event", rare.event);
            if (rare.kind != RareEventSpec::Kind::failure) {
                field(out, "above", static_cast<std::int64_t>(rare.above));
            }
            if (rare.for_s > 0) {
                time(out, "for", rare.for_s);
            }
            time(out, "within", rare.within_s);
            out << YAML::EndMap;
        }
        out << YAML::EndSeq;
    }
    out << YAML::EndMap;
}

void write_head(Emitter& out, const Architecture& architecture) {
    field(out, "nines", 1);
    field(out, "name", architecture.name);
}

}  // namespace

std::string resolved_text(const Architecture& architecture) {
    std::string text(k_heading);
    for (const auto write : {write_head, write_world, write_services, write_demands, write_faults, write_domains,
                             write_objectives, write_run, write_study}) {
        // One emitter a part: an empty line between parts is more than yaml-cpp can be asked for.
        Emitter out;
        out << YAML::BeginMap;
        write(out, architecture);
        out << YAML::EndMap;
        const std::string_view part(out.c_str(), out.size());
        if (part != "{}") {
            text += fmt::format("{}{}\n", write == write_head ? "" : "\n", part);
        }
    }
    return text;
}

}  // namespace nines
