#pragma once
// Prices as service_prices.csv lists them: components by region, in tiers; what a region lacks is its nearest kin's.

#include <optional>
#include <string_view>

#include "models/catalog/catalog.hpp"

namespace nines {

/// The rows of one component in one region (or "global"), per GB unless the caller says else; nothing when there are
/// none.
std::optional<TieredPrice> listed_price(std::string_view service, std::string_view component, std::string_view region);

/// The price of a component in a region, or in the nearest region that has one, which is then assumed.
/// @param unit  what a row prices: "GB", "h", "GB-month"
TieredPrice regional_price(const Catalog& catalog, std::string_view service, std::string_view component,
                           std::string_view region, std::string_view unit);

}  // namespace nines
