#include "models/security/destruction.hpp"

#include <algorithm>

#include "models/security/exposure.hpp"

namespace nines {

Destruction destroy(const TargetPlan& target, const Threat& threat, const std::optional<Rounds>& backups,
                    const DestructionTimes& times) {
    const DataSpec& data = *target.guard.data;
    Destruction result;
    result.at_s = times.at_s;
    result.noticed_s = times.noticed_s;
    const auto& spec = target.guard.backup;
    const bool backups_survive = spec && (threat.kind != ThreatKind::ransomware || spec->own_credentials);
    if (backups_survive) {
        const double made_s = backups->last_before(times.at_s);
        if (times.noticed_s - made_s <= spec->keep_s) {
            result.backup_s = made_s;
        }
    }
    const double copied_s = result.backup_s.value_or(times.noticed_s);
    const double restore_s = spec ? bytes_at(data, copied_s) / spec->restore_bytes_per_s : 0;
    result.records_lost = result.backup_s ? data.records_per_s() * (times.noticed_s - *result.backup_s)
                                          : records_at(data, times.noticed_s);
    result.up_again_s =
        times.noticed_s + times.contain_s + (result.backup_s ? restore_s : data.rebuild_s.value_or(restore_s));
    return result;
}

void count_destruction(const Destruction& destruction, SecurityCourse& course) {
    ThreatTally& tally = course.threats[destruction.threat];
    tally.destroyed += destruction.records_lost;
    course.destroyed[destruction.service] += destruction.records_lost;
    if (destruction.backup_s) {
        tally.restores += 1;
        tally.restore_s += destruction.up_again_s - destruction.noticed_s;
        tally.restore_point_s = std::max(tally.restore_point_s, destruction.noticed_s - *destruction.backup_s);
    }
    course.destructions.push_back(destruction);
}

}  // namespace nines
