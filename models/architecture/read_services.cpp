// The `services:` part: kinds, machines, workers, queues, balancers, endpoints.

#include <fmt/format.h>

#include "models/architecture/read_security.hpp"
#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr std::int64_t k_workers_max = 1'000'000;
constexpr std::int64_t k_limit_max = 1'000'000'000;

std::optional<ServiceKind> read_kind(const ReadContext& context, MappingReader& reader) {
    const Node* node = reader.required("kind");
    if (node == nullptr) {
        return std::nullopt;
    }
    for (const std::string_view later : k_kinds_not_built) {
        if (node->is_scalar() && node->text == later) {
            context.problem(*node, reader.path_of("kind"), fmt::format("the kind `{}` is known, not built yet", later));
            return std::nullopt;
        }
    }
    return read_word(*node, reader.path_of("kind"), k_service_kinds, "a kind of service", context.problems);
}

/// `workers: 2`, `workers: unlimited`, or the default of the kind.
void read_workers(const ReadContext& context, MappingReader& reader, Service& service) {
    const std::string path = reader.path_of("workers");
    if (const Node* node = reader.optional("workers")) {
        if (node->is_scalar() && node->text == "unlimited") {
            service.workers = std::nullopt;
        } else if (const auto count = read_count(*node, path, 1, k_workers_max, context.problems)) {
            service.workers = static_cast<std::uint32_t>(*count);
        }
        return;
    }
    switch (traits_of(service.kind).workers) {
        case WorkerDefault::unlimited:
            service.workers = std::nullopt;
            return;
        case WorkerDefault::one:
            service.workers = 1;
            return;
        case WorkerDefault::vcpus: {
            const auto machine = service.machine.empty() ? std::nullopt : context.catalog.machine(service.machine);
            service.workers = machine ? std::max(1U, static_cast<std::uint32_t>(machine->vcpus)) : 1U;
            if (!machine) {
                context.assume(path, "1", "no machine is named, so its vCPUs are not known",
                               std::string(k_language_page));
            }
            return;
        }
    }
}

/// Containers and functions are bought by their size.
void read_sized_machine(const ReadContext& context, const Node& node, const std::string& path, Service& service) {
    service.size = read_size(node, path, context.problems);
    const ServiceKind wanted =
        service.size && service.size->kind == SizeSpec::Kind::lambda ? ServiceKind::function : ServiceKind::fleet;
    if (service.size && service.kind != wanted) {
        context.problem(node, path,
                        fmt::format("`{}` is a size for a {}, not for a {}", node.text, k_service_kinds.of(wanted),
                                    k_service_kinds.of(service.kind)));
    }
    service.machine = node.text;
}

void read_queue(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("queue");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, service_reader.path_of("queue"), context.problems, "a queue");
    if (const Node* limit = reader.optional("limit"); limit != nullptr && limit->text != "unlimited") {
        if (const auto count = read_count(*limit, reader.path_of("limit"), 0, k_limit_max, context.problems)) {
            service.queue.limit = static_cast<std::uint32_t>(*count);
        }
    }
    if (const Node* word = reader.optional("discipline")) {
        service.queue.discipline =
            read_word(*word, reader.path_of("discipline"), k_disciplines, "a queue discipline", context.problems)
                .value_or(Discipline::fifo);
    }
    if (const Node* word = reader.optional("of")) {
        service.queue.of =
            read_word(*word, reader.path_of("of"), k_queue_scopes, "what has the queue", context.problems)
                .value_or(QueueOf::instance);
    }
    if (const Node* patience = reader.optional("patience")) {
        service.queue.patience_s = read_distribution(*patience, reader.path_of("patience"), Dimension::time,
                                                     context.document, context.problems);
    }
    const bool single =
        service.queue.discipline == Discipline::sharing || service.queue.discipline == Discipline::preemptive;
    if (single && service.queue.of == QueueOf::group) {
        context.problem(*reader.optional("of"), reader.path_of("of"),
                        "`sharing` and `preemptive` are disciplines of one instance's workers: write `of: instance`");
    }
    if (service.queue.discipline == Discipline::sharing && service.queue.patience_s) {
        context.problem(*reader.optional("patience"), reader.path_of("patience"),
                        "with `sharing` nobody waits, so `patience` says nothing");
    }
    reader.finish();
}

void read_balance(const ReadContext& context, MappingReader& service_reader, Service& service) {
    service.balance.health = context.default_health();
    const Node* node = service_reader.optional("balance");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, service_reader.path_of("balance"), context.problems, "a balancer");
    if (const Node* word = reader.optional("policy")) {
        service.balance.policy =
            read_word(*word, reader.path_of("policy"), k_balance_policies, "a balance policy", context.problems)
                .value_or(BalancePolicy::round_robin);
    }
    if (const Node* word = reader.optional("prefer")) {
        service.balance.prefer =
            read_word(*word, reader.path_of("prefer"), k_preferences, "a place to prefer", context.problems)
                .value_or(Prefer::same_region);
    }
    if (const Node* health = reader.optional("health")) {
        service.balance.health = read_health(context, *health, reader.path_of("health"));
    }
    for (const std::string_view later : {"slow_start", "panic", "ejection"}) {
        reader.known_not_built(later);
    }
    reader.finish();
}

double read_bytes(const ReadContext& context, MappingReader& reader, std::string_view key, double fallback) {
    const Node* node = reader.optional(key);
    return node == nullptr
               ? fallback
               : read_quantity(*node, reader.path_of(key), Dimension::bytes, context.problems).value_or(fallback);
}

void read_endpoint(const ReadContext& context, const Entry& entry, const std::string& path, ServiceId service_id) {
    Architecture& architecture = context.architecture;
    Endpoint endpoint;
    endpoint.name = entry.key;
    endpoint.place = entry.key_place;
    endpoint.service = service_id;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "an endpoint");
    if (reader.is_mapping() || entry.value.is_null()) {
        if (const Node* steps = reader.required("steps")) {
            endpoint.steps = read_steps(context, *steps, reader.path_of("steps"));
        }
        endpoint.request_bytes = read_bytes(context, reader, "request", endpoint.request_bytes);
        endpoint.response_bytes = read_bytes(context, reader, "response", endpoint.response_bytes);
        if (const Node* writes = reader.optional("writes")) {
            endpoint.writes = static_cast<std::uint32_t>(
                read_count(*writes, reader.path_of("writes"), 0, 1'000'000, context.problems).value_or(0));
            if (architecture.services[service_id].kind != ServiceKind::database) {
                context.problem(*writes, reader.path_of("writes"), "only an endpoint of a database writes records");
            }
        }
        reader.finish();
    }
    const EndpointId id = architecture.endpoints.push_back(std::move(endpoint));
    architecture.services[service_id].endpoints.push_back(id);
}

void read_endpoints(const ReadContext& context, MappingReader& reader, ServiceId service_id) {
    const Node* node = reader.required("endpoints");
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of("endpoints");
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, path, "endpoints by name, at least one", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_endpoint(context, entry, join_path(path, entry.key), service_id);
    }
}

void read_tags(const ReadContext& context, MappingReader& reader) {
    const Node* node = reader.optional("tags");
    if (node != nullptr && !node->is_mapping()) {
        add_expected(*node, reader.path_of("tags"), "tags such as `{team: web}`", context.problems);
    }
}

void check_needs(const ReadContext& context, MappingReader& reader, const Service& service) {
    std::uint64_t instances = 0;
    for (const GroupSpec& group : service.groups) {
        instances += group.instances;
    }
    const Node* node = reader.optional("needs");
    if (node != nullptr && service.kind == ServiceKind::fleet && instances > 0 && service.needs > instances) {
        context.problem(*node, reader.path_of("needs"),
                        fmt::format("`{}` needs {} instances and has {}", service.name, service.needs, instances));
    }
}

void read_service(const ReadContext& context, const Entry& entry) {
    Architecture& architecture = context.architecture;
    const std::string path = "services." + entry.key;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "a service");
    const ServiceId id = architecture.services.push_back({});
    architecture.services[id].name = entry.key;
    architecture.services[id].place = entry.key_place;
    if (!reader.is_mapping() && !entry.value.is_null()) {
        return;
    }
    Service service = architecture.services[id];
    const auto kind = read_kind(context, reader);
    service.kind = kind.value_or(ServiceKind::fleet);
    read_machine(context, reader, service);
    read_workers(context, reader, service);
    read_queue(context, reader, service);
    read_limit(context, reader, service);
    read_balance(context, reader, service);
    read_service_money(context, reader, service);
    read_layers(context, reader, service);
    read_tags(context, reader);
    if (const Node* node = reader.optional("async")) {
        service.async = read_bool(*node, reader.path_of("async"), context.problems).value_or(false);
    }
    if (const Node* node = reader.optional("needs")) {
        service.needs = static_cast<std::uint32_t>(
            read_count(*node, reader.path_of("needs"), 1, 1'000'000'000, context.problems).value_or(0));
        if (service.kind != ServiceKind::fleet) {
            context.problem(*node, reader.path_of("needs"), "only a fleet says how many instances it `needs`");
        }
    }
    service.groups = read_placement(context, reader, service.kind);
    check_needs(context, reader, service);
    read_scale(context, reader, service);
    read_database(context, reader, service);
    read_service_security(context, reader, service);
    for (const char* later : {"certificate", "maintenance"}) {
        reader.optional(later);  // read_upkeep
    }
    architecture.services[id] = std::move(service);
    read_endpoints(context, reader, id);
    read_deploys(context, reader, id);
    // The fields of a kind that is not known are not known either.
    if (kind || entry.value.find("kind") == nullptr) {
        reader.finish();
    }
}

}  // namespace

void read_machine(const ReadContext& context, MappingReader& reader, Service& service) {
    const Node* node = reader.optional("on");
    if (node == nullptr) {
        return;
    }
    const std::string path = reader.path_of("on");
    if (!traits_of(service.kind).may_be_on_a_machine) {
        context.problem(*node, path,
                        fmt::format("a {} stands on no machine of yours", k_service_kinds.of(service.kind)));
        return;
    }
    const auto text = read_text(*node, path, context.problems);
    if (!text) {
        return;
    }
    if (text->starts_with("fargate") || text->starts_with("lambda")) {
        return read_sized_machine(context, *node, path, service);
    }
    if (service.kind == ServiceKind::function) {
        context.problem(*node, path, "a function has a size, such as `lambda(512 MB)`");
        return;
    }
    const auto machine = context.catalog.machine(*text);
    if (!machine) {
        add_wrong_word(*node, path, "an instance type",
                       context.choices([&] { return context.catalog.machine_types(); }), context.problems);
        return;
    }
    const bool database_node = text->starts_with("db.");
    const bool cache_node = text->starts_with("cache.");
    if ((database_node && service.kind != ServiceKind::database) ||
        (cache_node && service.kind != ServiceKind::cache)) {
        context.problem(*node, path,
                        fmt::format("`{}` is a type for a {}, not for a {}", *text,
                                    database_node ? "database" : "cache", k_service_kinds.of(service.kind)));
        return;
    }
    service.machine = *text;
    for (Assumption assumption : machine->assumptions) {
        assumption.path = path;
        context.architecture.assumptions.push_back(std::move(assumption));
    }
}

HealthPolicy read_health(const ReadContext& context, const Node& node, const std::string& path) {
    HealthPolicy health;
    if (node.is_scalar() && node.text == "instant") {
        health.instant = true;
        return health;
    }
    if (!node.is_mapping()) {
        add_expected(node, path, "health checks such as `{every: 5 s, fail: 2}`, or `instant`", context.problems);
        return health;
    }
    MappingReader reader(node, path, context.problems, "health checks");
    if (const Node* every = reader.optional("every")) {
        health.every_s =
            read_quantity(*every, reader.path_of("every"), Dimension::time, context.problems).value_or(health.every_s);
        if (health.every_s < 1e-3) {
            context.problem(*every, reader.path_of("every"), "checks closer than 1 ms are not simulated");
        } else {
            check_event_count(context, *every, reader.path_of("every"), 1 / health.every_s, "health checks");
        }
    }
    if (const Node* timeout = reader.optional("timeout")) {
        // A bare 0 needs no unit.
        health.timeout_s = timeout->text == "0"
                               ? 0
                               : read_quantity(*timeout, reader.path_of("timeout"), Dimension::time, context.problems)
                                     .value_or(health.timeout_s);
    }
    if (const Node* fail = reader.optional("fail")) {
        health.fail = static_cast<std::uint32_t>(
            read_count(*fail, reader.path_of("fail"), 1, 1000, context.problems).value_or(health.fail));
    }
    if (const Node* pass = reader.optional("pass")) {
        health.pass = static_cast<std::uint32_t>(
            read_count(*pass, reader.path_of("pass"), 1, 1000, context.problems).value_or(health.pass));
    }
    reader.finish();
    return health;
}

void read_services(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping() || node->entries.empty()) {
        add_expected(*node, "services", "services by name, at least one", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_service(context, entry);
    }
}

}  // namespace nines
