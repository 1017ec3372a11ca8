#pragma once
// Limits: the token buckets that attempts must pass to be let into services, and who draws from which. Limits of
// services have theirs for ever, throttles as long as they are in force. Both fidelities look here; what a bucket holds
// is for each of them to say.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/base/time.hpp"
#include "models/plan/plan.hpp"
#include "models/plan/state.hpp"

namespace nines {

/// A token bucket: it fills at a rate up to its burst.
struct TokenBucket {
    ServiceId service;
    double per_s = 0;
    double burst = 1;
    double level = 1;                       ///< tokens
    Nanoseconds since = 0;                  ///< the level was this then; of `requests`
    std::uint32_t occurrence = UINT32_MAX;  ///< of a throttle in force; none: of the service's own limit
    std::vector<GroupId> groups;            ///< of a throttle: what it limits, in order

    /// The level then, if nobody takes any.
    double level_at(Nanoseconds at) const { return std::min(burst, level + to_seconds(at - since) * per_s); }
};

class Limits {
public:
    explicit Limits(const Plan& plan);

    bool any() const { return !buckets_.empty(); }
    std::size_t size() const { return buckets_.size(); }
    TokenBucket& operator[](std::size_t at) { return buckets_[at]; }
    const TokenBucket& operator[](std::size_t at) const { return buckets_[at]; }

    /// Throttles have begun or ended: the bucket of a new one is full, that of one that is over is gone.
    void renew(const State& state, Nanoseconds now);

    /// Calls visit(position) for each bucket that an attempt of a caller needs a token of, to be let into a group.
    template <class Visit>
    void for_each(CallerId caller, GroupId group, Visit visit) const {
        const ServiceId service = plan_.serving[group].service;
        if (const auto& limit = plan_.services[service].limit) {
            visit(first_[service] + place_of(*limit, caller, group));
        }
        for (std::size_t i = throttles_begin_; i < buckets_.size(); ++i) {
            const std::vector<GroupId>& groups = buckets_[i].groups;
            if (buckets_[i].service == service && std::binary_search(groups.begin(), groups.end(), group)) {
                visit(i);
            }
        }
    }

    /// Takes a token out of each of those buckets, if all of them have one. False: the attempt is not let in.
    bool take(CallerId caller, GroupId group, Nanoseconds now);

private:
    /// Of callers: the calling service, or the demand.
    std::uint32_t client_of(CallerId caller) const {
        const GroupId group = plan_.group_of_caller[caller];
        return group.exists() ? plan_.serving[group].service.value
                              : static_cast<std::uint32_t>(plan_.services.size()) + plan_.demand_of(caller).value;
    }
    std::size_t place_of(const LimitSpec& limit, CallerId caller, GroupId group) const;
    void find_clients();
    void add_own(ServiceId service);

    const Plan& plan_;
    std::vector<TokenBucket> buckets_;
    std::size_t throttles_begin_ = 0;
    Column<ServiceId, std::size_t> first_;                      // its own limit's first bucket
    Column<ServiceId, std::vector<std::uint32_t>> clients_of_;  // in order; of services limited by client
};

}  // namespace nines
