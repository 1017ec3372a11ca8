#pragma once
// SecuritySimulation: what the threats of a plan do in a replication; the same in both fidelities, since requests do
// not change it.

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/results/security_course.hpp"
#include "models/security/access_graph.hpp"

namespace nines {

/// Depends on plan and luck alone. Keeps the access graph between replications.
class SecuritySimulation {
public:
    explicit SecuritySimulation(const Plan& plan) : plan_(plan), access_(plan.security) {}

    /// Threats come from the beginning of the warm-up on; counted is what happens in [0, until).
    SecurityCourse run(Luck luck, double until_s) const;

private:
    const Plan& plan_;
    AccessGraph access_;
};

}  // namespace nines
