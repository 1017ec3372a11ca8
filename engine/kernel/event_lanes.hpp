#pragma once
// EventLanes: events that come in order by themselves, because each comes a constant delay after it was scheduled: a
// FIFO for each delay, and a linked list for each duration of timers that are nearly always cancelled. Only the heads
// of the lanes compete for who is first.

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "engine/base/ring.hpp"
#include "engine/kernel/event.hpp"
#include "engine/kernel/timer_lane.hpp"

namespace nines {

/// Guarantees: 1. first() is the earliest head by time, then by stamp. A lane of timers keeps the head of a timer that
/// has been cancelled until it comes first, and renew_first() then finds out: nearly all heads of timers are cancelled
/// long before that, and looking for the next one each time would cost more than all else that timers need.
/// 2. best_in_[g] is the lane of group g whose head is the earliest, best_ the earliest of those: a head that changes
/// is compared with the seven others of its group and the seven other groups, not with all lanes.
/// 3. Nothing is allocated once each FIFO has grown to the most that it ever held.
class EventLanes {
public:
    using Lane = std::uint16_t;
    static constexpr Lane k_no_lane = 0;  ///< its head never comes
    static constexpr std::uint32_t k_lanes_max = 64;

    /// The lane of a delay, or of a duration and a kind; a new one if there is none yet. k_no_lane for k_never, and
    /// when all are taken.
    Lane fixed_for(Nanoseconds delay);
    Lane timed_for(Nanoseconds duration, std::uint16_t kind);

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    struct Head {
        Nanoseconds at = k_never;
        std::uint64_t stamp = UINT64_MAX;

        bool comes_before(Nanoseconds other_at, std::uint64_t other_stamp) const {
            return at < other_at || (at == other_at && stamp < other_stamp);
        }
    };
    /// The head of the lane that comes first, or a time before it (see renew_first()); k_never when none does.
    const Head& first() const { return first_; }

    /// Whether first() was that of a timer cancelled since; then it is another now. To be asked before pop().
    template <TimersOf Timers>
    bool renew_first(std::uint64_t next_order, Timers& timers) {
        const OneLane& lane = lanes_[best_];
        if (!lane.is_timed || (lane.timed.first != UINT32_MAX && timers.links(lane.timed.first).order ==
                                                                     static_cast<std::uint32_t>(first_.stamp >> 16U))) {
            return false;
        }
        renew_timer_head(static_cast<Lane>(best_), next_order, timers);
        return true;
    }

    /// Appends an event at now + the lane's delay; `now` must not go back between calls.
    void push(Lane lane, Nanoseconds now, Event event) {
        assert(lane != k_no_lane && "there was no lane left: schedule() does without");
        Fixed& fixed = lanes_[lane].fixed;
        event.at = later(now, fixed.delay);
        if (event.at == k_never) {
            return;
        }
        if (fixed.waiting.empty()) {
            head_changes(lane, {event.at, event.stamp});
        }
        fixed.waiting.push_back(event);
        ++size_;
    }

    /// Appends the timer of `subject`, armed now as the event of number `order`.
    template <TimersOf Timers>
    void arm(Lane lane, Nanoseconds now, std::uint32_t subject, std::uint64_t order, Timers& timers) {
        assert(lane != k_no_lane && "there was no lane left: schedule() does without");
        TimerLane& timed = lanes_[lane].timed;
        assert(later(now, timed.duration) != k_never && "a timer fires before the end of time");
        timers.links(subject).order = static_cast<std::uint32_t>(order);
        if (heads_[lane].stamp == UINT64_MAX) {  // else an earlier one stands, live or not
            head_changes(lane, {later(now, timed.duration), stamp_of(order, timed.kind)});
        }
        timed.append(subject, timers);
        ++size_;
    }

    /// Takes the timer of `subject` out.
    template <TimersOf Timers>
    void disarm(Lane lane, std::uint32_t subject, Timers& timers) {
        lanes_[lane].timed.unlink(subject, timers);
        --size_;
    }

    /// Takes the event of which first() is the time; there must be one. `next_order` is that of the next event to be
    /// scheduled.
    template <TimersOf Timers>
    Event pop(std::uint64_t next_order, Timers& timers) {
        const auto lane = static_cast<Lane>(best_);
        --size_;
        if (lanes_[lane].is_timed) {
            TimerLane& timed = lanes_[lane].timed;
            const Event event{heads_[lane].at, heads_[lane].stamp, timed.first, 0};
            timed.unlink(event.subject, timers);
            renew_timer_head(lane, next_order, timers);
            return event;
        }
        Ring<Event>& waiting = lanes_[lane].fixed.waiting;
        const Event event = waiting.front();
        waiting.pop_front();
        head_changes(lane, waiting.empty() ? Head() : Head{waiting.front().at, waiting.front().stamp});
        return event;
    }

    /// Memory held, in bytes (without the timers' links, which their records hold).
    std::size_t bytes() const;
    /// Aborts unless the lanes are in order, and the best is the best.
    void verify() const;

private:
    static constexpr std::uint32_t k_group = 8;

    struct Fixed {
        Nanoseconds delay = 0;
        Ring<Event> waiting;
    };
    /// One of both, and the other one empty.
    struct OneLane {
        bool is_timed = false;
        Fixed fixed;
        TimerLane timed;
    };

    Lane add(OneLane lane);

    /// Timers know only the lower half of their order: less than 2^32 events have been scheduled since.
    template <TimersOf Timers>
    void renew_timer_head(Lane lane, std::uint64_t next_order, Timers& timers) {
        const TimerLane& timed = lanes_[lane].timed;
        if (timed.first == UINT32_MAX) {
            return head_changes(lane, {});
        }
        const std::uint32_t behind = static_cast<std::uint32_t>(next_order) - timers.links(timed.first).order;
        head_changes(lane,
                     {later(timers.armed_at(timed.first), timed.duration), stamp_of(next_order - behind, timed.kind)});
    }

    void head_changes(std::uint32_t lane, Head head) {
        heads_[lane] = head;
        const std::uint32_t group = lane / k_group;
        const std::uint32_t begin = group * k_group;
        const std::uint32_t end = std::min(begin + k_group, static_cast<std::uint32_t>(lanes_.size()));
        std::uint32_t best = earliest_of(end - begin, [&](std::uint32_t i) { return begin + i; });
        best_in_[group] = best;
        if (groups_ > 1) {
            best = earliest_of(groups_, [&](std::uint32_t i) { return best_in_[i]; });
        }
        best_ = best;
        first_ = heads_[best];
    }

    /// The lane whose head comes first, of those that lane(0) to lane(count - 1) name. No branch on a time, since which
    /// of two lanes comes first is a coin toss; that two are at one time is rare, and then stamps are looked at.
    template <class LaneOf>
    std::uint32_t earliest_of(std::uint32_t count, LaneOf lane) const {
        std::uint32_t best = lane(0);
        Nanoseconds at = heads_[best].at;
        bool is_tied = false;
        for (std::uint32_t i = 1; i < count; ++i) {
            const std::uint32_t other = lane(i);
            const Nanoseconds other_at = heads_[other].at;
            is_tied = other_at < at ? false : is_tied || other_at == at;
            best = other_at < at ? other : best;
            at = other_at < at ? other_at : at;
        }
        if (is_tied && at != k_never) [[unlikely]] {
            for (std::uint32_t i = 0; i < count; ++i) {
                best = heads_[lane(i)].comes_before(heads_[best].at, heads_[best].stamp) ? lane(i) : best;
            }
        }
        return best;
    }

    Head first_;  // heads_[best_]
    std::array<Head, k_lanes_max> heads_{};
    std::array<std::uint32_t, k_lanes_max / k_group> best_in_{};
    std::uint32_t groups_ = 1;
    std::uint32_t best_ = 0;
    std::size_t size_ = 0;
    std::vector<OneLane> lanes_{1};  // the first is k_no_lane
};

}  // namespace nines
