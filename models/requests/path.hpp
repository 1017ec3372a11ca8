#pragma once
// RequestsPath: a replication of `requests` as a value: copied at any moment, and going on with luck of its own. What
// splitting follows.

#include <cstdint>
#include <memory>

#include "engine/base/time.hpp"
#include "engine/random/stream.hpp"
#include "models/plan/plan.hpp"

namespace nines {

class Requests;

/// 1. Copies are independent. They share their state until one of them goes on, so a copy that never does costs
///    nothing. 2. Without books: what has ended is not counted. 3. One thread has a path and all its copies.
class RequestsPath {
public:
    /// From the beginning of the warm-up. The plan outlives the path.
    RequestsPath(const Plan& plan, std::uint64_t key);

    /// The next event happens, with the luck of `key`: another key than that of the last step gives new luck from here
    /// on. False when nothing happens any more before the end of the plan.
    bool step(std::uint64_t key);

    Nanoseconds now() const;
    std::uint64_t waiting_at(ServiceId service) const;  ///< attempts that wait for a worker
    std::uint64_t inside_of(ServiceId service) const;   ///< attempts that wait or work
    std::uint64_t attempts_in_flight() const;           ///< anywhere, those that back off too
    std::uint64_t clients_in_flight() const;            ///< requests of clients that have not ended
    std::uint64_t failures() const;                     ///< requests that ended in another way than ok
    std::uint64_t bytes() const;                        ///< of memory that a copy takes once it goes on, about

private:
    std::shared_ptr<Requests> requests_;
    std::uint64_t key_;
};

}  // namespace nines
