#pragma once
// BlockPool and Slot: unordered heaps of entries, each a list of blocks of 15 entries from one pool. Appending is a
// store and a test; emptied blocks go back to the pool, so no slot remembers the most that it ever held.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/event_sets/entry.hpp"

namespace nines::bench {

inline constexpr std::size_t k_block_entries = 15;

/// Aligned to its size, so that the place of an entry tells its block.
struct alignas(256) Block {
    std::array<Entry, k_block_entries> entries;
    Block* next;
    std::uint64_t number;  // in the list of its slot, from 0
};
static_assert(sizeof(Block) == 256);

/// Entries in the order in which they were appended. Owns at least one block, for ever.
struct Slot {
    Block* first;
    Entry* end;  // where the next entry goes; just behind the entries of a block when that is full

    bool empty() const { return end == first->entries.data(); }
    Block* last() const { return reinterpret_cast<Block*>(address_of_end() & ~(sizeof(Block) - 1)); }
    bool last_is_full() const { return (address_of_end() & (sizeof(Block) - 1)) == k_block_entries * sizeof(Entry); }
    bool has_one_block() const { return last() == first; }
    std::size_t blocks() const { return has_one_block() ? 1 : last()->number + 1; }
    std::size_t count() const {
        return (blocks() - 1) * k_block_entries + static_cast<std::size_t>(end - last()->entries.data());
    }

private:
    friend class BlockPool;
    std::uintptr_t address_of_end() const { return reinterpret_cast<std::uintptr_t>(end); }
};

class BlockPool {
public:
    Slot make_slot() {
        Block* const block = take();
        block->number = 0;
        return {block, block->entries.data()};
    }

    void append(Slot& slot, Entry entry) {
        if (slot.last_is_full()) [[unlikely]] {
            Block* const block = take();
            block->number = slot.last()->number + 1;
            slot.last()->next = block;
            slot.end = block->entries.data();
        }
        *slot.end++ = entry;
    }

    /// Calls visit(begin, end) for the entries of each block, in order, and empties the slot.
    template <class Visit>
    void drain(Slot& slot, Visit visit) {
        Block* const last = slot.last();
        for (Block* block = slot.first; block != last;) {
            Block* const next = block->next;
            __builtin_prefetch(next->next);  // of a slot that has not been touched for long
            visit(block->entries.data(), block->entries.data() + k_block_entries);
            give_back(slot, block);
            block = next;
        }
        visit(last->entries.data(), slot.end);
        give_back(slot, last);
        slot.end = slot.first->entries.data();
    }

private:
    Block* take() {
        if (free_ == nullptr) {
            const std::size_t count = std::size_t{64} << std::min<std::size_t>(pool_.size(), 10);
            pool_.push_back(std::make_unique<Block[]>(count));
            for (std::size_t i = count; i-- > 0;) {
                pool_.back()[i].next = free_;
                free_ = &pool_.back()[i];
            }
        }
        Block* const block = free_;
        free_ = block->next;
        return block;
    }
    void give_back(const Slot& slot, Block* block) {
        if (block != slot.first) {
            block->next = free_;
            free_ = block;
        }
    }

    std::vector<std::unique_ptr<Block[]>> pool_;
    Block* free_ = nullptr;
};

}  // namespace nines::bench
