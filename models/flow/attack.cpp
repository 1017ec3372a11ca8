// What attackers' requests take, of rates that are solved: their share of each endpoint's arrivals goes down the call
// graph, for nothing that serves a request knows whose it is.

#include "models/flow/solver.hpp"

namespace nines {

/// How many of each pair's calls are made for attackers, and their share of those whom each endpoint serves.
void Solver::find_attackers() {
    attackers_calls_.assign(pairs_.size(), 0);
    attackers_share_.assign(ops_.size(), 0);
    Column<OpId, double> arrivals(ops_.size());
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
        const auto id = index_at<PairId>(p);
        const CallerId caller = pairs_[id].caller;
        const bool of_client = !plan_.group_of_caller[caller].exists();
        attackers_calls_[id] = of_client && plan_.is_attack(plan_.demand_of(caller)) ? pairs_[id].calls : 0;
    }
    for (const EndpointId endpoint : callers_first_) {
        for (const PairId id : pairs_to_[endpoint]) {
            for (const Branch& branch : pairs_[id].branches) {
                for (const Target& target : branch.targets) {
                    arrivals[op_of(cohorts_[target.cohort], endpoint)] +=
                        attackers_calls_[id] * target.visits * target.attempt.reaches();
                }
            }
        }
        for (const Cohort& cohort : cohorts_) {
            if (cohort.service != plan_.endpoints[endpoint].service || !cohort.serves()) {
                continue;
            }
            const OpId id = op_of(cohort, endpoint);
            const Op& op = ops_[id];
            attackers_share_[id] = op.arrivals > 0 ? std::min(1.0, arrivals[id] / op.arrivals) : 0;
            const double admitted = op.arrivals * (1 - cohort.condition.errors) * cohort.station.served_share();
            for (const auto& [called, times] : op.calls) {
                attackers_calls_[called] += admitted * times * attackers_share_[id];
            }
        }
    }
}

/// Rates of attackers, to be added up.
AttackRates Solver::no_attack() const {
    AttackRates none;
    none.groups = Column<GroupId, AttackRates::OfGroup>(plan_.groups.size());
    none.endpoints = Column<EndpointId, EndpointRates>(plan_.endpoints.size());
    none.units.assign(plan_.prices.size(), 0);
    return none;
}

}  // namespace nines
