// Rare events to a stated error on two threads, by the clock on the wall: unavailabilities with lognormal repair, and
// the escape of a retry storm.

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "bench/ledger.hpp"
#include "bench/measure.hpp"
#include "engine/experiment/executor.hpp"
#include "engine/experiment/importance_sampling.hpp"
#include "tests/engine/experiment/processes.hpp"
#include "tests/engine/experiment/systems.hpp"

namespace nines::bench {
namespace {

template <class Work>
double wall_s(Work work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// Ten groups of `size`, each component down a ten-thousandth of the time, repairs lognormal with cv 2 (the case of
/// docs/reference/rare-events.md); until the interval's half-width is `wanted` of the estimate.
void unavailability(benchmark::State& state, const char* figure, std::uint32_t size, double wanted) {
    const FailureSystem system =
        support::groups_of(10, size, Distribution::exponential(1e4), Distribution::lognormal_mean_cv(1, 2));
    const Executor executor(2);
    const double down = 1 / (1e4 + 1);
    const double truth = -std::expm1(10 * std::log1p(-std::pow(down, size)));
    std::vector<double> seconds;
    std::string remark;
    std::uint64_t seed = 1;
    for (auto _ : state) {
        Result<RareFigures> found;
        const double took_s = wall_s([&] {
            const RareOptions options{.effort = {.luck = {seed++, 0}, .relative_half_width = wanted}, .bias = {}};
            found = estimate_rare(system, options, parallel_for_on(executor));
        });
        state.SetIterationTime(took_s);
        seconds.push_back(took_s);
        const RareEstimate& estimate = found->unavailability;
        remark = fmt::format("{:.4g} with standard error {:.1f} %, truth {:.4g}", estimate.value,
                             100 * estimate.relative_error, truth);
    }
    ledger().record(figure, median(seconds), remark);
}

void eleven_nines(benchmark::State& state) {
    unavailability(state, "rare_1e11_s", 3, 0.02);
}
BENCHMARK(eleven_nines)->Name("rare_1e11_s")->Iterations(5)->UseManualTime();

void fifteen_nines(benchmark::State& state) {
    unavailability(state, "rare_1e15_s", 4, 0.1);
}
BENCHMARK(fifteen_nines)->Name("rare_1e15_s")->Iterations(5)->UseManualTime();

void escape(benchmark::State& state) {
    support::RetryStorm storm{
        .arrivals_per_s = 0.4, .services_per_s = 1, .timeouts_per_s = 0.0095, .retries_per_s = 0.2};
    const std::vector<double> chances = storm.exact();
    storm.log_committor = log_importance(chances);
    storm.guide = support::RetryStorm::Guide::committor;
    const Executor executor(2);
    std::vector<double> seconds;
    std::string remark;
    for (auto _ : state) {
        SplittingEstimate estimate;
        const double took_s =
            wall_s([&] { estimate = split(storm, {.paths_per_level = 2000}, parallel_for_on(executor)); });
        state.SetIterationTime(took_s);
        seconds.push_back(took_s);
        remark = fmt::format("{:.3g} with standard error {:.1f} %, exact {:.3g}", estimate.value,
                             100 * estimate.relative_error, chances[storm.number_of({})]);
    }
    ledger().record("rare_escape_s", median(seconds), remark);
}
BENCHMARK(escape)->Name("rare_escape_s")->Iterations(3)->UseManualTime();

}  // namespace
}  // namespace nines::bench
