// Operations: who acts when an alarm tells of something, step by step, at times computed by hand; and the same in both
// fidelities, to the window.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/requests/simulate.hpp"
#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

/// A service of eight, an alarm that tells at the first window with an error, and more.
std::string scenario(const std::string& more, const std::string& deploy = "", const std::string& run = "horizon: 2 h") {
    return fmt::format(R"(nines: 1
name: operations
services:
  s:
    kind: fleet
    instances: 8
    workers: 16
    endpoints: {{op: {{steps: [{{work: exponential(10 ms)}}]}}}}
    {}
demand: {{d: {{calls: s.op, rate: 50/s}}}}
alarms: {{errors: {{metric: error_share@s, above: 0 %, of: 1 min}}}}
{}
run: {{{}}}
)",
                       deploy.empty() ? "" : "deploy: " + deploy, more, run);
}

constexpr const char* k_oncall = "oncall: {acknowledge: 5 min, diagnose: 20 min}\n";

/// When each note of a kind was made, in seconds from time zero.
std::vector<double> times_of(const Run& run, NoteKind kind) {
    std::vector<double> times;
    for (const Note& note : run.notes) {
        if (note.kind == kind) {
            times.push_back(to_seconds(note.at));
        }
    }
    return times;
}

double only(const Run& run, NoteKind kind) {
    const std::vector<double> times = times_of(run, kind);
    EXPECT_EQ(times.size(), 1U) << static_cast<int>(kind);
    return times.empty() ? -1 : times.front();
}

constexpr double k_tick = 2e-6;  // flow counts in microseconds

TEST(Responses, PeopleAcknowledgeFindOutAndEndIt) {
    const nines::Run run = run_flow(scenario(
        std::string(k_oncall) + "faults: {f: {target: service/s, effect: {errors: 50 %}, at: 10 min, repair: human}}"));
    const double alarm = only(run, NoteKind::alarm_fires);
    EXPECT_GT(alarm, 600);
    EXPECT_LE(alarm, 660);
    EXPECT_NEAR(only(run, NoteKind::acknowledged), alarm + 300, k_tick);
    EXPECT_NEAR(only(run, NoteKind::fault_ends), alarm + 1500, k_tick);
    EXPECT_NEAR(run.operations.detected.sum_s, alarm - 600, k_tick);
    EXPECT_NEAR(run.operations.repaired.sum_s, 1500, k_tick);
    EXPECT_NEAR(run.operations.toil_s, 1200, k_tick);
    EXPECT_EQ(run.operations.without_human, 0);
}

TEST(Responses, AnAutomaticRunbookNeedsNobody) {
    const nines::Run run =
        run_flow(scenario("runbooks: {again: {automatic: true, takes: 2 min}}\n"
                          "faults: {f: {target: service/s, effect: {errors: 50 %}, at: 10 min, repair: again}}"));
    EXPECT_NEAR(only(run, NoteKind::fault_ends), only(run, NoteKind::alarm_fires) + 120, k_tick);
    EXPECT_EQ(run.operations.without_human, 1);
    EXPECT_EQ(run.operations.toil_s, 0);
    EXPECT_EQ(run.operations.acknowledged.count, 0);
}

TEST(Responses, WhatNoAlarmTellsOfNeverEnds) {
    const nines::Run run = run_flow(scenario(
        std::string(k_oncall) + "faults: {f: {target: service/s, effect: {slow: 2}, at: 10 min, repair: human}}"));
    EXPECT_TRUE(times_of(run, NoteKind::alarm_fires).empty());
    EXPECT_TRUE(times_of(run, NoteKind::fault_ends).empty());
}

TEST(Responses, AFaultWithAnEndOfItsOwnIsLookedAtUntilTheAlarmClears) {
    const nines::Run run = run_flow(scenario(
        std::string(k_oncall) + "faults: {f: {target: service/s, effect: {errors: 50 %}, at: 10 min, for: 10 min}}"));
    const double clears = only(run, NoteKind::alarm_clears);
    EXPECT_NEAR(only(run, NoteKind::fault_ends), 1200, k_tick);
    EXPECT_GE(clears, 1260);
    EXPECT_NEAR(run.operations.toil_s, clears - only(run, NoteKind::acknowledged), k_tick);
    EXPECT_EQ(run.operations.repaired.count, 0);
    EXPECT_EQ(run.operations.detected.count, 1);
}

TEST(Responses, AtNightAndAfterAGameDayTimesAreOthers) {
    const std::string people =
        "oncall: {acknowledge: 10 min, diagnose: 20 min, night: {from: 22:00, to: 07:00, slower: 3, diagnose: 1.5}, "
        "game_days: {every: 10 d, shorten: 50 %, lasts: 5 d, takes: 8 h}}\n";
    const auto ends_after = [&](const std::string& at) {
        const nines::Run run = run_flow(
            scenario(people + "faults: {f: {target: service/s, effect: {errors: 50 %}, at: " + at + ", repair: human}}",
                     "", "horizon: 20 d"));
        EXPECT_NEAR(run.operations.toil_s,
                    2 * 8 * 3600 + only(run, NoteKind::fault_ends) - only(run, NoteKind::acknowledged), k_tick);
        return only(run, NoteKind::fault_ends) - only(run, NoteKind::alarm_fires);
    };
    EXPECT_NEAR(ends_after("12 h"), 600 + 1200, k_tick);    // noon of the first day
    EXPECT_NEAR(ends_after("23 h"), 1800 + 1800, k_tick);   // before midnight
    EXPECT_NEAR(ends_after("30 h"), 1800 + 1800, k_tick);   // after it
    EXPECT_NEAR(ends_after("12.5 d"), 600 + 600, k_tick);   // practised
    EXPECT_NEAR(ends_after("16.5 d"), 600 + 1200, k_tick);  // forgotten
}

TEST(Responses, WhatEndsByItselfIsNotTheCauseWhereSomethingElseIs) {
    const nines::Run run =
        run_flow(scenario("runbooks: {again: {automatic: true, takes: 2 min}}\n"
                          "faults:\n"
                          "  busy: {target: service/s, effect: {capacity: 50 %}, at: 1 min, for: 1 h}\n"
                          "  f: {target: service/s, effect: {errors: 50 %}, at: 10 min, repair: again}"));
    EXPECT_EQ(run.operations.detected.count, 1);
    EXPECT_NEAR(run.operations.detected.sum_s, only(run, NoteKind::alarm_fires) - 600, k_tick);
}

// Of three faults one only the alarm sees (an optional call fails), one only clients see, and one both.
TEST(Responses, AlarmsAreRightWhereClientsSufferAndComplete) {
    const Plan plan = flow_plan(R"(nines: 1
name: right and complete
services:
  s:
    kind: fleet
    endpoints: {op: {steps: [{work: 1 ms}, {call: t.op, optional: true}]}}
  t: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: s.op, rate: 50/s}}
domains: {both: [service/s, service/t]}
faults:
  unseen: {target: service/t, effect: {errors: 50 %}, at: 10 min, for: 5 min}
  unheard: {target: service/s, effect: {errors: 50 %}, at: 30 min, for: 5 min}
  plain: {target: domain/both, effect: {errors: 50 %}, at: 50 min, for: 5 min}
alarms: {errors: {metric: error_share@t, above: 1 %, of: 1 min}}
run: {horizon: 70 min}
)");
    const nines::Run run = Flow(plan).run({1, 0});
    EXPECT_EQ(run.operations.alarm_spans.size(), 2U);
    EXPECT_EQ(figure_of(plan, run, "alarms.precision"), 0.5);
    EXPECT_EQ(figure_of(plan, run, "alarms.recall"), 0.5);
    EXPECT_EQ(figure_of(plan, run, "alarms.noise"), 0) << "what clients do not see is wrong all the same";
}

// --- deployments

constexpr const char* k_bad = "bad: 100 %, effect: {errors: 50 %}";

std::string deployment(const std::string& strategy, const std::string& more) {
    return fmt::format("{{every: 1 h, strategy: {}, {}, {}}}", strategy, k_bad, more);
}

TEST(Deployments, ACanaryGoesBackWhenTheAlarmTells) {
    const nines::Run run =
        run_flow(scenario("", deployment("canary(25 % 10 min)", "bake: 10 min, takes: 3 min"), "horizon: 100 min"));
    const double alarm = only(run, NoteKind::alarm_fires);
    EXPECT_NEAR(only(run, NoteKind::deployment_begins), 3600, k_tick);
    EXPECT_NEAR(only(run, NoteKind::rolled_back), alarm + 180, k_tick);
    EXPECT_NEAR(run.operations.reached_sum, 0.25, 1e-12);
    EXPECT_NEAR(run.operations.exposure_s, 0.25 * (alarm + 180 - 3600), k_tick);
    EXPECT_NEAR(run.operations.restored.sum_s, alarm + 180 - 3600, k_tick);
    EXPECT_EQ(run.operations.delivered.count, 0);
    EXPECT_EQ(run.operations.without_human, 1);
}

TEST(Deployments, BlueAndGreenSwitchBackAtOnceWhileOneBakes) {
    const nines::Run run =
        run_flow(scenario("", deployment("blue-green", "bake: 10 min, takes: 3 min"), "horizon: 100 min"));
    EXPECT_NEAR(only(run, NoteKind::rolled_back), only(run, NoteKind::alarm_fires), k_tick);
    EXPECT_EQ(run.operations.reached_sum, 1);
}

TEST(Deployments, OtherStrategiesTakeTheTimeOfARollback) {
    const nines::Run run =
        run_flow(scenario("", deployment("all-at-once", "bake: 10 min, takes: 3 min"), "horizon: 100 min"));
    EXPECT_NEAR(only(run, NoteKind::rolled_back), only(run, NoteKind::alarm_fires) + 180, k_tick);
}

TEST(Deployments, AreDeliveredOnceTheLastInstanceHasThem) {
    const auto lead_s = [](const std::string& strategy) {
        const nines::Run run = run_flow(fmt::format(R"(nines: 1
name: delivered
world: {{regions: [us-east-1, us-west-2]}}
services:
  s:
    kind: fleet
    in: [{{region: us-east-1, zones: 3, each: 2}}, {{region: us-west-2, zones: 2}}]
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
    deploy: {{every: 10 h, strategy: {}}}
demand: {{d: {{calls: s.op, rate: 10/s}}}}
run: {{horizon: 15 h}}
)",
                                                    strategy));
        EXPECT_EQ(run.operations.delivered.count, 1);
        return run.operations.delivered.sum_s;
    };
    EXPECT_NEAR(lead_s("all-at-once"), 0, k_tick);
    EXPECT_NEAR(lead_s("blue-green"), 0, k_tick);
    EXPECT_NEAR(lead_s("canary(25 % 10 min)"), 600, k_tick);
    EXPECT_NEAR(lead_s("canary(100 % 10 min)"), 0, k_tick);
    EXPECT_NEAR(lead_s("rolling(25 % 10 min)"), 3 * 600, k_tick);  // two of eight each time
    EXPECT_NEAR(lead_s("rolling(40 % 10 min)"), 2 * 600, k_tick);  // three, three, two
    EXPECT_NEAR(lead_s("one-zone-at-a-time(10 min)"), 4 * 600, k_tick);
    EXPECT_NEAR(lead_s("one-region-at-a-time(10 min)"), 600, k_tick);
}

TEST(Deployments, StagesComeOneAfterTheOther) {
    // The alarm has no say: it looks at another metric. So all stages come, one bake, and the next replaces it.
    const std::string text = scenario("", deployment("rolling(25 % 2 min)", "bake: 10 min"), "horizon: 130 min");
    std::string deaf = text;
    deaf.replace(deaf.find("above: 0 %"), 10, "above: 99 %");
    const nines::Run run = run_flow(deaf);
    std::vector<double> begun;
    for (const FaultRecord& record : run.faults) {
        begun.push_back(to_seconds(record.begin));
    }
    const std::vector<double> expected{3600, 3720, 3840, 3960, 7200, 7320, 7440, 7560};
    ASSERT_EQ(begun.size(), expected.size());
    for (std::size_t i = 0; i < begun.size(); ++i) {
        EXPECT_NEAR(begun[i], expected[i], k_tick);
    }
    EXPECT_NEAR(times_of(run, NoteKind::deployment_done).front(), 3960 + 600, k_tick);
    EXPECT_NEAR(only(run, NoteKind::deployment_replaced), 7560, k_tick);
    EXPECT_NEAR(run.operations.delivered.sum_s, 2 * 360, k_tick);
    // Half of the 24 quarters-of-two-minutes of a rollout, whole from then on; both versions until the first is gone.
    const double rollout = (0.25 + 0.5 + 0.75) * 120;
    EXPECT_NEAR(run.operations.exposure_s, rollout + (7560 - 3960) + rollout + (7800 - 7560), 1e-3);
}

TEST(Deployments, PeopleRollBackWhatNobodyWatches) {
    const nines::Run run =
        run_flow(scenario(k_oncall, deployment("all-at-once", "rollback: manual, takes: 3 min"), "horizon: 100 min"));
    EXPECT_NEAR(only(run, NoteKind::rolled_back), only(run, NoteKind::alarm_fires) + 300 + 1200 + 180, k_tick);
    EXPECT_EQ(run.operations.without_human, 0);
    EXPECT_NEAR(run.operations.toil_s, 1200 + 180, k_tick);
}

TEST(Deployments, AnotherStrategyHasTheSameLuck) {
    const auto begun = [](const std::string& strategy) {
        const std::string every =
            "{every: uniform(2 h 4 h), bad: 30 %, effect: {errors: 50 %}, takes: 1 min, strategy: ";
        const nines::Run run = run_flow(scenario("", every + strategy + "}", "horizon: 30 d"), {5, 3});
        return std::pair(times_of(run, NoteKind::deployment_begins), times_of(run, NoteKind::deployment_is_bad));
    };
    const auto canary = begun("canary(25 % 10 min)");
    EXPECT_GT(canary.second.size(), 20U);
    EXPECT_EQ(canary, begun("all-at-once"));
}

// A canary of one in six is one of six, however many the service might scale to: not one of the twenty-seven places.
TEST(Deployments, ACanaryOfAServiceThatScalesIsOfTheInstancesItBeginsWith) {
    const Plan plan = flow_plan(R"(nines: 1
name: canary
services:
  s:
    kind: fleet
    instances: 6
    workers: 4
    scale: {target: 50 %, min: 6, max: 27, launch: 1 min}
    endpoints: {op: {steps: [{work: 40 ms}]}}
    deploy: {every: 1 h, strategy: canary(17 % 20 min), bake: 1 min, bad: 100 %, effect: {errors: 30 %}, takes: 1 min}
demand: {d: {calls: s.op, rate: 60/s}}
alarms: {never: {metric: error_share@s, above: 99 %, of: 1 min, points: 1 of 1}}
run: {horizon: 75 min}
)");
    const DeployPlan& deploy = plan.operations.deploys.front();
    ASSERT_EQ(deploy.stages.size(), 2U);
    EXPECT_EQ(deploy.stages[0].until, 1U);
    EXPECT_NEAR(deploy.stages[0].share, 1.0 / 6, 1e-12);
    EXPECT_EQ(deploy.stages[1].until, 27U);
    // One of the six has it for the last quarter of an hour, and answers three of ten with errors: 1/6 x 0.3 x 15/75.
    EXPECT_NEAR(1 - figure_of(plan, Flow(plan).run({1, 0}), "availability"), 0.3 / 6 * 15 / 75, 2e-4);
    EXPECT_NEAR(1 - figure_of(plan, simulate_requests(plan, {1, 0}, {}, {}), "availability"), 0.3 / 6 * 15 / 75, 1e-3);
}

// Nine deployments of half an hour in ten hours: the machines of four and a half hours more.
TEST(Deployments, BlueAndGreenAreBothPaidForWhileOneBakes) {
    const auto plan_with = [](const std::string& strategy) {
        return flow_plan(fmt::format(R"(nines: 1
name: two fleets
world: {{regions: [us-east-1]}}
services:
  s:
    kind: fleet
    in: {{region: us-east-1, zones: 2, each: 4}}
    price: 1 USD/h
    power: {{idle: 10 W, full: 10 W}}
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
    deploy: {{every: 1 h, strategy: {}, bake: 30 min}}
demand: {{d: {{calls: s.op, rate: 10/s}}}}
run: {{horizon: 10 h}}
)",
                                     strategy));
    };
    const Plan plan = plan_with("blue-green");
    const Plan without = plan_with("all-at-once");
    for (const std::string metric : {"cost.compute", "energy.kwh", "carbon.operational"}) {
        const double one = figure_of(without, Flow(without).run({1, 0}), metric);
        EXPECT_NEAR(figure_of(plan, Flow(plan).run({1, 0}), metric) / one, 1.45, 1e-9) << metric;
        EXPECT_NEAR(figure_of(plan, simulate_requests(plan, {1, 0}, {}, {}), metric) / one, 1.45, 1e-6) << metric;
    }
}

// Whatever a bad version does, requests are neither made nor lost: the books of each run are closed by the run itself.
TEST(Deployments, TheBooksCloseWhateverABadOneDoes) {
    for (const std::string effect : {"down", "crash", "{errors: 50 %, after: work}", "{slow: 20}", "{capacity: 25 %}",
                                     "{loss: 30 %}", "partition"}) {
        const Plan plan =
            flow_plan(scenario(std::string(k_oncall),
                               "{every: 7 min, strategy: rolling(25 % 1 min), bake: 2 min, bad: 80 %, takes: 90 s, "
                               "rollback: automatic, effect: " +
                                   effect + "}",
                               "horizon: 1 h"));
        const nines::Run run = simulate_requests(plan, {3, 0}, {}, {});
        EXPECT_GT(run.operations.bad, 2) << effect;
        EXPECT_GT(run.events, 100'000U) << effect;
    }
}

// --- both fidelities

TEST(OperationsInBoth, AlarmsAndRollbacksComeWithTheSameWindow) {
    const std::string text = scenario(
        std::string(k_oncall) + "faults: {f: {target: service/s, effect: {errors: 50 %}, at: 30 min, repair: human}}",
        deployment("canary(25 % 10 min)", "bake: 10 min, takes: 3 min"), "warmup: 5 min, horizon: 100 min");
    const Plan plan = flow_plan(text);
    for (const std::uint64_t replication : {0, 1, 2, 3}) {
        const nines::Run flow = Flow(plan).run({7, replication});
        const nines::Run requests = simulate_requests(plan, {7, replication}, {}, {});
        for (const NoteKind kind : {NoteKind::alarm_fires, NoteKind::alarm_clears, NoteKind::acknowledged,
                                    NoteKind::rolled_back, NoteKind::fault_ends}) {
            const auto one = times_of(flow, kind);
            const auto other = times_of(requests, kind);
            ASSERT_EQ(one.size(), other.size()) << static_cast<int>(kind);
            ASSERT_FALSE(one.empty());
            for (std::size_t i = 0; i < one.size(); ++i) {
                EXPECT_NEAR(one[i], other[i], k_tick) << static_cast<int>(kind);
            }
        }
        EXPECT_NEAR(flow.operations.exposure_s, requests.operations.exposure_s, 1e-3);
    }
}

TEST(OperationsInBoth, UtilizationIsWatchedTheSameWay) {
    const std::string text = R"(nines: 1
name: busy
services: {s: {kind: fleet, workers: 10, endpoints: {op: {steps: [{work: exponential(100 ms)}]}}}}
demand: {d: {calls: s.op, rate: steps(20/s 0 s 80/s 30 min 20/s 60 min)}}
alarms: {busy: {metric: utilization@s, above: 50 %, of: 1 min, points: 3 of 3}}
run: {horizon: 90 min}
)";
    const Plan plan = flow_plan(text);
    const nines::Run flow = Flow(plan).run({7, 0});
    const nines::Run requests = simulate_requests(plan, {7, 0}, {}, {});
    for (const NoteKind kind : {NoteKind::alarm_fires, NoteKind::alarm_clears}) {
        EXPECT_NEAR(only(flow, kind), only(requests, kind), k_tick);
    }
    EXPECT_GT(only(flow, NoteKind::alarm_fires), 1800 + 120);
    EXPECT_LE(only(flow, NoteKind::alarm_fires), 1800 + 240);
}

// Work of 100 ms takes 300 ms from half an hour on. A window in which a share u of the attempts that ended were slow
// has a mean of 100 ms + u 200 ms: above 250 ms with u above 3/4. So two windows later, and a phase.
TEST(OperationsInBoth, LatencyIsWatchedTheSameWay) {
    const Plan plan = flow_plan(R"(nines: 1
name: slow
services: {s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 100 ms}]}}}}
demand: {d: {calls: s.op, rate: 50/s, arrivals: constant}}
faults: {slow: {target: service/s, effect: {slow: 3}, at: 30 min, for: 20 min}}
alarms:
  service: {metric: latency@s, above: 250 ms, of: 1 min, points: 2 of 2}
  clients: {metric: latency, above: 250 ms, of: 1 min, points: 2 of 2}
run: {horizon: 1 h}
)");
    for (const std::uint64_t replication : {0, 1, 2}) {
        const nines::Run flow = Flow(plan).run({7, replication});
        const nines::Run requests = simulate_requests(plan, {7, replication}, {}, {});
        const auto fires = times_of(flow, NoteKind::alarm_fires);
        ASSERT_EQ(fires.size(), 2U);
        for (const double at : fires) {
            EXPECT_GE(at, 1800 + 60 * 1.75 - 1);
            EXPECT_LE(at, 1800 + 60 * 2.75 + 1);
        }
        for (const NoteKind kind : {NoteKind::alarm_fires, NoteKind::alarm_clears}) {
            const auto one = times_of(flow, kind);
            const auto other = times_of(requests, kind);
            ASSERT_EQ(one.size(), other.size());
            for (std::size_t i = 0; i < one.size(); ++i) {
                EXPECT_NEAR(one[i], other[i], k_tick);
            }
        }
    }
}

// What goes wrong while an alarm is on already is told of at the end of the next window.
TEST(OperationsInBoth, AnAlarmThatIsOnTellsOfWhatComesLater) {
    const Plan plan =
        flow_plan(scenario(std::string(k_oncall) +
                           "runbooks: {again: {automatic: true, takes: 2 min}}\n"
                           "faults:\n"
                           "  first: {target: service/s, effect: {errors: 50 %}, at: 10 min, repair: human}\n"
                           "  second: {target: service/s, effect: {slow: 2}, at: 20 min, repair: again}"));
    const nines::Run flow = Flow(plan).run({7, 0});
    const nines::Run requests = simulate_requests(plan, {7, 0}, {}, {});
    const double alarm = only(flow, NoteKind::alarm_fires);
    const double runbook = only(flow, NoteKind::runbook_begins);
    EXPECT_NEAR(runbook, only(requests, NoteKind::runbook_begins), k_tick);
    EXPECT_NEAR(runbook, alarm + 600, k_tick);  // on the alarm's grid, as the first was
}

// Clients learn a new address as their TTL of ten minutes ends: the share of errors goes down in a straight line from
// one minute on, 1 - t / 600 s. A window's mean is that of its middle, so the alarm clears at the first end e with
// 1 - (e - 30 s - 60 s) / 600 s <= 47 %.
TEST(OperationsInBoth, AnAlarmFollowsAShareThatChangesSlowly) {
    const Plan plan = flow_plan(R"(nines: 1
name: DNS drain
world: {provider: aws, regions: [us-east-1, us-west-2], edges: [IAD]}
services:
  s:
    kind: fleet
    in: [{region: us-east-1, zones: 1}, {region: us-west-2, zones: 1}]
    workers: unlimited
    balance: {health: instant}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand:
  d:
    from: {IAD: 100 %}
    calls: s.op
    rate: 500/s
    timeout: 1 s
    route: {policy: failover, order: [us-east-1, us-west-2], ttl: 10 min, health: instant}
faults: {dead: {target: service/s@use1-az1, effect: crash, at: 60 s, for: forever}}
alarms: {lost: {metric: error_share, above: 47 %, of: 1 min}}
run: {warmup: 11 min, horizon: 20 min}
)");
    for (const std::uint64_t replication : {0, 1, 2}) {
        const nines::Run flow = Flow(plan).run({7, replication});
        const nines::Run requests = simulate_requests(plan, {7, replication}, {}, {});
        const double clears = only(flow, NoteKind::alarm_clears) - 11 * 60;
        const double reaches = 60 + 30 + 600 * (1 - 0.47);
        EXPECT_GE(clears, reaches);
        EXPECT_LT(clears, reaches + 60);
        EXPECT_NEAR(clears, only(requests, NoteKind::alarm_clears) - 11 * 60, k_tick);
    }
}

// Windows of a minute over ten years are five million; what happens is a few thousand things.
TEST(OperationsInFlow, TenYearsHaveNoEventForEachWindow) {
    const nines::Run run =
        run_flow(scenario(k_oncall,
                          "{every: exponential(1 d), strategy: canary(25 % 10 min), bake: 1 h, bad: 5 %, "
                          "effect: {errors: 50 %}, takes: 3 min}",
                          "horizon: 10 yr"));
    EXPECT_GT(run.operations.alarm_spans.size(), 100U);
    EXPECT_LT(run.events, 30'000U);
}

}  // namespace
}  // namespace nines
