#pragma once
// Event kinds of the `requests` fidelity; each is named for what happens, and says what its subject is.

#include <cstdint>

#include "engine/base/names.hpp"

namespace nines {

enum class EventKind : std::uint16_t {
    arrival,          ///< demand
    user_thought,     ///< user of a closed loop
    state_changes,    ///< demand with modulated arrivals
    request_arrives,  ///< attempt, and so below
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
    scaling_due,         ///< service
    launch_over,         ///< instance; of the launch that the epoch says
    drain_over,          ///< instance; of the draining that the epoch says
    hour_ends,           ///< nothing
    measuring_begins,    ///< nothing
    window_ends,         ///< alarm
    deployment_ready,    ///< deployment
    deployment_goes_on,  ///< deployment
    response_goes_on,    ///< response
    notice_over,         ///< occurrence of a reclaim; the one that the epoch says
    quota_raised,        ///< service
    scale_scheduled,     ///< service
};

inline constexpr std::size_t k_event_kinds = 38;

/// As a profile tells them.
inline constexpr Names<EventKind, k_event_kinds> k_event_names{{{
    {"arrival", EventKind::arrival},
    {"user_thought", EventKind::user_thought},
    {"state_changes", EventKind::state_changes},
    {"request_arrives", EventKind::request_arrives},
    {"work_done", EventKind::work_done},
    {"patience_over", EventKind::patience_over},
    {"committed", EventKind::committed},
    {"answer_ok", EventKind::answer_ok},
    {"answer_degraded", EventKind::answer_degraded},
    {"answer_error", EventKind::answer_error},
    {"answer_timeout", EventKind::answer_timeout},
    {"answer_rejected", EventKind::answer_rejected},
    {"answer_abandoned", EventKind::answer_abandoned},
    {"times_out", EventKind::times_out},
    {"limit_over", EventKind::limit_over},
    {"backoff_over", EventKind::backoff_over},
    {"sharing_departure", EventKind::sharing_departure},
    {"health_check", EventKind::health_check},
    {"health_missed", EventKind::health_missed},
    {"fault_begins", EventKind::fault_begins},
    {"fault_ends", EventKind::fault_ends},
    {"routes_converge", EventKind::routes_converge},
    {"failure_detected", EventKind::failure_detected},
    {"promoted", EventKind::promoted},
    {"copy_loss_detected", EventKind::copy_loss_detected},
    {"rebuild", EventKind::rebuild},
    {"scaling_due", EventKind::scaling_due},
    {"launch_over", EventKind::launch_over},
    {"drain_over", EventKind::drain_over},
    {"hour_ends", EventKind::hour_ends},
    {"measuring_begins", EventKind::measuring_begins},
    {"window_ends", EventKind::window_ends},
    {"deployment_ready", EventKind::deployment_ready},
    {"deployment_goes_on", EventKind::deployment_goes_on},
    {"response_goes_on", EventKind::response_goes_on},
    {"notice_over", EventKind::notice_over},
    {"quota_raised", EventKind::quota_raised},
    {"scale_scheduled", EventKind::scale_scheduled},
}}};

/// In the place of an epoch: what converges.
inline constexpr std::uint32_t k_converges_link = 0;
inline constexpr std::uint32_t k_converges_location = 1;

}  // namespace nines
