// M/M/1 at 0.9 through the public interface of the kernel: against the bare Lindley recursion, which needs no events at
// all, and against the same queue in SimGrid, SystemC and SimPy (bench/peers). The waits are compared: ours to the
// nanosecond with Lindley's, the peers' with the closed form.

#include <fmt/format.h>

#include <cmath>

#include "bench/draws.hpp"
#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "bench/peer.hpp"
#include "engine/base/ring.hpp"
#include "engine/kernel/event_set.hpp"

namespace nines::bench {
namespace {

constexpr double k_gap_mean_s = 1 / 0.9;
constexpr double k_work_mean_s = 1;
constexpr double k_load = 0.9;

struct Mm1Luck {
    explicit Mm1Luck(std::uint64_t seed)
        : gaps(Luck{seed, 0}, "mm1.arrivals", "queue"), works(Luck{seed, 0}, "mm1.works", "queue") {}
    Nanoseconds gap() { return exponential_ns(gaps, k_gap_mean_s); }
    Nanoseconds work() { return exponential_ns(works, k_work_mean_s); }

    BlockStream gaps;
    BlockStream works;
};

/// The sum of the waits of so many customers, in nanoseconds.
std::uint64_t waits_by_events(std::uint64_t customers, std::uint64_t seed) {
    enum class Kind : std::uint16_t { arrival, departure };
    Mm1Luck luck(seed);
    EventSet events;
    Ring<Nanoseconds> waiting;
    bool busy = false;
    std::uint64_t arrived = 0;
    Nanoseconds waits = 0;
    const auto schedule = [&](Nanoseconds at, Kind kind) { events.schedule(at, static_cast<std::uint16_t>(kind), 0); };
    schedule(luck.gap(), Kind::arrival);
    while (!events.empty()) {
        const Event event = events.pop();
        switch (static_cast<Kind>(event.kind())) {
            case Kind::arrival:
                if (++arrived < customers) {
                    schedule(event.at + luck.gap(), Kind::arrival);
                }
                if (busy) {
                    waiting.push_back(event.at);
                } else {
                    busy = true;
                    schedule(event.at + luck.work(), Kind::departure);
                }
                break;
            case Kind::departure:
                if (waiting.empty()) {
                    busy = false;
                } else {
                    waits += event.at - waiting.front();
                    waiting.pop_front();
                    schedule(event.at + luck.work(), Kind::departure);
                }
                break;
        }
    }
    return static_cast<std::uint64_t>(waits);
}

/// The same by W(k+1) = max(0, W(k) + S(k) - A(k+1)). Source: Lindley, Proc. Camb. Phil. Soc. 48 (1952) 277.
std::uint64_t waits_by_lindley(std::uint64_t customers, std::uint64_t seed) {
    Mm1Luck luck(seed);
    luck.gap();  // the first customer comes when it likes and never waits
    Nanoseconds wait = 0;
    Nanoseconds waits = 0;
    for (std::uint64_t k = 1; k < customers; ++k) {
        const Nanoseconds left = wait + luck.work() - luck.gap();
        wait = left > 0 ? left : 0;
        waits += wait;
    }
    return static_cast<std::uint64_t>(waits);
}

std::string millions_a_second(std::uint64_t customers, double seconds) {
    return fmt::format("{:.3g} M customers/s", static_cast<double>(customers) / seconds / 1e6);
}

void mm1_vs_lindley(benchmark::State& state) {
    constexpr std::uint64_t k_customers = 1'000'000;
    const auto result = race(
        state, [&](std::uint64_t turn) { return timed([&] { return waits_by_events(k_customers, turn); }); },
        [&](std::uint64_t turn) { return timed([&] { return waits_by_lindley(k_customers, turn); }); });
    if (result) {
        ledger().record("mm1_vs_lindley", result->times_faster,
                        fmt::format("{}, Lindley {}", millions_a_second(k_customers, result->ours_s),
                                    millions_a_second(k_customers, result->theirs_s)));
    }
}
BENCHMARK(mm1_vs_lindley)->Iterations(12)->UseManualTime();

/// The mean wait of one side, over all turns.
class MeanWait {
public:
    void add(double sum_s, std::uint64_t customers) {
        sum_s_ += sum_s;
        customers_ += customers;
    }
    double mean_s() const { return sum_s_ / static_cast<double>(customers_); }

    /// Whether it is rho / (mu - lambda), up to what chance allows once in a million. The variance of the mean of n
    /// waits tends to rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 / (n mu^2).
    /// Source: Whitt: Planning queueing simulations. Mgmt Sci 35 (1989) 1341, eq. 24 (after Daley).
    bool is_right() const {
        constexpr double k_exact_s = k_load / (1 - k_load) * k_work_mean_s;
        constexpr double k_normal_once_in_a_million = 4.892;
        const double variance = k_load * (2 + 5 * k_load - 4 * k_load * k_load + k_load * k_load * k_load) /
                                std::pow(1 - k_load, 4) / static_cast<double>(customers_);
        return std::abs(mean_s() - k_exact_s) < k_normal_once_in_a_million * std::sqrt(variance);
    }

private:
    double sum_s_ = 0;
    std::uint64_t customers_ = 0;
};

struct Contest {
    const char* figure;
    Peer peer;
    std::uint64_t customers;           // of a turn: a third of a second for the slowest
    const char* idiom_of_manual = "";  // the script of another idiom, for the remark
};

void mm1_vs_peer(benchmark::State& state, const Contest& contest) {
    const auto& [figure, peer, customers, idiom_of_manual] = contest;
    if (!peer.is_there()) {
        return leave_out_peer(state, figure, peer);
    }
    MeanWait our_waits;
    MeanWait their_waits;
    const auto result = race(
        state,
        [&](std::uint64_t turn) {
            const Timed ours = timed([&] { return waits_by_events(customers, turn); });
            our_waits.add(static_cast<double>(ours.fingerprint) / k_ns_per_s, customers);
            return Timed{ours.seconds, 0};
        },
        [&](std::uint64_t turn) {
            const PeerResult theirs = peer.run(customers, turn + 1);
            their_waits.add(theirs.number("mean_wait_s") * static_cast<double>(customers), customers);
            return Timed{theirs.number("seconds"), 0};
        });
    const std::string waits =
        fmt::format("mean wait {:.3f} s, {} {:.3f} s, exact 9 s", our_waits.mean_s(), peer.name, their_waits.mean_s());
    if (!result || !our_waits.is_right() || !their_waits.is_right()) {
        ledger().leave_out(figure, waits);
        return state.SkipWithError(waits.c_str());
    }
    std::string remark = fmt::format("{}, {} {}; {}", millions_a_second(customers, result->ours_s), peer.name,
                                     millions_a_second(customers, result->theirs_s), waits);
    if (*idiom_of_manual != 0) {
        remark += fmt::format("; against the idiom of its manual: {:.0f} times",
                              simpy_peer(idiom_of_manual).run(customers, 1).number("seconds") / result->ours_s);
    }
    ledger().record(figure, result->times_faster, remark);
}
BENCHMARK_CAPTURE(mm1_vs_peer, , Contest{"mm1_vs_simgrid", built_peer("SimGrid 3.32", "simgrid_mm1"), 1'000'000})
    ->Name("mm1_vs_simgrid")
    ->Iterations(8)
    ->UseManualTime();
BENCHMARK_CAPTURE(mm1_vs_peer, , Contest{"mm1_vs_systemc", built_peer("SystemC 2.3.4", "systemc_mm1"), 1'000'000})
    ->Name("mm1_vs_systemc")
    ->Iterations(12)
    ->UseManualTime();
BENCHMARK_CAPTURE(mm1_vs_peer, , Contest{"mm1_vs_simpy", simpy_peer("simpy_mm1.py"), 300'000, "simpy_mm1_processes.py"})
    ->Name("mm1_vs_simpy")
    ->Iterations(8)
    ->UseManualTime();

}  // namespace
}  // namespace nines::bench
