// Where: one small world for each region, and the figures of the catalogue beside it.

#include "models/world/where.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "models/world/graph.hpp"
#include "models/world/route.hpp"

namespace nines {

namespace {

/// Rules by which every world is built stand in the documentation; what is assumed of this place alone is said.
constexpr std::string_view k_pairs_of_regions = "world.links.region-to-region";
constexpr std::string_view k_local_zones = "world.local_zones";

class Looker {
public:
    Looker(const Catalog& catalog, const WhereQuestion& question) : catalog_(catalog), question_(question) {
        for (const WhereUsers& users : question.users) {
            clients_.push_back({"client " + users.place, users.place});
        }
    }

    WherePlace look_at(const RegionRow& row) const {
        WherePlace place{.id = row.region,
                         .region = row.region,
                         .city = row.city,
                         .country_code = row.country_code,
                         .partition = partition_of(row.region)};
        const World world = build_world(catalog_, {question_.provider, {row.region}, {}, {}, clients_});
        measure(place, world, world.zones_of(*world.find(row.region)).front());
        return place;
    }

    WherePlace look_at(const ZoneRow& row) const {
        WherePlace place{.id = row.zone,
                         .region = row.region,
                         .city = row.city,
                         .country_code = row.country_code,
                         .partition = partition_of(row.region)};
        const World world = build_world(catalog_, {question_.provider, {row.region}, {}, {row.zone}, clients_});
        measure(place, world, *world.find(row.zone));
        for (const Assumption& assumption : world.assumptions) {
            if (assumption.path == k_local_zones) {
                assume(place, "local zone", assumption);
            }
        }
        return place;
    }

private:
    std::string partition_of(const std::string& region) const {
        const auto row = catalog_.region(question_.provider, region);
        return row ? row->partition : std::string();
    }

    void measure(WherePlace& place, const World& world, LocationId stands_in) const {
        add_round_trips(place, world, stands_in);
        add_carbon(place);
        add_price(place);
        judge(place);
    }

    void add_round_trips(WherePlace& place, const World& world, LocationId stands_in) const {
        for (std::size_t i = 0; i < question_.users.size(); ++i) {
            const double round_trip_s = 2 * latency_between(world, world.find(clients_[i].id).value(), stands_in);
            place.round_trip_s.push_back(round_trip_s);
            place.round_trip_mean_s += question_.users[i].share * round_trip_s;
            if (round_trip_s > place.round_trip_worst_s) {
                place.round_trip_worst_s = round_trip_s;
                place.worst_users = i;
            }
        }
        for (const Assumption& assumption : world.assumptions) {
            if (assumption.path == k_pairs_of_regions) {
                assume(place, "latency", assumption);
            }
        }
    }

    void add_carbon(WherePlace& place) const {
        const auto profile = catalog_.carbon(question_.provider, place.region);
        place.carbon_g_per_kwh = profile.yearly_mean();
        place.carbon_source = profile.source;
        if (profile.of_region != place.region && profile.assumed) {
            assume(place, "carbon", *profile.assumed);
        }
    }

    void add_price(WherePlace& place) const {
        if (question_.machine.empty()) {
            return;
        }
        if (const auto price = catalog_.machine_usd_per_h(question_.machine, place.region, {})) {
            place.price_usd_per_h = price->value;
            if (price->assumed) {
                assume(place, "price", *price->assumed);
            }
        }
    }

    static void assume(WherePlace& place, std::string path, Assumption assumption) {
        assumption.path = std::move(path);
        place.assumptions.push_back(std::move(assumption));
    }

    void judge(WherePlace& place) const {
        const WhereBounds& bounds = question_.bounds;
        const auto fail = [&](WhereBound bound, bool fails) {
            if (fails) {
                place.fails.push_back(bound);
            }
        };
        const bool has_users = !question_.users.empty();
        const auto is_above = [](double value, const std::optional<double>& bound) { return bound && value > *bound; };
        fail(WhereBound::latency, has_users && is_above(place.round_trip_mean_s, bounds.round_trip_mean_s));
        fail(WhereBound::worst_latency, has_users && is_above(place.round_trip_worst_s, bounds.round_trip_worst_s));
        fail(WhereBound::residency,
             !bounds.countries.empty() && std::find(bounds.countries.begin(), bounds.countries.end(),
                                                    place.country_code) == bounds.countries.end());
        fail(WhereBound::carbon, is_above(place.carbon_g_per_kwh, bounds.carbon_g_per_kwh));
        // A price that nobody knows cannot keep within a bound.
        fail(WhereBound::price,
             bounds.price_usd_per_h && place.price_usd_per_h.value_or(k_unknown) > *bounds.price_usd_per_h);
    }

    static constexpr double k_unknown = std::numeric_limits<double>::infinity();

    const Catalog& catalog_;
    const WhereQuestion& question_;
    std::vector<ClientSpec> clients_;
};

bool stands_before(const WherePlace& a, const WherePlace& b) {
    const auto key = [](const WherePlace& place) {
        return std::tuple(!place.fails.empty(), place.price_usd_per_h.value_or(std::numeric_limits<double>::infinity()),
                          place.round_trip_mean_s, place.carbon_g_per_kwh, std::string_view(place.id));
    };
    return key(a) < key(b);
}

}  // namespace

bool WherePlace::assumes(std::string_view path) const {
    return std::any_of(assumptions.begin(), assumptions.end(),
                       [=](const Assumption& assumption) { return assumption.path == path; });
}

std::vector<WherePlace> find_where(const Catalog& catalog, const WhereQuestion& question) {
    const Looker looker(catalog, question);
    std::vector<WherePlace> places;
    for (const RegionRow& region : catalog.regions(question.provider)) {
        places.push_back(looker.look_at(region));
        if (question.local_zones) {
            for (const ZoneRow& zone : catalog.local_zones(question.provider, region.region)) {
                places.push_back(looker.look_at(zone));
            }
        }
    }
    std::sort(places.begin(), places.end(), stands_before);
    return places;
}

}  // namespace nines
