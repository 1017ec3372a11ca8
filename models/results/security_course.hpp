#pragma once
// SecurityCourse: what threats did in one replication. Times are seconds from time zero.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/column.hpp"
#include "models/architecture/security.hpp"

namespace nines {

/// Somebody is where he should not be, or data is where it should not be.
struct Breach {
    ThreatId threat;
    double begin_s = 0;              ///< of the foothold
    std::optional<double> detect_s;  ///< none: not detected by the end
    double end_s = 0;                ///< contained, or the end of the measured time
    bool open = false;               ///< not contained by then
    bool is_foothold = false;        ///< else a theft or a tap, which reach nothing else
    std::vector<ServiceId> reached;  ///< services, ascending
    std::vector<double> records;     ///< exposed, of each of those
};

/// The data of a service is gone.
struct Destruction {
    ThreatId threat;
    ServiceId service;
    double at_s = 0;
    double noticed_s = 0;
    std::optional<double> backup_s;  ///< when the clean backup was made; none: there is none
    double up_again_s = 0;           ///< when the service is, with the data of the backup or without any
    double records_lost = 0;
};

/// From beginning to end, be it after the measured time.
struct FloodSpan {
    ThreatId threat;
    double begin_s = 0;
    double end_s = 0;
};

/// What one threat did; the sums over threats are the figures of the replication.
struct ThreatTally {
    double events = 0;
    double breaches = 0;  ///< footholds, thefts, taps
    double footholds = 0;
    double reached = 0;    ///< services, over footholds
    double detected = 0;   ///< footholds
    double detect_s = 0;   ///< over those
    double contain_s = 0;  ///< over footholds
    double records = 0;    ///< exposed
    double usd = 0;        ///< of those
    double credential_s = 0;
    double unpatched_s = 0;  ///< over hosts
    double destroyed = 0;    ///< records
    double restores = 0;
    double restore_s = 0;         ///< over those
    double restore_point_s = -1;  ///< the longest; negative: there was none
    double flood_requests = 0;
    double absorbed_requests = 0;
};

struct SecurityCourse {
    Column<ThreatId, ThreatTally> threats;
    Column<ServiceId, double> exposed;    ///< records, by whose they are
    Column<ServiceId, double> destroyed;  ///< the same
    std::vector<Breach> breaches;         ///< the first of them
    std::vector<Destruction> destructions;
    std::vector<FloodSpan> floods;  ///< those of the warm-up too
};

}  // namespace nines
