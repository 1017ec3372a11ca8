#include "models/flow/scene.hpp"

#include <bit>

#include "engine/base/hash.hpp"
#include "models/flow/ways.hpp"
#include "models/operations/sites.hpp"

namespace nines {

namespace {

/// Folds words into a key, in two independent halves.
class Folder {
public:
    explicit Folder(SceneKey start) : key_(start) {}
    void add(std::uint64_t word) {
        key_.high = combine(key_.high, word);
        key_.low = combine(key_.low, word ^ 0xA5A5A5A5A5A5A5A5U);
    }
    void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
    void add(const std::vector<std::uint8_t>& flags) {
        std::uint64_t word = 1;
        for (const std::uint8_t flag : flags) {
            if ((word >> 63U) != 0) {
                add(word);
                word = 1;
            }
            word = word << 1U | (flag != 0 ? 1U : 0U);
        }
        add(word);
    }
    SceneKey key() const { return key_; }

private:
    SceneKey key_;
};

void add_effects(Folder& folder, const State& state) {
    for (const NetworkEffect& effect : state.network_effects) {
        for (const TargetAtom& atom : effect.atoms) {
            folder.add((std::uint64_t{atom.index} << 8U) + static_cast<std::uint64_t>(atom.kind));
        }
        folder.add(effect.effect.amount);
        folder.add(effect.effect.share);
        folder.add(effect.effect.delay_s.mean());
        folder.add(static_cast<std::uint64_t>(effect.effect.kind));
    }
}

void add_throttles(Folder& folder, const State& state) {
    for (const Throttle& throttle : state.throttles) {
        for (const TargetAtom& atom : throttle.atoms) {
            folder.add((std::uint64_t{atom.index} << 8U) + static_cast<std::uint64_t>(atom.kind));
        }
        folder.add(throttle.effect.amount);
    }
}

void add_databases(Folder& folder, const Scene& scene) {
    const Plan& plan = scene.plan;
    const Failover& failover = scene.failover;
    for (std::size_t s = 0; s < plan.services.size(); ++s) {
        const auto id = index_at<ServiceId>(s);
        const ServicePlan& service = plan.services[id];
        if (!service.has_primary) {
            continue;
        }
        folder.add(std::uint64_t{failover.primary(id).value});
        for (std::uint32_t i = 0; i < service.instances.count; ++i) {
            folder.add(static_cast<std::uint64_t>(failover.role(service.instances[i])) * 2 +
                       (failover.is_believed_up(service.instances[i]) ? 1U : 0U));
        }
        failover.for_each_sync_copy(id, [&](const Failover::SyncCopy& copy) {
            folder.add(std::uint64_t{copy.instance.value} * 2 + (scene.is_waited_for(copy) ? 1U : 0U));
        });
    }
}

}  // namespace

Scene::Scene(const Plan& compiled, Luck luck)
    : plan(compiled),
      state(compiled),
      routes(compiled, state),
      failover(compiled, luck),
      limits(compiled),
      believed(compiled.balancers.size()),
      answers(compiled.dns.size()),
      per_s(compiled.demands.size()),
      backlog(compiled.groups.size()) {
    for (std::size_t i = 0; i < believed.size(); ++i) {
        const auto id = index_at<BalancerId>(i);
        const Range<InstanceId> instances = plan.services[plan.balancers[id].service].instances;
        for (std::uint32_t k = 0; k < instances.count; ++k) {
            believed[id].push_back(state.is_here(instances[k]) ? 1 : 0);
        }
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto id = index_at<DnsId>(i);
        answers[id].now.assign(plan.dns[id].sites.size(), 1);
    }
}

Scene::Scene(const Scene& other)
    : plan(other.plan),
      state(other.state),
      routes(other.plan, state),
      failover(other.failover),
      limits(other.limits),
      believed(other.believed),
      answers(other.answers),
      database_clock(other.database_clock),
      per_s(other.per_s),
      backlog(other.backlog) {
    routes.believe(other.routes.links_believed(), other.routes.places_believed());
}

bool Scene::can_be_asked(Ways& ways, const MessageEnd& from, InstanceId instance) const {
    const MessageEnd to{plan.groups[plan.group_of[instance]].location, instance};
    if (!state.takes_requests(instance)) {
        return false;
    }
    if (routes.is_clean()) {
        return true;
    }
    const FlowWay& way = ways.between(*this, from.location, to.location);
    const bool has_places = plan.has_world && from.location.exists();
    if (has_places && (!way.exists || routes.is_broken(way.links, from.location, to.location))) {
        return false;
    }
    return !routes.is_parted(from, to);
}

bool Scene::site_is_up(Ways& ways, const DnsPlan& dns, std::uint32_t site) const {
    return nines::site_is_up(plan, dns, site, [&](InstanceId one) { return can_be_asked(ways, {}, one); });
}

bool Scene::site_is_believed(const DnsPlan& dns, std::uint32_t site) const {
    return nines::site_is_believed(plan, dns, site,
                                   [&](BalancerId balancer, InstanceId one) { return believes_up(balancer, one); });
}

/// An instance as all see it. Those of a group that look the same are the same to every rate: which of them is hit does
/// not matter, only how many.
std::uint64_t Scene::looks_of(InstanceId instance) const {
    const ServiceId service = plan.serving[plan.group_of[instance]].service;
    if (state.presence[instance] == Presence::absent) {
        return 1U;
    }
    // Where who is there changes, the price of each is something that tells them apart.
    const std::uint64_t price = plan.services[service].scale && plan.is_spot(instance) ? 2U : 0U;
    if (!state.is_here(instance)) {
        return mix(1U + price);  // paid: nothing else matters
    }
    const std::uint32_t position = instance.value - plan.services[service].instances.first.value;
    const Away& away = state.away[instance];
    std::uint64_t looks = 4U | (away.silent > 0 ? 2U : 0U) | (away.crashed > 0 ? 1U : 0U);
    for (const BalancerId balancer : plan.balancers_of[service]) {
        looks = looks << 1U | believed[balancer][position];
        looks = (looks >> 62U) != 0 ? mix(looks) >> 8U : looks;
    }
    looks = mix(looks);
    const std::uint64_t paid = price | (away.noticed > 0 ? 4U : 0U) | (away.gone > 0 ? 8U : 0U);
    looks = paid != 0 ? mix(looks + paid) : looks;
    if (!state.work_effects.empty()) {
        const Condition& condition = state.condition[instance];
        for (const double part : {condition.slow, condition.errors, condition.errors_after, condition.capacity}) {
            looks = combine(looks, std::bit_cast<std::uint64_t>(part));
        }
    }
    const bool has_name = !state.network_effects.empty() || plan.services[service].has_primary;
    return has_name ? combine(looks, instance.value) : looks;
}

SceneKey Scene::key_of_things() const {
    Folder folder(SceneKey{});
    for (const GroupPlan& group : plan.groups) {
        std::uint64_t all = 0;
        for (std::uint32_t i = 0; i < group.instances.count; ++i) {
            all += looks_of(group.instances[i]);
        }
        folder.add(all);
    }
    for (const Away& away : state.crowd_away) {
        folder.add(std::uint64_t{away.is_up() ? 1U : 0U});
    }
    add_effects(folder, state);
    add_throttles(folder, state);
    if (state.broken_places > 0) {
        for (const std::uint32_t down : state.location_down) {
            folder.add(std::uint64_t{down > 0 ? 1U : 0U});
        }
        for (const std::uint32_t cut : state.link_cut) {
            folder.add(std::uint64_t{cut > 0 ? 1U : 0U});
        }
    }
    folder.add(routes.links_believed());
    folder.add(routes.places_believed());
    for (const Answers& answer : answers) {
        folder.add(answer.now);
        folder.add(answer.share_now);
        if (answer.share_now < 1) {
            folder.add(answer.before);
        }
    }
    add_databases(folder, *this);
    return folder.key();
}

SceneKey Scene::key(const SceneKey& of_things) const {
    Folder folder(of_things);
    for (const double rate : per_s) {
        folder.add(rate);
    }
    for (const std::uint32_t level : backlog) {
        folder.add(std::uint64_t{level});
    }
    for (std::size_t i = 0; i < limits.size(); ++i) {
        folder.add(std::uint64_t{limits[i].level > 0 ? 1U : 0U});
    }
    return folder.key();
}

}  // namespace nines
