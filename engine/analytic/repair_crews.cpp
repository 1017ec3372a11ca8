// Each function below a node is known for every number of pool members down below it: no set is told from another.

#include "engine/analytic/repair_crews.hpp"

#include <algorithm>

#include "engine/analytic/redundancy.hpp"
#include "engine/analytic/sparse_chain.hpp"
#include "engine/base/check.hpp"

namespace nines::analytic {

namespace {

constexpr std::uint32_t k_no_pool = UINT32_MAX;

/// Chances by how many members of each pool are down, of those at or below some level: a box, the last pool the
/// fastest.
struct Box {
    std::vector<std::uint32_t> members;  // of each pool; its side is one more
    std::vector<Chance> chances;
};

/// The product of sides beyond a pool.
std::size_t stride_of(const std::vector<std::uint32_t>& members, std::size_t pool) {
    std::size_t stride = 1;
    for (std::size_t p = pool + 1; p < members.size(); ++p) {
        stride *= members[p] + 1;
    }
    return stride;
}

/// One more member of a pool: up it leads to `high`, down to `low`; k of m members down means that it is one of them
/// with chance k / m.
Box with_member(const Box& high, const Box& low, std::size_t pool) {
    Box box{high.members, {}};
    const std::size_t stride = stride_of(box.members, pool);
    const std::uint32_t before = box.members[pool];
    const std::uint32_t after = ++box.members[pool];
    const std::size_t outer = high.chances.size() / (stride * (before + 1));
    box.chances.resize(outer * (after + 1) * stride);
    for (std::size_t o = 0; o < outer; ++o) {
        for (std::uint32_t k = 0; k <= after; ++k) {
            const double is_down = static_cast<double>(k) / after;
            const double is_up = static_cast<double>(after - k) / after;
            for (std::size_t s = 0; s < stride; ++s) {
                Chance& chance = box.chances[(o * (after + 1) + k) * stride + s];
                chance = {0, 0};
                if (k < after) {
                    const Chance& from = high.chances[(o * (before + 1) + k) * stride + s];
                    chance = {is_up * from.up, is_up * from.down};
                }
                if (k > 0) {
                    const Chance& from = low.chances[(o * (before + 1) + k - 1) * stride + s];
                    chance.up += is_down * from.up;
                    chance.down += is_down * from.down;
                }
            }
        }
    }
    return box;
}

class PooledChances {
public:
    PooledChances(const Bdd& bdd, std::span<const ComponentRates> levels, std::span<const CrewPool> pools)
        : bdd_(bdd), levels_(levels), pools_(pools), pool_of_(levels.size(), k_no_pool) {
        for (std::size_t p = 0; p < pools.size(); ++p) {
            for (const std::uint32_t level : pools[p].levels) {
                pool_of_[level] = static_cast<std::uint32_t>(p);
            }
        }
    }

    Chance solve(BddNode f) const {
        const std::size_t depth = levels_.size();
        std::vector<Box> boxes(static_cast<std::size_t>(f) + 2);
        const std::vector<std::uint32_t> none(pools_.size(), 0);
        boxes[Bdd::k_false] = {none, {{0, 1}}};
        boxes[Bdd::k_true] = {none, {{1, 0}}};
        for (const BddNode at : bdd_.below(f)) {
            if (at <= Bdd::k_true) {
                continue;
            }
            const DecisionNode& node = bdd_.node(at);
            const Box high = lifted(boxes[node.high], level_of(node.high), node.level + 1);
            const Box low = lifted(boxes[node.low], level_of(node.low), node.level + 1);
            boxes[at] = decided(high, low, node.level);
        }
        const Box top = lifted(boxes[f], std::min<std::size_t>(level_of(f), depth), 0);
        return weighed(top);
    }

private:
    std::size_t level_of(BddNode f) const { return f <= Bdd::k_true ? levels_.size() : bdd_.node(f).level; }

    /// The same function, told by the members of all levels from `to` on.
    Box lifted(Box box, std::size_t from, std::size_t to) const {
        for (std::size_t level = from; level > to; --level) {
            if (pool_of_[level - 1] != k_no_pool) {
                box = with_member(box, box, pool_of_[level - 1]);
            }
        }
        return box;
    }

    Box decided(const Box& high, const Box& low, std::uint32_t level) const {
        if (pool_of_[level] != k_no_pool) {
            return with_member(high, low, pool_of_[level]);
        }
        const Chance& v = levels_[level].chance;
        Box box = high;
        for (std::size_t i = 0; i < box.chances.size(); ++i) {
            box.chances[i] = {v.up * high.chances[i].up + v.down * low.chances[i].up,
                              v.up * high.chances[i].down + v.down * low.chances[i].down};
        }
        return box;
    }

    Chance weighed(const Box& top) const {
        Chance sum{0, 0};
        for (std::size_t i = 0; i < top.chances.size(); ++i) {
            double weight = 1;
            for (std::size_t p = 0; p < pools_.size(); ++p) {
                weight *= pools_[p].down_count[i / stride_of(top.members, p) % (top.members[p] + 1)];
            }
            sum.up += weight * top.chances[i].up;
            sum.down += weight * top.chances[i].down;
        }
        return sum;
    }

    const Bdd& bdd_;
    std::span<const ComponentRates> levels_;
    std::span<const CrewPool> pools_;
    std::vector<std::uint32_t> pool_of_;
};

/// The others of a pool, with chances `weight(k)` that k of them are down and the one that left is as was asked.
template <class Weight>
CrewPool without(const CrewPool& pool, std::uint32_t level, Weight weight) {
    CrewPool others = pool;
    std::erase(others.levels, level);
    others.down_count.clear();
    for (std::size_t k = 0; k <= others.levels.size(); ++k) {
        others.down_count.push_back(weight(k));
    }
    return others;
}

}  // namespace

CrewPool CrewPool::long_run(std::vector<std::uint32_t> levels, double up_mean_s, double down_mean_s,
                            std::uint32_t crews) {
    const std::size_t members = levels.size();
    std::vector<double> fail;
    std::vector<double> repair;
    for (std::size_t down = 0; down < members; ++down) {
        fail.push_back(static_cast<double>(members - down) / up_mean_s);
        repair.push_back(static_cast<double>(std::min<std::size_t>(down + 1, crews)) / down_mean_s);
    }
    return {std::move(levels), 1 / up_mean_s, stationary_birth_death(fail, repair)};
}

std::optional<CrewPool> CrewPool::at_time(std::vector<std::uint32_t> levels, double up_mean_s, double down_mean_s,
                                          std::uint32_t crews, double time_s) {
    const auto members = static_cast<std::uint32_t>(levels.size());
    const AvailabilityChain chain = chain_of(UnitGroup{members, 1, up_mean_s, down_mean_s, crews});
    std::vector<double> all_up(chain.states, 0);
    all_up[0] = 1;
    const auto course = follow(SparseChain(chain.states, chain.transitions), all_up, time_s);
    if (!course) {
        return std::nullopt;
    }
    return CrewPool{std::move(levels), 1 / up_mean_s, course->at_end};
}

double CrewPool::all_down(std::size_t members) const {
    const std::size_t n = levels.size();
    double sum = 0;
    for (std::size_t k = members; k <= n; ++k) {
        double chance = down_count[k];
        for (std::size_t i = 0; i < members; ++i) {
            chance *= static_cast<double>(k - i) / static_cast<double>(n - i);
        }
        sum += chance;
    }
    return sum;
}

CrewPool CrewPool::given_down(std::uint32_t level) const {
    const double n = static_cast<double>(levels.size());
    const double is_down = all_down(1);
    return without(*this, level,
                   [&](std::size_t k) { return down_count[k + 1] * static_cast<double>(k + 1) / n / is_down; });
}

Chance chance_with_crews(const Bdd& bdd, BddNode f, std::span<const ComponentRates> levels,
                         std::span<const CrewPool> pools) {
    return pools.empty() ? bdd.chance(f, levels) : PooledChances(bdd, levels, pools).solve(f);
}

SystemRates solve_with_crews(Bdd& bdd, BddNode works, std::span<const ComponentRates> levels,
                             std::span<const CrewPool> pools) {
    SystemRates rates{chance_with_crews(bdd, works, levels, pools), 0};
    for (const std::uint32_t level : bdd.support(works)) {
        const auto pool = std::find_if(pools.begin(), pools.end(), [&](const CrewPool& one) {
            return std::find(one.levels.begin(), one.levels.end(), level) != one.levels.end();
        });
        // Its failure is the system's where the system works with it and would not without.
        const BddNode critical =
            bdd.if_then_else(bdd.restricted(works, level, false), Bdd::k_false, bdd.restricted(works, level, true));
        check(!bdd.is_full(), "a part of a diagram fits where the diagram fitted");
        if (pool == pools.end()) {
            rates.failures_per_s += levels[level].failures_per_s * chance_with_crews(bdd, critical, levels, pools).up;
            continue;
        }
        std::vector<CrewPool> others(pools.begin(), pools.end());
        const double n = static_cast<double>(pool->levels.size());
        others[static_cast<std::size_t>(pool - pools.begin())] = without(*pool, level, [&](std::size_t k) {
            return pool->down_count[k] * (n - static_cast<double>(k)) / n;  // and the one itself is up
        });
        rates.failures_per_s += pool->failures_per_s * chance_with_crews(bdd, critical, levels, others).up;
    }
    return rates;
}

}  // namespace nines::analytic
