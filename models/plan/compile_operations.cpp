// Deployments become stages over an order of instances; what a bad one does becomes a fault without a clock.

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/plan/compile_parts.hpp"

namespace nines {

namespace {

/// Which zone or edge (or region) an instance gets its turn with.
LocationId turn_of(const Plan& plan, InstanceId instance, DeployStrategy strategy) {
    const LocationId at = plan.groups[plan.group_of[instance]].location;
    return strategy == DeployStrategy::one_region_at_a_time && plan.has_world ? plan.world.locations[at].region : at;
}

/// Batches are spread over zones: the first instance of each, then the second of each. A strategy by place takes one
/// place after the other, as the service lists them.
std::vector<InstanceId> order_of(const Plan& plan, const DeploySpec& deploy) {
    const Range<InstanceId> instances = plan.services[deploy.service].instances;
    std::vector<InstanceId> order;
    for (std::uint32_t i = 0; i < instances.count; ++i) {
        order.push_back(instances[i]);
    }
    if (deploy.strategy == DeployStrategy::rolling || deploy.strategy == DeployStrategy::canary) {
        std::stable_sort(order.begin(), order.end(),
                         [&](InstanceId a, InstanceId b) { return plan.number_in_group(a) < plan.number_in_group(b); });
        // Those that a service may scale to come last: a batch is of instances that are there.
        std::stable_sort(order.begin(), order.end(), [&](InstanceId a, InstanceId b) {
            return plan.stands_at_start(a) && !plan.stands_at_start(b);
        });
    }
    return order;
}

/// A batch has whole instances, at least one.
std::uint32_t batch_of(double share, std::size_t instances) {
    const double wanted = std::floor(share * static_cast<double>(instances) + 0.5 + 1e-9);
    return static_cast<std::uint32_t>(std::clamp(wanted, 1.0, static_cast<double>(instances)));
}

/// One stage for each place, in the order in which the service's instances stand in them.
void add_stages_by_place(const Plan& plan, DeployPlan& deploy) {
    std::vector<LocationId> places;
    for (const InstanceId instance : deploy.order) {
        const LocationId place = turn_of(plan, instance, deploy.spec.strategy);
        if (std::find(places.begin(), places.end(), place) == places.end()) {
            places.push_back(place);
        }
    }
    const auto rank_of = [&](InstanceId instance) {
        return std::find(places.begin(), places.end(), turn_of(plan, instance, deploy.spec.strategy)) - places.begin();
    };
    std::stable_sort(deploy.order.begin(), deploy.order.end(),
                     [&](InstanceId a, InstanceId b) { return rank_of(a) < rank_of(b); });
    for (std::uint32_t i = 0; i < deploy.order.size(); ++i) {
        const bool ends_place =
            i + 1 == deploy.order.size() || rank_of(deploy.order[i]) != rank_of(deploy.order[i + 1]);
        if (ends_place) {
            deploy.stages.push_back({deploy.stages.empty() ? 0 : deploy.spec.pause_s, i + 1, 0});
        }
    }
}

void add_stages(const Plan& plan, DeployPlan& deploy) {
    const auto all = static_cast<std::uint32_t>(deploy.order.size());
    // Of a service that scales, batches are of the instances it begins with; the last reaches all there may be.
    const auto standing = static_cast<std::uint32_t>(std::count_if(
        deploy.order.begin(), deploy.order.end(), [&](InstanceId instance) { return plan.stands_at_start(instance); }));
    const std::uint32_t batch = batch_of(deploy.spec.share, standing);
    switch (deploy.spec.strategy) {
        case DeployStrategy::all_at_once:
        case DeployStrategy::blue_green:
            deploy.stages = {{0, all, 1}};
            return;
        case DeployStrategy::canary:
            deploy.stages = {{0, batch, 0}};
            if (batch < standing) {
                deploy.stages.push_back({deploy.spec.pause_s, all, 1});
            } else {
                deploy.stages = {{0, all, 1}};
            }
            return;
        case DeployStrategy::rolling:
            for (std::uint32_t until = 0; until < all;) {
                until = until + batch < standing ? until + batch : all;
                deploy.stages.push_back({deploy.stages.empty() ? 0 : deploy.spec.pause_s, until, 0});
            }
            return;
        case DeployStrategy::one_zone_at_a_time:
        case DeployStrategy::one_region_at_a_time:
            return add_stages_by_place(plan, deploy);
    }
}

/// What share of a service has the new version from each stage on: of the instances that it begins with.
void add_shares(const Plan& plan, DeployPlan& deploy) {
    const auto begin = deploy.order.begin();
    const auto standing = [&](std::uint32_t until) {
        return std::count_if(begin, begin + until, [&](InstanceId instance) { return plan.stands_at_start(instance); });
    };
    const auto all = static_cast<double>(standing(static_cast<std::uint32_t>(deploy.order.size())));
    for (DeployStage& stage : deploy.stages) {
        stage.share = static_cast<double>(standing(stage.until)) / all;
    }
}

}  // namespace

void compile_operations(const Architecture& architecture, Plan& plan) {
    const OperationsSpec& spec = architecture.operations;
    plan.operations.alarms = spec.alarms;
    plan.operations.oncall = spec.oncall;
    plan.operations.runbooks = spec.runbooks;
    for (const DeploySpec& one : spec.deploys) {
        const std::string& service = plan.names.services[one.service];
        DeployPlan deploy;
        deploy.spec = one;
        deploy.order = order_of(plan, one);
        add_stages(plan, deploy);
        add_shares(plan, deploy);
        FaultPlan bad;
        bad.layer = Layer::application;
        bad.effects = one.effects;
        bad.members = {{TargetAtom{TargetAtom::Kind::service, one.service.value, 0}}};
        bad.at_s = std::numeric_limits<double>::infinity();
        bad.of_deployment = true;
        deploy.fault = plan.faults.push_back(std::move(bad));
        plan.names.faults.push_back("deploy " + one.name);
        plan.names.fault_members.push_back({"service/" + service});
        plan.names.fault_targets.push_back("service/" + service);
        plan.names.fault_effects.push_back(effects_text(one.effects));
        plan.operations.deploys.push_back(std::move(deploy));
    }
}

}  // namespace nines
