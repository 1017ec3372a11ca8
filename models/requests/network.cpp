#include "models/requests/network.hpp"

#include <algorithm>
#include <cmath>

#include "engine/random/portable_math.hpp"
#include "models/world/route.hpp"

namespace nines {

namespace {

constexpr double k_bytes_per_gb = 1e9;
constexpr double k_convergence_inside_region_s = 1;
constexpr double k_convergence_between_regions_s = 30;

}  // namespace

Network::Network(const Plan& plan, const State& state, Luck luck, EventSet& events)
    : plan_(plan),
      state_(state),
      events_(events),
      luck_(luck),
      way_of_(plan.world.locations.size() * plan.world.locations.size(), 1),
      ways_(2),
      details_(1),
      link_up_(plan.world.links.size(), 1),
      location_up_(plan.world.locations.size(), 1),
      bytes_(plan.prices.size(), 0),
      requests_(plan.prices.size(), 0) {
    Way& nowhere = ways_.front();
    nowhere.known = nowhere.exists = nowhere.is_constant = true;
    nowhere.lane = events_.lane_for(0);
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
        find_price(way, from, to);
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
    // The ends themselves never break a route: who is down there neither sends nor answers, and a balancer that stands
    // beside a dead caller goes on checking.
    std::vector<std::uint8_t> location_up = location_up_;
    for (const LocationId end : {from, to}) {
        location_up[end.value] = 1;
        if (plan_.world.locations[end].region.exists()) {
            location_up[plan_.world.locations[end].region.value] = 1;
        }
    }
    const auto route = find_route(plan_.world, from, to, link_up_, location_up);
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
    way.lane = way.is_constant ? events_.lane_for(way.constant) : EventSet::k_no_lane;
}

void Network::find_price(Way& way, LocationId from, LocationId to) const {
    const World& world = plan_.world;
    const PriceRows& rows = plan_.price_rows;
    const Location& sender = world.locations[from];
    const Location& receiver = world.locations[to];
    if (sender.kind == LocationKind::client && receiver.kind == LocationKind::edge) {
        way.request_price = rows.edge_requests[to];
    } else if (sender.kind == LocationKind::edge) {
        way.price = receiver.kind == LocationKind::client ? rows.edge_egress[from] : rows.edge_to_origin[from];
    } else if (sender.kind == LocationKind::zone && receiver.kind == LocationKind::client) {
        way.price = rows.internet[sender.region];
    } else if (sender.kind == LocationKind::zone && receiver.kind == LocationKind::zone && from != to) {
        if (sender.region == receiver.region && sender.region.exists()) {
            way.price = rows.between_zones[sender.region];
            way.price_ends = 2;
        } else if (sender.region.exists()) {
            way.price = rows.between_regions[sender.region.value * world.locations.size() + receiver.region.value];
        }
    }
}

/// Whether a link on the way is cut, or a region in the middle of the way is down.
bool Network::is_broken(const Way& way, LocationId from, LocationId to) const {
    if (!way.exists) {
        return true;
    }
    if (state_.broken_places == 0) {
        return false;
    }
    const auto down_between = [&](LocationId place) {
        return state_.location_down[place] > 0 && place != from && place != to &&
               place != plan_.world.locations[from].region && place != plan_.world.locations[to].region;
    };
    const std::vector<LinkId>& links = details_[way.detail].links;
    return std::any_of(links.begin(), links.end(), [&](LinkId id) {
        const Link& link = plan_.world.links[id];
        return state_.link_cut[id] > 0 || down_between(link.a) || down_between(link.b);
    });
}

bool Network::is_inside(const TargetAtom& atom, const MessageEnd& end) const {
    if (end.instance.exists()) {
        return covers(plan_, atom, end.instance);
    }
    switch (atom.kind) {
        case TargetAtom::Kind::everything:
            return true;
        case TargetAtom::Kind::location:
            return end.location.exists() && plan_.world.within(end.location, LocationId{atom.index});
        default:
            return false;
    }
}

/// Whether exactly one end is inside what the effect names: the message crosses its border.
bool Network::crosses(const NetworkEffect& effect, const MessageEnd& from, const MessageEnd& to) const {
    const auto inside = [&](const MessageEnd& end) {
        return std::any_of(effect.atoms.begin(), effect.atoms.end(),
                           [&](const TargetAtom& atom) { return is_inside(atom, end); });
    };
    return inside(from) != inside(to);
}

/// Whether the message has to do with what the effect names: an end inside, or a link on its way.
bool Network::touches(const NetworkEffect& effect, const Way& way, const MessageEnd& from, const MessageEnd& to) const {
    const std::vector<LinkId>& links = details_[way.detail].links;
    return std::any_of(effect.atoms.begin(), effect.atoms.end(), [&](const TargetAtom& atom) {
        if (atom.kind == TargetAtom::Kind::link) {
            return std::find(links.begin(), links.end(), LinkId{atom.index}) != links.end();
        }
        return is_inside(atom, from) || is_inside(atom, to);
    });
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
    const Nanoseconds undisturbed = delay;
    bool lost = &way != &ways_.front() && is_broken(way, from.location, to.location);
    for (const NetworkEffect& effect : state_.network_effects) {
        if (effect.effect.kind == EffectKind::partition) {
            lost = lost || crosses(effect, from, to);
        } else if (touches(effect, way, from, to)) {
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
    return std::none_of(state_.network_effects.begin(), state_.network_effects.end(), [&](const NetworkEffect& effect) {
        return effect.effect.kind == EffectKind::partition && crosses(effect, from, to);
    });
}

void Network::start_measuring() {
    bytes_.assign(bytes_.size(), 0);
    requests_.assign(requests_.size(), 0);
}

std::vector<double> Network::units() const {
    std::vector<double> units(bytes_.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        units[i] = bytes_[i] / k_bytes_per_gb + static_cast<double>(requests_[i]);
    }
    return units;
}

void Network::converge(LinkId link) {
    link_up_[link.value] = state_.link_cut[link] == 0 ? 1 : 0;
    forget_routes();
}

void Network::converge(LocationId location) {
    location_up_[location.value] = state_.location_down[location] == 0 ? 1 : 0;
    forget_routes();
}

void Network::forget_routes() {
    for (std::size_t i = 1; i < ways_.size(); ++i) {
        ways_[i].known = false;
    }
}

Nanoseconds Network::convergence(LinkId link) const {
    return to_ns(plan_.world.links[link].convergence_s);
}

Nanoseconds Network::convergence(LocationId location) const {
    const LocationKind kind = plan_.world.locations[location].kind;
    const bool inside = kind == LocationKind::zone;
    return to_ns(inside ? k_convergence_inside_region_s : k_convergence_between_regions_s);
}

}  // namespace nines
