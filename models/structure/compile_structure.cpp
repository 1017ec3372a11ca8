// From requests down: what each of them needs, as gates over the failing parts.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "models/demand/arrivals.hpp"
#include "models/operations/failover.hpp"
#include "models/structure/failing_parts.hpp"
#include "models/structure/reach.hpp"

namespace nines {

namespace {

using analytic::GateId;

/// How a cache answers when its chance is asked for.
enum class CacheReading : std::uint8_t { by_chance, always_missed };

/// From where something is called: all that its fate depends on beside the parts.
struct View {
    LocationId location = LocationId::none();
    std::vector<std::uint8_t> inside;  ///< by partition

    auto operator<=>(const View&) const = default;
};

class RequestCompiler {
public:
    RequestCompiler(const Plan& plan, Structure& structure)
        : plan_(plan),
          structure_(structure),
          roles_(plan, Luck{}),
          parts_(find_failing_parts(plan, structure)),
          reach_(plan, parts_, structure.function) {
        structure.service_up.assign(plan.services.size(), structure.function.always());
        for (std::size_t i = 0; i < plan.steps.size(); ++i) {
            const StepPlan& step = plan.steps[index_at<StepId>(i)];
            if (step.kind == StepKind::cache) {
                cache_of_.emplace(index_at<StepId>(i), static_cast<std::uint32_t>(structure.components()));
                structure.misses.push_back(1 - step.hit);
            }
        }
    }

    void add_requests() {
        const std::vector<double> weights = demand_weights();
        for (std::size_t d = 0; d < plan_.users_demands(); ++d) {
            const DemandPlan& demand = plan_.demands[index_at<DemandId>(d)];
            double origins_before = 0;
            for (std::uint32_t o = 0; o < demand.origins.count; ++o) {
                const OriginPlan& origin = plan_.origins[demand.origins[o]];
                const double origin_share = origin.share_until - origins_before;
                origins_before = origin.share_until;
                double calls_before = 0;
                for (std::uint32_t c = 0; c < demand.calls.count; ++c) {
                    const double call_share = demand.call_share_until[c] - calls_before;
                    calls_before = demand.call_share_until[c];
                    const CallPlanId call = demand.calls[c];
                    const View view = view_of_client(origin.location);
                    const double of_demand = origin_share * call_share;
                    structure_.requests.push_back({index_at<DemandId>(d), demand.origins[o], call, of_demand,
                                                   weights[d] * of_demand,
                                                   answered(view, call, CacheReading::by_chance),
                                                   answered(view, call, CacheReading::always_missed)});
                }
            }
        }
    }

private:
    /// Requests of each demand by its mean rate over the horizon, as shares of all.
    std::vector<double> demand_weights() const {
        std::vector<double> weights;
        double sum = 0;
        for (const DemandPlan& demand : plan_.of_users(plan_.demands)) {
            weights.push_back(mean_rate(demand));
            sum += weights.back();
        }
        for (double& weight : weights) {
            weight = sum > 0 ? weight / sum : 1 / static_cast<double>(weights.size());
        }
        return weights;
    }

    double mean_rate(const DemandPlan& demand) const {
        if (demand.users > 0) {
            const double think_s = demand.think_s.mean();
            return think_s > 0 ? demand.users / think_s : demand.users;
        }
        if (demand.law == ArrivalLaw::modulated) {
            return nines::mean_rate(demand.modulated);
        }
        return demand.rate.integral(0, plan_.run.horizon_s) / plan_.run.horizon_s;
    }

    View view_of_client(LocationId location) const {
        View view{location, {}};
        for (const FailingParts::Partition& partition : parts_.partitions) {
            view.inside.push_back(
                std::any_of(partition.atoms.begin(), partition.atoms.end(), [&](const TargetAtom& atom) {
                    return atom.kind == TargetAtom::Kind::everything ||
                           (atom.kind == TargetAtom::Kind::location && location.exists() &&
                            plan_.world.within(location, LocationId{atom.index}));
                }));
        }
        return view;
    }

    View view_of(InstanceId instance) const {
        View view{plan_.groups[plan_.group_of[instance]].location, {}};
        for (const FailingParts::Partition& partition : parts_.partitions) {
            view.inside.push_back(std::any_of(partition.atoms.begin(), partition.atoms.end(),
                                              [&](const TargetAtom& atom) { return covers(plan_, atom, instance); }));
        }
        return view;
    }

    GateId reached(const View& from, const View& to) {
        std::vector<GateId> needed{reach_.between(from.location, to.location)};
        for (std::size_t p = 0; p < parts_.partitions.size(); ++p) {
            if (from.inside[p] != to.inside[p]) {
                needed.push_back(parts_.partitions[p].open);
            }
        }
        return structure_.function.all_of(std::move(needed));
    }

    /// Who may answer a call: of a database the primary and those that can be promoted (or read).
    std::vector<InstanceId> candidates(ServiceId id, const CallPlan& call) const {
        const ServicePlan& service = plan_.services[id];
        std::vector<InstanceId> found;
        if (!service.has_primary) {
            for (std::uint32_t i = 0; i < service.instances.count; ++i) {
                if (plan_.stands_at_start(service.instances[i])) {
                    found.push_back(service.instances[i]);
                }
            }
            return found;
        }
        found.push_back(roles_.holder(id, 0));
        for (std::uint32_t k = 0; k < service.replicas.size(); ++k) {
            const bool may_answer =
                service.replicas[k].standby || service.failover.to_replica || (service.reads_any && call.writes == 0);
            if (const InstanceId holder = roles_.holder(id, k + 1); may_answer && holder.exists()) {
                found.push_back(holder);
            }
        }
        return found;
    }

    /// Enough of the service is up for any of it to serve.
    GateId enough_up(const ServicePlan& service) {
        if (service.needs == 0 || service.count > service.instances.count) {
            return structure_.function.always();
        }
        std::vector<GateId> up;
        for (std::uint32_t i = 0; i < service.instances.count; ++i) {
            if (plan_.stands_at_start(service.instances[i])) {
                up.push_back(parts_.instance_up[service.instances[i]]);
            }
        }
        return structure_.function.at_least(service.needs, std::move(up));
    }

    GateId answered(const View& from, CallPlanId id, CacheReading reading) {
        const CallPlan& call = plan_.calls[id];
        const auto key = std::tuple(from, call.endpoint, reading);
        if (const auto known = answered_.find(key); known != answered_.end()) {
            return known->second;
        }
        std::vector<GateId> anybody;
        std::map<View, std::vector<GateId>> there;  // who is there, by what their own calls depend on
        for (const InstanceId instance : candidates(call.service, call)) {
            View view = view_of(instance);
            const GateId way = reached(from, view);
            anybody.push_back(parts_.instance_up[instance]);
            there[std::move(view)].push_back(structure_.function.all_of({parts_.instance_up[instance], way}));
        }
        std::vector<GateId> ways;
        for (auto& [view, up] : there) {
            ways.push_back(structure_.function.all_of(
                {structure_.function.any_of(std::move(up)), steps_done(view, call.steps, 0, reading)}));
        }
        const GateId enough = enough_up(plan_.services[call.service]);
        structure_.service_up[call.service] =
            structure_.function.all_of({enough, structure_.function.any_of(std::move(anybody))});
        const GateId gate = structure_.function.all_of({enough, structure_.function.any_of(std::move(ways))});
        answered_.emplace(key, gate);
        return gate;
    }

    GateId steps_done(const View& view, const Range<StepId>& steps, std::uint32_t from, CacheReading reading) {
        std::vector<GateId> needed;
        for (std::uint32_t s = from; s < steps.count; ++s) {
            const StepPlan& step = plan_.steps[steps[s]];
            for (std::uint32_t c = 0; c < step.calls.count; ++c) {
                if (!plan_.calls[step.calls[c]].optional) {
                    needed.push_back(answered(view, step.calls[c], reading));
                }
            }
            if (step.kind == StepKind::cache) {
                const GateId rest = steps_done(view, steps, s + 1, reading);
                const GateId hit = reading == CacheReading::by_chance
                                       ? structure_.function.component(cache_of_.at(steps[s]))
                                       : structure_.function.never();
                needed.push_back(structure_.function.any_of({hit, rest}));
                break;
            }
        }
        return structure_.function.all_of(std::move(needed));
    }

    const Plan& plan_;
    Structure& structure_;
    Failover roles_;
    FailingParts parts_;
    Reach reach_;
    std::map<StepId, std::uint32_t> cache_of_;  // the component that stands for its luck
    std::map<std::tuple<View, EndpointId, CacheReading>, GateId> answered_;
};

}  // namespace

bool Part::waits_for_crews() const {
    return crews > 0 && law == PartLaw::alternating && up_s.law == Law::exponential && down_s &&
           down_s->law == Law::exponential;
}

analytic::ComponentRates Part::rates() const {
    if (law == PartLaw::scheduled) {
        return {{1, 0}, 0};
    }
    const double down_mean_s = down_s ? down_s->mean() : std::numeric_limits<double>::infinity();
    if (law == PartLaw::alternating || !std::isfinite(down_mean_s)) {
        return analytic::ComponentRates::of_means(up_s.mean(), down_mean_s);
    }
    const double in_force = down_mean_s / up_s.mean();
    const double none = portable::exp(-in_force);
    return {{none, -portable::expm1(-in_force)}, none / up_s.mean()};
}

analytic::ComponentRates Structure::rates_of(std::uint32_t component) const {
    if (component < parts.size()) {
        return parts[component].rates();
    }
    const double miss = misses[component - parts.size()];
    return {{1 - miss, miss}, 0};
}

Structure compile_structure(const Plan& plan) {
    Structure structure;
    RequestCompiler(plan, structure).add_requests();
    // Places first, since much depends on them; else as a walk from the requests meets the parts.
    std::vector<std::uint32_t> places_first;
    for (std::uint32_t i = 0; i < structure.parts.size(); ++i) {
        const std::string& name = structure.parts[i].name;
        const bool is_a_place = name.starts_with("provider") || name.starts_with("region/") ||
                                name.starts_with("zone/") || name.starts_with("edge/") || name.starts_with("service/");
        if (is_a_place) {
            places_first.push_back(i);
        }
    }
    structure.orders = {places_first, {}};
    return structure;
}

}  // namespace nines
