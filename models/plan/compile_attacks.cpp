// Attackers: who sends the requests of a flood. They are like the users who call what is flooded: from the same places,
// by the same routes, asking the same endpoints, as patient as they are; but they do not try again.

#include <fmt/format.h>

#include <algorithm>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

/// What one flood sends to one service.
struct Flood {
    std::string name;
    FaultId fault;    ///< none: of a threat
    ThreatId threat;  ///< none: of a fault
    ServiceId service;
    std::vector<EndpointId> only;  ///< endpoints that are asked; empty: all that users ask
    double per_s = 0;
};

/// How often the users of a demand ask on average: a closed loop as if answers took no time, as `nines explain` weighs
/// it.
double mean_per_s(const Demand& demand, const RunSpec& run) {
    if (demand.users) {
        const double think_s = demand.users->think_s.mean();
        return think_s > 0 ? demand.users->users / think_s : demand.users->users;
    }
    return demand.rate.integral(0, run.horizon_s) / run.horizon_s;
}

class AttackBuilder {
public:
    AttackBuilder(const Architecture& architecture, Plan& plan) : architecture_(architecture), plan_(plan) {}

    void add(const Flood& flood) {
        std::vector<Demand> attackers;
        std::vector<double> weights;
        double all = 0;
        for (const Demand& users : architecture_.demands) {
            attackers.push_back(users);
            weights.push_back(keep_asked(flood, attackers.back()) * mean_per_s(users, architecture_.run));
            all += weights.back();
        }
        if (all <= 0) {  // nobody who asks is known to ask often: all who call it alike; where no users do, all of them
            const bool any_call =
                std::any_of(attackers.begin(), attackers.end(), [](const Demand& one) { return !one.targets.empty(); });
            for (std::size_t i = 0; i < attackers.size(); ++i) {
                weights[i] = !any_call || !attackers[i].targets.empty() ? 1 : 0;
                all += weights[i];
            }
        }
        for (std::size_t i = 0; i < attackers.size(); ++i) {
            if (weights[i] > 0) {
                add(flood, index_at<DemandId>(i), attackers[i], weights[i] / all);
            }
        }
    }

private:
    bool asks(const Flood& flood, EndpointId endpoint) const {
        return architecture_.endpoints[endpoint].service == flood.service &&
               (flood.only.empty() || std::find(flood.only.begin(), flood.only.end(), endpoint) != flood.only.end());
    }

    /// Leaves to a demand what is flooded of what it calls, as shares of that. @returns how much of it that was
    double keep_asked(const Flood& flood, Demand& demand) const {
        std::erase_if(demand.targets, [&](const DemandTarget& target) { return !asks(flood, target.endpoint); });
        double kept = 0;
        for (const DemandTarget& target : demand.targets) {
            kept += target.share;
        }
        for (DemandTarget& target : demand.targets) {
            target.share = kept > 0 ? target.share / kept : 1 / static_cast<double>(demand.targets.size());
        }
        return kept;
    }

    /// Where no users ask what is flooded, attackers ask all of it alike.
    void ask_all(const Flood& flood, Demand& demand) const {
        for (const EndpointId endpoint : architecture_.services[flood.service].endpoints) {
            if (asks(flood, endpoint)) {
                demand.targets.push_back({endpoint, architecture_.endpoint_name(endpoint), {}, 1});
            }
        }
        for (DemandTarget& target : demand.targets) {
            target.share = 1 / static_cast<double>(demand.targets.size());
        }
    }

    void add(const Flood& flood, DemandId like, Demand& attackers, double share) {
        if (attackers.targets.empty()) {
            ask_all(flood, attackers);
        }
        attackers.name = fmt::format("{}>{}>{}", flood.name, plan_.names.services[flood.service], attackers.name);
        attackers.rate = RateCurve::constant(0);
        attackers.users.reset();
        attackers.arrivals = ArrivalLaw::poisson;
        attackers.modulated.clear();
        attackers.policy.retry = {};
        add_demand(architecture_, attackers, plan_);
        plan_.attacks.push_back({flood.fault, flood.threat, flood.service, like, flood.per_s * share});
    }

    const Architecture& architecture_;
    Plan& plan_;
};

ServiceId service_named(const Plan& plan, const std::string& name) {
    const auto names = plan.names.services.values();
    return index_at<ServiceId>(static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
}

}  // namespace

void compile_attacks(const Architecture& architecture, Plan& plan) {
    AttackBuilder builder(architecture, plan);
    for (std::size_t f = 0; f < architecture.faults.size(); ++f) {
        const Fault& fault = architecture.faults[index_at<FaultId>(f)];
        for (const EffectSpec& effect : fault.effects) {
            if (effect.kind == EffectKind::flood) {
                builder.add({fault.name,
                             index_at<FaultId>(f),
                             ThreatId::none(),
                             service_named(plan, fault.target.name),
                             {},
                             effect.amount});
            }
        }
    }
    for (std::size_t t = 0; t < architecture.threats.size(); ++t) {
        const Threat& threat = architecture.threats[index_at<ThreatId>(t)];
        for (const ServiceId service : threat.of) {
            if (threat.kind != ThreatKind::flood) {
                break;
            }
            Flood flood{threat.name,
                        FaultId::none(),
                        index_at<ThreatId>(t),
                        service,
                        {},
                        threat.rate_per_s / static_cast<double>(threat.of.size())};
            for (const EndpointId endpoint : threat.of_endpoints) {
                if (architecture.endpoints[endpoint].service == service) {
                    flood.only.push_back(endpoint);
                }
            }
            builder.add(flood);
        }
    }
}

}  // namespace nines
