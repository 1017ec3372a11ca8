// What a service holds and how it is guarded: `data`, `backup`, `patch`, `absorb`, `network`; and `identities:`.

#include "models/architecture/read_security.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/language/show.hpp"

namespace nines {

namespace {

constexpr double k_records_most = 1e15;

/// A quantity under a key; nothing where it is absent or wrong.
std::optional<double> read_optional(const ReadContext& context, MappingReader& reader, std::string_view key,
                                    Dimension dimension) {
    const Node* node = reader.optional(key);
    return node == nullptr ? std::nullopt : read_quantity(*node, reader.path_of(key), dimension, context.problems);
}

/// A quantity above zero, or `fallback` with a problem.
double read_positive(const ReadContext& context, MappingReader& reader, std::string_view key, Dimension dimension,
                     double fallback) {
    const Node* node = reader.required(key);
    const auto value =
        node == nullptr ? std::nullopt : read_quantity(*node, reader.path_of(key), dimension, context.problems);
    if (value && *value <= 0) {
        context.problem(*node, reader.path_of(key), fmt::format("`{}` must be above zero", key));
        return fallback;
    }
    return value.value_or(fallback);
}

void read_encryption(const ReadContext& context, MappingReader& data_reader, DataSpec& data) {
    const Node* node = data_reader.optional("encrypted");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, data_reader.path_of("encrypted"), context.problems,
                         "encryption such as `{rest: true, transit: true}`");
    const auto read = [&](std::string_view key) {
        const Node* value = reader.optional(key);
        return value != nullptr && read_bool(*value, reader.path_of(key), context.problems).value_or(false);
    };
    data.encrypted_at_rest = read("rest");
    data.encrypted_in_transit = read("transit");
    reader.finish();
}

void read_residency(const ReadContext& context, MappingReader& data_reader, DataSpec& data) {
    const Node* node = data_reader.optional("residency");
    if (node == nullptr) {
        return;
    }
    const std::string path = data_reader.path_of("residency");
    if (!node->is_sequence() || node->items.empty()) {
        add_expected(*node, path, "a list of countries, regions or EU, such as `[US, CA]`", context.problems);
        return;
    }
    data.place = node->place;
    for (const Node& item : node->items) {
        if (const auto name = read_name(item, path, context.problems)) {
            data.residency.push_back(*name);
        }
    }
}

void read_data(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("data");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, service_reader.path_of("data"), context.problems, "the data of a service");
    DataSpec data;
    data.place = node->place;
    if (const Node* records = reader.required("records")) {
        data.records =
            read_quantity(*records, reader.path_of("records"), Dimension::number, context.problems).value_or(0);
        if (data.records < 0 || data.records > k_records_most) {
            context.problem(*records, reader.path_of("records"), "expected a count of records, up to 10^15");
        }
    }
    if (const Node* name = reader.optional("class")) {
        data.sensitivity = read_name(*name, reader.path_of("class"), context.problems).value_or("");
    }
    data.bytes = read_optional(context, reader, "size", Dimension::bytes).value_or(0);
    data.growth_per_s = read_optional(context, reader, "growth", Dimension::bytes_per_time).value_or(0);
    if (data.growth_per_s > 0 && data.bytes <= 0) {
        context.problem(*reader.optional("growth"), reader.path_of("growth"),
                        "what grows has a `size`: records grow in step with the bytes");
    }
    data.usd_per_record = read_optional(context, reader, "usd_per_record", Dimension::money).value_or(0);
    if (data.is_public() && data.usd_per_record > 0) {
        context.problem(*reader.optional("usd_per_record"), reader.path_of("usd_per_record"),
                        "records of `class: public` are no secret: nobody pays for their exposure");
    }
    data.rebuild_s = read_optional(context, reader, "rebuild", Dimension::time);
    read_encryption(context, reader, data);
    read_residency(context, reader, data);
    reader.finish();
    service.security.data = std::move(data);
}

void read_backup(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("backup");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("backup");
    MappingReader reader(*node, path, context.problems, "backups");
    BackupSpec backup;
    backup.every_s = read_positive(context, reader, "every", Dimension::time, k_seconds_per_day);
    backup.restore_bytes_per_s = read_positive(context, reader, "restore", Dimension::bytes_per_time, 1e9);
    backup.keep_s = read_optional(context, reader, "keep", Dimension::time).value_or(backup.keep_s);
    if (backup.keep_s < backup.every_s) {
        context.problem(*reader.optional("keep"), reader.path_of("keep"),
                        "a backup is kept at least until the next one is made");
    }
    if (const Node* own = reader.optional("own-credentials")) {
        backup.own_credentials = read_bool(*own, reader.path_of("own-credentials"), context.problems).value_or(false);
    }
    reader.finish();
    if (!service.security.data) {
        context.problem(*node, path, "backups are of `data`, and the service says of none");
    } else if (service.security.data->bytes <= 0) {
        context.problem(*node, path, "a restore takes as long as the data is large: `data` needs a `size`");
    }
    service.security.backup = backup;
}

void read_patch(const ReadContext& context, MappingReader& service_reader, Service& service) {
    const Node* node = service_reader.optional("patch");
    if (node == nullptr) {
        return;
    }
    MappingReader reader(*node, service_reader.path_of("patch"), context.problems, "patch rounds");
    PatchSpec patch;
    patch.every_s = read_positive(context, reader, "every", Dimension::time, k_seconds_per_day);
    patch.takes_s = read_optional(context, reader, "takes", Dimension::time).value_or(0);
    if (patch.takes_s > patch.every_s) {
        context.problem(*reader.optional("takes"), reader.path_of("takes"),
                        "a round of patches is over before the next one begins");
    }
    reader.finish();
    service.security.patch = patch;
}

void read_network(const ReadContext& context, const Node& node, const std::string& path, NetworkSpec& network) {
    MappingReader reader(node, path, context.problems, "a boundary such as `{from: [internet, web]}`");
    const Node* from = reader.required("from");
    reader.finish();
    if (from == nullptr) {
        return;
    }
    const std::string from_path = reader.path_of("from");
    if (!from->is_sequence()) {
        add_expected(*from, from_path, "a list of services, `internet` or `any`", context.problems);
        return;
    }
    for (const Node& item : from->items) {
        if (item.is_scalar() && item.text == "internet") {
            network.from_internet = true;
        } else if (item.is_scalar() && item.text == "any") {
            network.from_any = true;
        } else if (const ServiceId service = find_service(context, item, from_path); service.exists()) {
            network.from.push_back(service);
        }
    }
    std::sort(network.from.begin(), network.from.end());
    network.from.erase(std::unique(network.from.begin(), network.from.end()), network.from.end());
}

// --- identities -----------------------------------------------------------------------------------------------------

/// What a permission may look like, for an error.
std::vector<std::string> permission_choices(const Architecture& architecture, const Node& identities) {
    std::vector<std::string> choices = {"all", "admin"};
    for (std::size_t i = 0; i < architecture.endpoints.size(); ++i) {
        choices.push_back(architecture.endpoint_name(index_at<EndpointId>(i)));
    }
    for (const Service& service : architecture.services) {
        choices.push_back(service.name);
        choices.push_back("deploy " + service.name);
    }
    for (const Entry& one : identities.entries) {
        choices.push_back("assume " + one.key);
    }
    return choices;
}

ServiceId service_named(const Architecture& architecture, std::string_view name) {
    for (std::size_t i = 0; i < architecture.services.size(); ++i) {
        if (architecture.services[index_at<ServiceId>(i)].name == name) {
            return index_at<ServiceId>(i);
        }
    }
    return ServiceId::none();
}

/// The identity of that name: they are numbered as they stand.
IdentityId identity_named(const Node& identities, std::string_view name) {
    for (std::size_t i = 0; i < identities.entries.size(); ++i) {
        if (identities.entries[i].key == name) {
            return index_at<IdentityId>(i);
        }
    }
    return IdentityId::none();
}

/// "orders.read", "orders", "deploy web", "assume role", "all" or "admin"; false where it is none of those.
bool parse_permission(const Architecture& architecture, const Node& identities, std::string_view text,
                      Permission& permission) {
    constexpr std::string_view k_deploy = "deploy ";
    constexpr std::string_view k_assume = "assume ";
    if (text == "all" || text == "admin") {
        permission.kind = text == "all" ? Permission::Kind::all : Permission::Kind::admin;
        return true;
    }
    if (text.starts_with(k_deploy)) {
        permission.kind = Permission::Kind::deploy;
        permission.service = service_named(architecture, text.substr(k_deploy.size()));
        return permission.service.exists();
    }
    if (text.starts_with(k_assume)) {
        permission.kind = Permission::Kind::assume;
        permission.identity = identity_named(identities, text.substr(k_assume.size()));
        return permission.identity.exists();
    }
    permission.kind = Permission::Kind::call;
    const auto dot = text.find('.');
    permission.service = service_named(architecture, text.substr(0, dot));
    if (!permission.service.exists() || dot == std::string_view::npos) {
        return permission.service.exists();
    }
    for (const EndpointId endpoint : architecture.services[permission.service].endpoints) {
        if (architecture.endpoints[endpoint].name == text.substr(dot + 1)) {
            permission.endpoint = endpoint;
        }
    }
    return permission.endpoint.exists();
}

void read_permissions(const ReadContext& context, const Node& identities, MappingReader& reader, Identity& identity) {
    const Node* may = reader.required("may");
    if (may == nullptr) {
        return;
    }
    const std::string path = reader.path_of("may");
    if (!may->is_sequence()) {
        add_expected(*may, path, "a list such as `[orders.read, deploy web]`", context.problems);
        return;
    }
    for (const Node& item : may->items) {
        Permission permission;
        permission.text = item.text;
        permission.place = item.place;
        if (item.is_scalar() && parse_permission(context.architecture, identities, item.text, permission)) {
            identity.may.push_back(std::move(permission));
            continue;
        }
        Problem& problem =
            add_expected(item, path, "an endpoint, a service, `deploy SERVICE`, `assume IDENTITY`, `all` or `admin`",
                         context.problems);
        problem.choices = context.choices([&] { return permission_choices(context.architecture, identities); });
        problem.found = item.text;
    }
}

void read_identity(const ReadContext& context, const Node& identities, const Entry& entry) {
    Identity identity;
    identity.name = entry.key;
    identity.place = entry.key_place;
    const std::string path = "identities." + entry.key;
    if (!is_name(entry.key)) {
        context.problems.add(entry.key_place, path,
                             fmt::format("`{}` is no name: letters, digits, - and _", entry.key));
    }
    MappingReader reader(entry.value, path, context.problems, "an identity");
    if (const Node* of = reader.optional("of")) {
        identity.of = find_service(context, *of, reader.path_of("of"));
    }
    read_permissions(context, identities, reader, identity);
    if (reader.optional("rotate") != nullptr) {
        identity.rotate_s = read_positive(context, reader, "rotate", Dimension::time, k_seconds_per_day);
    }
    reader.finish();
    context.architecture.identities.push_back(std::move(identity));
}

}  // namespace

ServiceId find_service(const ReadContext& context, const Node& node, const std::string& path) {
    const ServiceId service = node.is_scalar() ? service_named(context.architecture, node.text) : ServiceId::none();
    if (!service.exists()) {
        Problem& problem = add_expected(node, path, "a service", context.problems);
        problem.choices = context.choices([&] { return service_names(context.architecture); });
        problem.found = node.text;
    }
    return service;
}

namespace {

void read_flood_guard(const ReadContext& context, MappingReader& reader, FloodGuard& guard) {
    const Node* absorb = reader.optional("absorb");
    if (absorb != nullptr) {
        guard.absorb_per_s =
            read_quantity(*absorb, reader.path_of("absorb"), Dimension::rate, context.problems).value_or(0);
    }
    if (const Node* filter = reader.optional("filter")) {
        guard.filter = read_share(context, *filter, reader.path_of("filter")).value_or(1);
        if (absorb == nullptr) {
            context
                .problem(*filter, reader.path_of("filter"),
                         "`filter` is a share of what `absorb` can look at, which is not said")
                .hint = "add `absorb: 20000/s`, as much as the edge or the scrubbing can take";
        }
    }
}

}  // namespace

void read_service_security(const ReadContext& context, MappingReader& reader, Service& service) {
    read_data(context, reader, service);
    read_backup(context, reader, service);
    read_patch(context, reader, service);
    read_flood_guard(context, reader, service.security.flood);
    reader.optional("network");  // read_networks
}

void read_networks(const ReadContext& context, const Node* services) {
    if (services == nullptr || !services->is_mapping()) {
        return;
    }
    for (const Entry& entry : services->entries) {
        const Node* node = entry.value.is_mapping() ? entry.value.find("network") : nullptr;
        const ServiceId id = service_named(context.architecture, entry.key);
        if (node == nullptr || node->is_null() || !id.exists()) {
            continue;
        }
        NetworkSpec network;
        read_network(context, *node, "services." + entry.key + ".network", network);
        context.architecture.services[id].security.network = std::move(network);
    }
}

void read_identities(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping()) {
        add_expected(*node, "identities", "identities by name", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        read_identity(context, *node, entry);
    }
}

}  // namespace nines
