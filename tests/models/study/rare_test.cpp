// The rare part of a study: exact where it can be, sampled where crews couple, and named where it is but a part.

#include "models/study/rare.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/experiment/importance_sampling.hpp"
#include "engine/stats/tally.hpp"
#include "models/flow/flow.hpp"
#include "models/study/frame.hpp"
#include "models/study/study.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

std::string scenario(const std::string& repair, const std::string& run, const std::string& service = "") {
    return "nines: 1\nname: rare\nservices:\n  parts:\n    kind: fleet\n    instances: 4\n    needs: 1\n"
           "    workers: unlimited\n    balance: {health: instant}\n" +
           service +
           "    endpoints: {use: {steps: [{work: 1 ms}]}}\ndemand:\n  users: {calls: parts.use, rate: 6/h}\nfaults:\n"
           "  failures: {target: any instance of parts, effect: crash, every: exponential(2000 h), " +
           repair + "}\nrun: {horizon: 10 yr, slice: 1 h, clear: 0, " + run + "}\n";
}

TEST(RareFigure, IsExactWhereNothingCouples) {
    const Plan plan = support::plan_of(scenario("for: lognormal(mean 2 h cv 2)", "fidelity: flow"));
    const auto figure = find_rare_figure(plan, 1, serial_for);
    ASSERT_TRUE(figure);
    EXPECT_TRUE(figure->stands());
    EXPECT_EQ(figure->method, "exact, in the long run");
    EXPECT_NEAR(*figure->unavailability / std::pow(2.0 / 2002, 4), 1, 1e-10);
    EXPECT_FALSE(figure->relative_error);
}

TEST(RareFigure, IsSampledWhereCrewsCouple) {
    const Plan plan = support::plan_of(scenario("for: lognormal(mean 2 h cv 2), crews: 2", "fidelity: flow"));
    const auto figure = find_rare_figure(plan, 1, serial_for);
    ASSERT_TRUE(figure);
    ASSERT_TRUE(figure->stands()) << figure->no_interval;
    EXPECT_EQ(figure->method, "importance sampling");
    EXPECT_GT(*figure->unavailability, 5e-12);  // 1e-12 with a crew for each
    EXPECT_LE((*figure->hi - *figure->lo) / 2, 0.05 * *figure->unavailability);
    EXPECT_LE(std::abs(*figure->twin_z), 3);
    EXPECT_GT(*figure->effective_hits, 100);
    EXPECT_GT(*figure->plain_replications, 1e9);
    // The same luck, the same figure; another seed, another.
    EXPECT_EQ(find_rare_figure(plan, 1, serial_for)->unavailability, figure->unavailability);
    EXPECT_NE(find_rare_figure(plan, 2, serial_for)->unavailability, figure->unavailability);
}

TEST(RareFigure, NamesWhatLiesOutside) {
    const auto outside_of = [](const std::string& yaml) {
        const auto figure = find_rare_figure(support::plan_of(yaml), 1, serial_for);
        EXPECT_TRUE(figure && !figure->stands());
        return figure ? figure->outside : std::vector<std::string>();
    };
    EXPECT_EQ(outside_of(scenario("for: 2 h", "fidelity: requests")),
              std::vector<std::string>{"requests in flight at an instance that crashes are lost"});
    std::string limited = scenario("for: 2 h", "fidelity: flow");
    limited.replace(limited.find("unlimited"), 9, "8");
    EXPECT_EQ(outside_of(limited),
              std::vector<std::string>{"the workers of parts are limited: load can fail requests"});
    std::string checked = scenario("for: 2 h", "fidelity: flow");
    checked.replace(checked.find("health: instant"), 15, "health: {every: 10 s}");
    EXPECT_EQ(outside_of(checked), std::vector<std::string>{"health checks of parts take time to see a loss"});
}

TEST(RareFigure, IsLeftToReplicationsWhereFailuresAreNotRare) {
    EXPECT_FALSE(find_rare_figure(support::plan_of(scenario("for: 500 h", "fidelity: flow")), 1, serial_for));
}

TEST(RareFigure, IsHeldAgainstTheReplications) {
    RareFigure figure;
    figure.unavailability = figure.lo = figure.hi = 1e-6;
    Metric availability;
    availability.quantiles = {{"p50", 0.5, 1 - 3e-6, 1 - 4e-6, 1 - 1.9e-6}};
    EXPECT_TRUE(held_against(figure, availability).stands());
    availability.quantiles[0].hi = 1 - 2.1e-6;
    EXPECT_FALSE(held_against(figure, availability).stands());
}

// Three scenarios, 400 replications each: within 3.3 standard errors of what is said to be their expectation.
TEST(RareFigure, TheExpectationOfFlowIsTheOneProved) {
    const auto one = [](const std::string& target, const std::string& repair, const std::string& more = "") {
        return support::plan_of(
            "nines: 1\nname: m\nservices:\n  s: {kind: fleet, instances: 3, workers: unlimited, " + more +
            "balance: {health: instant}, endpoints: {op: {steps: [{work: 1 ms}]}}}\n"
            "demand: {d: {calls: s.op, rate: 6/h}}\nfaults:\n  f: {target: " +
            target + ", effect: crash, every: exponential(20 h), " + repair + "}\nrun: {horizon: 200 h}\n");
    };
    for (const Plan& plan :
         {one("service/s", "for: exponential(2 h)"), one("any instance of s", "for: exponential(9 h)"),
          one("any instance of s", "for: exponential(5 h)", "needs: 2, ")}) {
        const auto exact = exact_availability_of_flow(plan);
        ASSERT_TRUE(exact);
        Flow flow(plan);
        const MetricTable table(plan);
        Tally tally;
        for (std::uint64_t i = 0; i < 400; ++i) {
            std::vector<double> values(table.size());
            const auto run = flow.run({1, i});
            table.measure(gather(plan, run), values);
            tally.add(values[0]);
        }
        ASSERT_EQ(table.rows()[0].name, "availability");
        EXPECT_NEAR(tally.mean(), *exact, 3.3 * std::sqrt(tally.variance() / 400));
    }
    EXPECT_FALSE(exact_availability_of_flow(one("service/s", "for: 2 h")));
    EXPECT_FALSE(exact_availability_of_flow(one("any instance of s", "for: exponential(2 h), crews: 1")));
    EXPECT_FALSE(exact_availability_of_flow(one("service/s", "for: exponential(2 h)", "limit: 1/s, ")));
    Plan late = one("service/s", "for: exponential(2 h)");
    late.calls[CallPlanId{0}].timeout = 1;
    EXPECT_FALSE(exact_availability_of_flow(late));
    Plan again = one("service/s", "for: exponential(2 h)");
    again.calls[CallPlanId{0}].attempts = 2;
    EXPECT_FALSE(exact_availability_of_flow(again));
}

TEST(RareFigure, StandsForTheMeanOrBesideIt) {
    RareFigure figure;
    figure.method = "importance sampling";
    figure.unavailability = 1e-10;
    figure.lo = 0.9e-10;
    figure.hi = 1.1e-10;
    Metric availability;
    availability.name = "availability";
    availability.mean = 1;
    availability.estimator = Estimator{"monte carlo", "alike", {}};
    Metric nines = availability;
    nines.name = "nines";
    Metric other = availability;
    other.name = "uptime";
    Metric beside = availability;
    for (Metric* metric : {&availability, &nines, &other}) {
        apply_rare_figure(figure, *metric);
    }
    EXPECT_EQ(availability.mean, 1 - 1e-10);
    EXPECT_EQ(availability.lo, 1 - 1.1e-10);
    EXPECT_EQ(availability.estimator->method, "importance sampling");
    EXPECT_EQ(availability.estimator->no_interval, "");
    EXPECT_NEAR(*nines.mean, 10, 1e-12);
    EXPECT_LT(*nines.lo, *nines.hi);
    EXPECT_EQ(other.mean, 1);
    EXPECT_FALSE(other.estimator->rare);
    figure.outside = {"load"};
    apply_rare_figure(figure, beside);
    EXPECT_EQ(beside.mean, 1);
    EXPECT_EQ(beside.estimator->method, "monte carlo");
    EXPECT_TRUE(beside.estimator->rare);
    EXPECT_EQ(tell_rare_figure(figure), "the structure alone: 1e-10 (importance sampling); outside it: load");
}

}  // namespace
}  // namespace nines
