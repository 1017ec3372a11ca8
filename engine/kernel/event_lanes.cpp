// EventLanes: making lanes, and checking them.

#include "engine/kernel/event_lanes.hpp"

#include <utility>

#include "engine/base/check.hpp"

namespace nines {

EventLanes::Lane EventLanes::fixed_for(Nanoseconds delay) {
    for (std::size_t lane = 1; lane < lanes_.size(); ++lane) {
        if (!lanes_[lane].is_timed && lanes_[lane].fixed.delay == delay) {
            return static_cast<Lane>(lane);
        }
    }
    OneLane lane;
    lane.fixed.delay = delay;
    return delay == k_never ? k_no_lane : add(std::move(lane));
}

EventLanes::Lane EventLanes::timed_for(Nanoseconds duration, std::uint16_t kind) {
    for (std::size_t lane = 1; lane < lanes_.size(); ++lane) {
        if (lanes_[lane].is_timed && lanes_[lane].timed.duration == duration && lanes_[lane].timed.kind == kind) {
            return static_cast<Lane>(lane);
        }
    }
    OneLane lane;
    lane.is_timed = true;
    lane.timed.duration = duration;
    lane.timed.kind = kind;
    return duration == k_never ? k_no_lane : add(std::move(lane));
}

EventLanes::Lane EventLanes::add(OneLane lane) {
    const auto number = static_cast<std::uint32_t>(lanes_.size());
    if (number == k_lanes_max) {
        return k_no_lane;
    }
    lanes_.push_back(std::move(lane));
    if (number % k_group == 0) {
        best_in_[groups_++] = number;
    }
    return static_cast<Lane>(number);
}

std::size_t EventLanes::bytes() const {
    std::size_t sum = sizeof(*this) + lanes_.capacity() * sizeof(OneLane);
    for (const OneLane& lane : lanes_) {
        sum += lane.fixed.waiting.bytes();
    }
    return sum;
}

void EventLanes::verify() const {
    std::size_t waiting = 0;
    for (std::size_t number = 0; number < lanes_.size(); ++number) {
        const OneLane& lane = lanes_[number];
        const Ring<Event>& ring = lane.fixed.waiting;
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
            check(nines::comes_before(ring[i], ring[i + 1]), "a lane is in order");
        }
        if (!ring.empty()) {
            check(heads_[number].at == ring.front().at && heads_[number].stamp == ring.front().stamp,
                  "the head is that of the first in the lane");
        }
        const std::size_t size = lane.is_timed ? lane.timed.size : ring.size();
        check(size == 0 || heads_[number].stamp != UINT64_MAX, "a lane's head stands for its first");
        check(size != 0 || lane.is_timed || heads_[number].stamp == UINT64_MAX, "an empty lane's head never comes");
        check(!heads_[number].comes_before(first().at, first().stamp), "no lane comes before the best");
        waiting += size;
    }
    check(waiting == size_, "the lanes count their events");
}

}  // namespace nines
