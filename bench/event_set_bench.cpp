// The hold model: so many events pending, the earliest is taken and a new one scheduled. Ours against a
// std::priority_queue of the same entries, with the same draws.

#include <benchmark/benchmark.h>

#include <queue>

#include "bench/ratio.hpp"
#include "engine/kernel/event_set.hpp"
#include "engine/random/stream.hpp"

namespace nines::bench {
namespace {

constexpr std::uint64_t k_steps = 400'000;

Nanoseconds draw(Stream& luck) {
    return static_cast<Nanoseconds>(luck.exponential() * 1e9) + 1;
}

std::uint64_t hold_ours(std::int64_t pending) {
    Stream luck(1);
    EventSet events;
    for (std::int64_t i = 0; i < pending; ++i) {
        events.schedule(draw(luck), 0, static_cast<std::uint32_t>(i));
    }
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < k_steps; ++i) {
        const Event event = events.pop([](const Event&) { return true; });
        sum = sum * 31 + static_cast<std::uint64_t>(event.at);
        events.schedule(event.at + draw(luck), 0, event.subject);
    }
    return sum;
}

std::uint64_t hold_priority_queue(std::int64_t pending) {
    struct Later {
        bool operator()(const Event& a, const Event& b) const { return comes_before(b, a); }
    };
    Stream luck(1);
    std::priority_queue<Event, std::vector<Event>, Later> events;
    std::uint64_t order = 0;
    for (std::int64_t i = 0; i < pending; ++i) {
        events.push({draw(luck), order++, static_cast<std::uint32_t>(i), 0, 0, 0});
    }
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < k_steps; ++i) {
        const Event event = events.top();
        events.pop();
        sum = sum * 31 + static_cast<std::uint64_t>(event.at);
        events.push({event.at + draw(luck), order++, event.subject, 0, 0, 0});
    }
    return sum;
}

void hold(benchmark::State& state) {
    Ratios ratios;
    for (auto _ : state) {
        const Timed ours = timed([&] { return hold_ours(state.range(0)); });
        const Timed theirs = timed([&] { return hold_priority_queue(state.range(0)); });
        if (ours.fingerprint != theirs.fingerprint) {
            state.SkipWithError("the two did different work");
            return;
        }
        ratios.add(theirs.seconds / ours.seconds);
        state.SetIterationTime(ours.seconds);
    }
    state.counters["times_faster"] = ratios.median();
}
BENCHMARK(hold)->Arg(100)->Arg(10'000)->Arg(1'000'000)->Iterations(5)->UseManualTime();

}  // namespace
}  // namespace nines::bench
