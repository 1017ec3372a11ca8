#pragma once
// NodeLists: many singly linked lists of entries whose nodes come from one array, with links of 32 bits.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/event_sets/entry.hpp"

namespace nines::bench {

class NodeLists {
public:
    static constexpr std::uint32_t k_none = UINT32_MAX;
    struct Node {
        Entry entry;
        std::uint32_t next;
    };
    struct List {
        std::uint32_t first = k_none;
        std::uint32_t last = k_none;

        bool empty() const { return first == k_none; }
    };

    Node& operator[](std::uint32_t node) { return nodes_[node]; }
    const Node& operator[](std::uint32_t node) const { return nodes_[node]; }

    std::uint32_t make(Entry entry) {
        if (free_ == k_none) {
            nodes_.push_back({entry, k_none});
            return static_cast<std::uint32_t>(nodes_.size() - 1);
        }
        const std::uint32_t node = free_;
        free_ = nodes_[node].next;
        nodes_[node] = {entry, k_none};
        return node;
    }
    void release(std::uint32_t node) {
        nodes_[node].next = free_;
        free_ = node;
    }

    void append(List& list, std::uint32_t node) {
        nodes_[node].next = k_none;
        (list.empty() ? list.first : nodes_[list.last].next) = node;
        list.last = node;
    }

    /// Puts the node behind all that are not later. A node that comes last is placed at once.
    void insert_in_order(List& list, std::uint32_t node) {
        const std::int64_t at = nodes_[node].entry.at;
        if (list.empty() || at >= nodes_[list.last].entry.at) {
            return append(list, node);
        }
        std::uint32_t* link = &list.first;
        while (nodes_[*link].entry.at <= at) {
            link = &nodes_[*link].next;
        }
        nodes_[node].next = *link;
        *link = node;
    }

    std::uint32_t take_first(List& list) {
        const std::uint32_t node = list.first;
        list.first = nodes_[node].next;
        return node;
    }

private:
    std::vector<Node> nodes_;
    std::uint32_t free_ = k_none;
};

}  // namespace nines::bench
