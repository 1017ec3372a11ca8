#pragma once
// Records: what is in flight. An Attempt is one request from a caller to an instance, seen from both ends: its caller
// waits for it (or has given up), and the instance serves it (or not yet, or no more). What only some have lies apart:
// Client for what users want, Retry for calls with a deadline or a second attempt.

#include <cstdint>

#include "engine/base/index.hpp"
#include "engine/base/time.hpp"
#include "engine/kernel/timer_lane.hpp"
#include "models/plan/plan.hpp"

namespace nines {

using AttemptId = Index<struct AttemptTag>;
using ClientId = Index<struct ClientTag>;
using RetryId = Index<struct RetryTag>;

/// Where an attempt is at its instance.
enum class Stage : std::uint8_t {
    absent,  ///< not there: lost on the way, dropped, or its caller backs off
    travelling,
    queued,
    working,
    calling,     ///< waits for calls of its own
    committing,  ///< waits for the copies of a database
    answered     ///< the answer is on its way
};

/// One cache line; with the event that it may have pending, 88 bytes. The record lives while its caller waits, its
/// instance serves it, or calls of its own are open: those find their caller through it.
struct alignas(64) Attempt {
    Nanoseconds sent = 0;   ///< and its timer armed
    Nanoseconds since = 0;  ///< waiting since; of preemptive services: work ends at
    TimerLinks timer;
    CallPlanId plan;
    std::uint32_t parent = 0;  ///< ClientId, AttemptId, or CallerId of a caller that has given up: as the flags say
    InstanceId instance;       ///< asked
    AttemptId next, previous;  ///< in its queue
    std::uint32_t epoch = 0;   ///< of its events: one of an older epoch is stale
    RetryId retry;             ///< none: the first attempt of a call without deadline
    std::uint16_t step = 0;
    std::uint16_t pending = 0;  ///< its own calls that are not settled yet
    Stage stage = Stage::absent;
    std::uint8_t rank = 0;       ///< priority, 0 first
    bool waits : 1 = false;      ///< its caller waits for it, or backs off to try again
    bool of_client : 1 = false;  ///< the parent is a client
    bool in_flight : 1 = false;  ///< sent and neither answered nor timed out; false: backing off
    bool armed : 1 = false;      ///< its timer is in a lane
    bool measured : 1 = false;   ///< sent in the measured time
    bool admitted_measured : 1 = false;
    bool holds_worker : 1 = false;
    bool degraded : 1 = false;
    bool begun : 1 = false;  ///< has held a worker: it does not lose patience any more
    bool preempted : 1 = false;
    bool of_attacker : 1 = false;  ///< it is an attacker's request, or was made for one
    bool lost : 1 = false;         ///< its instance went down or crashed under it: it makes no more attempts

    /// Admitted, and neither answered nor dropped.
    bool is_inside() const { return stage >= Stage::queued && stage <= Stage::committing; }
};
static_assert(sizeof(Attempt) == 64);

/// A request of a user, from the first attempt to the last.
struct Client {
    Nanoseconds wanted = 0;
    CallerId caller;
    std::uint32_t slice = UINT32_MAX;  ///< its slice in the run; UINT32_MAX: wanted before the measured time
    static constexpr std::uint32_t k_no_slice = UINT32_MAX - 1;  ///< measured, and an attacker's
    std::uint32_t user = 0;                                      ///< of a closed loop
    float dns_phase = 0;                                         ///< when its cached answer ends, as a share of the TTL

    bool measured() const { return slice != UINT32_MAX; }
};

/// What a call remembers from one attempt to the next.
struct Retry {
    Nanoseconds deadline = k_never;
    double backoff_s = 0;  ///< the last one, for decorrelated jitter
    InstanceId previous;   ///< asked by the attempt before
    std::uint16_t attempts = 1;
};
static_assert(sizeof(Client) == 24 && sizeof(Retry) == 24);

}  // namespace nines
