#pragma once
// What the C++ peers share: the command line, draws of their own (nothing of ours: they must not lean on it), the clock
// of their event loop, and the one line of JSON that the bench reads.

#include <time.h>

#include <boost/random/exponential_distribution.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace peer {

constexpr double k_arrivals_per_s = 0.9;
constexpr double k_service_mean_s = 1.0;

struct Order {
    std::uint64_t customers;
    std::uint64_t seed;
};

inline Order order_from(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s CUSTOMERS SEED\n", argv[0]);
        std::exit(2);
    }
    return {std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10)};
}

/// xoshiro256++ (Blackman, Vigna: Scrambled linear pseudorandom number generators. ACM TOMS 47, 2021), seeded by
/// SplitMix64: the fastest good generator that such a program would use.
class Luck {
public:
    explicit Luck(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15U;
            std::uint64_t x = seed;
            x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
            x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
            word = x ^ (x >> 31U);
        }
    }

    using result_type = std::uint64_t;
    static constexpr std::uint64_t min() { return 0; }
    static constexpr std::uint64_t max() { return UINT64_MAX; }
    std::uint64_t operator()() {
        const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t t = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotated(state_[3], 45);
        return result;
    }

    /// Mean 1.
    double exponential() { return law_(*this); }

private:
    static std::uint64_t rotated(std::uint64_t x, unsigned by) { return x << by | x >> (64U - by); }

    std::uint64_t state_[4];
    boost::random::exponential_distribution<double> law_;  // a ziggurat, not -std::log
};

/// Processor time of this thread: another program on the same machine does not count.
inline double cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline void tell(std::uint64_t customers, double wait_sum_s, double seconds) {
    std::printf("{\"customers\": %llu, \"mean_wait_s\": %.9g, \"seconds\": %.9g}\n",
                static_cast<unsigned long long>(customers), wait_sum_s / static_cast<double>(customers), seconds);
}

}  // namespace peer
