#include "models/operations/limits.hpp"

namespace nines {

namespace {

constexpr double k_whole_token = 1 - 1e-9;  // what a clock brings in parts does not add up to one exactly

}  // namespace

Limits::Limits(const Plan& plan) : plan_(plan), first_(plan.services.size()), clients_of_(plan.services.size()) {
    find_clients();
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
        add_own(index_at<ServiceId>(i));
    }
    throttles_begin_ = buckets_.size();
}

/// Who calls services that count by client: services by their steps, demands by what they want.
void Limits::find_clients() {
    const auto add = [&](CallPlanId call, std::uint32_t client) {
        const ServiceId called = plan_.calls[call].service;
        const auto& limit = plan_.services[called].limit;
        if (limit && limit->per == LimitPer::client) {
            clients_of_[called].push_back(client);
        }
    };
    for (std::size_t s = 0; s < plan_.services.size(); ++s) {
        const Range<StepId> steps = plan_.services[index_at<ServiceId>(s)].steps;
        for (std::uint32_t i = 0; i < steps.count; ++i) {
            const Range<CallPlanId> calls = plan_.steps[steps[i]].calls;
            for (std::uint32_t c = 0; c < calls.count; ++c) {
                add(calls[c], static_cast<std::uint32_t>(s));
            }
        }
    }
    for (std::size_t d = 0; d < plan_.demands.size(); ++d) {
        const Range<CallPlanId> calls = plan_.demands[index_at<DemandId>(d)].calls;
        for (std::uint32_t c = 0; c < calls.count; ++c) {
            add(calls[c], static_cast<std::uint32_t>(plan_.services.size() + d));
        }
    }
    for (std::vector<std::uint32_t>& clients : clients_of_) {
        std::sort(clients.begin(), clients.end());
        clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
    }
}

void Limits::add_own(ServiceId id) {
    const ServicePlan& service = plan_.services[id];
    first_[id] = buckets_.size();
    if (!service.limit) {
        return;
    }
    std::size_t count = 1;
    if (service.limit->per != LimitPer::service) {
        count = service.limit->per == LimitPer::place ? service.groups.count : clients_of_[id].size();
    }
    TokenBucket bucket;
    bucket.service = id;
    bucket.per_s = service.limit->per_s;
    bucket.burst = service.limit->burst;
    bucket.level = bucket.burst;
    buckets_.insert(buckets_.end(), count, bucket);
}

std::size_t Limits::place_of(const LimitSpec& limit, CallerId caller, GroupId group) const {
    const ServiceId service = plan_.serving[group].service;
    switch (limit.per) {
        case LimitPer::service:
            return 0;
        case LimitPer::place:
            return group.value - plan_.services[service].groups.first.value;
        case LimitPer::client: {
            const std::vector<std::uint32_t>& clients = clients_of_[service];
            const auto at = std::lower_bound(clients.begin(), clients.end(), client_of(caller));
            return static_cast<std::size_t>(at - clients.begin());
        }
    }
    return 0;
}

void Limits::renew(const State& state, Nanoseconds now) {
    const auto is_over = [&](const TokenBucket& bucket) {
        return bucket.occurrence != UINT32_MAX &&
               std::none_of(state.throttles.begin(), state.throttles.end(),
                            [&](const Throttle& one) { return one.occurrence == bucket.occurrence; });
    };
    std::erase_if(buckets_, is_over);
    for (const Throttle& throttle : state.throttles) {
        const bool is_known = std::any_of(buckets_.begin(), buckets_.end(), [&](const TokenBucket& bucket) {
            return bucket.occurrence == throttle.occurrence;
        });
        for (std::size_t s = 0; s < plan_.services.size() && !is_known; ++s) {
            const auto service = index_at<ServiceId>(s);
            TokenBucket bucket;
            const Range<GroupId> groups = plan_.services[service].groups;
            for (std::uint32_t g = 0; g < groups.count; ++g) {
                const bool is_covered =
                    std::any_of(throttle.atoms.begin(), throttle.atoms.end(),
                                [&](const TargetAtom& atom) { return covers_all_of(plan_, atom, groups[g]); });
                if (is_covered) {
                    bucket.groups.push_back(groups[g]);
                }
            }
            if (bucket.groups.empty()) {
                continue;
            }
            bucket.service = service;
            bucket.per_s = throttle.effect.amount;
            bucket.burst = bucket.level = burst_of_one_second(bucket.per_s);
            bucket.since = now;
            bucket.occurrence = throttle.occurrence;
            buckets_.push_back(std::move(bucket));
        }
    }
}

bool Limits::take(CallerId caller, GroupId group, Nanoseconds now) {
    bool all = true;
    for_each(caller, group, [&](std::size_t at) { all = all && buckets_[at].level_at(now) >= k_whole_token; });
    if (all) {
        for_each(caller, group, [&](std::size_t at) {
            TokenBucket& bucket = buckets_[at];
            bucket.level = std::max(0.0, bucket.level_at(now) - 1);
            bucket.since = now;
        });
    }
    return all;
}

}  // namespace nines
