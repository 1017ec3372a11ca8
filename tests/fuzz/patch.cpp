// Fuzzer: any lines as changes (--set PATH=VALUE) of a whole scenario, read and checked afterwards.

#include "models/language/patch.hpp"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "engine/base/check.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/language/source.hpp"

namespace {

// Without a world: the catalogue would take most of the time.
constexpr const char* k_text = R"(
nines: 1
name: What the changes are made to
services:
  web:
    kind: fleet
    instances: 4
    queue: {limit: 64, discipline: fifo}
    scale: {target: 60 %, max: 9, launch: lognormal(mean 2 min cv 0.4)}
    on: m7g.large
    purchase: {reserved: 60 %, spot: 20 %}
    layers: {operating-system: provider}
    patch: {every: 14 d, takes: 2 h}
    absorb: 100/s
    deploy: {code: {every: 1 d, strategy: canary(10 % 5 min), bake: 1 h, bad: 5 %, effect: {errors: 20 %}, takes: 3 min}}
    balance: {policy: least-outstanding, health: {every: 5 s, fail: 2}}
    endpoints:
      page:
        steps:
          - work: lognormal(mean 40 ms cv 1)
          - cache: {hit: 70 %}
          - parallel:
              - {call: orders.read, timeout: 20 ms, optional: true}
              - {call: orders.write, retry: {attempts: 3, backoff: exponential(20 ms cap 1 s), jitter: full}}
  orders:
    kind: database
    replication: {standby: {mode: sync}, replica: {mode: async, lag: 800 ms}}
    data: {records: 1e6, size: 1 TB, growth: 40 GB/month, usd_per_record: 3 USD, encrypted: {rest: true}}
    backup: {every: 1 d, keep: 35 d, restore: 1 GB/s, own-credentials: true}
    network: {from: [web, internet]}
    failover: {detect: 30 s, promote: lognormal(mean 45 s cv 0.5)}
    endpoints:
      read: {steps: [{work: 2 ms}]}
      write: {steps: [{work: exponential(4 ms)}], writes: 1}
demand:
  users: {calls: {web.page: 95 %, orders.read: 5 %}, rate: diurnal(peak 900/s trough 250/s at 20:00), timeout: 3 s}
domains: {rack: [instance/web/0, instance/web/1]}
faults:
  lose: {target: domain/rack, effect: {slow: 3, errors: 5 %}, at: 10 min, for: 20 min}
  wear: {target: any instance of web, effect: down, every: exponential(4 yr), for: 90 min, crews: 2}
  stuck: {target: service/web, effect: crash, every: 30 d, repair: restart, layer: configuration}
alarms: {errors: {metric: error_share@web, above: 5 %, of: 30 s, points: 3 of 5, missing: bad}}
oncall:
  acknowledge: exponential(5 min)
  diagnose: exponential(20 min)
  night: {from: 22:00, to: 07:30, slower: 2.5}
  game_days: {every: 90 d, shorten: 30 %, lasts: 60 d}
runbooks: {restart: {automatic: true, takes: 2 min, error: 5 %}}
identities: {role: {of: web, may: [orders.read, orders], rotate: 60 d}}
threats:
  leak: {identity: role, every: exponential(100 d), detect: exponential(30 d), hop: 1 h, reads: 1/s}
  cve: {layer: runtime, every: 90 d, to_exploit: exponential(20 d)}
  ransom: {kind: ransomware, of: orders, every: exponential(1 yr)}
  flood: {rate: 1000/s, every: exponential(1 yr), for: exponential(1 h)}
value: {request: 2 USD, minute_down: 30 USD, transaction: web.page}
objectives: {availability: ">= 99.8 %", latency.p99: "<= 400 ms"}
run: {fidelity: requests, start: 2026-01-05 19:30, warmup: 2 min, horizon: 1 h, seed: 7}
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const nines::Catalog k_catalog;
    static const nines::Document k_scenario = [] {
        nines::Problems problems;
        auto document = nines::read_document_text("fuzz.yaml", k_text, problems);
        nines::check(problems.empty(), "the scenario to change can be read");
        return document;
    }();
    nines::Document document = k_scenario;
    nines::Problems problems;
    std::istringstream lines(std::string(data, data + size));
    for (std::string line; std::getline(lines, line);) {
        nines::apply_set(document, line, problems);
    }
    nines::read_architecture(document, k_catalog, problems);
    nines::check(problems.empty() == nines::format_problems(document, problems).empty(), "a problem has a text");
    return 0;
}
