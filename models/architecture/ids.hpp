#pragma once
// Ids: positions of the things that a scenario names.

#include "engine/base/index.hpp"

namespace nines {

using ServiceId = Index<struct ServiceTag>;
using EndpointId = Index<struct EndpointTag>;
using DemandId = Index<struct DemandTag>;
using FaultId = Index<struct FaultTag>;

}  // namespace nines
