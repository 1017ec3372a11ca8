#pragma once
// DecisionNodes: hash-consed nodes of decision diagrams, and a cache of what was computed of them.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nines::analytic {

/// A decision: `high` where the variable of this level is true, else `low`.
struct DecisionNode {
    std::uint32_t level = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;

    bool operator==(const DecisionNode&) const = default;
};

/// The level of the two terminals, below every variable.
inline constexpr std::uint32_t k_terminal_level = UINT32_MAX;

/// Equal nodes are one, so that equal functions are equal numbers. Nodes 0 and 1 are the terminals.
/// Invariants: 1. a node is younger (has a larger number) than its two successors. 2. there are at most `nodes_max`;
/// beyond, add() answers 0 and is_full() stays true: everything computed since is void.
class DecisionNodes {
public:
    explicit DecisionNodes(std::size_t nodes_max);

    std::uint32_t find_or_add(const DecisionNode& node);
    const DecisionNode& operator[](std::uint32_t at) const { return nodes_[at]; }
    std::size_t size() const { return nodes_.size(); }
    bool is_full() const { return full_; }

    /// The nodes below `root`, itself and the terminals included, ascending: successors first.
    std::vector<std::uint32_t> below(std::uint32_t root) const;

private:
    void grow();

    std::vector<DecisionNode> nodes_;
    std::vector<std::uint32_t> slots_;  // open addressing; 0: empty, since the terminals are never looked up
    std::size_t nodes_max_;
    bool full_ = false;
};

/// Remembers results of operations on three numbers; forgets the older one where two meet in one place. What it
/// remembers changes how long a computation takes, never its result.
class OperationCache {
public:
    static constexpr std::uint32_t k_unknown = UINT32_MAX;

    OperationCache() : entries_(k_first_entries) {}

    std::uint32_t find(std::uint32_t a, std::uint32_t b, std::uint32_t c) const {
        const Entry& entry = entries_[place(a, b, c)];
        return entry.a == a && entry.b == b && entry.c == c ? entry.result : k_unknown;
    }
    /// @param nodes  how many there are: the cache grows with them, since what it forgets is computed again
    void remember(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t result, std::size_t nodes) {
        if (nodes > entries_.size() / 2 && entries_.size() < k_entries_max) {
            grow();
        }
        entries_[place(a, b, c)] = {a, b, c, result};
    }

private:
    struct Entry {
        std::uint32_t a = UINT32_MAX, b = UINT32_MAX, c = UINT32_MAX, result = k_unknown;
    };
    static constexpr std::size_t k_first_entries = std::size_t{1} << 14U;
    static constexpr std::size_t k_entries_max = std::size_t{1} << 23U;

    std::size_t place(std::uint32_t a, std::uint32_t b, std::uint32_t c) const;
    void grow();

    std::vector<Entry> entries_;
};

}  // namespace nines::analytic
