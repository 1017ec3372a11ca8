#pragma once
// Blast radius: where each foothold leads by permissions alone, given time enough and nobody who stops it.

#include <string>
#include <vector>

#include "models/plan/plan.hpp"

namespace nines {

struct BlastRadius {
    std::string foothold;                 ///< "identity web-role", "hosts of web"
    std::vector<std::string> controlled;  ///< services whose hosts are the attacker's
    std::vector<std::string> reached;     ///< services that he may call, those too
    double records = 0;                   ///< that he may read, as many as there are at time zero
};

/// Of each identity, its credential in the hands of somebody outside; and of each service, its hosts. None where the
/// scenario declares neither identities nor threats.
std::vector<BlastRadius> blast_radii(const Plan& plan);

}  // namespace nines
