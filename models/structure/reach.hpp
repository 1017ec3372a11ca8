#pragma once
// Reach: when a message gets from one place to another, as gates over the links and places between.

#include <map>
#include <vector>

#include "models/structure/failing_parts.hpp"

namespace nines {

class Reach {
public:
    Reach(const Plan& plan, const FailingParts& parts, analytic::StructureFunction& function)
        : plan_(plan), parts_(parts), function_(function) {}

    /// Some way by the transit rules of routes is whole. The ends themselves are not asked: who is down there neither
    /// sends nor answers. Ends without a place are at no distance.
    analytic::GateId between(LocationId from, LocationId to);

private:
    analytic::GateId find(LocationId from, LocationId to);

    const Plan& plan_;
    const FailingParts& parts_;
    analytic::StructureFunction& function_;
    std::map<std::pair<LocationId, LocationId>, analytic::GateId> known_;
};

}  // namespace nines
