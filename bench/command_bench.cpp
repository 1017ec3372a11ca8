// Whole programs, run as children: `nines run` on big and on small scenarios, by the clock on the wall and by the most
// memory; what an attempt in flight weighs; which share of the instructions goes into fingerprint and checks.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "bench/child.hpp"
#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "bench/scenario_plan.hpp"

namespace nines::bench {
namespace {

/// `nines run` of a scenario of bench/scenarios.
Child run_nines(const char* scenario) {
    return run_child({NINES_PROGRAM, "run", scenario_path(scenario)});
}

/// The first line of what a program complained about.
std::string complaint(const Child& child) {
    return fmt::format("exit code {}: {}", child.exit_code, child.errors.substr(0, child.errors.find('\n')));
}

struct Runs {
    double wall_s = 0;      ///< the median
    double peak_bytes = 0;  ///< the most
    std::string problem;
};

/// Runs a scenario once for each iteration.
Runs run_often(benchmark::State& state, const char* scenario) {
    Runs runs;
    std::vector<double> walls;
    for (auto _ : state) {
        const Child child = run_nines(scenario);
        if (child.exit_code != 0) {
            runs.problem = complaint(child);
        }
        state.SetIterationTime(child.wall_s);
        walls.push_back(child.wall_s);
        runs.peak_bytes = std::max(runs.peak_bytes, child.peak_bytes);
    }
    runs.wall_s = median(walls);
    return runs;
}

void inventory_200k(benchmark::State& state) {
    const Runs runs = run_often(state, "inventory-200k.yaml");
    if (!runs.problem.empty()) {
        ledger().leave_out("inventory_200k_s", runs.problem);
        return ledger().leave_out("inventory_200k_gb", runs.problem);
    }
    ledger().record("inventory_200k_s", runs.wall_s);
    ledger().record("inventory_200k_gb", runs.peak_bytes / 1e9);
}
BENCHMARK(inventory_200k)->Name("inventory_200k_s,inventory_200k_gb")->Iterations(3)->UseManualTime();

void inventory_100m(benchmark::State& state) {
    const Runs runs = run_often(state, "inventory-100m.yaml");
    if (!runs.problem.empty()) {
        return ledger().leave_out("inventory_100m_s", runs.problem);
    }
    ledger().record("inventory_100m_s", runs.wall_s, fmt::format("{:.0f} MB at most", runs.peak_bytes / 1e6));
}
BENCHMARK(inventory_100m)->Name("inventory_100m_s")->Iterations(5)->UseManualTime();

void startup(benchmark::State& state) {
    const Runs runs = run_often(state, "small.yaml");
    if (!runs.problem.empty()) {
        return ledger().leave_out("startup_ms", runs.problem);
    }
    ledger().record("startup_ms", runs.wall_s * 1e3, fmt::format("{:.0f} MB at most", runs.peak_bytes / 1e6));
}
BENCHMARK(startup)->Name("startup_ms")->Iterations(20)->UseManualTime();

/// What a probe told in its one line of JSON. A probe that fails is a defect of ours.
nlohmann::json ask_probe(const std::vector<std::string>& words) {
    const Child child = run_child(words);
    nlohmann::json told = nlohmann::json::parse(last_line(child.output), nullptr, false);
    if (child.exit_code != 0 || !told.is_object()) {
        fmt::print(stderr, "{} failed: {}{}\n", fmt::join(words, " "), child.output, child.errors);
        std::exit(1);
    }
    return told;
}

/// Two runs that differ in how much is in flight; what does not grow with it falls out of the difference.
void bytes_per_request(benchmark::State& state) {
    std::vector<double> weights;
    double attempts = 0;
    double size = 0.7;  // of the second run against the full one: arrays grow by doubling, so one size could be lucky
    for (auto _ : state) {
        const nlohmann::json few = ask_probe({NINES_PROBE, "memory", "2000"});
        const nlohmann::json many = ask_probe({NINES_PROBE, "memory", fmt::format("{:.0f}", 200'000 * size)});
        const auto grown = [&](const char* what) { return many.at(what).get<double>() - few.at(what).get<double>(); };
        attempts = many.at("attempts").get<double>();
        weights.push_back(grown("bytes") / grown("attempts"));
        state.SetIterationTime(many.at("seconds").get<double>());
        size *= 1.15;
    }
    const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
    const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    state.counters["bytes"] = mean;
    ledger().record("bytes_per_request", mean,
                    fmt::format("resident memory, the mean over {} numbers in flight up to {:.0f} ({:.0f} to {:.0f} B)",
                                weights.size(), attempts, *least, *most));
}
BENCHMARK(bytes_per_request)->Iterations(5)->UseManualTime();

void callgrind_shares(benchmark::State& state) {
    nlohmann::json shares = {{"why", "valgrind is not on this system; `tools/dev bench` installs it"}};
    for (auto _ : state) {
        if (access("/usr/bin/valgrind", X_OK) == 0) {
            shares = ask_probe({"/usr/bin/python3", NINES_SOURCE_DIR "/bench/callgrind_shares.py", NINES_SOURCE_DIR,
                                NINES_PROBE, "three-hop", "20"});
        }
        state.SetIterationTime(1e-9);  // what it took under valgrind says nothing
    }
    for (const auto& [figure, what] :
         {std::pair("fingerprint_cost", "fingerprint"), std::pair("checks_cost", "checks")}) {
        if (shares.contains("why")) {
            ledger().leave_out(figure, shares.at("why").get<std::string>());
            continue;
        }
        const double share = shares.at(what).get<double>();
        const double instructions = shares.at("instructions").get<double>() / shares.at("hops").get<double>();
        state.counters[what] = share;
        ledger().record(figure, 100 * share, fmt::format("of {:.0f} instructions a hop", instructions));
    }
}
BENCHMARK(callgrind_shares)->Name("fingerprint_cost,checks_cost")->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace nines::bench
