#pragma once
// SecurityPlan: the compiled part of a scenario that is about security.

#include <string>
#include <vector>

#include "engine/base/column.hpp"
#include "models/architecture/security.hpp"

namespace nines {

/// A service as an attacker sees it.
struct TargetPlan {
    std::string name;
    ServiceSecurity guard;
    std::uint64_t hosts = 0;
    bool from_internet = false;          ///< packets of anybody reach it
    std::vector<ServiceId> from;         ///< services whose packets reach it, ascending
    std::vector<EndpointId> calls;       ///< endpoints that its own call, ascending
    std::vector<IdentityId> identities;  ///< its own, ascending
};

/// A service whose data is gone is down until it is restored or begins anew: a fault of the plan, one for each threat
/// and service.
struct RestoreFault {
    ThreatId threat;
    ServiceId service;
    FaultId fault;
};

/// A flood that makes requests is a fault of the plan: a cause, as what destroys data is.
struct FloodFault {
    ThreatId threat;
    FaultId fault;
};

struct SecurityPlan {
    /// Where data may be, of each service that holds some and says so; known without any threat.
    std::vector<std::vector<std::string>> residencies;
    Column<ServiceId, TargetPlan> targets;
    Column<EndpointId, std::uint8_t> writes;  ///< 1: the endpoint changes records; 0: it reads them
    Column<EndpointId, ServiceId> service_of;
    Column<IdentityId, Identity> identities;
    Column<ThreatId, Threat> threats;
    std::vector<RestoreFault> restores;
    std::vector<FloodFault> floods;

    bool has_threats() const { return !threats.empty(); }
};

}  // namespace nines
