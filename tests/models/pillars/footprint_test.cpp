// Energy and carbon of what is no machine of the scenario's own, by hand from the coefficients of energy.csv.

#include "models/pillars/footprint.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::figure_of;
using support::plan_of;

double part(const Results& results, const std::string& cause) {
    for (const Attribution& one : results.attribution) {
        if (one.metric == "carbon.kg" && one.cause == cause) {
            return one.value;
        }
    }
    return 0;
}

const CarbonPlan& carbon_of(const Plan& plan, std::size_t region) {
    return plan.carbon[plan.world.of_kind(LocationKind::region)[region]];
}

void expect_parts_add_up(const Results& results) {
    double sum = 0;
    for (const Attribution& one : results.attribution) {
        sum += one.metric == "carbon.kg" ? one.value : 0;
    }
    EXPECT_NEAR(sum, figure_of(results, "carbon.kg"), 1e-12 + 1e-9 * sum);
}

// One vCPU (1769 MB) of two of an m5.large, 14.1 W at half load, held half of the time: 7.05 W x 0.5 x 1 h; and half of
// the m5.large's share of its server's making for as long. 10 x 50 ms.
TEST(Footprint, AFunctionDrawsWhileItIsHeld) {
    Plan plan = plan_of(R"(nines: 1
name: function
world: {regions: [us-east-1]}
services:
  f: {kind: function, on: lambda(1769 MiB), in: {region: us-east-1}, endpoints: {run: {steps: [{work: 50 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: f.run, rate: 10/s, arrivals: constant}}
run: {horizon: 1 h}
)");
    const CarbonPlan& carbon = carbon_of(plan, 0);
    const double making_kg = Catalog().machine("m5.large")->embodied_kg / 2 * 0.5 / (4 * 8760);
    for (const std::string fidelity : {"requests", "flow"}) {
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        EXPECT_NEAR(figure_of(results, "energy.kwh"), 7.05e-3 * 0.5 * carbon.pue, 1e-6) << fidelity;
        EXPECT_NEAR(figure_of(results, "carbon.embodied"), making_kg, 1e-3 * making_kg) << fidelity;
        EXPECT_NEAR(part(results, "machines at work"), 7.05e-6 * 0.5 * carbon.grid.g_per_kwh[0][0],
                    1e-3 * part(results, "machines at work"))
            << fidelity << ": the hour from midnight on in January";
        EXPECT_EQ(part(results, "idle capacity"), 0) << fidelity;
        expect_parts_add_up(results);
    }
}

/// A terabyte at a service of that kind: the watts of its disks.
double watts_of_disks(const std::string& kind) {
    const Plan plan = plan_of(fmt::format(R"(nines: 1
name: disks
world: {{regions: [us-east-1]}}
services:
  s: {{{}, in: {{region: us-east-1, zones: 1}}, data: {{records: 1, size: 1 TB}}, endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}}}
demand: {{d: {{calls: s.op, rate: 1/s}}}}
run: {{fidelity: flow, horizon: 2 h}}
)",
                                          kind));
    const Results results = run_once(plan, {1, 0});
    const CarbonPlan& carbon = carbon_of(plan, 0);
    const double watts = figure_of(results, "energy.kwh") * 1000 / 2 / carbon.pue;
    // Two hours from midnight on in January.
    const double mean_g = (carbon.grid.g_per_kwh[0][0] + carbon.grid.g_per_kwh[0][1]) / 2;
    EXPECT_NEAR(part(results, "disks that keep data"), watts * 2 / 1000 * mean_g / 1000, 1e-12) << kind;
    EXPECT_NEAR(figure_of(results, "carbon.kg"), watts * 2 / 1000 * mean_g / 1000 * carbon.pue, 1e-12) << kind;
    EXPECT_EQ(figure_of(results, "energy.idle"), 0) << kind;
    expect_parts_add_up(results);
    return watts;
}

// Machines that are kept for eight years are made half as often; what is bought green is taken off the market's figure.
TEST(Footprint, LastsAndIsBoughtGreen) {
    const auto results_with = [](const std::string& footprint) {
        return run_once(
            plan_of("{nines: 1, name: green, world: {regions: [us-east-1]}, services: {s: {kind: fleet, on: "
                    "m5.large, in: {region: us-east-1}, endpoints: {op: {steps: [{work: 1 ms}]}}}}, demand: "
                    "{d: {calls: s.op, rate: 10/s}}, run: {fidelity: flow, horizon: 24 h}" +
                    footprint + "}"),
            {1, 0});
    };
    const Results plain = results_with("");
    const Results lasting = results_with(", footprint: {lifetime: 8 yr, renewable: 40 %}");
    const double making_kg = figure_of(plain, "carbon.embodied");
    EXPECT_NEAR(figure_of(lasting, "carbon.embodied"), making_kg / 2, 1e-3 * making_kg) << "a year has 365.25 days";
    EXPECT_NEAR(figure_of(lasting, "carbon.market") - figure_of(lasting, "carbon.embodied"),
                0.6 * (figure_of(plain, "carbon.market") - making_kg), 1e-9);
    EXPECT_EQ(figure_of(lasting, "carbon.operational"), figure_of(plain, "carbon.operational"));
}

TEST(Footprint, DisksDrawForTheBytesTheyKeep) {
    EXPECT_NEAR(watts_of_disks("kind: fleet"), 1.2 * 2, 1e-9);
    EXPECT_NEAR(watts_of_disks("kind: managed, price: {gigabyte: 1 USD}"), 0.65 * 3, 1e-9);
    EXPECT_NEAR(watts_of_disks("kind: database"), 1.2, 1e-9);
    EXPECT_NEAR(watts_of_disks("kind: database, replication: {standby: {mode: sync, zone: other}}"), 2 * 1.2, 1e-9);
    EXPECT_NEAR(watts_of_disks("kind: database, engine: aurora-postgresql, replication: {standby: {mode: sync, zone: "
                               "other}}"),
                1.2 * 6, 1e-9)
        << "six copies, whoever reads them";
}

// 10/s of a megabyte one way and two the other for an hour: 36 and 72 GB at a watt-hour each, by the grid of who sends.
TEST(Footprint, BytesBetweenRegionsTakeAWattHourAGigabyte) {
    Plan plan = plan_of(R"(nines: 1
name: network
world: {regions: [us-east-1, us-west-2]}
services:
  near:
    {kind: fleet, in: {region: us-east-1, zones: 1}, workers: 100, power: {idle: 1 W, full: 1 W},
     endpoints: {op: {steps: [{call: far.op}]}}}
  far:
    {kind: fleet, in: {region: us-west-2, zones: 1}, workers: 100,
     endpoints: {op: {request: 1 MB, response: 2 MB, steps: [{work: 1 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: near.op, rate: 10/s, arrivals: constant}}
run: {horizon: 1 h}
)");
    const CarbonPlan& east = carbon_of(plan, 0);
    const CarbonPlan& west = carbon_of(plan, 1);
    const double kg = (0.036 * east.grid.g_per_kwh[0][0] + 0.072 * west.grid.g_per_kwh[0][0]) / 1000;
    for (const std::string fidelity : {"requests", "flow"}) {
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        EXPECT_NEAR(part(results, "networks between regions"), kg, 1e-3 * kg) << fidelity;
        EXPECT_NEAR(figure_of(results, "energy.kwh"), (0.001 + 0.036) * east.pue + 0.072 * west.pue, 1e-3 * 0.109)
            << fidelity;
        expect_parts_add_up(results);
    }
}

// Without machines that draw anything networks make no footprint: it would be the smaller part of what is not known.
TEST(Footprint, OfNetworksAloneThereIsNone) {
    const Plan plan = plan_of(R"(nines: 1
name: network alone
world: {regions: [us-east-1, us-west-2]}
services:
  near: {kind: fleet, in: {region: us-east-1, zones: 1}, endpoints: {op: {steps: [{call: far.op}]}}}
  far: {kind: fleet, in: {region: us-west-2, zones: 1}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: near.op, rate: 10/s}}
run: {fidelity: flow, horizon: 1 h}
)");
    EXPECT_TRUE(plan.network.empty());
    EXPECT_FALSE(run_once(plan, {1, 0}).find("energy.kwh")->mean);
}

TEST(Footprint, ListsWhatItTookForGranted) {
    const Plan plan = plan_of(R"(nines: 1
name: assumptions
world: {regions: [us-east-1]}
services:
  f: {kind: function, on: lambda(512 MB), in: {region: us-east-1}, endpoints: {run: {steps: [{work: 50 ms}]}}}
  s: {kind: managed, in: {region: us-east-1}, price: {gigabyte: 1 USD}, data: {records: 1, size: 1 TB}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: {f.run: 50 %, s.op: 50 %}, rate: 10/s}}
run: {fidelity: flow, horizon: 1 h}
)");
    const auto lists = [&](const std::string& path, const std::string& value) {
        return std::count_if(plan.assumptions.begin(), plan.assumptions.end(), [&](const Assumption& one) {
            return one.path == path && one.value == value && !one.source.empty();
        });
    };
    EXPECT_EQ(lists("services.f.on", "0.5 fraction"), 1);
    EXPECT_EQ(lists("services.s.data", "0.65 W h/TB h"), 1);
    EXPECT_EQ(lists("services.s.data", "3 copies"), 1);
}

}  // namespace
}  // namespace nines
