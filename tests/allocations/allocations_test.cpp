// The event loop allocates nothing in steady state: twice the time costs no more allocations.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "models/requests/simulate.hpp"
#include "tests/support/simulate.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
    return counted(size);
}
void* operator new[](std::size_t size) {
    return counted(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace nines {
namespace {

/// Queues, retries with budgets, timeouts, parallel calls, a network, a cache, a database, a scaler that has nothing to
/// do: all that a request can meet. Alarms on the bill and on a queue, whose windows all say that nothing is wrong.
std::string shop(const std::string& horizon) {
    return R"(
nines: 1
name: allocations
world: {regions: [us-east-1], edges: [IAD]}
services:
  edge: {kind: cdn, endpoints: {page: {steps: [{cache: {hit: 50 %}}, {call: web.page, timeout: 2 s}]}}}
  web:
    kind: fleet
    async: true
    in: {region: us-east-1, zones: 3, each: 4}
    queue: {limit: 64, patience: exponential(2 s)}
    balance: {policy: least-outstanding}
    scale: {target: 33 %, max: 40, launch: 2 min}
    endpoints:
      page:
        steps:
          - work: exponential(40 ms)
          - parallel:
              - {call: items.read, timeout: 30 ms, retry: {attempts: 3, backoff: exponential(5 ms), jitter: full, budget: 10 %}}
              - {call: db.write, optional: true}
  items: {kind: fleet, in: {region: us-east-1, zones: 3}, workers: 16, endpoints: {read: {steps: [{work: exponential(10 ms)}]}}}
  db: {kind: database, on: db.r6g.large, in: {region: us-east-1}, replication: {standby: {}}, endpoints: {write: {steps: [{work: 2 ms}], writes: 1}}}
demand: {d: {from: {IAD: 100 %}, calls: edge.page, rate: 200/s, timeout: 3 s, retry: {attempts: 2}}}
alarms:
  bill: {metric: cost, above: 1000 USD/h, of: 1 min}
  budget: {metric: budget, above: 1000000 USD, of: 1 min}
  line: {metric: queue@web, above: 10000, of: 1 min}
run: {slice: 10 min, horizon: )" +
           horizon + "}\n";
}

std::uint64_t allocations_of(const Plan& plan) {
    const std::uint64_t before = allocations;
    simulate_requests(plan, {3, 0});
    return allocations - before;
}

TEST(Allocations, NoneInSteadyState) {
    const Plan half_an_hour = support::plan_of(shop("30 min"));
    const Plan two_hours = support::plan_of(shop("120 min"));
    const std::uint64_t shorter = allocations_of(half_an_hour);
    const std::uint64_t longer = allocations_of(two_hours);
    // Arrays still double, and a histogram opens an octave, when a new extreme comes; a million more requests do not.
    EXPECT_LT(longer - shorter, 60U) << "in 90 minutes and 1.1 million requests more";
}

}  // namespace
}  // namespace nines
