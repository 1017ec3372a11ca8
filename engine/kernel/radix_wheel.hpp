#pragma once
// RadixWheel: events that are not due soon, in slots by the digits of their times; it gives them out slot by slot.
//
// Times are read as numbers of base 64. An event's level is the place of the highest digit in which its time differs
// from `base`, the beginning of the slot served last; within a level, the digit is its slot. So all of level 0 comes
// before all of level 1, and so on, and within a level slots come in order of their digits: the earliest slot is two
// bit scans away. A slot with few events is given out; one with many is dealt out over the level below. An event moves
// three or four times in its life, always to the end of an array: that is what makes it fast when millions wait.
// Sources: Ahuja, Mehlhorn, Orlin, Tarjan: Faster algorithms for the shortest path problem. JACM 37 (1990) 213 (radix
// heap); Varghese, Lauck: Hashed and hierarchical timing wheels. SOSP 1987.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/kernel/event.hpp"

namespace nines {

/// Guarantees: 1. equal times leave in the order in which they came: they share a slot, and each move keeps order.
/// 2. Nothing is allocated once each slot has grown to the most that it ever held.
class RadixWheel {
public:
    /// Puts an event in. Its time must not lie before the begin of a slot that was dealt out, or before the last
    /// begin_from().
    void place(const Event& event) {
        const std::uint64_t differs = static_cast<std::uint64_t>(event.at ^ base_) | 1U;
        const auto level = static_cast<std::uint32_t>(std::bit_width(differs) - 1) / k_bits;
        const auto digit = static_cast<std::uint32_t>(event.at >> (level * k_bits)) & k_last_digit;
        slots_[level][digit].push_back(event);
        occupied_[level] |= std::uint64_t{1} << digit;
        levels_ |= 1U << level;
        ++size_;
    }

    bool empty() const { return levels_ == 0; }
    std::size_t size() const { return size_; }

    /// A run of times: [begin, end).
    struct Span {
        Nanoseconds begin;
        Nanoseconds end;
    };

    /// The earliest slot that has at most `few` events, or whose events are all at one time; larger ones are dealt out
    /// over the level below. Its events stand in the order in which they came. None if the earliest slot begins after
    /// `limit`: then nothing is dealt out. Must not be empty.
    struct Earliest {
        std::span<const Event> events;
        Nanoseconds begin = 0;  ///< of the times that the slot is for: [begin, end)
        Nanoseconds end = 0;
    };
    Earliest earliest(std::uint32_t few, Nanoseconds limit);

    /// Empties the slot that earliest() has just shown. The wheel may be given events of its times again, as long as
    /// they do not lie before the last begin_from().
    void drop_earliest();

    /// How many events the earliest slot has.
    std::size_t earliest_size() const {
        const Position at = first();
        return slots_[at.level][at.digit].size();
    }

    /// Promises that nothing earlier than `time` will be placed any more.
    void begin_from(Nanoseconds time) { base_ = time; }

    /// Memory that the slots hold, in bytes.
    std::size_t bytes() const;

    /// Aborts unless each event stands in the slot of its time and the bit maps say which slots are occupied.
    void verify() const;

private:
    static constexpr unsigned k_bits = 6;
    static constexpr std::uint32_t k_digits = 1U << k_bits;
    static constexpr std::uint32_t k_last_digit = k_digits - 1;
    static constexpr std::uint32_t k_levels = 11;  // 66 bits hold every time

    using Slot = std::vector<Event>;
    struct Position {
        std::uint32_t level;
        std::uint32_t digit;
    };
    Position first() const {
        const auto level = static_cast<std::uint32_t>(std::countr_zero(levels_));
        return {level, static_cast<std::uint32_t>(std::countr_zero(occupied_[level]))};
    }
    /// The times that a slot is for.
    struct Times {
        Nanoseconds begin;
        Nanoseconds end;
    };
    Times times_of(Position at) const {
        const unsigned shift = at.level * k_bits;
        // The digits above the level are those of base: otherwise an event here would belong to a higher level.
        const std::uint64_t above = at.level + 1 == k_levels ? 0 : static_cast<std::uint64_t>(base_) >> (shift + k_bits);
        const std::uint64_t begin = ((above << k_bits) | at.digit) << shift;
        const std::uint64_t end = begin + (std::uint64_t{1} << shift);
        constexpr auto k_last = static_cast<std::uint64_t>(k_never);
        return {static_cast<Nanoseconds>(begin), static_cast<Nanoseconds>(end < k_last ? end : k_last)};
    }
    void forget(Position at) {
        occupied_[at.level] &= ~(std::uint64_t{1} << at.digit);
        levels_ &= ~(static_cast<std::uint32_t>(occupied_[at.level] == 0) << at.level);
    }

    std::array<std::array<Slot, k_digits>, k_levels> slots_;
    std::array<std::uint64_t, k_levels> occupied_{};  // a bit for each slot that holds something
    std::uint32_t levels_ = 0;                        // a bit for each level that does
    Nanoseconds base_ = 0;
    std::size_t size_ = 0;
};

}  // namespace nines
