// Findings about limits: what they reject, and what that is worth.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

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

/// Requests of users that ended rejected by a limit of a service that they ask themselves. What is rejected further
/// down ends as an error of whoever called, and is not told apart; of what the service rejects the limit's is the share
/// of the attempts that it throttled.
std::optional<Quantity> rejected_of_users(const Material& material, ServiceId service) {
    const std::string& name = material.plan.names.services[service];
    std::vector<Material::Term> terms{
        {"throttled@" + name}, {"requests.offered@" + name}, {"requests.rejected@" + name, false}};
    for (std::size_t d = 0; d < material.plan.users_demands(); ++d) {
        const auto id = index_at<DemandId>(d);
        if (asks_only(material.plan, material.plan.demands[id], service)) {
            terms.push_back({"requests.rejected@" + material.plan.names.demands[id]});
        }
    }
    return material.reckon("1", terms, [](std::span<const double> of) {
        const double users = std::accumulate(of.begin() + 3, of.end(), 0.0);
        return of[2] > 0 ? users * std::min(1.0, of[0] * of[1] / of[2]) : users;
    });
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
        const auto attempts = material.reckon("1", {{"throttled@" + name}, {"requests.offered@" + name}},
                                              [](std::span<const double> of) { return of[0] * of[1]; });
        const Quantity of_users = rejected_of_users(material, id).value_or(Quantity{});
        Finding finding =
            advised(Pillar::reliability, fmt::format("limits of {} reject attempts", name), Layer::configuration,
                    fmt::format("a higher `limit` or `burst` of {}, one `per: client`, or retries with a "
                                "back-off longer than a token takes",
                                name));
        finding.effect = {*material.figure("throttled@" + name), attempts.value_or(Quantity{0, "1"})};
        const double offered = material.mean("requests.offered").value_or(0);
        finding.weight = offered > 0 ? std::min(1.0, of_users.value / offered) : 0;
        if (material.plan.value && material.months > 0 && of_users.value > 0) {
            set_usd_per_month(scaled(of_users, material.plan.value->usd_per_request / material.months, "USD/month"),
                              finding);
        }
        findings.push_back(std::move(finding));
    }
}

}  // namespace nines
