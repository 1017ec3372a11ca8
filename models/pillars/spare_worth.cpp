#include "models/pillars/spare_worth.hpp"

#include <algorithm>

#include "engine/base/time.hpp"
#include "models/structure/solved_structure.hpp"

namespace nines {

namespace {

constexpr std::size_t k_instances_most = 512;  // of all services
constexpr std::size_t k_nodes_most = 200'000;

/// Chance that not enough of a service is up; nothing where it is not known.
std::optional<double> chance_down(const Plan& plan, ServiceId id) {
    const Structure structure = compile_structure(plan);
    if (structure.parts.empty() || !structure.needs_simulation.empty()) {
        return std::nullopt;
    }
    const auto solved = SolvedStructure::of(structure, k_nodes_most);
    return solved ? std::optional(solved->chance(solved->alone(id)).down) : std::nullopt;
}

/// Copies stay where they are, for faults name them, but none takes over.
void keep_from_answering(ServicePlan& database) {
    for (ReplicaSpec& replica : database.replicas) {
        replica.standby = false;
    }
    database.failover.to_replica = false;
}

/// Takes instances away until so many begin: always one of the place that has most.
void cut(Plan& plan, ServiceId id, std::uint64_t needed) {
    const Range<GroupId> groups = plan.services[id].groups;
    for (std::uint64_t left = plan.services[id].begins_with; left > needed; --left) {
        GroupId largest = groups[0];
        for (std::uint32_t g = 1; g < groups.count; ++g) {
            largest = plan.groups[groups[g]].begins_with > plan.groups[largest].begins_with ? groups[g] : largest;
        }
        --plan.groups[largest].begins_with;
    }
}

}  // namespace

std::optional<double> minutes_bought_per_year(const Plan& plan, ServiceId id, std::uint64_t needed) {
    if (plan.group_of.size() > k_instances_most || plan.services[id].count > plan.services[id].instances.count) {
        return std::nullopt;
    }
    Plan with = plan;
    if (!plan.services[id].has_primary) {
        with.services[id].needs = static_cast<std::uint32_t>(needed);
    }
    Plan without = with;
    if (plan.services[id].has_primary) {
        keep_from_answering(without.services[id]);
    } else {
        cut(without, id, needed);
    }
    const auto down_with = chance_down(with, id);
    const auto down_without = down_with ? chance_down(without, id) : std::nullopt;
    if (!down_without || *down_without <= 0) {
        return std::nullopt;
    }
    return std::max(0.0, *down_without - *down_with) * k_hours_per_year * 60;
}

}  // namespace nines
