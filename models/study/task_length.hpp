#pragma once
// TaskLength: how many replications one thread takes at once. It changes nothing in the results: they are taken
// replication by replication.

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace nines {

class TaskLength {
public:
    std::uint64_t next() const { return length_.load(std::memory_order_relaxed); }
    /// What the last replication took.
    void learn(std::uint64_t events) {
        const double wanted = k_events_per_task / static_cast<double>(std::max<std::uint64_t>(events, 1));
        length_.store(std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, k_most),
                      std::memory_order_relaxed);
    }

private:
    // About a millisecond: long beside what handing a task out costs, short beside a look at the clock.
    static constexpr double k_events_per_task = 20'000;
    static constexpr std::uint64_t k_most = 256;

    std::atomic<std::uint64_t> length_{1};
};

}  // namespace nines
