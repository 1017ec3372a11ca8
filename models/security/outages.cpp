#include "models/security/outages.hpp"

#include <algorithm>
#include <tuple>

#include "models/security/simulate_security.hpp"

namespace nines {

namespace {

FaultId fault_of(const SecurityPlan& security, const Destruction& destruction) {
    for (const RestoreFault& one : security.restores) {
        if (one.threat == destruction.threat && one.service == destruction.service) {
            return one.fault;
        }
    }
    return FaultId::none();
}

FaultId fault_of(const SecurityPlan& security, const FloodSpan& flood) {
    for (const FloodFault& one : security.floods) {
        if (one.threat == flood.threat) {
            return one.fault;
        }
    }
    return FaultId::none();
}

}  // namespace

std::vector<Outage> outages_of(const Plan& plan, Luck luck) {
    std::vector<Outage> outages;
    if (plan.security.restores.empty() && plan.security.floods.empty()) {
        return outages;
    }
    const SecurityCourse course = SecuritySimulation(plan).run(luck, plan.run.horizon_s);
    for (const Destruction& one : course.destructions) {
        if (one.up_again_s > one.noticed_s) {
            outages.push_back(
                {fault_of(plan.security, one), plan.run.warmup_s + one.noticed_s, one.up_again_s - one.noticed_s});
        }
    }
    for (const FloodSpan& one : course.floods) {
        outages.push_back({fault_of(plan.security, one), plan.run.warmup_s + one.begin_s, one.end_s - one.begin_s});
    }
    std::erase_if(outages, [](const Outage& one) { return !one.fault.exists(); });
    std::sort(outages.begin(), outages.end(), [](const Outage& a, const Outage& b) {
        return std::tie(a.fault, a.begin_s, a.lasts_s) < std::tie(b.fault, b.begin_s, b.lasts_s);
    });
    std::vector<Outage> joined;
    for (const Outage& one : outages) {
        if (!joined.empty() && joined.back().fault == one.fault && !plan.faults[one.fault].overlap &&
            one.begin_s <= joined.back().begin_s + joined.back().lasts_s) {
            Outage& last = joined.back();
            last.lasts_s = std::max(last.lasts_s, one.begin_s + one.lasts_s - last.begin_s);
        } else {
            joined.push_back(one);
        }
    }
    return joined;
}

}  // namespace nines
