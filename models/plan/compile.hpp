#pragma once
// From an architecture to a plan: names become numbers, policies become tables.

#include "models/architecture/architecture.hpp"
#include "models/catalog/catalog.hpp"
#include "models/plan/plan.hpp"

namespace nines {

/// Compiles a checked architecture. Draws no random number; what the catalogue lacks is listed as assumed.
Plan compile(const Architecture& architecture, const Catalog& catalog);

}  // namespace nines
