// What a review of the first version found wrong: each mistake keeps a test here, named for what must hold.

#include <gtest/gtest.h>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

Results run(const std::string& yaml) {
    return run_once(support::plan_of(yaml), {1, 0});
}

double value(const Results& results, const std::string& name) {
    return support::figure_of(results, name);
}

// 200,000 waiting attempts of an async service that step aside at once when they start: the stack must not hold them.
TEST(Review, ALongQueueIsNotKeptOnTheStack) {
    const auto results = run(R"(
nines: 1
name: deep
services:
  a: {kind: fleet, async: true, endpoints: {x: {steps: [{call: b.y}, {work: 1 us}]}}}
  b: {kind: fleet, workers: 100000, endpoints: {y: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: a.x, rate: 2000/s}}
faults: {f: {target: service/a, effect: {capacity: 0 %}, at: 10 s, for: 100 s}}
run: {horizon: 3 min}
)");
    EXPECT_EQ(value(results, "availability"), 1);
}

// What was wanted just before a fault makes the slice before it bad; the cause is the fault all the same.
TEST(Review, AFaultAtASliceBoundaryIsTheCause) {
    const auto results = run(R"(
nines: 1
name: boundary
services:
  a: {kind: fleet, workers: 100, instances: 2, balance: {health: {every: 10 s}}, endpoints: {x: {steps: [{work: 400 ms}]}}}
demand: {d: {calls: a.x, rate: 50/s, timeout: 2 s}}
faults: {f: {target: service/a, effect: down, at: 10 min, for: 5 min}}
run: {horizon: 30 min}
)");
    ASSERT_EQ(results.incidents.size(), 1U);
    EXPECT_EQ(results.incidents[0].cause, "f");
    EXPECT_DOUBLE_EQ(results.incidents[0].begin_s, 590);
    EXPECT_GE(value(results, "rto"), 300);
}

std::string two_regions(const std::string& effect) {
    return R"(
nines: 1
name: two regions
world: {regions: [us-east-1, us-west-2], edges: [IAD]}
services:
  web:
    kind: fleet
    in: [{region: us-east-1, zones: 2, each: 2}, {region: us-west-2, zones: 2, each: 2}]
    workers: 16
    endpoints: {w: {steps: [{work: 1 ms}]}}
demand: {d: {from: {IAD: 100 %}, calls: web.w, rate: 20/s, timeout: 1 s}}
faults: {b: {target: region/us-east-1, effect: )" +
           effect + R"(, at: 10 min, for: 40 min}}
run: {horizon: 1 h}
)";
}

// Health checks 3 x 10 s and a TTL of 60 s, half of it lost on average: about 60 s of 3,600 s, and none on return.
TEST(Review, UsersLeaveARegionThatIsCutOffAsOneThatIsDown) {
    for (const char* effect : {"down", "partition", "crash"}) {
        const auto results = run(two_regions(effect));
        EXPECT_GT(value(results, "availability"), 0.975) << effect;
        EXPECT_LT(value(results, "availability"), 0.992) << effect;
        EXPECT_LT(value(results, "rto"), 120) << effect << ": and nobody is sent back before the balancers agree";
    }
}

std::string replicated(const std::string& fault) {
    return R"(
nines: 1
name: replicated
world: {regions: [us-east-1]}
services:
  app: {kind: fleet, in: {region: us-east-1, zones: [use1-az5]}, workers: 64, endpoints: {w: {steps: [{call: db.w, timeout: 1 s}]}}}
  db:
    kind: database
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync}}
    failover: {detect: 30 s, promote: 30 s}
    endpoints: {w: {steps: [{work: 1 ms}], writes: 1}}
demand: {d: {calls: app.w, rate: 10/s}}
faults: {a: )" +
           fault +
           R"(}
run: {horizon: 1 h}
)";
}

// Detection 30 s: writes wait that long for a lost copy, and go on; a lost primary costs promotion too.
TEST(Review, APartitionedCopyIsGivenUpAndAPartitionedPrimaryReplaced) {
    for (const char* effect : {"down", "partition"}) {
        const std::string fault =
            "{target: zone/use1-az2, effect: " + std::string(effect) + ", at: 10 min, for: 20 min}";
        EXPECT_NEAR(value(run(replicated(fault)), "availability"), 1 - 30.0 / 3600, 0.002) << effect;
        const std::string primary =
            "{target: zone/use1-az1, effect: " + std::string(effect) + ", at: 10 min, for: 20 min}";
        EXPECT_NEAR(value(run(replicated(primary)), "availability"), 1 - 60.0 / 3600, 0.002) << effect;
    }
}

TEST(Review, ARetryLeavesAZoneWhoseOnlyInstanceIsDead) {
    const auto results = run(R"(
nines: 1
name: same zone
world: {regions: [us-east-1]}
services:
  web: {kind: fleet, in: {region: us-east-1, zones: 2}, workers: 16, endpoints: {w: {steps: [{call: s.g, timeout: 50 ms, retry: {attempts: 3}}]}}}
  s: {kind: cache, in: {region: us-east-1, zones: 2}, balance: {prefer: same-zone}, workers: 16, endpoints: {g: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: web.w, rate: 20/s, timeout: 1 s}}
faults: {b: {target: service/s@use1-az1, effect: down, at: 10 min, for: 10 min}}
run: {horizon: 30 min}
)");
    EXPECT_EQ(value(results, "availability"), 1);
}

TEST(Review, UsersWhoDoNotThinkAndAreRefusedAtOnceDoNotStopTime) {
    const auto results = run(R"(
nines: 1
name: zero
services: {a: {kind: fleet, endpoints: {x: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: a.x, rate: users(2 think 0 s)}}
faults: {f: {target: service/a, effect: crash, at: 10 s, for: 10 s}}
run: {horizon: 30 s}
)");
    EXPECT_NEAR(value(results, "requests.rejected"), 20'000, 10) << "two users, each a thousand times a second";
}

// A deliberate fault found it: a check of a silent target without a timeout was begun again at the same instant for
// ever.
TEST(Review, ASilentTargetIsCheckedOnceAtATime) {
    const auto results = run(R"(
nines: 1
name: silent
services: {a: {kind: fleet, instances: 2, workers: 8, balance: {health: {every: 5 s, timeout: 0, fail: 2}}, endpoints: {x: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: a.x, rate: 10/s, timeout: 100 ms}}
faults: {f: {target: service/a, effect: down, at: 10 s, for: 10 min}}
run: {horizon: 30 min}
)");
    EXPECT_LT(results.events, 100'000U);
    EXPECT_NEAR(value(results, "availability"), 1 - 600.0 / 1800, 0.03);
}

TEST(Review, ServiceOnceBegunIsFinished) {
    const auto results = run(R"(
nines: 1
name: patience
services:
  a: {kind: fleet, async: true, queue: {patience: 100 ms}, endpoints: {x: {steps: [{work: 10 ms}, {call: b.y}, {work: 10 ms}]}}}
  b: {kind: fleet, workers: 1000, endpoints: {y: {steps: [{work: 500 ms}]}}}
demand: {d: {calls: a.x, rate: 45/s}}
run: {horizon: 30 min}
)");
    EXPECT_GT(value(results, "requests.abandoned"), 50);
    EXPECT_NEAR(value(results, "requests.ok@b"),
                value(results, "requests.offered") - value(results, "requests.abandoned"), 50)
        << "who came as far as the call is never abandoned";
}

TEST(Review, ARequestEndsAsItsLastAttemptDid) {
    const auto results = run(R"(
nines: 1
name: deadline
services: {a: {kind: fleet, workers: 16, endpoints: {x: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: a.x, rate: 10/s, deadline: 1 s, retry: {attempts: 5, backoff: fixed(600 ms)}}}
faults: {f: {target: service/a, effect: {errors: 100 %}, at: 1 min, for: 1 min}}
run: {horizon: 3 min}
)");
    EXPECT_GT(value(results, "requests.error"), 500);
    EXPECT_EQ(value(results, "requests.timeout"), 0);
}

// Two come each second and one is served: at the end of the hour 3,600 wait, and all have waited 1,800 s on average.
TEST(Review, WhoStillWaitsAtTheEndHasWaited) {
    const auto results = run(R"(
nines: 1
name: overload
services: {a: {kind: fleet, endpoints: {x: {steps: [{work: 1 s}]}}}}
demand: {d: {calls: a.x, rate: 2/s, arrivals: constant}}
run: {horizon: 1 h}
)");
    EXPECT_NEAR(value(results, "wait.mean@a"), 900, 5) << "Little: queue.mean / arrivals = 1,800 / 2";
    EXPECT_NEAR(value(results, "queue.mean@a"), 1800, 5);
}

TEST(Review, FaultsOfAnyInstanceOfADatabaseStrikeItsRoles) {
    const Plan plan = support::plan_of(R"(
nines: 1
name: roles
world: {regions: [us-east-1]}
services:
  db: {kind: database, in: {region: us-east-1}, replication: {standby: {}}, endpoints: {w: {steps: [{work: 1 ms}], writes: 1}}}
demand: {d: {calls: db.w, rate: 1/s}}
faults: {f: {target: any instance of db, effect: down, every: exponential(100 h), for: 1 h}}
)");
    EXPECT_EQ(plan.faults[FaultId{0}].members.size(), 2U) << "the primary and its standby, not every zone";
}

TEST(Review, HalfOfTheWorkersOfSingleWorkerInstancesIsHalf) {
    const auto results = run(R"(
nines: 1
name: half
services: {a: {kind: fleet, instances: 4, queue: {of: group}, endpoints: {x: {steps: [{work: 1 s}]}}}}
demand: {d: {calls: a.x, rate: 4/s, arrivals: constant}}
faults: {f: {target: service/a, effect: {capacity: 50 %}, at: 0, for: forever}}
run: {horizon: 10 min}
)");
    EXPECT_NEAR(value(results, "goodput"), 2, 0.05);
}

// --- what a review of counted groups and of the rewritten loop found ------------------------------------------------

/// A large and a small group of one service, called from fleets in both zones.
std::string mixed(const std::string& policy) {
    return R"(
nines: 1
name: mixed
world: {provider: aws, regions: [us-east-1]}
services:
  web:
    kind: fleet
    price: 0.01 USD/h
    in: [{region: us-east-1, zones: [use1-az1], each: 20000}, {region: us-east-1, zones: [use1-az2], each: 10}]
    balance: {policy: )" +
           policy + R"(, prefer: same-zone}
    endpoints: {page: {steps: [{work: 5 ms}]}}
  front:
    kind: fleet
    price: 0.01 USD/h
    in: [{region: us-east-1, zones: [use1-az1], each: 2}, {region: us-east-1, zones: [use1-az2], each: 2}]
    workers: 100
    endpoints: {page: {steps: [{call: web.page, timeout: 1 s}]}}
demand: {users: {calls: front.page, rate: 20/s, timeout: 2 s}}
run: {warmup: 1 s, horizon: 20 s}
)";
}

TEST(Review, AListedGroupBesideACountedOneIsChosenFromByEveryPolicy) {
    for (const char* policy : {"round-robin", "random", "power-of-two", "least-outstanding"}) {
        EXPECT_EQ(value(run(mixed(policy)), "availability"), 1) << policy;
    }
}

/// A counted or listed group that is down, beside ten instances that are enough only if they are picked well.
std::string survivors(const std::string& policy, int lost) {
    return R"(
nines: 1
name: survivors
world: {provider: aws, regions: [us-east-1]}
services:
  web:
    kind: fleet
    price: 0.01 USD/h
    in: [{region: us-east-1, zones: [use1-az1], each: )" +
           std::to_string(lost) + R"(}, {region: us-east-1, zones: [use1-az2], each: 10}]
    balance: {policy: )" +
           policy + R"(, health: instant}
    queue: {limit: 0}
    endpoints: {page: {steps: [{work: 50 ms}]}}
demand:
  users: {from: {us-east-1: 100 %}, calls: web.page, arrivals: constant, rate: 180/s, timeout: 2 s}
faults: {z: {target: zone/use1-az1, effect: down, at: 0 s, for: 2 min}}
run: {warmup: 1 s, horizon: 1 min}
)";
}

// 10,800 requests, a share of about a half is refused: 0.005 is one standard error, and 4.9 times sqrt(2) of it once in
// 10^6.
TEST(Review, TheSurvivorsOfACountedGroupArePickedByThePolicy) {
    for (const char* policy : {"random", "power-of-two"}) {
        const double counted = value(run(survivors(policy, 1'000'000)), "availability");
        const double listed = value(run(survivors(policy, 1'000)), "availability");
        EXPECT_NEAR(counted, listed, 4.9 * 1.5 * 0.005) << policy;
        EXPECT_LT(counted, 0.95) << policy << ": who is picked blindly is busy now and then";
    }
}

TEST(Review, TwoNamedInstancesOfACountedGroupAreTwo) {
    const auto results = run(R"(
nines: 1
name: named
services:
  web: {kind: fleet, instances: 20000, needs: 19999, endpoints: {e: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: web.e, rate: 10/s, arrivals: constant, timeout: 1 s}}
faults:
  a: {target: instance/web/0, effect: crash, at: 10050 ms, for: 1 min}
  b: {target: instance/web/16384, effect: crash, at: 10050 ms, for: 1 min}
run: {warmup: 0 s, horizon: 60 s}
)");
    EXPECT_EQ(value(results, "requests.ok"), 100) << "two of them down are one too many";
}

// Work that a partition leaves inside a primary that is one no more draws no power that anybody pays for.
TEST(Review, AnInstanceThatIsNotPaidForDrawsNoPower) {
    const auto with = [](const std::string& faults) {
        return run(R"(
nines: 1
name: energy
world: {provider: aws, regions: [us-east-1]}
services:
  orders:
    kind: database
    on: db.r6g.xlarge
    workers: 4
    in: {region: us-east-1, zones: [use1-az1]}
    replication: {standby: {mode: async, zone: other, lag: 1 ms}}
    failover: {detect: 1 s, promote: 1 s}
    endpoints: {write: {steps: [{work: 2 h}], writes: 1}}
demand: {clerks: {calls: orders.write, rate: 1/s, timeout: 1 s}}
)" + faults + "run: {warmup: 10 s, horizon: 1 h}\n");
    };
    const double cut =
        value(with("faults: {cut: {target: service/orders@use1-az1, effect: partition, at: 30 s, for: 2 h}}\n"),
              "energy.kwh");
    EXPECT_NEAR(cut, value(with(""), "energy.kwh"), 0.002 * cut) << "one busy and one idle, but for some seconds";
}

// More than 65,536 outages of one thing at once: it stays down until the last has ended.
TEST(Review, OutagesWithoutEndDoNotCountToZero) {
    const auto results = run(R"(
nines: 1
name: overlap
services: {a: {kind: fleet, endpoints: {x: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: a.x, rate: 1/s, arrivals: constant, timeout: 1 s}}
faults: {f: {target: service/a, effect: crash, every: 1 s, for: 1 d, overlap: true}}
run: {warmup: 2 s, horizon: 19 h}
)");
    EXPECT_EQ(value(results, "requests.ok"), 0);
}

}  // namespace
}  // namespace nines
