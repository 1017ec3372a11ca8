#pragma once
// Executor: numbered work on threads, its results taken in the order of the numbers, whatever order they end in.

#include <cstddef>
#include <cstdint>
#include <functional>

namespace nines {

/// Consecutive indexes that one thread works through.
struct Task {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::size_t slot = 0;    ///< where its result is kept until it is consumed; below Executor::slots()
    std::size_t worker = 0;  ///< who produces; below Executor::threads(), and never two tasks at once. Not for consume
};

struct Work {
    /// How many indexes the next task may hold, at least 1. Called by one thread at a time.
    std::function<std::uint64_t()> batch;
    /// Called by any thread, for several tasks at once.
    std::function<void(const Task&)> produce;
    /// Called for one task after the other, in the order of their indexes. False: nothing more is wanted.
    std::function<bool(const Task&)> consume;
};

enum class Scheduler : std::uint8_t {
    tbb,      ///< a pipeline of oneTBB
    standard  ///< std::jthread and a monitor: oneTBB reports races of its own to the thread sanitizer
};
#ifdef NINES_STANDARD_THREADS
inline constexpr Scheduler k_scheduler = Scheduler::standard;
#else
inline constexpr Scheduler k_scheduler = Scheduler::tbb;
#endif

/// 1. consume() sees each index once, in order, until it returns false or all are done; what was produced beyond that
///    is dropped.
/// 2. No more than slots() tasks are produced and not yet consumed: memory does not grow with the work.
/// 3. An exception of produce() or consume() ends the run, and comes out of run() once all threads are done.
class Executor {
public:
    /// @param threads  0: as many as the machine has
    explicit Executor(std::size_t threads = 0, Scheduler scheduler = k_scheduler);

    std::size_t threads() const { return threads_; }
    std::size_t slots() const { return 4 * threads_; }

    /// Works through [first, end), and returns when nothing is under way any more.
    void run(std::uint64_t first, std::uint64_t end, const Work& work) const;

private:
    std::size_t threads_;
    Scheduler scheduler_;
};

}  // namespace nines
