// Rates of a scene against closed forms: what is exact must be exact to rounding.

#include <gtest/gtest.h>

#include <cmath>

#include "engine/analytic/queueing.hpp"
#include "tests/models/flow/run_flow.hpp"
#include "tests/support/scenario.hpp"

namespace nines {
namespace {

using support::Single;
using support::text_of;

constexpr double k_exact = 1e-9;

/// The mean wait at the one service, per attempt admitted.
double wait_of(const Single& single) {
    const Plan plan = flow_plan(text_of(single));
    return figure_of(plan, Flow(plan).run({1, 0}), "wait.mean@s");
}

void expect_near(double value, double exact, double share = k_exact) {
    EXPECT_NEAR(value, exact, share * std::abs(exact));
}

TEST(FlowSolver, OneWorkerWaitsAsPollaczekAndKhinchineSay) {
    for (const auto& [work, cv] :
         std::vector<std::pair<std::string, double>>{{"exponential(10 ms)", 1},
                                                     {"10 ms", 0},
                                                     {"lognormal(mean 10 ms cv 2)", 2},
                                                     {"erlang(4 mean 10 ms)", 0.5},
                                                     {"uniform(0 ms 20 ms)", 1 / std::sqrt(3)}}) {
        SCOPED_TRACE(work);
        expect_near(wait_of({.work = work, .demand = "rate: 80/s"}), analytic::solve_mg1(80, 0.01, cv)->wait_mean_s);
    }
}

TEST(FlowSolver, ManyWorkersWaitAsErlangSays) {
    expect_near(wait_of({.service = "workers: 20", .demand = "rate: 1800/s"}),
                analytic::solve_mmc(1800, 0.01, 20)->wait_mean_s);
    expect_near(wait_of({.service = "workers: 4, queue: {limit: 8}", .demand = "rate: 380/s"}),
                analytic::solve_mmck(380, 0.01, 4, 12).wait_mean_s);
}

TEST(FlowSolver, ArrivalsKeepTheirLaw) {
    const auto constant = analytic::solve_gim1([](double s) { return std::exp(-s / 80); }, 80, 0.01);
    expect_near(wait_of({.demand = "rate: 80/s, arrivals: constant"}), constant->wait_mean_s, 1e-6);
    const auto erlang = analytic::solve_gim1([](double s) { return std::pow(160 / (160 + s), 2); }, 80, 0.01);
    expect_near(wait_of({.demand = "rate: 80/s, arrivals: renewal(erlang(2 mean 1 s))"}), erlang->wait_mean_s, 1e-6);
}

// A demand of which every second request goes elsewhere arrives less evenly, but not as Poisson.
TEST(FlowSolver, AThinnedStreamLiesBetween) {
    const std::string text = R"(nines: 1
name: thinned
services:
  s: {kind: fleet, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}
  t: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: {s.op: 50 %, t.op: 50 %}, rate: 160/s, arrivals: constant}}
run: {horizon: 1 h}
)";
    const Plan plan = flow_plan(text);
    const double wait = figure_of(plan, Flow(plan).run({1, 0}), "wait.mean@s");
    const double even = wait_of({.demand = "rate: 80/s, arrivals: constant"});
    EXPECT_GT(wait, 1.3 * even);
    EXPECT_LT(wait, 0.9 * analytic::solve_mmc(80, 0.01, 1)->wait_mean_s);
}

TEST(FlowSolver, UsersOfAClosedLoopSlowDownWithTheirQueue) {
    const analytic::FiniteState exact = analytic::solve_closed(50, 0.7, 0.01, 2);
    const Plan plan = flow_plan(
        text_of({.service = "workers: 2", .demand = "rate: users(50 think constant(700 ms))", .run = "horizon: 1 h"}));
    const nines::Run run = Flow(plan).run({1, 0});
    expect_near(figure_of(plan, run, "wait.mean@s"), exact.wait_mean_s, 1e-8);
    expect_near(figure_of(plan, run, "utilization@s"), exact.utilization, 1e-8);
}

std::string two_classes(const std::string& discipline) {
    return "nines: 1\nname: classes\nservices: {s: {kind: fleet, queue: {discipline: " + discipline +
           "}, endpoints: {a: {steps: [{work: exponential(10 ms)}]}, b: {steps: [{work: 20 ms}]}}}}\n"
           "demand: {first: {calls: s.a, rate: 20/s, priority: 0}, second: {calls: s.b, rate: 25/s, priority: 1}}\n"
           "run: {horizon: 1 h}\n";
}

TEST(FlowSolver, ClassesWaitAsCobhamSays) {
    const std::vector<analytic::PriorityClass> classes{{20, 0.01, 1}, {25, 0.02, 0}};
    const auto exact = *analytic::solve_priority(classes);
    const Plan plan = flow_plan(two_classes("priority"));
    const nines::Run run = Flow(plan).run({1, 0});
    expect_near(figure_of(plan, run, "latency.mean@first"), exact[0].wait_mean_s + 0.01, 1e-6);
    expect_near(figure_of(plan, run, "latency.mean@second"), exact[1].wait_mean_s + 0.02, 1e-6);
    const Plan preemptive = flow_plan(two_classes("preemptive"));
    const nines::Run other = Flow(preemptive).run({1, 0});
    expect_near(figure_of(preemptive, other, "latency.mean@first"), exact[0].preemptive_sojourn_mean_s, 1e-6);
    expect_near(figure_of(preemptive, other, "latency.mean@second"), exact[1].preemptive_sojourn_mean_s, 1e-6);
}

// A loss of capacity that leaves two and a half workers to each leaves two and a half: not three.
TEST(FlowSolver, PartsOfWorkersCount) {
    const auto rejected = [](const std::string& service, const std::string& share) {
        const Plan plan = flow_plan(
            text_of({.service = service,
                     .demand = "rate: 2000/s",
                     .faults = "f: {target: service/s, effect: {capacity: " + share + "}, at: 0 s, for: forever}",
                     .run = "horizon: 1 h"}));
        return 1 - figure_of(plan, Flow(plan).run({1, 0}), "availability");
    };
    // 10 of 20 workers serve 1,000/s in both.
    expect_near(rejected("instances: 4, workers: 5, queue: {limit: 50}", "50 %"),
                rejected("instances: 5, workers: 4, queue: {limit: 40}", "50 %"), 0.01);
}

// s30 of the reference cases: a call graph with retries and an optional call.
TEST(FlowSolver, ACallGraphMultipliesOut) {
    const std::string text = R"(nines: 1
name: calls that fail
services:
  front:
    kind: fleet
    async: true
    workers: unlimited
    endpoints:
      op:
        steps:
          - {call: auth.op, retry: {attempts: 2}}
          - {call: catalog.op, retry: {attempts: 3}}
          - {call: recommend.op, retry: {attempts: 1}, optional: true}
          - {call: order.op, retry: {attempts: 1}}
  auth: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
  catalog: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
  recommend: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
  order: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: front.op, rate: 500/s}}
faults:
  auth-errors: {target: service/auth, effect: {errors: 0.2 %}, at: 0 s, for: 3 h}
  catalog-errors: {target: service/catalog, effect: {errors: 1 %}, at: 0 s, for: 3 h}
  recommend-errors: {target: service/recommend, effect: {errors: 5 %}, at: 0 s, for: 3 h}
  order-errors: {target: service/order, effect: {errors: 0.4 %}, at: 0 s, for: 3 h}
run: {horizon: 3 h}
)";
    const Plan plan = flow_plan(text);
    const nines::Run run = Flow(plan).run({1, 0});
    const double ok = (1 - 0.002 * 0.002) * (1 - 1e-6) * (1 - 0.004);
    expect_near(figure_of(plan, run, "availability"), ok);
    expect_near(run.demands[DemandId{0}].count(Outcome::degraded) / run.demands[DemandId{0}].ok(), 0.05);
    expect_near(figure_of(plan, run, "attempts.per_request@auth"), 1.002);
    expect_near(figure_of(plan, run, "attempts.per_request@catalog"), (1 + 0.01 + 0.0001) * (1 - 0.002 * 0.002));
}

TEST(FlowSolver, RetriesOfIndependentErrors) {
    const Plan plan =
        flow_plan(text_of({.service = "workers: unlimited",
                           .demand = "rate: 100/s, retry: {attempts: 4}",
                           .faults = "f: {target: service/s, effect: {errors: 20 %}, at: 0 s, for: forever}",
                           .run = "horizon: 1 h"}));
    const nines::Run run = Flow(plan).run({1, 0});
    expect_near(figure_of(plan, run, "availability"), 0.9984);
    expect_near(figure_of(plan, run, "attempts.per_request"), 1.248);
}

// Quantiles of what is one law are those of the law, to what its 80 points allow.
TEST(FlowSolver, QuantilesOfOneLaw) {
    const Plan plan = flow_plan(text_of({.demand = "rate: 80/s"}));
    const nines::Run run = Flow(plan).run({1, 0});
    const analytic::MmcState exact = *analytic::solve_mmc(80, 0.01, 1);
    for (const auto& [name, p] : std::vector<std::pair<std::string, double>>{
             {"latency.p50", 0.5}, {"latency.p90", 0.9}, {"latency.p95", 0.95}, {"latency.p99", 0.99}}) {
        SCOPED_TRACE(name);
        expect_near(figure_of(plan, run, name), exact.sojourn_quantile_s(p), 0.005);
    }
}

}  // namespace
}  // namespace nines
