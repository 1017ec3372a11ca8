#pragma once
// The hold model: so many entries pending; the earliest is taken and comes back after an increment drawn from a law.
// Sources: Jones: An empirical comparison of priority-queue and event-set implementations. CACM 29 (1986) 300.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <vector>

#include "bench/event_sets/entry.hpp"
#include "engine/random/block_stream.hpp"
#include "engine/random/portable_math.hpp"
#include "engine/random/stream.hpp"

namespace nines::bench {

enum class Law { k_exponential, k_constant, k_requests, k_pareto, k_near_and_far };
inline constexpr Law k_laws[] = {Law::k_exponential, Law::k_constant, Law::k_requests, Law::k_pareto,
                                 Law::k_near_and_far};

inline std::string_view name(Law law) {
    switch (law) {
        case Law::k_exponential:
            return "exponential, mean 1 s";
        case Law::k_constant:
            return "constant, 1 s";
        case Law::k_requests:
            return "requests: network 250 us, timeout 1 s, work exponential 4 ms, equally often";
        case Law::k_pareto:
            return "Pareto, alpha 1.5, from 1 ms";
        case Law::k_near_and_far:
            return "near and far: 99 % exponential 1 ms, 1 % uniform up to 30 days";
    }
    return "";
}

/// One increment, in nanoseconds, at least 1.
inline std::int64_t draw(Law law, Stream& luck) {
    const auto ns = [](double x) { return static_cast<std::int64_t>(x) + 1; };
    switch (law) {
        case Law::k_exponential:
            return ns(luck.exponential() * 1e9);
        case Law::k_constant:
            return 1'000'000'000;
        case Law::k_requests: {
            const std::uint64_t which = luck.below(3);
            return which == 0 ? 250'000 : which == 1 ? 1'000'000'000 : ns(luck.exponential() * 4e6);
        }
        case Law::k_pareto:  // the logarithm of a Pareto variate is exponential
            return ns(portable::exp(luck.exponential() / 1.5) * 1e6);
        case Law::k_near_and_far:
            return luck.chance(0.01) ? ns(luck.uniform() * 30 * 86'400e9) : ns(luck.exponential() * 1e6);
    }
    return 1;
}

/// Increments drawn beforehand, taken round and round. Their number is a prime, so that no pattern repeats with it.
class DrawnIncrements {
public:
    explicit DrawnIncrements(Law law) : increments_(262'139) {
        Stream luck(1);
        std::generate(increments_.begin(), increments_.end(), [&] { return draw(law, luck); });
    }
    std::int64_t operator()() {
        const std::int64_t increment = increments_[next_];
        next_ = next_ + 1 == increments_.size() ? 0 : next_ + 1;
        return increment;
    }
    void rewind() { next_ = 0; }

private:
    std::vector<std::int64_t> increments_;
    std::size_t next_ = 0;
};

/// Exponential increments, drawn as they are needed.
class ExponentialIncrements {
public:
    std::int64_t operator()() { return static_cast<std::int64_t>(luck_.exponential() * 1e9) + 1; }
    void rewind() { luck_ = BlockStream(1); }

private:
    BlockStream luck_{1};
};

struct Held {
    double ns_per_step = 0;
    std::uint64_t fingerprint = 0;  ///< of the times popped
    bool finished = true;           ///< false: it took too long and was stopped
};

/// Warms up for a step for each pending entry (a million at most), then times `steps` of them. Gives up after 4 s.
/// Processor time counts, not the time that others took the processor away.
template <class Queue, class Increments>
Held hold(std::size_t pending, std::size_t steps, Increments& increments) {
    const auto since = [](std::clock_t start) { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; };
    increments.rewind();
    Queue queue;
    Stream phase(2);
    const auto began = std::clock();
    for (std::size_t i = 0; i < pending; ++i) {  // at a random part of an increment: as if it had long been running
        queue.push({static_cast<std::int64_t>(phase.uniform() * static_cast<double>(increments())), i});
    }
    Held held;
    const auto run = [&](std::size_t count) {
        constexpr std::size_t k_between_looks = 10'000;
        std::size_t done = 0;
        while (done < count && held.finished) {
            for (const std::size_t stop = std::min(count, done + k_between_looks); done < stop; ++done) {
                Entry entry = queue.pop();
                held.fingerprint = held.fingerprint * 31 + static_cast<std::uint64_t>(entry.at);
                entry.at += increments();
                queue.push(entry);
            }
            held.finished = since(began) < 4;
        }
        return done;
    };
    run(std::min<std::size_t>(pending, 1'000'000));
    const auto warm = std::clock();
    const std::size_t done = run(steps);
    held.ns_per_step = done == 0 ? 0 : since(warm) * 1e9 / static_cast<double>(done);
    return held;
}

}  // namespace nines::bench
