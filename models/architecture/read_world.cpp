// The `world:` part, and the places of demands: which regions, edges and clients the graph is made of.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/architecture/named_places.hpp"
#include "models/architecture/readers.hpp"
#include "models/world/origins.hpp"

namespace nines {

namespace {

constexpr std::string_view k_providers_not_built[] = {"azure", "gcp"};

std::vector<std::string> region_ids(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> ids;
    for (const RegionRow& row : catalog.regions(provider)) {
        ids.push_back(row.region);
    }
    return ids;
}

/// The nearest edge location to a point.
std::string nearest_edge(const Catalog& catalog, const std::string& provider, double latitude, double longitude) {
    std::string best;
    double best_km = 1e9;
    for (const EdgeRow& row : catalog.edges(provider)) {
        const double km = distance_km(latitude, longitude, row.latitude_deg, row.longitude_deg);
        if (row.kind == "edge" && km < best_km) {
            best = row.edge;
            best_km = km;
        }
    }
    return best;
}

std::string client_id(const std::string& place) {
    return "client " + place;
}

/// Reads a list of names, or one name.
std::vector<std::pair<std::string, const Node*>> name_list(const ReadContext& context, const Node& node,
                                                           const std::string& path, std::string_view what) {
    std::vector<std::pair<std::string, const Node*>> names;
    if (node.is_scalar()) {
        names.emplace_back(node.text, &node);
    } else if (node.is_sequence()) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (node.items[i].is_scalar()) {
                names.emplace_back(node.items[i].text, &node.items[i]);
            } else {
                add_expected(node.items[i], fmt::format("{}[{}]", path, i), what, context.problems);
            }
        }
    } else {
        add_expected(node, path, what, context.problems);
    }
    return names;
}

/// Nothing after a problem: the places of another provider cannot be judged.
std::optional<std::string> read_provider(const ReadContext& context, MappingReader& reader) {
    const Node* node = reader.optional("provider");
    if (node == nullptr) {
        return "aws";
    }
    for (const std::string_view later : k_providers_not_built) {
        if (node->is_scalar() && node->text == later) {
            context.problem(*node, "world.provider", fmt::format("the provider `{}` is known, not built yet", later));
            return std::nullopt;
        }
    }
    if (!node->is_scalar() || node->text != "aws") {
        add_wrong_word(*node, "world.provider", "a provider", {"aws"}, context.problems);
        return std::nullopt;
    }
    return "aws";
}

void read_regions(const ReadContext& context, MappingReader& reader, WorldSpec& spec) {
    const Node* node = reader.required("regions");
    if (node == nullptr) {
        return;
    }
    for (const auto& [id, place] : name_list(context, *node, "world.regions", "a region such as `us-east-1`")) {
        if (!context.catalog.region(spec.provider, id)) {
            add_wrong_word(*place, "world.regions", "a region",
                           context.choices([&] { return region_ids(context.catalog, spec.provider); }),
                           context.problems);
        } else if (std::find(spec.regions.begin(), spec.regions.end(), id) != spec.regions.end()) {
            context.problem(*place, "world.regions", fmt::format("the region `{}` stands here twice", id));
        } else {
            spec.regions.push_back(id);
        }
    }
    if (node->is_sequence() && node->items.empty()) {
        add_expected(*node, "world.regions", "at least one region", context.problems);
    }
}

void read_edges(const ReadContext& context, MappingReader& reader, const Node& root, const Origins& origins,
                WorldSpec& spec) {
    const Node* node = reader.optional("edges");
    if (node == nullptr) {
        return;
    }
    if (node->is_scalar() && node->text == "nearest") {
        std::set<std::string> edges;
        for (const auto& place : demand_places(root)) {
            const Origin* origin = origins.find(place.second->key);
            if (origin == nullptr) {
                continue;
            }
            if (origin->kind == Origin::Kind::edge) {
                edges.insert(origin->id);
                continue;
            }
            const auto nearest_to = [&](const auto& row) {
                return nearest_edge(context.catalog, spec.provider, row->latitude_deg, row->longitude_deg);
            };
            edges.insert(origin->kind == Origin::Kind::region
                             ? nearest_to(context.catalog.region(spec.provider, origin->id))
                             : nearest_to(context.catalog.zone(spec.provider, origin->id)));
        }
        spec.edges.assign(edges.begin(), edges.end());
        return;
    }
    for (const auto& [id, place] : name_list(context, *node, "world.edges", "an edge location such as `IAD`")) {
        const auto row = context.catalog.edge(spec.provider, id);
        if (!row || row->kind != "edge") {
            add_wrong_word(*place, "world.edges", "an edge location",
                           context.choices([&] { return edge_ids(context.catalog, spec.provider); }), context.problems);
            if (row) {
                context.problems.list.back().hint = "regional edge caches stand under `edge_caches`";
            }
        } else if (std::find(spec.edges.begin(), spec.edges.end(), id) != spec.edges.end()) {
            context.problem(*place, "world.edges", fmt::format("the edge `{}` stands here twice", id));
        } else {
            spec.edges.push_back(id);
        }
    }
}

std::vector<std::string> edge_cache_ids(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> ids;
    for (const EdgeRow& row : catalog.edges(provider)) {
        if (row.kind != "edge") {
            ids.push_back(row.edge);
        }
    }
    return ids;
}

/// `edge_caches: nearest` (that of each edge of the world), or a list. They are edges that no client asks.
void read_edge_caches(const ReadContext& context, MappingReader& reader, WorldSpec& spec) {
    const Node* node = reader.optional("edge_caches");
    if (node == nullptr) {
        return;
    }
    if (node->is_scalar() && node->text == "nearest") {
        std::set<std::string> caches;
        for (const std::string& edge : spec.edges) {
            const auto row = context.catalog.edge(spec.provider, edge);
            if (row && !row->nearest_cache_region.empty()) {
                caches.insert("REC-" + row->nearest_cache_region);
            }
        }
        spec.edges.insert(spec.edges.end(), caches.begin(), caches.end());
        return;
    }
    for (const auto& [id, place] :
         name_list(context, *node, "world.edge_caches", "a regional edge cache such as `REC-us-east-1`")) {
        const auto row = context.catalog.edge(spec.provider, id);
        if (!row || row->kind == "edge") {
            add_wrong_word(*place, "world.edge_caches", "a regional edge cache",
                           context.choices([&] { return edge_cache_ids(context.catalog, spec.provider); }),
                           context.problems);
        } else if (std::find(spec.edges.begin(), spec.edges.end(), id) != spec.edges.end()) {
            context.problem(*place, "world.edge_caches", fmt::format("the edge cache `{}` stands here twice", id));
        } else {
            spec.edges.push_back(id);
        }
    }
}

std::vector<std::string> local_zone_ids(const Catalog& catalog, const WorldSpec& spec) {
    std::vector<std::string> ids;
    for (const std::string& region : spec.regions) {
        for (const ZoneRow& row : catalog.local_zones(spec.provider, region)) {
            ids.push_back(row.zone);
        }
    }
    return ids;
}

/// `local_zones: [...]`, and those that services and demands name: a region brings its availability zones only, since
/// faults on any zone would fall on outposts that nobody uses.
void read_local_zones(const ReadContext& context, MappingReader& reader, const Node& root, WorldSpec& spec) {
    const std::vector<std::string> known = local_zone_ids(context.catalog, spec);
    const auto is_known = [&](const std::string& id) {
        return std::find(known.begin(), known.end(), id) != known.end();
    };
    std::set<std::string> named;
    if (const Node* node = reader.optional("local_zones")) {
        for (const auto& [id, place] :
             name_list(context, *node, "world.local_zones", "a local zone such as `usw2-lax1-az1`")) {
            if (!is_known(id)) {
                add_wrong_word(*place, "world.local_zones", "a local or Wavelength zone of the world's regions", known,
                               context.problems);
            } else if (!named.insert(id).second) {
                context.problem(*place, "world.local_zones", fmt::format("the zone `{}` stands here twice", id));
            }
        }
    }
    for (const std::string& id : service_zones(root)) {
        if (is_known(id)) {
            named.insert(id);
        }
    }
    for (const auto& place : demand_places(root)) {
        if (is_known(place.second->key)) {
            named.insert(place.second->key);
        }
    }
    // In the order of the catalogue, so that the world does not depend on who names a zone first.
    std::copy_if(known.begin(), known.end(), std::back_inserter(spec.local_zones),
                 [&](const std::string& id) { return named.contains(id); });
}

/// Users in a zone of the world stand in the zone itself; all others get a client of their own.
void read_clients(const ReadContext& context, const Node& root, const Origins& origins, WorldSpec& spec) {
    std::set<std::string> seen;
    for (const auto& [path, entry] : demand_places(root)) {
        const Origin* origin = origins.find(entry->key);
        if (origin == nullptr) {
            auto& problem =
                context.problems.add(entry->key_place, path,
                                     fmt::format("expected an edge, a region, a zone or a city of {}, found `{}`",
                                                 spec.provider, entry->key));
            problem.choices = context.choices([&] { return origin_names(context.catalog, spec.provider); });
            problem.found = entry->key;
            continue;
        }
        if (origin->kind == Origin::Kind::zone) {
            const auto row = context.catalog.zone(spec.provider, origin->id);
            const bool inside = std::find(spec.regions.begin(), spec.regions.end(), row->region) != spec.regions.end();
            if (!inside) {
                context.problems.add(entry->key_place, path,
                                     fmt::format("the zone `{}` is not in the world", entry->key));
            }
            continue;
        }
        if (seen.insert(entry->key).second) {
            spec.clients.push_back({client_id(entry->key), origin->id});
        }
    }
}

}  // namespace

void read_world(const ReadContext& context, const Node& root) {
    Architecture& architecture = context.architecture;
    if (!architecture.has_world) {
        architecture.world = nameless_world();
        for (const auto& [path, entry] : demand_places(root)) {
            context.problems.add(entry->key_place, path, "a demand has a place only where there is a `world`");
        }
        return;
    }
    MappingReader reader(*root.find("world"), "world", context.problems, "a world");
    WorldSpec spec;
    const auto provider = read_provider(context, reader);
    spec.provider = provider.value_or("aws");
    if (provider) {
        read_regions(context, reader, spec);
        const Origins origins(context.catalog, spec.provider);
        read_local_zones(context, reader, root, spec);
        read_edges(context, reader, root, origins, spec);
        read_edge_caches(context, reader, spec);
        read_clients(context, root, origins, spec);
        reader.finish();
    }
    if (spec.regions.empty()) {
        // Something to stand on while the other parts are read, so that their mistakes are reported too.
        spec.regions = {"us-east-1"};
        architecture.world_is_a_guess = true;
    }
    architecture.world = build_world(context.catalog, spec);
    architecture.assumptions.insert(architecture.assumptions.end(), architecture.world.assumptions.begin(),
                                    architecture.world.assumptions.end());
}

LocationId client_location(const Architecture& architecture, const std::string& place) {
    if (const auto client = architecture.world.find(client_id(place))) {
        return *client;
    }
    return architecture.world.find(place).value_or(LocationId::none());
}

}  // namespace nines
