#pragma once
// Destruction: data that is gone, and what of it comes back from backups.

#include <optional>

#include "models/plan/security_plan.hpp"
#include "models/results/security_course.hpp"
#include "models/security/rounds.hpp"

namespace nines {

/// When data of one service is destroyed, when that is noticed, and how long it then takes until restoring begins.
struct DestructionTimes {
    double at_s = 0;
    double noticed_s = 0;
    double contain_s = 0;
};

/// The last clean backup, made before the destruction and still kept when it is noticed, gives the data back; what was
/// recorded after it is lost. Replicas are no backups: they are destroyed with the rest. Backups under the credentials
/// of the data go with it when the destruction is meant. Without a clean backup the service begins anew without data,
/// after what `rebuild` says, or what copying would have taken.
/// @param backups  of the service; none: there are no backups
Destruction destroy(const TargetPlan& target, const Threat& threat, const std::optional<Rounds>& backups,
                    const DestructionTimes& times);

/// Adds it to the tally of its threat, and its records to those whose they are.
void count_destruction(const Destruction& destruction, SecurityCourse& course);

}  // namespace nines
