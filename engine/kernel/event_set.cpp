// EventSet: how the front and the ladder give events to each other.

#include "engine/kernel/event_set.hpp"

#include <algorithm>

#include "engine/base/check.hpp"

namespace nines {

void EventSet::refill() {
    head_ = 0;
    tail_ = ladder_.take_earliest(lanes_.first().at, front_);
    make_room();
}

/// Room for a few more events, or for as many again.
void EventSet::make_room() {
    full_ = tail_ + std::max(k_front_more, tail_ - head_);
    if (front_.size() < full_) {
        front_.resize(full_);
    }
}

/// A crowded front goes back to the ladder, unless it is for one instant, within which no ladder tells its events
/// apart. At the end of its array it moves to the beginning, where popped events have left room.
void EventSet::insert_into_full(Event event) {
    const std::uint32_t count = tail_ - head_;
    if (count > k_front_most && std::min(event.at, front_[head_].at) != front_[tail_ - 1].at) {
        ladder_.take_back({front_.data() + head_, count});
        head_ = tail_ = 0;
    } else if (tail_ + std::max(k_front_more, count) > front_.size()) {
        std::copy(front_.begin() + head_, front_.begin() + tail_, front_.begin());
        head_ = 0;
        tail_ = count;
    }
    make_room();
    insert(event);
}

std::size_t EventSet::bytes() const {
    return sizeof(*this) - sizeof(ladder_) - sizeof(lanes_) + front_.capacity() * sizeof(Event) + ladder_.bytes() +
           lanes_.bytes();
}

void EventSet::verify() const {
    check(tail_ <= full_ && full_ <= front_.size(), "the front has room");
    for (std::uint32_t i = head_; i + 1 < tail_; ++i) {
        check(comes_before(front_[i], front_[i + 1]), "the front is sorted");
    }
    check(head_ == tail_ || front_[tail_ - 1].at < ladder_.begin(), "the front ends before the ladder begins");
    ladder_.verify();
    lanes_.verify();
}

}  // namespace nines
