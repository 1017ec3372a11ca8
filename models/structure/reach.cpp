// Reach by rounds over a Boost graph: after n rounds a place is reached over at most n links.

#include "models/structure/reach.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>

#include "models/world/route.hpp"

namespace nines {

namespace {

using analytic::GateId;

struct LinkOf {
    LinkId link;
};
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, LocationId, LinkOf>;

/// The places that a route may pass, and the links between them; the ends are vertices 0 and 1.
Graph graph_between(const World& world, LocationId from, LocationId to) {
    Graph graph;
    std::map<LocationId, Graph::vertex_descriptor> vertex_of;
    vertex_of[from] = boost::add_vertex(from, graph);
    vertex_of[to] = boost::add_vertex(to, graph);
    for (std::size_t i = 0; i < world.locations.size(); ++i) {
        const auto place = index_at<LocationId>(i);
        if (place != from && place != to && may_pass(world, from, to, place)) {
            vertex_of[place] = boost::add_vertex(place, graph);
        }
    }
    for (std::size_t i = 0; i < world.links.size(); ++i) {
        const Link& link = world.links[index_at<LinkId>(i)];
        const auto a = vertex_of.find(link.a);
        const auto b = vertex_of.find(link.b);
        if (link.a != link.b && a != vertex_of.end() && b != vertex_of.end()) {
            boost::add_edge(a->second, b->second, LinkOf{index_at<LinkId>(i)}, graph);
        }
    }
    return graph;
}

}  // namespace

GateId Reach::between(LocationId from, LocationId to) {
    if (!plan_.has_world || !from.exists() || !to.exists()) {
        return function_.always();
    }
    const auto [at, fresh] = known_.emplace(std::minmax(from, to), GateId::none());
    if (fresh) {
        at->second = find(from, to);
    }
    return at->second;
}

GateId Reach::find(LocationId from, LocationId to) {
    const World& world = plan_.world;
    if (from == to) {
        // From a place to itself: its own link, where it has one.
        for (std::size_t i = 0; i < world.links.size(); ++i) {
            const Link& link = world.links[index_at<LinkId>(i)];
            if (link.a == from && link.b == from) {
                return parts_.link_up[index_at<LinkId>(i)];
            }
        }
        return function_.always();
    }
    const Graph graph = graph_between(world, from, to);
    const auto passes = [&](Graph::vertex_descriptor vertex) {
        const LocationId place = graph[vertex];
        const bool belongs_to_an_end = place == from || place == to || place == world.locations[from].region ||
                                       place == world.locations[to].region;
        return belongs_to_an_end ? function_.always() : parts_.place_passes[place];
    };
    // reached[v]: some way of at most as many links as rounds done leads to v, and v can be passed.
    std::vector<GateId> reached(boost::num_vertices(graph), function_.never());
    reached[0] = function_.always();
    for (std::size_t round = 1; round < reached.size(); ++round) {
        std::vector<GateId> next = reached;
        for (const auto vertex : boost::make_iterator_range(boost::vertices(graph))) {
            std::vector<GateId> ways{reached[vertex]};
            for (const auto edge : boost::make_iterator_range(boost::out_edges(vertex, graph))) {
                ways.push_back(function_.all_of(
                    {reached[boost::target(edge, graph)], parts_.link_up[graph[edge].link], passes(vertex)}));
            }
            next[vertex] = function_.any_of(std::move(ways));
        }
        if (next == reached) {
            break;
        }
        reached = std::move(next);
    }
    return reached[1];
}

}  // namespace nines
