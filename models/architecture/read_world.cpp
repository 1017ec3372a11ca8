// The `world:` part, and the places of demands: which regions, edges and clients the graph is made of.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr std::string_view k_providers_not_built[] = {"azure", "gcp"};

/// Regions with zones to stand in.
std::vector<std::string> region_ids(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> ids;
    for (const RegionRow& row : catalog.regions(provider)) {
        if (!catalog.zones(provider, row.region).empty()) {
            ids.push_back(row.region);
        }
    }
    return ids;
}

std::vector<std::string> edge_ids(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> ids;
    for (const EdgeRow& row : catalog.edges(provider)) {
        if (row.kind == "edge") {
            ids.push_back(row.edge);
        }
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

/// What a word in `from:` stands for: an edge, a region, or a zone of the world.
struct Origin {
    enum class Kind { edge, region, zone } kind;
    std::string id;
};

/// All such words of a provider. Where one word means two things, edges come before regions, codes before cities.
class Origins {
public:
    Origins(const Catalog& catalog, const std::string& provider) {
        const auto edges = catalog.edges(provider);
        const auto regions = catalog.regions(provider);
        for (const EdgeRow& row : edges) {
            by_word_.emplace(row.edge, Origin{Origin::Kind::edge, row.edge});
        }
        for (const RegionRow& row : regions) {
            by_word_.emplace(row.region, Origin{Origin::Kind::region, row.region});
            for (const ZoneRow& zone : catalog.zones(provider, row.region)) {
                by_word_.emplace(zone.zone, Origin{Origin::Kind::zone, zone.zone});
            }
        }
        for (const EdgeRow& row : edges) {
            if (row.kind == "edge") {
                by_word_.emplace(row.city, Origin{Origin::Kind::edge, row.edge});
            }
        }
        for (const RegionRow& row : regions) {
            by_word_.emplace(row.city, Origin{Origin::Kind::region, row.region});
            by_word_.emplace(row.name, Origin{Origin::Kind::region, row.region});
        }
    }

    const Origin* find(const std::string& word) const {
        const auto found = by_word_.find(word);
        return found == by_word_.end() ? nullptr : &found->second;
    }

private:
    std::map<std::string, Origin> by_word_;
};

std::vector<std::string> origin_names(const Catalog& catalog, const std::string& provider) {
    std::vector<std::string> names = edge_ids(catalog, provider);
    for (const RegionRow& row : catalog.regions(provider)) {
        names.push_back(row.region);
    }
    for (const EdgeRow& row : catalog.edges(provider)) {
        if (row.kind == "edge") {
            names.push_back(row.city);
        }
    }
    return names;
}

/// Every place named below `demand.*.from`, with its node.
std::vector<std::pair<std::string, const Entry*>> demand_places(const Node& root) {
    std::vector<std::pair<std::string, const Entry*>> places;
    const Node* demand = root.find("demand");
    if (demand == nullptr || !demand->is_mapping()) {
        return places;
    }
    for (const Entry& one : demand->entries) {
        const Node* from = one.value.is_mapping() ? one.value.find("from") : nullptr;
        if (from == nullptr || !from->is_mapping()) {
            continue;
        }
        for (const Entry& place : from->entries) {
            places.emplace_back("demand." + one.key + ".from." + place.key, &place);
        }
    }
    return places;
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
        } else if (context.catalog.zones(spec.provider, id).empty()) {
            context.problem(*place, "world.regions", fmt::format("the zones of `{}` are not in the catalogue", id));
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
            const auto region = origin->kind == Origin::Kind::region
                                    ? origin->id
                                    : context.catalog.zone(spec.provider, origin->id)->region;
            const auto row = context.catalog.region(spec.provider, region);
            edges.insert(nearest_edge(context.catalog, spec.provider, row->latitude_deg, row->longitude_deg));
        }
        spec.edges.assign(edges.begin(), edges.end());
        return;
    }
    for (const auto& [id, place] : name_list(context, *node, "world.edges", "an edge location such as `IAD`")) {
        const auto row = context.catalog.edge(spec.provider, id);
        if (!row || row->kind != "edge") {
            add_wrong_word(*place, "world.edges", "an edge location",
                           context.choices([&] { return edge_ids(context.catalog, spec.provider); }), context.problems);
        } else if (std::find(spec.edges.begin(), spec.edges.end(), id) != spec.edges.end()) {
            context.problem(*place, "world.edges", fmt::format("the edge `{}` stands here twice", id));
        } else {
            spec.edges.push_back(id);
        }
    }
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
            if (!inside || row->kind != "availability-zone") {
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
        read_edges(context, reader, root, origins, spec);
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
