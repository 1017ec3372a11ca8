#pragma once
// Scenario hash: whether two scenarios give the same replications.

#include <string>

#include "models/architecture/architecture.hpp"

namespace nines {

/// Over all that a replication depends on but its seed: comments, objectives, study settings and the names of variants
/// change nothing. Of rates read from files, what they are at 64 times from the start to the horizon.
std::string scenario_hash(const Architecture& architecture);

}  // namespace nines
