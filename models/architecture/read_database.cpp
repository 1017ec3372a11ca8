// Replication and failover of databases.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr Names<ReplicaMode, 2> k_modes{{{{"sync", ReplicaMode::sync}, {"async", ReplicaMode::async}}}};

constexpr std::size_t k_replicas_max = 100;

bool has_engine(ServiceKind kind) {
    return traits_of(kind).has_primary || kind == ServiceKind::cache || kind == ServiceKind::managed ||
           kind == ServiceKind::load_balancer;
}

/// Engines that the catalogue has prices of; of managed services, agreements, and of some of them prices.
const std::vector<std::string>& engines_of(ServiceKind kind) {
    static const std::vector<std::string> k_managed = {
        "api-gateway",          "cognito", "documentdb", "dynamodb",        "efs", "eventbridge", "keyspaces",
        "kinesis-data-streams", "kms",     "opensearch", "secrets-manager", "sns", "sqs",         "step-functions"};
    static const std::vector<std::string> k_balancers = {"alb", "nlb"};
    if (kind == ServiceKind::managed || kind == ServiceKind::load_balancer) {
        return kind == ServiceKind::managed ? k_managed : k_balancers;
    }

    static const std::vector<std::string> k_databases = {"postgres", "mysql", "aurora-postgresql", "aurora-mysql"};
    static const std::vector<std::string> k_caches = {"redis", "memcached"};
    return kind == ServiceKind::cache ? k_caches : k_databases;
}

void read_engine(const ReadContext& context, const Node& node, const std::string& path, Service& service) {
    const std::vector<std::string>& engines = engines_of(service.kind);
    if (!node.is_scalar() || std::find(engines.begin(), engines.end(), node.text) == engines.end()) {
        add_wrong_word(node, path,
                       fmt::format("an engine of a {}{}", k_service_kinds.of(service.kind),
                                   service.kind == ServiceKind::managed ? " service" : ""),
                       engines, context.problems);
        return;
    }
    service.engine = node.text;
}

/// `keys` and `secrets`: how many a service keeps that is billed by them.
void read_kept(const ReadContext& context, MappingReader& reader, Service& service) {
    constexpr int k_kept_max = 1'000'000;
    for (const auto& [key, engine] : {std::pair("keys", "kms"), std::pair("secrets", "secrets-manager")}) {
        const Node* node = reader.optional(key);
        const bool is_its_own = service.kind == ServiceKind::managed && service.engine == engine;
        if (node != nullptr && !is_its_own) {
            context.problem(*node, reader.path_of(key),
                            fmt::format("only a managed service with `engine: {}` has `{}`", engine, key));
        } else if (is_its_own) {
            service.kept = 1;
            if (node != nullptr) {
                service.kept = static_cast<std::uint32_t>(
                    read_count(*node, reader.path_of(key), 1, k_kept_max, context.problems).value_or(1));
            }
        }
    }
}

/// `zone: other`, a zone of the world, or `region: R` (its first zone that is free).
void read_replica_place(const ReadContext& context, MappingReader& reader, const Service& service,
                        ReplicaSpec& replica) {
    const World& world = context.architecture.world;
    const Node* zone = reader.optional("zone");
    const Node* region = reader.optional("region");
    if (!context.architecture.has_world) {
        for (const Node* node : {zone, region}) {
            if (node != nullptr && node->text != "other") {
                context.problem(*node, reader.path(), "a place needs a `world` to stand in");
            }
        }
        return;
    }
    replica.region = service.groups.empty() ? world.of_kind(LocationKind::region).front()
                                            : world.locations[service.groups.front().location].region;
    if (zone != nullptr && region != nullptr) {
        context.problem(*region, reader.path_of("region"), "a replica stands in a `zone` or in a `region`: keep one");
        return;
    }
    const Node* node = zone != nullptr ? zone : region;
    if (node == nullptr || (zone != nullptr && zone->text == "other")) {
        return;
    }
    if (context.architecture.world_is_a_guess) {
        return;
    }
    const LocationKind kind = zone != nullptr ? LocationKind::zone : LocationKind::region;
    const auto found = world.find(node->text);
    if (!found || world.locations[*found].kind != kind) {
        std::vector<std::string> choices;
        for (const LocationId location : world.of_kind(kind)) {
            choices.push_back(world.locations[location].id);
        }
        add_wrong_word(*node, reader.path(),
                       kind == LocationKind::zone ? "`other` or a zone of the world" : "a region of the world", choices,
                       context.problems);
        return;
    }
    if (kind == LocationKind::zone) {
        replica.zone = *found;
    }
    replica.region = world.locations[*found].region;
}

void read_replica(const ReadContext& context, const Entry& entry, const std::string& path, Service& service) {
    ReplicaSpec replica;
    replica.name = entry.key;
    MappingReader reader(entry.value, path, context.problems, "a standby or replica");
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    const bool named_standby = entry.key.starts_with("standby");
    replica.mode = named_standby ? ReplicaMode::sync : ReplicaMode::async;
    if (const Node* mode = reader.optional("mode")) {
        replica.mode = read_word(*mode, reader.path_of("mode"), k_modes, "a replication mode", context.problems)
                           .value_or(replica.mode);
    }
    replica.standby = named_standby || (replica.mode == ReplicaMode::sync && !entry.key.starts_with("replica"));
    read_replica_place(context, reader, service, replica);
    if (const Node* lag = reader.optional("lag")) {
        if (replica.mode == ReplicaMode::sync) {
            context.problem(*lag, reader.path_of("lag"), "a sync write waits for its copy: there is no `lag`");
        }
        replica.lag_s =
            read_distribution(*lag, reader.path_of("lag"), Dimension::time, context.document, context.problems)
                .value_or(Distribution::constant(0));
    } else if (replica.mode == ReplicaMode::async) {
        replica.lag_s = Distribution::lognormal_mean_cv(0.8, 1);
        context.assume(reader.path_of("lag"), "lognormal(mean 800 ms cv 1)", "no lag is given",
                       "language reference, section 1");
    }
    reader.finish();
    service.replicas.push_back(std::move(replica));
}

void read_failover(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("failover");
    const std::string path = service_reader.path_of("failover");
    service.failover.promote_s = Distribution::lognormal_mean_cv(45, 0.5);
    const bool replicated = !service.replicas.empty();
    if (node == nullptr) {
        if (replicated) {
            context.assume(path, "detect 30 s, promote lognormal(mean 45 s cv 0.5)", "no failover times are given",
                           "RDS guide: Multi-AZ failover takes 60 to 120 s");
        }
        return;
    }
    MappingReader reader(*node, path, context.problems, "a failover");
    if (const Node* detect = reader.optional("detect")) {
        service.failover.detect_s =
            read_quantity(*detect, reader.path_of("detect"), Dimension::time, context.problems).value_or(30);
    }
    if (const Node* promote = reader.optional("promote")) {
        service.failover.promote_s =
            read_distribution(*promote, reader.path_of("promote"), Dimension::time, context.document, context.problems)
                .value_or(service.failover.promote_s);
    }
    if (const Node* rebuild = reader.optional("rebuild")) {
        service.failover.rebuild_s =
            rebuild->text == "0"
                ? 0
                : read_quantity(*rebuild, reader.path_of("rebuild"), Dimension::time, context.problems).value_or(0);
    }
    if (const Node* to = reader.optional("to")) {
        static constexpr Names<bool, 2> k_to{{{{"standby", false}, {"replica", true}}}};
        service.failover.to_replica =
            read_word(*to, reader.path_of("to"), k_to, "whom to promote", context.problems).value_or(false);
    }
    if (!replicated) {
        context.problem(*node, path, "a failover needs a standby or replica under `replication` to fail over to");
    }
    reader.finish();
}

/// All zones that an instance may come to stand in: those of the primary's region and of each replica's.
void spread_over_zones(const ReadContext& context, Service& service) {
    if (service.groups.empty()) {
        return;
    }
    const auto copies = static_cast<std::uint32_t>(service.replicas.size() + 1);
    if (!context.architecture.has_world) {
        // One more than there are roles: a fresh standby is placed while the lost instance is still down.
        service.groups = {{LocationId{0}, copies > 1 ? copies + 1 : 1}};
        return;
    }
    const World& world = context.architecture.world;
    const LocationId primary_zone = service.groups.front().location;
    if (copies == 1) {
        service.primary_group = 0;
        return;
    }
    std::vector<LocationId> regions = {world.locations[primary_zone].region};
    for (const ReplicaSpec& replica : service.replicas) {
        if (replica.region.exists() && std::find(regions.begin(), regions.end(), replica.region) == regions.end()) {
            regions.push_back(replica.region);
        }
    }
    service.groups.clear();
    for (const LocationId region : regions) {
        auto zones = world.zones_of(region);
        for (const LocationId zone : world.local_zones_of(region)) {  // only where the scenario puts a copy there
            const bool is_named =
                zone == primary_zone || std::any_of(service.replicas.begin(), service.replicas.end(),
                                                    [&](const ReplicaSpec& replica) { return replica.zone == zone; });
            if (is_named) {
                zones.push_back(zone);
            }
        }
        const std::uint32_t slots = copies < zones.size() ? 1 : copies;
        for (const LocationId zone : zones) {
            if (zone == primary_zone) {
                service.primary_group = static_cast<std::uint32_t>(service.groups.size());
            }
            service.groups.push_back({zone, slots});
        }
    }
}

}  // namespace

void read_database(const ReadContext& context, MappingReader& reader, Service& service) {
    const bool database = traits_of(service.kind).has_primary;
    for (const std::string_view key : {"replication", "failover", "reads", "engine"}) {
        const Node* node = reader.optional(key);
        if (node != nullptr && !database && !(key == "engine" && has_engine(service.kind))) {
            context.problem(*node, reader.path_of(key), fmt::format("`{}` belongs to a database", key));
        }
    }
    if (!database) {
        service.engine = service.kind == ServiceKind::cache           ? "redis"
                         : service.kind == ServiceKind::load_balancer ? "alb"
                                                                      : "";
    }
    if (const Node* engine = reader.optional("engine"); engine != nullptr && has_engine(service.kind)) {
        read_engine(context, *engine, reader.path_of("engine"), service);
        if (service.firewall && service.engine == "nlb") {
            context.problem(*engine, reader.path_of("engine"),
                            "a firewall reads requests, a network load balancer only packets: expected `alb`");
        }
    }
    read_kept(context, reader, service);
    if (!database) {
        return;
    }
    if (service.groups.size() > 1 || (!service.groups.empty() && service.groups.front().instances != 1)) {
        // `instances` alone is refused where it stands.
        if (const Node* in = reader.optional("in")) {
            context.problem(*in, reader.path_of("in"),
                            "`in` places the primary of a database, one instance in one zone");
        }
        service.groups.resize(1);
        service.groups.front().instances = 1;
    }
    if (const Node* node = reader.optional("replication")) {
        if (node->is_mapping() && node->entries.size() <= k_replicas_max) {
            for (const Entry& entry : node->entries) {
                read_replica(context, entry, join_path(reader.path_of("replication"), entry.key), service);
            }
        } else {
            add_expected(*node, reader.path_of("replication"),
                         fmt::format("standbys and replicas by name, at most {}", k_replicas_max), context.problems);
        }
    }
    read_failover(context, reader, service);
    if (const Node* reads = reader.optional("reads")) {
        static constexpr Names<bool, 2> k_reads{{{{"primary", false}, {"any", true}}}};
        service.reads_any =
            read_word(*reads, reader.path_of("reads"), k_reads, "where reads go", context.problems).value_or(false);
    }
    spread_over_zones(context, service);
}

}  // namespace nines
