// What of the bill, of the energy and of the carbon is a service's: by hand, and that parts and rest are the whole.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "models/pillars/review.hpp"
#include "models/study/run.hpp"
#include "tests/support/generate.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::figure_of;
using support::plan_of;

Results run_in(Plan& plan, const std::string& fidelity) {
    plan.run.fidelity = fidelity;
    return run_once(plan, {1, 0});
}

/// The sum of a metric over services, of those that have it.
double of_services(const Plan& plan, const Results& results, const std::string& metric) {
    double sum = 0;
    for (const std::string& service : plan.names.services.values()) {
        const double part = figure_of(results, metric + "@" + service);
        sum += std::isnan(part) ? 0 : part;
    }
    return sum;
}

/// Whether a line of the bill says of which service it is: "m5.large (web, us-east-1) reserved".
bool names_a_service(const Plan& plan, const BillLine& line) {
    for (const std::string& service : plan.names.services.values()) {
        if (line.item.find("(" + service + ")") != std::string::npos ||
            line.item.find("(" + service + ", ") != std::string::npos) {
            return true;
        }
    }
    return false;
}

// On random scenarios, in both fidelities: what services pay is what the lines that name them come to, and all else is
// the rest of the bill. Without jobs and with one region there is nothing beside services that draws power.
TEST(Parts, AddUpToTheWhole) {
    std::uint64_t with_a_bill = 0;
    std::uint64_t with_energy = 0;
    const std::uint64_t scenarios = support::scenarios_wanted(30);
    for (std::uint64_t number = 0; number < scenarios; ++number) {
        SCOPED_TRACE(number);
        Plan plan = plan_of(support::generate_with_all_words(number).yaml);
        for (const char* fidelity : {"requests", "flow"}) {
            const Results results = run_in(plan, fidelity);
            const double bill = figure_of(results, "cost.per_month");
            if (!std::isnan(bill)) {
                double of_nobody = 0;
                for (const BillLine& line : results.bill) {
                    of_nobody += names_a_service(plan, line) ? 0 : line.usd;
                }
                EXPECT_NEAR(of_services(plan, results, "cost.per_month") + of_nobody, bill, 1e-9 * (1 + bill));
                with_a_bill += bill > 0 ? 1 : 0;
            }
            const double kwh = figure_of(results, "energy.kwh");
            if (std::isnan(kwh)) {
                continue;
            }
            const double drawn = of_services(plan, results, "energy.kwh");
            const double emitted = of_services(plan, results, "carbon.kg");
            const double kg = plan.has_world ? figure_of(results, "carbon.kg") : 0;
            if (plan.jobs.empty() && plan.network.empty()) {
                EXPECT_NEAR(drawn, kwh, 1e-9 * (1 + kwh));
                EXPECT_NEAR(emitted, kg, 1e-9 * (1 + kg));
                with_energy += kwh > 0 ? 1 : 0;
            } else {
                EXPECT_LE(drawn, kwh * (1 + 1e-9));
                EXPECT_LE(emitted, kg * (1 + 1e-9));
            }
        }
    }
    if (scenarios >= 30) {  // so many that some of each kind are there
        EXPECT_GT(with_a_bill, 10U);
        EXPECT_GT(with_energy, 10U);
    }
}

constexpr const char* k_shop = R"(nines: 1
name: a shop
world: {regions: [us-east-1, us-west-2]}
services:
  front:
    kind: load-balancer
    in: {region: us-east-1, zones: 2}
    endpoints: {page: {request: 0 B, response: 0 B, steps: [{call: web.page}]}}
  web:
    kind: fleet
    on: m5.large
    workers: 1
    in: {region: us-east-1, zones: 2, each: 2}
    endpoints: {page: {request: 0 B, response: 0 B, steps: [{work: 20 ms}]}}
  db:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    data: {records: 1000000, size: 100 GB}
    endpoints: {read: {request: 0 B, response: 1 MB, steps: [{work: 1 ms}]}}
alarms: {errors: {metric: error_share@web, above: 2 %}}
jobs: {nightly: {on: m5.large, in: {region: us-east-1}, work: 1 h, every: 73 h}}
demand:
  users: {calls: front.page, rate: 100/s}
  others: {calls: db.read, rate: 1/s}
run: {fidelity: flow, horizon: 730 h}
)";

// The balancer: 730 h x 0.0225 USD. The fleet: 4 x 730 h x 0.096. The database: 730 h x 0.178 and 100 GB x 0.115. Of no
// service: an alarm of 0.10, ten (or nine) runs of the job, and what users are sent, which the network bills by region.
// A fleet of four with a worker each holds 100/s x 20 ms = 2 of them: half of the time an instance draws 20 W, else 4.4
// W; the building adds its PUE. The balancer has neither machine nor disk: nothing is known of what it draws.
TEST(Parts, OfAShopByHand) {
    for (const char* fidelity : {"flow", "requests"}) {
        SCOPED_TRACE(fidelity);
        Plan plan = plan_of(k_shop, fidelity == std::string("flow") ? 1 : 0.01);
        const Results results = run_in(plan, fidelity);
        EXPECT_NEAR(figure_of(results, "cost.per_month@front"), 730 * 0.0225, 1e-6);
        EXPECT_NEAR(figure_of(results, "cost.per_month@web"), 4 * 730 * 0.096, 1e-6);
        EXPECT_NEAR(figure_of(results, "cost.per_month@db"), 730 * 0.178 + 100 * 0.115, 1e-6);
        EXPECT_LT(of_services(plan, results, "cost.per_month") + 0.0999, figure_of(results, "cost.per_month"));
        const CarbonPlan& carbon = plan.carbon[plan.world.of_kind(LocationKind::region)[0]];
        const double busy = figure_of(results, "utilization@web");
        EXPECT_NEAR(busy, 0.5, 0.01);
        const double kw = 4 * (4.4 + (20 - 4.4) * busy) / 1000;
        EXPECT_NEAR(figure_of(results, "energy.kwh@web"), kw * carbon.pue * plan.run.horizon_s / 3600, 1e-6 * kw * 730);
        EXPECT_TRUE(std::isnan(figure_of(results, "energy.kwh@front")));
        EXPECT_TRUE(std::isnan(figure_of(results, "carbon.kg@front")));
        EXPECT_GT(figure_of(results, "carbon.kg@web"), figure_of(results, "carbon.kg@db"));
    }
}

// The job draws what no service does: ten hours of an m5.large at full load (20 W), in a month that has ten of them.
TEST(Parts, LeaveJobsToTheRest) {
    Plan plan = plan_of(k_shop);
    const Results results = run_in(plan, "flow");
    const double rest = figure_of(results, "energy.kwh") - of_services(plan, results, "energy.kwh");
    const double runs = figure_of(results, "jobs.finished@nightly");
    const CarbonPlan& carbon = plan.carbon[plan.world.of_kind(LocationKind::region)[0]];
    EXPECT_GT(runs, 8);
    EXPECT_NEAR(rest, runs * 0.020 * carbon.pue, 0.1 * rest);
}

TEST(Parts, AreNullWhereNothingIsKnown) {
    Plan plan = plan_of(
        "nines: 1\nname: bare\nservices: {a: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}\n"
        "demand: {d: {calls: a.op, rate: 1/s}}\nrun: {horizon: 1 min}\n");
    const Results results = run_in(plan, "requests");
    for (const char* metric : {"cost.per_month@a", "energy.kwh@a", "carbon.kg@a"}) {
        ASSERT_NE(results.find(metric), nullptr) << metric;
        EXPECT_FALSE(results.find(metric)->mean) << metric;
    }
}

// Of 280, 141 and 16 USD the fleet's are most: the review names it with its share, and who draws most.
TEST(Parts, AreNamedByTheReview) {
    Plan plan = plan_of(k_shop);
    const Results results = run_in(plan, "flow");
    const Review review = review_of(plan, results);
    const auto finding = [&](Pillar pillar, const std::string& text) -> const Finding* {
        for (const PillarReview& one : review.pillars) {
            for (const Finding& found : one.findings) {
                if (one.pillar == pillar && found.text == text) {
                    return &found;
                }
            }
        }
        return nullptr;
    };
    const Finding* dearest = finding(Pillar::cost, "the dearest service is web");
    ASSERT_NE(dearest, nullptr);
    EXPECT_NEAR(dearest->effect[0].value, 4 * 730 * 0.096, 1e-6);
    EXPECT_NEAR(dearest->effect[1].value, 4 * 730 * 0.096 / figure_of(results, "cost.per_month"), 1e-9);
    const Finding* hungriest = finding(Pillar::sustainability, "the service that draws most energy is web");
    ASSERT_NE(hungriest, nullptr);
    EXPECT_NEAR(hungriest->effect[0].value, figure_of(results, "energy.kwh@web"), 1e-9);
    EXPECT_NEAR(hungriest->effect[1].value, figure_of(results, "energy.kwh@web") / figure_of(results, "energy.kwh"),
                1e-9);
}

}  // namespace
}  // namespace nines
