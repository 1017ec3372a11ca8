#pragma once
// Containment: what is drawn for one event of a threat, and how long a foothold lasts.

#include <optional>

#include "engine/random/stream.hpp"
#include "models/plan/security_plan.hpp"

namespace nines {

/// All times of one event of a threat. Always drawn, needed or not: a variant that changes one of them, or what an
/// attacker may, leaves the others as they are.
struct EventTimes {
    std::optional<double> detect_s;  ///< none: never
    double contain_s = 0;
    double use_s = 0;
    double to_exploit_s = 0;
    double for_s = 0;

    /// From the beginning until it is over; infinite: never.
    double until_contained_s() const;
};

/// The streams of one threat: one for each kind of time.
class ThreatLuck {
public:
    ThreatLuck(const Threat& threat, Luck luck);

    double draw_gap_s() { return threat_.every_s.sample(every_); }
    EventTimes draw_event();

private:
    const Threat& threat_;
    Stream every_, detect_, contain_, use_, to_exploit_, for_;
};

}  // namespace nines
