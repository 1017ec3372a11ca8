// What providers pay back: steps, calendar months by hand, and the expectation against Takacs' distribution.

#include "models/pillars/credits.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/analytic/alternating_renewal.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr CreditStep k_steps[] = {{0.9999, 0.10}, {0.99, 0.30}, {0.95, 1}};

TEST(CreditSteps, TheLowestStepThatTheUptimeIsBelowCounts) {
    EXPECT_EQ(credit_share(k_steps, 1), 0);
    EXPECT_EQ(credit_share(k_steps, 0.9999), 0);  // BELOW it, the agreements say
    EXPECT_EQ(credit_share(k_steps, 0.99989), 0.10);
    EXPECT_EQ(credit_share(k_steps, 0.98), 0.30);
    EXPECT_EQ(credit_share(k_steps, 0), 1);
}

/// Two zones of two machines each, from 1 January 2026, with faults.
struct Fleet {
    std::string faults;
    std::string zones = "2";
    std::string on = "m5.large";
};

std::string yaml_of(const Fleet& fleet, const std::string& fidelity) {
    return fmt::format(R"(nines: 1
name: credits
world: {{regions: [us-east-1]}}
services:
  web:
    kind: fleet
    on: {}
    in: {{region: us-east-1, zones: {}, each: 2}}
    workers: 2
    balance: {{health: instant}}
    endpoints: {{op: {{request: 0 B, response: 0 B, steps: [{{work: 1 ms}}]}}}}
demand: {{d: {{calls: web.op, rate: 1/h}}}}
faults: {{{}}}
value: {{minute_down: 1 USD}}
run: {{fidelity: {}, start: 2026-01-01 00:00, horizon: 90 d}}
)",
                       fleet.on, fleet.zones, fleet.faults, fidelity);
}

class Credits : public testing::TestWithParam<const char*> {
protected:
    static double credits_of(const Fleet& fleet) {
        return *run_once(support::plan_of(yaml_of(fleet, GetParam())), {1, 0}).find("cost.sla_credits")->mean;
    }
};
INSTANTIATE_TEST_SUITE_P(Fidelity, Credits, testing::Values("requests", "flow"),
                         [](const auto& one) { return one.param; });

// The bill of a month is that of its hours: 744 in January, 672 in February 2026; an m5.large is 0.096 USD an hour.
constexpr double k_january = 4 * 744 * 0.096;
constexpr double k_february = 4 * 672 * 0.096;

TEST_P(Credits, OneZoneOfTwoIsNoOutageOfTheService) {
    EXPECT_EQ(credits_of({"z: {target: zone/use1-az1, effect: down, at: 1 d, for: 20 h}"}), 0);
}

// Eight hours of the 744 of January are 98.92 % of uptime: 30 % of the month's bill. In February nothing happens.
TEST_P(Credits, ARegionalOutageIsPaidForByItsMonth) {
    EXPECT_NEAR(credits_of({"r: {target: region/us-east-1, effect: down, at: 1 d, for: 8 h}"}), 0.3 * k_january, 1e-6);
}

// Seven hours of February's 672 are 98.96 %, 30 %; of January's 744 they would be 99.06 %, 10 %: months have their
// days.
TEST_P(Credits, AShortMonthIsSoonerBelowItsStep) {
    EXPECT_NEAR(credits_of({"r: {target: region/us-east-1, effect: down, at: 40 d, for: 7 h}"}), 0.3 * k_february,
                1e-6);
    EXPECT_NEAR(credits_of({"r: {target: region/us-east-1, effect: down, at: 10 d, for: 7 h}"}), 0.1 * k_january, 1e-6);
}

// Four hours before midnight of 31 January and four after: 99.46 % and 99.40 %, 10 % of each month.
TEST_P(Credits, AnOutageOverTheEndOfAMonthCountsInBoth) {
    EXPECT_NEAR(credits_of({"r: {target: region/us-east-1, effect: down, at: 740 h, for: 8 h}"}),
                0.1 * (k_january + k_february), 1e-6);
}

TEST_P(Credits, TwoZonesAwayAtOnceAreTheRegion) {
    EXPECT_NEAR(credits_of({"a: {target: zone/use1-az1, effect: down, at: 1 d, for: 20 h}, "
                            "b: {target: zone/use1-az2, effect: crash, at: 36 h, for: 20 h}"}),
                0.3 * k_january, 1e-6);  // eight hours together
}

// What is the customer's is nobody else's to pay for.
TEST_P(Credits, TheCustomersOwnFaultsArePaidByNobody) {
    EXPECT_EQ(credits_of({"s: {target: service/web, effect: crash, at: 1 d, for: 100 h}"}), 0);
}

// In one zone each instance has its own agreement: below 99.5 % 10 %, below 99 % 30 %, below 95 % all. One of the two
// is away for 10 h, 98.66 %: 30 % of half of the bill.
TEST_P(Credits, InOneZoneEachInstanceCountsByItself) {
    EXPECT_NEAR(credits_of({"i: {target: instance/web@use1-az1/1, effect: down, at: 1 d, for: 10 h}", "1"}),
                0.3 * k_january / 4, 1e-6);
}

// Containers have an agreement of their own, and it is about several zones only.
TEST_P(Credits, ContainersHaveTheirOwnAgreement) {
    const std::string size = "fargate(0.5 vCPU 1 GiB)";
    const std::string outage = "r: {target: region/us-east-1, effect: down, at: 1 d, for: 8 h}";
    const double january = 4 * 744 * (0.5 * 0.04048 + 0.004445);
    EXPECT_NEAR(credits_of({outage, "2", size}), 0.3 * january, 1e-6);
    EXPECT_TRUE(support::plan_of(yaml_of({outage, "1", size}, GetParam())).agreements.empty());
    const Plan plan = support::plan_of(yaml_of({outage, "2", size}, GetParam()));
    ASSERT_EQ(plan.agreements.size(), 1U);
    EXPECT_EQ(plan.agreements.front().name, "fargate, multi-AZ (region level)");
}

// A managed service says whose agreement it has: a table of DynamoDB, of which 8 h of January are 30 %.
TEST_P(Credits, ManagedServicesNameTheirAgreement) {
    const auto plan_with = [](const std::string& engine) {
        return support::plan_of(fmt::format(R"(nines: 1
name: a table
world: {{regions: [us-east-1]}}
services:
  table: {{kind: managed{}, price: 1 USD/h, in: {{region: us-east-1, zones: 2}}, endpoints: {{op: {{request: 0 B, response: 0 B, steps: [{{work: 1 ms}}]}}}}}}
demand: {{d: {{calls: table.op, rate: 1/h}}}}
faults: {{r: {{target: region/us-east-1, effect: down, at: 1 d, for: 8 h}}}}
value: {{minute_down: 1 USD}}
run: {{fidelity: {}, start: 2026-01-01 00:00, horizon: 31 d}}
)",
                                            engine, GetParam()));
    };
    const Plan plan = plan_with(", engine: dynamodb");
    ASSERT_EQ(plan.agreements.size(), 1U);
    EXPECT_EQ(plan.agreements.front().name, "dynamodb, multi-AZ (region level)");
    const double january = 2 * 744 * 1.0;
    EXPECT_NEAR(*run_once(plan, {1, 0}).find("cost.sla_credits")->mean,
                plan.agreements.front().steps[1].share * january, 1e-6);
    EXPECT_TRUE(plan_with("").agreements.empty());
    for (const char* const engine : {"api-gateway", "cognito", "documentdb", "efs", "eventbridge", "keyspaces",
                                     "kinesis-data-streams", "opensearch", "sns", "sqs", "step-functions"}) {
        EXPECT_EQ(plan_with(fmt::format(", engine: {}", engine)).agreements.size(), 1U) << engine;
    }
}

// Cases c12 and c13 of cost_energy.json: months of 730 h of an alternating renewal that starts up.
TEST(CreditSteps, TheExpectedShareFollowsFromTheDistributionOfDowntime) {
    struct Case {
        double up_h, down_h;
        std::vector<CreditStep> steps;
        std::vector<double> chances;  // of each step
        double mean_share;
    };
    const Case cases[] = {{700,
                           1,
                           {{0.9999, 0.10}, {0.99, 0.25}, {0.95, 1}},
                           {0.6164456529473673, 0.004705401705004742, 1.8688580624879437e-13},
                           0.0628209157211748},
                          {8000,
                           4,
                           {{0.9995, 0.10}, {0.99, 0.25}, {0.95, 1}},
                           {0.06480590647292275, 0.01507436872797102, 1.30613573894817e-05},
                           0.010262244186674511}};
    for (const Case& one : cases) {
        const analytic::Downtime downtime{.up_mean = one.up_h, .repair_mean = one.down_h, .horizon = 730};
        const auto below = [&](double uptime) { return 1 - downtime.at_most((1 - uptime) * 730); };
        double mean = 0;
        for (std::size_t i = 0; i < one.steps.size(); ++i) {
            const double lower = i + 1 < one.steps.size() ? one.steps[i + 1].below : 0;
            const double chance = below(one.steps[i].below) - (lower > 0 ? below(lower) : 0);
            EXPECT_NEAR(chance, one.chances[i], 1e-9) << i;
            // The middle of the step is in it: what a month of such uptime is paid.
            mean += chance * credit_share(one.steps, (one.steps[i].below + lower) / 2);
        }
        EXPECT_NEAR(mean, one.mean_share, 1e-9);
    }
}

}  // namespace
}  // namespace nines
