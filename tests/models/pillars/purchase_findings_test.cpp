// Advice on what to buy: the number of instances worth committing to against the bills of all numbers, and sizes
// against what the smaller fleet really costs and does.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/pillars/findings.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

const Finding* finding_with(const std::vector<Finding>& findings, const std::string& text) {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& one) { return one.text.find(text) != std::string::npos; });
    return found == findings.end() ? nullptr : &*found;
}

TEST(Pools, LevelsAreFilledFromTheFirst) {
    PoolPlan pool;
    pool.step = 2;
    pool.levels = 4;
    std::vector<double> level_s(4);
    pool.add(5, 10, level_s);
    pool.add(1, 100, level_s);
    EXPECT_EQ(level_s, (std::vector<double>{2 * 10 + 1 * 100, 2 * 10, 1 * 10, 0}));
}

/// A fleet of m5.large that follows its load from 2 to 10 instances over two days.
std::string scaling_fleet(const std::string& fidelity, int reserved) {
    return fmt::format(R"(nines: 1
name: it follows its load
world: {{regions: [us-east-1]}}
services:
  web:
    kind: fleet
    on: m5.large
    in: {{region: us-east-1, zones: 2, each: 5}}
    workers: 2
    purchase: {{reserved: {} %}}
    scale: {{target: 50 %, min: 2, max: 10, launch: 30 s, in_after: 5 min, every: 1 min}}
    endpoints: {{op: {{request: 0 B, response: 0 B, steps: [{{work: 2 s}}]}}}}
demand: {{d: {{calls: web.op, rate: diurnal(peak 4.5/s trough 0.6/s at 20:00), arrivals: constant}}}}
run: {{fidelity: {}, horizon: 2 d}}
)",
                       reserved * 10, fidelity);
}

class Commitments : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Fidelity, Commitments, testing::Values("requests", "flow"),
                         [](const auto& one) { return one.param; });

// How many to reserve is found by hand too: eleven bills, one for each number, under the same luck. The advice is that
// of the least, and its effect the difference, to the cent.
TEST_P(Commitments, AreAdvisedUpToTheBreakEven) {
    std::vector<double> bills;
    for (int reserved = 0; reserved <= 10; ++reserved) {
        bills.push_back(*run_once(plan_of(scaling_fleet(GetParam(), reserved)), {1, 0}).find("cost.per_month")->mean);
    }
    const auto least = std::min_element(bills.begin(), bills.end());
    const auto best = least - bills.begin();
    ASSERT_GT(best, 2) << "as the least that run";
    ASSERT_LT(best, 10) << "as the most";

    const Plan plan = plan_of(scaling_fleet(GetParam(), 0));
    const Results results = run_once(plan, {1, 0});
    EXPECT_EQ(instances_beyond(results.usage, "web", 1 - 0.375), best);
    const auto findings = find_cost(Material(plan, results));
    const Finding* advice = finding_with(findings, "web runs some instances most of the time");
    ASSERT_NE(advice, nullptr);
    EXPECT_NEAR(*advice->usd_per_month, bills.front() - *least, 0.005);
    EXPECT_NE(advice->advice.find(fmt::format("reserved: {} %", best * 10)), std::string::npos) << advice->advice;

    // Where some are reserved already, the rest is worth what is left; where enough are, nothing is.
    const Plan begun = plan_of(scaling_fleet(GetParam(), 2));
    const auto more = find_cost(Material(begun, run_once(begun, {1, 0})));
    ASSERT_NE(finding_with(more, "web runs some"), nullptr);
    EXPECT_NEAR(*finding_with(more, "web runs some")->usd_per_month, bills[2] - *least, 0.005);
    const Plan done = plan_of(scaling_fleet(GetParam(), static_cast<int>(best)));
    EXPECT_EQ(finding_with(find_cost(Material(done, run_once(done, {1, 0}))), "web runs some"), nullptr);
}

// Shares of the time fall from instance to instance, and together are the instance-hours of the bill.
TEST_P(Commitments, UsageIsThatOfTheBill) {
    const Results results = run_once(plan_of(scaling_fleet(GetParam(), 0)), {1, 0});
    double instances = 0;
    double before = 1;
    for (const UsageLevel& level : results.usage) {
        EXPECT_LE(level.share, before + 1e-12) << level.first;
        before = level.share;
        instances += level.share;
    }
    ASSERT_EQ(results.bill.size(), 1U);
    EXPECT_NEAR(instances * 730, results.bill.front().quantity, 1e-6);
    EXPECT_NEAR(results.usage.front().share, 1, 1e-9);
}

// It scales already: it is not told to.
TEST_P(Commitments, WhatScalesIsNotToldToScale) {
    const Plan plan = plan_of(scaling_fleet(GetParam(), 0));
    const auto findings = find_sustainability(Material(plan, run_once(plan, {1, 0})));
    const Finding* idle = finding_with(findings, "idle capacity");
    ASSERT_NE(idle, nullptr);
    EXPECT_EQ(idle->advice.find("scale with the load"), std::string::npos) << idle->advice;
}

// --- sizes

struct Fleet {
    const char* machine;
    int each;
    int workers;
    int rate = 20;
};

std::string steady_fleet(const Fleet& fleet) {
    return fmt::format(R"(nines: 1
name: steady
world: {{regions: [us-east-1]}}
services:
  web:
    kind: fleet
    on: {}
    in: {{region: us-east-1, zones: 3, each: {}}}
    workers: {}
    endpoints: {{op: {{request: 0 B, response: 0 B, steps: [{{work: 100 ms}}]}}}}
demand: {{d: {{calls: web.op, rate: {}/s}}}}
run: {{fidelity: flow, horizon: 1 h}}
)",
                       fleet.machine, fleet.each, fleet.workers, fleet.rate);
}

// Two of twelve workers are busy: three zones leave no fewer instances, but half as large ones, 0.192 to 0.096 USD an
// hour. With a zone lost, two machines of two workers would be 50 % busy.
TEST(Sizes, SmallerMachinesWhereFewerAreNot) {
    const Plan plan = plan_of(steady_fleet({"m5.xlarge", 1, 4}));
    const Results results = run_once(plan, {1, 0});
    const auto findings = find_cost(Material(plan, results));
    const Finding* larger = finding_with(findings, "web has larger instances than its load");
    ASSERT_NE(larger, nullptr);
    EXPECT_NE(larger->advice.find("3 of m5.large with 2 workers each"), std::string::npos) << larger->advice;
    const Results then = run_once(plan_of(steady_fleet({"m5.large", 1, 2})), {1, 0});
    EXPECT_NEAR(*larger->usd_per_month, *results.find("cost.per_month")->mean - *then.find("cost.per_month")->mean,
                0.005);
    EXPECT_LE(*then.find("utilization@web")->mean * 3 / 2, k_busy_wanted);
}

// Twelve workers are busy of 48; 22.5 are enough. Six of the same have 24, as twelve of half the size have: the same
// ones are the simpler change.
TEST(Sizes, FewerWhereBothSaveTheSame) {
    const Plan plan = plan_of(steady_fleet({"m5.xlarge", 4, 4, 120}));
    const Results results = run_once(plan, {1, 0});
    const auto findings = find_cost(Material(plan, results));
    const Finding* fewer = finding_with(findings, "more instances than its load");
    ASSERT_NE(fewer, nullptr);
    EXPECT_NEAR(*fewer->usd_per_month, 6 * 730 * 0.192, 0.005);
}

// What right-sizing and commitments save together is what the smaller fleet costs less, reserved: never more than the
// bill.
TEST(Sizes, CommitmentsAreForWhatIsLeft) {
    const Plan plan = plan_of(steady_fleet({"m5.xlarge", 1, 4}));
    const Results results = run_once(plan, {1, 0});
    const auto findings = find_cost(Material(plan, results));
    const Finding* larger = finding_with(findings, "larger instances");
    const Finding* reserve = finding_with(findings, "web runs all the time");
    ASSERT_NE(larger, nullptr);
    ASSERT_NE(reserve, nullptr);
    const double bill = *results.find("cost.per_month")->mean;
    const double discount = *Catalog().reserved_discount("m5.large");
    EXPECT_NEAR(bill - *larger->usd_per_month - *reserve->usd_per_month, 3 * 730 * 0.096 * (1 - discount), 0.005);
}

}  // namespace
}  // namespace nines
