// Overload that lasts, in flow, against what a fluid gives by hand: who is cancelled leaves as many as workers can do,
// whether their work is done in time or not; and once the load falls nothing of it is left.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

/// 200/s ask six workers for 50 ms: for 120/s.
std::string crowded(const std::string& queue, const std::string& demand, const std::string& work = "exponential(50 ms)",
                    const std::string& rate = "200/s") {
    return "nines: 1\nname: crowded\nservices:\n  web: {kind: fleet, instances: 6, workers: 1, queue: {of: group" +
           queue + "}, endpoints: {page: {steps: [{work: " + work +
           "}]}}}\ndemand: {d: {calls: web.page, rate: " + rate + demand +
           "}}\nrun: {warmup: 1 min, horizon: 20 min}\n";
}

double figure(const std::string& yaml, const std::string& name) {
    const Plan plan = flow_plan(yaml);
    return figure_of(plan, Flow(plan).run({1, 0}), name);
}

// Exponential work has the same chance to end at any moment: six busy workers answer 120/s.
TEST(FlowOverload, OfCancelledCallersAsManyAreAnsweredAsWorkersCan) {
    const std::string yaml = crowded("", ", timeout: 2 s, cancel: true");
    EXPECT_NEAR(figure(yaml, "availability"), 0.6, 0.001);
    EXPECT_NEAR(figure(yaml, "queue.mean@web"), 200 * 1.954, 2) << "each waits until 46 ms are left";
    EXPECT_NEAR(figure(yaml, "utilization@web"), 1, 1e-9);
}

// 60 workers have 30 ms for each of 2000/s, and each needs 50: nobody is answered, and nobody is idle.
TEST(FlowOverload, OfConstantWorkAllAreCancelled) {
    std::string yaml = crowded("", ", timeout: 2 s, cancel: true", "50 ms", "2000/s");
    yaml.replace(yaml.find("instances: 6"), 12, "instances: 60");
    EXPECT_NEAR(figure(yaml, "availability"), 0, 1e-4);
    EXPECT_NEAR(figure(yaml, "utilization@web"), 1, 1e-9);
}

// Who is not cancelled is worked on all the same: all answers are too late, and the backlog grows by 80/s.
TEST(FlowOverload, NotCancelledAllAreServedTooLate) {
    EXPECT_NEAR(figure(crowded("", ", timeout: 2 s"), "availability"), 0, 1e-3);
}

// Three attempts each, of which one in 1 + q + q^2 of what workers can do are answered: q^3 = 0.4.
TEST(FlowOverload, RetriesOfTheCancelledChangeNotHowManyAreAnswered) {
    const std::string yaml = crowded("", ", timeout: 2 s, cancel: true, retry: {attempts: 3}");
    const double q = std::cbrt(0.4);
    EXPECT_NEAR(figure(yaml, "availability"), 0.6, 0.001);
    EXPECT_NEAR(figure(yaml, "attempts.per_request"), 1 + q + q * q, 0.005);
}

// A queue of 300 is full before 400 wait, and who joins waits until 76 ms are left: (1 - exp(-76 / 50)) of 50 ms is
// what 6 workers have for 300 in that time. Those turned away and those cancelled are the same 80/s together.
TEST(FlowOverload, AFullQueueTurnsAwayBeforeCallersGiveUp) {
    const std::string yaml = crowded(", limit: 300", ", timeout: 2 s, cancel: true");
    EXPECT_NEAR(figure(yaml, "availability"), 0.6, 0.001);
    EXPECT_NEAR(figure(yaml, "queue.mean@web"), 300, 0.5);
    EXPECT_NEAR(figure(yaml, "requests.rejected") / (200 * 1200), 1 - 300 / 1.924 / 200, 0.002);
}

// The newest are served at once, cancelled or not, and the others never: 80/s of them wait for 2 s, or for ever.
TEST(FlowOverload, NewestFirstServesTheNewest) {
    const std::string cancelled = crowded(", discipline: lifo", ", timeout: 2 s, cancel: true");
    EXPECT_NEAR(figure(cancelled, "availability"), 0.6, 0.001);
    EXPECT_NEAR(figure(cancelled, "latency.mean"), 0.05 + 1 / 80.0, 0.002);
    EXPECT_NEAR(figure(cancelled, "queue.mean@web"), 160, 2);
    EXPECT_NEAR(figure(crowded(", discipline: lifo", ", timeout: 2 s"), "availability"), 0.6, 0.001);
}

// 280/s too many leave 560 waiting, 30/s leave 60: a backlog above where it holds draws back to that at once.
TEST(FlowOverload, NewestFirstLessWaitOnceLessIsAsked) {
    const std::string yaml = crowded(", discipline: lifo", ", timeout: 2 s, cancel: true", "exponential(50 ms)",
                                     "spike(base 150/s peak 400/s at 5 min for 10 min)");
    EXPECT_NEAR(figure(yaml, "queue.mean@web"), (560 + 60) / 2.0, 4);
    EXPECT_NEAR(figure(yaml, "availability"), 120 / 275.0, 0.002);
}

// So it does when workers are as fast as before: 110/s and 30/s too many.
TEST(FlowOverload, NewestFirstLessWaitOnceAFaultEnds) {
    const std::string yaml =
        crowded(", discipline: lifo", ", timeout: 2 s, cancel: true", "exponential(50 ms)", "150/s") +
        "faults: {f: {target: service/web, effect: {slow: 3}, at: 5 min, for: 10 min}}\n";
    EXPECT_NEAR(figure(yaml, "queue.mean@web"), (220 + 60) / 2.0, 2);
    EXPECT_NEAR(figure(yaml, "availability"), (40 + 120) / 300.0, 0.002);
}

// Once workers can do all again, who still waits is served or taken out within 2 s: nothing of it is left.
TEST(FlowOverload, NewestFirstNobodyWaitsOnceWorkersCanDoAll) {
    const std::string yaml = crowded(", discipline: lifo", ", timeout: 2 s, cancel: true", "exponential(50 ms)",
                                     "spike(base 20/s peak 400/s at 5 min for 10 min)");
    EXPECT_NEAR(figure(yaml, "queue.mean@web"), 560 / 2.0, 4);
    EXPECT_NEAR(figure(yaml, "utilization@web"), (1 * 600 + 6 * 600) / 7200.0, 0.005);
}

// Patience of 1 s would hold at half a second; callers leave before. Who comes to a worker has waited until 70 ms are
// left, and a fifth has lost patience by then.
TEST(FlowOverload, CallersLeaveBeforeTheirPatienceEnds) {
    const std::string yaml = crowded(", patience: exponential(1 s)", ", timeout: 300 ms, cancel: true");
    EXPECT_NEAR(figure(yaml, "availability"), 0.6, 0.001);
    EXPECT_NEAR(figure(yaml, "requests.abandoned") / (200 * 1200), -std::expm1(-0.23), 0.008);
    EXPECT_NEAR(figure(yaml, "queue.mean@web"), 200 * -std::expm1(-0.23), 1.5);
}

// Overload of ten minutes in twenty: 80 of 200/s are lost while it lasts, none of 20/s after.
TEST(FlowOverload, ThatPassesLeavesNothingBehind) {
    const std::string yaml = crowded("", ", timeout: 2 s, cancel: true", "exponential(50 ms)",
                                     "spike(base 20/s peak 200/s at 5 min for 10 min)");
    EXPECT_NEAR(figure(yaml, "availability"), 1 - 80 * 600.0 / (200 * 600 + 20 * 600), 0.003);
    EXPECT_NEAR(figure(yaml, "utilization@web"), (1 * 600 + 6 * 600) / 7200.0, 0.005);
}

// A throttle on a limit of the same rate, and a limit behind one: rounds settle, and what gets through is the rate.
TEST(FlowLimits, TwoOfOneRateInARowSettle) {
    const char* const retry = "retry: {attempts: 3}";
    const std::string work =
        "workers: unlimited, limit: {rate: 100/s, burst: 50}, endpoints: {op: {steps: [{work: 1 ms}";
    const std::string chain = "nines: 1\nname: chain\nservices:\n  front: {kind: fleet, " + work +
                              ", {call: back.op, " + retry + "}]}}}\n  back: {kind: fleet, " + work +
                              "]}}}\ndemand: {d: {calls: front.op, rate: 150/s, " + retry +
                              "}}\nrun: {warmup: 1 s, horizon: 20 min}\n";
    const std::string throttled =
        "nines: 1\nname: throttled\nservices:\n  back: {kind: fleet, " + work +
        "]}}}\ndemand: {d: {calls: back.op, rate: 150/s, " + retry +
        "}}\nfaults: {f: {target: service/back, effect: {throttle: 100/s}, at: 0 s, for: 1 h}}\n"
        "run: {warmup: 1 s, horizon: 20 min}\n";
    for (const std::string& yaml : {chain, throttled}) {
        const Plan plan = flow_plan(yaml);
        const auto run = Flow(plan).run({1, 0});
        EXPECT_EQ(run.unsettled_s, 0);
        EXPECT_NEAR(figure_of(plan, run, "availability"), 100 / 150.0, 0.002);
    }
}

// Asked for a thousandth less than it lets in, and for a little more with the retries of those who found no token by
// chance: that drains no bucket.
TEST(FlowLimits, RetriesNearTheRateSettle) {
    const Plan plan = flow_plan(R"(nines: 1
name: near
services: {back: {kind: fleet, workers: unlimited, limit: {rate: 100/s, burst: 50}, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: back.op, rate: 99.9/s, retry: {attempts: 3}}}
run: {horizon: 10 min}
)");
    const auto run = Flow(plan).run({1, 0});
    EXPECT_EQ(run.unsettled_s, 0);
    EXPECT_GT(figure_of(plan, run, "throttled@back"), 0.005);
}

}  // namespace
}  // namespace nines
