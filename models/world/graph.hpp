#pragma once
// World: the graph of places (regions, zones, edges, clients) and the network links between them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/column.hpp"
#include "engine/base/index.hpp"
#include "models/catalog/catalog.hpp"

namespace nines {

using LocationId = Index<struct LocationTag>;
using LinkId = Index<struct LinkTag>;

enum class LocationKind { provider, region, zone, edge, client };

/// What a zone or an edge is in particular: most are usual (availability zones, points of presence).
enum class Outpost : std::uint8_t {
    none,
    local_zone,       ///< a zone near its users, away from its parent region
    wavelength_zone,  ///< the same inside the network of a mobile carrier
    edge_cache        ///< a regional edge cache: it stands between edges and origins, and no client asks it
};

struct Location {
    LocationKind kind{};
    Outpost outpost{};
    std::string id;                          ///< "aws", "us-east-1", "use1-az1", "IAD", "client IAD"
    LocationId parent = LocationId::none();  ///< zone -> region -> provider; edge -> provider; client -> none
    LocationId region = LocationId::none();  ///< of a zone or region; of an edge or client: its nearest region
    double latitude_deg = 0, longitude_deg = 0;
    std::string price_geography;  ///< of an edge
};

enum class BandwidthClass { same_zone, zone_to_zone, backbone, edge, access, local_zone, edge_cache };

/// What bytes over a link cost their sender (and, zone to zone, their receiver too).
enum class PriceClass { free, between_zones, between_regions, internet, edge };

/// A two-way link. One-way latency: constant where cv is 0, else lognormal.
struct Link {
    std::string name;  ///< "use1-az1--use1-az2"; the ends in the order of the locations
    LocationId a, b;
    double latency_mean_s = 0;
    double latency_cv = 0;
    double convergence_s = 1;  ///< until routes avoid it once it fails
    BandwidthClass bandwidth{};
    PriceClass price{};
};

struct World {
    std::string provider;
    Column<LocationId, Location> locations;
    Column<LinkId, Link> links;
    std::vector<Assumption> assumptions;

    std::optional<LocationId> find(std::string_view id) const;
    /// By either order of its ends: "A--B" or "B--A".
    std::optional<LinkId> find_link(std::string_view name) const;
    std::vector<LocationId> of_kind(LocationKind kind) const;
    /// Its availability zones.
    std::vector<LocationId> zones_of(LocationId region) const;
    /// Its local and Wavelength zones, as far as the world names them.
    std::vector<LocationId> local_zones_of(LocationId region) const;
    bool is_local_zone(LocationId place) const;
    /// `inner` is `outer`, or stands in it.
    bool within(LocationId inner, LocationId outer) const;
};

/// Where a demand stands: users near an edge, or in a region.
struct ClientSpec {
    std::string id;     ///< "client IAD"
    std::string place;  ///< edge or region id (a demand in a zone uses the zone itself)
};

struct WorldSpec {
    std::string provider = "aws";
    std::vector<std::string> regions;      ///< known ids, in the user's order
    std::vector<std::string> edges;        ///< known ids, regional edge caches (REC-...) among them
    std::vector<std::string> local_zones;  ///< known ids of local and Wavelength zones of these regions
    std::vector<ClientSpec> clients;
};

/// Builds the graph: provider, regions, all their availability zones (of a region whose zones the catalogue lacks, one
/// that stands for it), local zones, edges, clients, in that order; and the links
///   zone itself (0.1 ms), zone to zone of a region (0.4 ms, cv 0.5), zone to its region's border (0),
///   region to region (half the measured round trip, constant), edge to region (half the measured round trip from the
///   edge's nearest region where that is another, else 0.5 ms + 0.01 ms/km), client to the edge it stands at (5 ms),
///   to other edges (5 ms + 0.01 ms/km from its own), to regions (5 ms + its edge's way there); a client in a region:
///   5 ms + 0.01 ms/km to edges, zone-to-zone time to the region's zones, region to region to others;
///   local zone to its parent region and to edges (0.5 ms + 0.01 ms/km), client to local zone (5 ms + 0.01 ms/km);
///   edge to regional edge cache like edge to the cache's region.
/// Everything not measured is listed in `assumptions`, one line for each rule and kind of link (not one for each link).
World build_world(const Catalog& catalog, const WorldSpec& spec);

/// The world of a scenario without one: a single nameless zone, location 0, with a free and instant link to itself.
World nameless_world();

/// Great-circle distance in km (haversine, mean earth radius 6371 km).
double distance_km(double latitude_a_deg, double longitude_a_deg, double latitude_b_deg, double longitude_b_deg);

/// The world as a tree for `nines check`: provider, regions with city, zones, edges; then the links by kind.
std::string draw_world(const World& world);

}  // namespace nines
