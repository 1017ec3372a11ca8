// Metering: how long attempts hold a function, which is billed by the granules that have begun.

#include <utility>

#include "models/requests/requests.hpp"

namespace nines {

void Requests::start_meter(AttemptId id) {
    if (plan_.services[service_of(attempts_[id].instance)].granule == 0) {
        return;
    }
    if (metered_.size() <= id.value) {
        metered_.resize(2 * (id.value + std::size_t{1}));
    }
    metered_[id.value].since = now_;
}

void Requests::rest_meter(AttemptId id) {
    if (id.value < metered_.size() && metered_[id.value].since != k_never) {
        Metered& metered = metered_[id.value];
        metered.held += now_ - metered.since;
        metered.since = k_never;
    }
}

/// Those admitted in the measured time are billed, as they are counted; those still there at the end up to then.
void Requests::bill(AttemptId id) {
    rest_meter(id);
    if (id.value >= metered_.size()) {
        return;
    }
    const Attempt& attempt = attempts_[id];
    const Nanoseconds held = std::exchange(metered_[id.value], {}).held;
    const GroupId group = plan_.group_of[attempt.instance];
    const Nanoseconds granule = plan_.services[plan_.groups[group].service].granule;
    if (granule > 0 && attempt.admitted_measured) {
        const Nanoseconds begun = (held + granule - 1) / granule;
        run_.groups[group].granules += static_cast<double>(begun);
        if (attempt.of_attacker) {
            run_.attack->groups[group].granules += static_cast<double>(begun);
        }
    }
}

}  // namespace nines
