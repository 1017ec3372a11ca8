// Health checks as they run: what a probe meets, what the watch then believes, and who is told.

#include "models/operations/sites.hpp"
#include "models/requests/requests.hpp"

namespace nines {

void Requests::wake(WatchId watch) {
    const Nanoseconds at = watches_.wake(watch, now_);
    if (at != k_never) {
        schedule(at, EventKind::health_check, watch.value);
    }
}

template <class Visit>
void Requests::for_each_watcher(InstanceId instance, Visit visit) const {
    const ServiceId service = service_of(instance);
    for (const BalancerId id : plan_.balancers_of[service]) {
        if (plan_.balancers[id].watches.count > 0) {
            visit(plan_.balancers[id].watches[instance.value - plan_.services[service].instances.first.value]);
        }
    }
    for (const WatchId watch : site_watches_of_[plan_.group_of[instance]]) {
        visit(watch);
    }
}

void Requests::wake_watchers_of(InstanceId instance) {
    for_each_watcher(instance, [&](WatchId watch) { wake(watch); });
}

void Requests::wake_all_watches() {
    for (std::uint32_t i = 0; i < plan_.watches; ++i) {
        wake(WatchId{i});
    }
}

/// Whether an instance is up and a message could reach it from there now, leaving luck aside.
bool Requests::can_be_asked(const MessageEnd& from, InstanceId instance) {
    const MessageEnd to{plan_.groups[plan_.group_of[instance]].location, instance};
    return state_.takes_requests(instance) && network_.reachable(from, to);
}

/// Where health is instant, balancers and routes know the truth as it changes.
void Requests::know_at_once(InstanceId instance) {
    const ServiceId service = service_of(instance);
    for (const BalancerId id : plan_.balancers_of[service]) {
        const BalancerPlan& balancer = plan_.balancers[id];
        if (balancer.watches.count == 0 && !balancer.blind) {
            const bool up = can_be_asked({plan_.location_of_caller[balancer.caller]}, instance);
            if (up != balancers_.believes_up(id, instance)) {
                balancers_.believe(id, instance, up);
            }
        }
    }
    for (std::size_t d = 0; d < plan_.dns.size(); ++d) {
        const auto id = index_at<DnsId>(d);
        const DnsPlan& dns = plan_.dns[id];
        if (dns.service != service || dns.watches.count > 0) {
            continue;
        }
        for (std::uint32_t site = 0; site < dns.sites.size(); ++site) {
            const bool up = site_is_up(dns, site);
            if ((dns_[id].history.back().up[site] != 0) != up) {
                site_believed(id, site, up);
            }
        }
    }
}

void Requests::know_all_at_once() {
    for (const ServicePlan& service : plan_.services) {
        for (std::uint32_t i = 0; service.balance.health.instant && i < service.instances.count; ++i) {
            know_at_once(service.instances[i]);
        }
    }
}

bool Requests::site_is_believed(const DnsPlan& dns, std::uint32_t site) const {
    return nines::site_is_believed(
        plan_, dns, site, [&](BalancerId balancer, InstanceId one) { return balancers_.believes_up(balancer, one); });
}

/// Whether a check would pass now, leaving luck aside.
bool Requests::is_up(const WatchTarget& target) {
    if (target.dns.exists()) {
        const DnsPlan& dns = plan_.dns[target.dns];
        return site_is_up(dns, target.site) && site_is_believed(dns, target.site);
    }
    return can_be_asked({plan_.location_of_caller[plan_.balancers[target.balancer].caller]}, target.instance);
}

/// A check needs no worker and no queue. A message lost or too late looks like silence; a crashed target refuses.
Requests::Probe Requests::probe(const WatchTarget& target, Nanoseconds timeout) {
    if (target.dns.exists()) {
        const DnsPlan& dns = plan_.dns[target.dns];
        if (is_up(target)) {
            return Probe::pass;
        }
        const InstanceId first = plan_.groups[dns.sites[target.site].groups.front()].instances[0];
        return state_.away[first].crashed > 0 ? Probe::refused : Probe::silent;
    }
    if (!network_.is_clean()) {
        const MessageEnd from{plan_.location_of_caller[plan_.balancers[target.balancer].caller], InstanceId::none()};
        const MessageEnd to{plan_.groups[plan_.group_of[target.instance]].location, target.instance};
        const auto out = network_.send(from, to, MessageKind::check);
        const auto back = network_.send(to, from, MessageKind::check);
        if (!out || !back || later(out->delay, back->delay) > timeout) {
            return Probe::silent;
        }
    }
    if (state_.away[target.instance].silent > 0) {
        return Probe::silent;
    }
    if (state_.presence[target.instance] != Presence::serving || state_.away[target.instance].noticed > 0) {
        return Probe::refused;  // it came, was seen, and is gone; or is to come back later; or says that it goes
    }
    return state_.away[target.instance].crashed > 0 ? Probe::refused : Probe::pass;
}

void Requests::health_check(WatchId watch) {
    const WatchTarget& target = watch_targets_[watch];
    watches_.began(watch, now_);
    bool changed = false;
    switch (probe(target, watches_.timeout(watch))) {
        case Probe::pass:
            changed = watches_.count_pass(watch);
            break;
        case Probe::refused:
            changed = watches_.count_miss(watch);
            break;
        case Probe::silent:
            schedule(later(now_, watches_.timeout(watch)), EventKind::health_missed, watch.value);
            break;
    }
    if (changed) {
        belief_changed(watch);
    }
    // Under disturbed messages each check is a new draw, so the watch stays awake.
    if (state_.network_effects.empty() && watches_.is_settled(watch, is_up(target))) {
        return watches_.sleep(watch);
    }
    schedule(watches_.next(watch, now_), EventKind::health_check, watch.value);
}

void Requests::health_missed(WatchId watch) {
    if (watches_.count_miss(watch)) {
        belief_changed(watch);
    }
    if (!watches_.is_settled(watch, is_up(watch_targets_[watch]))) {
        wake(watch);
    }
}

void Requests::belief_changed(WatchId watch) {
    const WatchTarget& target = watch_targets_[watch];
    const bool up = watches_[watch].believed_up;
    if (target.dns.exists()) {
        return site_believed(target.dns, target.site, up);
    }
    balancers_.believe(target.balancer, target.instance, up);
    for (const WatchId site : site_watches_of_[plan_.group_of[target.instance]]) {
        wake(site);  // what a site is worth depends on what its balancers believe
    }
    note(up ? NoteKind::marked_in : NoteKind::marked_out, service_of(target.instance).value, target.instance.value);
}

}  // namespace nines
