// Usage: for how much of the time instances of services that scale ran, by the order in which they come. What is used
// for longer than a commitment saves is worth committing to (purchase_findings.cpp).

#include <algorithm>

#include "models/pillars/measures.hpp"

namespace nines {

std::vector<UsageItem> usage_items(const Plan& plan) {
    std::vector<UsageItem> items;
    for (const PoolPlan& pool : plan.pools) {
        for (std::uint32_t level = 0; level < pool.levels; ++level) {
            items.push_back({.service = plan.names.services[pool.service],
                             .region = pool.region.exists() ? plan.world.locations[pool.region].id : "",
                             .first = level * pool.step + 1,
                             .last = std::min((level + 1) * pool.step, plan.services[pool.service].scale->most())});
        }
    }
    return items;
}

void measure_usage(const Evidence& evidence, std::span<double> shares) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < evidence.plan.pools.size(); ++i) {
        const PoolPlan& pool = evidence.plan.pools[i];
        for (std::uint32_t level = 0; level < pool.levels; ++level) {
            const double used_s = evidence.run.pool_levels_s[i][level];
            shares[next++] = evidence.measured_s > 0 ? used_s / (evidence.measured_s * pool.step) : 0;
        }
    }
}

std::vector<UsageLevel> usage_levels(std::span<const UsageItem> items, std::span<const double> shares) {
    std::vector<UsageLevel> levels;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (shares[i] > 0) {
            levels.push_back({items[i].service, items[i].region, items[i].first, items[i].last, shares[i]});
        }
    }
    return levels;
}

}  // namespace nines
