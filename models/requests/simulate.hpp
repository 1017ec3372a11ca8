#pragma once
// The `requests` fidelity: every request is simulated, from the client's wish to the last answer.

#include <cstdint>
#include <functional>

#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"
#include "models/results/run.hpp"

namespace nines {

/// Called now and then with how much simulated time is done, in [0, 1], and how many events; false stops the run.
using Watcher = std::function<bool(double share_done, std::uint64_t events)>;

/// How much of the machine one replication may take.
struct RunLimits {
    /// What records in flight and pending events may hold, with room for the largest array to be copied as it grows.
    /// Looked at every 65,536 events.
    std::uint64_t memory_bytes = UINT64_MAX;
};

/// Simulates one replication. Same plan and luck: same bytes. Ends the program when a law of conservation is broken.
/// A run that stands still, passes a limit or finds no more memory is stopped, and says why in `Run::stop`.
Run simulate_requests(const Plan& plan, Luck luck, const Watcher& watcher = {}, const RunLimits& limits = {});

}  // namespace nines
