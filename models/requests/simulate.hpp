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

/// Simulates one replication. Same plan and luck: same bytes. Ends the program when a law of conservation is broken.
Run simulate_requests(const Plan& plan, Luck luck, const Watcher& watcher = {});

}  // namespace nines
