#include "models/operations/routes.hpp"

#include <algorithm>

#include "models/world/route.hpp"

namespace nines {

namespace {

constexpr double k_convergence_inside_region_s = 1;
constexpr double k_convergence_between_regions_s = 30;

}  // namespace

Routes::Routes(const Plan& plan, const State& state)
    : plan_(plan), state_(&state), link_up_(plan.world.links.size(), 1), location_up_(plan.world.locations.size(), 1) {
}

std::optional<std::vector<LinkId>> Routes::find(LocationId from, LocationId to) const {
    // The ends themselves never break a route: who is down there neither sends nor answers, and a balancer that stands
    // beside a dead caller goes on checking.
    std::vector<std::uint8_t> location_up = location_up_;
    for (const LocationId end : {from, to}) {
        location_up[end.value] = 1;
        if (plan_.world.locations[end].region.exists()) {
            location_up[plan_.world.locations[end].region.value] = 1;
        }
    }
    return find_route(plan_.world, from, to, link_up_, location_up);
}

WayPrice Routes::price_of(LocationId from, LocationId to) const {
    const World& world = plan_.world;
    const PriceRows& rows = plan_.price_rows;
    const Location& sender = world.locations[from];
    const Location& receiver = world.locations[to];
    WayPrice price;
    if (sender.kind == LocationKind::client && receiver.kind == LocationKind::edge) {
        price.request_row = rows.edge_requests[to];
    } else if (sender.kind == LocationKind::edge) {
        if (receiver.kind == LocationKind::client) {
            price.row = rows.edge_egress[from];
        } else if (receiver.kind != LocationKind::edge) {  // between edges and their regional caches bytes are free
            price.row = rows.edge_to_origin[from];
        }
    } else if (sender.kind == LocationKind::zone && receiver.kind == LocationKind::client) {
        price.row = rows.internet[sender.region];
    } else if (sender.kind == LocationKind::zone && receiver.kind == LocationKind::zone && from != to) {
        if (sender.region == receiver.region && sender.region.exists()) {
            price.row = rows.between_zones[sender.region];
            price.ends = 2;
        } else if (sender.region.exists()) {
            price.row = rows.between_regions[sender.region.value * world.locations.size() + receiver.region.value];
        }
    }
    return price;
}

bool Routes::is_broken(const std::vector<LinkId>& way, LocationId from, LocationId to) const {
    if (state_->broken_places == 0) {
        return false;
    }
    const auto down_between = [&](LocationId place) {
        return state_->location_down[place] > 0 && place != from && place != to &&
               place != plan_.world.locations[from].region && place != plan_.world.locations[to].region;
    };
    return std::any_of(way.begin(), way.end(), [&](LinkId id) {
        const Link& link = plan_.world.links[id];
        return state_->link_cut[id] > 0 || down_between(link.a) || down_between(link.b);
    });
}

bool Routes::is_inside(const TargetAtom& atom, const MessageEnd& end) const {
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

bool Routes::crosses(const NetworkEffect& effect, const MessageEnd& from, const MessageEnd& to) const {
    const auto inside = [&](const MessageEnd& end) {
        return std::any_of(effect.atoms.begin(), effect.atoms.end(),
                           [&](const TargetAtom& atom) { return is_inside(atom, end); });
    };
    return inside(from) != inside(to);
}

bool Routes::touches(const NetworkEffect& effect, const std::vector<LinkId>& way, const MessageEnd& from,
                     const MessageEnd& to) const {
    return std::any_of(effect.atoms.begin(), effect.atoms.end(), [&](const TargetAtom& atom) {
        if (atom.kind == TargetAtom::Kind::link) {
            return std::find(way.begin(), way.end(), LinkId{atom.index}) != way.end();
        }
        return is_inside(atom, from) || is_inside(atom, to);
    });
}

bool Routes::is_parted(const MessageEnd& from, const MessageEnd& to) const {
    return std::any_of(state_->network_effects.begin(), state_->network_effects.end(),
                       [&](const NetworkEffect& effect) {
                           return effect.effect.kind == EffectKind::partition && crosses(effect, from, to);
                       });
}

void Routes::converge(LinkId link) {
    link_up_[link.value] = state_->link_cut[link] == 0 ? 1 : 0;
}

void Routes::converge(LocationId location) {
    location_up_[location.value] = state_->location_down[location] == 0 ? 1 : 0;
}

double Routes::convergence_s(LinkId link) const {
    return plan_.world.links[link].convergence_s;
}

double Routes::convergence_s(const Plan& plan, LocationId location) {
    const bool inside = plan.world.locations[location].kind == LocationKind::zone;
    return inside ? k_convergence_inside_region_s : k_convergence_between_regions_s;
}

}  // namespace nines
