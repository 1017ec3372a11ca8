#include "models/flow/atlas.hpp"

#include <algorithm>
#include <cmath>

namespace nines {

namespace {

constexpr std::uint64_t k_draft_bytes_most = std::uint64_t{1} << 28U;  // for the scenes of all drafts together
constexpr std::size_t k_nodes_most = 8'192;

/// Whether two solutions of a scene differ by more than the iteration leaves open.
bool differ(const Solution& a, const Solution& b) {
    constexpr double k_same = 1e-6;
    for (std::size_t i = 0; i < a.asked.size(); ++i) {
        if (std::abs(a.asked[i] - b.asked[i]) > k_same * std::max(a.asked[i], b.asked[i])) {
            return true;
        }
    }
    return std::abs(a.ok - b.ok) > k_same * std::max(a.offered, 1e-300);
}

}  // namespace

/// Drafts keep their scene, in case they are wanted in full. Where scenes are large there are none: that must hang on
/// the plan alone, since a draft's figures differ a little from the full ones.
Atlas::Atlas(const Plan& plan) : grid_(plan), solver_(plan, grid_) {
    constexpr std::uint64_t k_instance = sizeof(Away) + sizeof(Condition) + 64;  // and its role, its rank
    scene_bytes_ = plan.group_of.size() * k_instance + (plan.world.locations.size() + plan.world.links.size()) * 8;
    for (const BalancerPlan& balancer : plan.balancers) {
        scene_bytes_ += plan.services[balancer.service].instances.count + 32;
    }
    node_bytes_ = sizeof(Solution) + plan.demands.size() * (sizeof(ScopeRates) + 64) +
                  plan.services.size() * sizeof(ScopeRates) +
                  plan.groups.size() * (sizeof(ScopeRates) + sizeof(GroupRates) + 128) +
                  (plan.prices.size() + 2 * plan.endpoints.size()) * 8 + 256;
    detail_ = scene_bytes_ * k_nodes_most > k_draft_bytes_most ? Detail::full : Detail::draft;
}

NodeId Atlas::add(Solution solution) {
    // A closed loop is solved to a tolerance, by which more may fail than is offered.
    const double failed = std::min(solution.failed, solution.offered);
    losses_.push_back({failed / solution.offered, failed, solution.offered, solution.drifts});
    return nodes_.push_back(std::move(solution));
}

NodeId Atlas::find(const Scene& scene, const SceneKey& key, NodeId before) {
    const auto [at, fresh] = entries_.emplace(key, Entry{});
    Entry& entry = at->second;
    if (fresh) {
        entry.quiet = add(solver_.solve(scene, Start::quiet, detail_));
        if (nodes_[entry.quiet].is_draft) {
            drafted_.emplace(entry.quiet, std::make_unique<Scene>(scene));
        }
        if (solver_.may_storm(scene)) {
            Solution storm = solver_.solve(scene, Start::storm, Detail::full);
            if (differ(nodes_[entry.quiet], storm)) {
                storm.has_two = true;
                entry.storm = add(std::move(storm));
                nodes_[entry.quiet].has_two = true;
            }
        }
    }
    if (!entry.storm.exists() || !before.exists()) {
        return entry.quiet;
    }
    const std::uint64_t step = (std::uint64_t{before.value} << 32U) | entry.quiet.value;
    const auto [choice, unknown] = chosen_.emplace(step, NodeId::none());
    if (unknown) {
        const Solution led = solver_.solve(scene, Start::history, Detail::full, &nodes_[before]);
        choice->second = differ(led, nodes_[entry.storm]) ? entry.quiet : entry.storm;
    }
    return choice->second;
}

const Solution& Atlas::in_full(NodeId node) {
    if (!nodes_[node].is_draft) {
        return nodes_[node];
    }
    auto& full = fulls_[node];
    if (!full) {
        full = std::make_unique<Solution>(solver_.solve(*drafted_.at(node), Start::quiet, Detail::full));
        full->has_two = nodes_[node].has_two;  // found when the scene was met first
        drafted_.erase(node);
    }
    return *full;
}

Stop too_many_scenes() {
    return {
        StopCause::memory,
        "flow remembers the scenes that it has solved, and these have become too many: more parts fail on their own "
        "than a fleet of alike ones would show"};
}

bool Atlas::tidy() {
    if (nodes_.size() <= k_nodes_most) {
        return false;
    }
    nodes_ = Column<NodeId, Solution>();
    losses_ = Column<NodeId, Loss>();
    drafted_.clear();
    fulls_.clear();
    entries_.clear();
    chosen_.clear();
    solver_.forget();
    return true;
}

}  // namespace nines
