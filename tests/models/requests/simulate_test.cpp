// The requests fidelity where the answer is exact to the nanosecond: one request at a time through each rule.

#include "models/requests/simulate.hpp"

#include <gtest/gtest.h>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

Results run(const std::string& yaml) {
    return run_once(plan_of(yaml), {1, 0});
}

double value(const Results& results, const std::string& name) {
    const Metric* metric = results.find(name);
    EXPECT_NE(metric, nullptr) << name;
    EXPECT_TRUE(metric == nullptr || metric->mean.has_value()) << name;
    return metric != nullptr && metric->mean ? *metric->mean : -1;
}

/// One client asks each second, by the clock, for 100 s; `s` and the demand are the test's.
std::string each_second(const std::string& services, const std::string& demand, const std::string& rest = "") {
    return "nines: 1\nname: exact\nservices:\n" + services +
           "demand:\n  d: {calls: s.op, rate: 1/s, arrivals: constant" + demand + "}\n" + rest +
           "run: {horizon: 100500 ms}\n";
}

TEST(Simulate, ATimeoutFreesTheCallerNotTheCallee) {
    const auto results =
        run(each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: 400 ms}]}}}\n", ", timeout: 100 ms"));
    EXPECT_EQ(value(results, "requests.timeout"), 100);
    EXPECT_NEAR(value(results, "latency.seen.max"), 0.1, 1e-9);
    EXPECT_NEAR(value(results, "utilization@s"), 0.4, 0.01) << "the work is done all the same";
}

TEST(Simulate, CancelEndsTheWorkToo) {
    const auto results = run(each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: 400 ms}]}}}\n",
                                         ", timeout: 100 ms, cancel: true"));
    EXPECT_NEAR(value(results, "utilization@s"), 0.1, 0.005);
}

TEST(Simulate, ADeadlineBoundsAllAttempts) {
    const auto results =
        run(each_second("  s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 400 ms}]}}}\n",
                        ", timeout: 100 ms, deadline: 250 ms, retry: {attempts: 9}"));
    EXPECT_NEAR(value(results, "latency.seen.max"), 0.25, 1e-9);
    EXPECT_EQ(value(results, "attempts.per_request"), 3);
}

TEST(Simulate, ExponentialBackoffDoublesUpToItsCap) {
    // Six attempts of 1 ms that fail, and waits of 20, 40, 80, 100, 100 ms between them.
    const auto results = run(
        each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}\n",
                    ", retry: {attempts: 6, backoff: exponential(20 ms cap 100 ms)}",
                    "faults: {f: {target: service/s, effect: {errors: 100 %, after: work}, at: 0, for: forever}}\n"));
    EXPECT_NEAR(value(results, "latency.seen.mean"), 0.346, 1e-9);
    EXPECT_EQ(value(results, "requests.error"), 100);
}

TEST(Simulate, ASyncCallHoldsTheWorkerAnAsyncOneGivesItUp) {
    const std::string back = "  b: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 300 ms}]}}}\n";
    const std::string steps = "endpoints: {op: {steps: [{work: 100 ms}, {call: b.op}, {work: 50 ms}]}}}\n";
    const auto sync = run(each_second("  s: {kind: fleet, " + steps + back, ""));
    EXPECT_NEAR(value(sync, "utilization@s"), 0.45, 0.005);
    const auto async = run(each_second("  s: {kind: fleet, async: true, " + steps + back, ""));
    EXPECT_NEAR(value(async, "utilization@s"), 0.15, 0.005);
    EXPECT_NEAR(value(async, "latency.mean"), 0.45, 1e-9);
}

TEST(Simulate, ParallelEndsWithItsLastBranchOrItsFirstFailure) {
    const std::string backs =
        "  a: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 30 ms}]}}}\n"
        "  b: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 200 ms}]}}}\n";
    const std::string front =
        "  s: {kind: fleet, endpoints: {op: {steps: [{parallel: [{call: a.op}, {call: b.op}]}]}}}\n";
    EXPECT_NEAR(value(run(each_second(front + backs, "")), "latency.mean"), 0.2, 1e-9);
    const auto failing = run(
        each_second(front + backs, "",
                    "faults: {f: {target: service/a, effect: {errors: 100 %, after: work}, at: 0, for: forever}}\n"));
    EXPECT_NEAR(value(failing, "latency.seen.mean"), 0.03, 1e-9);
    EXPECT_EQ(value(failing, "requests.ok@b"), 100) << "the other branch runs on";
}

TEST(Simulate, AnOptionalCallThatFailsDegrades) {
    const auto results = run(each_second(
        "  s: {kind: fleet, endpoints: {op: {steps: [{call: a.op, timeout: 20 ms, optional: true}, {work: 10 ms}]}}}\n"
        "  a: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 30 ms}]}}}\n",
        ""));
    EXPECT_EQ(value(results, "requests.ok"), 100);
    EXPECT_EQ(value(results, "requests.degraded"), 100);
    EXPECT_NEAR(value(results, "latency.mean"), 0.03, 1e-9);
}

TEST(Simulate, DownIsSilenceCrashRefusesAtOnce) {
    const std::string service =
        "  s: {kind: fleet, balance: {health: {every: 1000 s}}, endpoints: {op: {steps: [{work: 1 ms}]}}}\n";
    const auto down = run(each_second(service, ", timeout: 300 ms",
                                      "faults: {f: {target: service/s, effect: down, at: 50 s, for: 20 s}}\n"));
    EXPECT_EQ(value(down, "requests.timeout"), 20);
    const auto crash = run(each_second(service, ", timeout: 300 ms",
                                       "faults: {f: {target: service/s, effect: crash, at: 50 s, for: 20 s}}\n"));
    EXPECT_EQ(value(crash, "requests.rejected"), 20);
    EXPECT_NEAR(value(crash, "latency.seen.max"), 0.001, 1e-9);
}

TEST(Simulate, WhatIsInFlightIsReported) {
    const auto results = run(each_second(
        "  s: {kind: fleet, balance: {health: {every: 1000 s}}, endpoints: {op: {steps: [{work: 1 ms}]}}}\n", "",
        "faults: {f: {target: service/s, effect: down, at: 50 s, for: forever}}\n"));
    EXPECT_EQ(value(results, "requests.offered"), 100);
    EXPECT_EQ(value(results, "requests.in_flight"), 51) << "a demand without a timeout waits for ever";
    EXPECT_EQ(value(results, "availability"), 1) << "ok / (offered - in flight)";
    EXPECT_LT(value(results, "uptime"), 0.6) << "but nobody is served";
}

TEST(Simulate, PriorityZeroGoesFirstAndPreemptiveInterrupts) {
    const auto yaml = [](const std::string& discipline) {
        return "nines: 1\nname: ranks\nservices:\n  s: {kind: fleet, queue: {discipline: " + discipline +
               "}, endpoints: {long: {steps: [{work: 500 ms}]}, short: {steps: [{work: 10 ms}]}}}\n"
               "demand:\n"
               "  low: {calls: s.long, rate: 1/s, arrivals: constant, priority: 1}\n"
               "  high: {calls: s.short, rate: steps(0/s 0 s 1/s 0.1 s), arrivals: constant, priority: 0}\n"
               "run: {horizon: 100500 ms}\n";
    };
    const auto waiting = run(yaml("priority"));
    EXPECT_NEAR(value(waiting, "latency.max@high"), 0.41, 1e-9) << "it waits for the rest of the long one";
    const auto preempting = run(yaml("preemptive"));
    EXPECT_NEAR(value(preempting, "latency.max@high"), 0.01, 1e-9);
    EXPECT_NEAR(value(preempting, "latency.max@low"), 0.51, 1e-9) << "resumed with what was left";
}

TEST(Simulate, AFullQueueRejectsAndLifoTakesTheLast) {
    // Two attempts at once, each second; 600 ms of work on one worker, room for none: one of two is rejected.
    const auto results =
        run("nines: 1\nname: full\nservices:\n"
            "  s: {kind: fleet, queue: {limit: 0}, endpoints: {op: {steps: [{work: 600 ms}]}}}\n"
            "demand:\n  a: {calls: s.op, rate: 1/s, arrivals: constant}\n"
            "  b: {calls: s.op, rate: 1/s, arrivals: constant}\nrun: {horizon: 100500 ms}\n");
    EXPECT_EQ(value(results, "requests.rejected"), 100);
    EXPECT_EQ(value(results, "requests.ok@a"), 99) << "the first in the file comes first; the last is still at work";
}

TEST(Simulate, TheSameLuckGivesTheSameRunAndAnotherSeedAnother) {
    const Plan plan =
        plan_of(each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: exponential(400 ms)}]}}}\n", ""));
    const Results one = run_once(plan, {1, 0});
    EXPECT_EQ(one.fingerprint, run_once(plan, {1, 0}).fingerprint);
    EXPECT_NE(one.fingerprint, run_once(plan, {2, 0}).fingerprint);
    EXPECT_NE(one.fingerprint, run_once(plan, {1, 1}).fingerprint);
}

}  // namespace
}  // namespace nines
