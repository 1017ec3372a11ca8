#include "engine/kernel/radix_wheel.hpp"

#include "engine/base/check.hpp"

namespace nines {

RadixWheel::Earliest RadixWheel::earliest(std::uint32_t few, Nanoseconds limit) {
    for (;;) {
        const Position at = first();
        Slot& slot = slots_[at.level][at.digit];
        const Times times = times_of(at);
        if (times.begin > limit) {
            return {};
        }
        if (slot.size() <= few || at.level == 0) {
            return {slot, times.begin, times.end};
        }
        forget(at);
        size_ -= slot.size();
        base_ = times.begin;
        for (const Event& event : slot) {  // each goes to a lower level, so this slot does not change under the loop
            place(event);
        }
        slot.clear();
    }
}

void RadixWheel::drop_earliest() {
    const Position at = first();
    Slot& slot = slots_[at.level][at.digit];
    size_ -= slot.size();
    slot.clear();
    forget(at);
}

std::size_t RadixWheel::bytes() const {
    std::size_t events = 0;
    for (const auto& level : slots_) {
        for (const Slot& slot : level) {
            events += slot.capacity();
        }
    }
    return events * sizeof(Event);
}

void RadixWheel::verify() const {
    std::size_t found = 0;
    for (std::uint32_t level = 0; level < k_levels; ++level) {
        check((occupied_[level] != 0) == ((levels_ >> level & 1U) != 0), "a level's bit says whether a slot has events");
        for (std::uint32_t digit = 0; digit < k_digits; ++digit) {
            const Slot& slot = slots_[level][digit];
            check(slot.empty() == ((occupied_[level] >> digit & 1U) == 0), "a slot's bit says whether it has events");
            found += slot.size();
            if (slot.empty()) {
                continue;
            }
            const Times times = times_of({level, digit});
            for (const Event& event : slot) {
                check(event.at >= times.begin && (event.at < times.end || times.end == k_never),
                      "an event stands in the slot of its time");
            }
        }
    }
    check(found == size_, "the wheel counts its events");
}

}  // namespace nines
