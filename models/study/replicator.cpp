#include "models/study/replicator.hpp"

namespace nines {

Run Replicator::run(Luck luck, const Watcher& watcher, const RunLimits& limits) {
    return simulate_requests(plan_, luck, watcher, limits);
}

}  // namespace nines
