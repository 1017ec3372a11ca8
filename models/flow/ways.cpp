#include "models/flow/ways.hpp"

#include "engine/random/portable_math.hpp"

namespace nines {

Ways::Ways(const Plan& plan) : plan_(plan) {
}

FlowWay Ways::find(const Scene& scene, LocationId from, LocationId to) const {
    FlowWay way;
    way.price = scene.routes.price_of(from, to);
    const auto links = scene.routes.find(from, to);
    way.exists = links.has_value();
    if (!links) {
        return way;
    }
    way.links = *links;
    for (const LinkId id : way.links) {
        const Link& link = plan_.world.links[id];
        if (link.latency_cv > 0 && link.latency_mean_s > 0) {
            way.legs.push_back(Distribution::lognormal_mean_cv(link.latency_mean_s, link.latency_cv));
        } else {
            way.constant_s += link.latency_mean_s;
        }
    }
    SharedLaw one_way = SharedLaw::constant(way.constant_s);
    for (const Distribution& leg : way.legs) {
        one_way = sum(one_way, SharedLaw(analytic::LatencyLaw::of(leg)));
    }
    way.round_trip = sum(one_way, one_way);
    return way;
}

const FlowWay& Ways::between(const Scene& scene, LocationId from, LocationId to) {
    if (!plan_.has_world || !from.exists() || !to.exists()) {
        return nowhere_;
    }
    const auto& links = scene.routes.links_believed();
    const auto& places = scene.routes.places_believed();
    if (open_ == nullptr || open_->first != links || open_->second != places) {
        if (tables_.size() == k_tables_most) {
            tables_.clear();
        }
        const auto [at, fresh] = tables_.try_emplace({links, places});
        if (fresh) {
            at->second.assign(plan_.world.locations.size() * plan_.world.locations.size(), std::nullopt);
        }
        open_ = &at->first;
        table_ = &at->second;
    }
    auto& slot = (*table_)[from.value * plan_.world.locations.size() + to.value];
    if (!slot) {
        slot = find(scene, from, to);
    }
    return *slot;
}

Passage Ways::passage(const Scene& scene, const MessageEnd& from, const MessageEnd& to) {
    const FlowWay& way = between(scene, from.location, to.location);
    Passage passage;
    passage.round_trip = way.round_trip;
    if (!way.exists) {
        passage.lost = 1;
        return passage;
    }
    if (scene.routes.is_clean()) {
        return passage;
    }
    if (&way != &nowhere_ && scene.routes.is_broken(way.links, from.location, to.location)) {
        passage.lost = 1;
        return passage;
    }
    for (const NetworkEffect& effect : scene.state.network_effects) {
        if (effect.effect.kind == EffectKind::partition) {
            passage.lost = scene.routes.crosses(effect, from, to) ? 1 : passage.lost;
        } else if (scene.routes.touches(effect, way.links, from, to)) {
            if (effect.effect.kind == EffectKind::loss) {
                passage.lost = 1 - (1 - passage.lost) * (1 - effect.effect.amount);
            } else {
                const WeightedShare parts[] = {
                    {1 - effect.effect.share, SharedLaw()},
                    {effect.effect.share, SharedLaw(analytic::LatencyLaw::of(effect.effect.delay_s))}};
                const SharedLaw delay = effect.effect.share >= 1 ? parts[1].law : mixture(parts);
                passage.round_trip = sum(sum(passage.round_trip, delay), delay);
            }
        }
    }
    return passage;
}

}  // namespace nines
