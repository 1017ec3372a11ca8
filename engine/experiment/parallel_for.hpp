#pragma once
// ParallelFor: who does the pieces of a piece-wise job. The estimators say what the pieces are, never on which thread.

#include <cstddef>
#include <functional>

#include "engine/experiment/executor.hpp"

namespace nines {

/// Calls the work once for each number below the count, in any order, on any threads, and returns when all are done.
using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

/// One piece after the other, on the caller's thread.
inline void serial_for(std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) {
        work(i);
    }
}

/// On the threads of an executor, which must outlive it. Pieces should take a millisecond or more.
inline ParallelFor parallel_for_on(const Executor& executor) {
    return [&executor](std::size_t count, const std::function<void(std::size_t)>& work) {
        executor.run(0, count,
                     {.batch = [] { return std::uint64_t{1}; },
                      .produce = [&](const Task& task) { work(task.first); },
                      .consume = [](const Task&) { return true; }});
    };
}

}  // namespace nines
