#pragma once
// Records: what is in flight. A Call lives at its caller from the first attempt to the last; a Task is one attempt at
// the instance that serves it. A timeout ends the call's interest, not the task: they find each other by epochs.

#include <cstdint>

#include "engine/base/index.hpp"
#include "engine/base/time.hpp"
#include "models/plan/plan.hpp"

namespace nines {

using CallId = Index<struct CallTag>;
using TaskId = Index<struct TaskTag>;

struct Call {
    Nanoseconds wanted = 0;  ///< when its caller first wanted it
    Nanoseconds sent = 0;    ///< the attempt in flight
    Nanoseconds deadline = k_never;
    double backoff_s = 0;  ///< the last one, for decorrelated jitter
    CallPlanId plan;
    CallerId caller;
    TaskId parent;  ///< none: a client
    std::uint32_t parent_birth = 0;
    std::uint32_t epoch = 0;  ///< of the attempt; an answer or timer of an older one is stale
    InstanceId instance;      ///< asked by the attempt in flight
    InstanceId previous;      ///< asked by the attempt before
    TaskId task;              ///< serving the attempt, for `cancel`
    std::uint32_t task_birth = 0;
    std::uint32_t slice = 0;        ///< of a client: its slice in the run
    std::uint32_t user = 0;         ///< of a closed loop
    std::uint32_t caller_life = 0;  ///< how often the caller's instance had been lost: it may not be there any more
    InstanceId caller_instance;
    float dns_phase = 0;  ///< of a client: when its cached answer ends, as a share of the TTL
    std::uint16_t attempts = 0;
    std::uint8_t rank = 0;  ///< priority, 0 first
    bool measured = false;  ///< of a client: wanted in the measured time
    bool attempt_measured = false;
};

enum class TaskState : std::uint8_t { free, travelling, queued, working, calling, committing };

struct Task {
    Nanoseconds arrived = 0;     ///< at the instance
    Nanoseconds since = 0;       ///< waiting since, or work ends at
    Nanoseconds work_left = -1;  ///< preempted with this much to do; -1: not
    CallId call;
    std::uint32_t call_epoch = 0;
    InstanceId instance;
    EndpointId endpoint;
    TaskId next, previous;  ///< in its queue
    CallerId caller;        ///< where the answer goes
    InstanceId caller_instance;
    std::uint32_t epoch = 0;  ///< of its timers: a timer of an older one is stale
    std::uint32_t birth = 0;  ///< tells this task from others in its slot
    std::uint16_t step = 0;
    std::uint16_t pending = 0;  ///< calls not settled yet
    TaskState state = TaskState::free;
    std::uint8_t rank = 0;
    bool holds_worker = false;
    bool degraded = false;
    bool admitted_measured = false;
    bool begun = false;  ///< has held a worker: it does not lose patience any more
};

}  // namespace nines
