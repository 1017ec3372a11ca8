// `layers` of a service: who owns what it stands on, under the shared responsibility model.

#include <fmt/format.h>

#include "models/architecture/readers.hpp"

namespace nines {

void read_layers(const ReadContext& context, MappingReader& service_reader, Service& service) {
    service.owners = default_owners(service.size && service.kind == ServiceKind::fleet ? Hosting::containers
                                                                                       : hosting_of(service.kind));
    const Node* node = service_reader.optional("layers");
    if (node == nullptr) {
        return;
    }
    const std::string path = service_reader.path_of("layers");
    if (!node->is_mapping()) {
        add_expected(*node, path, "owners of layers, such as `{operating-system: customer}`", context.problems);
        return;
    }
    for (const Entry& entry : node->entries) {
        const auto layer = k_layers.find(entry.key);
        if (!layer) {
            Problem& problem = context.problems.add(entry.key_place, join_path(path, entry.key),
                                                    fmt::format("expected a layer, found `{}`", entry.key));
            problem.choices = k_layers.all();
            problem.found = entry.key;
            continue;
        }
        const auto owner = read_word(entry.value, join_path(path, entry.key), k_owners, "an owner", context.problems);
        service.owners[static_cast<std::size_t>(*layer)] = owner.value_or(Owner::customer);
    }
}

}  // namespace nines
