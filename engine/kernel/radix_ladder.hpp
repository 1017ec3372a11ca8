#pragma once
// RadixLadder: events that are not due soon, in slots by digits of their times; it gives them out slot by slot. A radix
// heap whose digits are as wide as its load asks for.
//
// A rung is a row of slots, one for each value of a digit of the time, a range of its bits; together the rungs cover
// all bits, rung 0 the highest. An event goes to the rung of the highest bit in which its time differs from base_, the
// beginning of the slot given out last; a table says which rung that is, so that no branch depends on the time. So all
// of a rung comes before all of the rung above it. When the earliest slot has few events it is sorted and given out;
// when it has many it is dealt out over a new rung below, with so many slots that each gets few. An event moves about
// twice before it is given out (digits of base 64 move it three or four times), always to the end of a block: that is
// what makes it fast when millions wait. And it does not matter how the rate of events lies to the digits.
// Sources: Ahuja, Mehlhorn, Orlin, Tarjan: Faster algorithms for the shortest path problem. JACM 37 (1990) 213 (radix
// heap); Tang, Goh, Thng: Ladder queue. ACM TOMACS 15 (2005) 175 (rungs opened where they are needed). The blend is
// ours.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/kernel/event.hpp"
#include "engine/kernel/event_blocks.hpp"

namespace nines {

/// Guarantees: 1. equal times leave in the order in which they came: they share a slot, and each move keeps order.
/// 2. Memory is that of the most that was ever pending: 24 bytes an event, a block of 256 for each slot, and what
/// std::vector keeps in reserve.
/// 3. A copy is a ladder of its own.
/// Requires: times are at least 0 and before k_never.
class RadixLadder {
public:
    RadixLadder();

    /// Everything in the ladder is at or after this time, and so must be what is placed. k_never when it is empty and
    /// wants nothing; take_back() changes that.
    Nanoseconds begin() const { return begin_; }

    void place(const Event& event) {
        const auto at = static_cast<std::uint64_t>(event.at);
        const Digit& digit = digit_of_bit_[std::bit_width((at ^ base_) | 1U) - 1];
        blocks_.append(slots_[digit.slots + ((at >> digit.shift) & digit.last)], event);
        ++size_;
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    /// Moves the events of the earliest slot, sorted, to the beginning of `to`, which it makes larger where needed, and
    /// sets begin() behind that slot; says how many they are: a few, or a crowd at one time. None if the slot begins
    /// after `limit`: begin() is then the slot's, and what is still to come before it can be taken back.
    /// The ladder must have events.
    std::uint32_t take_earliest(Nanoseconds limit, std::vector<Event>& to);

    /// Takes events back that are before begin(), in order, and all there are: begin() is set back for them. None may
    /// be before the last `limit`, or before one that take_earliest() gave out and that is not among them.
    void take_back(std::span<const Event> events);

    /// Memory held, in bytes.
    std::size_t bytes() const;
    /// Aborts unless each event stands in the slot of its time, and each block in one slot or in the free list.
    void verify() const;

private:
    using Slot = EventBlocks::Slot;
    static constexpr unsigned k_time_bits = 63;
    static constexpr unsigned k_digit_least = 3;  // bits of a digit: a rung has 8 to 2048 slots,
    static constexpr unsigned k_digit_most = 11;  // of which the last blocks have room in the second cache
    static constexpr std::size_t k_slot_aim = 5;  // events in a slot of a new rung, were they spread evenly

    struct Rung {
        std::uint32_t slots = 0;       // the first of its slots in slots_
        std::uint32_t size = 1;        // how many it has
        std::uint32_t next = 0;        // the first of them that was not given or dealt out yet
        unsigned shift = k_time_bits;  // a slot is for 2^shift ns
    };
    struct Digit {
        std::uint32_t slots;
        std::uint32_t shift;
        std::uint32_t last;  // the highest value of the digit
    };
    struct Found {
        std::uint32_t rung;
        std::uint32_t index;
    };

    Found find_earliest() const;
    std::uint64_t begin_of(const Rung& rung, std::uint32_t index) const;
    std::uint32_t give_out(Slot& slot, std::vector<Event>& to);
    void open_rung(std::size_t count);
    void aim_at_lowest();
    void deal(const Event* begin, const Event* end);

    EventBlocks blocks_;
    std::vector<Slot> slots_;  // of rung 0, of rung 1, and so on; those behind the lowest rung are spare
    std::array<Digit, k_time_bits> digit_of_bit_{};
    std::uint64_t base_ = 0;
    std::size_t size_ = 0;
    Nanoseconds begin_ = k_never;
    std::uint32_t lowest_ = 0;  // rung; those behind it are not in use
    std::array<Rung, k_time_bits / k_digit_least + 1> rungs_;
};

}  // namespace nines
