// The requests fidelity: hops a second of the three-hop chain, beside the same chain in SimPy, and how they change with
// the number of services, instances and requests in flight.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "bench/peer.hpp"
#include "bench/scenario_plan.hpp"
#include "engine/stats/interval.hpp"
#include "engine/stats/tally.hpp"
#include "models/requests/simulate.hpp"

namespace nines::bench {
namespace {

/// A run and the processor time that it took.
struct TimedRun {
    Run run;
    double seconds = 0;

    double hops() const { return hops_of(run); }
};

TimedRun timed_run(const Plan& plan, std::uint64_t turn) {
    TimedRun result;
    result.seconds = timed([&] {
                         result.run = simulate_requests(plan, {turn + 1, 0});
                         return result.run.fingerprint;
                     }).seconds;
    return result;
}

/// A turn for each iteration, of luck of its own; `look` sees each.
template <class Look>
double median_mhops_per_s(benchmark::State& state, const Plan& plan, Look look) {
    std::vector<double> rates;
    std::uint64_t turn = 0;
    for (auto _ : state) {
        const TimedRun one = timed_run(plan, turn++);
        state.SetIterationTime(one.seconds);
        rates.push_back(one.hops() / one.seconds / 1e6);
        look(one);
    }
    return median(rates);
}
double median_mhops_per_s(benchmark::State& state, const Plan& plan) {
    return median_mhops_per_s(state, plan, [](const TimedRun&) {});
}

void three_hop_mhops(benchmark::State& state) {
    const Plan plan = three_hop({"run.warmup=0 s", "run.horizon=3 min"});
    double events = 0;
    double hops = 0;
    const double mhops_per_s = median_mhops_per_s(state, plan, [&](const TimedRun& one) {
        events += static_cast<double>(one.run.events);
        hops += one.hops();
    });
    state.counters["mhops_per_s"] = mhops_per_s;
    ledger().record("three_hop_mhops_per_s", mhops_per_s,
                    fmt::format("{:.0f} ns a hop, {:.2f} events a hop", 1e3 / mhops_per_s, events / hops));
}
BENCHMARK(three_hop_mhops)->Name("three_hop_mhops_per_s")->Iterations(9)->UseManualTime();

/// Whether two sets of independent means differ by no more than chance allows once in a million.
bool agree(const Tally& a, const Tally& b) {
    const double error =
        std::sqrt(a.variance() / static_cast<double>(a.count()) + b.variance() / static_cast<double>(b.count()));
    const double degrees = static_cast<double>(a.count() + b.count() - 2);
    return std::abs(a.mean() - b.mean()) < student_t_quantile(1 - 0.5e-6, degrees) * error;
}

void three_hop_vs_simpy(benchmark::State& state) {
    constexpr std::uint64_t k_requests = 40'000;
    const Peer peer = simpy_peer("simpy_three_hop.py");
    if (!peer.is_there()) {
        return leave_out_peer(state, "three_hop_vs_simpy", peer);
    }
    const Plan plan = three_hop({"run.warmup=0 s", "run.horizon=40 s"});
    Tally our_latency_s;
    Tally their_latency_s;
    // Both are timed by the hop: an open system gets a few requests more or fewer.
    const auto result = race(
        state,
        [&](std::uint64_t turn) {
            const TimedRun one = timed_run(plan, turn);
            our_latency_s.add(one.run.demands[DemandId{0}].ok_latency.mean() * 1e-9);
            return Timed{one.seconds / one.hops(), 0};
        },
        [&](std::uint64_t turn) {
            const PeerResult one = peer.run(k_requests, turn + 1);
            their_latency_s.add(one.number("mean_latency_s"));
            return Timed{one.number("seconds") / std::max(1.0, one.number("hops")), 0};
        });
    const std::string means = fmt::format("mean latency {:.3f} ms, SimPy {:.3f} ms", our_latency_s.mean() * 1e3,
                                          their_latency_s.mean() * 1e3);
    if (!result || !agree(our_latency_s, their_latency_s)) {
        ledger().leave_out("three_hop_vs_simpy", means);
        return state.SkipWithError(means.c_str());
    }
    const PeerResult manual = simpy_peer("simpy_three_hop_processes.py").run(k_requests / 2, 1);
    ledger().record(
        "three_hop_vs_simpy", result->times_faster,
        fmt::format("SimPy by callbacks {:.3f} Mhops/s; against processes and resources, the idiom of its "
                    "manual: {:.0f} times; {}",
                    1e-6 / result->theirs_s,
                    manual.number("seconds") / std::max(1.0, manual.number("hops")) / result->ours_s, means));
}
BENCHMARK(three_hop_vs_simpy)->Iterations(9)->UseManualTime();

/// Chains of three services beside each other, each with its own users; 2,000 requests/s over all.
std::string chains(std::int64_t count) {
    std::string services;
    std::string demands;
    const auto endpoint = [](const std::string& steps) {
        return "{kind: fleet, on: m7g.large, in: {zones: 1, each: 3}, workers: 20, endpoints: {get: {steps: [" + steps +
               "]}}}\n";
    };
    for (std::int64_t i = 0; i < count; ++i) {
        services += fmt::format("  a{0}: ", i) +
                    endpoint(fmt::format("{{work: exponential(1 ms)}}, {{call: b{}.get, timeout: 1 s}}", i));
        services += fmt::format("  b{0}: ", i) +
                    endpoint(fmt::format("{{work: exponential(8 ms)}}, {{call: c{}.get, timeout: 1 s}}", i));
        services += fmt::format("  c{}: ", i) + endpoint("{work: exponential(4 ms)}");
        demands += fmt::format("  u{0}: {{calls: a{0}.get, rate: {1}/s, timeout: 1 s}}\n", i,
                               2000 / static_cast<double>(count));
    }
    return "nines: 1\nname: Chains\nworld: {regions: [us-east-1]}\nservices:\n" + services + "demand:\n" + demands +
           "run: {horizon: 100 s}\n";
}

void curve_services(benchmark::State& state) {
    const std::int64_t count = state.range(0);
    const Plan plan = plan_of_text("chains.yaml", chains(count));
    const double rate = median_mhops_per_s(state, plan);
    ledger()
        .curve(
            "Services", {"services", "Mhops/s"},
            "Chains of three services beside each other, 2,000 requests/s over all. Each hop touches the plan of its\n"
            "service, its instances and its histograms; with hundreds of services in turn these come from further\n"
            "and further away in the cache.")
        .rows.push_back({static_cast<double>(3 * count), rate});
}
BENCHMARK(curve_services)->Arg(1)->Arg(3)->Arg(10)->Arg(30)->Arg(100)->Arg(300)->Iterations(3)->UseManualTime();

void curve_instances(benchmark::State& state) {
    const std::int64_t each = state.range(0);
    std::vector<std::string> sets{"run.warmup=0 s", "run.horizon=30 s", "demand.clients.rate=2000/s"};
    for (const char* service : {"edge", "web", "db"}) {
        sets.push_back(fmt::format("services.{}.in.each={}", service, each));
        sets.push_back(fmt::format("services.{}.workers=10", service));
        sets.push_back(fmt::format("services.{}.balance={{policy: least-outstanding, health: instant}}", service));
    }
    const Plan plan = three_hop(sets);
    const double rate = median_mhops_per_s(state, plan);
    ledger()
        .curve(
            "Instances", {"instances", "Mhops/s"},
            "The three-hop chain at 2,000 requests/s, the least outstanding of all instances asked. The time includes\n"
            "setting up; what each instance has outstanding is read at random, so memory sets the pace once it is\n"
            "more than the cache holds.")
        .rows.push_back({static_cast<double>(3 * each), rate});
}
BENCHMARK(curve_instances)->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000)->Arg(100'000)->Iterations(3)->UseManualTime();

/// How many attempts are under way on average: by Little's law, from how long each took.
double attempts_in_flight(const Run& run) {
    double seconds = 0;
    for (const ScopeTally& service : run.services) {
        seconds += service.ok_latency.mean() * 1e-9 * static_cast<double>(service.ok_latency.count());
    }
    return seconds / run.measured_s;
}

void curve_in_flight(benchmark::State& state) {
    const std::int64_t rate = state.range(0);
    const Plan plan =
        three_hop({"run.warmup=0 s", fmt::format("run.horizon={} ms", std::max<std::int64_t>(500, 60'000'000 / rate)),
                   fmt::format("demand.clients.rate={}/s", rate), "services.edge.workers=unlimited",
                   "services.web.workers=unlimited", "services.db.workers=unlimited"});
    double in_flight = 0;
    const double mhops_per_s =
        median_mhops_per_s(state, plan, [&](const TimedRun& one) { in_flight = attempts_in_flight(one.run); });
    ledger()
        .curve(
            "Requests in flight", {"requests/s", "attempts in flight", "Mhops/s"},
            "The three-hop chain with as many workers as it asks for; each attempt has a timeout of a second pending.\n"
            "The records of attempts and their events are met at random: cache misses grow with their number.")
        .rows.push_back({static_cast<double>(rate), in_flight, mhops_per_s});
}
BENCHMARK(curve_in_flight)->Arg(1000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Iterations(3)->UseManualTime();

}  // namespace
}  // namespace nines::bench
