// Builds the graph of places and links from the catalogue, and lists what no row of it measured.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/check.hpp"
#include "models/world/graph.hpp"
#include "models/world/link_assumptions.hpp"

namespace nines {

namespace {

constexpr double k_same_zone_s = 0.1e-3;
constexpr double k_zone_to_zone_s = 0.4e-3;
constexpr double k_zone_to_zone_cv = 0.5;
constexpr double k_edge_to_near_region_s = 0.5e-3;
constexpr double k_local_zone_to_region_s = 0.5e-3;
constexpr double k_client_to_edge_s = 5e-3;
constexpr double k_fibre_s_per_km = 0.01e-3;
constexpr double k_convergence_in_region_s = 1;
constexpr double k_convergence_between_regions_s = 30;

double km_between(const EdgeRow& edge, const RegionRow& region) {
    return distance_km(edge.latitude_deg, edge.longitude_deg, region.latitude_deg, region.longitude_deg);
}

double km_between(const Location& one, const Location& other) {
    return distance_km(one.latitude_deg, one.longitude_deg, other.latitude_deg, other.longitude_deg);
}

Outpost outpost_of(const ZoneRow& row) {
    return row.kind == "wavelength-zone" ? Outpost::wavelength_zone : Outpost::local_zone;
}

/// What a link is like, whatever its ends.
struct LinkTraits {
    double latency_mean_s = 0;
    double latency_cv = 0;
    double convergence_s = 0;
    BandwidthClass bandwidth = BandwidthClass::access;
    PriceClass price = PriceClass::free;
};

class Builder {
public:
    Builder(const Catalog& catalog, const WorldSpec& spec) : catalog_(catalog), spec_(spec) {
        world_.provider = spec.provider;
    }

    World build() && {
        add_places();
        link_zones();
        link_local_zones();
        link_regions();
        link_edges();
        link_edge_caches();
        link_clients();
        settle_nearest_regions();
        list_assumptions();
        return std::move(world_);
    }

private:
    // --- places -------------------------------------------------------------------------------------------------
    void add_places() {
        const LocationId provider =
            world_.locations.push_back({.kind = LocationKind::provider, .id = spec_.provider, .price_geography = {}});
        for (const std::string& id : spec_.regions) {
            add_region(id, provider);
        }
        for (const LocationId region : world_.of_kind(LocationKind::region)) {
            add_zones(region);
        }
        for (const std::string& id : spec_.local_zones) {
            add_local_zone(id);
        }
        for (const std::string& id : spec_.edges) {
            add_edge(id, provider);
        }
        for (const ClientSpec& client : spec_.clients) {
            add_client(client);
        }
    }

    void add_region(const std::string& id, LocationId provider) {
        if (world_.find(id)) {
            return;  // named twice
        }
        const RegionRow row = region_row(id);
        const LocationId place = world_.locations.push_back({.kind = LocationKind::region,
                                                             .id = id,
                                                             .parent = provider,
                                                             .latitude_deg = row.latitude_deg,
                                                             .longitude_deg = row.longitude_deg,
                                                             .price_geography = {}});
        world_.locations[place].region = place;
    }

    void add_zones(LocationId region) {
        const std::vector<ZoneRow> rows = catalog_.zones(spec_.provider, world_.locations[region].id);
        for (const ZoneRow& row : rows) {
            add_zone(row, region, Outpost::none);
        }
        if (rows.empty()) {
            const Location place = world_.locations[region];
            world_.locations.push_back({.kind = LocationKind::zone,
                                        .id = place.id + "-zone",
                                        .parent = region,
                                        .region = region,
                                        .latitude_deg = place.latitude_deg,
                                        .longitude_deg = place.longitude_deg,
                                        .price_geography = {}});
            world_.assumptions.push_back(
                {.path = "world.regions." + place.id,
                 .value = "one zone, " + place.id + "-zone",
                 .why = fmt::format("the zones of {} are not in the catalogue: one stands for all of them", place.id),
                 .source = "zones.csv"});
        }
    }

    void add_zone(const ZoneRow& row, LocationId region, Outpost outpost) {
        world_.locations.push_back({.kind = LocationKind::zone,
                                    .outpost = outpost,
                                    .id = row.zone,
                                    .parent = region,
                                    .region = region,
                                    .latitude_deg = row.latitude_deg,
                                    .longitude_deg = row.longitude_deg,
                                    .price_geography = {}});
    }

    void add_local_zone(const std::string& id) {
        if (world_.find(id)) {
            return;
        }
        const auto row = catalog_.zone(spec_.provider, id);
        check(row.has_value(), fmt::format("zone {} is in the catalogue", id));
        const auto region = world_.find(row->region);
        check(region.has_value(), fmt::format("the parent region of {} is in the world", id));
        add_zone(*row, *region, outpost_of(*row));
    }

    void add_edge(const std::string& id, LocationId provider) {
        if (world_.find(id)) {
            return;
        }
        const EdgeRow row = edge_row(id);
        world_.locations.push_back({.kind = LocationKind::edge,
                                    .outpost = row.kind == "edge" ? Outpost::none : Outpost::edge_cache,
                                    .id = id,
                                    .parent = provider,
                                    .latitude_deg = row.latitude_deg,
                                    .longitude_deg = row.longitude_deg,
                                    .price_geography = price_geography_of(row)});
    }

    void add_client(const ClientSpec& client) {
        if (world_.find(client.id)) {
            return;
        }
        Location place{.kind = LocationKind::client, .id = client.id, .price_geography = {}};
        if (const auto edge = catalog_.edge(spec_.provider, client.place)) {
            place.latitude_deg = edge->latitude_deg;
            place.longitude_deg = edge->longitude_deg;
        } else {
            const RegionRow region = region_row(client.place);
            place.latitude_deg = region.latitude_deg;
            place.longitude_deg = region.longitude_deg;
        }
        world_.locations.push_back(place);
        client_places_.push_back(client.place);
    }

    RegionRow region_row(std::string_view id) const {
        const auto row = catalog_.region(spec_.provider, id);
        check(row.has_value(), fmt::format("region {} is in the catalogue", id));
        return *row;
    }

    EdgeRow edge_row(std::string_view id) const {
        const auto row = catalog_.edge(spec_.provider, id);
        check(row.has_value(), fmt::format("edge {} is in the catalogue", id));
        return *row;
    }

    /// Regional edge caches have no price area of their own: they take that of the nearest edge.
    std::string price_geography_of(const EdgeRow& row) {
        if (!row.price_geography.empty()) {
            return row.price_geography;
        }
        const EdgeRow* nearest = nullptr;
        double nearest_km = std::numeric_limits<double>::infinity();
        const std::vector<EdgeRow> edges = catalog_.edges(spec_.provider);
        for (const EdgeRow& edge : edges) {
            const double km = distance_km(row.latitude_deg, row.longitude_deg, edge.latitude_deg, edge.longitude_deg);
            if (!edge.price_geography.empty() && km < nearest_km) {
                nearest = &edge;
                nearest_km = km;
            }
        }
        check(nearest != nullptr, "some edge has a price area");
        world_.assumptions.push_back(
            {.path = "world.edges." + row.edge,
             .value = nearest->price_geography,
             .why = fmt::format("no price area for {}: that of {}, the nearest edge", row.edge, nearest->edge),
             .source = "edges.csv"});
        return nearest->price_geography;
    }

    // --- links --------------------------------------------------------------------------------------------------
    LinkId add_link(LocationId one, LocationId other, const LinkTraits& traits) {
        const auto [a, b] = std::minmax(one, other);
        return world_.links.push_back({.name = id_of(a) + "--" + id_of(b),
                                       .a = a,
                                       .b = b,
                                       .latency_mean_s = traits.latency_mean_s,
                                       .latency_cv = traits.latency_cv,
                                       .convergence_s = traits.convergence_s,
                                       .bandwidth = traits.bandwidth,
                                       .price = traits.price});
    }

    void link_zones() {
        for (const LocationId region : world_.of_kind(LocationKind::region)) {
            const std::vector<LocationId> zones = world_.zones_of(region);
            for (std::size_t i = 0; i < zones.size(); ++i) {
                link_zone_to_itself(zones[i]);
                for (std::size_t j = i + 1; j < zones.size(); ++j) {
                    add_link(zones[i], zones[j],
                             {.latency_mean_s = k_zone_to_zone_s,
                              .latency_cv = k_zone_to_zone_cv,
                              .convergence_s = k_convergence_in_region_s,
                              .bandwidth = BandwidthClass::zone_to_zone,
                              .price = PriceClass::between_zones});
                }
                add_link(region, zones[i],
                         {.convergence_s = k_convergence_in_region_s,
                          .bandwidth = BandwidthClass::zone_to_zone,
                          .price = PriceClass::free});
            }
        }
    }

    void link_zone_to_itself(LocationId zone) {
        add_link(zone, zone,
                 {.latency_mean_s = k_same_zone_s,
                  .convergence_s = k_convergence_in_region_s,
                  .bandwidth = BandwidthClass::same_zone,
                  .price = PriceClass::free});
    }

    /// A local zone hangs on its parent region: other zones, and those of other regions, are reached through that.
    void link_local_zones() {
        for (const LocationId region : world_.of_kind(LocationKind::region)) {
            for (const LocationId zone : world_.local_zones_of(region)) {
                link_zone_to_itself(zone);
                add_link(region, zone,
                         {.latency_mean_s = k_local_zone_to_region_s + k_fibre_s_per_km * km_of(region, zone),
                          .convergence_s = k_convergence_in_region_s,
                          .bandwidth = BandwidthClass::local_zone,
                          .price = PriceClass::between_zones});
            }
        }
    }

    void link_regions() {
        const std::vector<LocationId> regions = world_.of_kind(LocationKind::region);
        for (std::size_t i = 0; i < regions.size(); ++i) {
            for (std::size_t j = i + 1; j < regions.size(); ++j) {
                add_link(regions[i], regions[j],
                         {.latency_mean_s = between_regions_s(id_of(regions[i]), id_of(regions[j])),
                          .convergence_s = k_convergence_between_regions_s,
                          .bandwidth = BandwidthClass::backbone,
                          .price = PriceClass::between_regions});
            }
        }
    }

    void link_edges() {
        for (const LocationId edge : world_.of_kind(LocationKind::edge)) {
            for (const LocationId region : world_.of_kind(LocationKind::region)) {
                add_link(region, edge,
                         {.latency_mean_s = edge_to_region_s(edge_row(id_of(edge)), id_of(region)),
                          .convergence_s = k_convergence_between_regions_s,
                          .bandwidth = BandwidthClass::edge,
                          .price = PriceClass::edge});
            }
        }
    }

    /// Edges ask regional caches, and reach local zones (not those inside a carrier) without a way round by the region.
    void link_edge_caches() {
        const std::vector<LocationId> edges = world_.of_kind(LocationKind::edge);
        for (const LocationId edge : edges) {
            for (const LocationId zone : world_.of_kind(LocationKind::zone)) {
                if (world_.locations[zone].outpost == Outpost::local_zone) {
                    link_to_edge(zone, edge, k_local_zone_to_region_s + k_fibre_s_per_km * km_of(zone, edge),
                                 PriceClass::edge);
                }
            }
            if (is_edge_cache(edge)) {
                continue;
            }
            for (const LocationId cache : edges) {
                if (is_edge_cache(cache)) {
                    link_to_edge(cache, edge,
                                 edge_to_region_s(edge_row(id_of(edge)), edge_row(id_of(cache)).nearest_region),
                                 PriceClass::free);
                }
            }
        }
    }

    void link_to_edge(LocationId one, LocationId edge, double latency_mean_s, PriceClass price) {
        add_link(one, edge,
                 {.latency_mean_s = latency_mean_s,
                  .convergence_s = k_convergence_between_regions_s,
                  .bandwidth = price == PriceClass::free ? BandwidthClass::edge_cache : BandwidthClass::edge,
                  .price = price});
    }

    void link_clients() {
        const std::vector<LocationId> clients = world_.of_kind(LocationKind::client);
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (const auto edge = catalog_.edge(spec_.provider, client_places_[i])) {
                link_client_at_edge(clients[i], *edge);
            } else {
                link_client_in_region(clients[i], client_places_[i]);
            }
            for (const LocationId edge : world_.of_kind(LocationKind::edge)) {
                if (!is_edge_cache(edge)) {
                    link_client_nearby(clients[i], edge, PriceClass::edge);
                }
            }
            for (const LocationId zone : world_.of_kind(LocationKind::zone)) {
                if (world_.is_local_zone(zone)) {
                    link_client_nearby(clients[i], zone, PriceClass::internet);
                }
            }
        }
    }

    void link_client_at_edge(LocationId client, const EdgeRow& own) {
        for (const LocationId region : world_.of_kind(LocationKind::region)) {
            link_client(client, region, k_client_to_edge_s + edge_to_region_s(own, id_of(region)),
                        PriceClass::internet);
        }
    }

    void link_client_in_region(LocationId client, const std::string& own) {
        for (const LocationId region : world_.of_kind(LocationKind::region)) {
            if (id_of(region) != own) {
                link_client(client, region, between_regions_s(own, id_of(region)), PriceClass::internet);
                continue;
            }
            for (const LocationId zone : world_.zones_of(region)) {
                const LinkId link = link_client(client, zone, k_zone_to_zone_s, PriceClass::internet);
                world_.links[link].latency_cv = k_zone_to_zone_cv;
                world_.links[link].convergence_s = k_convergence_in_region_s;
            }
        }
    }

    /// An edge or a local zone, by distance: a client at this very edge is no distance away from it.
    void link_client_nearby(LocationId client, LocationId other, PriceClass price) {
        link_client(client, other, k_client_to_edge_s + k_fibre_s_per_km * km_of(client, other), price);
    }

    LinkId link_client(LocationId client, LocationId other, double latency_mean_s, PriceClass price) {
        return add_link(client, other,
                        {.latency_mean_s = latency_mean_s,
                         .convergence_s = k_convergence_between_regions_s,
                         .bandwidth = BandwidthClass::access,
                         .price = price});
    }

    // --- latencies ----------------------------------------------------------------------------------------------
    double between_regions_s(const std::string& from, const std::string& to) {
        const Figure figure = catalog_.one_way_between_regions_s(from, to);
        const std::string pair =
            fmt::format("{}--{} {:.6g} ms", std::min(from, to), std::max(from, to), figure.value * 1e3);
        if (figure.assumed && std::find(assumed_pairs_.begin(), assumed_pairs_.end(), pair) == assumed_pairs_.end()) {
            assumed_pairs_.push_back(pair);
            assumed_pair_ = *figure.assumed;
        }
        return figure.value;
    }

    double edge_to_region_s(const EdgeRow& edge, const std::string& region) {
        if (edge.nearest_region == region) {
            return k_edge_to_near_region_s + k_fibre_s_per_km * km_between(edge, region_row(region));
        }
        return between_regions_s(edge.nearest_region, region);
    }

    double km_of(LocationId one, LocationId other) const {
        return km_between(world_.locations[one], world_.locations[other]);
    }

    /// The region that the network reaches first, not counting its local zones; among equals the first of the world.
    void settle_nearest_regions() {
        std::vector<double> least_s(world_.locations.size(), std::numeric_limits<double>::infinity());
        for (const Link& link : world_.links) {
            const LocationKind kind = world_.locations[link.b].kind;
            if ((kind == LocationKind::edge || kind == LocationKind::client) &&
                world_.locations[link.a].region.exists() && world_.locations[link.a].kind != LocationKind::edge &&
                !world_.is_local_zone(link.a) && link.latency_mean_s < least_s[link.b.value]) {
                least_s[link.b.value] = link.latency_mean_s;
                world_.locations[link.b].region = world_.locations[link.a].region;
            }
        }
    }

    // --- assumptions --------------------------------------------------------------------------------------------
    void list_assumptions() {
        list_link_assumptions(world_);
        list_assumed_pairs();
        if (!world_.links.empty()) {
            world_.assumptions.push_back({.path = "world.links.convergence",
                                          .value = "1 s inside a region, 30 s elsewhere",
                                          .why = "how fast routes avoid a failed link is in no table of the catalogue",
                                          .source = std::string(k_world_defaults)});
        }
    }

    /// One line for all pairs of regions without a measured row of their own.
    void list_assumed_pairs() {
        if (assumed_pairs_.size() == 1) {
            assumed_pair_.path = "world.links.region-to-region";
            world_.assumptions.push_back(assumed_pair_);
        } else if (!assumed_pairs_.empty()) {
            world_.assumptions.push_back(
                {.path = "world.links.region-to-region",
                 .value = fmt::format("{}", fmt::join(assumed_pairs_, ", ")),
                 .why = "these pairs of regions were not measured (or the other way only): half of a round trip from a "
                        "least-squares line over all measured rows against the great-circle distance",
                 .source = "latency.csv, all measured rows"});
        }
    }

    std::string id_of(LocationId place) const { return world_.locations[place].id; }
    bool is_edge_cache(LocationId place) const { return world_.locations[place].outpost == Outpost::edge_cache; }

    const Catalog& catalog_;
    const WorldSpec& spec_;
    World world_;
    std::vector<std::string> client_places_;  ///< of the clients, in the order of their locations
    std::vector<std::string> assumed_pairs_;  ///< "a--b 12.3 ms"
    Assumption assumed_pair_;                 ///< the last of them, in full
};

}  // namespace

World build_world(const Catalog& catalog, const WorldSpec& spec) {
    return Builder(catalog, spec).build();
}

}  // namespace nines
