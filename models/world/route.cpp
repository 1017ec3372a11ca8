// Routes: Dijkstra by Boost.Graph from the far end, then the way there by the lowest link index.

#include "models/world/route.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

namespace nines {

namespace {

/// Latency first, then hops: links of no latency still count, so that a way of least distance never turns back.
struct Distance {
    std::int64_t picoseconds = 0;
    std::int64_t hops = 0;

    auto operator<=>(const Distance&) const = default;
};

constexpr Distance k_unreachable{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()};

Distance operator+(const Distance& a, const Distance& b) {
    if (a == k_unreachable || b == k_unreachable) {
        return k_unreachable;
    }
    return {a.picoseconds + b.picoseconds, a.hops + b.hops};
}

/// Integers, so that two ways of equal latency are equal in whatever order their links are added.
Distance length_of(const Link& link) {
    return {std::llround(link.latency_mean_s * 1e12), 1};
}

bool is_up(std::span<const std::uint8_t> up, std::uint32_t index) {
    return up.empty() || up[index] != 0;
}

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                    boost::property<boost::edge_weight_t, Distance>>;

struct Search {
    const World& world;
    LocationId from;
    LocationId to;
    std::span<const std::uint8_t> link_up;
    std::span<const std::uint8_t> location_up;

    bool may_use(LinkId id) const {
        const Link& link = world.links[id];
        return is_up(link_up, id.value) && link.a != link.b && may_use(link.a) && may_use(link.b);
    }

    bool may_use(LocationId place) const { return is_up(location_up, place.value) && may_pass(world, from, to, place); }

    /// Each location's distance to the far end over the links that may be used.
    std::vector<Distance> distances(const std::vector<LinkId>& usable) const {
        Graph graph(world.locations.size());
        for (const LinkId id : usable) {
            const Link& link = world.links[id];
            boost::add_edge(link.a.value, link.b.value, length_of(link), graph);
        }
        std::vector<Distance> found(world.locations.size(), k_unreachable);
        boost::dijkstra_shortest_paths(graph, to.value,
                                       boost::distance_map(boost::make_iterator_property_map(
                                                               found.begin(), boost::get(boost::vertex_index, graph)))
                                           .distance_inf(k_unreachable)
                                           .distance_zero(Distance{})
                                           .distance_combine(std::plus<Distance>())
                                           .distance_compare(std::less<Distance>()));
        return found;
    }

    std::optional<std::vector<LinkId>> path() const {
        std::vector<LinkId> usable;
        for (std::size_t i = 0; i < world.links.size(); ++i) {
            if (may_use(index_at<LinkId>(i))) {
                usable.push_back(index_at<LinkId>(i));
            }
        }
        const std::vector<Distance> left = distances(usable);
        if (left[from.value] == k_unreachable) {
            return std::nullopt;
        }
        std::vector<LinkId> taken;
        for (LocationId at = from; at != to;) {
            const auto next = std::find_if(usable.begin(), usable.end(), [&](LinkId id) {
                const Link& link = world.links[id];
                const bool touches = link.a == at || link.b == at;
                const LocationId other = link.a == at ? link.b : link.a;
                return touches && left[other.value] + length_of(link) == left[at.value];
            });
            taken.push_back(*next);
            at = world.links[*next].a == at ? world.links[*next].b : world.links[*next].a;
        }
        return taken;
    }
};

/// From a place to itself: its own link, where it has one.
std::optional<std::vector<LinkId>> own_route(const World& world, LocationId place,
                                             std::span<const std::uint8_t> link_up) {
    for (std::size_t i = 0; i < world.links.size(); ++i) {
        const LinkId id = index_at<LinkId>(i);
        if (world.links[id].a == place && world.links[id].b == place) {
            return is_up(link_up, id.value) ? std::optional(std::vector{id}) : std::nullopt;
        }
    }
    return std::vector<LinkId>{};
}

}  // namespace

bool may_pass(const World& world, LocationId from, LocationId to, LocationId place) {
    if (place == from || place == to) {
        return true;
    }
    const Location& a = world.locations[from];
    const Location& b = world.locations[to];
    const Location& between = world.locations[place];
    const auto is_inner_zone = [](const Location& location) {
        return location.kind == LocationKind::zone && location.outpost == Outpost::none;
    };
    const bool inside_region = is_inner_zone(a) && is_inner_zone(b) && a.region == b.region;
    return inside_region ? is_inner_zone(between) && between.region == a.region : between.kind == LocationKind::region;
}

std::optional<std::vector<LinkId>> find_route(const World& world, LocationId from, LocationId to,
                                              std::span<const std::uint8_t> link_up,
                                              std::span<const std::uint8_t> location_up) {
    if (!is_up(location_up, from.value) || !is_up(location_up, to.value)) {
        return std::nullopt;
    }
    if (from == to) {
        return own_route(world, from, link_up);
    }
    return Search{world, from, to, link_up, location_up}.path();
}

double latency_between(const World& world, LocationId from, LocationId to) {
    const auto route = find_route(world, from, to, {}, {});
    if (!route) {
        return std::numeric_limits<double>::infinity();
    }
    double sum_s = 0;
    for (const LinkId link : *route) {
        sum_s += world.links[link].latency_mean_s;
    }
    return sum_s;
}

}  // namespace nines
