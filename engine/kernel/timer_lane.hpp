#pragma once
// TimerLane: timers of one constant duration, nearly all of which are cancelled before they fire (timeouts).
//
// Timers of one duration fire in the order in which they were armed, so they stand in a doubly linked list through the
// records that they belong to: arming appends, cancelling unlinks, both in O(1) and without memory of their own; no
// dead timer is ever looked at again.

#include <concepts>
#include <cstdint>

#include "engine/base/time.hpp"

namespace nines {

/// What a record carries for its timer. (When it was armed, the record knows itself: see TimersOf.)
struct TimerLinks {
    std::uint32_t order = 0;  ///< the low half of its place in the schedule order
    std::uint32_t previous = UINT32_MAX;
    std::uint32_t next = UINT32_MAX;
};

/// Where the timers of subjects are: a type with
///     TimerLinks& links(std::uint32_t subject);
///     Nanoseconds armed_at(std::uint32_t subject);   // when the timer was armed
/// A subject has at most one armed timer.
template <class T>
concept TimersOf = requires(T timers, std::uint32_t subject) {
    { timers.links(subject) } -> std::convertible_to<TimerLinks&>;
    { timers.armed_at(subject) } -> std::convertible_to<Nanoseconds>;
};

/// The list's ends, and what its timers have in common.
struct TimerLane {
    Nanoseconds duration = 0;
    std::uint16_t kind = 0;
    std::uint32_t first = UINT32_MAX;
    std::uint32_t last = UINT32_MAX;
    std::uint32_t size = 0;

    /// Appends a subject's timer.
    template <TimersOf Timers>
    void append(std::uint32_t subject, Timers& timers) {
        TimerLinks& mine = timers.links(subject);
        mine.previous = last;
        mine.next = UINT32_MAX;
        (last == UINT32_MAX ? first : timers.links(last).next) = subject;
        last = subject;
        ++size;
    }

    /// Takes a subject's timer out, wherever it stands.
    template <TimersOf Timers>
    void unlink(std::uint32_t subject, Timers& timers) {
        const TimerLinks mine = timers.links(subject);
        (mine.previous == UINT32_MAX ? first : timers.links(mine.previous).next) = mine.next;
        (mine.next == UINT32_MAX ? last : timers.links(mine.next).previous) = mine.previous;
        --size;
    }
};

}  // namespace nines
