// Beliefs: when health checks change their mind, and how users of a route learn of it. A watch's checks stand on a grid
// of its own, so the moment at which it changes its mind is known as soon as things change; the watches of a service
// change one after the other, and meanwhile rates go over from those before to those after in a straight line.

#include <algorithm>
#include <cmath>

#include "models/flow/replication.hpp"

namespace nines {

namespace {

constexpr std::size_t k_flips_in_turn = 4;  // as many or fewer are taken one by one
constexpr double k_answer_steps = 16;       // a transition broken off half-way is remembered in sixteenths

}  // namespace

void FlowReplication::start_watches() {
    for (std::size_t b = 0; b < plan_.balancers.size(); ++b) {
        const auto id = index_at<BalancerId>(b);
        const BalancerPlan& balancer = plan_.balancers[id];
        const Range<InstanceId> instances = plan_.services[balancer.service].instances;
        for (std::uint32_t k = 0; k < instances.count && !balancer.blind; ++k) {
            Watch watch;
            watch.balancer = id;
            watch.instance = instances[k];
            if (balancer.watches.count > 0) {
                watch.phase = phases_[balancer.watches[k]].phase / 1000;
            }
            watches_of_[instances[k]].push_back(static_cast<std::uint32_t>(watches_.size()));
            watches_.push_back(watch);
        }
    }
    for (std::size_t d = 0; d < plan_.dns.size(); ++d) {
        const auto id = index_at<DnsId>(d);
        const DnsPlan& dns = plan_.dns[id];
        for (std::uint32_t site = 0; site < dns.sites.size(); ++site) {
            Watch watch;
            watch.dns = id;
            watch.site = site;
            if (dns.watches.count > 0) {
                watch.phase = phases_[dns.watches[site]].phase / 1000;
            }
            for (const GroupId group : dns.sites[site].groups) {
                site_watches_of_[group].push_back(static_cast<std::uint32_t>(watches_.size()));
            }
            watches_.push_back(watch);
        }
    }
}

bool FlowReplication::is_up(const Watch& watch) {
    if (watch.dns.exists()) {
        const DnsPlan& dns = plan_.dns[watch.dns];
        return scene_.site_is_up(atlas_.solver().ways(), dns, watch.site) && scene_.site_is_believed(dns, watch.site);
    }
    const CallerId caller = plan_.balancers[watch.balancer].caller;
    return scene_.can_be_asked(atlas_.solver().ways(), {plan_.location_of_caller[caller]}, watch.instance);
}

/// Whether a check that fails does so by silence: then the miss counts only when its timeout ends.
bool FlowReplication::is_silent(const Watch& watch) const {
    const InstanceId instance = watch.dns.exists()
                                    ? plan_.groups[plan_.dns[watch.dns].sites[watch.site].groups.front()].instances[0]
                                    : watch.instance;
    const Away& away = scene_.state.away[instance];
    return away.silent > 0 || away.crashed == 0;
}

const HealthPolicy& FlowReplication::policy_of(const Watch& watch) const {
    return watch.dns.exists() ? plan_.dns[watch.dns].policy.health
                              : plan_.services[plan_.balancers[watch.balancer].service].balance.health;
}

/// When a watch that is wrong now will have seen enough: the checks on its grid from now on all say so.
Microseconds FlowReplication::flip_time(const Watch& watch) const {
    const HealthPolicy& policy = policy_of(watch);
    const auto ticks = [](double seconds) { return static_cast<Microseconds>(std::llround(seconds * k_us_per_s)); };
    const Microseconds every = ticks(policy.every_s);
    Microseconds first = watch.phase;
    if (now_ > first) {
        first += (now_ - first + every - 1) / every * every;
    }
    if (!watch.up) {
        return first + (policy.pass - 1) * every;
    }
    return first + (policy.fail - 1) * every + (is_silent(watch) ? ticks(policy.timeout_s) : 0);
}

/// Compares what a watch believes with how things are.
void FlowReplication::look(std::uint32_t at) {
    Watch& watch = watches_[at];
    const bool up = is_up(watch);
    if (up == watch.up) {
        if (watch.flips_at >= 0) {
            watch.flips_at = -1;
            std::erase(flipping_, at);
        }
        return;
    }
    if (policy_of(watch).instant) {
        return flip(at);
    }
    if (watch.flips_at < 0) {
        watch.flips_at = flip_time(watch);
        const auto place =
            std::upper_bound(flipping_.begin(), flipping_.end(), watch.flips_at,
                             [&](Microseconds time, std::uint32_t other) { return time < watches_[other].flips_at; });
        flipping_.insert(place, at);
    }
}

void FlowReplication::look_at(const std::vector<InstanceId>& instances) {
    for (const InstanceId instance : instances) {
        for (const std::uint32_t watch : watches_of_[instance]) {
            look(watch);
        }
    }
    for (const InstanceId instance : instances) {
        for (const std::uint32_t watch : site_watches_of_[plan_.group_of[instance]]) {
            look(watch);
        }
    }
}

void FlowReplication::look_at_all() {
    for (std::uint32_t at = 0; at < watches_.size(); ++at) {
        look(at);
    }
}

void FlowReplication::flip(std::uint32_t at) {
    Watch& watch = watches_[at];
    watch.up = !watch.up;
    watch.flips_at = -1;
    things_changed_ = true;
    if (watch.dns.exists()) {
        return site_believed(watch.dns, watch.site, watch.up);
    }
    const ServiceId service = plan_.balancers[watch.balancer].service;
    scene_.believed[watch.balancer][watch.instance.value - plan_.services[service].instances.first.value] =
        watch.up ? 1 : 0;
    note(watch.up ? NoteKind::marked_in : NoteKind::marked_out, service.value, watch.instance.value);
    for (const std::uint32_t site : site_watches_of_[plan_.group_of[watch.instance]]) {
        look(site);  // what a site is worth depends on what its balancers believe
    }
}

void FlowReplication::site_believed(DnsId id, std::uint32_t site, bool up) {
    Answers& answers = scene_.answers[id];
    if (answers.share_now >= 0.5) {
        answers.before = answers.now;  // most remember what was answered until now
    }
    answers.now[site] = up ? 1 : 0;
    const auto ttl = static_cast<Microseconds>(std::llround(plan_.dns[id].policy.ttl_s * k_us_per_s));
    const bool switches = ttl > 0 && answers.now != answers.before;
    answers.share_now = switches ? 0 : 1;
    switches_[id] = switches ? Switch{now_, now_ + ttl} : Switch{};
    note(up ? NoteKind::site_in : NoteKind::site_out, id.value, site);
}

/// How far clients have come with learning new answers: each asks again when its time to live ends.
void FlowReplication::set_answers(Microseconds at) {
    for (std::size_t d = 0; d < switches_.size(); ++d) {
        const auto id = index_at<DnsId>(d);
        const Switch& change = switches_[id];
        if (change.end < 0) {
            continue;
        }
        const double share = static_cast<double>(at - change.begin) / static_cast<double>(change.end - change.begin);
        scene_.answers[id].share_now =
            at >= change.end ? 1 : std::min(std::round(share * k_answer_steps) / k_answer_steps, 1.0);
    }
}

/// Brings beliefs up to now.
void FlowReplication::catch_up() {
    just_flipped_ = false;
    while (!flipping_.empty() && watches_[flipping_.front()].flips_at <= now_) {
        const std::uint32_t at = flipping_.front();
        flipping_.erase(flipping_.begin());
        flip(at);
        just_flipped_ = true;
    }
    bool any = false;
    for (const Switch& change : switches_) {
        any = any || change.end >= 0;
    }
    if (any) {
        set_answers(now_);
        things_changed_ = true;
        for (Switch& change : switches_) {
            change = change.end >= 0 && change.end <= now_ ? Switch{} : change;
        }
    }
}

/// The end of the transition through the flips that follow one another closely; -1: none is under way.
Microseconds FlowReplication::end_of_flips() {
    const bool under_way = just_flipped_ || flips_end_ > now_;
    if (!under_way || flipping_.size() < k_flips_in_turn) {
        return -1;
    }
    const auto every = static_cast<Microseconds>(policy_of(watches_[flipping_.front()]).every_s * k_us_per_s);
    Microseconds last = now_;
    std::size_t count = 0;
    for (const std::uint32_t at : flipping_) {
        if (watches_[at].flips_at - last > every) {
            break;
        }
        last = watches_[at].flips_at;
        ++count;
    }
    if (count < k_flips_in_turn) {
        return -1;
    }
    // A staircase of `count` steps has the area of a straight line that ends one step later.
    return last + (last - now_) / static_cast<Microseconds>(count);
}

Microseconds FlowReplication::end_of_switches() const {
    Microseconds first = -1;
    for (const Switch& change : switches_) {
        if (change.end >= 0) {
            first = first < 0 ? change.end : std::min(first, change.end);
        }
    }
    return first;
}

NodeId FlowReplication::node_now() {
    if (things_changed_) {
        scene_.database_clock = clock_of_databases();
        things_ = scene_.key_of_things();
        things_changed_ = false;
    }
    return atlas_.find(scene_, scene_.key(things_), stretch_.to);
}

/// The rates that hold at the end of a transition, nothing else happening.
NodeId FlowReplication::node_at(Microseconds at, Microseconds flips_end) {
    std::vector<std::uint8_t*> flipped;
    for (const std::uint32_t index : flipping_) {
        const Watch& watch = watches_[index];
        if (watch.flips_at > (at == flips_end ? flips_end : at) || watch.dns.exists()) {
            continue;
        }
        const ServiceId service = plan_.balancers[watch.balancer].service;
        std::uint8_t& view =
            scene_.believed[watch.balancer][watch.instance.value - plan_.services[service].instances.first.value];
        view ^= 1U;
        flipped.push_back(&view);
    }
    Column<DnsId, double> shares(scene_.answers.size());
    for (std::size_t d = 0; d < shares.size(); ++d) {
        shares[index_at<DnsId>(d)] = scene_.answers[index_at<DnsId>(d)].share_now;
    }
    set_answers(at);
    const NodeId node = atlas_.find(scene_, scene_.key(scene_.key_of_things()), stretch_.to);
    for (std::uint8_t* const view : flipped) {
        *view ^= 1U;
    }
    for (std::size_t d = 0; d < shares.size(); ++d) {
        scene_.answers[index_at<DnsId>(d)].share_now = shares[index_at<DnsId>(d)];
    }
    return node;
}

}  // namespace nines
