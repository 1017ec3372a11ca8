// Alarms on queues and on the bill: when they go on and off follows from arithmetic, in both fidelities.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/operations/alarms.hpp"
#include "models/requests/simulate.hpp"
#include "models/results/charging.hpp"
#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

constexpr double k_tick_s = 1e-5;  // of flow: microseconds

Plan plan_of(const std::string& service, const std::string& rate, const std::string& alarm, const std::string& run) {
    return flow_plan(fmt::format(R"(nines: 1
name: what an alarm sees
services:
  s: {{kind: fleet, workers: 1, price: 1 USD/h, {}, endpoints: {{op: {{steps: [{{work: 100 ms}}]}}}}}}
demand: {{d: {{calls: s.op, arrivals: constant, rate: {}}}}}
alarms: {{a: {{{}}}}}
run: {{{}}}
)",
                                 service, rate, alarm, run));
}

/// When the only alarm was on, seconds from time zero.
std::vector<AlarmSpan> spans_of(const Plan& plan, const std::string& fidelity) {
    const nines::Run run = fidelity == "flow" ? Flow(plan).run({1, 0}) : simulate_requests(plan, {1, 0});
    return run.operations.alarm_spans;
}

/// The end of the first window that ends after `at_s`.
double first_end_after(const Plan& plan, double at_s) {
    const AlarmBoard board(plan, {1, 0});
    const double window_s = board.spec(0).window_s;
    const double phase_s = board.phase_s(0);
    return phase_s + std::max(1.0, std::floor((at_s - phase_s) / window_s) + 1) * window_s;
}

// Ten instances of 1 USD/h are twenty from 00:30 on: a window's mean is above 15 USD/h once more than half of it is.
TEST(BillAlarms, OneOnCostFiresOnceHalfOfAWindowCostsTwice) {
    const Plan plan = plan_of(
        "instances: 10, scale: {target: 60 %, min: 10, max: 30, launch: 1 min, schedule: [{at: 00:30, max: 30, "
        "desired: 20}, "
        "{at: 00:40, max: 10}]}",
        "60/s", "metric: cost, above: 15 USD/h, of: 2 min", "horizon: 1 h");
    for (const std::string fidelity : {"flow", "requests"}) {
        const auto spans = spans_of(plan, fidelity);
        ASSERT_EQ(spans.size(), 1U) << fidelity;
        EXPECT_NEAR(spans[0].begin_s, first_end_after(plan, 1860), k_tick_s) << fidelity;
        EXPECT_NEAR(spans[0].end_s, first_end_after(plan, 2460), k_tick_s) << fidelity;
    }
}

// 10 USD/h have spent 100 USD after ten hours of a month; the next one begins after 24 hours.
TEST(BillAlarms, ABudgetAddsUpUntilTheMonthIsOver) {
    const Plan plan = plan_of("instances: 10", "1/s", "metric: budget, above: 100 USD, of: 1 h",
                              "start: 2026-01-31 00:00, horizon: 40 h");
    for (const std::string fidelity : {"flow", "requests"}) {
        const auto spans = spans_of(plan, fidelity);
        ASSERT_EQ(spans.size(), 2U) << fidelity;
        EXPECT_NEAR(spans[0].begin_s, first_end_after(plan, 10 * 3600), k_tick_s) << fidelity;
        EXPECT_NEAR(spans[0].end_s, first_end_after(plan, 24 * 3600), k_tick_s) << fidelity;
        EXPECT_NEAR(spans[1].begin_s, first_end_after(plan, 34 * 3600), k_tick_s) << fidelity;
    }
}

// What was spent in a window that ends with the month is the old month's; the next one begins with nothing.
TEST(BillAlarms, ABudgetsWindowThatEndsWithTheMonthIsOfTheOldOne) {
    constexpr double k_hour_s = 3600;
    const Plan plan = plan_of("instances: 10", "1/s", "metric: budget, above: 235 USD, of: 1 h",
                              "start: 2026-01-31 00:00, horizon: 40 h");
    AlarmBoard board(plan, {1, 0});
    board.close_window(0, 10.0, 23 * k_hour_s);
    EXPECT_FALSE(board.rule_holds(0)) << "230 USD";
    board.close_window(0, 10.0, 24 * k_hour_s);
    EXPECT_TRUE(board.rule_holds(0)) << "240 USD, all in January";
    board.close_window(0, 230.0, 25 * k_hour_s);
    EXPECT_FALSE(board.rule_holds(0)) << "230 USD in February";
    board.close_window(0, 10.0, 26 * k_hour_s);
    EXPECT_TRUE(board.rule_holds(0)) << "240 USD";
}

// 150 requests/s at workers for 100/s: 50 more wait each second, from 600 s on; from 1,200 s on 40 fewer.
TEST(QueueAlarms, FireWhenTheMeanOfAWindowIsAbove) {
    const Plan plan = plan_of("instances: 10, queue: {of: group}", "steps(60/s 0 s 150/s 10 min 60/s 20 min)",
                              "metric: queue@s, above: 1000, of: 10 s", "horizon: 1 h");
    const double on_s = first_end_after(plan, 600 + 1000 / 50 + 5);
    const double off_s = first_end_after(plan, 1200 + (30'000 - 1000) / 40.0 + 5);
    const auto requests = spans_of(plan, "requests");
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_NEAR(requests[0].begin_s, on_s, k_tick_s);
    EXPECT_NEAR(requests[0].end_s, off_s, k_tick_s);
    const auto flow = spans_of(plan, "flow");
    ASSERT_EQ(flow.size(), 1U);
    EXPECT_NEAR(flow[0].begin_s, on_s, 10) << "its queue goes up by levels half as large again as the last";
    EXPECT_NEAR(flow[0].end_s, off_s, 20);
}

TEST(BillAlarms, ThatCanNeverFireAreToldOf) {
    const auto warnings = [](const std::string& price) {
        return flow_plan(
                   "{nines: 1, name: priced, services: {s: {kind: fleet, " + price +
                   "endpoints: {op: {steps: [{work: 1 ms}]}}}}, demand: {d: {calls: s.op, rate: 1/s}}, alarms: {a: "
                   "{metric: budget, above: 1 USD}}, run: {horizon: 1 h}}")
            .warnings.size();
    };
    EXPECT_EQ(warnings(""), warnings("price: 1 USD/h, ") + 1);
}

// What alarms take for the bill is the bill: of a whole run, through all tiers and allowances, what the pillar says.
TEST(Charging, OfAWholeRunIsItsBill) {
    const std::string services[] = {
        "api: {kind: function, on: lambda(512 MB), in: {region: us-east-1}, endpoints: {op: {response: 50 kB, steps: "
        "[{work: 40 ms}]}}}",
        "api: {kind: fleet, on: m7g.large, in: {region: us-east-1, zones: 2, each: 3}, purchase: {reserved: 50 %, "
        "spot: 20 %}, endpoints: {op: {response: 200 kB, steps: [{work: 10 ms}]}}}"};
    for (const std::string& service : services) {
        const Plan plan = flow_plan("{nines: 1, name: billed, world: {regions: [us-east-1]}, services: {" + service +
                                    "}, demand: {d: {calls: api.op, rate: 300/s}}, run: {horizon: 10 d}}");
        const nines::Run run = Flow(plan).run({1, 0});
        const auto used = counted(plan, {run.groups, run.endpoints, run.units_by_price}, run.measured_s);
        const double month = figure_of(plan, run, "cost.per_month");
        ASSERT_GT(month, 100);
        EXPECT_NEAR(usd_per_hour(plan, used, run.measured_s) * 730, month, 1e-9 * month);
    }
}

}  // namespace
}  // namespace nines
