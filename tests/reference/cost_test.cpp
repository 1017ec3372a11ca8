// Money and carbon with exact answers: cases c05, c08, c10, c14 and c15 of cost_energy.json. (Energy and c16 stand in
// energy_test, transfer in transfer_cost_test, tiers in the catalogue's tests, credits in those of the pillars, c11
// with scaling.)

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/study/run.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

// c05: 250 W for a day at a PUE of 1.2 under an hourly grid, and a quarter of a server of 1,200 kg over four years.
TEST(Cost, ADayOfCarbonHourByHour) {
    constexpr std::array<double, 24> k_grid{420, 410, 405, 400, 398, 395, 380, 340, 290, 240, 200, 180,
                                            170, 165, 175, 210, 270, 350, 430, 470, 480, 470, 450, 435};
    Plan plan = plan_of(R"(nines: 1
name: a day
world: {regions: [us-east-1]}
services:
  s: {kind: fleet, in: {region: us-east-1}, power: {idle: 250 W, full: 250 W}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: s.op, rate: 1/s}}
run: {horizon: 24 h}
)");
    CarbonPlan& carbon = plan.carbon[plan.world.of_kind(LocationKind::region).front()];
    carbon.pue = 1.2;
    carbon.grid.g_per_kwh.fill(k_grid);
    plan.groups[GroupId{0}].embodied_kg = 0.25 * 1200;
    for (const std::string fidelity : {"requests", "flow"}) {
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        EXPECT_NEAR(figure_of(results, "energy.kwh"), 7.2, 1e-9) << fidelity;
        EXPECT_NEAR(figure_of(results, "carbon.operational"), 2.4399, 1e-9) << fidelity;
        EXPECT_NEAR(figure_of(results, "carbon.embodied"), 0.2054794520547945, 1e-9) << fidelity;
        EXPECT_NEAR(figure_of(results, "carbon.kg"), 2.6453794520547946, 1e-9) << fidelity;
    }
}

constexpr double k_months = 2000;

// c08: an alternating renewal whose minutes down cost 500 USD and whose incidents cost 2,000, over 2,000 months.
std::string downtime(const std::string& minute) {
    return text_of(
               {.work = "1 ms",
                .service = "workers: unlimited",
                .demand = "rate: 10/s",
                .faults = "f: {target: service/s, effect: crash, every: exponential(720 h), for: exponential(45 min)}",
                .run = "horizon: 1460000 h"}) +
           fmt::format("value: {{minute_down: {} USD, incident: 2000 USD}}\n", minute);
}

/// The single-service scenarios are written for `requests`.
std::string in_flow(std::string yaml) {
    const std::string word = "fidelity: requests";
    return yaml.replace(yaml.find(word), word.size(), "fidelity: flow");
}

TEST(Cost, DowntimeCostsItsMinutesAndItsIncidents) {
    expect_means(in_flow(downtime("500")), {.replications = 64, .may_shorten = false},
                 {{"of a month", 24814.429413805065, k_tolerance, times("cost.downtime", 1 / k_months)},
                  {"uptime", 0.9989594172736732}});
}

TEST(CostMutants, FourPerCentMoreAMinuteAreNoticed) {
    expect_rejected(in_flow(downtime("520")), {.replications = 64, .may_shorten = false},
                    {{"of a month", 24814.429413805065, k_tolerance, times("cost.downtime", 1 / k_months)}});
}

// c10: 0.1632 USD an hour on demand, or 0.1028 for every hour of the year.
TEST(Cost, ACommitmentIsPaidForEveryHourOfTheTerm) {
    const auto year = [](const std::string& purchase) {
        const Plan plan = plan_of(in_flow(text_of({.work = "1 ms",
                                                   .service = "price: 0.1632 USD/h, purchase: " + purchase,
                                                   .demand = "rate: 1/s",
                                                   .run = "horizon: 730 h"})));
        return 12 * figure_of(run_once(plan, {1, 0}), "cost.compute");
    };
    const double discount = 1 - 0.1028 / 0.1632;
    EXPECT_NEAR(year(fmt::format("{{reserved: {{share: 100 %, discount: {} %}}}}", discount * 100)), 900.528, 1e-6);
    EXPECT_NEAR(year("{}"), 0.1632 * 8760, 1e-6);
    // What is paid alike is 5,518 of the 8,760 hours.
    EXPECT_NEAR(900.528 / 0.1632, 5517.941176470588, 1e-6);
    EXPECT_NEAR(1 - discount, 0.6299019607843137, 1e-12);
}

// c14: fifty million calls a month of a function of half a gigabyte that takes 120 ms.
TEST(Cost, AFunctionIsBilledByTheMillisecond) {
    const Plan plan = plan_of(fmt::format(R"(nines: 1
name: a function
world: {{regions: [us-east-1]}}
services:
  f: {{kind: function, on: lambda(512 MB), in: {{region: us-east-1}}, endpoints: {{run: {{steps: [{{work: lognormal(mean 120 ms cv 1)}}]}}}}}}
demand: {{d: {{calls: f.run, rate: {}/s}}}}
run: {{fidelity: flow, horizon: 730 h}}
)",
                                          50e6 / (730 * 3600)));
    const Results results = run_once(plan, {1, 0});
    EXPECT_NEAR(figure_of(results, "cost.compute"), 50.20843374980644, 2e-4);  // the catalogue's price has six digits
    EXPECT_NEAR(figure_of(results, "cost.managed"), 10, 1e-6);
}

/// c15: a million calls of a function of a gigabyte that is billed by the granule, at the case's own prices.
std::string coarse_function(const std::string& fidelity, const std::string& rate, const std::string& granule,
                            const std::string& horizon) {
    return fmt::format(R"(nines: 1
name: a coarse function
services:
  f:
    kind: function
    on: lambda(1 GiB)
    price: {{gigabyte_second: 0.0000166667 USD, million_requests: 0.20 USD, granule: {}}}
    endpoints: {{run: {{steps: [{{work: lognormal(mean 120 ms cv 1)}}]}}}}
demand: {{d: {{calls: f.run, rate: {}}}}}
run: {{fidelity: {}, horizon: {}}}
)",
                       granule, rate, fidelity, horizon);
}

constexpr double k_billed_mean_s = 0.17121288414133956;

/// Of a run: GB-s billed for each request, of one gigabyte.
double billed_mean_s(const Results& results) {
    double seconds = 0;
    double requests = 0;
    for (const BillLine& line : results.bill) {
        seconds += line.unit == "GB-s" ? line.quantity : 0;
        requests += line.unit == "request" ? line.quantity : 0;
    }
    return seconds / requests;
}

TEST(Cost, ACoarseGranuleIsBilledByTheLawOfTheWork) {
    const std::string million_a_month = fmt::format("{}/s", 1e6 / (730 * 3600));
    const Results results = run_once(plan_of(coarse_function("flow", million_a_month, "100 ms", "730 h")), {1, 0});
    EXPECT_NEAR(billed_mean_s(results), k_billed_mean_s, 1e-6 * k_billed_mean_s);
    EXPECT_NEAR(figure_of(results, "cost.compute"), 2.853553776118464, 3e-6);
    EXPECT_NEAR(figure_of(results, "cost.managed"), 0.2, 2e-7);
    EXPECT_NEAR(figure_of(results, "cost.per_month"), 3.053553776118464, 3e-6);
    const Results smooth = run_once(plan_of(coarse_function("flow", million_a_month, "1 ns", "730 h")), {1, 0});
    EXPECT_NEAR(figure_of(smooth, "cost.per_month"), 2.200004, 2e-6);
}

TEST(Cost, EachRequestIsRoundedUpToItsGranules) {
    expect_means(coarse_function("requests", "100/s", "100 ms", "5 min"), {.replications = 16},
                 {{"billed mean", k_billed_mean_s, k_tolerance, billed_mean_s},
                  {"USD a million", 3.053553776118464, k_tolerance,
                   [](const Results& results) { return figure_of(results, "cost.per_million_requests"); }}});
}

TEST(CostMutants, AGranuleOfNineTenthsIsNoticed) {
    expect_rejected(coarse_function("requests", "100/s", "90 ms", "5 min"), {.replications = 16},
                    {{"billed mean", k_billed_mean_s, k_tolerance, billed_mean_s}});
}

// A function that waits for another service is billed for that too: two steps of 30 ms and a call of 60 ms between are
// two granules of 100 ms, whatever asks; one that is cut short by its caller is billed for what it began.
TEST(Cost, AFunctionIsBilledForAllThatARequestHoldsIt) {
    const auto billed = [](const std::string& timeout) {
        return billed_mean_s(run_once(plan_of(fmt::format(R"(nines: 1
name: a function that waits
services:
  f:
    kind: function
    on: lambda(1 GiB)
    price: {{gigabyte_second: 1 USD, million_requests: 1 USD, granule: 100 ms}}
    endpoints: {{run: {{steps: [{{work: 30 ms}}, {{call: s.op}}, {{work: 30 ms}}]}}}}
  s: {{kind: fleet, workers: unlimited, endpoints: {{op: {{steps: [{{work: 60 ms}}]}}}}}}
demand: {{d: {{calls: f.run, rate: 10/s, timeout: {}, cancel: true}}}}
run: {{horizon: 10 min}}
)",
                                                          timeout)),
                                      {1, 0}));
    };
    EXPECT_NEAR(billed("1 s"), 0.2, 1e-3);  // the last one may still be in its first granule
    EXPECT_NEAR(billed("70 ms"), 0.1, 1e-9);
}

// Flow does not know the law of a work and a call together: half a granule more than the 120 ms, and it says so.
TEST(Cost, FlowBillsStepsByHalfAGranuleMoreAndSaysSo) {
    const auto run = [](const std::string& granule) {
        return run_once(plan_of(fmt::format(R"(nines: 1
name: a function that waits
services:
  f:
    kind: function
    on: lambda(1 GiB)
    price: {{gigabyte_second: 1 USD, million_requests: 1 USD, granule: {}}}
    endpoints: {{run: {{steps: [{{work: 60 ms}}, {{call: s.op}}]}}}}
  s: {{kind: fleet, workers: unlimited, endpoints: {{op: {{steps: [{{work: 60 ms}}]}}}}}}
demand: {{d: {{calls: f.run, rate: 10/s}}}}
run: {{fidelity: flow, horizon: 10 min}}
)",
                                            granule)),
                        {1, 0});
    };
    const auto doubts = [](const Results& results) {
        return std::count_if(results.warnings.begin(), results.warnings.end(), [](const std::string& warning) {
            return warning.find("f.run: what is more than one step of work is billed half a granule") !=
                   std::string::npos;
        });
    };
    EXPECT_NEAR(billed_mean_s(run("100 ms")), 0.17, 1e-9);
    EXPECT_EQ(doubts(run("100 ms")), 1);
    EXPECT_NEAR(billed_mean_s(run("1 ms")), 0.1205, 1e-9);
    EXPECT_EQ(doubts(run("1 ms")), 0);
}

}  // namespace
}  // namespace nines::support
