#pragma once
// Calls: who asks what in an architecture, for checks that look at each call.

#include <variant>

#include "models/architecture/architecture.hpp"

namespace nines {

/// Calls `visit` for each call step of an endpoint, those in parallel too.
template <class Steps, class Visit>
void for_each_call(Steps& steps, Visit visit) {
    for (auto& step : steps) {
        if (auto* call = std::get_if<CallStep>(&step)) {
            visit(*call);
        } else if (auto* parallel = std::get_if<ParallelStep>(&step)) {
            for (auto& branch : parallel->branches) {
                visit(branch);
            }
        }
    }
}

/// Calls `visit` with demand, target and service for each endpoint that users ask and that there is.
template <class Visit>
void for_each_users_call(const Architecture& architecture, Visit visit) {
    for (const Demand& demand : architecture.demands) {
        for (const DemandTarget& target : demand.targets) {
            if (target.endpoint.exists()) {
                visit(demand, target, architecture.endpoints[target.endpoint].service);
            }
        }
    }
}

}  // namespace nines
