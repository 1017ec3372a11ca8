#include "models/flow/flow.hpp"

#include "models/flow/replication.hpp"
#include "models/flow/walk.hpp"

namespace nines {

Flow::Flow(const Plan& plan) : plan_(&plan), atlas_(std::make_unique<Atlas>(plan)), stays_(std::make_unique<Stays>()) {
    for (const DemandPlan& demand : plan.demands) {
        loads_.emplace_back(demand.rate);
    }
    if (FlowWalk::fits(plan)) {
        walk_ = std::make_unique<FlowWalk>(plan, *atlas_, *stays_, loads_);
    }
}

Flow::~Flow() = default;

Run Flow::run(Luck luck, const Watcher& watcher) {
    if (atlas_->tidy() && walk_) {
        walk_->forget();
    }
    if (walk_) {
        if (auto run = walk_->run(luck, watcher)) {
            return std::move(*run);
        }
    }
    return FlowReplication(*plan_, luck, *atlas_, *stays_, loads_).run(watcher);
}

}  // namespace nines
