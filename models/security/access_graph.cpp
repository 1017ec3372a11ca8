#include "models/security/access_graph.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

namespace nines {

AccessGraph::AccessGraph(const SecurityPlan& plan)
    : plan_(plan), graph_(3 * plan.targets.size() + plan.identities.size()), opens_(plan.targets.size()) {
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        add_service(index_at<ServiceId>(i));
    }
    for (std::size_t i = 0; i < plan.identities.size(); ++i) {
        const auto id = index_at<IdentityId>(i);
        for (const Permission& permission : plan.identities[id].may) {
            add_permission(id, permission);
        }
    }
}

void AccessGraph::add_service(ServiceId id) {
    const TargetPlan& target = plan_.targets[id];
    boost::add_edge(control(id), reading(id), Step{}, graph_);
    boost::add_edge(control(id), changing(id), Step{}, graph_);
    for (const IdentityId own : target.identities) {
        boost::add_edge(control(id), identity(own), Step{}, graph_);
    }
    if (target.identities.empty()) {
        for (const EndpointId endpoint : target.calls) {
            add_call(control(id), endpoint);
        }
    }
    for (const ServiceId neighbour : target.from) {
        boost::add_edge(control(neighbour), control(id), Step{id, ServiceId::none(), true}, graph_);
        if (target.guard.network) {
            opens_[neighbour].push_back(id);
        }
    }
}

void AccessGraph::add_call(Vertex from, EndpointId endpoint) {
    const ServiceId service = plan_.service_of[endpoint];
    add_access(from, plan_.writes[endpoint] != 0 ? changing(service) : reading(service), service);
}

/// Credentials are good from anywhere, unless a boundary is declared that says from where.
void AccessGraph::add_access(Vertex from, Vertex to, ServiceId into) {
    const TargetPlan& target = plan_.targets[into];
    const bool is_guarded = target.guard.network && !target.guard.network->from_internet;
    boost::add_edge(from, to, Step{into, is_guarded ? into : ServiceId::none(), false}, graph_);
}

void AccessGraph::add_permission(IdentityId holder, const Permission& permission) {
    const Vertex from = identity(holder);
    switch (permission.kind) {
        case Permission::Kind::call:
            for (std::size_t i = 0; i < plan_.service_of.size(); ++i) {
                const auto endpoint = index_at<EndpointId>(i);
                if (permission.endpoint.exists() ? permission.endpoint == endpoint
                                                 : permission.service == plan_.service_of[endpoint]) {
                    add_call(from, endpoint);
                }
            }
            return;
        case Permission::Kind::deploy:
            boost::add_edge(from, control(permission.service), Step{permission.service, {}, false}, graph_);
            return;
        case Permission::Kind::assume:
            boost::add_edge(from, identity(permission.identity), Step{}, graph_);
            return;
        case Permission::Kind::all:
            for (std::size_t i = 0; i < plan_.service_of.size(); ++i) {
                add_call(from, index_at<EndpointId>(i));
            }
            return;
        case Permission::Kind::admin:
            for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
                const auto service = index_at<ServiceId>(i);
                boost::add_edge(from, control(service), Step{service, {}, false}, graph_);
            }
            for (std::size_t i = 0; i < plan_.identities.size(); ++i) {
                boost::add_edge(from, identity(index_at<IdentityId>(i)), Step{}, graph_);
            }
            return;
    }
}

/// One search: settles nodes in the order of time, and keeps what waits for a boundary to open.
class AccessSearch {
public:
    using Graph = AccessGraph::Graph;
    using Step = AccessGraph::Step;
    using Vertex = AccessGraph::Vertex;

    AccessSearch(const AccessGraph& access, const Foothold& foothold, const Obstacles& obstacles)
        : access_(access),
          foothold_(foothold),
          obstacles_(obstacles),
          credential_(static_cast<Vertex>(boost::num_vertices(access.graph_))),
          reached_s_(credential_ + std::size_t{1}, k_unreached),
          is_open_(access.plan_.targets.size(), foothold.is_inside ? 1 : 0),
          waiting_(access.plan_.targets.size()) {}

    const std::vector<double>& run() {
        if (foothold_.identity.exists()) {
            arrive(credential_, 0);
        }
        for (const ServiceId service : foothold_.controlled) {
            arrive(AccessGraph::control(service), 0);
        }
        while (!next_.empty()) {
            const auto [at_s, vertex] = next_.top();
            next_.pop();
            if (at_s <= reached_s_[vertex]) {
                settle(vertex, at_s);
            }
        }
        return reached_s_;
    }

private:
    struct Waiting {
        Vertex from, to;
        ServiceId into;
    };

    void arrive(Vertex vertex, double at_s) {
        if (at_s < reached_s_[vertex]) {
            reached_s_[vertex] = at_s;
            next_.emplace(at_s, vertex);
        }
    }

    void settle(Vertex vertex, double at_s) {
        // A credential leads where its identity does, for as long as it is good.
        const Vertex like = vertex == credential_ ? access_.identity(foothold_.identity) : vertex;
        for (auto [edge, end] = boost::out_edges(like, access_.graph_); edge != end; ++edge) {
            const Step& step = access_.graph_[*edge];
            const auto to = static_cast<Vertex>(boost::target(*edge, access_.graph_));
            if (step.guard.exists() && is_open_[step.guard.value] == 0) {
                waiting_[step.guard.value].push_back({vertex, to, step.into});
            } else {
                take(vertex, to, step, at_s);
            }
        }
        if (vertex < 3 * access_.plan_.targets.size() && vertex % 3 == 0) {
            for (const ServiceId opened : access_.opens_[ServiceId{vertex / 3}]) {
                open(opened, at_s);
            }
        }
    }

    void take(Vertex from, Vertex to, const Step& step, double at_s) {
        const bool costs = step.into.exists() && !obstacles_.hop_s.empty();
        const double there_s = at_s + (costs ? obstacles_.hop_s[step.into.value] : 0);
        const bool is_shut = step.is_lateral && (obstacles_.vulnerable_until_s.empty() ||
                                                 there_s >= obstacles_.vulnerable_until_s[step.into.value]);
        const bool is_stale = from == credential_ && there_s >= foothold_.credential_until_s;
        if (!is_shut && !is_stale) {
            arrive(to, there_s);
        }
    }

    void open(ServiceId boundary, double at_s) {
        if (is_open_[boundary.value] != 0) {
            return;
        }
        is_open_[boundary.value] = 1;
        for (const Waiting& one : waiting_[boundary.value]) {
            take(one.from, one.to, Step{one.into, {}, false}, at_s);
        }
    }

    const AccessGraph& access_;
    const Foothold& foothold_;
    const Obstacles& obstacles_;
    Vertex credential_;  // beside the graph's own: what the foothold begins with, where that is a credential
    std::vector<double> reached_s_;
    std::vector<std::uint8_t> is_open_;
    std::vector<std::vector<Waiting>> waiting_;
    std::priority_queue<std::pair<double, Vertex>, std::vector<std::pair<double, Vertex>>, std::greater<>> next_;
};

Reach AccessGraph::reach(const Foothold& foothold, const Obstacles& obstacles) const {
    AccessSearch search(*this, foothold, obstacles);
    const std::vector<double>& reached_s = search.run();
    Reach reach;
    for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        reach.control_s.push_back(reached_s[control(service)]);
        reach.read_s.push_back(reached_s[reading(service)]);
        reach.write_s.push_back(reached_s[changing(service)]);
    }
    return reach;
}

}  // namespace nines
