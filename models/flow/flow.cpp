#include "models/flow/flow.hpp"

#include "models/flow/replication.hpp"
#include "models/flow/walk.hpp"

namespace nines {

struct Flow::Parts {
    explicit Parts(const Plan& of) : plan(of), atlas(of), loads(loads_of(of)) {
        if (FlowWalk::fits(plan)) {
            walk.emplace(plan, atlas, stays, loads);
        }
    }

    static std::vector<LoadCourse> loads_of(const Plan& plan) {
        std::vector<LoadCourse> loads;
        for (const DemandPlan& demand : plan.demands) {
            loads.emplace_back(demand.rate);
        }
        return loads;
    }

    const Plan& plan;
    Atlas atlas;
    Stays stays;
    std::vector<LoadCourse> loads;  // by demand
    std::optional<FlowWalk> walk;   // where the plan can be walked through
};

Flow::Flow(const Plan& plan) : parts_(std::make_unique<Parts>(plan)) {
}
Flow::Flow(Flow&&) noexcept = default;
Flow::~Flow() = default;

Run Flow::run(Luck luck, const Watcher& watcher, const RunLimits& limits) {
    Parts& parts = *parts_;
    if (parts.atlas.tidy() && parts.walk) {
        parts.walk->forget();
    }
    if (parts.walk) {
        if (auto run = parts.walk->run(luck, watcher, limits)) {
            return std::move(*run);
        }
    }
    return FlowReplication(parts.plan, luck, parts.atlas, parts.stays, parts.loads).run(watcher, limits);
}

}  // namespace nines
