#pragma once
// DaryHeap: an implicit heap of arity 2, 4 or 8, whose groups of children begin at cache lines.
// Sources: Johnson: Priority queues with update and finding minimum spanning trees. IPL 4 (1975) 53 (d-ary heap);
// LaMarca, Ladner: The influence of caches on the performance of heaps. ACM JEA 1 (1996) 4 (alignment, arity);
// Wegener: Bottom-up heapsort. TCS 118 (1993) 81 (the hole goes to a leaf first).

#include <boost/align/aligned_allocator.hpp>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "bench/event_sets/entry.hpp"

namespace nines::bench {

enum class Sift { k_top_down, k_bottom_up };
/// Keeping the order of equal times takes 8 bytes more for an entry.
enum class Ties { k_kept, k_free };

template <std::size_t arity, Sift sift, Ties ties>
class DaryHeap {
public:
    static constexpr bool k_keeps_ties = ties == Ties::k_kept;

    DaryHeap() : nodes_(k_root + arity, last()) {}

    void push(Entry entry) {
        const std::size_t hole = end_++;
        if (end_ + arity > nodes_.size()) [[unlikely]] {
            nodes_.resize(2 * nodes_.size() + arity, last());
        }
        rise(hole, node_of(entry));
    }

    Entry pop() {
        const Node first = nodes_[k_root];
        const Node moved = nodes_[--end_];
        nodes_[end_] = last();
        if (end_ != k_root) {
            sink(moved);
        }
        return entry_of(first);
    }

    bool empty() const { return end_ == k_root; }
    std::size_t size() const { return end_ - k_root; }

private:
    using Node = std::conditional_t<k_keeps_ties, Numbered, Entry>;
    // The root stands where its children, and so everybody's, begin at a multiple of the arity.
    static constexpr std::size_t k_root = arity - 1;

    static std::size_t first_child(std::size_t node) { return arity * (node - k_root + 1); }
    static std::size_t parent(std::size_t node) { return node / arity + k_root - 1; }

    static bool before(const Node& a, const Node& b) { return TimeOrder{}(a, b); }
    Node node_of(Entry entry) {
        if constexpr (k_keeps_ties) {
            return {entry, next_order_++};
        } else {
            return entry;
        }
    }
    static Entry entry_of(const Node& node) {
        if constexpr (k_keeps_ties) {
            return node.entry;
        } else {
            return node;
        }
    }
    /// Comes after all others: fills up the last group of children, so that each group is whole.
    static Node last() {
        if constexpr (k_keeps_ties) {
            return {{INT64_MAX, 0}, UINT64_MAX};
        } else {
            return {INT64_MAX, 0};
        }
    }

    void rise(std::size_t hole, const Node& node) {
        while (hole != k_root && before(node, nodes_[parent(hole)])) {
            nodes_[hole] = nodes_[parent(hole)];
            hole = parent(hole);
        }
        nodes_[hole] = node;
    }

    void sink(const Node& node) {
        std::size_t hole = k_root;
        for (std::size_t child = first_child(hole); child < end_; child = first_child(hole)) {
            const std::size_t least = least_of(child);
            if (sift == Sift::k_top_down && !before(nodes_[least], node)) {
                break;
            }
            nodes_[hole] = nodes_[least];
            hole = least;
        }
        if constexpr (sift == Sift::k_bottom_up) {
            return rise(hole, node);
        }
        nodes_[hole] = node;
    }

    std::size_t least_of(std::size_t first) const {
        std::size_t least = first;
        for (std::size_t i = 1; i < arity; ++i) {
            least = before(nodes_[first + i], nodes_[least]) ? first + i : least;
        }
        return least;
    }

    std::vector<Node, boost::alignment::aligned_allocator<Node, 64>> nodes_;  // behind end_, at least a group of last()
    std::size_t end_ = k_root;
    std::uint64_t next_order_ = 0;
};

}  // namespace nines::bench
