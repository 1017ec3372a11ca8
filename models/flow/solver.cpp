#include "models/flow/solver.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

/// A queue that can hold more than it serves in this time fills and drains as a fluid; a shorter one is taken to be in
/// its steady state at once.
constexpr double k_fluid_from_s = 2;

/// Mean work of one request of a service, over its work steps; calls not included.
double mean_work_s(const Plan& plan, const ServicePlan& service) {
    double sum = 0;
    double steps = 0;
    for (std::uint32_t s = 0; s < service.steps.count; ++s) {
        const StepPlan& step = plan.steps[service.steps[s]];
        if (step.kind == StepKind::work) {
            sum += step.work_s.mean();
            ++steps;
        }
    }
    return steps > 0 ? sum / steps : 0;
}

}  // namespace

Solver::Solver(const Plan& plan, const GridCourse& grid)
    : plan_(plan),
      grid_(grid),
      fluid_(plan.groups.size()),
      position_(plan.calls.size()),
      first_pair_(plan.location_of_caller.size()),
      endpoint_position_(plan.endpoints.size()),
      endpoints_of_(plan.services.size()),
      pairs_to_(plan.endpoints.size()),
      ways_(plan),
      cohorts_of_(plan.services.size()),
      closed_per_s_(plan.demands.size()),
      closed_stay_s_(plan.demands.size()),
      closed_rest_s_(plan.demands.size()) {
    for (std::size_t e = 0; e < plan.endpoints.size(); ++e) {
        const auto id = index_at<EndpointId>(e);
        auto& list = endpoints_of_[plan.endpoints[id].service];
        endpoint_position_[id] = static_cast<std::uint32_t>(list.size());
        list.push_back(id);
    }
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        const ServicePlan& service = plan.services[plan.groups[id].service];
        const double held_s = service.queue_limit == k_unlimited
                                  ? k_fluid_from_s
                                  : service.queue_limit * mean_work_s(plan, service) / service.workers;
        fluid_[id] = service.workers != k_unlimited && held_s >= k_fluid_from_s ? 1 : 0;
    }
    for (const CallPlan& call : plan.calls) {
        has_retries_ = has_retries_ || call.attempts > 1;
    }
    for (const StepPlan& step : plan.steps) {
        work_.push_back(step.kind == StepKind::work ? Work{SharedLaw(analytic::LatencyLaw::of(step.work_s)),
                                                           step.work_s.mean(), step.work_s.variance()}
                                                    : Work());
    }
    for (const ServicePlan& service : plan.services) {
        for (std::uint32_t s = 0; s < service.steps.count; ++s) {
            holds_calls_ = holds_calls_ || (!service.async && service.workers != k_unlimited &&
                                            plan.steps[service.steps[s]].calls.count > 0);
        }
        const double detect_s = service.has_primary ? service.failover.detect_s : 0;
        unnoticed_loss_.push_back(detect_s > 0 ? SharedLaw(analytic::LatencyLaw::of(Distribution::uniform(0, detect_s)))
                                               : SharedLaw());
        patience_.push_back(service.patience_s ? std::optional(analytic::LatencyLaw::of(*service.patience_s))
                                               : std::nullopt);
    }
    sums_.resize(k_sums);
    stations_.resize(k_stations);
    number_pairs();
    order_endpoints();
    rank_pairs();
}

/// A pair for each call step of each group, and for each call of a demand at each of its places.
void Solver::number_pairs() {
    const auto add = [&](CallerId caller, CallPlanId call) {
        Pair pair;
        pair.caller = caller;
        pair.call = call;
        pairs_to_[plan_.calls[call].endpoint].push_back(pairs_.push_back(std::move(pair)));
    };
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
        const CallerId caller = plan_.caller_of(index_at<GroupId>(g));
        first_pair_[caller] = static_cast<std::uint32_t>(pairs_.size());
        const Range<StepId> steps = plan_.services[plan_.groups[index_at<GroupId>(g)].service].steps;
        std::uint32_t position = 0;
        for (std::uint32_t s = 0; s < steps.count; ++s) {
            const Range<CallPlanId> calls = plan_.steps[steps[s]].calls;
            for (std::uint32_t c = 0; c < calls.count; ++c) {
                position_[calls[c].value] = position++;
                add(caller, calls[c]);
            }
        }
    }
    for (const DemandPlan& demand : plan_.demands) {
        for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
            const CallerId caller = plan_.origins[demand.origins[o]].caller;
            first_pair_[caller] = static_cast<std::uint32_t>(pairs_.size());
            for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                position_[demand.calls[c].value] = c;
                add(caller, demand.calls[c]);
            }
        }
    }
}

/// A call's priority is its own or its caller's. An endpoint whose callers have several has none.
void Solver::rank_pairs() {
    constexpr std::uint32_t k_several = UINT32_MAX;
    constexpr std::uint32_t k_unasked = UINT32_MAX - 1;
    Column<EndpointId, std::uint32_t> rank_of(plan_.endpoints.size(), k_unasked);
    std::vector<EndpointId> caller_of(plan_.calls.size());  // by call
    for (const EndpointId endpoint : callers_first_) {
        const Range<StepId> steps = plan_.endpoints[endpoint].steps;
        for (std::uint32_t s = 0; s < steps.count; ++s) {
            const Range<CallPlanId> calls = plan_.steps[steps[s]].calls;
            for (std::uint32_t c = 0; c < calls.count; ++c) {
                caller_of[calls[c].value] = endpoint;
            }
        }
    }
    for (const EndpointId endpoint : callers_first_) {
        for (const PairId id : pairs_to_[endpoint]) {
            Pair& pair = pairs_[id];
            const std::int32_t own = plan_.calls[pair.call].priority;
            if (own >= 0 || !plan_.group_of_caller[pair.caller].exists()) {
                pair.rank = static_cast<std::uint32_t>(std::max(own, 0));
            } else {
                pair.rank = rank_of[caller_of[pair.call.value]];
            }
            if (pair.rank == k_unasked) {
                continue;  // nobody ever makes this call
            }
            std::uint32_t& known = rank_of[endpoint];
            known = known == k_unasked || known == pair.rank ? pair.rank : k_several;
        }
    }
}

void Solver::visit(EndpointId endpoint, std::vector<std::uint8_t>& seen) {
    if (seen[endpoint.value] != 0) {
        return;
    }
    seen[endpoint.value] = 1;
    const Range<StepId> steps = plan_.endpoints[endpoint].steps;
    for (std::uint32_t s = 0; s < steps.count; ++s) {
        const Range<CallPlanId> calls = plan_.steps[steps[s]].calls;
        for (std::uint32_t c = 0; c < calls.count; ++c) {
            visit(plan_.calls[calls[c]].endpoint, seen);
        }
    }
    callers_first_.push_back(endpoint);
}

void Solver::order_endpoints() {
    std::vector<std::uint8_t> seen(plan_.endpoints.size(), 0);
    for (std::size_t e = 0; e < plan_.endpoints.size(); ++e) {
        visit(index_at<EndpointId>(e), seen);
    }
    std::reverse(callers_first_.begin(), callers_first_.end());
}

}  // namespace nines
