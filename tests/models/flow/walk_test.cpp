// The walk from scene to scene against the general loop, and what neither may depend on: what was run before.

#include "models/flow/walk.hpp"

#include <gtest/gtest.h>

#include "models/flow/flow.hpp"
#include "models/flow/replication.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr const char* k_parts = R"(
nines: 1
name: parts in zones, known at once
world: {regions: [eu-west-1], edges: [DUB]}
services:
  web:
    kind: fleet
    on: m7g.large
    in: {region: eu-west-1, zones: 3, each: 2}
    workers: 8
    balance: {health: instant}
    endpoints: {page: {steps: [{work: 5 ms}, {call: store.read, timeout: 1 s}]}}
  store:
    kind: fleet
    on: m7g.large
    in: {region: eu-west-1, zones: 3}
    workers: 8
    balance: {health: instant}
    endpoints: {read: {steps: [{work: exponential(2 ms)}]}}
demand: {users: {from: {DUB: 100 %}, calls: web.page, rate: diurnal(peak 90/s trough 30/s at 20:00), timeout: 10 s}}
faults:
  webs: {target: any instance of web, effect: crash, every: exponential(200 h), for: lognormal(mean 20 h cv 1)}
  stores: {target: any instance of store, effect: crash, every: exponential(200 h), for: lognormal(mean 40 h cv 1)}
  zones: {target: any zone, effect: down, every: exponential(1000 h), for: exponential(10 h)}
  slow: {target: service/store, effect: {slow: 3}, every: exponential(300 h), for: 2 h}
run: {fidelity: flow, horizon: 1 yr, seed: 3}
)";

/// Everything that a replication needs, in the general loop.
Run run_in_general(const Plan& plan, Luck luck) {
    Atlas atlas(plan);
    Stays stays;
    std::vector<LoadCourse> loads;
    for (const DemandPlan& demand : plan.demands) {
        loads.emplace_back(demand.rate);
    }
    return FlowReplication(plan, luck, atlas, stays, loads).run({}, {});
}

void expect_alike(const Run& one, const Run& other, double tolerance) {
    const auto near = [tolerance](double a, double b, const char* what) {
        EXPECT_NEAR(a, b, tolerance * std::max(std::abs(a), 1e-12)) << what;
    };
    const ScopeTally& demand = one.demands[DemandId{0}];
    const ScopeTally& same = other.demands[DemandId{0}];
    near(demand.offered, same.offered, "offered");
    near(demand.ok(), same.ok(), "ok");
    near(demand.failed(), same.failed(), "failed");
    near(demand.ok_latency.mean(), same.ok_latency.mean(), "latency");
    EXPECT_EQ(one.faults.size(), other.faults.size());
    ASSERT_EQ(one.course->incidents.size(), other.course->incidents.size());
    for (std::size_t i = 0; i < one.course->incidents.size(); ++i) {
        near(one.course->incidents[i].begin_s, other.course->incidents[i].begin_s, "begin of an incident");
        near(one.course->incidents[i].end_s, other.course->incidents[i].end_s, "end of an incident");
        EXPECT_EQ(one.course->incidents[i].cause, other.course->incidents[i].cause);
    }
    near(one.course->blast_radius.value_or(-1), other.course->blast_radius.value_or(-1), "blast radius");
    for (std::size_t g = 0; g < one.groups.size(); ++g) {
        const auto id = index_at<GroupId>(g);
        near(one.groups[id].energy_j, other.groups[id].energy_j, "energy");
        near(one.groups[id].carbon_g, other.groups[id].carbon_g, "carbon");
    }
}

TEST(FlowWalk, IsTheGeneralLoopInFewerSteps) {
    const Plan plan = plan_of(k_parts);
    ASSERT_TRUE(FlowWalk::fits(plan));
    const auto walked = Flow(plan).run({3, 0});
    EXPECT_GT(walked.course->incidents.size(), 0U);
    expect_alike(walked, run_in_general(plan, {3, 0}), 1e-9);
}

TEST(FlowWalk, DoesNotFitWhereThingsHaveAMemory) {
    const auto with = [](const std::string& fault, const std::string& health) {
        return plan_of("nines: 1\nname: p\nservices: {s: {kind: fleet, instances: 3, balance: {health: " + health +
                       "}, endpoints: {op: {steps: [{work: 1 ms}]}}}}\ndemand: {d: {calls: s.op, rate: 1/s}}\nfaults: "
                       "{f: {target: any instance of s, effect: crash, every: exponential(10 h), for: 1 h" +
                       fault + "}}\nrun: {fidelity: flow}\n");
    };
    EXPECT_TRUE(FlowWalk::fits(with("", "instant")));
    EXPECT_FALSE(FlowWalk::fits(with("", "{every: 5 s}"))) << "a check takes its time";
    EXPECT_FALSE(FlowWalk::fits(with(", crews: 1", "instant"))) << "who waits for the crew?";
    EXPECT_TRUE(FlowWalk::fits(with(", crews: 3", "instant"))) << "nobody";
    EXPECT_FALSE(FlowWalk::fits(with(", overlap: true", "instant")));
}

// A backlog that grows has a memory: the walk gives up, and the general loop does it.
TEST(FlowWalk, GivesUpWhereABacklogGrows) {
    const Plan plan = plan_of(R"(
nines: 1
name: too little while one is away
services: {s: {kind: fleet, instances: 2, balance: {health: instant}, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}}
demand: {d: {calls: s.op, rate: 120/s}}
faults: {f: {target: instance/s/0, effect: crash, at: 1 h, for: 10 min}}
run: {fidelity: flow, horizon: 3 h}
)");
    ASSERT_TRUE(FlowWalk::fits(plan));
    const auto run = Flow(plan).run({1, 0});
    // 20/s too many for 10 min make 12,000 who wait; 80/s to spare take 150 s to serve them.
    EXPECT_NEAR(run.groups[GroupId{0}].queue_max, 12'000, 0.3 * 12'000);
    const double waiting_s = 12'000 * (600 + 150) / 2.0;
    EXPECT_NEAR(run.groups[GroupId{0}].queue_integral_s, waiting_s, 0.1 * waiting_s);
}

// An overload that is there from the beginning needs no event to grow a backlog. By hand: 100/s of 150/s are served.
TEST(FlowWalk, GivesUpWhereABacklogGrowsFromTheStart) {
    const Plan plan = plan_of(R"(
nines: 1
name: too much from the start
services: {s: {kind: fleet, balance: {health: instant}, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}}
demand: {d: {calls: s.op, rate: 150/s}}
run: {fidelity: flow, horizon: 3 min}
)");
    ASSERT_TRUE(FlowWalk::fits(plan));
    const auto run = Flow(plan).run({1, 0});
    const ScopeTally& demand = run.demands[DemandId{0}];
    EXPECT_NEAR(demand.ok(), 100 * 180, 0.05 * 100 * 180);
    EXPECT_NEAR(demand.in_flight(), 50 * 180, 0.1 * 50 * 180) << "what arrives less what is served";
}

TEST(Flow, StopsBeforeItTakesMoreMemoryThanItMay) {
    const Plan plan = plan_of(k_parts);
    const auto run = Flow(plan).run({3, 0}, {}, {.memory_bytes = 100'000});
    EXPECT_EQ(run.stop.cause, StopCause::memory);
    EXPECT_LT(run.measured_s, plan.run.horizon_s);
    EXPECT_FALSE(run.stop.why.empty());
}

TEST(Flow, DoesNotDependOnWhatWasRunBefore) {
    for (const char* const health : {"instant", "{every: 5 s, fail: 2}"}) {
        std::string text = k_parts;
        for (std::size_t at = text.find("{health: instant}"); at != std::string::npos;
             at = text.find("{health: instant}", at + 1)) {
            text.replace(at, 17, std::string("{health: ") + health + "}");
        }
        const Plan plan = plan_of(text);
        Flow used(plan);
        used.run({3, 5});
        used.run({3, 2});
        const auto again = used.run({3, 1});
        const auto first = Flow(plan).run({3, 1});
        expect_alike(again, first, 0);
        EXPECT_EQ(again.fingerprint, first.fingerprint);
        EXPECT_EQ(again.demands[DemandId{0}].ok_latency.quantile(0.99),
                  first.demands[DemandId{0}].ok_latency.quantile(0.99));
    }
}

TEST(StepTable, FindsWhatWasAdded) {
    StepTable table;
    EXPECT_FALSE(table.find(NodeId{3}, 7, 0).exists());
    for (std::uint32_t i = 0; i < 20'000; ++i) {  // grows several times
        table.add(NodeId{i % 200}, i / 200, i % 7, NodeId{i});
    }
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        EXPECT_EQ(table.find(NodeId{i % 200}, i / 200, i % 7), NodeId{i});
    }
    EXPECT_FALSE(table.find(NodeId{200}, 0, 0).exists());
    table.forget();
    EXPECT_FALSE(table.find(NodeId{3}, 0, 0).exists());
}

}  // namespace
}  // namespace nines
