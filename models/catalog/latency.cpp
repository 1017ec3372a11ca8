// Latencies between regions: half of the measured round trip, or a line fitted to all measured pairs.

#include <fmt/format.h>

#include <cmath>

#include "engine/base/check.hpp"
#include "models/catalog/catalog.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/catalog/geography.hpp"

namespace nines {

namespace {

constexpr double k_one_way_s_per_round_trip_ms = 0.5e-3;

/// The median round trip of a measured row. Rows that the table itself only estimates do not count.
std::optional<double> measured_round_trip_ms(std::string_view from, std::string_view to) {
    const std::optional<CsvRow> row = CsvTable("latency").row(csv_line_start({from, to}), ",measured,");
    return row ? row->number("rtt_p50_ms") : std::nullopt;
}

struct Line {
    double intercept_ms = 0;
    double slope_ms_per_km = 0;
    int pairs = 0;
};

/// Least squares of the round trip against the distance, over all measured rows between different regions.
Line fit_round_trips() {
    double n = 0;
    double sum_x = 0;
    double sum_y = 0;
    double sum_xx = 0;
    double sum_xy = 0;
    for (const CsvRow& row : CsvTable("latency").rows({}, ",measured,")) {
        if (row.text("from_region") == row.text("to_region")) {
            continue;  // pings of a public endpoint, not a path between regions
        }
        const double x = row.required_number("distance_km");
        const double y = row.required_number("rtt_p50_ms");
        n += 1;
        sum_x += x;
        sum_y += y;
        sum_xx += x * x;
        sum_xy += x * y;
    }
    const double slope = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
    return {.intercept_ms = (sum_y - slope * sum_x) / n, .slope_ms_per_km = slope, .pairs = static_cast<int>(n)};
}

double distance_between_km(const Catalog& catalog, std::string_view from, std::string_view to) {
    const std::optional<RegionRow> a = catalog.region("aws", from);
    const std::optional<RegionRow> b = catalog.region("aws", to);
    check(a && b, fmt::format("regions {} and {} are in the catalogue", from, to));
    return great_circle_km(a->latitude_deg, a->longitude_deg, b->latitude_deg, b->longitude_deg);
}

}  // namespace

Figure Catalog::one_way_between_regions_s(std::string_view from, std::string_view to) const {
    check(from != to, "two different regions are asked for");
    if (const auto there = measured_round_trip_ms(from, to)) {
        return {.value = *there * k_one_way_s_per_round_trip_ms, .assumed = {}};
    }
    Figure figure;
    Assumption assumption;
    if (const auto back = measured_round_trip_ms(to, from)) {
        figure.value = *back * k_one_way_s_per_round_trip_ms;
        assumption.why = fmt::format("{} to {} was measured the other way only: half of that round trip", from, to);
        assumption.source = fmt::format("latency.csv, {} to {}", to, from);
    } else {
        static const Line line = fit_round_trips();  // the same for every pair, and rarely needed
        const double km = distance_between_km(*this, from, to);
        figure.value = (line.intercept_ms + line.slope_ms_per_km * km) * k_one_way_s_per_round_trip_ms;
        assumption.why = fmt::format(
            "{} to {} ({:.0f} km) was not measured: half of a round trip of {:.4g} ms + {:.4g} ms/km, fitted by least "
            "squares to {} measured rows",
            from, to, km, line.intercept_ms, line.slope_ms_per_km, line.pairs);
        assumption.source = "latency.csv, all measured rows";
    }
    assumption.value = fmt::format("{:.6g} ms", figure.value * 1e3);
    figure.assumed = assumption;
    return figure;
}

}  // namespace nines
