#pragma once
// AccessGraph: where somebody gets from a foothold. Nodes are what he may have: control of a service's hosts, reading
// or changing what a service holds, an identity; edges are what gives him more.

#include <boost/graph/adjacency_list.hpp>
#include <limits>
#include <span>
#include <vector>

#include "engine/base/column.hpp"
#include "models/plan/security_plan.hpp"

namespace nines {

inline constexpr double k_unreached = std::numeric_limits<double>::infinity();

/// What an attacker begins with.
struct Foothold {
    IdentityId identity;                      ///< none: no credential
    double credential_until_s = k_unreached;  ///< from the beginning; then it is rotated
    std::vector<ServiceId> controlled;
    bool is_inside = false;  ///< boundaries do not stop him
};

/// When he has what, seconds from the foothold's beginning; k_unreached: never.
struct Reach {
    Column<ServiceId, double> control_s, read_s, write_s;

    /// When he has anything of the service.
    double any_s(ServiceId service) const {
        return std::min(control_s[service], std::min(read_s[service], write_s[service]));
    }
};

/// What time it takes, and which hosts let anybody in.
struct Obstacles {
    std::span<const double> hop_s;               ///< to get into each service; empty: none
    std::span<const double> vulnerable_until_s;  ///< hosts of each service; empty: none is vulnerable
};

/// 1. Who controls a service has its identities, and reads and changes what it holds; where it has none declared, he
///    may call what it calls.
/// 2. An identity may what it says: an endpoint that writes gives changing, another reading; `deploy` gives control;
///    `assume` gives another identity; `admin` control of all, and all identities. To call is not to control: what the
///    callee may is not gained.
/// 3. A service with a declared boundary is called only from where it lets in: from the internet, or by who controls a
///    service that it lets in.
/// 4. A credential that leaked is good until it is rotated. Who then has its identity by other ways, be it only that
///    what he assumed may assume it, does not need it.
/// 5. From a service's hosts one gets into the hosts of another that its packets reach while those are vulnerable.
class AccessGraph {
public:
    explicit AccessGraph(const SecurityPlan& plan);

    /// First passages, in the order of time (Dijkstra, with edges that wait until a boundary is open).
    /// O(edges log edges).
    Reach reach(const Foothold& foothold, const Obstacles& obstacles) const;

private:
    friend class AccessSearch;

    struct Step {
        ServiceId into;           // that it takes time to get into; none: none
        ServiceId guard;          // whose boundary must be open; none: none
        bool is_lateral = false;  // only while `into` is vulnerable
    };
    using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Step>;
    using Vertex = std::uint32_t;

    static Vertex control(ServiceId service) { return 3 * service.value; }
    static Vertex reading(ServiceId service) { return 3 * service.value + 1; }
    static Vertex changing(ServiceId service) { return 3 * service.value + 2; }
    Vertex identity(IdentityId id) const { return static_cast<Vertex>(3 * plan_.targets.size()) + id.value; }

    void add_service(ServiceId id);
    void add_call(Vertex from, EndpointId endpoint);
    void add_access(Vertex from, Vertex to, ServiceId into);
    void add_permission(IdentityId holder, const Permission& permission);

    const SecurityPlan& plan_;
    Graph graph_;
    Column<ServiceId, std::vector<ServiceId>> opens_;  // boundaries that control of a service opens
};

}  // namespace nines
