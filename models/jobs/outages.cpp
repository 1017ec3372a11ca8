#include "models/jobs/outages.hpp"

#include <algorithm>
#include <limits>

namespace nines {

namespace {

bool takes_down(const FaultPlan& fault) {
    return std::any_of(fault.effects.begin(), fault.effects.end(), [](const EffectSpec& effect) {
        return effect.kind == EffectKind::down || effect.kind == EffectKind::crash;
    });
}

bool hits(const Plan& plan, const FaultRecord& record, LocationId zone) {
    const FaultPlan& fault = plan.faults[record.fault];
    if (!takes_down(fault) || record.member >= fault.members.size()) {
        return false;
    }
    const std::vector<TargetAtom>& atoms = fault.members[record.member];
    return std::any_of(atoms.begin(), atoms.end(), [&](const TargetAtom& atom) {
        return atom.kind == TargetAtom::Kind::location && plan.world.within(zone, LocationId{atom.index});
    });
}

}  // namespace

std::vector<OutageSpan> outages_at(const Plan& plan, const std::vector<FaultRecord>& faults, LocationId zone) {
    std::vector<OutageSpan> spans;
    for (const FaultRecord& record : faults) {
        if (hits(plan, record, zone)) {
            const double end_s =
                record.end == k_never ? std::numeric_limits<double>::infinity() : to_seconds(record.end - plan.warmup);
            spans.push_back({to_seconds(record.begin - plan.warmup), end_s});
        }
    }
    std::sort(spans.begin(), spans.end(),
              [](const OutageSpan& a, const OutageSpan& b) { return a.begin_s < b.begin_s; });
    std::vector<OutageSpan> joined;
    for (const OutageSpan& one : spans) {
        if (!joined.empty() && one.begin_s <= joined.back().end_s) {
            joined.back().end_s = std::max(joined.back().end_s, one.end_s);
        } else {
            joined.push_back(one);
        }
    }
    return joined;
}

}  // namespace nines
