#include "models/plan/compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/base/hash.hpp"
#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

CallPlan compile_call(const CallPolicy& policy, EndpointId endpoint, const Architecture& architecture, bool is_demand,
                      const std::string& name) {
    CallPlan call;
    call.endpoint = endpoint;
    call.service = architecture.endpoints[endpoint].service;
    // A demand without a timeout waits for ever; a call has the transport's.
    const double fallback_s = is_demand ? std::numeric_limits<double>::infinity() : k_transport_timeout_s;
    call.timeout = to_ns(policy.timeout_s.value_or(fallback_s));
    call.deadline = policy.deadline_s ? to_ns(*policy.deadline_s) : k_never;
    call.retry = policy.retry;
    call.attempts = static_cast<std::uint16_t>(std::min<std::uint32_t>(policy.retry.attempts, UINT16_MAX));
    call.has_budget = policy.retry.budget.has_value();
    call.priority = policy.priority ? static_cast<std::int32_t>(*policy.priority) : -1;
    call.optional = policy.optional;
    call.cancel = policy.cancel;
    call.name_hash = hash_of(name);
    return call;
}

/// Appends the calls of one step; calls of a parallel step lie side by side.
Range<CallPlanId> add_calls(const Architecture& architecture, std::span<const CallStep> calls, const std::string& name,
                            Plan& plan) {
    Range<CallPlanId> range{index_at<CallPlanId>(plan.calls.size()), 0};
    for (const CallStep& call : calls) {
        plan.calls.push_back(compile_call(call.policy, call.endpoint, architecture, false,
                                          fmt::format("{}>{}#{}", name, call.target, range.count)));
        ++range.count;
    }
    return range;
}

void add_step(const Architecture& architecture, const Step& step, const std::string& name, Plan& plan) {
    StepPlan compiled;
    if (const auto* work = std::get_if<WorkStep>(&step)) {
        compiled.kind = StepKind::work;
        compiled.work_s = work->work_s;
    } else if (const auto* call = std::get_if<CallStep>(&step)) {
        compiled.kind = StepKind::call;
        compiled.calls = add_calls(architecture, {call, 1}, name, plan);
    } else if (const auto* parallel = std::get_if<ParallelStep>(&step)) {
        compiled.kind = StepKind::parallel;
        compiled.calls = add_calls(architecture, parallel->branches, name, plan);
    } else {
        compiled.kind = StepKind::cache;
        compiled.hit = std::get<CacheStep>(step).hit;
    }
    plan.steps.push_back(std::move(compiled));
}

void add_endpoint(const Architecture& architecture, EndpointId id, Plan& plan) {
    const Endpoint& endpoint = architecture.endpoints[id];
    EndpointPlan& compiled = plan.endpoints[id];
    compiled.service = endpoint.service;
    compiled.request_bytes = endpoint.request_bytes;
    compiled.response_bytes = endpoint.response_bytes;
    compiled.writes = endpoint.writes;
    compiled.steps.first = index_at<StepId>(plan.steps.size());
    for (std::size_t i = 0; i < endpoint.steps.size(); ++i) {
        add_step(architecture, endpoint.steps[i], fmt::format("{}[{}]", architecture.endpoint_name(id), i), plan);
    }
    compiled.steps.count = static_cast<std::uint32_t>(endpoint.steps.size());
    plan.names.endpoints[id] = architecture.endpoint_name(id);
}

void add_groups(const Service& service, ServiceId id, Plan& plan) {
    ServicePlan& compiled = plan.services[id];
    compiled.groups.first = index_at<GroupId>(plan.groups.size());
    compiled.groups.count = static_cast<std::uint32_t>(service.groups.size());
    compiled.instances.first = index_at<InstanceId>(plan.group_of.size());
    for (std::size_t g = 0; g < service.groups.size(); ++g) {
        const GroupSpec& spec = service.groups[g];
        GroupPlan group;
        group.service = id;
        group.location = spec.location;
        group.count = service.slots_in(spec);
        group.begins_with = spec.instances;
        group.spot = service.spot_in(g);
        group.instances = {index_at<InstanceId>(plan.group_of.size()), std::min(service.slots_in(spec), k_listed_max)};
        const std::uint32_t listed = group.instances.count;
        const GroupId group_id = plan.groups.push_back(std::move(group));
        plan.names.places.push_back(plan.has_world ? plan.world.locations[spec.location].id : "");
        for (std::uint32_t i = 0; i < listed; ++i) {
            plan.group_of.push_back(group_id);
        }
        compiled.instances.count += listed;
        compiled.count += service.slots_in(spec);
        compiled.begins_with += spec.instances;
    }
    compiled.scale = service.scale;
    if (service.scale) {
        plan.scaled.push_back(id);
    }
    compiled.primary_group = compiled.groups[service.primary_group];
}

/// An application load balancer spreads over all zones; what goes to its targets and back crosses them free of charge,
/// where that of others, network load balancers too, is paid at both ends. So does what goes to managed services of the
/// region, which have no zone.
/// Source: aws.amazon.com/ec2/pricing/on-demand, "data transfer within the same AWS region".
void mark_free_calls(const Architecture& architecture, Plan& plan) {
    for (const EndpointPlan& endpoint : plan.endpoints) {
        const bool balances = plan.services[endpoint.service].kind == ServiceKind::load_balancer &&
                              architecture.services[endpoint.service].engine != "nlb";
        for (std::uint32_t s = 0; s < endpoint.steps.count; ++s) {
            const Range<CallPlanId> calls = plan.steps[endpoint.steps[s]].calls;
            for (std::uint32_t c = 0; c < calls.count; ++c) {
                CallPlan& call = plan.calls[calls[c]];
                call.crosses_zones_free = balances || plan.services[call.service].kind == ServiceKind::managed;
            }
        }
    }
}

/// The columns that the event loop reads: what is read together lies together.
void fill_hot_columns(Plan& plan) {
    for (const GroupPlan& group : plan.groups) {
        const ServicePlan& service = plan.services[group.service];
        ServingPlan hot;
        hot.service = group.service;
        hot.location = group.location;
        hot.workers = service.workers;
        hot.queue_limit = service.queue_limit;
        hot.needs = service.needs;
        hot.first_step = service.steps.first;
        hot.discipline = service.discipline;
        hot.queue_of = service.queue_of;
        hot.has_primary = service.has_primary;
        hot.reads_any = service.reads_any;
        hot.async = service.async;
        hot.has_patience = service.patience_s.has_value();
        hot.is_counted = group.is_counted();
        hot.scales = service.scale.has_value();
        hot.may_be_limited = service.limit.has_value();
        plan.serving.push_back(hot);
    }
    for (CallPlan& call : plan.calls) {
        const EndpointPlan& endpoint = plan.endpoints[call.endpoint];
        call.request_bytes = endpoint.request_bytes;
        call.response_bytes = endpoint.response_bytes;
        call.steps = endpoint.steps;
        call.writes = endpoint.writes;
    }
}

std::uint32_t count_priorities(const Architecture& architecture) {
    std::uint32_t highest = 0;
    for (const Demand& demand : architecture.demands) {
        highest = std::max(highest, demand.policy.priority.value_or(0));
    }
    for (const Endpoint& endpoint : architecture.endpoints) {
        for (const Step& step : endpoint.steps) {
            if (const auto* call = std::get_if<CallStep>(&step)) {
                highest = std::max(highest, call->policy.priority.value_or(0));
            } else if (const auto* parallel = std::get_if<ParallelStep>(&step)) {
                for (const CallStep& branch : parallel->branches) {
                    highest = std::max(highest, branch.policy.priority.value_or(0));
                }
            }
        }
    }
    return highest + 1;
}

}  // namespace

void compile_services(const Architecture& architecture, Plan& plan) {
    plan.services = Column<ServiceId, ServicePlan>(architecture.services.size());
    plan.endpoints = Column<EndpointId, EndpointPlan>(architecture.endpoints.size());
    plan.names.endpoints = Column<EndpointId, std::string>(architecture.endpoints.size());
    for (std::size_t i = 0; i < architecture.services.size(); ++i) {
        const auto id = index_at<ServiceId>(i);
        const Service& service = architecture.services[id];
        ServicePlan& compiled = plan.services[id];
        compiled.kind = service.kind;
        compiled.has_primary = traits_of(service.kind).has_primary;
        compiled.async = service.async;
        compiled.reads_any = service.reads_any;
        compiled.workers = service.workers.value_or(k_unlimited);
        compiled.queue_limit = service.queue.limit.value_or(k_unlimited);
        compiled.discipline = service.queue.discipline;
        compiled.queue_of = service.queue.of;
        compiled.patience_s = service.queue.patience_s;
        compiled.limit = service.limit;
        compiled.balance = service.balance;
        compiled.needs = service.needs;
        compiled.replicas = service.replicas;
        compiled.failover = service.failover;
        compiled.owners = service.owners;
        compiled.committed_share = service.purchase.committed();
        compiled.flood_guard = service.security.flood;
        compiled.granule = to_ns(service.price.granule_s);
        compiled.steps.first = index_at<StepId>(plan.steps.size());
        for (const EndpointId endpoint : service.endpoints) {
            add_endpoint(architecture, endpoint, plan);
        }
        compiled.steps.count = static_cast<std::uint32_t>(plan.steps.size()) - compiled.steps.first.value;
        plan.names.services.push_back(service.name);
        plan.names.machines.push_back(service.machine);
        add_groups(service, id, plan);
    }
}

void add_demand(const Architecture& architecture, const Demand& demand, Plan& plan) {
    DemandPlan compiled;
    compiled.rate = demand.rate;
    compiled.law = demand.arrivals;
    compiled.between = demand.between;
    compiled.modulated = demand.modulated;
    compiled.users = demand.users ? demand.users->users : 0;
    compiled.think_s = demand.users ? demand.users->think_s : Distribution::constant(0);
    compiled.origins.first = index_at<OriginId>(plan.origins.size());
    double sum = 0;
    for (const DemandOrigin& origin : demand.origins) {
        sum += origin.share;
        OriginPlan place;
        place.demand = index_at<DemandId>(plan.demands.size());
        place.location = origin.location;
        place.caller = index_at<CallerId>(plan.groups.size() + plan.origins.size());
        place.share_until = sum;
        plan.origins.push_back(place);
        ++compiled.origins.count;
    }
    compiled.calls.first = index_at<CallPlanId>(plan.calls.size());
    sum = 0;
    for (const DemandTarget& target : demand.targets) {
        sum += target.share;
        compiled.call_share_until.push_back(sum);
        plan.calls.push_back(
            compile_call(demand.policy, target.endpoint, architecture, true, demand.name + ">" + target.text));
        ++compiled.calls.count;
    }
    compiled.dns_of_call.assign(demand.targets.size(), DnsId::none());
    plan.demands.push_back(std::move(compiled));
    plan.names.demands.push_back(demand.name);
}

void compile_demands(const Architecture& architecture, Plan& plan) {
    for (const Demand& demand : architecture.demands) {
        add_demand(architecture, demand, plan);
    }
}

Plan compile(const Architecture& architecture, const Catalog& catalog) {
    Plan plan;
    plan.names.scenario = architecture.name;
    plan.world = architecture.world;
    plan.has_world = architecture.has_world;
    plan.run = architecture.run;
    plan.study = architecture.study;
    plan.warmup = to_ns(architecture.run.warmup_s);
    plan.end = later(plan.warmup, to_ns(architecture.run.horizon_s));
    plan.slice = to_ns(architecture.run.slice_s);
    plan.priorities = count_priorities(architecture);
    plan.objectives = architecture.objectives;
    plan.assumptions = architecture.assumptions;
    plan.warnings = architecture.warnings;
    compile_services(architecture, plan);
    compile_demands(architecture, plan);
    compile_attacks(architecture, plan);
    fill_hot_columns(plan);
    mark_free_calls(architecture, plan);
    compile_balancers(architecture, plan);
    compile_faults(architecture, plan);
    compile_operations(architecture, plan);
    compile_upkeep(architecture, plan);
    compile_prices(architecture, catalog, plan);
    compile_jobs(architecture, catalog, plan);
    compile_energy(architecture, catalog, plan);
    compile_security(architecture, plan);
    return plan;
}

}  // namespace nines
