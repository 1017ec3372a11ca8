// The hold model: so many events pending, the earliest is taken and a new one scheduled. Ours against a
// std::priority_queue of 16-byte entries, with the same draws. The candidates that we did not choose: bench/event_sets.

#include <fmt/format.h>

#include <queue>

#include "bench/draws.hpp"
#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "engine/kernel/event_set.hpp"

namespace nines::bench {
namespace {

constexpr std::uint64_t k_steps = 1'000'000;

/// Fills `events`, lets it forget how it was filled, and times so many steps. The fingerprint is made of times: at
/// equal times the queue of the standard library gives out whichever it likes.
template <class Events>
Timed hold(Events& events, std::int64_t pending, std::uint64_t seed) {
    BlockStream draws(seed);
    for (std::int64_t i = 0; i < pending; ++i) {
        events.push(exponential_ns(draws, 1), static_cast<std::uint32_t>(i));
    }
    const auto steps = [&](std::uint64_t count) {
        std::uint64_t sum = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto [at, subject] = events.pop();
            sum = sum * 31 + static_cast<std::uint64_t>(at);
            events.push(at + exponential_ns(draws, 1), subject);
        }
        return sum;
    };
    steps(static_cast<std::uint64_t>(pending));
    return timed([&] { return steps(k_steps); });
}

struct Entry {
    Nanoseconds at;
    std::uint32_t subject;
};

class Ours {
public:
    void push(Nanoseconds at, std::uint32_t subject) { events_.schedule(at, 0, subject); }
    Entry pop() {
        const Event event = events_.pop();
        return {event.at, event.subject};
    }

private:
    EventSet events_;
};

class PriorityQueue {
public:
    void push(Nanoseconds at, std::uint32_t subject) { events_.push({at, subject}); }
    Entry pop() {
        const Entry entry = events_.top();
        events_.pop();
        return entry;
    }

private:
    static_assert(sizeof(Entry) == 16);
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const { return a.at > b.at; }
    };
    std::priority_queue<Entry, std::vector<Entry>, Later> events_;
};

template <class Events>
Timed hold_in(std::int64_t pending, std::uint64_t seed) {
    Events events;
    return hold(events, pending, seed);
}

double ns_a_step(double seconds) {
    return seconds * 1e9 / static_cast<double>(k_steps);
}

void hold_figure(benchmark::State& state, const char* figure, std::int64_t pending) {
    const auto result = race(
        state, [&](std::uint64_t turn) { return hold_in<Ours>(pending, turn); },
        [&](std::uint64_t turn) { return hold_in<PriorityQueue>(pending, turn); });
    if (result) {
        ledger().record(figure, result->times_faster,
                        fmt::format("{:.1f} ns a step, std::priority_queue {:.1f} ns, the draw included",
                                    ns_a_step(result->ours_s), ns_a_step(result->theirs_s)));
    }
}
BENCHMARK_CAPTURE(hold_figure, , "hold_1e2", 100)->Name("hold_1e2")->Iterations(12)->UseManualTime();
BENCHMARK_CAPTURE(hold_figure, , "hold_1e4", 10'000)->Name("hold_1e4")->Iterations(10)->UseManualTime();
BENCHMARK_CAPTURE(hold_figure, , "hold_1e6", 1'000'000)->Name("hold_1e6")->Iterations(6)->UseManualTime();

void curve_pending(benchmark::State& state) {
    const std::int64_t pending = state.range(0);
    const auto result = race(
        state, [&](std::uint64_t turn) { return hold_in<Ours>(pending, turn); },
        [&](std::uint64_t turn) { return hold_in<PriorityQueue>(pending, turn); });
    if (result) {
        ledger()
            .curve(
                "Pending events", {"pending", "ns a step", "std::priority_queue, ns", "times faster"},
                "The hold model, exponential increments drawn inside the step. With few pending events what costs is\n"
                "the branch that asks which of two comes first, a coin toss; with many it is the cache: an event is\n"
                "24 bytes, so 10^5 of them fill the second level of cache and 10^6 the third. The ladder moves them\n"
                "about twice, always to the end of a block; a heap touches log2(n) places at random.")
            .rows.push_back({static_cast<double>(pending), ns_a_step(result->ours_s), ns_a_step(result->theirs_s),
                             result->times_faster});
    }
}
BENCHMARK(curve_pending)->RangeMultiplier(10)->Range(10, 10'000'000)->Iterations(4)->UseManualTime();

}  // namespace
}  // namespace nines::bench
