// The requests fidelity: hops a second of the AZ loss without a CDN, every page through web, items and session.

#include <benchmark/benchmark.h>

#include "bench/ratio.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"
#include "models/requests/simulate.hpp"

namespace nines::bench {
namespace {

Plan plan_of(const std::string& path, const std::string& set) {
    Problems problems;
    Document document = read_document(path, problems);
    apply_set(document, set, problems);
    const Catalog catalog;
    const Architecture architecture = read_architecture(document, catalog, problems);
    return compile(architecture, catalog);
}

void az_loss_without_cdn(benchmark::State& state) {
    const Plan plan =
        plan_of(std::string(NINES_SOURCE_DIR) + "/scenarios/lose-an-az-no-cdn.yaml", "run.horizon=15 min");
    double hops = 0;
    double seconds = 0;
    for (auto _ : state) {
        Run run;
        const Timed one = timed([&] {
            run = simulate_requests(plan, {1, 0});
            return run.fingerprint;
        });
        for (const ScopeTally& service : run.services) {
            hops += static_cast<double>(service.offered);
        }
        seconds += one.seconds;
        state.SetIterationTime(one.seconds);
    }
    state.counters["mhops_per_s"] = hops / seconds / 1e6;
}
BENCHMARK(az_loss_without_cdn)->Iterations(5)->UseManualTime();

}  // namespace
}  // namespace nines::bench
