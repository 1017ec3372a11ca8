#pragma once
// Catalog: the real data that is built in: regions, zones, edges, latencies, prices, watts, carbon, with their sources.
// Tables are embedded text; a look-up scans its table for the key and parses only the rows that match, so that
// starting up costs nothing.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/language/assumption.hpp"

namespace nines {

struct RegionRow {
    std::string provider, region, name, city, country_code;
    double latitude_deg = 0, longitude_deg = 0;
    int zone_count = 0;
    std::string partition;  ///< "aws"; another wants an account of its own
    std::string source;
};

struct ZoneRow {
    std::string provider, zone, name, kind, region;  ///< kind: availability-zone, local-zone or wavelength-zone
    std::string city, country_code;
    double latitude_deg = 0, longitude_deg = 0;
    std::string source;
};

struct EdgeRow {
    std::string edge, city, country_code, kind, price_geography, nearest_region, provider;
    std::string nearest_cache_region;  ///< whose regional edge cache it asks; empty in China, which has none
    double latitude_deg = 0, longitude_deg = 0;
    std::string source;
};

/// A figure, and what was assumed to get it (assumption.path is left empty for the caller to fill).
struct Figure {
    double value = 0;
    std::optional<Assumption> assumed;
};

/// What an instance (of EC2, or a db. or cache. node) is made of.
struct MachineRow {
    std::string type;
    double vcpus = 0;
    double memory_gib = 0;
    double watts_idle = 0, watts_half = 0, watts_full = 0;
    double embodied_kg = 0;               ///< this instance's share of its server
    std::vector<Assumption> assumptions;  ///< nearest kin used for watts, embodied carbon, namesake ...
};

/// One step of a tiered price: up to `until` units a month (infinite in the last) at `usd` a unit.
struct PriceTier {
    double until = 0;
    double usd = 0;
    std::string name = {};  ///< as the catalogue has it: "0-10TB"; empty where there is but one
    std::string row = {};  ///< how its row begins: "service_prices.csv: data-transfer,internet-egress,0-10TB,us-east-1"
};

/// A price with its tiers, and the row it comes from.
struct TieredPrice {
    std::string name;              ///< "internet egress us-east-1"
    std::string unit;              ///< "GB" or "request"
    std::vector<PriceTier> tiers;  ///< ascending; at least one
    std::string source;
    std::optional<Assumption> assumed;
};

/// What an account has free each month, for as long as it exists.
struct Allowance {
    std::string service, component;  ///< "lambda", "requests"
    double units = 0;                ///< a month
    std::string row;                 ///< "allowances.csv: lambda,requests"
    std::string source;
};

/// What a provider promises, before credits.
struct Sla {
    std::string service, scope;  ///< "ec2", "multi-AZ (region level)"
    double availability = 0;     ///< a month's
    std::string source;
};

/// One step of a credit: below this uptime of a month that share of the month's bill is paid back.
struct CreditStep {
    double below = 0;
    double share = 0;
};

/// USD for `quantity` units in one month, through the tiers.
double price_of(const TieredPrice& price, double quantity);
/// How many of `quantity` units in one month fall into a tier.
double units_in_tier(const TieredPrice& price, std::size_t tier, double quantity);

class Catalog {
public:
    // --- places -------------------------------------------------------------------------------------------------
    std::vector<RegionRow> regions(std::string_view provider) const;
    std::optional<RegionRow> region(std::string_view provider, std::string_view id) const;
    /// Availability zones of a region, by zone id (numeric order: az2 before az10); local zones are left out.
    std::vector<ZoneRow> zones(std::string_view provider, std::string_view region) const;
    /// Local and Wavelength zones whose parent is the region, in file order.
    std::vector<ZoneRow> local_zones(std::string_view provider, std::string_view region) const;
    std::optional<ZoneRow> zone(std::string_view provider, std::string_view id) const;
    std::vector<EdgeRow> edges(std::string_view provider) const;
    std::optional<EdgeRow> edge(std::string_view provider, std::string_view id) const;

    /// ISO codes of the countries of a group ("EU"); empty for a word that is no group.
    std::vector<std::string> countries_of(std::string_view group) const;
    std::vector<std::string> country_groups() const;
    /// ISO codes of all countries of some group, or with a place of the provider; ascending.
    std::vector<std::string> known_countries(std::string_view provider) const;

    /// Half of the measured median round trip between two different regions, seconds; where there is no measured row,
    /// a linear fit over all measured pairs against the great-circle distance, listed as assumed.
    Figure one_way_between_regions_s(std::string_view from, std::string_view to) const;

    // --- machines -----------------------------------------------------------------------------------------------
    /// EC2 types, `db.` and `cache.` node types.
    std::optional<MachineRow> machine(std::string_view type) const;
    std::vector<std::string> machine_types() const;
    /// The Arm type of the same family letter, generation and size, where `type` is x86 and there is one: m7g.large for
    /// m7i.large or m7a.large, db.m6g.large for db.m6i.large.
    std::optional<std::string> arm_twin(std::string_view type) const;
    /// The EC2 type of the same family with half the vCPUs, where there is one: m5.large for m5.xlarge.
    std::optional<std::string> half_size(std::string_view type) const;

    // --- prices -------------------------------------------------------------------------------------------------
    /// USD per hour on demand. `engine` is for db. ("postgres", "mysql") and cache. ("redis"); single-AZ price.
    std::optional<Figure> machine_usd_per_h(std::string_view type, std::string_view region,
                                            std::string_view engine) const;
    TieredPrice internet_egress(std::string_view region) const;
    /// Per GB, to be paid at each of the two ends.
    TieredPrice between_zones(std::string_view region) const;
    TieredPrice between_regions(std::string_view from, std::string_view to) const;
    TieredPrice edge_egress(std::string_view price_geography) const;          ///< edge to client
    TieredPrice edge_to_origin(std::string_view price_geography) const;       ///< edge to region
    TieredPrice edge_https_requests(std::string_view price_geography) const;  ///< unit: request

    /// A component of a service as service_prices.csv names it, in the region or its nearest kin.
    TieredPrice service_price(std::string_view service, std::string_view component, std::string_view region,
                              std::string_view unit) const;
    /// Of a container of that size, per hour.
    TieredPrice container_usd_per_h(double vcpus, double memory_gb, std::string_view region) const;
    /// What a commitment of one year without upfront payment saves against the on-demand price, a share.
    std::optional<double> reserved_discount(std::string_view type) const;
    /// What of a component is free each month in every account; nothing where none is.
    std::optional<Allowance> allowance(std::string_view service, std::string_view component) const;
    std::optional<Figure> spot_discount(std::string_view type, std::string_view region) const;
    /// How often an instance is reclaimed, per 730 h: from the middle of AWS's bucket (above 20 % counts as 20 %).
    std::optional<double> spot_interruptions_per_month(std::string_view type, std::string_view region) const;

    // --- promises -----------------------------------------------------------------------------------------------
    /// The monthly uptime that an AWS service's agreement commits to, of exactly this scope.
    std::optional<Sla> sla(std::string_view service, std::string_view scope) const;

    /// What is paid back, the mildest step first; empty where the agreement's page has no steps.
    std::vector<CreditStep> credits(std::string_view service, std::string_view scope) const;

    // --- carbon -------------------------------------------------------------------------------------------------
    /// Grams of CO2e per kWh by [month 0-11][hour UTC 0-23]; flat where there is no hourly profile.
    struct CarbonProfile {
        std::array<std::array<double, 24>, 12> g_per_kwh{};
        bool hourly = false;
        std::string of_region;  ///< whose figures these are: the nearest that has any
        std::optional<Assumption> assumed;
        std::string source;

        /// The mean over the hours of a year of 365 days.
        double yearly_mean() const;
    };
    CarbonProfile carbon(std::string_view provider, std::string_view region) const;
    Figure pue(std::string_view provider, std::string_view region) const;
    /// What the provider states after its certificates, grams of CO2e per kWh.
    std::optional<double> market_g_per_kwh(std::string_view provider, std::string_view region) const;
    /// The grid's mean of the year, location-based.
    std::optional<double> mean_g_per_kwh(std::string_view provider, std::string_view region) const;
    /// A row of energy.csv ("disk-ssd", "network"): what is drawn beside the machines, listed as assumed.
    Figure energy(std::string_view what) const;
    /// Litres of water per kWh that the machines draw (WUE).
    std::optional<double> water_l_per_kwh(std::string_view provider, std::string_view region) const;

    // --- for `nines catalog` --------------------------------------------------------------------------------------
    /// Names of all embedded tables ("regions", "zones", ...), and the raw CSV text of one.
    static std::vector<std::string> tables();
    static std::string_view table_text(std::string_view table);
    /// SOURCES.md and NOTICE, embedded.
    static std::string_view sources_text();
    static std::string_view notice_text();
};

}  // namespace nines
