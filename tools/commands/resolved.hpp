#pragma once
// The resolved scenario: every default written out, in the language itself.

#include <string>

#include "models/architecture/architecture.hpp"

namespace nines {

/// The architecture as a scenario that means the same.
std::string resolved_text(const Architecture& architecture);

}  // namespace nines
