#include "models/security/containment.hpp"

#include <limits>

namespace nines {

double EventTimes::until_contained_s() const {
    return detect_s ? *detect_s + contain_s : std::numeric_limits<double>::infinity();
}

ThreatLuck::ThreatLuck(const Threat& threat, Luck luck)
    : threat_(threat),
      every_(luck, "threat.every", threat.name),
      detect_(luck, "threat.detect", threat.name),
      contain_(luck, "threat.contain", threat.name),
      use_(luck, "threat.use", threat.name),
      to_exploit_(luck, "threat.to_exploit", threat.name),
      for_(luck, "threat.for", threat.name) {
}

EventTimes ThreatLuck::draw_event() {
    EventTimes times;
    if (threat_.detect_s) {
        times.detect_s = threat_.detect_s->sample(detect_);
    }
    times.contain_s = threat_.contain_s.sample(contain_);
    times.use_s = threat_.use_s.sample(use_);
    times.to_exploit_s = threat_.to_exploit_s.sample(to_exploit_);
    times.for_s = threat_.for_s.sample(for_);
    return times;
}

}  // namespace nines
