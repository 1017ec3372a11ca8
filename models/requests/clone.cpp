// Copies of a replication under way, and new luck for them: what splitting asks for.

#include "engine/random/renewed.hpp"
#include "models/requests/requests.hpp"

namespace nines {

/// The parts know each other by address; those of the copy must know those of the copy.
std::unique_ptr<Requests> Requests::clone() const {
    std::unique_ptr<Requests> copy(new Requests(*this));
    copy->accountant_.rebind(copy->run_);
    copy->network_.rebind(copy->state_, copy->events_);
    copy->balancers_.rebind(copy->crowds_);
    copy->timers_.attempts = &copy->attempts_;
    return copy;
}

void Requests::renew_luck(std::uint64_t key) {
    const auto renew = [key](auto& stream) { stream = renewed(stream, key); };
    const auto renew_all = [&](auto& streams) { std::for_each(streams.begin(), streams.end(), renew); };
    for (DemandState& demand : demands_) {
        renew(demand.arrivals.luck);
        renew(demand.places);
        renew(demand.endpoints);
        renew(demand.phases);
        renew(demand.think);
    }
    renew_all(jitter_);
    renew_all(work_streams_);
    renew_all(error_streams_);
    renew_all(patience_streams_);
    renew(member_luck_);
    network_.renew_luck(key);
    balancers_.renew_luck(key);
    failover_.renew_luck(key);
    faults_.renew_luck(key);
}

std::uint64_t Requests::inside_of(ServiceId service) const {
    const Range<GroupId> groups = plan_.services[service].groups;
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < groups.count; ++i) {
        sum += accountant_.present_in(groups[i]);
    }
    return sum;
}

}  // namespace nines
