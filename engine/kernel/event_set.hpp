#pragma once
// EventSet: pending events in time order: a 4-ary heap, and beside it a FIFO lane for each constant delay.
// Constant delays come in order by themselves, so a lane is a ring; only its head competes in the heap. Most timeouts
// never fire: a lane drops the dead ones behind its head without ever moving them through the heap.

#include <cstdint>
#include <vector>

#include "engine/base/ring.hpp"
#include "engine/kernel/event.hpp"

namespace nines {

/// Guarantees: 1. events come out by time, equal times in the order in which they were scheduled, across lanes too.
/// 2. Nothing is allocated once the arrays have grown to the most that was ever pending.
class EventSet {
public:
    using Lane = std::uint16_t;

    /// A lane for events that are scheduled `delay` ahead. The same delay gives the same lane.
    Lane lane_for(Nanoseconds delay);

    void schedule(Nanoseconds at, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        push({at, next_order_++, subject, epoch, kind, 0});
    }

    /// Schedules at now + the lane's delay; `now` must not go back between calls.
    void schedule_in(Lane lane, Nanoseconds now, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch);

    bool empty() const { return heap_.empty(); }
    std::size_t size() const;

    /// Takes the earliest event. `is_live(event)` says whether a lane's event still matters; dead ones behind the head
    /// of a lane are dropped here. An event taken may be dead itself: whoever handles it looks at its epoch.
    template <class IsLive>
    Event pop(IsLive is_live) {
        const Event first = heap_.front();
        if (first.lane == 0) {
            remove_first();
            return first;
        }
        Ring<Event>& waiting = lanes_[first.lane - 1].waiting;
        waiting.pop_front();
        while (!waiting.empty() && !is_live(waiting.front())) {
            waiting.pop_front();
        }
        if (waiting.empty()) {
            remove_first();
        } else {
            replace_first(waiting.front());
        }
        return first;
    }

private:
    struct LaneState {
        Nanoseconds delay;
        Ring<Event> waiting;  // the head stands in the heap too
    };

    void push(const Event& event);
    void remove_first();
    void replace_first(const Event& event);
    void sift_down(const Event& event);

    std::vector<Event> heap_;
    std::vector<LaneState> lanes_;
    std::uint64_t next_order_ = 0;
};

}  // namespace nines
