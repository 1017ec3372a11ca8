#pragma once
// WheelHeap: a hierarchical timing wheel for what is far, a 4-ary heap for the tick in hand. The tick is fixed, 16 us:
// the heap holds what falls into one tick, so the method suits rates that are known beforehand.
// Source: Varghese, Lauck: Hashed and hierarchical timing wheels. SOSP 1987, schemes 6 and 7.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "bench/event_sets/dary_heap.hpp"
#include "bench/event_sets/entry.hpp"
#include "bench/event_sets/node_lists.hpp"

namespace nines::bench {

class WheelHeap {
public:
    static constexpr bool k_keeps_ties = true;

    void push(Entry entry) {
        ++size_;
        if (tick_of(entry.at) <= now_) {
            return heap_.push(entry);
        }
        place(nodes_.make(entry));
    }

    Entry pop() {
        if (heap_.empty()) {
            advance();
        }
        --size_;
        return heap_.pop();
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

private:
    static constexpr unsigned k_tick_bits = 14;
    static constexpr unsigned k_level_bits = 8;
    static constexpr std::size_t k_slots = 1U << k_level_bits;
    static constexpr std::size_t k_levels = (63 - k_tick_bits + k_level_bits - 1) / k_level_bits;

    struct Level {
        std::array<NodeLists::List, k_slots> slots;
        std::array<std::uint64_t, k_slots / 64> occupied{};
    };

    static std::uint64_t tick_of(std::int64_t at) { return static_cast<std::uint64_t>(at) >> k_tick_bits; }

    /// Into the level of the highest digit in which its tick differs from the one in hand.
    void place(std::uint32_t node) {
        const std::uint64_t tick = tick_of(nodes_[node].entry.at);
        const auto level = static_cast<unsigned>(std::bit_width((tick ^ now_) | 1U) - 1) / k_level_bits;
        const std::size_t slot = (tick >> (level * k_level_bits)) & (k_slots - 1);
        nodes_.append(levels_[level].slots[slot], node);
        levels_[level].occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
    }

    /// Goes to the next tick that has entries, and gives them to the heap.
    void advance() {
        for (unsigned level = 0; level < k_levels;) {
            const std::size_t slot = first_occupied(levels_[level]);
            if (slot == k_slots) {
                ++level;
                continue;
            }
            const unsigned shift = level * k_level_bits;
            now_ = (now_ >> shift & ~std::uint64_t{k_slots - 1}) << shift | std::uint64_t{slot} << shift;
            const NodeLists::List list = levels_[level].slots[slot];
            levels_[level].slots[slot] = {};
            levels_[level].occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
            if (level == 0) {
                return pour_into_heap(list);
            }
            for (std::uint32_t node = list.first; node != NodeLists::k_none;) {
                const std::uint32_t next = nodes_[node].next;
                place(node);
                node = next;
            }
            level = 0;
        }
    }

    void pour_into_heap(NodeLists::List list) {
        for (std::uint32_t node = list.first; node != NodeLists::k_none;) {
            const std::uint32_t next = nodes_[node].next;
            heap_.push(nodes_[node].entry);
            nodes_.release(node);
            node = next;
        }
    }

    static std::size_t first_occupied(const Level& level) {
        for (std::size_t word = 0; word < level.occupied.size(); ++word) {
            if (level.occupied[word] != 0) {
                return word * 64 + static_cast<std::size_t>(std::countr_zero(level.occupied[word]));
            }
        }
        return k_slots;
    }

    NodeLists nodes_;
    std::array<Level, k_levels> levels_;
    std::uint64_t now_ = 0;  // the tick whose entries the heap holds
    DaryHeap<4, Sift::k_top_down, Ties::k_kept> heap_;
    std::size_t size_ = 0;
};

}  // namespace nines::bench
