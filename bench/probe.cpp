// nines_probe: pieces of work that are measured from outside, in a process of their own.
//   nines_probe memory RATE         resident memory with the three-hop chain in full flight at RATE requests/s
//   nines_probe three-hop SECONDS   the three-hop chain for so long, to be run under valgrind
// Both print one line of JSON.

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <string_view>

#include "bench/measure.hpp"
#include "bench/scenario_plan.hpp"
#include "models/requests/simulate.hpp"

namespace nines::bench {
namespace {

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double all_pages = 0;
    double resident_pages = 0;
    statm >> all_pages >> resident_pages;
    return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Works a hundred times as long as those of the figures, so that many attempts are in flight at a rate that does not
/// take long to simulate; all of them have a worker, and a timeout pending that hardly ever fires.
Plan long_works(const std::string& rate) {
    std::vector<std::string> sets{
        "run.warmup=0 s",
        "run.horizon=10 s",
        "demand.clients.rate=" + rate + "/s",
        "demand.clients.timeout=20 s",
        "services.edge.endpoints.get.steps[0].work=exponential(100 ms)",
        "services.web.endpoints.get.steps[0].work=exponential(800 ms)",
        "services.db.endpoints.get.steps[0].work=exponential(400 ms)",
        "services.edge.endpoints.get[call web.get].timeout=20 s",
        "services.web.endpoints.get[call db.get].timeout=20 s",
    };
    for (const char* service : {"edge", "web", "db"}) {
        sets.push_back(fmt::format("services.{}.workers=unlimited", service));
    }
    return three_hop(sets);
}

int memory(const std::string& rate) {
    // Big arrays are given back to the system when they have been outgrown: what is resident is what is held.
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024);
    const Plan plan = long_works(rate);
    double bytes = 0;
    Run run;
    const Timed timing = timed([&] {
        run = simulate_requests(plan, {1, 0}, [&](double, std::uint64_t) {
            bytes = resident_bytes();
            return true;
        });
        return run.fingerprint;
    });
    double attempts = 0;
    for (const ScopeTally& service : run.services) {
        attempts += static_cast<double>(service.in_flight());
    }
    fmt::print("{{\"attempts\": {:.0f}, \"bytes\": {:.0f}, \"seconds\": {:.6f}}}\n", attempts, bytes, timing.seconds);
    return 0;
}

int three_hop_for(const std::string& seconds) {
    const Plan plan = three_hop({"run.warmup=0 s", "run.horizon=" + seconds + " s"});
    const Run run = simulate_requests(plan, {1, 0});
    fmt::print("{{\"hops\": {:.0f}, \"mean_latency_s\": {:.9g}, \"fingerprint\": {}}}\n", hops_of(run),
               run.demands[DemandId{0}].ok_latency.mean() * 1e-9, run.fingerprint);
    return 0;
}

}  // namespace
}  // namespace nines::bench

int main(int argc, char** argv) {
    const std::string_view what = argc == 3 ? argv[1] : "";
    if (what == "memory") {
        return nines::bench::memory(argv[2]);
    }
    if (what == "three-hop") {
        return nines::bench::three_hop_for(argv[2]);
    }
    fmt::print(stderr, "usage: nines_probe memory RATE | three-hop SECONDS\n");
    return 2;
}
