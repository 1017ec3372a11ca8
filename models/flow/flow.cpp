#include "models/flow/flow.hpp"

#include "models/flow/replication.hpp"

namespace nines {

Flow::Flow(const Plan& plan) : plan_(&plan), atlas_(std::make_unique<Atlas>(plan)), stays_(std::make_unique<Stays>()) {
    for (const DemandPlan& demand : plan.demands) {
        loads_.emplace_back(demand.rate);
    }
}

Flow::~Flow() = default;
Flow::Flow(Flow&&) noexcept = default;

Run Flow::run(Luck luck, const Watcher& watcher) {
    atlas_->tidy();
    return FlowReplication(*plan_, luck, *atlas_, *stays_, loads_).run(watcher);
}

}  // namespace nines
