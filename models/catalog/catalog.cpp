// Catalog: places (regions, zones, edges), and the tables themselves.

#include "models/catalog/catalog.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/base/check.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/embedded.hpp"

namespace nines {

namespace {

RegionRow region_of(const CsvRow& row) {
    return {.provider = row.text("provider"),
            .region = row.text("region"),
            .name = row.text("name"),
            .city = row.text("city"),
            .country_code = row.text("country_code"),
            .latitude_deg = row.required_number("latitude_deg"),
            .longitude_deg = row.required_number("longitude_deg"),
            .zone_count = static_cast<int>(row.number("az_count").value_or(0)),
            .partition = row.text("partition"),
            .source = row.text("source")};
}

ZoneRow zone_of(const CsvRow& row) {
    return {.provider = row.text("provider"),
            .zone = row.text("zone_id"),
            .name = row.text("zone_name"),
            .kind = row.text("kind"),
            .region = row.text("parent_region"),
            .city = row.text("city"),
            .country_code = row.text("country_code"),
            .latitude_deg = row.required_number("latitude_deg"),
            .longitude_deg = row.required_number("longitude_deg"),
            .source = row.text("source")};
}

EdgeRow edge_of(const CsvRow& row) {
    return {.edge = row.text("edge_id"),
            .city = row.text("city"),
            .country_code = row.text("country_code"),
            .kind = row.text("kind"),
            .price_geography = row.text("price_geography"),
            .nearest_region = row.text("nearest_region"),
            .provider = "aws",
            .nearest_cache_region = row.text("nearest_edge_cache_region"),
            .latitude_deg = row.required_number("latitude_deg"),
            .longitude_deg = row.required_number("longitude_deg"),
            .source = row.text("source")};
}

/// The zones of a region differ in their last number only: use1-az2 comes before use1-az10.
int last_number(const std::string& id) {
    const std::size_t last_other = id.find_last_not_of("0123456789");
    return std::atoi(id.c_str() + (last_other == std::string::npos ? 0 : last_other + 1));
}

bool zone_before(const ZoneRow& a, const ZoneRow& b) {
    const int number_a = last_number(a.zone);
    const int number_b = last_number(b.zone);
    return number_a != number_b ? number_a < number_b : a.zone < b.zone;
}

/// All edges of the catalogue are CloudFront's.
bool has_edges(std::string_view provider) {
    return provider == "aws";
}

}  // namespace

std::vector<RegionRow> Catalog::regions(std::string_view provider) const {
    std::vector<RegionRow> found;
    for (const CsvRow& row : CsvTable("regions").rows(csv_line_start({provider}))) {
        found.push_back(region_of(row));
    }
    return found;
}

std::optional<RegionRow> Catalog::region(std::string_view provider, std::string_view id) const {
    const std::optional<CsvRow> row = CsvTable("regions").row(csv_line_start({provider, id}));
    return row ? std::optional(region_of(*row)) : std::nullopt;
}

std::vector<ZoneRow> Catalog::zones(std::string_view provider, std::string_view region) const {
    std::vector<ZoneRow> found;
    const std::string part = ",availability-zone," + csv_line_start({region});
    for (const CsvRow& row : CsvTable("zones").rows(csv_line_start({provider}), part)) {
        found.push_back(zone_of(row));
    }
    std::sort(found.begin(), found.end(), zone_before);
    return found;
}

std::vector<ZoneRow> Catalog::local_zones(std::string_view provider, std::string_view region) const {
    std::vector<ZoneRow> found;
    for (const CsvRow& row : CsvTable("zones").rows(csv_line_start({provider}), "-zone," + csv_line_start({region}))) {
        if (row.text("kind") != "availability-zone") {
            found.push_back(zone_of(row));
        }
    }
    return found;
}

std::optional<ZoneRow> Catalog::zone(std::string_view provider, std::string_view id) const {
    const std::optional<CsvRow> row = CsvTable("zones").row(csv_line_start({provider, id}));
    return row ? std::optional(zone_of(*row)) : std::nullopt;
}

std::vector<EdgeRow> Catalog::edges(std::string_view provider) const {
    std::vector<EdgeRow> found;
    if (has_edges(provider)) {
        for (const CsvRow& row : CsvTable("edges").rows()) {
            found.push_back(edge_of(row));
        }
    }
    return found;
}

std::optional<EdgeRow> Catalog::edge(std::string_view provider, std::string_view id) const {
    if (!has_edges(provider)) {
        return std::nullopt;
    }
    const std::optional<CsvRow> row = CsvTable("edges").row(csv_line_start({id}));
    return row ? std::optional(edge_of(*row)) : std::nullopt;
}

std::vector<std::string> Catalog::countries_of(std::string_view group) const {
    std::vector<std::string> found;
    for (const CsvRow& row : CsvTable("country_groups").rows(csv_line_start({group}))) {
        found.push_back(row.text("country_code"));
    }
    return found;
}

std::vector<std::string> Catalog::country_groups() const {
    std::vector<std::string> found;
    for (const CsvRow& row : CsvTable("country_groups").rows()) {
        if (found.empty() || found.back() != row.text("group")) {
            found.push_back(row.text("group"));
        }
    }
    return found;
}

std::vector<std::string> Catalog::known_countries(std::string_view provider) const {
    std::vector<std::string> known;
    for (const CsvRow& row : CsvTable("country_groups").rows()) {
        known.push_back(row.text("country_code"));
    }
    for (const RegionRow& region : regions(provider)) {
        known.push_back(region.country_code);
        for (const ZoneRow& zone : local_zones(provider, region.region)) {
            known.push_back(zone.country_code);
        }
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    return known;
}

std::vector<std::string> Catalog::tables() {
    constexpr std::string_view k_ending = ".csv";
    std::vector<std::string> names;
    for (const EmbeddedFile& file : nines_catalog_data_files()) {
        if (file.name.ends_with(k_ending)) {
            names.emplace_back(file.name.substr(0, file.name.size() - k_ending.size()));
        }
    }
    return names;
}

std::string_view Catalog::table_text(std::string_view table) {
    return embedded_file(std::string(table) + ".csv");
}

std::string_view Catalog::sources_text() {
    return embedded_file("SOURCES.md");
}

std::string_view Catalog::notice_text() {
    return embedded_file("NOTICE");
}

std::optional<Sla> Catalog::sla(std::string_view service, std::string_view scope) const {
    const auto row = CsvTable("slas").row(csv_line_start({service, scope, "uptime-sla"}));
    if (!row) {
        return std::nullopt;
    }
    return Sla{std::string(service), std::string(scope), row->required_number("commitment_percent") / 100,
               row->text("source")};
}

}  // namespace nines
