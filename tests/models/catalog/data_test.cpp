// The embedded data hold together: keys, coordinates, sources, prices, and a licence for every file.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"

namespace nines {
namespace {

/// Every table, with the columns that together name a row.
const std::map<std::string, std::vector<std::string>> k_keys{
    {"allowances", {"service", "component"}},
    {"carbon", {"provider", "region"}},
    {"carbon_hourly", {"electricity_maps_zone", "month", "hour_utc"}},
    {"carbon_hourly_2024", {"hour_utc"}},
    {"country_groups", {"group", "country_code"}},
    {"edges", {"edge_id"}},
    {"energy", {"what"}},
    {"failure_rates", {"component", "metric", "note", "source"}},
    {"incidents", {"id"}},
    {"instance_prices", {"instance_type", "region"}},
    {"instances", {"instance_type"}},
    {"inter_region_transfer_prices", {"from_region", "to_region"}},
    {"lambda_cold_starts", {"runtime", "package", "arch", "memory_mb"}},
    {"latency", {"from_region", "to_region"}},
    {"managed_instance_prices", {"engine", "instance_type", "region", "deployment", "storage_mode"}},
    {"regions", {"provider", "region"}},
    {"reserved_discounts", {"service", "family"}},
    {"servers", {"family"}},
    {"service_prices", {"service", "component", "tier", "region", "unit"}},
    {"slas", {"service", "scope", "kind", "metric", "commitment_percent", "below_percent", "note"}},
    {"spot_interruptions", {"instance_type", "region"}},
    {"zones", {"provider", "zone_id"}}};

bool has_column(std::string_view header, std::string_view column) {
    return ("," + std::string(header) + ",").find("," + std::string(column) + ",") != std::string::npos;
}

std::vector<std::string> columns_of(std::string_view header) {
    std::vector<std::string> columns;
    for (std::size_t begin = 0; begin <= header.size();) {
        const std::size_t end = std::min(header.find(',', begin), header.size());
        columns.emplace_back(header.substr(begin, end - begin));
        begin = end + 1;
    }
    return columns;
}

TEST(CatalogData, IsAllEmbedded) {
    std::vector<std::string> expected;
    for (const auto& [table, key] : k_keys) {
        expected.push_back(table);
    }
    auto tables = Catalog::tables();
    std::sort(tables.begin(), tables.end());
    EXPECT_EQ(tables, expected);
    EXPECT_TRUE(Catalog::sources_text().starts_with("# Where the figures of the catalogue come from"));
    EXPECT_TRUE(Catalog::table_text("regions").starts_with("provider,region,name,"));
    EXPECT_TRUE(Catalog::table_text("nothing").empty());
}

TEST(CatalogData, RowsAreCompleteAndTheirKeysUnique) {
    for (const std::string& table : Catalog::tables()) {
        const CsvTable csv(table);
        const std::size_t width = columns_of(csv.header()).size();
        std::set<std::vector<std::string>> seen;
        for (const CsvRow& row : csv.rows()) {
            ASSERT_EQ(row.cell_count(), width) << table;
            std::vector<std::string> key;
            for (const std::string& column : k_keys.at(table)) {
                key.push_back(row.text(column));
            }
            EXPECT_TRUE(seen.insert(key).second) << table << " has twice " << key.front() << " " << key.back();
        }
        EXPECT_FALSE(seen.empty()) << table;
    }
}

TEST(CatalogData, EveryRowNamesItsSource) {
    for (const std::string& table : Catalog::tables()) {
        const CsvTable csv(table);
        if (!has_column(csv.header(), "source")) {
            EXPECT_EQ(table, "carbon_hourly_2024");  // one source for all of it, told in SOURCES.md
            continue;
        }
        for (const CsvRow& row : csv.rows()) {
            EXPECT_FALSE(row.text("source").empty()) << table;
        }
    }
}

TEST(CatalogData, HasNoNumberThatIsNone) {
    for (const std::string& table : Catalog::tables()) {
        const CsvTable csv(table);
        for (const std::string& column : columns_of(csv.header())) {
            for (const CsvRow& row : csv.rows()) {
                std::string cell = row.text(column);
                std::transform(cell.begin(), cell.end(), cell.begin(), [](unsigned char c) { return std::tolower(c); });
                EXPECT_TRUE(cell != "nan" && cell != "inf" && cell != "-inf" && cell != "null")
                    << table << " " << column;
            }
            if (table == "managed_instance_prices" || table == "carbon_hourly_2024") {
                break;  // their numbers are read by the tests below, and all columns of them would take long
            }
        }
    }
}

TEST(CatalogData, PlacesStandOnEarthAndInKnownRegions) {
    std::set<std::pair<std::string, std::string>> regions;
    for (const std::string table : {"regions", "zones", "edges"}) {
        for (const CsvRow& row : CsvTable(table).rows()) {
            EXPECT_LE(std::abs(row.required_number("latitude_deg")), 90) << table;
            EXPECT_LE(std::abs(row.required_number("longitude_deg")), 180) << table;
        }
    }
    for (const CsvRow& row : CsvTable("regions").rows()) {
        regions.emplace(row.text("provider"), row.text("region"));
    }
    for (const CsvRow& row : CsvTable("zones").rows()) {
        EXPECT_TRUE(regions.contains({row.text("provider"), row.text("parent_region")})) << row.text("zone_id");
    }
    for (const CsvRow& row : CsvTable("edges").rows()) {
        EXPECT_TRUE(regions.contains({"aws", row.text("nearest_region")})) << row.text("edge_id");
    }
    for (const std::string table : {"latency", "inter_region_transfer_prices"}) {
        for (const CsvRow& row : CsvTable(table).rows()) {
            EXPECT_TRUE(regions.contains({"aws", row.text("from_region")})) << table;
            EXPECT_TRUE(regions.contains({"aws", row.text("to_region")})) << table;
        }
    }
}

TEST(CatalogData, ZonesOfEveryRegionAreThoseItCounts) {
    const Catalog catalog;
    for (const RegionRow& region : catalog.regions("aws")) {
        EXPECT_EQ(catalog.zones("aws", region.region).size(), static_cast<std::size_t>(region.zone_count))
            << region.region;
    }
}

TEST(CatalogData, PricesArePositive) {
    for (const CsvRow& row : CsvTable("instance_prices").rows()) {
        EXPECT_GT(row.required_number("on_demand_usd_per_h"), 0);
        EXPECT_EQ(row.text("currency"), "USD");
    }
    for (const CsvRow& row : CsvTable("managed_instance_prices").rows()) {
        EXPECT_GT(row.required_number("on_demand_usd_per_h"), 0);
    }
    for (const CsvRow& row : CsvTable("inter_region_transfer_prices").rows()) {
        EXPECT_GT(row.required_number("usd_per_gb"), 0);
    }
    for (const CsvRow& row : CsvTable("service_prices").rows()) {
        EXPECT_GT(row.required_number("price"), 0) << row.text("component");
    }
}

TEST(CatalogData, LatenciesArePositive) {
    for (const CsvRow& row : CsvTable("latency").rows()) {
        EXPECT_GT(row.required_number("rtt_p50_ms"), 0) << row.text("from_region") << " " << row.text("to_region");
        EXPECT_TRUE(row.text("kind") == "measured" || row.text("kind") == "estimated");
    }
}

TEST(CatalogData, HourlyCarbonHasEveryHourOfEveryMonth) {
    std::map<std::string, std::set<std::pair<double, double>>> hours;
    for (const CsvRow& row : CsvTable("carbon_hourly").rows()) {
        EXPECT_GT(row.required_number("gco2e_per_kwh_mean"), 0);
        EXPECT_GE(row.required_number("month"), 1);
        EXPECT_LE(row.required_number("month"), 12);
        EXPECT_LE(row.required_number("hour_utc"), 23);
        hours[row.text("electricity_maps_zone")].emplace(row.required_number("month"), row.required_number("hour_utc"));
    }
    EXPECT_EQ(hours.size(), 16U);
    for (const auto& [zone, seen] : hours) {
        EXPECT_EQ(seen.size(), 12U * 24U) << zone;
    }
    EXPECT_EQ(CsvTable("carbon_hourly_2024").rows().size(), 366U * 24U);
}

TEST(CatalogData, EveryRegionHasAPriceOrAStatedGap) {
    const Catalog catalog;
    for (const RegionRow& region : catalog.regions("aws")) {
        const auto price = catalog.machine_usd_per_h("m5.large", region.region, "");
        ASSERT_TRUE(price) << region.region;
        EXPECT_GT(price->value, 0);
        const bool listed = CsvTable("instance_prices").row("m5.large," + region.region + ",").has_value();
        EXPECT_EQ(price->assumed.has_value(), !listed) << region.region;
        EXPECT_EQ(catalog.internet_egress(region.region).tiers.size(), 4U) << region.region;
        EXPECT_GT(catalog.between_zones(region.region).tiers.front().usd, 0) << region.region;
        EXPECT_GT(catalog.carbon("aws", region.region).g_per_kwh[0][0], 0) << region.region;
        EXPECT_GE(catalog.pue("aws", region.region).value, 1) << region.region;
        if (region.region != "us-east-1") {
            EXPECT_GT(catalog.between_regions("us-east-1", region.region).tiers.front().usd, 0);
            EXPECT_GT(catalog.between_regions(region.region, "us-east-1").tiers.front().usd, 0);
            EXPECT_GT(catalog.one_way_between_regions_s("us-east-1", region.region).value, 0);
        }
    }
}

TEST(CatalogData, EveryEdgeHasAKnownPriceArea) {
    const Catalog catalog;
    std::set<std::string> unlisted;
    for (const EdgeRow& edge : catalog.edges("aws")) {
        if (edge.kind == "regional-edge-cache") {
            EXPECT_TRUE(edge.price_geography.empty());  // serves edges, not clients
            continue;
        }
        ASSERT_FALSE(edge.price_geography.empty()) << edge.edge;
        if (catalog.edge_egress(edge.price_geography).assumed) {
            unlisted.insert(edge.price_geography);
        }
        EXPECT_EQ(catalog.edge_egress(edge.price_geography).tiers.size(), 7U);
        EXPECT_EQ(catalog.edge_to_origin(edge.price_geography).tiers.size(), 1U);
        EXPECT_EQ(catalog.edge_https_requests(edge.price_geography).tiers.size(), 1U);
    }
    EXPECT_EQ(unlisted, std::set<std::string>{"China"});
}

TEST(CatalogData, EveryMachineTypeIsWhole) {
    const Catalog catalog;
    const auto types = catalog.machine_types();
    EXPECT_EQ(std::set<std::string>(types.begin(), types.end()).size(), types.size());
    for (const std::string& type : types) {
        const auto machine = catalog.machine(type);
        ASSERT_TRUE(machine) << type;
        EXPECT_GT(machine->vcpus, 0) << type;
        EXPECT_GT(machine->memory_gib, 0) << type;
        EXPECT_GT(machine->watts_idle, 0) << type;
        EXPECT_GT(machine->watts_half, machine->watts_idle) << type;
        EXPECT_GT(machine->watts_full, machine->watts_half) << type;
        EXPECT_GT(machine->embodied_kg, 0) << type;
        EXPECT_TRUE(catalog.machine_usd_per_h(type, "us-east-1", "")) << type;
    }
}

TEST(CatalogData, NoticeNamesEveryFile) {
    const std::string_view notice = Catalog::notice_text();
    for (const std::string& table : Catalog::tables()) {
        EXPECT_NE(notice.find(table + ".csv"), std::string_view::npos) << table;
    }
    const std::string_view sources = Catalog::sources_text();
    std::size_t traces = 0;
    for (std::size_t at = sources.find("\n| "); at != std::string_view::npos; at = sources.find("\n| ", at + 1)) {
        const std::string_view name = sources.substr(at + 3, sources.find(" |", at + 3) - at - 3);
        if (name.ends_with(".csv")) {
            ++traces;
            EXPECT_NE(notice.find("traces/" + std::string(name)), std::string_view::npos) << name;
        }
    }
    EXPECT_EQ(traces, 8U);
    EXPECT_NE(notice.find("Contains information from Electricity Maps, ODbL 1.0"), std::string_view::npos);
}

}  // namespace
}  // namespace nines
