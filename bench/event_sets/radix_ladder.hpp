#pragma once
// RadixLadder: a radix heap whose digits are as wide as its load asks for, behind a short sorted front.
//
// A rung is an array of slots for one digit of the time, a range of its bits; the rungs together cover all bits from
// the highest down to where the front begins. An entry goes to the rung of the highest bit in which its time differs
// from base_, the beginning of the slot from which the front was filled; a table says which rung that is, so no branch
// depends on the time. The earliest slot is emptied into the front when it has few entries; when it has many it is
// dealt out over a new rung below, with so many slots that each gets few. So an entry moves about twice before it is in
// the front (digits of base 64 move it three or four times), and it does not matter how the rate of events lies to the
// digits. Up to 15 entries are sorted by counting, for each, those before it: no branch depends on the outcome.
// Sources: Ahuja, Mehlhorn, Orlin, Tarjan: Faster algorithms for the shortest path problem. JACM 37 (1990) 213 (radix
// heap); Tang, Goh, Thng: Ladder queue. ACM TOMACS 15 (2005) 175 (rungs opened where they are needed). The blend is
// ours.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/event_sets/entry.hpp"
#include "bench/event_sets/slot_blocks.hpp"
#include "engine/kernel/rank_sort.hpp"

namespace nines::bench {

class RadixLadder {
public:
    static constexpr bool k_keeps_ties = true;

    void push(Entry entry) {
        ++size_;
        const auto at = static_cast<std::uint64_t>(entry.at);
        if (at < front_end_) {
            return insert(entry);
        }
        const Digit& digit = digit_of_bit_[std::bit_width((at ^ base_) | 1U) - 1];
        blocks_.append(digit.slots[(at >> digit.shift) & digit.last], entry);
    }

    Entry pop() {
        if (head_ == tail_) {
            refill();
        }
        --size_;
        return front_[head_++];
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

private:
    static constexpr unsigned k_time_bits = 63;
    static constexpr unsigned k_digit_least = 3;  // bits of a digit: a rung has 8 to 256 slots
    static constexpr unsigned k_digit_most = 8;
    static constexpr std::size_t k_slot_aim = 4;  // entries in a slot of a new rung, were they spread evenly
    static constexpr std::size_t k_front_places = 64;
    static constexpr std::size_t k_front_most = 16;  // a front with more, once it is full, is dealt out
    static constexpr std::size_t k_tied_blocks = 4;  // that go to the front as they are when they are all at one time

    struct Rung {
        std::vector<Slot> slots;       // as many as the rung ever used
        std::uint32_t size = 0;        // slots in use
        std::uint32_t next = 0;        // the first of them that has not been emptied yet
        unsigned shift = k_time_bits;  // a slot is for 2^shift ns
    };
    struct Digit {
        Slot* slots;
        std::uint32_t shift;
        std::uint32_t last;  // the highest value of the digit
    };

    void insert(Entry entry) {
        if (tail_ == full_) [[unlikely]] {
            return insert_into_full(entry);
        }
        Entry* const head = front_.data() + head_;
        Entry* place = front_.data() + tail_++;
        for (; place != head && place[-1].at > entry.at; --place) {
            *place = place[-1];
        }
        *place = entry;
    }

    /// Popped entries leave room. If they were too few, the front is dealt out, or grows if it is for one instant.
    void insert_into_full(Entry entry) {
        Entry* const head = front_.data() + head_;
        Entry* const tail = front_.data() + tail_;
        const std::size_t count = tail_ - head_;
        if (count > k_front_most && rungs_[lowest_].shift > 0) {
            open_rung(count);
            deal(head, tail);
            head_ = tail_ = 0;
            front_end_ = base_;
        } else {
            std::copy(head, tail, front_.data());
            head_ = 0;
            tail_ = count;
            make_room();
        }
        --size_;
        push(entry);
    }

    /// Fills the empty front from the earliest slot, which is dealt out as long as it has many entries.
    void refill() {
        for (;;) {
            Rung& rung = rungs_[lowest_];
            while (rung.next != rung.size && rung.slots[rung.next].empty()) {
                ++rung.next;
            }
            if (rung.next == rung.size) {
                --lowest_;
                continue;
            }
            Slot& slot = rung.slots[rung.next];
            const std::uint64_t below = (std::uint64_t{rung.size} << rung.shift) - 1;
            base_ = (base_ & ~below) | std::uint64_t{rung.next++} << rung.shift;
            if (slot.has_one_block() || rung.shift == 0 || (slot.blocks() <= k_tied_blocks && is_one_time(slot))) {
                front_end_ = base_ + (std::uint64_t{1} << rung.shift);
                return fill_from(slot);
            }
            open_rung(slot.count());
            blocks_.drain(slot, [this](const Entry* begin, const Entry* end) { deal(begin, end); });
        }
    }

    static bool is_one_time(const Slot& slot) {
        const std::int64_t at = slot.end[-1].at;
        std::int64_t differs = 0;
        for (const Block* block = slot.first; block != slot.last() && differs == 0; block = block->next) {
            for (const Entry& entry : block->entries) {
                differs |= entry.at ^ at;
            }
        }
        for (const Entry* entry = slot.last()->entries.data(); entry != slot.end; ++entry) {
            differs |= entry->at ^ at;
        }
        return differs == 0;
    }

    /// The slot has one block, or entries of one time only: then they are in order as they stand.
    void fill_from(Slot& slot) {
        head_ = 0;
        tail_ = slot.count();
        full_ = k_front_places;
        if (slot.has_one_block()) {
            Entry* const entries = slot.end = slot.first->entries.data();
            return tail_ <= 8 ? rank_sort<8>(entries, tail_, front_.data())
                              : rank_sort<k_block_entries>(entries, tail_, front_.data());
        }
        make_room();
        blocks_.drain(slot, [to = front_.data()](auto begin, auto end) mutable { to = std::copy(begin, end, to); });
    }

    void make_room() {
        full_ = std::max(k_front_places, 2 * tail_);
        front_.resize(std::max(front_.size(), full_));
    }

    /// Opens a rung for the times of the slot that begins at base_, and for about `count` entries.
    void open_rung(std::size_t count) {
        const unsigned above = rungs_[lowest_].shift;
        const auto wanted = static_cast<unsigned>(std::bit_width(count / k_slot_aim));
        const unsigned bits = std::min(std::clamp(wanted, k_digit_least, k_digit_most), above);
        Rung& rung = rungs_[++lowest_];
        rung.shift = above - bits;
        rung.size = 1U << bits;
        rung.next = 0;
        while (rung.slots.size() < rung.size) {
            rung.slots.push_back(blocks_.make_slot());
        }
        std::fill_n(digit_of_bit_.begin(), above, Digit{rung.slots.data(), rung.shift, rung.size - 1});
    }

    void deal(const Entry* begin, const Entry* end) {
        const Rung& rung = rungs_[lowest_];
        Slot* const slots = rungs_[lowest_].slots.data();
        for (; begin != end; ++begin) {
            blocks_.append(slots[(static_cast<std::uint64_t>(begin->at) >> rung.shift) & (rung.size - 1)], *begin);
        }
    }

    std::vector<Entry> front_ = std::vector<Entry>(k_front_places);
    std::size_t head_ = 0;  // the front is [head_, tail_), in order
    std::size_t tail_ = 0;
    std::size_t full_ = k_front_places;
    std::uint64_t front_end_ = std::uint64_t{1} << k_time_bits;  // all before it are in the front, all others in rungs
    std::uint64_t base_ = 0;
    std::size_t size_ = 0;
    std::size_t lowest_ = 0;  // the lowest rung; rung 0 has no slots and stands for the whole of time
    std::array<Rung, k_time_bits / k_digit_least + 1> rungs_;
    std::array<Digit, k_time_bits> digit_of_bit_{};
    BlockPool blocks_;
};

}  // namespace nines::bench
