#pragma once
// Where: what each region would be like for given users, and which regions keep within bounds.

#include <optional>
#include <string>
#include <vector>

#include "models/catalog/catalog.hpp"

namespace nines {

struct WhereUsers {
    std::string place;  ///< id of an edge or a region, as Origins finds it
    double share = 1;   ///< of all users; the shares sum to 1
};

/// Upper bounds, each kept by what is equal to it. Without a bound, or without what a figure needs, nothing fails by
/// it.
struct WhereBounds {
    std::optional<double> round_trip_mean_s;
    std::optional<double> round_trip_worst_s;
    std::optional<double> carbon_g_per_kwh;
    std::optional<double> price_usd_per_h;
    std::vector<std::string> countries;  ///< ISO codes; empty: anywhere
};

struct WhereQuestion {
    std::string provider = "aws";
    std::vector<WhereUsers> users;  ///< may be empty: no round trips
    std::string machine;            ///< a type of the catalogue; empty: no prices
    bool local_zones = false;       ///< look at local zones too, not at regions only
    WhereBounds bounds;
};

enum class WhereBound : std::uint8_t { latency, worst_latency, residency, carbon, price };

/// A region, or a local zone, and its figures.
struct WherePlace {
    std::string id, region;  ///< the same, or a zone and its parent region
    std::string city, country_code;
    std::string partition;                  ///< "aws"; another wants an account of its own
    std::vector<double> round_trip_s = {};  ///< to each place of users, in their order
    double round_trip_mean_s = 0;           ///< weighted by share
    double round_trip_worst_s = 0;
    std::size_t worst_users = 0;  ///< who has that: a position in the question's users
    double carbon_g_per_kwh = 0;  ///< the yearly mean of the grid
    std::string carbon_source = {};
    std::optional<double> price_usd_per_h = {};  ///< on demand; nothing where no region has a price
    std::vector<WhereBound> fails = {};          ///< in the order of the enumeration; empty: it is within all bounds
    /// What of it was assumed. Paths are "latency", "carbon" or "price".
    std::vector<Assumption> assumptions = {};

    bool assumes(std::string_view path) const;
};

/// Round trips are twice the one-way latencies of a world of this region alone, to its first zone, so that a scenario
/// finds the same. Sorted: those within all bounds first, then by price, mean round trip, carbon, id.
std::vector<WherePlace> find_where(const Catalog& catalog, const WhereQuestion& question);

}  // namespace nines
