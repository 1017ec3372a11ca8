// Decision nodes: a table with open addressing that doubles, and a direct-mapped cache.

#include "engine/analytic/decision_nodes.hpp"

#include <algorithm>

#include "engine/base/hash.hpp"

namespace nines::analytic {

namespace {

constexpr std::size_t k_first_slots = 1U << 12U;

std::uint64_t hash_of_three(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return combine(combine(a, b), c);
}

}  // namespace

DecisionNodes::DecisionNodes(std::size_t nodes_max) : slots_(k_first_slots, 0), nodes_max_(nodes_max) {
    nodes_.push_back({k_terminal_level, 0, 0});
    nodes_.push_back({k_terminal_level, 1, 1});
}

std::uint32_t DecisionNodes::find_or_add(const DecisionNode& node) {
    std::size_t at = hash_of_three(node.level, node.low, node.high) & (slots_.size() - 1);
    while (slots_[at] != 0) {
        if (nodes_[slots_[at]] == node) {
            return slots_[at];
        }
        at = (at + 1) & (slots_.size() - 1);
    }
    if (full_ || nodes_.size() >= nodes_max_) {
        full_ = true;
        return 0;
    }
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(node);
    slots_[at] = number;
    if (nodes_.size() * 2 > slots_.size()) {
        grow();
    }
    return number;
}

void DecisionNodes::grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (std::uint32_t number = 2; number < nodes_.size(); ++number) {
        const DecisionNode& node = nodes_[number];
        std::size_t at = hash_of_three(node.level, node.low, node.high) & (slots_.size() - 1);
        while (slots_[at] != 0) {
            at = (at + 1) & (slots_.size() - 1);
        }
        slots_[at] = number;
    }
}

std::vector<std::uint32_t> DecisionNodes::below(std::uint32_t root) const {
    std::vector<std::uint8_t> seen(static_cast<std::size_t>(root) + 2, 0);
    std::vector<std::uint32_t> found{0, 1};
    seen[0] = seen[1] = 1;
    std::vector<std::uint32_t> open{root};
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        if (seen[at] != 0) {
            continue;
        }
        seen[at] = 1;
        found.push_back(at);
        open.push_back(nodes_[at].low);
        open.push_back(nodes_[at].high);
    }
    std::sort(found.begin(), found.end());
    return found;
}

void OperationCache::grow() {
    std::vector<Entry> before(entries_.size() * 4);
    before.swap(entries_);
    for (const Entry& entry : before) {
        if (entry.result != k_unknown) {
            entries_[place(entry.a, entry.b, entry.c)] = entry;
        }
    }
}

std::size_t OperationCache::place(std::uint32_t a, std::uint32_t b, std::uint32_t c) const {
    return hash_of_three(a, b, c) & (entries_.size() - 1);
}

}  // namespace nines::analytic
