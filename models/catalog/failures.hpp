#pragma once
// Failures: how often things of a kind are away and for how long, from the catalogue's published figures: those of the
// kind, or of its nearest kin. All of them are assumptions about the user's own things.

#include <optional>
#include <string_view>

#include "engine/base/names.hpp"
#include "engine/random/distribution.hpp"
#include "models/catalog/catalog.hpp"

namespace nines {

enum class FailingKind : std::uint8_t { region, zone, edge, link, service, instance };
inline constexpr Names<FailingKind, 6> k_failing_kinds{{{
    {"region", FailingKind::region},
    {"zone", FailingKind::zone},
    {"edge", FailingKind::edge},
    {"link", FailingKind::link},
    {"service", FailingKind::service},
    {"instance", FailingKind::instance},
}}};

/// A time of the catalogue as a law, and the row that it comes from (assumption.path is left empty).
struct CatalogTime {
    Distribution law_s;
    Assumption assumed;
};

/// From the end of one failure to the next: exponential at the row's rate (failure_rates.csv); where the row has a
/// range alone, at its middle.
CatalogTime time_between_failures(FailingKind kind);
/// How long one lasts: lognormal through the row's median and its 10th and 90th percentiles; constant where the row has
/// the median alone. Nothing where no row tells.
std::optional<CatalogTime> time_to_repair(FailingKind kind);
/// Until one spot instance is taken back: exponential at the rate of the type in the region (spot_interruptions.csv),
/// or its mean over all regions where that one has none. Nothing for a type that no region has.
std::optional<CatalogTime> time_between_reclaims(const Catalog& catalog, std::string_view type,
                                                 std::string_view region);

}  // namespace nines
