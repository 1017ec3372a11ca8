// Retries, back-off, budgets, timeouts, shedding, and retries that meet the same congestion again.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/analytic/markov_chain.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};

/// Errors at so many percent, so many attempts, no queueing.
std::string errors_retried(const std::string& percent, int attempts, const std::string& run) {
    return text_of(
        {.work = "1 ms",
         .service = "workers: unlimited",
         .demand = fmt::format("rate: 1000/s, retry: {{attempts: {}}}", attempts),
         .faults = fmt::format("errors: {{target: service/s, effect: {{errors: {} %}}, at: 0 s, for: 1 h}}", percent),
         .run = run});
}

struct ErrorPoint {
    const char* name;
    const char* percent;
    int attempts;
    double success, attempts_per_request;
    const char* run = "horizon: 10 s";
};

std::vector<ReferenceCase> error_cases() {
    std::vector<ReferenceCase> cases;
    // Fewer than five failures in 1e4 requests are for splitting, not for this: there the attempts alone are checked.
    constexpr double k_rare = 5e-4;
    for (const ErrorPoint& point : {ErrorPoint{"three_retries_of_10", "10", 4, 0.9999, 1.111},
                                    ErrorPoint{"three_retries_of_20", "20", 4, 0.9984, 1.248, "horizon: 150 s"},
                                    ErrorPoint{"three_retries_of_50", "50", 4, 0.9375, 1.875, "horizon: 25 s"},
                                    ErrorPoint{"three_retries_of_75", "75", 4, 0.68359375, 2.734375},
                                    ErrorPoint{"one_retry_of_2", "2", 2, 0.9996, 1.02},
                                    ErrorPoint{"one_retry_of_30", "30", 2, 0.91, 1.3, "horizon: 15 s"},
                                    ErrorPoint{"one_retry_of_60", "60", 2, 0.64, 1.6}}) {
        const double failed = 1 - point.success;
        std::vector<Expected> figures = {{"attempts.per_request", point.attempts_per_request}};
        if (failed > k_rare) {
            figures.push_back({"failed", failed, failed < 0.01 ? k_wide : k_tolerance, share_of("error")});
        }
        cases.push_back({point.name, errors_retried(point.percent, point.attempts, point.run), k_usual, figures});
    }
    cases.push_back({"three_retries_of_1",
                     errors_retried("1", 4, "horizon: 170 s"),
                     k_usual,
                     {{"repeats", 0.010101, k_tolerance,
                       [](const Results& results) { return figure_of(results, "attempts.per_request") - 1; }}}});
    return cases;
}

/// Every attempt takes 20 ms, good or bad; the front waits longer and longer before each retry.
std::string backed_off(const std::string& jitter, int attempts) {
    return fmt::format(R"(nines: 1
name: back-off
services:
  front:
    kind: fleet
    async: true
    workers: unlimited
    endpoints:
      op:
        steps:
          - call: back.op
            retry: {{attempts: {}, backoff: exponential(50 ms cap 300 ms), jitter: {}}}
  back: {{kind: fleet, workers: unlimited, endpoints: {{op: {{steps: [{{work: 20 ms}}]}}}}}}
demand:
  d: {{calls: {{front.op: 100 %}}, rate: 1000/s}}
faults:
  errors: {{target: service/back, effect: {{errors: 30 %, after: work}}, at: 0 s, for: 3 h}}
run: {{fidelity: requests, warmup: 2 s, horizon: 110 s}}
)",
                       attempts, jitter);
}

/// Mean time of requests that failed: what is seen by all, less what is seen by those that went well.
double latency_of_failed(const Results& results) {
    const double ok = share_of("ok")(results);
    return (figure_of(results, "latency.seen.mean") - ok * figure_of(results, "latency.mean")) / (1 - ok);
}

std::vector<ReferenceCase> backoff_cases() {
    return {
        {"backoff_without_jitter",
         backed_off("none", 5),
         k_usual,
         {{"failed", 1 - 0.99757, k_wide, share_of("error")},
          {"latency.mean", 0.05865202441933899},
          {"latency.seen.mean", 0.060332},
          {"latency of failed", 0.75, k_tolerance, latency_of_failed},
          {"latency.seen.max", 0.75}}},
        {"backoff_with_full_jitter",
         backed_off("full", 5),
         k_usual,
         {{"failed", 1 - 0.99757, k_wide, share_of("error")},
          {"latency.mean", 0.043489930531190796},
          {"latency of failed", 0.425, k_tolerance, latency_of_failed}}},
        {"timeout_and_two_retries",
         R"(nines: 1
name: timeout
services:
  front:
    kind: fleet
    async: true
    workers: unlimited
    endpoints:
      op:
        steps:
          - call: back.op
            timeout: 100 ms
            retry: {attempts: 3}
  back: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: lognormal(mean 50 ms cv 2)}]}}}
demand:
  d: {calls: {front.op: 100 %}, rate: 1000/s}
run: {fidelity: requests, warmup: 5 s, horizon: 100 s}
)",
         k_usual,
         {{"failed", 1 - 0.9983206567747733, k_wide, share_of("error")},
          {"attempts.per_request@back", 1.132991345554127},
          {"latency.mean", 0.03936914636811785},
          {"latency.p50", 0.022301052885648768},
          {"latency.p95", 0.12760261232906076, k_wide},
          {"latency.p99", 0.2068164735620926, k_wide},
          {"latency of failed", 0.3, k_tolerance, latency_of_failed}}},
        {"mm1_with_timeout",
         text_of({.demand = "rate: 90/s, timeout: 200 ms", .run = "warmup: 1 min, horizon: 65 min"}),
         k_usual,
         {{"timed out", 1 - 0.8646647167633873, k_wide, share_of("timeout")},
          {"goodput", 77.81982450870485, k_wide},
          {"utilization@s", 0.9, k_wide},
          {"latency.mean", 0.06869647145006687, k_wide},
          {"latency.seen.mean", 0.08646647167633872, k_wide}}},
    };
}

/// M/M/1 with room for so many in overload; an answer after 250 ms is late, and still costs the work.
std::string shed(int room, const std::string& horizon) {
    return text_of({.service = fmt::format("workers: 1, queue: {{limit: {}}}", room - 1),
                    .demand = "rate: 150/s, timeout: 250 ms",
                    .run = "warmup: 1 min, horizon: " + horizon});
}

std::vector<ReferenceCase> shedding_cases() {
    return {
        {"shed_beyond_5",
         shed(5, "3 min"),
         k_usual,
         {{"rejected", 0.36541353383458647, k_tolerance, share_of("rejected")}, {"goodput", 95.18795909569067}}},
        {"shed_beyond_10",
         shed(10, "3 min"),
         k_usual,
         {{"rejected", 0.3372320801375222, k_tolerance, share_of("rejected")}, {"goodput", 99.40560682911375}}},
        {"shed_beyond_20",
         shed(20, "10 min"),
         k_usual,
         {{"rejected", 0.3334001753252733, k_tolerance, share_of("rejected")},
          {"goodput", 91.99298101444168},
          {"late", 0.07997794569547559, k_wide,
           [](const Results& results) {
               const double late = share_of("timeout")(results);
               return late / (late + share_of("ok")(results));
           }}}},
        {"shed_beyond_50",
         shed(50, "3 min"),
         k_usual,
         {{"rejected", 0.3333333336818508, k_tolerance, share_of("rejected")},
          {"late", 0.9995844880932224, k_tolerance,
           [](const Results& results) {
               const double late = share_of("timeout")(results);
               return late / (late + share_of("ok")(results));
           }}}},
    };
}

std::vector<ReferenceCase> congestion_cases() {
    return {
        {"rejected_and_tried_once_more",
         text_of({.work = "exponential(100 ms)",
                  .service = "workers: 4, queue: {limit: 4}",
                  .demand = "rate: 45/s, retry: {attempts: 2, backoff: fixed(exponential(200 ms))}",
                  .run = "warmup: 1 min, horizon: 12 min"}),
         k_usual,
         {{"failed", 0.15529027181403263, k_tolerance, share_of("rejected")},
          {"attempts.per_request", 1.3313039668862543},
          {"goodput", 38.01193776836853},
          {"utilization@s", 0.9502984442092133},
          {"first attempt rejected", 0.3313039668862548, k_tolerance,
           [](const Results& results) { return figure_of(results, "attempts.per_request") - 1; }},
          {"retry rejected", 0.4687244564969183, k_tolerance,
           [](const Results& results) {
               return share_of("rejected")(results) / (figure_of(results, "attempts.per_request") - 1);
           }}}},
        {"rejected_and_tried_for_ever",
         text_of({.work = "exponential(1 s)",
                  .service = "workers: 1, queue: {limit: 0}",
                  .demand = "rate: 0.6/s, retry: {attempts: 1000, backoff: fixed(exponential(2 s))}",
                  .run = "warmup: 10 min, horizon: 60 h"}),
         k_usual,
         {{"attempts.per_request", 3.25},
          {"utilization@s", 0.6},
          {"goodput", 0.6},
          {"in system", 2.7 + 0.6, k_tolerance,
           [](const Results& results) { return figure_of(results, "latency.mean") * figure_of(results, "goodput"); }}}},
    };
}

class Retries : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Retries, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Errors, Retries, testing::ValuesIn(error_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Backoff, Retries, testing::ValuesIn(backoff_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Shedding, Retries, testing::ValuesIn(shedding_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Congestion, Retries, testing::ValuesIn(congestion_cases()), name_of);

TEST(RetriesMutants, OneAttemptLessIsNoticed) {
    expect_rejected(errors_retried("50", 3, "horizon: 10 s"), k_usual,
                    {{"failed", 1 - 0.9375, k_tolerance, share_of("error")}, {"attempts.per_request", 1.875}});
}

TEST(RetriesMutants, FullJitterIsToldFromNone) {
    expect_rejected(backed_off("full", 5), {.replications = 16}, {{"latency.mean", 0.05865202441933899}});
}

TEST(RetriesMutants, RetriesMeetTheSameCongestion) {
    expect_rejected(text_of({.work = "exponential(100 ms)",
                             .service = "workers: 4, queue: {limit: 4}",
                             .demand = "rate: 45/s, retry: {attempts: 2, backoff: fixed(exponential(200 ms))}",
                             .run = "warmup: 1 min, horizon: 12 min"}),
                    k_usual,
                    {{"failed if retries were independent", 0.10976231847456862, k_tolerance, share_of("rejected")}});
}

// --- a budget of retries ------------------------------------------------------------------------------------------

constexpr double k_burst_tokens = 10;
constexpr int k_budget_attempts_max = 4;

struct BudgetFigures {
    double attempts = 0, success = 0;
};

/// One client whose requests follow one another: the chain of tokens (in tenths) from request to request.
BudgetFigures solve_budget(double failure) {
    constexpr auto k_full = static_cast<std::uint32_t>(10 * k_burst_tokens);
    std::vector<analytic::Transition> jumps;
    std::vector<double> attempts(k_full + 1), success(k_full + 1);
    for (std::uint32_t before = 0; before <= k_full; ++before) {
        std::uint32_t tokens = std::min(k_full, before + 1);
        double reached = 1;
        for (int attempt = 1; attempt <= k_budget_attempts_max; ++attempt) {
            attempts[before] += reached;
            success[before] += reached * (1 - failure);
            jumps.push_back({before, tokens, reached * (1 - failure)});
            reached *= failure;
            if (tokens < 10 || attempt == k_budget_attempts_max) {
                jumps.push_back({before, tokens, reached});
                break;
            }
            tokens -= 10;
        }
    }
    const std::vector<double> share = analytic::stationary(k_full + 1, jumps).value();
    BudgetFigures figures;
    for (std::size_t i = 0; i < share.size(); ++i) {
        figures.attempts += share[i] * attempts[i];
        figures.success += share[i] * success[i];
    }
    return figures;
}

std::string budgeted(const std::string& percent) {
    return text_of(
        {.work = "1 ms",
         .service = "workers: unlimited",
         .demand = "rate: users(1 think exponential(1 ms)), retry: {attempts: 4, budget: 10 %}",
         .faults = fmt::format(
             "errors: {{target: service/s, effect: {{errors: {} %}}, every: constant(1 s), for: forever}}", percent),
         .run = "warmup: 1 min, horizon: 130 s"});
}

class RetryBudget : public testing::TestWithParam<int> {};

// The bucket of the language holds ten tokens, not the five of the reference case; its chain is solved here.
TEST_P(RetryBudget, IsTheChainOfTokens) {
    const BudgetFigures exact = solve_budget(GetParam() / 100.0);
    expect_means(budgeted(fmt::format("{}", GetParam())), {.replications = 32},
                 {{"repeats", exact.attempts - 1, k_tolerance,
                   [](const Results& results) { return figure_of(results, "attempts.per_request") - 1; }},
                  {"availability", exact.success}});
}

INSTANTIATE_TEST_SUITE_P(Percent, RetryBudget, testing::Values(5, 20, 50, 75), testing::PrintToStringParamName());

// Above what the budget allows it does not matter how many tokens the bucket holds: the fluid limit of the case.
TEST(Retries, ABudgetIsATenthOfFirstAttempts) {
    expect_means(budgeted("50"), {.replications = 16}, {{"attempts.per_request", 1.1}, {"availability", 0.55}});
    expect_means(budgeted("75"), {.replications = 16}, {{"attempts.per_request", 1.1}, {"availability", 0.275}});
}

}  // namespace
}  // namespace nines::support
