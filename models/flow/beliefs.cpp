// Beliefs: when health checks change their mind, and how users of a route learn of it. A watch's checks stand on a grid
// of its own, so the moment at which it changes its mind is known as soon as things change; the watches of a service
// change one after the other, and meanwhile rates go over from those before to those after in a straight line.

#include <algorithm>
#include <cmath>
#include <tuple>

#include "models/flow/replication.hpp"

namespace nines {

namespace {

constexpr std::size_t k_steps_most = 4;
constexpr std::uint32_t k_lines = 3;
constexpr double k_answer_steps = 16;  // a transition broken off half-way is remembered in sixteenths

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
            watch.up = scene_.believes_up(id, instances[k]);
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

/// When a watch that is wrong as of then will have seen enough: the checks on its grid from then on all say so.
Microseconds FlowReplication::flip_time(const Watch& watch) const {
    const HealthPolicy& policy = policy_of(watch);
    const auto ticks = [](double seconds) { return static_cast<Microseconds>(std::llround(seconds * k_us_per_s)); };
    const Microseconds every = ticks(policy.every_s);
    Microseconds first = watch.phase;
    if (as_of_ > first) {
        first += (as_of_ - first + every - 1) / every * every;
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
            std::erase(fresh_, at);
        }
        return;
    }
    if (policy_of(watch).instant) {
        return flip(at);
    }
    if (watch.flips_at < 0) {
        watch.flips_at = flip_time(watch);
        fresh_.push_back(at);
    }
}

/// Puts those that are to change their mind in line. Which watch of a service looks first is luck; what follows from it
/// is the same whoever it is, as long as they are as many. So the times drawn are handed out by instance and balancer:
/// then half of the changes are always the same half, and its scene is solved once.
void FlowReplication::line_up() {
    if (fresh_.empty()) {
        return;
    }
    const auto kind_of = [&](std::uint32_t at) {
        const Watch& watch = watches_[at];
        const std::uint32_t service = watch.dns.exists() ? UINT32_MAX : plan_.balancers[watch.balancer].service.value;
        return std::tuple(service, watch.up);
    };
    std::sort(fresh_.begin(), fresh_.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Watch& one = watches_[a];
        const Watch& other = watches_[b];
        return std::tuple(kind_of(a), one.instance, one.balancer, a) <
               std::tuple(kind_of(b), other.instance, other.balancer, b);
    });
    for (std::size_t begin = 0; begin < fresh_.size();) {
        std::size_t end = begin;
        std::vector<Microseconds> times;
        while (end < fresh_.size() && kind_of(fresh_[end]) == kind_of(fresh_[begin])) {
            times.push_back(watches_[fresh_[end++]].flips_at);
        }
        std::sort(times.begin(), times.end());
        for (std::size_t i = begin; i < end; ++i) {
            watches_[fresh_[i]].flips_at = times[i - begin];
        }
        begin = end;
    }
    flipping_.insert(flipping_.end(), fresh_.begin(), fresh_.end());
    fresh_.clear();
    std::sort(flipping_.begin(), flipping_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::tuple(watches_[a].flips_at, a) < std::tuple(watches_[b].flips_at, b);
    });
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
    line_up();
}

void FlowReplication::look_at_all() {
    for (std::uint32_t at = 0; at < watches_.size(); ++at) {
        look(at);
    }
    line_up();
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
    while (!flipping_.empty() && watches_[flipping_.front()].flips_at <= now_) {
        const std::uint32_t at = flipping_.front();
        flipping_.erase(flipping_.begin());
        as_of_ = watches_[at].flips_at;
        flip(at);
        line_up();
    }
    as_of_ = now_;
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

/// Where rates go next because of flips. Few flips are steps; many that follow one another closely are a staircase,
/// taken as some straight lines through the middles of its steps.
FlowReplication::Flips FlowReplication::next_flips() const {
    if (flipping_.empty()) {
        return {};
    }
    const auto time_of = [&](std::size_t i) { return watches_[flipping_[i]].flips_at; };
    const auto every = static_cast<Microseconds>(policy_of(watches_[flipping_.front()]).every_s * k_us_per_s);
    std::size_t count = 1;
    while (count < flipping_.size() && time_of(count) - time_of(count - 1) <= every) {
        ++count;
    }
    const bool under_way = line_ends_ == now_ && lines_left_ > 0;
    if (!under_way && count <= k_steps_most) {
        return {time_of(0), time_of(0), 0};
    }
    const Microseconds half_step =
        count > 1 ? (time_of(count - 1) - time_of(0)) / static_cast<Microseconds>(2 * (count - 1)) : 0;
    const Microseconds begin = under_way ? now_ : std::max(now_, time_of(0) - half_step);
    const std::uint32_t lines = under_way ? lines_left_ : k_lines;
    const std::size_t flips = (count + lines - 1) / lines;
    const Microseconds end =
        flips >= count ? time_of(count - 1) + half_step : (time_of(flips - 1) + time_of(flips)) / 2;
    return {begin, std::max(end, begin + 1), flips >= count ? 0 : lines - 1};
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
NodeId FlowReplication::node_at(Microseconds at) {
    std::vector<std::uint8_t*> flipped;
    for (const std::uint32_t index : flipping_) {
        const Watch& watch = watches_[index];
        if (watch.flips_at > at || watch.dns.exists()) {
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
