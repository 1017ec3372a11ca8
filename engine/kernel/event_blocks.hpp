#pragma once
// EventBlocks: many unordered heaps of events (slots) in one arena of blocks of ten. Appending is a store and a test;
// emptied blocks go back to a free list, so that no slot keeps the memory of the most that it ever held.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/check.hpp"
#include "engine/kernel/event.hpp"

namespace nines {

/// Guarantees: 1. a slot gives its events back in the order in which they were appended.
/// 2. The arena grows only when every block of it is in use, and all but the last block of a slot are full.
/// 3. Blocks are known by their numbers, so that a copy of the arena and of the slots is a copy of the events.
class EventBlocks {
public:
    static constexpr std::uint32_t k_block_events = 10;

    /// One heap. Owns its first block for ever, the others as long as it needs them. Positions are numbers of words of
    /// 8 bytes from the beginning of the arena: 32 bits do for 32 GB, and to go on by an event is one addition (block
    /// and place apart cost 4 % of a step).
    struct Slot {
        std::uint32_t first;  ///< of its first event
        std::uint32_t end;    ///< where the next event goes; behind the tenth place when the block is full

        bool empty() const { return end == first; }
        bool has_one_block() const { return end - first <= k_block_events * k_event_words; }
    };

    Slot make_slot() {
        const std::uint32_t block = take();
        start(block, 0);
        return {block * k_block_words, block * k_block_words};
    }

    void append(Slot& slot, const Event& event) {
        if (slot.end % k_block_words == k_full) [[unlikely]] {
            extend(slot);
        }
        copy_by_words(event, *at(slot.end));
        slot.end += k_event_words;
    }

    const Event* begin_of(const Slot& slot) const { return at(slot.first); }

    /// How many events a slot has.
    std::size_t count(const Slot& slot) const {
        return (slot.has_one_block() ? 0 : std::size_t{k_block_events} * blocks_[slot.end / k_block_words].number) +
               slot.end % k_block_words / k_event_words;
    }

    /// Whether all events of a slot, which has some, are at one time.
    bool is_one_time(const Slot& slot) const {
        const Nanoseconds time = at(slot.first)->at;
        return at(slot.end - k_event_words)->at == time && all_runs(slot, [&](const Event* event, const Event* end) {
                   Nanoseconds differs = 0;
                   for (; event != end; ++event) {
                       differs |= event->at ^ time;
                   }
                   return differs == 0;
               });
    }

    /// Calls visit(begin, end) for the events of each block, in order, until it returns false; says whether it never
    /// did.
    template <class Visit>
    bool all_runs(const Slot& slot, Visit visit) const {
        const std::uint32_t last = slot.end / k_block_words;
        for (std::uint32_t block = slot.first / k_block_words; block != last; block = next_[block]) {
            const Event* const events = blocks_[block].events.data();
            if (!visit(events, events + k_block_events)) {
                return false;
            }
        }
        return visit(blocks_[last].events.data(), at(slot.end));
    }

    /// Empties a slot and calls visit(begin, end) for the events of each of its blocks, in order. `visit` may append
    /// them to slots that were empty: ten events leave a block before they can ask for another, so that one spare block
    /// is enough for the arena to stay where it is.
    template <class Visit>
    void drain(Slot& emptied, Visit visit) {
        const Slot slot = emptied;
        emptied.end = slot.first;
        if (free_ == k_none) {
            give_back(grow());
        }
        const std::uint32_t last = slot.end / k_block_words;
        std::uint32_t block = slot.first / k_block_words;
        std::uint32_t ahead = block;
        for (std::uint32_t i = 0; i < k_ahead; ++i) {
            ahead = fetch_next(ahead);
        }
        while (block != last) {
            ahead = fetch_next(ahead);
            const std::uint32_t next = next_[block];
            visit(blocks_[block].events.data(), blocks_[block].events.data() + k_block_events);
            if (block == slot.first / k_block_words) {
                next_[block] = block;
            } else {
                give_back(block);
            }
            block = next;
        }
        visit(blocks_[last].events.data(), at(slot.end));
        if (!slot.has_one_block()) {
            give_back(last);
        }
    }

    std::size_t bytes() const {
        return blocks_.capacity() * sizeof(EventBlock) + next_.capacity() * sizeof(std::uint32_t);
    }

    /// How many blocks are in no slot.
    std::size_t count_free() const {
        std::size_t count = 0;
        for (std::uint32_t block = free_; block != k_none; block = next_[block]) {
            ++count;
        }
        return count;
    }
    std::size_t count_blocks() const { return blocks_.size(); }
    static std::size_t blocks_for(std::size_t events) {
        return events == 0 ? 1 : (events + k_block_events - 1) / k_block_events;
    }

private:
    static constexpr std::uint32_t k_event_words = 3;
    static constexpr std::uint32_t k_block_words = 32;
    static constexpr std::uint32_t k_full = k_block_events * k_event_words;
    static constexpr std::uint32_t k_ahead = 4;  // blocks fetched into the cache before their turn
    static constexpr std::uint32_t k_none = UINT32_MAX;

    struct alignas(256) EventBlock {
        std::array<Event, k_block_events> events;
        std::uint32_t number = 0;  // in its slot, from 0
    };
    static_assert(sizeof(EventBlock) == 8 * k_block_words && sizeof(Event) == 8 * k_event_words);

    Event* at(std::uint32_t position) {
        return reinterpret_cast<Event*>(reinterpret_cast<std::byte*>(blocks_.data()) + std::size_t{8} * position);
    }
    const Event* at(std::uint32_t position) const {
        return reinterpret_cast<const Event*>(reinterpret_cast<const std::byte*>(blocks_.data()) +
                                              std::size_t{8} * position);
    }

    [[gnu::noinline]] void extend(Slot& slot) {
        const std::uint32_t full = slot.end / k_block_words;
        const std::uint32_t block = take();
        start(block, blocks_[full].number + 1);
        next_[full] = block;
        slot.end = block * k_block_words;
    }
    /// The links stand in an array of their own, which stays in the cache: so the blocks of a slot that has not been
    /// touched for long can be fetched before their turn. With links in the blocks, each would be waited for.
    std::uint32_t fetch_next(std::uint32_t block) const {
        const std::uint32_t next = next_[block];
        if (next != block) {
            for (std::uint32_t line = 0; line < 4; ++line) {
                __builtin_prefetch(reinterpret_cast<const std::byte*>(&blocks_[next]) + std::size_t{64} * line);
            }
        }
        return next;
    }
    void start(std::uint32_t block, std::uint32_t number) {
        next_[block] = block;  // the last one is its own next: drain() looks ahead
        blocks_[block].number = number;
    }
    std::uint32_t take() {
        if (free_ == k_none) [[unlikely]] {
            return grow();
        }
        const std::uint32_t block = free_;
        free_ = next_[block];
        return block;
    }
    void give_back(std::uint32_t block) {
        next_[block] = free_;
        free_ = block;
    }
    std::uint32_t grow() {
        check(blocks_.size() < k_none / k_block_words, "the ladder holds 1.3 thousand million events at most");
        blocks_.emplace_back();
        next_.emplace_back();
        return static_cast<std::uint32_t>(blocks_.size() - 1);
    }

    std::vector<EventBlock> blocks_;
    std::vector<std::uint32_t> next_;  // of each block, the next in its slot (the last: itself) or in the free list
    std::uint32_t free_ = k_none;
};

}  // namespace nines
