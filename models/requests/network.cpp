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
      path_of_(plan.world.locations.size() * plan.world.locations.size(), 0),
      link_up_(plan.world.links.size(), 1),
      location_up_(plan.world.locations.size(), 1),
      units_(plan.prices.size(), 0) {
    nowhere_.known = true;
    nowhere_.exists = true;
    nowhere_.lane = events_.lane_for(0);
    nowhere_.trouble = {Stream(luck, "network.trouble", "nowhere"), Stream(luck, "check.trouble", "nowhere")};
}

Network::Path& Network::path(LocationId from, LocationId to) {
    std::uint32_t& slot = path_of_[from.value * plan_.world.locations.size() + to.value];
    if (slot == 0) {
        Path fresh;
        const std::string name = plan_.world.locations[from].id + ">" + plan_.world.locations[to].id;
        fresh.latency = {Stream(luck_, "network.latency", name), Stream(luck_, "check.latency", name)};
        fresh.trouble = {Stream(luck_, "network.trouble", name), Stream(luck_, "check.trouble", name)};
        find_price(fresh, from, to);
        paths_.push_back(std::move(fresh));
        slot = static_cast<std::uint32_t>(paths_.size());
    }
    Path& found = paths_[slot - 1];
    if (!found.known) {
        find(found, from, to);
    }
    return found;
}

void Network::find(Path& path, LocationId from, LocationId to) {
    path.known = true;
    path.constant = 0;
    path.legs.clear();
    path.links.clear();
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
    path.exists = route.has_value();
    if (!route) {
        return;
    }
    path.links = *route;
    for (const LinkId id : path.links) {
        const Link& link = plan_.world.links[id];
        if (link.latency_cv > 0 && link.latency_mean_s > 0) {
            const double variance = portable::log(1 + link.latency_cv * link.latency_cv);
            path.legs.push_back({portable::log(link.latency_mean_s) - variance / 2, std::sqrt(variance)});
        } else {
            path.constant += to_ns(link.latency_mean_s);
        }
    }
    path.lane = path.legs.empty() ? events_.lane_for(path.constant) : EventSet::k_no_lane;
}

void Network::find_price(Path& path, LocationId from, LocationId to) {
    const World& world = plan_.world;
    const PriceRows& rows = plan_.price_rows;
    const Location& sender = world.locations[from];
    const Location& receiver = world.locations[to];
    if (sender.kind == LocationKind::client && receiver.kind == LocationKind::edge) {
        path.request_price = rows.edge_requests[to];
    } else if (sender.kind == LocationKind::edge) {
        path.price = receiver.kind == LocationKind::client ? rows.edge_egress[from] : rows.edge_to_origin[from];
    } else if (sender.kind == LocationKind::zone && receiver.kind == LocationKind::client) {
        path.price = rows.internet[sender.region];
    } else if (sender.kind == LocationKind::zone && receiver.kind == LocationKind::zone && from != to) {
        if (sender.region == receiver.region && sender.region.exists()) {
            path.price = rows.between_zones[sender.region];
            path.price_ends = 2;
        } else if (sender.region.exists()) {
            path.price = rows.between_regions[sender.region.value * world.locations.size() + receiver.region.value];
        }
    }
}

/// Whether a link on the way is cut, or a region in the middle of the way is down.
bool Network::is_broken(const Path& path, LocationId from, LocationId to) const {
    if (!path.exists) {
        return true;
    }
    if (state_.broken_places == 0) {
        return false;
    }
    const auto down_between = [&](LocationId place) {
        return state_.location_down[place] > 0 && place != from && place != to &&
               place != plan_.world.locations[from].region && place != plan_.world.locations[to].region;
    };
    return std::any_of(path.links.begin(), path.links.end(), [&](LinkId id) {
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
bool Network::touches(const NetworkEffect& effect, const Path& path, const MessageEnd& from,
                      const MessageEnd& to) const {
    return std::any_of(effect.atoms.begin(), effect.atoms.end(), [&](const TargetAtom& atom) {
        if (atom.kind == TargetAtom::Kind::link) {
            return std::find(path.links.begin(), path.links.end(), LinkId{atom.index}) != path.links.end();
        }
        return is_inside(atom, from) || is_inside(atom, to);
    });
}

std::optional<Network::Sent> Network::send(const MessageEnd& from, const MessageEnd& to, MessageKind kind) {
    // Without places there is no network of its own, yet a fault may disturb the messages of a service.
    const bool placed = plan_.has_world && from.location.exists() && to.location.exists();
    Path& way = placed ? path(from.location, to.location) : nowhere_;
    Nanoseconds delay = way.constant;
    for (const Leg& leg : way.legs) {
        delay += to_ns(portable::exp(leg.log_mean + leg.log_sigma * way.latency[static_cast<std::size_t>(kind)].normal()));
    }
    if (is_clean()) {
        return way.exists ? std::optional(Sent{delay, way.lane}) : std::nullopt;
    }
    return send_disturbed(way, delay, from, to, way.trouble[static_cast<std::size_t>(kind)]);
}

std::optional<Network::Sent> Network::send_disturbed(const Path& way, Nanoseconds delay, const MessageEnd& from,
                                                     const MessageEnd& to, Stream& trouble) {
    const Nanoseconds undisturbed = delay;
    bool lost = &way != &nowhere_ && is_broken(way, from.location, to.location);
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
        is_broken(path(from.location, to.location), from.location, to.location)) {
        return false;
    }
    return std::none_of(state_.network_effects.begin(), state_.network_effects.end(), [&](const NetworkEffect& effect) {
        return effect.effect.kind == EffectKind::partition && crosses(effect, from, to);
    });
}

void Network::count(LocationId from, LocationId to, double bytes, std::uint32_t requests) {
    if (!plan_.has_world || !from.exists() || !to.exists()) {
        return;
    }
    const Path& way = path(from, to);
    if (way.price != k_free) {
        units_[way.price] += way.price_ends * bytes / k_bytes_per_gb;
    }
    if (way.request_price != k_free) {
        units_[way.request_price] += requests;
    }
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
    for (Path& way : paths_) {
        way.known = false;
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
