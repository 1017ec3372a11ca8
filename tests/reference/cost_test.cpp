// Money and carbon with exact answers: cases c05, c08, c10 and c14 of cost_energy.json. (Energy and c16 stand in
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

}  // namespace
}  // namespace nines::support
