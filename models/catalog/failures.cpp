#include "models/catalog/failures.hpp"

#include <fmt/format.h>

#include "engine/base/check.hpp"
#include "engine/base/time.hpp"
#include "engine/random/portable_math.hpp"
#include "models/catalog/csv_table.hpp"
#include "models/language/distribution_text.hpp"

namespace nines {

namespace {

constexpr double k_seconds_per_year = k_hours_per_year * k_seconds_per_hour;

/// A row of failure_rates.csv, and how near its thing is to ours.
struct RowName {
    FailingKind kind{};
    std::string_view component, metric, why;
};

constexpr RowName k_rates[] = {
    {FailingKind::region, "aws-region", "incidents_per_region", "big public incidents of AWS regions, by region"},
    {FailingKind::zone, "aws-zone", "incidents_per_zone", "big public incidents of AWS zones, by zone"},
    {FailingKind::edge, "data-centre", "outages_per_operator",
     "nearest kin of an edge: the data centre of an operator"},
    {FailingKind::link, "network-device", "failures_per_device", "nearest kin of a link: a device of a network"},
    {FailingKind::service, "cloud-service", "outages_per_service", "outages of public cloud services, by service"},
    {FailingKind::instance, "server", "annual_failure_rate_12_dimm_6_ssd_azure_model",
     "nearest kin of an instance: the server below it"},
};

constexpr RowName k_lengths[] = {
    {FailingKind::region, "incident-region", "duration", "big public incidents of regions"},
    {FailingKind::zone, "incident-zone", "duration", "big public incidents of zones"},
    {FailingKind::edge, "incident-edge", "duration", "big public incidents of edges"},
    {FailingKind::link, "network-link", "median_time_to_repair", "links of data centres; the median, for all of them"},
    {FailingKind::service, "incident-all", "duration", "nearest kin of a service: all big public incidents"},
};

template <std::size_t N>
const RowName* find(const RowName (&rows)[N], FailingKind kind) {
    for (const RowName& row : rows) {
        if (row.kind == kind) {
            return &row;
        }
    }
    return nullptr;
}

CsvRow row_of(const RowName& name) {
    const auto row = CsvTable("failure_rates").row(csv_line_start({name.component, name.metric}));
    check(row.has_value(), "a kind's row is in failure_rates.csv");
    return *row;
}

CatalogTime assumed_time(const Distribution& law_s, std::string why, std::string source) {
    CatalogTime time;
    time.law_s = law_s;
    time.assumed.value = format_distribution(law_s, Dimension::time);
    time.assumed.why = std::move(why);
    time.assumed.source = std::move(source);
    return time;
}

std::string source_of(const RowName& name, const CsvRow& row) {
    return fmt::format("failure_rates.csv, {} {}: {}", name.component, name.metric, row.text("source"));
}

}  // namespace

CatalogTime time_between_failures(FailingKind kind) {
    const RowName* name = find(k_rates, kind);
    check(name != nullptr, "every kind has a rate or a kin's");
    const CsvRow row = row_of(*name);
    const auto value = row.number("value");
    const double figure = value ? *value : (row.required_number("low") + row.required_number("high")) / 2;
    const bool in_percent = row.text("unit").starts_with("percent/yr");
    check(in_percent || row.text("unit").starts_with("events/yr"), "a rate is by the year");
    const double per_year = in_percent ? figure / 100 : figure;
    return assumed_time(Distribution::exponential(k_seconds_per_year / per_year), std::string(name->why),
                        source_of(*name, row));
}

std::optional<CatalogTime> time_to_repair(FailingKind kind) {
    const RowName* name = find(k_lengths, kind);
    if (name == nullptr) {
        return std::nullopt;
    }
    constexpr double k_normal_90 = 1.2815515655446004;  // the normal law's 90th percentile
    const CsvRow row = row_of(*name);
    check(row.text("unit") == "min", "lengths are in minutes");
    const double median_s = row.required_number("value") * 60;
    const auto low = row.number("low");
    const auto high = row.number("high");
    const auto law_s =
        low && high ? Distribution::lognormal_median_sigma(median_s, portable::log(*high / *low) / (2 * k_normal_90))
                    : Distribution::constant(median_s);
    return assumed_time(law_s, std::string(name->why), source_of(*name, row));
}

std::optional<CatalogTime> time_between_reclaims(const Catalog& catalog, std::string_view type,
                                                 std::string_view region) {
    const auto exponential = [](double per_month, std::string why) {
        return assumed_time(Distribution::exponential(k_hours_per_month * k_seconds_per_hour / per_month),
                            std::move(why), "spot_interruptions.csv, AWS Spot Instance Advisor");
    };
    if (const auto per_month = catalog.spot_interruptions_per_month(type, region)) {
        return exponential(*per_month, fmt::format("{} in {}: the middle of the advisor's bucket", type, region));
    }
    double sum = 0;
    double count = 0;
    for (const CsvRow& row : CsvTable("spot_interruptions").rows(csv_line_start({type}))) {
        sum += catalog.spot_interruptions_per_month(type, row.text("region")).value_or(0);
        ++count;
    }
    if (count == 0) {
        return std::nullopt;
    }
    return exponential(sum / count, fmt::format("no figure of {} in {}: the mean of all regions", type,
                                                region.empty() ? "no region" : region));
}

}  // namespace nines
