#pragma once
// Event kinds of the `requests` fidelity; each is named for what happens, and says what its subject is.

#include <cstdint>

namespace nines {

enum class EventKind : std::uint16_t {
    arrival,            ///< demand
    user_thought,       ///< user of a closed loop
    state_changes,      ///< demand with modulated arrivals
    request_arrives,    ///< attempt, and so below
    work_done,
    patience_over,
    committed,
    answer_ok,
    answer_degraded,
    answer_error,
    answer_timeout,  // never sent: an answer is not late by itself
    answer_rejected,
    answer_abandoned,
    times_out,           ///< attempt: its timer in a lane, always live
    limit_over,          ///< attempt: its deadline, or a timeout that has no lane; live if it is due now
    backoff_over,        ///< attempt
    sharing_departure,   ///< instance
    health_check,        ///< watch
    health_missed,       ///< watch
    fault_begins,        ///< fault process
    fault_ends,          ///< occurrence
    routes_converge,     ///< link or location, as the epoch says
    failure_detected,    ///< service
    promoted,            ///< service
    copy_loss_detected,  ///< instance
    rebuild,             ///< service
    hour_ends,           ///< nothing
    measuring_begins,    ///< nothing
};

/// In the place of an epoch: what converges.
inline constexpr std::uint32_t k_converges_link = 0;
inline constexpr std::uint32_t k_converges_location = 1;

}  // namespace nines
