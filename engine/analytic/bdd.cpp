// Binary decision diagrams: if-then-else with a cache, counting, duals, and chances from the terminals up.

#include "engine/analytic/bdd.hpp"

#include <algorithm>
#include <map>

namespace nines::analytic {

BddNode Bdd::if_then_else(BddNode condition, BddNode then, BddNode otherwise) {
    if (condition == k_true || then == otherwise) {
        return then;
    }
    if (condition == k_false) {
        return otherwise;
    }
    if (then == k_true && otherwise == k_false) {
        return condition;
    }
    if (const auto known = cache_.find(condition, then, otherwise); known != OperationCache::k_unknown) {
        return known;
    }
    const std::uint32_t level = std::min({nodes_[condition].level, nodes_[then].level, nodes_[otherwise].level});
    const BddNode low =
        if_then_else(branch(condition, level, false), branch(then, level, false), branch(otherwise, level, false));
    const BddNode high =
        if_then_else(branch(condition, level, true), branch(then, level, true), branch(otherwise, level, true));
    const BddNode result = make(level, low, high);
    if (!is_full()) {
        cache_.remember(condition, then, otherwise, result, nodes_.size());
    }
    return result;
}

BddNode Bdd::at_least(std::uint32_t count, std::span<const BddNode> functions) {
    // still[j]: at least j of those seen so far, from the last function to the first.
    std::vector<BddNode> still(count + 1, k_false);
    still[0] = k_true;
    const std::size_t size = functions.size();
    for (std::size_t left = size; left > 0 && !is_full(); --left) {
        // More than the number seen cannot be true, and those not seen yet can add no more than their number.
        const std::size_t most = std::min<std::size_t>(count, size - left + 1);
        const std::size_t least = count > left - 1 ? count - (left - 1) : 1;
        for (std::size_t j = most; j >= least; --j) {
            still[j] = if_then_else(functions[left - 1], still[j - 1], still[j]);
        }
    }
    return still[count];
}

BddNode Bdd::restricted(BddNode f, std::uint32_t level, bool value) {
    std::vector<BddNode> results(static_cast<std::size_t>(f) + 2);
    for (const BddNode at : below(f)) {
        const DecisionNode node = nodes_[at];
        if (node.level > level) {
            results[at] = at;  // the terminals too
        } else if (node.level == level) {
            results[at] = value ? node.high : node.low;
        } else {
            results[at] = make(node.level, results[node.low], results[node.high]);
        }
    }
    return results[f];
}

BddNode Bdd::dual(BddNode f) {
    std::vector<BddNode> duals(static_cast<std::size_t>(f) + 2);
    for (const BddNode at : below(f)) {
        if (at <= k_true) {
            duals[at] = at == k_true ? k_false : k_true;
        } else {
            const DecisionNode node = nodes_[at];
            duals[at] = make(node.level, duals[node.high], duals[node.low]);
        }
    }
    return duals[f];
}

bool Bdd::value(BddNode f, const std::vector<bool>& levels) const {
    while (f > k_true) {
        f = levels[nodes_[f].level] ? nodes_[f].high : nodes_[f].low;
    }
    return f == k_true;
}

Chance Bdd::chance_of_few(BddNode f, std::span<const Chance> levels) const {
    std::map<BddNode, Chance> known{{k_false, {0, 1}}, {k_true, {1, 0}}};
    const auto solve = [&](const auto& self, BddNode at) -> Chance {
        if (const auto found = known.find(at); found != known.end()) {
            return found->second;
        }
        const DecisionNode node = nodes_[at];
        const Chance& variable = levels[node.level];
        const Chance high = variable.up > 0 ? self(self, node.high) : Chance{0, 0};
        const Chance low = variable.down > 0 ? self(self, node.low) : Chance{0, 0};
        const Chance chance{variable.up * high.up + variable.down * low.up,
                            variable.up * high.down + variable.down * low.down};
        known.emplace(at, chance);
        return chance;
    };
    return solve(solve, f);
}

BddProgram::BddProgram(const Bdd& bdd, BddNode f) {
    const std::vector<BddNode> below = bdd.below(f);  // the terminals are the first two
    const auto place_of = [&](BddNode node) {
        return static_cast<std::uint32_t>(std::lower_bound(below.begin(), below.end(), node) - below.begin());
    };
    lines_.reserve(below.size() - 2);
    for (std::size_t i = 2; i < below.size(); ++i) {
        const DecisionNode& node = bdd.node(below[i]);
        lines_.push_back({node.level, place_of(node.low), place_of(node.high)});
    }
    root_ = place_of(f);
}

std::vector<std::uint32_t> Bdd::support(BddNode f) const {
    std::vector<std::uint32_t> levels;
    for (const BddNode at : below(f)) {
        if (at > k_true) {
            levels.push_back(nodes_[at].level);
        }
    }
    std::sort(levels.begin(), levels.end());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    return levels;
}

}  // namespace nines::analytic
