// Minimal sets by Rauzy's recursion, held in a zero-suppressed diagram and listed by order.

#include "engine/analytic/minimal_sets.hpp"

#include <algorithm>

namespace nines::analytic {

namespace {

/// A family of sets by its node: 0 is no set at all, 1 the empty set alone; a node's high branch has its level in each.
using Family = std::uint32_t;
constexpr Family k_no_set = 0;
constexpr Family k_empty_set = 1;

class Families {
public:
    explicit Families(std::size_t nodes_max) : nodes_(nodes_max) {}

    Family make(std::uint32_t level, Family low, Family high) {
        return high == k_no_set ? low : nodes_.find_or_add({level, low, high});
    }

    /// The sets of `u` that hold no set of `v`.
    Family without(Family u, Family v) {
        if (v == k_no_set || u == k_no_set) {
            return u;
        }
        if (has_empty_set(v)) {
            return k_no_set;
        }
        if (u == k_empty_set) {
            return u;
        }
        if (const auto known = cache_.find(u, v, 0); known != OperationCache::k_unknown) {
            return known;
        }
        const DecisionNode a = nodes_[u];
        const DecisionNode b = nodes_[v];
        Family result = k_no_set;
        if (a.level < b.level) {
            const Family low = without(a.low, v);
            result = make(a.level, low, without(a.high, v));
        } else if (a.level > b.level) {
            result = without(u, b.low);
        } else {
            const Family low = without(a.low, b.low);
            result = make(a.level, low, without(without(a.high, b.high), b.low));
        }
        if (!nodes_.is_full()) {
            cache_.remember(u, v, 0, result, nodes_.size());
        }
        return result;
    }

    const DecisionNodes& nodes() const { return nodes_; }

private:
    bool has_empty_set(Family family) const {
        while (family > k_empty_set) {
            family = nodes_[family].low;
        }
        return family == k_empty_set;
    }

    DecisionNodes nodes_;
    OperationCache cache_;
};

/// How many sets of each order a family has, and their listing by those counts, without a step in vain.
class Listing {
public:
    Listing(const DecisionNodes& nodes, Family all, std::uint32_t order_max)
        : nodes_(nodes), orders_(order_max + 1), counts_((static_cast<std::size_t>(all) + 2) * orders_, 0) {
        totals_.assign(static_cast<std::size_t>(all) + 2, 0);
        counts_[k_empty_set * orders_] = totals_[k_empty_set] = 1;
        for (const Family at : nodes.below(all)) {
            if (at > k_empty_set) {
                const DecisionNode& node = nodes[at];
                totals_[at] = totals_[node.low] + totals_[node.high];
                for (std::size_t k = 0; k < orders_; ++k) {
                    counts_[at * orders_ + k] = count(node.low, k) + (k > 0 ? count(node.high, k - 1) : 0);
                }
            }
        }
    }

    double count(Family family, std::size_t order) const { return counts_[family * orders_ + order]; }
    double total(Family family) const { return totals_[family]; }

    /// Appends the sets of exactly `order` more members, until there are `most`.
    void list(Family family, std::size_t order, std::size_t most, std::vector<std::vector<std::uint32_t>>& sets) {
        if (count(family, order) == 0 || sets.size() >= most) {
            return;
        }
        if (family == k_empty_set) {
            sets.push_back(members_);
            return;
        }
        const DecisionNode& node = nodes_[family];
        if (order > 0) {
            members_.push_back(node.level);
            list(node.high, order - 1, most, sets);
            members_.pop_back();
        }
        list(node.low, order, most, sets);
    }

private:
    const DecisionNodes& nodes_;
    std::size_t orders_;
    std::vector<double> counts_;  // [family * orders + order]
    std::vector<double> totals_;
    std::vector<std::uint32_t> members_;
};

}  // namespace

MinimalSets minimal_sets(const Bdd& bdd, BddNode monotone, const MinimalSetLimits& limits) {
    Families families(limits.nodes_max);
    std::vector<Family> minimal(static_cast<std::size_t>(monotone) + 2, k_no_set);
    minimal[Bdd::k_true] = k_empty_set;
    for (const BddNode at : bdd.below(monotone)) {
        if (at > Bdd::k_true) {
            const DecisionNode& node = bdd.node(at);
            const Family low = minimal[node.low];
            minimal[at] = families.make(node.level, low, families.without(minimal[node.high], low));
        }
    }
    MinimalSets found;
    if (families.nodes().is_full()) {
        found.is_too_large = true;
        return found;
    }
    const Family all = minimal[monotone];
    Listing listing(families.nodes(), all, limits.order);
    found.count = listing.total(all);
    for (std::uint32_t order = 0; order <= limits.order; ++order) {
        found.count_by_order.push_back(listing.count(all, order));
        listing.list(all, order, limits.listed, found.sets);
    }
    return found;
}

}  // namespace nines::analytic
