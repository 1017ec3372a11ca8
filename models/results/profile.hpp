#pragma once
// Profile: where a replication's work went, and why it ended early if it did; plain data for people who wonder.

#include <cstdint>
#include <string>
#include <vector>

namespace nines {

/// Why a run ended before its horizon.
enum class StopCause : std::uint8_t {
    none,
    interrupted,
    standstill,  ///< events without end at one instant
    memory       ///< the limit on memory was reached, or the machine gave no more
};

struct Stop {
    StopCause cause = StopCause::none;
    std::string why;  ///< a sentence for the user; empty where the cause says it all
};

/// Counted over the whole replication, its warm-up included. The same for the same plan and luck, to the byte.
struct Profile {
    struct Events {
        std::string kind;
        std::uint64_t happened = 0;
        std::uint64_t stale = 0;         ///< of them, called off before they came: they did nothing
        std::uint64_t pending_most = 0;  ///< waiting when most events waited
    };
    struct Memory {
        std::string what;
        std::uint64_t most = 0;        ///< in use at once
        std::uint64_t bytes_each = 0;  ///< of one; 0 where they differ
        std::uint64_t bytes_held = 0;  ///< at the end, unused room included
    };
    struct Draws {
        std::string purpose;      ///< the name of the streams
        std::uint64_t words = 0;  ///< of 64 random bits
    };
    std::vector<Events> events;         ///< in the order of kinds; those that never happened are left out
    std::uint64_t events_happened = 0;  ///< of all kinds
    std::uint64_t events_stale = 0;
    std::uint64_t pending_most = 0;  ///< events waiting at once, timers included, as seen at the looks (after 1,024,
                                     ///< 2,048 ... events, then every 65,536)
    std::uint64_t timers_most = 0;   ///< of them timers: those stand in the records of attempts, not in the event set
    double simulated_s = 0;          ///< warm-up included
    std::vector<Memory> memory;
    std::vector<Draws> draws;
    /// Memory for an attempt in flight when most were: records of attempts, clients and retries, and pending events,
    /// over attempts. 0 without attempts.
    double bytes_per_attempt = 0;
};

}  // namespace nines
