// Closed loops: users who think, ask, and think again. Machine repair and mean value analysis.

#include <gtest/gtest.h>

#include "engine/analytic/queueing.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};

// Users visit three single-server stations, one after another; a station is freed when its own work ends.
const char* const k_three_stations = R"(nines: 1
name: closed network
services:
  front:
    kind: fleet
    async: true
    workers: unlimited
    endpoints: {op: {steps: [{call: web.op}, {call: db.op}, {call: cache.op}]}}
  web: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(50 ms)}]}}}
  db: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(80 ms)}]}}}
  cache: {kind: fleet, workers: 1, endpoints: {op: {steps: [{work: exponential(30 ms)}]}}}
demand:
  d: {calls: {front.op: 100 %}, rate: users(40 think exponential(4 s))}
run: {fidelity: requests, warmup: 3 min, horizon: 1 h}
)";

std::vector<ReferenceCase> cases() {
    return {
        {"fifty_users",
         text_of({.work = "exponential(100 ms)",
                  .demand = "rate: users(50 think exponential(7 s))",
                  .run = "warmup: 3 min, horizon: 3 h"}),
         k_usual,
         {{"throughput", 6.861972242790456},
          {"utilization@s", 0.6861972242790456},
          {"latency.mean", 0.2865348664930249},
          {"wait.mean@s", 0.1865348664930249},
          {"queue.mean@s", 1.2799970761877604},
          {"number", 1.966194300466806, k_tolerance, number_at("s", 1)},
          {"latency.p50", 0.2065983741596482},
          {"latency.p95", 0.8305699734559233, k_wide},
          {"latency.p99", 1.226361491227358, k_wide}}},
        {"two_hundred_users_four_servers",
         text_of({.work = "exponential(80 ms)",
                  .service = "workers: 4",
                  .demand = "rate: users(200 think exponential(5 s))",
                  .run = "warmup: 3 min, horizon: 100 min"}),
         k_usual,
         {{"throughput", 39.02207932216172},
          {"utilization@s", 0.7804415864432345},
          {"latency.mean", 0.12530350699211557},
          {"wait.mean@s", 0.04530350699211555},
          {"queue.mean@s", 1.7678370434184414},
          {"number", 4.88960338919138, k_tolerance, number_at("s", 4)}}},
        // Thinking may follow any law of that mean.
        {"fifty_users_of_regular_thought",
         text_of({.work = "exponential(100 ms)",
                  .demand = "rate: users(50 think uniform(0 s 14 s))",
                  .run = "warmup: 3 min, horizon: 1 h"}),
         k_usual,
         {{"throughput", 6.861972242790456}, {"latency.mean", 0.2865348664930249}}},
        {"three_stations",
         k_three_stations,
         k_usual,
         {{"throughput", 9.128707927389941},
          {"latency.mean", 0.3817811149355836},
          {"latency.mean@web", 0.0890548582350841},
          {"latency.mean@db", 0.2518758392544083},
          {"latency.mean@cache", 0.04085041744609116},
          {"utilization@web", 0.4564353963694971},
          {"utilization@db", 0.7302966341911954},
          {"utilization@cache", 0.27386123782169824},
          {"number at web", 0.8129557903431996, k_tolerance, number_at("web", 1)},
          {"number at db", 2.2993009705197123, k_tolerance, number_at("db", 1)},
          {"number at cache", 0.37291152957732077, k_tolerance, number_at("cache", 1)}}},
    };
}

class Closed : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Closed, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Users, Closed, testing::ValuesIn(cases()), name_of);

TEST(ClosedMutants, TwoUsersMoreAreNoticed) {
    const auto exact = analytic::solve_closed(50, 7, 0.1, 1);
    expect_rejected(text_of({.work = "exponential(100 ms)",
                             .demand = "rate: users(52 think exponential(7 s))",
                             .run = "warmup: 3 min, horizon: 2 h"}),
                    k_usual, {{"throughput", exact.throughput_per_s}, {"latency.mean", exact.sojourn_mean_s}});
}

}  // namespace
}  // namespace nines::support
