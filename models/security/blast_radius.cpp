#include "models/security/blast_radius.hpp"

#include <algorithm>

#include "models/security/access_graph.hpp"

namespace nines {

namespace {

BlastRadius radius_of(const SecurityPlan& plan, const AccessGraph& access, std::string name, const Foothold& foothold) {
    BlastRadius radius;
    radius.foothold = std::move(name);
    const Reach reach = access.reach(foothold, {});
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        const TargetPlan& target = plan.targets[service];
        if (reach.control_s[service] < k_unreached) {
            radius.controlled.push_back(target.name);
        }
        if (reach.any_s(service) < k_unreached) {
            radius.reached.push_back(target.name);
        }
        if (reach.read_s[service] < k_unreached && target.guard.data && !target.guard.data->is_public()) {
            radius.records += target.guard.data->records;
        }
    }
    return radius;
}

}  // namespace

std::vector<BlastRadius> blast_radii(const Plan& plan) {
    const SecurityPlan& security = plan.security;
    const AccessGraph access(security);
    std::vector<BlastRadius> radii;
    for (std::size_t i = 0; i < security.identities.size(); ++i) {
        Foothold foothold;
        foothold.identity = index_at<IdentityId>(i);
        const std::string& name = security.identities[foothold.identity].name;
        radii.push_back(radius_of(security, access, "identity " + name, foothold));
        const bool has_insider =
            std::any_of(security.threats.begin(), security.threats.end(), [&](const Threat& threat) {
                return threat.kind == ThreatKind::insider && threat.identity == foothold.identity;
            });
        if (has_insider) {
            foothold.is_inside = true;
            radii.push_back(radius_of(security, access, "insider with " + name, foothold));
        }
    }
    for (std::size_t i = 0; i < security.targets.size(); ++i) {
        const auto service = index_at<ServiceId>(i);
        Foothold foothold;
        foothold.controlled = {service};
        radii.push_back(radius_of(security, access, "hosts of " + security.targets[service].name, foothold));
    }
    return radii;
}

}  // namespace nines
