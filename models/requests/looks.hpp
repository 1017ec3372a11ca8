#pragma once
// Looks: what is counted at each event, and what is watched every few thousand: whether time moves, and what waits.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "engine/base/time.hpp"
#include "models/requests/event_kinds.hpp"

namespace nines {

/// By kind. One increment for each event that is scheduled, and one for each that happens: always on.
struct EventCounts {
    std::array<std::uint64_t, k_event_kinds> scheduled{};  ///< without timers in lanes
    std::array<std::uint64_t, k_event_kinds> happened{};
    std::array<std::uint64_t, k_event_kinds> stale{};  ///< of those that happened

    void schedules(EventKind kind, Nanoseconds at) {
        scheduled[static_cast<std::size_t>(kind)] += at != k_never ? 1 : 0;
    }
    /// Waiting now; timers that wait in lanes are not in it. (`times_out` alone comes unscheduled.)
    std::uint64_t pending(std::size_t kind) const {
        return scheduled[kind] > happened[kind] ? scheduled[kind] - happened[kind] : 0;
    }
};

/// The most events that were waiting at a look, by kind.
struct PendingPeak {
    std::uint64_t all = 0;
    std::uint64_t timers = 0;
    std::array<std::uint64_t, k_event_kinds> of_kind{};

    /// @param waiting  events in the event set, timers in lanes included
    void look(const EventCounts& counts, std::uint64_t waiting) {
        if (waiting < all) {
            return;
        }
        std::uint64_t scheduled = 0;
        for (std::size_t kind = 0; kind < k_event_kinds; ++kind) {
            of_kind[kind] = counts.pending(kind);
            scheduled += of_kind[kind];
        }
        all = waiting;
        timers = waiting - std::min(waiting, scheduled);
    }
};

/// Notices that time has come to a stop. A great many events at one instant may be meant (all of ten million users wake
/// at once, and each starts a dozen events), so the bound follows how many were waiting; events that only beget others
/// of the same instant pass it in seconds.
class Standstill {
public:
    static constexpr std::uint64_t k_events_at_one_instant = std::uint64_t{1} << 25U;
    static constexpr std::uint64_t k_events_for_each_waiting = 64;

    /// @param events   that happened so far
    /// @param waiting  for their time
    /// @returns whether more have happened at the instant `now` than anything that ends needs
    bool is_reached(Nanoseconds now, std::uint64_t events, std::uint64_t waiting) {
        if (now != instant_) {
            *this = Standstill();
            instant_ = now;
            events_before_ = events;
        }
        waiting_most_ = std::max(waiting_most_, waiting);
        return events - events_before_ > k_events_at_one_instant + k_events_for_each_waiting * waiting_most_;
    }
    std::uint64_t events_at(std::uint64_t events) const { return events - events_before_; }

private:
    Nanoseconds instant_ = -1;
    std::uint64_t events_before_ = 0;  // about: up to a look's worth more
    std::uint64_t waiting_most_ = 0;
};

/// Who takes turns while time stands still: a few thousand events, one by one, by what they are.
struct Turns {
    static constexpr std::uint32_t k_events = 4096;

    std::uint32_t seen = 0;
    std::map<std::string, std::uint32_t> by_name;
};

}  // namespace nines
