#pragma once
// Indexes of the things that a scenario names.

#include "engine/base/index.hpp"

namespace nines {

using ServiceId = Index<struct ServiceTag>;
using EndpointId = Index<struct EndpointTag>;
using DemandId = Index<struct DemandTag>;
using FaultId = Index<struct FaultTag>;
using IdentityId = Index<struct IdentityTag>;
using ThreatId = Index<struct ThreatTag>;
using JobId = Index<struct JobTag>;

}  // namespace nines
