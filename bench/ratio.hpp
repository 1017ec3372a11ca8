#pragma once
// Ratios: two ways of doing the same work, timed turn by turn in one process. A bench states a ratio, not a time.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace nines::bench {

struct Timed {
    double seconds = 0;
    std::uint64_t fingerprint = 0;  ///< of what was done: two that differ did different work
};

/// Runs `work`, which gives back its fingerprint.
template <class Work>
Timed timed(Work work) {
    const auto began = std::chrono::steady_clock::now();
    Timed result;
    result.fingerprint = work();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return result;
}

/// How many times faster, over turns; the median is what counts.
class Ratios {
public:
    void add(double ratio) { ratios_.push_back(ratio); }
    double median() {
        std::sort(ratios_.begin(), ratios_.end());
        return ratios_.empty() ? 0 : ratios_[ratios_.size() / 2];
    }

private:
    std::vector<double> ratios_;
};

}  // namespace nines::bench
