// Scaling as it runs, request by request: what comes, what is paid, who is asked, and what drains.

#include <gtest/gtest.h>

#include <algorithm>

#include "models/flow/flow.hpp"
#include "models/pillars/measures.hpp"
#include "models/requests/simulate.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

double figure(const Plan& plan, const Run& run, const std::string& name) {
    for (const Metric& metric : measure_all(gather(plan, run))) {
        if (metric.name == name) {
            return metric.mean.value_or(-1);
        }
    }
    ADD_FAILURE() << "no metric " << name;
    return -1;
}

/// Ten instances at 60 % of their target; at ten minutes the load steps. Nothing here has any luck in it.
std::string stepping(const std::string& scale, const std::string& rate, const std::string& more = "") {
    return R"(nines: 1
name: a step
services:
  s:
    kind: fleet
    instances: 10
    workers: 1
    power: {idle: 100 W, full: 200 W}
    scale: {)" +
           scale + R"(}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: )" +
           rate + "}}\n" + more + "run: {horizon: 1 h}\n";
}

std::vector<Nanoseconds> times_of(const Run& run, NoteKind kind) {
    std::vector<Nanoseconds> times;
    for (const Note& note : run.notes) {
        if (note.kind == kind) {
            times.insert(times.end(), kind == NoteKind::launched ? 1 : note.count, note.at / 1'000'000'000);
        }
    }
    return times;
}

using Times = std::vector<Nanoseconds>;

// 89 requests/s of 100 ms need 15 instances; the quota allows 12 of them. Three are refused at 660 s, which asks for
// more: ten minutes later the quota is raised, and the evaluation of that moment orders the rest.
TEST(Quotas, RefuseUntilTheyAreRaised) {
    const Plan plan = support::plan_of(
        stepping("target: 60 %, max: 40, launch: 2 min, quota: 12, raise: 10 min", "steps(60/s 0 s 89/s 10 min)"));
    const auto run = simulate_requests(plan, {1, 0});
    Times orders(2, 660);
    orders.insert(orders.end(), 3, 1260);
    EXPECT_EQ(times_of(run, NoteKind::launch_ordered), orders);
    ASSERT_EQ(run.faults.size(), 1U) << "told as what it is: a cause";
    EXPECT_EQ(run.faults[0].begin, 660 * Nanoseconds{1'000'000'000});
    EXPECT_EQ(run.faults[0].end, 1260 * Nanoseconds{1'000'000'000});
    const FaultPlan& fault = plan.faults[run.faults[0].fault];
    EXPECT_EQ(fault.layer, Layer::configuration);
    EXPECT_FALSE(fault.owned_by_provider);
}

// Two actions of one moment: that the second is not refused does not undo the refusal of the first. Evaluations at
// 585 s and at 630 s want no more than is there.
TEST(Quotas, AreAskedForByAnyActionOfAMoment) {
    const Plan plan = support::plan_of(
        stepping("target: 60 %, max: 40, launch: 2 min, every: 45 s, quota: 12, raise: 10 min, schedule: [{at: 00:10, "
                 "desired: 15}, {at: 00:10, max: 30}]",
                 "60/s"));
    for (const auto& run : {simulate_requests(plan, {1, 0}), Flow(plan).run({1, 0})}) {
        std::vector<Nanoseconds> quotas;
        for (const Note& note : run.notes) {
            if (note.kind == NoteKind::quota_asked || note.kind == NoteKind::quota_raised) {
                quotas.push_back(note.at / 1'000'000'000);
            }
        }
        EXPECT_EQ(quotas, (Times{600, 1200})) << "asked for, and granted";
        ASSERT_EQ(run.faults.size(), 1U);
        EXPECT_EQ(run.faults[0].begin, 600 * Nanoseconds{1'000'000'000});
        EXPECT_EQ(run.faults[0].end, 630 * Nanoseconds{1'000'000'000}) << "the next evaluation";
    }
}

// Without `raise` it stays so, and is over when no more is wanted.
TEST(Quotas, HoldForEverWithoutARaise) {
    const Plan plan = support::plan_of(stepping("target: 60 %, max: 40, launch: 2 min, quota: 12, in_after: 5 min",
                                                "steps(60/s 0 s 89/s 10 min 60/s 30 min)"));
    const auto run = simulate_requests(plan, {1, 0});
    EXPECT_EQ(times_of(run, NoteKind::launch_ordered), Times(2, 660));
    ASSERT_EQ(run.faults.size(), 1U);
    EXPECT_EQ(run.faults[0].end, 1860 * Nanoseconds{1'000'000'000}) << "the first period of 60/s";
    EXPECT_EQ(figure(plan, run, "rto"), 0) << "twelve do 120/s: nothing is lost";
}

// One that is not reached changes nothing.
TEST(Quotas, AsLargeAsMaxAreNone) {
    const std::string rate = "steps(60/s 0 s 89/s 10 min)";
    const Plan with = support::plan_of(stepping("target: 60 %, max: 40, launch: 2 min, quota: 40", rate));
    const Plan without = support::plan_of(stepping("target: 60 %, max: 40, launch: 2 min", rate));
    const auto run = simulate_requests(with, {1, 0});
    EXPECT_EQ(run.fingerprint, simulate_requests(without, {1, 0}).fingerprint);
    EXPECT_TRUE(run.faults.empty());
}

/// 89/s come at 08:00 where 29/s came before: ten instances have become the five that those need by then.
std::string opening(const std::string& schedule) {
    return R"(nines: 1
name: doors open at eight
services:
  s:
    kind: fleet
    instances: 10
    workers: 1
    queue: {of: group, limit: 10}
    scale: {target: 60 %, max: 40, launch: 150 s)" +
           schedule + R"(}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: steps(29/s 0 s 89/s 30 min)}}
run: {start: 2026-01-05 07:30, horizon: 1 h}
)";
}

// Five serve 50/s of the 89/s until the period that shows it (one minute) and the launch (150 s) are over: 39/s are
// lost for 210 s, but for the ten that wait. With fifteen ordered ten minutes before nothing is.
TEST(Schedules, HaveThereInTimeWhatReactingLacks) {
    const Plan reacts = support::plan_of(opening(""));
    const Plan knows = support::plan_of(opening(", schedule: [{at: 07:50, min: 15}, {at: 20:00, min: 1}]"));
    const auto late = simulate_requests(reacts, {1, 0});
    EXPECT_NEAR(figure(reacts, late, "requests.rejected"), 39 * 210 - 10, 10);
    EXPECT_EQ(times_of(late, NoteKind::launch_ordered).at(3), 1860) << "four, by what five busy workers show";
    const auto early = simulate_requests(knows, {1, 0});
    EXPECT_EQ(figure(knows, early, "availability"), 1);
    EXPECT_NEAR(figure(knows, early, "latency.max"), 0.1, 1e-9) << "nobody waits";
    EXPECT_EQ(times_of(early, NoteKind::launch_ordered), Times(10, 1200));
    EXPECT_EQ(times_of(early, NoteKind::launched), Times(10, 1350));
    const auto flow = Flow(reacts).run({1, 0});
    EXPECT_NEAR(figure(reacts, flow, "requests.rejected"), 39 * 210, 39 * 210 * 0.01);
    EXPECT_NEAR(figure(knows, Flow(knows).run({1, 0}), "availability"), 1, 1e-9);
}

// Bounds that the schedule set before the beginning hold at the beginning: yesterday's evening, here.
TEST(Schedules, HaveAlwaysBeenThere) {
    const Plan plan = support::plan_of(opening(", schedule: [{at: 20:00, min: 12}, {at: 12:00, min: 1}]"));
    EXPECT_EQ(times_of(simulate_requests(plan, {1, 0}), NoteKind::launch_ordered), (Times{60, 60, 1860, 1860, 1860}))
        << "two more than it began with, at the first look; fifteen for the rush";
}

// 75 requests/s of 100 ms hold 7.5 workers: 12.5 instances meet 60 %. The period from 600 s on shows it at 660 s.
TEST(Scaling, OrdersPaysAndServesInTime) {
    const Plan plan = support::plan_of(stepping("target: 60 %, max: 40, launch: 2 min", "steps(60/s 0 s 75/s 10 min)"));
    const auto run = simulate_requests(plan, {1, 0});
    EXPECT_EQ(times_of(run, NoteKind::launch_ordered), Times(3, 660));
    EXPECT_EQ(times_of(run, NoteKind::launched), Times(3, 780));
    EXPECT_EQ(times_of(run, NoteKind::retired), Times());
    const GroupTally& group = run.groups[GroupId{0}];
    EXPECT_DOUBLE_EQ(group.instances_integral_s, 10 * 3600 + 3 * (3600 - 660)) << "paid from the order on";
    EXPECT_DOUBLE_EQ(group.workers_integral_s, 10 * 3600 + 3 * (3600 - 780)) << "workers from the end of the launch on";
    EXPECT_NEAR(group.energy_j, 100 * group.instances_integral_s + 100 * group.busy_integral_s, 1e-3);
    EXPECT_NEAR(group.busy_integral_s, 600 * 6 + 3000 * 7.5, 1);
    EXPECT_NEAR(figure(plan, run, "scaling.lag"), 180, 1e-9);
    EXPECT_EQ(figure(plan, run, "availability"), 1);
}

TEST(Scaling, TakesAwayAndFinishesWhatIsThere) {
    const Plan plan = support::plan_of(
        stepping("target: 60 %, max: 40, launch: 2 min, in_after: 5 min", "steps(60/s 0 s 31/s 10 min)"));
    const auto run = simulate_requests(plan, {1, 0});
    // 31/s need 5.17 instances. Seen at 660 s; at 960 s it has been under the target for five minutes.
    EXPECT_EQ(times_of(run, NoteKind::retired), Times(4, 960));
    EXPECT_EQ(figure(plan, run, "availability"), 1) << "nothing is lost to scaling in";
    const double paid_s = run.groups[GroupId{0}].instances_integral_s;
    EXPECT_GE(paid_s, 10 * 960 + 6 * 2640);
    EXPECT_LE(paid_s, 10 * 960 + 6 * 2640 + 4 * 0.1) << "what an instance has at hand takes 100 ms at most";
}

// Calls of ten seconds, held or not while they wait, are finished by instances that drain; 3 s of them are not.
TEST(Scaling, DrainsAsLongAsItMayAndNoLonger) {
    for (const char* is_async : {"true", "false"}) {
        for (const char* drain : {"5 min", "3 s"}) {
            const Plan plan = support::plan_of(std::string(R"(nines: 1
name: long calls
services:
  s:
    kind: fleet
    instances: 4
    workers: 100
    async: )") + is_async + R"(
    scale: {on: concurrency, target: 50, max: 40, launch: 2 min, in_after: 5 min, drain: )" +
                                               drain + R"(}
    endpoints: {op: {steps: [{call: b.op, timeout: 1 min}]}}
  b: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 10 s}]}}}
demand: {d: {calls: s.op, arrivals: constant, rate: 5/s}}
run: {horizon: 20 min}
)");
            const auto run = simulate_requests(plan, {1, 0});
            const bool may_finish = std::string(drain) == "5 min";
            // 50 are under way: one instance is enough. Of each of the other three 12 or 13 are broken off.
            EXPECT_EQ(times_of(run, NoteKind::retired).size(), 3U);
            const double rejected = run.demands[DemandId{0}].count(Outcome::rejected);
            EXPECT_EQ(rejected > 0, !may_finish) << is_async;
            if (!may_finish) {
                EXPECT_NEAR(rejected, 3 * 12.5 * 0.7, 5) << "those that had more than 3 s to go";
            }
            const double paid_s = run.groups[GroupId{0}].instances_integral_s;
            const double drained_s = paid_s - 4 * 360 - 1 * 840;
            EXPECT_LE(drained_s, 3 * (may_finish ? 10 : 3) + 1e-6);
            EXPECT_GE(drained_s, 3 * (may_finish ? 10 - 0.8 : 3) - 1e-6) << "the last call came up to 0.8 s before";
        }
    }
}

// What is seen of new instances: balancers that check find them a little later, and nobody is sent to one that is not.
TEST(Scaling, NewInstancesServeOnceChecksPass) {
    std::string text = stepping("target: 60 %, max: 40, launch: 2 min", "steps(60/s 0 s 75/s 10 min)");
    const std::string workers = "workers: 1";
    text.replace(text.find(workers), workers.size(), workers + "\n    balance: {health: {every: 10 s, pass: 3}}");
    const Plan plan = support::plan_of(text);
    const auto run = simulate_requests(plan, {1, 0});
    EXPECT_EQ(figure(plan, run, "availability"), 1);
    int marks = 0;
    for (const Note& note : run.notes) {
        if (note.kind == NoteKind::marked_in) {
            ++marks;
            EXPECT_GE(note.at, 800'000'000'000) << "three checks, ten seconds apart";
            EXPECT_LE(note.at, 810'000'000'000);
        }
    }
    EXPECT_EQ(marks, 3);
}

// P13 in a run: launches of three minutes, ordered thrice, and taken away again.
TEST(Scaling, OvershootsWithoutCountingPending) {
    const auto run_with = [](const std::string& pending) {
        const Plan plan = support::plan_of(
            stepping("target: 60 %, max: 100, launch: 3 min, pending: " + pending, "steps(60/s 0 s 89/s 10 min)"));
        return simulate_requests(plan, {1, 0});
    };
    EXPECT_EQ(times_of(run_with("counted"), NoteKind::launch_ordered), Times(5, 660));
    const auto run = run_with("ignored");
    EXPECT_EQ(times_of(run, NoteKind::launch_ordered),
              Times({660, 660, 660, 660, 660, 720, 720, 720, 720, 720, 780, 780, 780, 780, 780}));
    EXPECT_EQ(times_of(run, NoteKind::retired).size(), 10U) << "what was too much goes again";
}

// --- zones and control planes

std::string zones(const std::string& rate, const std::string& more) {
    return R"(nines: 1
name: a zone is lost
world: {provider: aws, regions: [us-east-1]}
services:
  s:
    kind: fleet
    in: {region: us-east-1, zones: 3, each: 4}
    workers: 1
    queue: {limit: 2}
    balance: {health: instant}
    scale: {target: 85 %, min: 3, max: 40, launch: 2 min}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: )" +
           rate + R"(}}
faults:
  zone: {target: zone/use1-az1, effect: crash, at: 630 s, for: 40 min}
)" + more + "run: {horizon: 1 h}\n";
}

std::uint64_t launches_in(const Plan& plan, const Run& run, const std::string& zone, double from_s, double to_s) {
    std::uint64_t count = 0;
    for (const Note& note : run.notes) {
        const double at_s = to_seconds(note.at);
        count += note.kind == NoteKind::launched && at_s >= from_s && at_s <= to_s &&
                         plan.names.places[plan.group_of[InstanceId{note.detail}]] == zone
                     ? 1
                     : 0;
    }
    return count;
}

// P15: two of three zones carry it at once if they are used to at most two thirds.
TEST(Scaling, AZoneLossIsSurvivedAtOnceBelowTwoThirds) {
    const Plan plan = support::plan_of(zones("78/s", ""));
    const auto run = simulate_requests(plan, {1, 0});
    EXPECT_GT(figure(plan, run, "availability"), 0.9999);
}

// ... else until launches end: the instances are missed for a whole period at 720 s, and launches take two minutes.
TEST(Scaling, AZoneLossIsRepairedByLaunchesElsewhere) {
    const Plan plan = support::plan_of(zones("100/s", ""));
    const auto run = simulate_requests(plan, {1, 0});
    EXPECT_EQ(times_of(run, NoteKind::launch_ordered).front(), 720);
    EXPECT_EQ(launches_in(plan, run, "use1-az1", 0, 840), 0U) << "nothing is launched into the zone that is lost";
    EXPECT_EQ(launches_in(plan, run, "use1-az2", 840, 840), 1U);
    EXPECT_EQ(launches_in(plan, run, "use1-az3", 840, 840), 1U);
    EXPECT_NEAR(figure(plan, run, "rto"), 210, 20);
    EXPECT_GT(figure(plan, run, "requests.rejected"), 20 * 100);
}

// P16: recovery that needs the control plane waits for the control plane.
TEST(Scaling, NoNewCapacityKeepsTheOutageUp) {
    for (const char* barred : {"  stuck: {target: control/us-east-1, effect: down, at: 0 s, for: 1490 s}\n",
                               "  stuck: {target: region/us-east-1, effect: no-new-capacity, at: 0 s, for: 1490 s}\n",
                               "  stuck: {target: service/s, effect: no-new-capacity, at: 0 s, for: 1490 s}\n"}) {
        const Plan plan = support::plan_of(zones("100/s", barred));
        const auto run = simulate_requests(plan, {1, 0});
        EXPECT_EQ(times_of(run, NoteKind::launch_ordered).front(), 1500) << barred;
        EXPECT_NEAR(figure(plan, run, "rto"), 1620 - 630, 20) << barred;
    }
}

TEST(Scaling, AControlPlaneThatIsDownTakesNothingAwayEither) {
    const auto retired_at = [](const std::string& effect) {
        const Plan plan = support::plan_of(R"(nines: 1
name: nothing goes
world: {provider: aws, regions: [us-east-1]}
services:
  s:
    kind: fleet
    in: {region: us-east-1, zones: 2, each: 5}
    balance: {health: instant}
    scale: {target: 60 %, max: 40, launch: 2 min, in_after: 5 min}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: 30/s}}
faults: {stuck: {target: control/us-east-1, effect: )" +
                                           effect + R"(, at: 0 s, for: 20 min}}
run: {horizon: 1 h}
)");
        return times_of(simulate_requests(plan, {1, 0}), NoteKind::retired).front();
    };
    EXPECT_EQ(retired_at("no-new-capacity"), 360);
    EXPECT_GE(retired_at("down"), 1200);
}

// An instance that is not there cannot fail, and one that fails is not taken for capacity.
TEST(Scaling, FaultsHitThoseThatAreThere) {
    const Plan plan = support::plan_of(
        stepping("target: 60 %, max: 12, launch: 1 min", "60/s",
                 "faults: {f: {target: any instance of s, effect: crash, every: constant(1000 s), for: 15 min}}\n"));
    const auto run = simulate_requests(plan, {1, 0});
    for (const Note& note : run.notes) {
        if (note.kind == NoteKind::fault_begins && note.at < 1'100'000'000'000) {
            EXPECT_EQ(note.at, 1'000'000'000'000);
        }
    }
    const auto begun = std::count_if(run.faults.begin(), run.faults.end(),
                                     [](const FaultRecord& fault) { return fault.begin < 1'100'000'000'000; });
    EXPECT_EQ(begun, 10) << "two of the twelve processes hit nobody";
}

// --- the books

// Launches that take what luck gives them, under load that comes by chance, with instances that fail.
TEST(Scaling, OneSeedOneRun) {
    const Plan plan = support::plan_of(R"(nines: 1
name: luck
services:
  s:
    kind: fleet
    instances: 10
    balance: {policy: least-outstanding}
    scale: {target: 60 %, max: 40, every: 10 s, launch: lognormal(mean 1 min cv 0.4), in_after: 1 min}
    endpoints: {op: {steps: [{work: exponential(100 ms)}]}}
demand: {d: {calls: s.op, rate: spike(base 60/s peak 200/s at 5 min for 5 min)}}
faults: {f: {target: any instance of s, effect: crash, every: exponential(5 min), for: exponential(30 s)}}
run: {horizon: 20 min}
)");
    const auto first = simulate_requests(plan, {5, 3});
    EXPECT_EQ(first.fingerprint, simulate_requests(plan, {5, 3}).fingerprint);
    EXPECT_NE(first.fingerprint, simulate_requests(plan, {5, 4}).fingerprint);
    EXPECT_GT(times_of(first, NoteKind::launched).size(), 10U);
    EXPECT_GT(times_of(first, NoteKind::retired).size(), 10U);
}

}  // namespace
}  // namespace nines
