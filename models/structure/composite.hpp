#pragma once
// Composite: what multiplying the availabilities of services says, beside what is true.

#include <optional>
#include <string>
#include <vector>

#include "models/catalog/catalog.hpp"
#include "models/structure/solved_structure.hpp"

namespace nines {

/// A service that some request needs, as if it stood alone.
struct ServiceAlone {
    ServiceId service;
    analytic::Chance alone;  ///< enough of it is up, in this scenario; what it calls is not asked
    std::optional<Sla> sla;  ///< what its provider promises for such a service
};

/// Composite availability by multiplication over the services that a request needs, as if they failed independently.
struct Composite {
    std::vector<ServiceAlone> services;  ///< by the order of the scenario
    analytic::Chance by_product;         ///< of a request, over all kinds of request
    std::optional<double> by_sla;        ///< the product of the promised availabilities; none: some service has none
};

Composite composite_of(const Plan& plan, const SolvedStructure& solved);

}  // namespace nines
