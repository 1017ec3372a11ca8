#include "engine/kernel/event_set.hpp"

#include <algorithm>

#include "engine/base/check.hpp"

namespace nines {

EventSet::Lane EventSet::lane_for(Nanoseconds delay) {
    for (std::uint32_t lane = 1; lane < lanes_; ++lane) {
        if (!is_timed_[lane] && fixed_[lane].delay == delay) {
            return static_cast<Lane>(lane);
        }
    }
    if (delay == k_never || lanes_ == k_lanes_max) {
        return k_no_lane;
    }
    fixed_[lanes_].delay = delay;
    return static_cast<Lane>(lanes_++);
}

EventSet::Lane EventSet::timer_lane_for(Nanoseconds duration, std::uint16_t kind) {
    for (std::uint32_t lane = 1; lane < lanes_; ++lane) {
        if (is_timed_[lane] && timed_[lane].duration == duration && timed_[lane].kind == kind) {
            return static_cast<Lane>(lane);
        }
    }
    if (duration == k_never || lanes_ == k_lanes_max) {
        return k_no_lane;
    }
    is_timed_[lanes_] = true;
    timed_[lanes_].duration = duration;
    timed_[lanes_].kind = kind;
    return static_cast<Lane>(lanes_++);
}

void EventSet::find_best() {
    std::uint32_t best = 0;
    for (std::uint32_t lane = 1; lane < lanes_; ++lane) {
        const Head& a = heads_[lane];
        const Head& b = heads_[best];
        best = a.at < b.at || (a.at == b.at && a.stamp < b.stamp) ? lane : best;
    }
    best_ = best;
}

/// Fills the front with the earliest slot, and with the next ones while they are small. Leaves it empty where a lane
/// comes before all of that slot: events may still be scheduled before it, and the front could not give those back.
void EventSet::refill() {
    head_ = 0;
    tail_ = 0;
    RadixWheel::Earliest slot = wheel_.earliest(k_slot_sorted, heads_[best_].at);
    if (slot.events.empty()) {
        return;
    }
    wheel_.begin_from(slot.begin);  // and it stays there: what the front gives back goes in from here on
    for (;;) {
        append_sorted(slot.events);
        wheel_.drop_earliest();
        if (tail_ >= k_front_filled || wheel_.empty() || wheel_.earliest_size() > k_slot_sorted) {
            break;
        }
        slot = wheel_.earliest(k_slot_sorted, k_never);
    }
    front_end_ = wheel_.empty() ? k_never : slot.end;
    front_max_ = std::max(k_front_few, tail_);
}

/// Appends events to the front, sorted, equal times as they stand. A few are sorted by counting, for each, those before
/// it: no branch depends on their times, where an insertion sort would guess wrongly once an event.
void EventSet::append_sorted(std::span<const Event> events) {
    const std::size_t count = events.size();
    if (front_.size() < tail_ + count) {
        front_.resize(2 * (tail_ + count));
    }
    Event* const sorted = front_.data() + tail_;
    tail_ += static_cast<std::uint32_t>(count);
    if (count == 1 || count > k_slot_sorted) {  // so many in one slot are all at one time
        std::copy(events.begin(), events.end(), sorted);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Nanoseconds at = events[i].at;
        std::size_t rank = 0;
        for (std::size_t k = 0; k < i; ++k) {
            rank += events[k].at <= at ? 1 : 0;
        }
        for (std::size_t k = i + 1; k < count; ++k) {
            rank += events[k].at < at ? 1 : 0;
        }
        sorted[rank] = events[i];
    }
}

void EventSet::insert_into_full(const Event& event) {
    if (tail_ - head_ >= front_max_) {
        spill();
    }
    if (tail_ == front_.size()) {  // what has been popped leaves room
        std::copy(front_.begin() + head_, front_.begin() + tail_, front_.begin());
        tail_ -= head_;
        head_ = 0;
    }
    insert(event);
}

/// Gives the later half of the front back to the wheel; events at one time stay together.
void EventSet::spill() {
    const auto at_or_after = [&](Nanoseconds time) {
        return static_cast<std::uint32_t>(
            std::partition_point(front_.begin() + head_, front_.begin() + tail_,
                                 [&](const Event& event) { return event.at < time; }) -
            front_.begin());
    };
    const Nanoseconds middle = front_[head_ + (tail_ - head_) / 2].at;
    std::uint32_t keep = at_or_after(middle);
    if (keep == head_) {
        keep = at_or_after(middle + 1);
    }
    if (keep == tail_) {  // all at one time: no slots tell them apart
        front_max_ *= 2;
        front_.resize(std::max(front_.size(), 2 * static_cast<std::size_t>(front_max_)));
        return;
    }
    front_end_ = front_[keep].at;
    for (std::uint32_t i = keep; i < tail_; ++i) {
        wheel_.place(front_[i]);
    }
    tail_ = keep;
}

std::size_t EventSet::bytes() const {
    std::size_t sum = sizeof(*this) + front_.capacity() * sizeof(Event) + wheel_.bytes();
    for (std::uint32_t lane = 1; lane < lanes_; ++lane) {
        sum += fixed_[lane].waiting.bytes();
    }
    return sum;
}

void EventSet::verify() const {
    for (std::uint32_t i = head_; i + 1 < tail_; ++i) {
        check(comes_before(front_[i], front_[i + 1]), "the front is sorted");
    }
    check(head_ == tail_ || front_[tail_ - 1].at < front_end_ || front_end_ == k_never,
          "the front ends before the wheel begins");
    wheel_.verify();
    std::size_t waiting = 0;
    for (std::uint32_t lane = 1; lane < lanes_; ++lane) {
        const Ring<Event>& ring = fixed_[lane].waiting;
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
            check(comes_before(ring[i], ring[i + 1]), "a lane is in order");
        }
        waiting += is_timed_[lane] ? timed_[lane].size : ring.size();
        const Head& a = heads_[lane];
        const Head& b = heads_[best_];
        check(lane == best_ || b.at < a.at || (b.at == a.at && b.stamp < a.stamp) || a.at == k_never,
              "the best lane comes before the others");
    }
    check(waiting == in_lanes_, "the lanes count their events");
}

}  // namespace nines
