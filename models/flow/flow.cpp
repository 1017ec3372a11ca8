#include "models/flow/flow.hpp"

#include <fmt/format.h>

#include "models/flow/replication.hpp"

namespace nines {

Flow::Flow(const Plan& plan) : plan_(&plan), atlas_(std::make_unique<Atlas>(plan)) {
    for (const DemandPlan& demand : plan.demands) {
        loads_.emplace_back(demand.rate);
    }
}

Flow::~Flow() = default;
Flow::Flow(Flow&&) noexcept = default;

Run Flow::run(Luck luck, const Watcher& watcher) {
    atlas_->tidy();
    return FlowReplication(*plan_, luck, *atlas_, loads_).run(watcher);
}

}  // namespace nines
