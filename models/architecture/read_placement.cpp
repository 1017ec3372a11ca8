// `in:` and `instances:`: in which zones or edges a service stands, and with how many instances.

#include <fmt/format.h>

#include <algorithm>

#include "models/architecture/readers.hpp"

namespace nines {

namespace {

constexpr std::int64_t k_instances_max = 1'000'000'000;

std::vector<std::string> ids_of(const World& world, const std::vector<LocationId>& locations) {
    std::vector<std::string> ids;
    for (const LocationId location : locations) {
        ids.push_back(world.locations[location].id);
    }
    return ids;
}

/// The region named by `region:`, or the only one of the world.
std::optional<LocationId> read_region(const ReadContext& context, MappingReader& reader) {
    const World& world = context.architecture.world;
    const auto regions = world.of_kind(LocationKind::region);
    const Node* node = reader.optional("region");
    if (node == nullptr) {
        if (regions.size() == 1) {
            return regions.front();
        }
        context.problem(reader.node(), reader.path_of("region"), "a place needs a `region`: the world has several")
            .choices = ids_of(world, regions);
        return std::nullopt;
    }
    const auto found = world.find(node->text);
    if (found && world.locations[*found].kind == LocationKind::region) {
        return found;
    }
    if (context.architecture.world_is_a_guess) {
        return regions.front();
    }
    add_wrong_word(*node, reader.path_of("region"), "a region of the world", ids_of(world, regions), context.problems);
    return std::nullopt;
}

/// All zones to stand in: the availability zones, and the local and Wavelength zones, whether in the world or not.
std::vector<std::string> all_zone_ids(const ReadContext& context, LocationId region) {
    const World& world = context.architecture.world;
    std::vector<std::string> ids = ids_of(world, world.zones_of(region));
    for (const ZoneRow& row : context.catalog.local_zones(world.provider, world.locations[region].id)) {
        ids.push_back(row.zone);
    }
    return ids;
}

/// `zones: 3` (the first three by id), `zones: [use1-az1, ...]`, or the first one.
std::vector<LocationId> read_zones(const ReadContext& context, MappingReader& reader, LocationId region) {
    const World& world = context.architecture.world;
    const auto zones = world.zones_of(region);
    const Node* node = reader.optional("zones");
    if (node == nullptr) {
        return {zones.front()};
    }
    const std::string path = reader.path_of("zones");
    if (context.architecture.world_is_a_guess) {
        return {zones.front()};
    }
    if (node->is_sequence()) {
        std::vector<LocationId> listed;
        if (node->items.empty()) {
            add_expected(*node, path, "a number of zones or a list of them, at least one", context.problems);
        }
        for (const Node& item : node->items) {
            const auto found = world.find(item.text);
            if (!found || world.locations[*found].kind != LocationKind::zone ||
                world.locations[*found].parent != region) {
                add_wrong_word(item, path, fmt::format("a zone of {}", world.locations[region].id),
                               context.choices([&] { return all_zone_ids(context, region); }), context.problems);
            } else if (std::find(listed.begin(), listed.end(), *found) != listed.end()) {
                context.problem(item, path, fmt::format("the zone `{}` stands here twice", item.text));
            } else {
                listed.push_back(*found);
            }
        }
        return listed;
    }
    const auto count = read_count(*node, path, 1, 1000, context.problems);
    if (count && static_cast<std::size_t>(*count) > zones.size()) {
        context.problem(
            *node, path,
            fmt::format("{} has {} availability zones, not {}", world.locations[region].id, zones.size(), *count));
        return zones;
    }
    return {zones.begin(), zones.begin() + count.value_or(1)};
}

/// One place of the list: a region with zones, and how many instances stand in each.
void read_one_place(const ReadContext& context, const Node& node, const std::string& path,
                    std::optional<std::int64_t> instances, std::vector<GroupSpec>& groups) {
    MappingReader reader(node, path, context.problems, "a place such as `{region: us-east-1, zones: 3, each: 4}`");
    if (!reader.is_mapping()) {
        return;
    }
    const auto region = read_region(context, reader);
    if (!region) {
        reader.optional("zones");
        reader.optional("each");
        reader.finish();
        return;
    }
    const auto zones = read_zones(context, reader, *region);
    std::int64_t each = 1;
    if (const Node* count = reader.optional("each")) {
        each = read_count(*count, reader.path_of("each"), 1, k_instances_max, context.problems).value_or(1);
        if (instances) {
            context.problem(*count, reader.path_of("each"), "`each` and `instances` both say how many: keep one");
        }
    }
    for (std::size_t i = 0; i < zones.size(); ++i) {
        std::int64_t count = each;
        if (instances) {
            const auto share = static_cast<std::int64_t>(zones.size());
            count = *instances / share + (static_cast<std::int64_t>(i) < *instances % share ? 1 : 0);
        }
        if (count > 0) {
            groups.push_back({zones[i], static_cast<std::uint32_t>(count)});
        }
    }
    reader.finish();
}

std::vector<GroupSpec> read_edge_placement(const ReadContext& context, MappingReader& service) {
    const World& world = context.architecture.world;
    const auto edges = world.of_kind(LocationKind::edge);
    std::vector<GroupSpec> groups;
    const Node* node = service.optional("in");
    const std::string path = service.path_of("in");
    if (node == nullptr) {
        for (const LocationId edge : edges) {
            if (world.locations[edge].outpost == Outpost::none) {
                groups.push_back({edge, 1});
            }
        }
        if (groups.empty() && context.architecture.has_world && !context.architecture.world_is_a_guess) {
            context.problem(service.node(), path, "a cdn stands at the edges of the world, which has none").hint =
                "write `edges: [IAD]` or `edges: nearest` in the world";
        }
        return groups;
    }
    MappingReader reader(*node, path, context.problems, "a place such as `{edges: [IAD]}`");
    if (const Node* list = reader.required("edges")) {
        if (!list->is_sequence() || list->items.empty()) {
            add_expected(*list, reader.path_of("edges"), "a list of edges of the world, at least one",
                         context.problems);
        }
        for (const Node& item : list->items) {
            const auto found = world.find(item.text);
            const auto is_it = [&](const GroupSpec& group) { return found == group.location; };
            if (std::find_if(groups.begin(), groups.end(), is_it) != groups.end()) {
                context.problem(item, reader.path_of("edges"),
                                fmt::format("the edge `{}` stands here twice", item.text));
            } else if (found && world.locations[*found].kind == LocationKind::edge) {
                groups.push_back({*found, 1});
            } else if (!context.architecture.world_is_a_guess) {
                add_wrong_word(item, reader.path_of("edges"), "an edge of the world", ids_of(world, edges),
                               context.problems);
            }
        }
    }
    reader.finish();
    return groups;
}

}  // namespace

std::vector<GroupSpec> read_placement(const ReadContext& context, MappingReader& service, ServiceKind kind) {
    const Architecture& architecture = context.architecture;
    std::optional<std::int64_t> instances;
    if (const Node* node = service.optional("instances")) {
        instances = read_count(*node, service.path_of("instances"), 1, k_instances_max, context.problems);
        if (kind == ServiceKind::database || kind == ServiceKind::cdn) {
            context.problem(*node, service.path_of("instances"),
                            kind == ServiceKind::cdn ? "a cdn is one instance at each of its edges"
                                                     : "a database has its primary and what `replication` adds");
        }
    }
    if (!architecture.has_world) {
        if (const Node* node = service.optional("in")) {
            context.problem(*node, service.path_of("in"), "a place needs a `world` to stand in");
        }
        return {{LocationId{0}, static_cast<std::uint32_t>(instances.value_or(1))}};
    }
    if (traits_of(kind).stands_at_edges) {
        return read_edge_placement(context, service);
    }
    std::vector<GroupSpec> groups;
    const Node* node = service.optional("in");
    const std::string path = service.path_of("in");
    if (node == nullptr) {
        const auto region = architecture.world.of_kind(LocationKind::region).front();
        const LocationId zone = architecture.world.zones_of(region).front();
        groups.push_back({zone, static_cast<std::uint32_t>(instances.value_or(1))});
        context.assume(path, architecture.world.locations[zone].id,
                       "no place is given: the first zone of the first region", std::string(k_language_page));
        return groups;
    }
    if (node->is_sequence()) {
        if (node->items.empty()) {
            add_expected(*node, path, "a place or a list of places, at least one", context.problems);
        }
        for (std::size_t i = 0; i < node->items.size(); ++i) {
            read_one_place(context, node->items[i], fmt::format("{}[{}]", path, i), instances, groups);
        }
        if (instances && node->items.size() > 1) {
            context.problem(*node, path, "with a list of places write `each`, not `instances`");
        }
    } else {
        read_one_place(context, *node, path, instances, groups);
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (groups[i].location == groups[j].location) {
                context.problem(*node, path,
                                fmt::format("the zone `{}` stands here twice",
                                            architecture.world.locations[groups[i].location].id));
                return groups;
            }
        }
    }
    return groups;
}

}  // namespace nines
