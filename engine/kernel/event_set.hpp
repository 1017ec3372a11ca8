#pragma once
// EventSet: pending events in time order. Three ways in, for three habits of events:
//   schedule     any time: a short sorted front holds what comes next, a radix ladder all the rest;
//   schedule_in  a constant delay (a link's latency): a FIFO lane for each, since they come in order by themselves;
//   arm, disarm  a constant delay that is nearly always cancelled (a timeout): a linked list for each.
// pop() takes the earliest of the front and of the lanes' heads. Why these: docs/decisions.md; measured in bench/.

#include <cassert>
#include <cstdint>
#include <vector>

#include "engine/kernel/event.hpp"
#include "engine/kernel/event_lanes.hpp"
#include "engine/kernel/radix_ladder.hpp"
#include "engine/kernel/timer_lane.hpp"

namespace nines {

/// For models without timers in lanes. Whoever arms timers gives the same timers to each pop().
struct NoTimers {
    TimerLinks& links(std::uint32_t) {
        assert(false && "a model with timers gives them to pop()");
        return nothing;
    }
    Nanoseconds armed_at(std::uint32_t) { return 0; }
    TimerLinks nothing;
};

/// Guarantees: 1. events come out by time, equal times in the order in which they were scheduled, across lanes too (as
/// long as fewer than 2^32 events are scheduled while a timer waits, and 2^48 in all).
/// 2. Nothing is allocated once the arrays have grown to the most that was ever pending.
/// 3. A copy is a set of its own, and goes on as the original does.
/// Requires: no event is scheduled before the time of the last one popped, or before 0. An event at k_never never
/// happens, and is not kept. To cancel what schedule() scheduled, raise the subject's epoch, and let its handler
/// compare.
class EventSet {
public:
    using Lane = EventLanes::Lane;
    static constexpr Lane k_no_lane = EventLanes::k_no_lane;  ///< schedule() does without one
    static constexpr std::uint32_t k_lanes_max = EventLanes::k_lanes_max;

    EventSet() { front_.resize(k_front); }

    void schedule(Nanoseconds at, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        assert(at >= last_popped_ && "nothing is scheduled in the past");
        if (at != k_never) {
            insert({at, stamp_of(next_order_++, kind), subject, epoch});
        }
    }

    /// A lane for events that are scheduled `delay` ahead; the same delay gives the same lane. k_no_lane for k_never,
    /// and when all 63 are taken (timers' lanes included): then schedule() does, and a timer is cancelled by epoch.
    Lane lane_for(Nanoseconds delay) { return lanes_.fixed_for(delay); }

    /// Schedules at now + the lane's delay; `now` must not go back between calls.
    void schedule_in(Lane lane, Nanoseconds now, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        lanes_.push(lane, now, {0, stamp_of(next_order_++, kind), subject, epoch});
    }

    /// A lane for timers that fire `duration` after they were armed, as events of `kind` with epoch 0.
    Lane timer_lane_for(Nanoseconds duration, std::uint16_t kind) { return lanes_.timed_for(duration, kind); }

    /// Arms the timer of `subject` for now + the lane's duration; timers.armed_at(subject) must say `now` already.
    template <TimersOf Timers>
    void arm(Lane lane, Nanoseconds now, std::uint32_t subject, Timers& timers) {
        lanes_.arm(lane, now, subject, next_order_++, timers);
    }

    /// Cancels the armed timer of `subject`.
    template <TimersOf Timers>
    void disarm(Lane lane, std::uint32_t subject, Timers& timers) {
        lanes_.disarm(lane, subject, timers);
    }

    bool empty() const { return size() == 0; }
    std::size_t size() const { return tail_ - head_ + ladder_.size() + lanes_.size(); }

    /// Takes the earliest event; there must be one. A timer that fires is no longer armed.
    template <TimersOf Timers>
    Event pop(Timers& timers) {
        for (;;) {
            // A ladder that begins after the best lane is left alone: events may still be scheduled before it.
            if (head_ == tail_ && lanes_.first().at >= ladder_.begin() && !ladder_.empty()) {
                refill();
            }
            if (head_ != tail_ && !lanes_.first().comes_before(front_[head_].at, front_[head_].stamp)) {
                const Event& next = front_[head_++];
                note_popped(next.at);
                return {next.at, next.stamp, next.subject, next.epoch};  // word by word: as it was written a moment ago
            }
            if (!lanes_.renew_first(next_order_, timers)) {
                note_popped(lanes_.first().at);
                return lanes_.pop(next_order_, timers);
            }
        }
    }
    Event pop() {
        NoTimers none;
        return pop(none);
    }

    /// Memory held, in bytes (without the timers' links, which their records hold).
    std::size_t bytes() const;
    /// Aborts unless the front is sorted, every event stands where its time belongs, and the lanes are in order.
    void verify() const;

private:
    static constexpr std::uint32_t k_front = 128;      // places of the front; it moves through them as it is popped
    static constexpr std::uint32_t k_front_more = 32;  // it takes so many events before somebody looks how many it has
    static constexpr std::uint32_t k_front_most = 16;  // with more than these it goes back to the ladder
    static constexpr std::uint32_t k_front_shifted = 64;

    // Inlined, so that the new event goes from registers to its place (see copy_by_words()).
    [[gnu::always_inline]] void insert(const Event& event) {
        if (event.at >= ladder_.begin()) {
            return ladder_.place(event);
        }
        if (tail_ == full_) [[unlikely]] {
            return insert_into_full(event);
        }
        Event* const front = front_.data();
        std::uint32_t at = tail_++;
        while (at > head_ && front[at - 1].at > event.at) {
            front[at] = front[at - 1];
            --at;
        }
        copy_by_words(event, front[at]);
        if (tail_ - at > k_front_shifted) [[unlikely]] {
            full_ = tail_;  // many moved: somebody looks before it happens again
        }
    }
    void note_popped([[maybe_unused]] Nanoseconds at) {
#ifndef NDEBUG
        last_popped_ = at;
#endif
    }
    void insert_into_full(Event event);
    void refill();
    void make_room();

    // The front: front_[head_ .. tail_) in order, all before the ladder begins.
    std::vector<Event> front_;
    std::uint32_t head_ = 0;
    std::uint32_t tail_ = 0;
    std::uint32_t full_ = k_front_more;  // where tail_ stops and somebody looks
    RadixLadder ladder_;
    EventLanes lanes_;
    std::uint64_t next_order_ = 0;
#ifndef NDEBUG
    Nanoseconds last_popped_ = 0;
#endif
};

}  // namespace nines
