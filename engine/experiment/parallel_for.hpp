#pragma once
// ParallelFor: who does the pieces of a piece-wise job. The estimators say what the pieces are, never on which thread.

#include <cstddef>
#include <functional>

namespace nines {

/// Calls the work once for each number below the count, in any order, on any threads, and returns when all are done.
using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

/// One piece after the other, on the caller's thread.
inline void serial_for(std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) {
        work(i);
    }
}

}  // namespace nines
