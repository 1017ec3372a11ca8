// Findings about limits: what they reject, and what that is worth.

#include <fmt/format.h>

#include <algorithm>

#include "models/pillars/findings.hpp"

namespace nines {

namespace {

/// Whether users ask this service and no other.
bool asks_only(const Plan& plan, const DemandPlan& demand, ServiceId service) {
    for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
        if (plan.calls[demand.calls[c]].service != service) {
            return false;
        }
    }
    return true;
}

/// Requests of users that ended rejected by a service that they ask themselves. What is rejected further down ends as
/// an error of whoever called, and is not told apart.
double rejected_of_users(const Material& material, ServiceId service) {
    double sum = 0;
    for (std::size_t d = 0; d < material.plan.users_demands(); ++d) {
        const auto id = index_at<DemandId>(d);
        if (asks_only(material.plan, material.plan.demands[id], service)) {
            sum += material.mean("requests.rejected@" + material.plan.names.demands[id]).value_or(0);
        }
    }
    return sum;
}

}  // namespace

void add_limits(const Material& material, std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < material.plan.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const std::string& name = material.plan.names.services[id];
        const double share = material.mean("throttled@" + name).value_or(0);
        if (share <= 0) {
            continue;
        }
        const double attempts = share * material.mean("requests.offered@" + name).value_or(0);
        const double rejected = material.mean("requests.rejected@" + name).value_or(0);
        const double of_users = rejected > 0 ? rejected_of_users(material, id) * std::min(1.0, attempts / rejected) : 0;
        Finding finding =
            advised(Pillar::reliability, fmt::format("limits of {} reject attempts", name), Layer::configuration,
                    fmt::format("a higher `limit` or `burst` of {}, one `per: client`, or retries with a "
                                "back-off longer than a token takes",
                                name));
        finding.effect = {{share, "fraction"}, {attempts, "1"}};
        const double offered = material.mean("requests.offered").value_or(0);
        finding.weight = offered > 0 ? std::min(1.0, of_users / offered) : 0;
        if (material.plan.value && material.months > 0 && of_users > 0) {
            finding.usd_per_month = of_users * material.plan.value->usd_per_request / material.months;
        }
        findings.push_back(std::move(finding));
    }
}

}  // namespace nines
