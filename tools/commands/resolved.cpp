// The resolved scenario, written part by part with yaml-cpp's emitter, which knows when a text needs quotes.

#include "tools/commands/resolved.hpp"

#include <fmt/format.h>

#include <chrono>

#include "models/language/metric_names.hpp"
#include "tools/commands/resolved_fields.hpp"

namespace nines {

using namespace resolved;

namespace {

constexpr std::string_view k_heading =
    "# As it is understood, with every default written out; `variants` and `tags` are left out.\n";

// --- world ----------------------------------------------------------------------------------------------------------

/// The places of a kind that are wanted.
template <class Wanted>
std::vector<std::string> ids_of(const World& world, LocationKind kind, Wanted wanted) {
    std::vector<std::string> ids;
    for (const LocationId location : world.of_kind(kind)) {
        if (wanted(world.locations[location])) {
            ids.push_back(world.locations[location].id);
        }
    }
    return ids;
}

void write_world(Emitter& out, const Architecture& architecture) {
    if (!architecture.has_world) {
        return;
    }
    begin_block(out, "world");
    field(out, "provider", architecture.world.provider);
    const auto usual = [](const Location& place) { return place.outpost == Outpost::none; };
    const auto outpost = [](const Location& place) { return place.outpost != Outpost::none; };
    list(out, "regions", ids_of(architecture.world, LocationKind::region, usual));
    list(out, "local_zones", ids_of(architecture.world, LocationKind::zone, outpost));
    list(out, "edges", ids_of(architecture.world, LocationKind::edge, usual));
    list(out, "edge_caches", ids_of(architecture.world, LocationKind::edge, outpost));
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

void write_limit(Emitter& out, const LimitSpec& limit) {
    begin_line(out, "limit");
    quantity(out, "rate", limit.per_s, Dimension::rate);
    quantity(out, "burst", limit.burst, Dimension::number);
    field(out, "per", k_limit_scopes.of(limit.per));
    out << YAML::EndMap;
}

void write_schedule(Emitter& out, const std::vector<ScheduledScale>& schedule) {
    if (schedule.empty()) {
        return;
    }
    out << YAML::Key << "schedule" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const ScheduledScale& action : schedule) {
        out << YAML::Flow << YAML::BeginMap;
        field(out, "at", time_of_day_text(action.at_s));
        std::vector<std::string> days;
        for (const auto& [word, day] : k_weekdays.entries) {
            if ((action.days >> static_cast<std::uint32_t>(day) & 1U) != 0) {
                days.emplace_back(word);
            }
        }
        list(out, "days", days);
        for (const auto& [key, count] :
             {std::pair("min", action.min), std::pair("max", action.max), std::pair("desired", action.desired)}) {
            if (count) {
                field(out, key, *count);
            }
        }
        out << YAML::EndMap;
    }
    out << YAML::EndSeq;
}

void write_scale(Emitter& out, const ScaleSpec& scale) {
    begin_line(out, "scale");
    field(out, "on", k_scale_signals.of(scale.on));
    quantity(out, "target", scale.target,
             scale.on == ScaleSignal::utilization ? Dimension::fraction : Dimension::number);
    field(out, "min", scale.min);
    field(out, "max", scale.max);
    time(out, "every", scale.every_s);
    time(out, "launch", scale.launch_s);
    time(out, "out_after", scale.out_after_s);
    time(out, "in_after", scale.in_after_s);
    share(out, "band", scale.band);
    time(out, "drain", scale.drain_s);
    field(out, "pending", k_pending_launches.of(scale.pending));
    if (scale.quota) {
        field(out, "quota", *scale.quota);
        field(out, "raise", scale.raise_s ? format_distribution(*scale.raise_s, Dimension::time) : "never");
    }
    write_schedule(out, scale.schedule);
    out << YAML::EndMap;
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
    if (!service.engine.empty()) {
        field(out, "engine", service.engine);
    }
    if (service.kept > 0) {
        field(out, service.engine == "kms" ? "keys" : "secrets", service.kept);
    }
    if (service.firewall) {
        begin_line(out, "firewall");
        field(out, "rules", service.firewall->rules);
        out << YAML::EndMap;
    }
    write_placement(out, architecture, service);
    field(out, "workers", service.workers ? std::to_string(*service.workers) : "unlimited");
    field(out, "async", service.async);
    if (service.needs > 0) {
        field(out, "needs", service.needs);
    }
    write_queue_and_balance(out, service);
    if (service.limit) {
        write_limit(out, *service.limit);
    }
    if (service.scale) {
        write_scale(out, *service.scale);
    }
    if (database) {
        write_database(out, architecture, service);
    }
    write_power_and_price(out, service);
    write_service_security(out, architecture, service);
    begin_block(out, "endpoints");
    for (const EndpointId endpoint : service.endpoints) {
        write_endpoint(out, architecture.endpoints[endpoint], database);
    }
    out << YAML::EndMap;
    write_deploys(out, architecture, service);
    write_upkeep(out, architecture, service);
    out << YAML::EndMap;
}

void write_services(Emitter& out, const Architecture& architecture) {
    if (architecture.services.empty()) {
        return;
    }
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
    if (architecture.demands.empty()) {
        return;
    }
    begin_block(out, "demand");
    for (const Demand& demand : architecture.demands) {
        write_demand(out, demand);
    }
    out << YAML::EndMap;
}

// --- faults ---------------------------------------------------------------------------------------------------------

void write_fault(Emitter& out, const Architecture& architecture, const Fault& fault) {
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
    if (fault.repair) {
        field(out, "repair", repair_text(architecture, *fault.repair));
    } else if (fault.for_s) {
        time(out, "for", *fault.for_s);
    } else {
        field(out, "for", "forever");
    }
    field(out, "overlap", fault.overlap);
    if (fault.crews > 0) {
        field(out, "crews", fault.crews);
    }
    if (fault.layer) {
        field(out, "layer", k_layers.of(*fault.layer));
    }
    out << YAML::EndMap;
}

void write_faults(Emitter& out, const Architecture& architecture) {
    if (architecture.faults.empty()) {
        return;
    }
    begin_block(out, "faults");
    for (const Fault& fault : architecture.faults) {
        write_fault(out, architecture, fault);
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
    for (const auto write : {write_head, write_world, write_services, write_bill, write_footprint, write_value,
                             write_demands, write_jobs, write_operations, write_faults, write_domains, write_identities,
                             write_threats, write_objectives, write_run, write_study}) {
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
