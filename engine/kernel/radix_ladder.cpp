// RadixLadder: finding the earliest slot, and dealing it out.

#include "engine/kernel/radix_ladder.hpp"

#include <algorithm>

#include "engine/base/check.hpp"
#include "engine/kernel/rank_sort.hpp"

namespace nines {

RadixLadder::RadixLadder() {
    slots_.push_back(blocks_.make_slot());  // rung 0 has one slot, for the whole of time
    digit_of_bit_.fill({0, k_time_bits, 0});
}

std::uint32_t RadixLadder::take_earliest(Nanoseconds limit, std::vector<Event>& to) {
    for (;;) {
        const Found found = find_earliest();
        Rung& rung = rungs_[found.rung];
        const std::uint64_t begin = begin_of(rung, found.index);
        if (begin > static_cast<std::uint64_t>(limit)) {
            begin_ = static_cast<Nanoseconds>(begin);
            return 0;
        }
        lowest_ = found.rung;
        base_ = begin;
        rung.next = found.index + 1;
        Slot& slot = slots_[rung.slots + found.index];
        if (slot.has_one_block() || rung.shift == 0 || blocks_.is_one_time(slot)) {
            const std::uint64_t end = begin + (std::uint64_t{1} << rung.shift);
            begin_ = static_cast<Nanoseconds>(std::min(end, static_cast<std::uint64_t>(k_never)));
            return give_out(slot, to);
        }
        open_rung(blocks_.count(slot));  // slots_ may move
        blocks_.drain(slots_[rung.slots + found.index],
                      [this](const Event* first, const Event* last) { deal(first, last); });
    }
}

/// Rungs and slots in order of time, from where the last one was found.
RadixLadder::Found RadixLadder::find_earliest() const {
    for (std::uint32_t rung = lowest_;; --rung) {
        const Slot* const slots = slots_.data() + rungs_[rung].slots;
        for (std::uint32_t index = rungs_[rung].next; index != rungs_[rung].size; ++index) {
            if (!slots[index].empty()) {
                return {rung, index};
            }
        }
    }
}

/// The time at which a slot begins. The digits above the rung's are those of base_: otherwise an event of the slot
/// would belong to a rung above.
std::uint64_t RadixLadder::begin_of(const Rung& rung, std::uint32_t index) const {
    const std::uint64_t below = (std::uint64_t{rung.size} << rung.shift) - 1;
    return (base_ & ~below) | std::uint64_t{index} << rung.shift;
}

std::uint32_t RadixLadder::give_out(Slot& slot, std::vector<Event>& to) {
    const std::size_t count = blocks_.count(slot);
    if (to.size() < std::max<std::size_t>(count, EventBlocks::k_block_events)) {
        to.resize(std::max<std::size_t>(2 * count, EventBlocks::k_block_events));
    }
    if (slot.has_one_block()) {
        const Event* const events = blocks_.begin_of(slot);
        slot.end = slot.first;
        if (count <= 4) {
            rank_sort<4>(events, count, to.data());
        } else if (count <= 7) {
            rank_sort<7>(events, count, to.data());
        } else {
            rank_sort<EventBlocks::k_block_events>(events, count, to.data());
        }
    } else {  // of one time: in order as they stand
        blocks_.drain(slot, [next = to.data()](const Event* first, const Event* last) mutable {
            next = std::copy(first, last, next);
        });
    }
    size_ -= count;
    if (size_ == 0) {
        begin_ = k_never;  // what comes is as well off outside
    }
    return static_cast<std::uint32_t>(count);
}

/// Opens a rung for the times of the slot that begins at base_, and for about `count` events.
void RadixLadder::open_rung(std::size_t count) {
    const Rung& above = rungs_[lowest_];
    Rung& rung = rungs_[++lowest_];
    const auto wanted = static_cast<unsigned>(std::bit_width(count / k_slot_aim));
    const unsigned rungs = wanted / (k_digit_most + 1) + 1;  // where one would be too wide, several of about one width
    const unsigned bits = std::min(std::max(wanted / rungs, k_digit_least), above.shift);
    rung = {above.slots + above.size, 1U << bits, 0, above.shift - bits};
    while (slots_.size() < rung.slots + rung.size) {
        slots_.push_back(blocks_.make_slot());
    }
    aim_at_lowest();
}

/// Times that differ from base_ only within a slot of the rung above the lowest belong to the lowest.
void RadixLadder::aim_at_lowest() {
    const Rung& rung = rungs_[lowest_];
    const unsigned bits = lowest_ == 0 ? k_time_bits : rungs_[lowest_ - 1].shift;
    std::fill_n(digit_of_bit_.begin(), bits, Digit{rung.slots, rung.shift, rung.size - 1});
}

void RadixLadder::deal(const Event* begin, const Event* end) {
    const Rung rung = rungs_[lowest_];
    Slot* const slots = slots_.data() + rung.slots;
    for (; begin != end; ++begin) {
        blocks_.append(slots[(static_cast<std::uint64_t>(begin->at) >> rung.shift) & (rung.size - 1)], *begin);
    }
}

void RadixLadder::take_back(std::span<const Event> events) {
    Rung& rung = rungs_[lowest_];
    rung.next = static_cast<std::uint32_t>(base_ >> rung.shift) & (rung.size - 1);
    aim_at_lowest();
    begin_ = static_cast<Nanoseconds>(base_);
    for (const Event& event : events) {
        place(event);
    }
}

std::size_t RadixLadder::bytes() const {
    return sizeof(*this) + slots_.capacity() * sizeof(Slot) + blocks_.bytes();
}

void RadixLadder::verify() const {
    std::size_t events = 0;
    std::size_t blocks = blocks_.count_free();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        events += blocks_.count(slots_[i]);
        blocks += EventBlocks::blocks_for(blocks_.count(slots_[i]));
    }
    check(events == size_, "the ladder counts its events");
    check(blocks == blocks_.count_blocks(), "each block is in one slot or free");
    events = 0;
    for (std::uint32_t i = 0; i <= lowest_; ++i) {
        const Rung& rung = rungs_[i];
        check(i == 0 || rung.slots == rungs_[i - 1].slots + rungs_[i - 1].size, "rungs stand side by side");
        for (std::uint32_t index = 0; index < rung.size; ++index) {
            const Slot& slot = slots_[rung.slots + index];
            if (slot.empty()) {
                continue;
            }
            check(index >= rung.next, "a slot that was given out stays empty");
            const std::uint64_t begin = begin_of(rung, index);
            const std::uint64_t end = begin + (std::uint64_t{1} << rung.shift);
            blocks_.all_runs(slot, [&](const Event* event, const Event* last) {
                for (; event != last; ++event) {
                    const auto at = static_cast<std::uint64_t>(event->at);
                    check(at >= begin && at < end, "an event stands in the slot of its time");
                    check(event->at >= begin_, "the ladder begins before its events");
                }
                return true;
            });
            events += blocks_.count(slot);
        }
    }
    check(events == size_, "spare slots are empty");
}

}  // namespace nines
