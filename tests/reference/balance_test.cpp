// Balancing over instances with queues of their own: exact chains, E4/M/1, and the limit of many instances.

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};
// A horizon so short that less of it would leave out too many of those still in flight, which are the slow ones.
constexpr Effort k_whole{.replications = 32, .may_shorten = false};

std::vector<ReferenceCase> cases() {
    return {
        {"shorter_of_two",
         text_of({.service = "instances: 2, workers: 1, balance: {policy: least-outstanding}",
                  .demand = "rate: 160/s",
                  .run = "warmup: 1 min, horizon: 20 min"}),
         k_usual,
         {{"utilization@s", 0.8},
          {"latency.mean", 0.02955736617637527},
          {"wait.mean@s", 0.019557366176375268},
          {"number", 4.7291785882200434, k_tolerance, number_at("s", 2)}}},
        {"better_of_two_of_three",
         text_of({.service = "instances: 3, workers: 1, balance: {policy: power-of-two}",
                  .demand = "rate: 240/s",
                  .run = "warmup: 1 min, horizon: 16 min"}),
         k_usual,
         {{"utilization@s", 0.8},
          {"latency.mean", 0.025099997890428723},
          {"wait.mean@s", 0.015099997890428722},
          {"number", 6.023999493702894, k_tolerance, number_at("s", 3)}}},
        {"round_robin_is_e4m1",
         text_of({.service = "instances: 4, workers: 1, balance: {policy: round-robin}",
                  .demand = "rate: 320/s",
                  .run = "warmup: 1 min, horizon: 10 min"}),
         k_usual,
         {{"utilization@s", 0.8},
          {"latency.mean", 0.03267383610319362},
          {"wait.mean@s", 0.022673836103193616},
          {"latency.p50", 0.022647777373006404},
          {"latency.p95", 0.09788206531515069, k_wide},
          {"latency.p99", 0.15046857588428855, k_wide}}},
        {"random_is_mm1",
         text_of({.service = "instances: 2, workers: 1, balance: {policy: random}",
                  .demand = "rate: 160/s",
                  .run = "warmup: 1 min, horizon: 20 min"}),
         k_usual,
         {{"latency.mean", 0.05}}},
        {"one_queue_of_the_group_is_mm2",
         text_of({.service = "instances: 2, workers: 1, queue: {of: group}",
                  .demand = "rate: 160/s",
                  .run = "warmup: 1 min, horizon: 20 min"}),
         k_usual,
         {{"latency.mean", 0.027777777777777783}}},
        // The exact value is the limit of infinitely many instances; with 400 the error is of the order of 1/400.
        {"better_of_two_of_many",
         text_of({.service = "instances: 400, workers: 1, balance: {policy: power-of-two}",
                  .demand = "rate: 36000/s",
                  .run = "warmup: 4 s, horizon: 2 s"}),
         k_whole,
         {{"utilization@s", 0.9, k_wide}, {"latency.mean", 0.026140573773238756, k_wide}}},
    };
}

class Balance : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Balance, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Theory, Balance, testing::ValuesIn(cases()), name_of);

TEST(BalanceMutants, RoundRobinIsToldFromRandom) {
    expect_rejected(text_of({.service = "instances: 4, workers: 1, balance: {policy: random}",
                             .demand = "rate: 320/s",
                             .run = "warmup: 1 min, horizon: 3 min"}),
                    k_usual, {{"latency.mean", 0.03267383610319362}});
}

TEST(BalanceMutants, TheBetterOfTwoIsToldFromTheShortest) {
    expect_rejected(text_of({.service = "instances: 3, workers: 1, balance: {policy: least-outstanding}",
                             .demand = "rate: 240/s",
                             .run = "warmup: 1 min, horizon: 6 min"}),
                    k_usual, {{"latency.mean", 0.025099997890428723}});
}

}  // namespace
}  // namespace nines::support
