// Attempts from both ends: the caller gives up, tries again or goes away while the instance is still at it. One request
// a second, by the clock; every figure follows by hand.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/kernel/event.hpp"
#include "models/requests/records.hpp"
#include "models/requests/simulate.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::figure_of;
using support::plan_of;

Results run(const std::string& yaml) {
    return run_once(plan_of(yaml), {1, 0});
}

/// 100 requests, at 1 s, 2 s, ... 100 s, of 100.5 s.
std::string each_second(const std::string& services, const std::string& demand, const std::string& faults = "") {
    return "nines: 1\nname: attempts\nservices:\n" + services +
           "demand:\n  d: {calls: s.op, rate: 1/s, arrivals: constant" + demand + "}\n" +
           (faults.empty() ? "" : "faults: {" + faults + "}\n") + "run: {horizon: 100500 ms}\n";
}

/// Work of 400 ms that never keeps anybody waiting.
const std::string k_slow_back = "  b: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 400 ms}]}}}\n";

TEST(Attempt, IsSmall) {
    EXPECT_LE(sizeof(Attempt), 72U);
    EXPECT_LE(sizeof(Attempt) + sizeof(Event), 96U) << "with the event that it may have pending";
}

TEST(Attempt, ARetryQueuesBehindTheAttemptThatIsStillServed) {
    // One worker, 250 ms of work. Sent at 0 ms and, given up, again at 100 ms; the callee works on both until 500 ms.
    const auto results = run(each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: 250 ms}]}}}\n",
                                         ", timeout: 100 ms, retry: {attempts: 2}"));
    EXPECT_EQ(figure_of(results, "requests.timeout"), 100);
    EXPECT_EQ(figure_of(results, "requests.timeout@s"), 200);
    EXPECT_NEAR(figure_of(results, "latency.seen.mean"), 0.2, 1e-9);
    EXPECT_NEAR(figure_of(results, "utilization@s"), 100 * 0.5 / 100.5, 1e-9);
    EXPECT_NEAR(figure_of(results, "wait.mean@s"), 0.15 / 2, 1e-9) << "the second waits for the first";
    EXPECT_EQ(figure_of(results, "queue.max@s"), 1);
}

TEST(Attempt, ARetryIsAnsweredWhileTheFirstIsStillServed) {
    // In turn: the first attempt meets the slow instance, the second the other one. 100 ms + 30 ms.
    const auto results =
        run(each_second("  s: {kind: fleet, instances: 2, endpoints: {op: {steps: [{work: 30 ms}]}}}\n",
                        ", timeout: 100 ms, retry: {attempts: 2}",
                        "f: {target: instance/s/0, effect: {slow: 10}, at: 0, for: forever}"));
    EXPECT_EQ(figure_of(results, "requests.ok"), 100);
    EXPECT_EQ(figure_of(results, "attempts.per_request"), 2);
    EXPECT_NEAR(figure_of(results, "latency.mean"), 0.13, 1e-9);
    EXPECT_NEAR(figure_of(results, "utilization@s"), 100 * (0.3 + 0.03) / (2 * 100.5), 1e-9);
}

TEST(Attempt, AnAnswerToAnAttemptGivenUpIsNoAnswerToTheNext) {
    // 60 ms there, 10 ms of work, 60 ms back. Given up at 100 ms, when the answer is on its way: it comes at 130 ms,
    // and the second attempt's at 230 ms, both too late.
    const std::string service = "  s: {kind: fleet, endpoints: {op: {steps: [{work: 10 ms}]}}}\n";
    const std::string slow_way = "f: {target: service/s, effect: {delay: +60 ms}, at: 0, for: forever}";
    const auto two = run(each_second(service, ", timeout: 100 ms, retry: {attempts: 2}", slow_way));
    EXPECT_EQ(figure_of(two, "requests.timeout"), 100);
    EXPECT_NEAR(figure_of(two, "latency.seen.mean"), 0.2, 1e-9);
    EXPECT_NEAR(figure_of(two, "utilization@s"), 100 * 0.02 / 100.5, 1e-9);
    // With a pause of 50 ms between them the first answer comes while the caller waits to try again.
    const auto pause =
        run(each_second(service, ", timeout: 100 ms, retry: {attempts: 2, backoff: fixed(50 ms)}", slow_way));
    EXPECT_EQ(figure_of(pause, "requests.timeout"), 100);
    EXPECT_NEAR(figure_of(pause, "latency.seen.mean"), 0.25, 1e-9);
    EXPECT_EQ(figure_of(pause, "requests.ok@s"), 0);
}

TEST(Attempt, CancelTakesItOutWhereverItStands) {
    const std::string cancel = ", timeout: 100 ms, cancel: true, retry: {attempts: 2}";
    // At work: 100 ms of each attempt, one after the other.
    const auto at_work = run(each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: 250 ms}]}}}\n", cancel));
    EXPECT_NEAR(figure_of(at_work, "utilization@s"), 100 * 0.2 / 100.5, 1e-9);
    EXPECT_EQ(figure_of(at_work, "queue.max@s"), 0) << "the worker is free when the second attempt comes";
    // On the way: it arrives after 160 ms, and nobody works.
    const auto travelling = run(each_second("  s: {kind: fleet, endpoints: {op: {steps: [{work: 250 ms}]}}}\n", cancel,
                                            "f: {target: service/s, effect: {delay: +160 ms}, at: 0, for: forever}"));
    EXPECT_EQ(figure_of(travelling, "utilization@s"), 0);
    EXPECT_EQ(figure_of(travelling, "requests.timeout@s"), 200);
    // Waiting for a call: the worker is free again after 100 ms; what it called works on, unless that is cancelled too.
    const std::string front = "  s: {kind: fleet, endpoints: {op: {steps: [{call: b.op}]}}}\n";
    const std::string back = "  b: {kind: fleet, workers: 4, endpoints: {op: {steps: [{work: 400 ms}]}}}\n";
    const auto calling = run(each_second(front + back, cancel));
    EXPECT_NEAR(figure_of(calling, "utilization@s"), 100 * 0.2 / 100.5, 1e-9);
    // The attempt sent at 100.1 s would end at 100.5 s, with the run.
    EXPECT_NEAR(figure_of(calling, "utilization@b"), 200 * 0.4 / (4 * 100.5), 1e-9);
    EXPECT_EQ(figure_of(calling, "requests.offered@b"), 200);
}

TEST(Attempt, CancelFreesAPlaceInTheQueue) {
    // Room for one to wait. At work until 250 ms; the second demand's attempt waits from 0 ms to 100 ms, then is gone,
    // and the third demand's, from 150 ms, finds the place free.
    const std::string text =
        "nines: 1\nname: places\nservices:\n"
        "  s: {kind: fleet, queue: {limit: 1}, endpoints: {op: {steps: [{work: 250 ms}]}}}\n"
        "demand:\n"
        "  first: {calls: s.op, rate: 1/s, arrivals: constant}\n"
        "  second: {calls: s.op, rate: 1/s, arrivals: constant, timeout: 100 ms, cancel: CANCEL}\n"
        "  third: {calls: s.op, rate: steps(0/s 0 s 1/s 150 ms), arrivals: constant}\n"
        "run: {horizon: 100900 ms}\n";
    const auto with = [&](const std::string& cancel) {
        std::string yaml = text;
        return run(yaml.replace(yaml.find("CANCEL"), 6, cancel));
    };
    EXPECT_EQ(figure_of(with("true"), "requests.rejected@third"), 0);
    EXPECT_EQ(figure_of(with("false"), "requests.rejected@third"), 100);
}

TEST(Attempt, BranchesRunOnAndAreRetriedWhenTheirEndpointHasFailed) {
    // `a` fails after 30 ms and with it `s`; `b` is asked for three times 100 ms all the same.
    const std::string services =
        "  s: {kind: fleet, endpoints: {op: {steps: [{parallel: [{call: a.op}, "
        "{call: b.op, timeout: 100 ms, retry: {attempts: 3}}]}]}}}\n"
        "  a: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 30 ms}]}}}\n" +
        k_slow_back;
    const std::string fault = "f: {target: service/a, effect: {errors: 100 %, after: work}, at: 0, for: forever}";
    const auto once = run(each_second(services, "", fault));
    EXPECT_EQ(figure_of(once, "requests.error"), 100);
    EXPECT_NEAR(figure_of(once, "latency.seen.max"), 0.03, 1e-9);
    EXPECT_EQ(figure_of(once, "requests.offered@b"), 300);
    EXPECT_EQ(figure_of(once, "requests.timeout@b"), 300);
    EXPECT_NEAR(figure_of(once, "utilization@s"), 100 * 0.03 / 100.5, 1e-9);
    // The client tries `s` again at 30 ms, while the branch of the first attempt is open.
    const auto twice = run(each_second(services, ", retry: {attempts: 2}", fault));
    EXPECT_EQ(figure_of(twice, "requests.error"), 100);
    EXPECT_NEAR(figure_of(twice, "latency.seen.max"), 0.06, 1e-9);
    EXPECT_EQ(figure_of(twice, "requests.offered@s"), 200);
    EXPECT_EQ(figure_of(twice, "requests.offered@a"), 200);
    EXPECT_EQ(figure_of(twice, "requests.timeout@b"), 600);
}

TEST(Attempt, CallsOfACrashedInstanceAreNotTriedAgain) {
    // The instance crashes at 50.05 s, in the midst of the first of five attempts at `b` for the request of 50 s.
    const std::string services =
        "  s: {kind: fleet, balance: {health: {every: 1000 s}}, "
        "endpoints: {op: {steps: [{call: b.op, timeout: 100 ms, retry: {attempts: 5}}]}}}\n" +
        k_slow_back;
    const auto for_ever =
        run(each_second(services, "", "f: {target: instance/s/0, effect: crash, at: 50050 ms, for: forever}"));
    EXPECT_EQ(figure_of(for_ever, "requests.error"), 49);
    EXPECT_EQ(figure_of(for_ever, "requests.rejected"), 51);
    EXPECT_EQ(figure_of(for_ever, "requests.offered@b"), 49 * 5 + 1);
    // Though it is back before that attempt ends, the request is not there any more.
    const auto short_while =
        run(each_second(services, "", "f: {target: instance/s/0, effect: crash, at: 50050 ms, for: 10 ms}"));
    EXPECT_EQ(figure_of(short_while, "requests.error"), 98) << "the last would end with the run";
    EXPECT_EQ(figure_of(short_while, "requests.in_flight"), 1);
    EXPECT_EQ(figure_of(short_while, "requests.rejected"), 1);
    EXPECT_EQ(figure_of(short_while, "requests.offered@b"), 99 * 5 + 1);
}

TEST(Attempt, TheClientOfACrashedInstanceTriesAgainWhileItsCallsAreOpen) {
    // Refused at 50.05 s, the client asks again at 50.15 s: five more attempts at `b`. The first one's goes on alone.
    const auto results =
        run(each_second("  s: {kind: fleet, balance: {health: {every: 1000 s}}, "
                        "endpoints: {op: {steps: [{call: b.op, timeout: 150 ms, retry: {attempts: 3}}]}}}\n" +
                            k_slow_back,
                        ", retry: {attempts: 2, backoff: fixed(100 ms)}",
                        "f: {target: instance/s/0, effect: crash, at: 50050 ms, for: 10 ms}"));
    // 99 requests: 450 ms to fail, a pause of 100 ms, and the same again. The last is cut by the end of the run.
    EXPECT_EQ(figure_of(results, "requests.error"), 99);
    EXPECT_EQ(figure_of(results, "requests.in_flight"), 1);
    EXPECT_NEAR(figure_of(results, "latency.seen.max"), 1.0, 1e-9);
    EXPECT_EQ(figure_of(results, "requests.offered@b"), 98 * 6 + 4 + 3);
}

TEST(Attempt, ADeadlineCutsTheTimeoutAndTheBudgetTheRetries) {
    // The budget begins at 10 and gains 0.1 a request: two retries for each of the first five requests (at most 0.4 is
    // left), one for each tenth from the 11th to the 91st. Timeouts of 100 ms, the third attempt cut at 250 ms.
    const auto results =
        run(each_second("  s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 400 ms}]}}}\n",
                        ", timeout: 100 ms, deadline: 250 ms, retry: {attempts: 3, budget: 10 %}"));
    EXPECT_EQ(figure_of(results, "requests.timeout"), 100);
    EXPECT_NEAR(figure_of(results, "attempts.per_request"), 1.19, 1e-12);
    EXPECT_NEAR(figure_of(results, "latency.seen.mean"), (5 * 0.25 + 9 * 0.2 + 86 * 0.1) / 100, 1e-9);
    EXPECT_NEAR(figure_of(results, "latency.seen.max"), 0.25, 1e-9);
    EXPECT_NEAR(figure_of(results, "latency.seen.mean@s"), (100 * 0.1 + 14 * 0.1 + 5 * 0.05) / 119, 1e-9)
        << "of 119 attempts five are cut to 50 ms";
}

TEST(Attempt, ADeadlineShorterThanTheTimeoutIsTheTimeout) {
    const std::string service = "  s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 400 ms}]}}}\n";
    const auto cut = run(each_second(service, ", timeout: 300 ms, deadline: 250 ms, retry: {attempts: 3}"));
    EXPECT_EQ(figure_of(cut, "requests.timeout"), 100);
    EXPECT_EQ(figure_of(cut, "attempts.per_request"), 1);
    EXPECT_NEAR(figure_of(cut, "latency.seen.max"), 0.25, 1e-9);
    // Without a timeout of its own; and one that does not cut.
    const auto alone = run(each_second(service, ", deadline: 250 ms"));
    EXPECT_NEAR(figure_of(alone, "latency.seen.max"), 0.25, 1e-9);
    const auto enough = run(each_second(service, ", timeout: 500 ms, deadline: 450 ms"));
    EXPECT_EQ(figure_of(enough, "requests.ok"), 100);
}

TEST(Attempt, ARetryThatWouldBeginAfterTheDeadlineIsNotMade) {
    // Given up at 100 ms; a pause of 100 ms ends at 200 ms, before the deadline of 250 ms, the next at 350 ms, after
    // it: the request ends as its last attempt did, when that did.
    const auto results =
        run(each_second("  s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 400 ms}]}}}\n",
                        ", timeout: 100 ms, deadline: 250 ms, retry: {attempts: 9, backoff: fixed(100 ms)}"));
    EXPECT_EQ(figure_of(results, "attempts.per_request"), 2);
    EXPECT_NEAR(figure_of(results, "latency.seen.max"), 0.25, 1e-9);
    const auto errors =
        run(each_second("  s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 100 ms}]}}}\n",
                        ", deadline: 350 ms, retry: {attempts: 9, backoff: fixed(100 ms)}",
                        "f: {target: service/s, effect: {errors: 100 %, after: work}, at: 0, for: forever}"));
    // Attempts from 0 to 100 ms and from 200 to 300 ms; the next would begin at 400 ms.
    EXPECT_EQ(figure_of(errors, "requests.error"), 100);
    EXPECT_NEAR(figure_of(errors, "latency.seen.max"), 0.3, 1e-9);
}

/// Ninety demands, each with a timeout of its own: more than there are lanes for timers.
std::string ninety(const std::string& work, const std::string& rate, const std::string& more, const std::string& run) {
    std::string demands;
    for (int i = 0; i < 90; ++i) {
        demands += fmt::format("  d{}: {{calls: s.op, rate: {}, timeout: {} ms{}}}\n", i, rate, 100 + i, more);
    }
    return "nines: 1\nname: ninety\nservices:\n"
           "  s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: " +
           work + "}]}}}\ndemand:\n" + demands + "run: {" + run + "}\n";
}

TEST(Attempt, MoreTimeoutsThanLanesFireOnTime) {
    const auto results = run(ninety("1 s", "1/s", ", arrivals: constant, retry: {attempts: 2}", "horizon: 20500 ms"));
    for (int i = 0; i < 90; ++i) {
        const std::string demand = fmt::format("@d{}", i);
        EXPECT_EQ(figure_of(results, "requests.timeout" + demand), 20) << demand;
        EXPECT_NEAR(figure_of(results, "latency.seen.mean" + demand), 2 * (0.1 + 0.001 * i), 1e-9) << demand;
        EXPECT_NEAR(figure_of(results, "latency.seen.max" + demand), 2 * (0.1 + 0.001 * i), 1e-9) << demand;
    }
    EXPECT_EQ(figure_of(results, "requests.offered@s"), 90 * 20 * 2);
}

TEST(Attempt, LimitsOutsideOfLanesAreForgottenWithTheirAttempts) {
    // Records are used again long before the limits of those who had them: none may end an attempt but its own.
    const auto results = run(ninety("exponential(100 ms)", "20/s", ", deadline: 10 s", "horizon: 500 s"));
    double expected = 0;
    double variance = 0;
    double seen = 0;
    for (int i = 0; i < 90; ++i) {
        const std::string demand = fmt::format("@d{}", i);
        const double timeout_s = 0.1 + 0.001 * i;
        EXPECT_LT(figure_of(results, "latency.max" + demand), timeout_s + 1e-9) << demand;
        EXPECT_NEAR(figure_of(results, "latency.seen.max" + demand), timeout_s, 1e-9) << demand;
        const double share = std::exp(-timeout_s / 0.1);
        const double ended =
            figure_of(results, "requests.ok" + demand) + figure_of(results, "requests.timeout" + demand);
        expected += ended * share;
        variance += ended * share * (1 - share);
        seen += figure_of(results, "requests.timeout" + demand);
    }
    EXPECT_NEAR(seen, expected, 4.9 * std::sqrt(variance)) << "exp(-timeout/mean) of them, to one in a million";
}

/// Timeouts, cancelled and not, retries with deadlines, branches that fail and run on, optional calls, crashes and
/// silence at fixed times: the same every ten seconds, if nothing is kept that nobody needs.
std::string all_at_once(const std::string& rate, const std::string& horizon) {
    return R"(
nines: 1
name: leaks
services:
  s:
    kind: fleet
    instances: 3
    workers: 4
    queue: {limit: 6, patience: 700 ms}
    balance: {policy: least-outstanding, health: {every: 1 s, fail: 2}}
    endpoints:
      op:
        steps:
          - parallel:
              - {call: a.op, timeout: 90 ms, retry: {attempts: 3, backoff: fixed(40 ms)}}
              - {call: b.op, timeout: 90 ms, cancel: true, optional: true}
              - {call: b.op, timeout: 250 ms, deadline: 600 ms, retry: {attempts: 9, budget: 20 %}}
          - work: 20 ms
  a: {kind: fleet, workers: 4, queue: {limit: 20}, endpoints: {op: {steps: [{work: 30 ms}]}}}
  b:
    {kind: fleet, instances: 2, workers: 3, async: true,
     endpoints: {op: {steps: [{work: 40 ms}, {call: c.op}, {work: 10 ms}]}}}
  c: {kind: cache, workers: 8, queue: {discipline: sharing}, endpoints: {op: {steps: [{work: 30 ms}]}}}
demand:
  d: {calls: s.op, arrivals: constant, timeout: 400 ms, retry: {attempts: 3, backoff: fixed(100 ms)}, rate: )" +
           rate + R"(}
  e: {calls: s.op, arrivals: constant, timeout: 300 ms, cancel: true, deadline: 1 s, retry: {attempts: 4}, rate: )" +
           rate + R"(}
faults:
  crash: {target: instance/s/1, effect: crash, every: 8500 ms, for: 1500 ms}
  silence: {target: instance/b/0, effect: down, every: 7700 ms, for: 2300 ms}
  errors: {target: service/c, effect: {errors: 30 %}, every: 9900 ms, for: 100 ms}
  slow: {target: service/a, effect: {slow: 4}, every: 6 s, for: 4 s}
run: {horizon: )" +
           horizon + "}\n";
}

std::uint64_t most_in_use(const Run& run, const std::string& what) {
    for (const Profile::Memory& memory : run.profile.memory) {
        if (memory.what == what) {
            return memory.most;
        }
    }
    ADD_FAILURE() << "no " << what;
    return 0;
}

TEST(Attempt, NothingIsKeptThatNobodyNeeds) {
    // What is in use at most does not grow with time; and each run checks, as it ends, that whatever is in use is
    // needed.
    const auto one = simulate_requests(plan_of(all_at_once("6/s", "200 s")), {1, 0});
    const auto long_one = simulate_requests(plan_of(all_at_once("6/s", "4000 s")), {1, 0});
    for (const char* what : {"attempts", "clients", "retries"}) {
        EXPECT_GT(most_in_use(one, what), 10U) << what;
        EXPECT_LT(most_in_use(long_one, what), 2 * most_in_use(one, what)) << what;
    }
    for (const Outcome outcome :
         {Outcome::ok, Outcome::degraded, Outcome::error, Outcome::timeout, Outcome::rejected}) {
        EXPECT_GT(long_one.demands[DemandId{0}].count(outcome), 0U) << static_cast<int>(outcome);
    }
    // Once nobody asks any more, nobody is there any more.
    const Results over = run(all_at_once("steps(6/s 0 s 0/s 190 s)", "200 s"));
    EXPECT_EQ(figure_of(over, "requests.in_flight"), 0);
    for (const char* service : {"@s", "@a", "@b", "@c"}) {
        EXPECT_EQ(figure_of(over, std::string("requests.in_flight") + service), 0) << service;
    }
}

/// Attempts go to one instance and are served by another of its group. Mean latency: Erlang's C formula, M/M/4 at 0.7,
/// whatever the balancer thinks; a crash now and then lets instances leave and join while they have requests.
TEST(Attempt, AQueueOfTheGroupLeavesTheBalancersCountsRight) {
    for (const char* policy : {"least-outstanding", "power-of-two"}) {
        const std::string yaml = fmt::format(
            "nines: 1\nname: group\nservices:\n"
            "  s: {{kind: fleet, instances: 4, queue: {{of: group}}, balance: {{policy: {}}}, "
            "endpoints: {{op: {{steps: [{{work: exponential(10 ms)}}]}}}}}}\n"
            "demand: {{d: {{calls: s.op, rate: 280/s}}}}\n",
            policy);
        const std::string faults = "faults: {f: {target: any instance, effect: crash, every: 20 s, for: 10 ms}}\n";
        support::expect_means(yaml + "run: {warmup: 10 s, horizon: 200 s}\n", {},
                              {{"latency.mean", 0.01 + 0.42866 / 120, support::k_wide}, {"utilization@s", 0.7}});
        const Results disturbed = run(yaml + faults + "run: {horizon: 200 s}\n");
        EXPECT_GT(figure_of(disturbed, "availability"), 0.99) << policy;
    }
}

}  // namespace
}  // namespace nines
