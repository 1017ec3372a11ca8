// Products over services, from their own availability and from their providers' promises.

#include "models/structure/composite.hpp"

#include <algorithm>
#include <set>

namespace nines {

namespace {

/// A product of availabilities, kept by what is missing.
class Product {
public:
    void multiply(double unavailability) { log_sum_ += portable::log1p(-unavailability); }
    analytic::Chance chance() const { return {portable::exp(log_sum_), -portable::expm1(log_sum_)}; }

private:
    double log_sum_ = 0;
};

void add_needed(const Plan& plan, CallPlanId id, std::set<ServiceId>& needed) {
    const CallPlan& call = plan.calls[id];
    needed.insert(call.service);
    for (std::uint32_t s = 0; s < call.steps.count; ++s) {
        const StepPlan& step = plan.steps[call.steps[s]];
        for (std::uint32_t c = 0; c < step.calls.count; ++c) {
            if (!plan.calls[step.calls[c]].optional) {
                add_needed(plan, step.calls[c], needed);
            }
        }
    }
}

std::optional<Sla> sla_of(const Plan& plan, ServiceId id) {
    for (const AgreementPlan& agreement : plan.agreements) {
        if (agreement.service == id) {
            return agreement.promise;
        }
    }
    return std::nullopt;
}

}  // namespace

Composite composite_of(const Plan& plan, const SolvedStructure& solved) {
    Composite composite;
    std::set<ServiceId> of_all;
    std::vector<std::set<ServiceId>> of_kind;
    for (const RequestKind& kind : solved.structure().requests) {
        add_needed(plan, kind.call, of_kind.emplace_back());
        of_all.insert(of_kind.back().begin(), of_kind.back().end());
    }
    std::map<ServiceId, std::size_t> position;
    for (const ServiceId service : of_all) {
        position[service] = composite.services.size();
        composite.services.push_back({service, solved.chance(solved.alone(service)), sla_of(plan, service)});
    }
    composite.by_product = {0, 0};
    double by_sla = 0;
    bool all_promised = true;
    for (std::size_t k = 0; k < of_kind.size(); ++k) {
        Product own;
        Product promised;
        for (const ServiceId service : of_kind[k]) {
            const ServiceAlone& one = composite.services[position[service]];
            own.multiply(one.alone.down);
            all_promised = all_promised && one.sla;
            promised.multiply(one.sla ? 1 - one.sla->availability : 0);
        }
        const double share = solved.structure().requests[k].share;
        composite.by_product.up += share * own.chance().up;
        composite.by_product.down += share * own.chance().down;
        by_sla += share * promised.chance().up;
    }
    if (all_promised) {
        composite.by_sla = by_sla;
    }
    return composite;
}

}  // namespace nines
