#include "models/requests/network.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/hash.hpp"
#include "engine/base/units.hpp"
#include "engine/random/portable_math.hpp"
#include "engine/random/renewed.hpp"

namespace nines {

Network::Network(const Plan& plan, const State& state, Luck luck, EventSet& events)
    : plan_(plan),
      state_(&state),
      routes_(plan, state),
      events_(&events),
      luck_(luck),
      way_of_(plan.world.locations.size() * plan.world.locations.size(), 1),
      ways_(2),
      details_(1),
      counted_(plan.prices.size()),
      of_attackers_(plan.prices.size()) {
    Way& nowhere = ways_.front();
    nowhere.known = nowhere.exists = nowhere.is_constant = true;
    nowhere.lane = events_->lane_for(0);
    details_.front().trouble = {Stream(luck, "network.trouble", "nowhere"), Stream(luck, "check.trouble", "nowhere")};
}

const Network::Way& Network::find(LocationId from, LocationId to) {
    std::uint32_t& slot = way_of_[from.value * plan_.world.locations.size() + to.value];
    if (slot == 1) {
        const std::string name = plan_.world.locations[from].id + ">" + plan_.world.locations[to].id;
        Detail detail;
        detail.latency = {Stream(luck_, "network.latency", name), Stream(luck_, "check.latency", name)};
        detail.trouble = {Stream(luck_, "network.trouble", name), Stream(luck_, "check.trouble", name)};
        Way way;
        way.detail = static_cast<std::uint32_t>(details_.size());
        way.price = routes_.price_of(from, to);
        details_.push_back(std::move(detail));
        slot = static_cast<std::uint32_t>(ways_.size());
        ways_.push_back(way);
    }
    find_route_of(ways_[slot], from, to);
    return ways_[slot];
}

void Network::find_route_of(Way& way, LocationId from, LocationId to) {
    Detail& detail = details_[way.detail];
    way.known = true;
    way.constant = 0;
    detail.legs.clear();
    detail.links.clear();
    const auto route = routes_.find(from, to);
    way.exists = route.has_value();
    way.is_constant = true;
    if (!route) {
        return;
    }
    detail.links = *route;
    for (const LinkId id : detail.links) {
        const Link& link = plan_.world.links[id];
        if (link.latency_cv > 0 && link.latency_mean_s > 0) {
            const double variance = portable::log(1 + link.latency_cv * link.latency_cv);
            detail.legs.push_back({portable::log(link.latency_mean_s) - variance / 2, std::sqrt(variance)});
        } else {
            way.constant += to_ns(link.latency_mean_s);
        }
    }
    way.is_constant = detail.legs.empty();
    way.lane = way.is_constant ? events_->lane_for(way.constant) : EventSet::k_no_lane;
}

std::optional<Network::Sent> Network::send_with_luck(const Way& way, const MessageEnd& from, const MessageEnd& to,
                                                     MessageKind kind) {
    // Without places there is no network of its own, yet a fault may disturb the messages of a service.
    Detail& detail = details_[way.detail];
    const auto of_kind = static_cast<std::size_t>(kind);
    Nanoseconds delay = way.constant;
    for (const Leg& leg : detail.legs) {
        delay += to_ns(portable::exp(leg.log_mean + leg.log_sigma * detail.latency[of_kind].normal()));
    }
    if (is_clean()) {
        return way.exists ? std::optional(Sent{delay, way.lane}) : std::nullopt;
    }
    return send_disturbed(way, delay, from, to, detail.trouble[of_kind]);
}

std::optional<Network::Sent> Network::send_disturbed(const Way& way, Nanoseconds delay, const MessageEnd& from,
                                                     const MessageEnd& to, Stream& trouble) {
    const Detail& detail = details_[way.detail];
    const Nanoseconds undisturbed = delay;
    bool lost = &way != &ways_.front() && is_broken(way, from.location, to.location);
    for (const NetworkEffect& effect : state_->network_effects) {
        if (effect.effect.kind == EffectKind::partition) {
            lost = lost || routes_.crosses(effect, from, to);
        } else if (routes_.touches(effect, detail.links, from, to)) {
            if (effect.effect.kind == EffectKind::loss) {
                lost = trouble.chance(effect.effect.amount) || lost;
            } else if (trouble.chance(effect.effect.share)) {
                delay = later(delay, to_ns(effect.effect.delay_s.sample(trouble)));
            }
        }
    }
    if (lost) {
        return std::nullopt;
    }
    return Sent{delay, delay == undisturbed ? way.lane : EventSet::k_no_lane};
}

bool Network::reachable(const MessageEnd& from, const MessageEnd& to) {
    if (is_clean()) {
        return true;
    }
    if (from.location.exists() && to.location.exists() &&
        is_broken(way_between(from.location, to.location), from.location, to.location)) {
        return false;
    }
    return !routes_.is_parted(from, to);
}

void Network::renew_luck(std::uint64_t key) {
    luck_.seed = combine(luck_.seed, key);
    for (Detail& detail : details_) {
        for (std::size_t kind = 0; kind < 2; ++kind) {
            detail.latency[kind] = renewed(detail.latency[kind], key);
            detail.trouble[kind] = renewed(detail.trouble[kind], key);
        }
    }
}

void Network::start_measuring() {
    counted_ = Counts(counted_.bytes.size());
    of_attackers_ = Counts(of_attackers_.bytes.size());
}

std::vector<double> Network::Counts::units() const {
    std::vector<double> units;
    write_units(units);
    return units;
}

void Network::Counts::write_units(std::vector<double>& units) const {
    units.resize(bytes.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        units[i] = bytes[i] / k_bytes_per_gb + static_cast<double>(requests[i]);
    }
}

void Network::converge(LinkId link) {
    routes_.converge(link);
    forget_routes();
}

void Network::converge(LocationId location) {
    routes_.converge(location);
    forget_routes();
}

void Network::forget_routes() {
    for (std::size_t i = 1; i < ways_.size(); ++i) {
        ways_[i].known = false;
    }
}

}  // namespace nines
