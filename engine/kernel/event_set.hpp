#pragma once
// EventSet: pending events in time order. Three ways in, for three habits of events:
//   schedule     any time: a short sorted front holds what comes next, a radix wheel all the rest;
//   schedule_in  a constant delay (a link's latency): a FIFO lane for each, since they come in order by themselves;
//   arm, disarm  a constant delay that is nearly always cancelled (a timeout): a linked list for each.
// pop() takes the earliest of the front and of the lanes' heads. Why these: docs/decisions.md; measured in bench/.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/ring.hpp"
#include "engine/kernel/event.hpp"
#include "engine/kernel/radix_wheel.hpp"
#include "engine/kernel/timer_lane.hpp"

namespace nines {

/// For models without timers in lanes.
struct NoTimers {
    TimerLinks& links(std::uint32_t) { return nothing; }
    Nanoseconds armed_at(std::uint32_t) { return 0; }
    TimerLinks nothing;
};

/// Guarantees: 1. events come out by time, equal times in the order in which they were scheduled, across lanes too
/// (as long as fewer than 2^32 events are scheduled while a timer waits, and 2^48 in all).
/// 2. Nothing is allocated once the arrays have grown to the most that was ever pending.
/// Requires: no event is scheduled before the time of the last one popped. An event at k_never never happens, and is
/// not kept. To cancel what schedule() scheduled, raise the subject's epoch, and let its handler compare.
class EventSet {
public:
    using Lane = std::uint16_t;
    static constexpr Lane k_no_lane = 0;  ///< schedule() does without one
    static constexpr std::uint32_t k_lanes_max = 64;

    EventSet() { front_.resize(k_front); }

    void schedule(Nanoseconds at, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        if (at != k_never) {
            insert(stamped(at, kind, subject, epoch));
        }
    }

    /// A lane for events that are scheduled `delay` ahead; the same delay gives the same lane. k_no_lane for k_never,
    /// and when all lanes are taken: then schedule() serves as well.
    Lane lane_for(Nanoseconds delay);

    /// Schedules at now + the lane's delay; `now` must not go back between calls.
    void schedule_in(Lane lane, Nanoseconds now, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch = 0) {
        FixedLane& fixed = fixed_[lane];
        const Event event = stamped(later(now, fixed.delay), kind, subject, epoch);
        if (fixed.waiting.empty()) {
            head_changes(lane, event.at, event.stamp);
        }
        fixed.waiting.push_back(event);
        ++in_lanes_;
    }

    /// A lane for timers that fire `duration` after they were armed, as events of `kind` with epoch 0.
    Lane timer_lane_for(Nanoseconds duration, std::uint16_t kind);

    /// Arms the timer of `subject` for now + the lane's duration; timers.armed_at(subject) must say `now` already.
    template <TimersOf Timers>
    void arm(Lane lane, Nanoseconds now, std::uint32_t subject, Timers& timers) {
        TimerLane& timer_lane = timed_[lane];
        timers.links(subject).order = static_cast<std::uint32_t>(next_order_);
        if (timer_lane.first == UINT32_MAX) {
            head_changes(lane, later(now, timer_lane.duration), stamp_of(next_order_, timer_lane.kind));
        }
        ++next_order_;
        timer_lane.append(subject, timers);
        ++in_lanes_;
    }

    /// Cancels the armed timer of `subject`.
    template <TimersOf Timers>
    void disarm(Lane lane, std::uint32_t subject, Timers& timers) {
        TimerLane& timer_lane = timed_[lane];
        const bool was_first = timer_lane.first == subject;
        timer_lane.unlink(subject, timers);
        --in_lanes_;
        if (was_first) {
            renew_timer_head(lane, timers);
        }
    }

    bool empty() const { return size() == 0; }
    std::size_t size() const { return tail_ - head_ + wheel_.size() + in_lanes_; }

    /// Takes the earliest event; there must be one. A timer that fires is no longer armed.
    template <TimersOf Timers>
    Event pop(Timers& timers) {
        if (head_ == tail_ && !wheel_.empty()) {
            refill();
        }
        if (head_ == tail_ || lane_is_first()) {
            return pop_lane(timers);
        }
        const Event& next = front_[head_++];
        return {next.at, next.stamp, next.subject, next.epoch};  // word by word: as it was written a moment ago
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
    static constexpr std::uint32_t k_front = 128;       // places of the front; it moves through them as it is popped
    static constexpr std::uint32_t k_front_few = 32;    // with more events in it than this, it gives half of them back
    static constexpr std::uint32_t k_front_filled = 8;  // small slots are gathered until there are so many
    static constexpr std::uint32_t k_slot_sorted = 24;  // larger slots are dealt out, not sorted

    struct FixedLane {
        Nanoseconds delay = 0;
        Ring<Event> waiting;
    };
    struct Head {
        Nanoseconds at = k_never;
        std::uint64_t stamp = UINT64_MAX;
    };

    Event stamped(Nanoseconds at, std::uint16_t kind, std::uint32_t subject, std::uint32_t epoch) {
        return {at, stamp_of(next_order_++, kind), subject, epoch};
    }

    void insert(const Event& event) {
        if (event.at >= front_end_) {
            return wheel_.place(event);
        }
        if (tail_ == front_.size() || tail_ - head_ >= front_max_) [[unlikely]] {
            return insert_into_full(event);
        }
        Event* const front = front_.data();
        std::uint32_t at = tail_++;
        if (at == head_ + 1) {
            // Which of two comes first is a coin toss: no branch for it.
            const Event other = front[head_];
            const std::uint32_t first = event.at < other.at ? 1 : 0;
            front[head_ + first] = other;
            front[head_ + 1 - first] = event;
            return;
        }
        while (at > head_ && front[at - 1].at > event.at) {
            front[at] = front[at - 1];
            --at;
        }
        front[at] = event;
    }
    void insert_into_full(const Event& event);
    void spill();
    void refill();
    void append_sorted(std::span<const Event> events);

    bool lane_is_first() const {
        const Event& next = front_[head_];
        const Head& best = heads_[best_];
        return best.at < next.at || (best.at == next.at && best.stamp < next.stamp);
    }
    template <TimersOf Timers>
    Event pop_lane(Timers& timers) {
        const auto lane = static_cast<Lane>(best_);
        --in_lanes_;
        if (is_timed_[lane]) {
            TimerLane& timer_lane = timed_[lane];
            const Event event{heads_[lane].at, heads_[lane].stamp, timer_lane.first, 0};
            timer_lane.unlink(event.subject, timers);
            renew_timer_head(lane, timers);
            return event;
        }
        Ring<Event>& waiting = fixed_[lane].waiting;
        const Event event = waiting.front();
        waiting.pop_front();
        if (waiting.empty()) {
            head_changes(lane, k_never, UINT64_MAX);
        } else {
            head_changes(lane, waiting.front().at, waiting.front().stamp);
        }
        return event;
    }
    template <TimersOf Timers>
    void renew_timer_head(Lane lane, Timers& timers) {
        const TimerLane& timer_lane = timed_[lane];
        if (timer_lane.first == UINT32_MAX) {
            return head_changes(lane, k_never, UINT64_MAX);
        }
        const std::uint32_t behind = static_cast<std::uint32_t>(next_order_) - timers.links(timer_lane.first).order;
        head_changes(lane, later(timers.armed_at(timer_lane.first), timer_lane.duration), 
                     stamp_of(next_order_ - behind, timer_lane.kind));
    }
    void head_changes(Lane lane, Nanoseconds at, std::uint64_t stamp) {
        heads_[lane] = {at, stamp};
        if (lane == best_) {
            return find_best();
        }
        const Head& best = heads_[best_];
        if (at < best.at || (at == best.at && stamp < best.stamp)) {
            best_ = lane;
        }
    }
    void find_best();

    // The front: front_[head_ .. tail_) in order, all before front_end_; everything in the wheel is at or after it.
    std::vector<Event> front_;
    std::uint32_t head_ = 0;
    std::uint32_t tail_ = 0;
    std::uint32_t front_max_ = k_front_few;
    Nanoseconds front_end_ = k_never;  // an empty wheel leaves everything to the front
    RadixWheel wheel_;

    // Lane 0 is none: its head never comes.
    std::uint32_t lanes_ = 1;
    std::uint32_t best_ = 0;  // the lane whose head comes first
    std::size_t in_lanes_ = 0;
    std::array<Head, k_lanes_max> heads_{};
    std::array<bool, k_lanes_max> is_timed_{};
    std::array<FixedLane, k_lanes_max> fixed_;
    std::array<TimerLane, k_lanes_max> timed_;

    std::uint64_t next_order_ = 0;
};

}  // namespace nines
