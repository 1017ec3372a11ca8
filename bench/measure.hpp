#pragma once
// Measuring: the same work done in two ways, turn by turn in one process; what counts is the median of the ratios.
// A machine that slows down for a second slows both of a turn, so ratios stand still where times do not.

#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nines::bench {

/// Processor time of this thread, in seconds: what other programs take from the machine does not count.
inline double cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// One piece of work, done.
struct Timed {
    double seconds = 0;
    std::uint64_t fingerprint = 0;  ///< of what was done: two that differ did different work
};

/// Runs `work`, which gives back its fingerprint.
template <class Work>
Timed timed(Work work) {
    const double began = cpu_s();
    Timed result;
    result.fingerprint = work();
    result.seconds = cpu_s() - began;
    return result;
}

/// The middle one, or the mean of the two in the middle; 0 of none.
inline double median(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Two contenders, side by side.
struct Race {
    double times_faster = 0;  ///< median over turns of their seconds / our seconds
    double ours_s = 0;        ///< medians of a turn
    double theirs_s = 0;
};

/// Runs as many turns as the benchmark has iterations; who goes first changes from turn to turn, and the first turn,
/// in which caches are cold, is not counted. Both are called with the number of the turn and return what they took;
/// they must have done the same work, or the benchmark fails.
/// @returns nothing when it failed; the benchmark holds the reason
template <class Ours, class Theirs>
std::optional<Race> race(benchmark::State& state, Ours ours, Theirs theirs) {
    std::vector<double> ratios;
    std::vector<double> our_times;
    std::vector<double> their_times;
    std::uint64_t turn = 0;
    for (auto _ : state) {
        const bool we_begin = turn % 2 == 0;
        Timed first = we_begin ? ours(turn) : theirs(turn);
        Timed second = we_begin ? theirs(turn) : ours(turn);
        const Timed& mine = we_begin ? first : second;
        const Timed& other = we_begin ? second : first;
        if (mine.fingerprint != other.fingerprint) {
            state.SkipWithError("the two did different work");
            return std::nullopt;
        }
        state.SetIterationTime(mine.seconds);
        if (turn++ > 0) {
            ratios.push_back(other.seconds / mine.seconds);
            our_times.push_back(mine.seconds);
            their_times.push_back(other.seconds);
        }
    }
    const Race result{median(ratios), median(our_times), median(their_times)};
    state.counters["times_faster"] = result.times_faster;
    return result;
}

}  // namespace nines::bench
