// Carbon: what a kWh emits by month and hour, and how much more than its machines a data centre draws.

#include <fmt/format.h>

#include <numeric>

#include "engine/base/check.hpp"
#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/geography.hpp"

namespace nines {

namespace {

std::optional<CsvRow> carbon_row(std::string_view provider, std::string_view region) {
    return CsvTable("carbon").row(csv_line_start({provider, region}));
}

/// The year's mean of a region; nothing where the table has no row or no figure.
std::optional<double> yearly_g_per_kwh(std::string_view provider, std::string_view region) {
    const auto row = carbon_row(provider, region);
    return row ? row->number("grid_gco2e_per_kwh") : std::nullopt;
}

/// The hourly rows of a region: AWS regions stand in the second cell, several split by ';'.
std::vector<CsvRow> hourly_rows(std::string_view provider, std::string_view region) {
    const CsvTable table("carbon_hourly");
    if (provider != "aws") {
        return {};
    }
    const auto row = table.row({}, region);
    if (!row) {
        return {};
    }
    const std::string& regions = row->text("aws_regions");
    check((";" + regions + ";").find(fmt::format(";{};", region)) != std::string::npos,
          "an hourly row that names a region is that region's");
    return table.rows(csv_line_start({row->text("electricity_maps_zone"), regions}));
}

Catalog::CarbonProfile flat(double g_per_kwh) {
    Catalog::CarbonProfile profile;
    for (auto& hours : profile.g_per_kwh) {
        hours.fill(g_per_kwh);
    }
    return profile;
}

}  // namespace

double Catalog::CarbonProfile::yearly_mean() const {
    constexpr std::array k_days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double sum = 0;
    for (std::size_t month = 0; month < k_days.size(); ++month) {
        const auto& hours = g_per_kwh[month];
        sum += k_days[month] * std::accumulate(hours.begin(), hours.end(), 0.0);
    }
    return sum / (365 * 24);
}

Catalog::CarbonProfile Catalog::carbon(std::string_view provider, std::string_view region) const {
    if (const std::vector<CsvRow> rows = hourly_rows(provider, region); !rows.empty()) {
        CarbonProfile profile;
        profile.hourly = true;
        profile.of_region = region;
        profile.source = rows.front().text("source");
        for (const CsvRow& row : rows) {
            const auto month = static_cast<std::size_t>(row.required_number("month")) - 1;
            const auto hour = static_cast<std::size_t>(row.required_number("hour_utc"));
            profile.g_per_kwh.at(month).at(hour) = row.required_number("gco2e_per_kwh_mean");
        }
        return profile;
    }
    std::string from(region);
    std::optional<double> mean = yearly_g_per_kwh(provider, region);
    if (!mean) {
        for (const std::string& near : regions_by_distance(*this, provider, region)) {
            mean = yearly_g_per_kwh(provider, near);
            if (mean) {
                from = near;
                break;
            }
        }
    }
    check(mean.has_value(), fmt::format("some region of {} has a carbon figure", provider));
    CarbonProfile profile = flat(*mean);
    profile.of_region = from;
    profile.source = carbon_row(provider, from)->text("source");
    profile.assumed = Assumption{
        .path = {},
        .value = fmt::format("{:g} g/kWh", *mean),
        .why =
            from == region
                ? fmt::format("no hourly carbon profile for {}: its yearly mean, flat", region)
                : fmt::format("no carbon figure for {}: the yearly mean of {}, the nearest region that has one, flat",
                              region, from),
        .source = fmt::format("carbon.csv, {} {}; SOURCES.md, Filling gaps", provider, from)};
    return profile;
}

Figure Catalog::pue(std::string_view provider, std::string_view region) const {
    if (const auto row = carbon_row(provider, region)) {
        if (const auto listed = row->number("pue")) {
            return {.value = *listed, .assumed = {}};
        }
    }
    double sum = 0;
    int count = 0;
    for (const CsvRow& row : CsvTable("carbon").rows(csv_line_start({provider}))) {
        if (const auto listed = row.number("pue")) {
            sum += *listed;
            ++count;
        }
    }
    check(count > 0, fmt::format("some region of {} has a PUE", provider));
    const double mean = sum / count;
    return {.value = mean,
            .assumed = Assumption{.path = {},
                                  .value = fmt::format("{:.4g}", mean),
                                  .why = fmt::format("no PUE for {}: the mean of the {} regions of {} that have one",
                                                     region, count, provider),
                                  .source = "carbon.csv; SOURCES.md, Filling gaps"}};
}

std::optional<double> Catalog::market_g_per_kwh(std::string_view provider, std::string_view region) const {
    const auto row = carbon_row(provider, region);
    return row ? row->number("provider_market_gco2e_per_kwh") : std::nullopt;
}

std::optional<double> Catalog::mean_g_per_kwh(std::string_view provider, std::string_view region) const {
    return yearly_g_per_kwh(provider, region);
}

Figure Catalog::energy(std::string_view what) const {
    const auto row = CsvTable("energy").row(csv_line_start({what}));
    check(row.has_value(), "what draws energy has its row");
    return {row->required_number("value"),
            Assumption{.path = {},
                       .value = fmt::format("{} {}", row->text("value"), row->text("unit")),
                       .why = row->text("note"),
                       .source = "energy.csv: " + row->text("source")}};
}

std::optional<double> Catalog::water_l_per_kwh(std::string_view provider, std::string_view region) const {
    const auto row = carbon_row(provider, region);
    return row ? row->number("wue_l_per_kwh") : std::nullopt;
}

}  // namespace nines
