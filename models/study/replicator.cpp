#include "models/study/replicator.hpp"

namespace nines {

Replicator::Replicator(const Plan& plan) : plan_(plan) {
    if (plan.run.fidelity == "flow") {
        flow_.emplace(plan);
    }
}

Run Replicator::run(Luck luck, const Watcher& watcher, const RunLimits& limits) {
    return flow_ ? flow_->run(luck, watcher, limits) : simulate_requests(plan_, luck, watcher, limits);
}

}  // namespace nines
