#include "models/study/replicator.hpp"

namespace nines {

Replicator::Replicator(const Plan& plan) : plan_(plan) {
    if (plan.run.fidelity == "flow") {
        flow_.emplace(plan);
    }
    if (plan.security.has_threats()) {
        security_.emplace(plan);
    }
}

Run Replicator::run(Luck luck, const Watcher& watcher, const RunLimits& limits) {
    nines::Run run = flow_ ? flow_->run(luck, watcher, limits) : simulate_requests(plan_, luck, watcher, limits);
    if (security_) {
        run.security = security_->run(luck, run.measured_s);
    }
    return run;
}

}  // namespace nines
