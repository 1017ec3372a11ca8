#include "models/architecture/read_architecture.hpp"

#include <fmt/format.h>

#include "models/architecture/read_security.hpp"
#include "models/architecture/readers.hpp"
#include "models/language/source.hpp"

namespace nines {

FileLoader ReadContext::loader_of(const Node& node) const {
    const std::string folder = document.files[node.place.file].folder;
    return [folder](const std::string& path) { return read_data_file(folder, path); };
}

const HealthPolicy& ReadContext::default_health() const {
    static const HealthPolicy k_with_world{};
    static const HealthPolicy k_without{.instant = true};
    return architecture.has_world ? k_with_world : k_without;
}

std::optional<std::vector<Token>> read_tokens(const ReadContext& context, const Node& node, const std::string& path) {
    const auto text = read_text(node, path, context.problems);
    if (!text) {
        return std::nullopt;
    }
    auto tokens = parse_tokens(*text);
    if (!tokens) {
        context.problem(node, path, tokens.error());
        return std::nullopt;
    }
    return std::move(*tokens);
}

std::vector<std::string> service_names(const Architecture& architecture) {
    std::vector<std::string> names;
    for (const Service& service : architecture.services) {
        names.push_back(service.name);
    }
    return names;
}

namespace {

void read_version(const ReadContext& context, MappingReader& reader) {
    const Node* version = reader.required("nines");
    if (version != nullptr && !(version->is_scalar() && version->text == "1")) {
        context.problem(*version, "nines",
                        fmt::format("expected version 1 of the language, found {}", found_text(*version)));
    }
}

void read_variant_names(const ReadContext& context, const Node* node) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_mapping()) {
        add_expected(*node, "variants", "variants by name", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        context.architecture.variant_names.push_back(entry.key);
        if (!entry.value.is_mapping() && !entry.value.is_null()) {
            add_expected(entry.value, "variants." + entry.key, "changes as `path: value`", context.problems);
        }
    }
}

}  // namespace

Architecture read_architecture(const Document& document, const Catalog& catalog, Problems& problems) {
    Architecture architecture;
    const ReadContext context{document, catalog, problems, architecture};
    MappingReader reader(document.root, "", problems, "a scenario");
    if (!reader.is_mapping()) {
        return architecture;
    }
    read_version(context, reader);
    if (const Node* name = reader.required("name")) {
        architecture.name = read_text(*name, "name", problems).value_or("");
    }
    architecture.has_world = reader.optional("world") != nullptr;
    read_run(context, reader.optional("run"));
    read_world(context, document.root);
    // Jobs run without anybody asking: then there may be no service and no demand.
    const bool has_jobs = document.root.find("jobs") != nullptr;
    read_services(context, has_jobs ? reader.optional("services") : reader.required("services"));
    read_bill(context, reader.optional("bill"));
    read_footprint(context, reader.optional("footprint"));
    read_value(context, reader.optional("value"));
    read_demands(context, has_jobs ? reader.optional("demand") : reader.required("demand"));
    read_jobs(context, reader.optional("jobs"));
    read_domains(context, reader.optional("domains"));
    read_operations(context, reader);
    read_upkeep(context, document.root.find("services"));
    read_faults(context, reader.optional("faults"));
    read_networks(context, document.root.find("services"));
    read_identities(context, reader.optional("identities"));
    read_threats(context, reader.optional("threats"));
    read_objectives(context, reader.optional("objectives"));
    read_variant_names(context, reader.optional("variants"));
    read_study(context, reader.optional("study"));
    reader.finish();
    cross_check(context);
    cross_check_security(context);
    return architecture;
}

}  // namespace nines
