#pragma once
// OperationsTally: what alarms, people and deployments did in one replication, from time zero on.

#include <cstdint>
#include <limits>
#include <vector>

namespace nines {

/// A number of times, and their sum.
struct Times {
    double count = 0;
    double sum_s = 0;

    void add(double seconds) {
        ++count;
        sum_s += seconds;
    }
};

/// A stretch of time in which an alarm was on. Seconds from time zero.
struct AlarmSpan {
    std::uint32_t alarm = 0;
    double begin_s = 0;
    double end_s = std::numeric_limits<double>::infinity();
};

/// A stretch of time in which something was wrong: a fault, or a bad version of a deployment. Seconds from time zero.
struct TroubleSpan {
    double begin_s = 0;
    double end_s = std::numeric_limits<double>::infinity();
};

struct OperationsTally {
    Times detected;            ///< faults and bad deployments: from their beginning to the first alarm
    Times acknowledged;        ///< pages: from the page to somebody at it
    Times repaired;            ///< what people, runbooks and rollbacks ended: from the alarm to the end
    double without_human = 0;  ///< of them

    double deployments = 0;  ///< begun
    double failed = 0;       ///< of them: bad, or rolled back
    double bad = 0;
    double reached_sum = 0;  ///< over bad ones: largest share of the instances that had it
    double exposure_s = 0;   ///< share of instances with a bad version x time
    Times restored;          ///< bad deployments: from the first instance that had it to the end
    Times delivered;         ///< deployments: from ready to everywhere
    double toil_s = 0;       ///< work of people

    std::vector<double> second_fleet_s;  ///< by deployment: time in which blue and green both stood

    std::vector<AlarmSpan> alarm_spans;  ///< in order of their beginnings
    std::vector<TroubleSpan> troubles;   ///< in order, apart from each other; where there are alarms
};

}  // namespace nines
