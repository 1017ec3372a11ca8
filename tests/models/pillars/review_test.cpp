// Reviews: what they say of made-up results, and that every pillar is there.

#include "models/pillars/review.hpp"

#include <gtest/gtest.h>

#include "models/pillars/findings.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr const char* k_shop = R"(nines: 1
name: reviewed
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    on: m5.large
    in: {region: us-east-1, zones: 2, each: 6}
    workers: 4
    endpoints: {page: {steps: [{work: 100 ms}]}}
demand: {users: {calls: web.page, rate: 40/s}}
faults: {dark: {target: region/us-east-1, effect: down, at: 10 min, for: 6 min}}
objectives: {availability: ">= 99 %", cost.per_month: "<= 1000 USD"}
value: {request: 1 USD, minute_down: 10 USD}
run: {fidelity: flow, horizon: 1 h}
)";

struct Reviewed {
    Plan plan = support::plan_of(k_shop);
    Results results = run_once(plan, {1, 0});
    Review review = review_of(plan, results);

    const PillarReview& of(Pillar pillar) const {
        return *std::find_if(review.pillars.begin(), review.pillars.end(),
                             [&](const PillarReview& one) { return one.pillar == pillar; });
    }
};

TEST(Review, HasAllSixPillarsInTheirOrder) {
    const Reviewed reviewed;
    ASSERT_EQ(reviewed.review.pillars.size(), 6U);
    EXPECT_TRUE(reviewed.of(Pillar::security).figures.empty());
    EXPECT_TRUE(reviewed.of(Pillar::security).suggestions.empty()) << "nothing measured, nothing suggested";
    EXPECT_FALSE(reviewed.of(Pillar::performance).figures.empty());
}

// Nearly six minutes of an hour are lost, nine times the 1 % that the objective leaves.
TEST(Review, TellsTheDistanceFromEachObjective) {
    const Reviewed reviewed;
    const Distance& availability = reviewed.of(Pillar::reliability).objectives.at(0);
    EXPECT_EQ(availability.objective.verdict, Verdict::missed);
    const double lost = 1 - *reviewed.results.find("availability")->mean;
    EXPECT_GT(lost, 0.09);
    EXPECT_NEAR(*availability.margin, (0.01 - lost) / 0.01, 1e-9);
    const Distance& cost = reviewed.of(Pillar::cost).objectives.at(0);
    EXPECT_NEAR(*cost.margin, 1 - *reviewed.results.find("cost.per_month")->mean / 1000, 1e-12);
}

// A pillar without an objective gets one that the system would just meet.
TEST(Review, SuggestsABoundThatIsMet) {
    const Reviewed reviewed;
    const Suggestion& p99 = reviewed.of(Pillar::performance).suggestions.at(0);
    EXPECT_EQ(p99.metric, "latency.p99");
    EXPECT_FALSE(p99.at_least);
    EXPECT_GE(p99.bound.value, *reviewed.results.find("latency.p99")->mean);
    EXPECT_LE(p99.bound.value, 1.1 * *reviewed.results.find("latency.p99")->mean);
}

TEST(Review, NamesWhatHarmsWithItsOwnerAndItsPrice) {
    const Reviewed reviewed;
    const Finding& dark = reviewed.of(Pillar::reliability).findings.at(0);
    EXPECT_EQ(dark.owner, Owner::provider);
    EXPECT_EQ(dark.layer, Layer::facility);
    // 40/s for six minutes at a dollar each, and about six minutes at ten: whenever it comes, for nobody says how
    // often.
    EXPECT_NEAR(*dark.usd_each, 40 * 360 + 60, 400);
    EXPECT_FALSE(dark.usd_per_month);
}

// Four workers' worth of load on 48: two machines of each zone are enough with the other zone lost (80 % of eight is
// 6.4), where twelve stand; they cost 0.096 USD an hour.
TEST(Review, RightSizesForTheLossOfAZone) {
    const Reviewed reviewed;
    const std::vector<Finding>& findings = reviewed.of(Pillar::cost).findings;
    const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& one) {
        return one.text.find("more instances than its load") != std::string::npos;
    });
    ASSERT_NE(found, findings.end());
    EXPECT_NEAR(*found->usd_per_month, 8 * 730 * 0.096, 1e-9) << found->advice;
}

std::vector<Finding> findings_of(const std::string& yaml, Pillar pillar) {
    const Plan plan = support::plan_of(yaml);
    const Review review = review_of(plan, run_once(plan, {1, 0}));
    return std::find_if(review.pillars.begin(), review.pillars.end(),
                        [&](const PillarReview& one) { return one.pillar == pillar; })
        ->findings;
}

const Finding* finding_with(const std::vector<Finding>& findings, const std::string& text) {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& one) { return one.text.find(text) != std::string::npos; });
    return found == findings.end() ? nullptr : &*found;
}

/// Two fleets of eight machines of four workers, each with its own users; batch's are quiet for six days of seven.
std::string two_fleets(const std::string& more) {
    return R"(nines: 1
name: two fleets
world: {regions: [us-east-1]}
services:
  batch: {kind: fleet, on: m5.large, workers: 4, in: {region: us-east-1, zones: 2, each: 4}, )" +
           more + R"(endpoints: {page: {steps: [{work: 100 ms}]}}}
  web: {kind: fleet, on: m5.large, workers: 4, in: {region: us-east-1, zones: 2, each: 4}, endpoints: {page: {steps: [{work: 10 ms}]}}}
demand:
  steady: {calls: web.page, rate: 1000/s}
  rush: {calls: batch.page, rate: steps(1/s 0 s 250/s 6 d)}
run: {fidelity: flow, horizon: 7 d}
)";
}

// On the seventh day batch holds 25 of 32 workers; over all demands the peak is hardly above the mean.
TEST(Review, RightSizesForThePeakOfWhatReachesAService) {
    const std::vector<Finding> findings = findings_of(two_fleets(""), Pillar::cost);
    EXPECT_EQ(finding_with(findings, "batch has more instances"), nullptr);
    const Plan plan = support::plan_of(two_fleets(""));
    EXPECT_NEAR(peak_to_mean(plan, index_at<ServiceId>(0)), 250 / ((6 * 1 + 250) / 7.0), 1e-9);
    EXPECT_DOUBLE_EQ(peak_to_mean(plan, index_at<ServiceId>(1)), 1);
}

// Of 24 machines 18 are reserved, and six would do; the six on demand are all that dropping any saves, and what is left
// is committed to already.
TEST(Review, DropsNothingThatIsReserved) {
    const std::string shop = R"(nines: 1
name: reserved
world: {regions: [us-east-1]}
services:
  web: {kind: fleet, on: m5.large, workers: 4, in: {region: us-east-1, zones: 2, each: 12}, purchase: {reserved: 75 %}, endpoints: {page: {steps: [{work: 100 ms}]}}}
demand: {users: {calls: web.page, rate: 80/s}}
run: {fidelity: flow, horizon: 1 h}
)";
    const std::vector<Finding> findings = findings_of(shop, Pillar::cost);
    const Finding* const fewer = finding_with(findings, "more instances than its load");
    ASSERT_NE(fewer, nullptr);
    EXPECT_TRUE(fewer->advice.starts_with("18 instead of 24")) << fewer->advice;
    EXPECT_NEAR(*fewer->usd_per_month, 6 * 730 * 0.096, 1e-9);
    EXPECT_EQ(finding_with(findings, "paid by the hour"), nullptr);
}

// Nothing stands in us-east-1; what is emitted in us-west-2 has no greener grid in its country.
TEST(Review, AdvisesAnotherGridWhereSomethingStands) {
    const std::string shop = R"(nines: 1
name: regions
world: {regions: [us-east-1, us-west-2]}
services:
  web: {kind: fleet, on: m5.large, workers: 4, in: {region: REGION, zones: 2}, endpoints: {page: {steps: [{work: 10 ms}]}}}
demand: {users: {calls: web.page, rate: 80/s}}
run: {fidelity: flow, horizon: 1 h}
)";
    const auto grid_of = [&](const std::string& region) {
        std::string text = shop;
        text.replace(text.find("REGION"), 6, region);
        const std::vector<Finding> findings = findings_of(text, Pillar::sustainability);
        const Finding* const found = finding_with(findings, "the grid of us-east-1");
        return found == nullptr ? 0 : found->effect.at(0).value;
    };
    EXPECT_EQ(grid_of("us-west-2"), 0);
    const Plan plan = support::plan_of(std::string(shop).replace(shop.find("REGION"), 6, "us-east-1"));
    const double kg = *run_once(plan, {1, 0}).find("carbon.operational")->mean * 730;
    EXPECT_NEAR(grid_of("us-east-1"), kg * (1 - 119.76 / 396.25), 1e-6 * kg);
}

// 60 of 100/s are let in; the 40 that are not are users' requests, at 0.05 USD each: some 144,000 of them in an hour.
TEST(Review, TellsWhatALimitRejectsAndWhatThatIsWorth) {
    const std::string shop = R"(nines: 1
name: limited
services:
  web: {kind: fleet, workers: unlimited, limit: {rate: 60/s, burst: 1}, endpoints: {page: {steps: [{work: 1 ms}]}}}
demand: {users: {calls: web.page, arrivals: constant, rate: 100/s}}
value: {request: 0.05 USD}
run: {horizon: 1 h}
)";
    const std::vector<Finding> findings = findings_of(shop, Pillar::reliability);
    const Finding* finding = finding_with(findings, "limits of web reject attempts");
    ASSERT_NE(finding, nullptr);
    EXPECT_NEAR(finding->effect.at(0).value, 0.5, 0.11) << "every second, of evenly spaced ones";
    EXPECT_NEAR(finding->effect.at(1).value, finding->effect.at(0).value * 360'000, 1);
    EXPECT_NEAR(*finding->usd_per_month, finding->effect.at(1).value * 0.05 * 730, 1e-6 * 1e7);
    const std::string within = std::string(shop).replace(shop.find("rate: 60/s"), 10, "rate: 200/s");
    const std::vector<Finding> none = findings_of(within, Pillar::reliability);
    EXPECT_EQ(finding_with(none, "limits of web"), nullptr);
}

std::string fleet_on(const std::string& machine) {
    return "nines: 1\nname: twin\nworld: {regions: [us-east-1]}\nservices:\n  web: {kind: fleet, on: " + machine +
           ", in: {region: us-east-1, zones: 2, each: 2}, workers: 4, endpoints: {page: {steps: [{work: 100 ms}]}}}\n"
           "demand: {users: {calls: web.page, rate: 80/s}}\nrun: {fidelity: flow, horizon: 1 h}\n";
}

// Four m6i.xlarge (0.192 USD/h; 9.1, 24.3 and 32.4 W) at half load against m6g.xlarge (0.154 USD/h; 6.2, 15.3, 21 W).
// What they draw: the whole of a study of the twin, less the hour of the day, at the yearly mean of the grid.
TEST(Review, TellsWhatAnArmTwinWouldSave) {
    const std::vector<Finding> findings = findings_of(fleet_on("m6i.xlarge"), Pillar::sustainability);
    const Finding* arm = finding_with(findings, "Arm twin: m6g.xlarge");
    ASSERT_NE(arm, nullptr);
    EXPECT_NEAR(*arm->usd_per_month, 4 * 730 * (0.192 - 0.154), 1e-6);
    EXPECT_EQ(arm->effect[0].value, *arm->usd_per_month);
    EXPECT_NE(arm->advice.find("not known"), std::string::npos);
    const Catalog catalog;
    const double g_per_kwh = catalog.carbon("aws", "us-east-1").yearly_mean();
    const double made_kg =
        (catalog.machine("m6i.xlarge")->embodied_kg - catalog.machine("m6g.xlarge")->embodied_kg) * 730 / (4 * 8760);
    const double used_kg = (24.3 - 15.3) * 0.73 * catalog.pue("aws", "us-east-1").value * g_per_kwh / 1000;
    EXPECT_NEAR(arm->effect[1].value, 4 * (made_kg + used_kg), 0.02 * 4 * (made_kg + used_kg))
        << "at exactly half load the curve bends: the mean load stands for it";
}

TEST(Review, HasNoArmTwinWhereThereIsNone) {
    for (const char* machine : {"m5.large", "m6g.xlarge", "t3.micro"}) {
        EXPECT_EQ(finding_with(findings_of(fleet_on(machine), Pillar::sustainability), "Arm twin"), nullptr) << machine;
    }
}

// 80/s x 100 ms keep 8 of 16 workers busy: three machines carry that under 80 %, so one of four is kept for failures.
TEST(Review, TellsThePriceOfResilience) {
    const std::vector<Finding> findings = findings_of(fleet_on("m6i.xlarge"), Pillar::cost);
    const Finding* spare = finding_with(findings, "the price of resilience: 1 of 4 instances of web");
    ASSERT_NE(spare, nullptr);
    EXPECT_NEAR(*spare->usd_per_month, 730 * 0.192, 1e-6);
    const Catalog catalog;
    const double kg =
        catalog.machine("m6i.xlarge")->embodied_kg * 730 / (4 * 8760) +
        9.1 * 0.73 * catalog.pue("aws", "us-east-1").value * catalog.carbon("aws", "us-east-1").yearly_mean() / 1000;
    ASSERT_EQ(spare->effect.size(), 2U);
    EXPECT_NEAR(spare->effect[1].value, kg, 1e-9 * kg);
    EXPECT_TRUE(spare->advice.empty()) << "what it is worth is told by a variant";
}

// A disk that is stolen exposes all 1,000 records at 100 USD, once in an hour's run; encryption is what helps.
TEST(Review, RecordsHaveTheirPriceAndThreatsTheirAdvice) {
    const std::vector<Finding> findings = findings_of(R"(nines: 1
name: stolen
world: {regions: [us-east-1]}
services:
  orders:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    data: {records: 1000, usd_per_record: 100 USD}
    endpoints: {read: {steps: [{work: 1 ms}]}}
demand: {users: {calls: orders.read, rate: 1/s}}
threats: {stolen: {kind: theft, of: orders, at: 10 min}}
value: {request: 1 USD}
run: {fidelity: flow, horizon: 1 h}
)",
                                                      Pillar::security);
    const Finding* stolen = finding_with(findings, "stolen exposes records");
    ASSERT_NE(stolen, nullptr);
    EXPECT_NEAR(*stolen->usd_each, 1000 * 100, 1e-6);
    EXPECT_NE(stolen->advice.find("encryption at rest"), std::string::npos);
}

// What misses an objective is first, however little it costs beside what only could be saved.
TEST(Review, WhatMissesAnObjectiveIsFirst) {
    const Plan plan = support::plan_of(R"(nines: 1
name: first
world: {regions: [us-east-1]}
services:
  s: {kind: fleet, on: m5.4xlarge, in: {region: us-east-1, zones: 2}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {users: {calls: s.op, rate: 1/s}}
faults: {f: {target: service/s, effect: {errors: 100 %}, at: 10 min, for: 10 min}}
objectives: {availability: ">= 99 %"}
run: {fidelity: flow, horizon: 1 h}
)");
    const Review review = review_of(plan, run_once(plan, {1, 0}));
    ASSERT_GE(review.first.size(), 2U);
    EXPECT_EQ(review.first.front().pillar, Pillar::reliability);
    EXPECT_GT(review.first[1].usd_per_month.value_or(0), review.first.front().usd_per_month.value_or(0));
    ASSERT_EQ(review.layers.size(), 1U);
    EXPECT_EQ(review.layers.front().owners[static_cast<std::size_t>(Layer::facility)], Owner::provider);
    EXPECT_EQ(review.layers.front().owners[static_cast<std::size_t>(Layer::application)], Owner::customer);
}

// Advice follows what is known of a fault: who owns it, and who repairs it.
TEST(Review, AdviceFitsTheFault) {
    const auto advice_for = [](const std::string& more) {
        const std::vector<Finding> findings = findings_of(R"(nines: 1
name: advice
services: {s: {kind: managed, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {users: {calls: s.op, rate: 1/s}}
alarms: {bad: {metric: error_share@s, above: 1 %}}
oncall: {acknowledge: 1 min, diagnose: 5 min}
runbooks: {restart: {takes: 1 min}, restart-itself: {takes: 1 min, automatic: true}}
faults: {f: {target: service/s, effect: {errors: 100 %}, at: 10 min, )" +
                                                              more +
                                                              R"(}}
run: {fidelity: flow, horizon: 1 h}
)",
                                                          Pillar::reliability);
        const Finding* takes = finding_with(findings, "f takes requests");
        return takes == nullptr ? std::string() : takes->advice;
    };
    EXPECT_NE(advice_for("for: 5 min, layer: runtime").find("its owner repairs it, not you"), std::string::npos);
    EXPECT_NE(advice_for("repair: restart").find("runs by itself"), std::string::npos);
    EXPECT_NE(advice_for("repair: human").find("runs by itself"), std::string::npos);
    EXPECT_EQ(advice_for("repair: restart-itself").find("runs by itself"), std::string::npos);
}

// Who scales by what it sees alone, and is late, is told of schedules; who has one is not.
TEST(Review, AdvisesAScheduleWhereReactingComesLate) {
    const auto is_advised = [](const std::string& scale) {
        const std::vector<Finding> findings = findings_of(R"(nines: 1
name: doors open
services:
  s:
    kind: fleet
    instances: 10
    workers: 1
    queue: {of: group, limit: 10}
    scale: {target: 60 %, max: 60, )" + scale + R"(}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, rate: steps(30/s 0 s 300/s 40 min)}}
run: {fidelity: flow, horizon: 1 h}
)",
                                                          Pillar::reliability);
        const Finding* takes = finding_with(findings, "load takes requests");
        EXPECT_NE(takes, nullptr) << scale;
        return takes != nullptr && takes->advice.find("scale.schedule") != std::string::npos;
    };
    EXPECT_TRUE(is_advised("launch: 150 s"));
    EXPECT_FALSE(is_advised("launch: 30 s")) << "launches are quick";
    EXPECT_FALSE(is_advised("launch: 150 s, schedule: [{at: 12:00, min: 30}]")) << "it has one, if a wrong one";
}

// Of a database a standby serves nothing: it is there for the loss of the primary.
TEST(Review, CountsStandbysToThePriceOfResilience) {
    const std::vector<Finding> findings = findings_of(R"(nines: 1
name: standby
world: {regions: [us-east-1]}
services:
  orders:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync, zone: other}}
    endpoints: {read: {steps: [{work: 1 ms}]}}
demand: {users: {calls: orders.read, rate: 10/s}}
run: {fidelity: flow, horizon: 1 h}
)",
                                                      Pillar::cost);
    const Finding* spare = finding_with(findings, "the price of resilience: 1 of 2 instances of orders");
    ASSERT_NE(spare, nullptr);
    EXPECT_NEAR(*spare->usd_per_month, 730 * Catalog().machine_usd_per_h("db.m5.large", "us-east-1", "postgres")->value,
                1e-6);
}

// An edge, a link, a control plane and the provider want other things than a place that instances stand in.
TEST(Review, AdviceFitsWhatIsHit) {
    const auto advice_against_target = [](const std::string& target) {
        const Plan plan = support::plan_of(R"(nines: 1
name: targets
world:
  regions: [us-east-1, us-west-2]
  edges: [IAD]
services:
  s: {kind: fleet, in: {region: us-east-1, zones: 2}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {users: {calls: s.op, from: {us-west-2: 100 %}, rate: 1/s}}
faults: {f: {target: )" + target + R"(, effect: down, every: 1 d, for: 1 min}}
run: {fidelity: flow, horizon: 1 h}
)");
        Finding finding;
        finding.layer = plan.faults[FaultId{0}].layer;
        return advice_against(plan, finding, "f");
    };
    EXPECT_NE(advice_against_target("edge/IAD").find("another edge"), std::string::npos);
    EXPECT_NE(advice_against_target("link/us-east-1--us-west-2").find("second way around the link"), std::string::npos);
    EXPECT_NE(advice_against_target("control/us-east-1").find("while nothing can be launched"), std::string::npos);
    EXPECT_NE(advice_against_target("provider").find("second provider"), std::string::npos);
    EXPECT_NE(advice_against_target("region/us-east-1").find("more zones or regions"), std::string::npos);
}

// A bound on records has room, is round, and is never a part of a record.
TEST(Review, SuggestsRecordsThatAreRound) {
    const Plan plan = support::plan_of(k_shop);
    const auto suggested = [&](double mean, std::optional<double> hi) {
        Results results;
        Metric records{"exposure.records", "1", mean, {}, {}, 0.95, 100};
        records.estimator = Estimator{"monte carlo", ""};
        if (hi) {
            records.estimator->without = {0, hi, IntervalKind::chebyshev};
        }
        results.metrics = {records};
        const Review review = review_of(plan, results);
        return review.pillars.at(1).suggestions.at(0).bound.value;
    };
    EXPECT_DOUBLE_EQ(suggested(1.3e-5, std::nullopt), 1);
    EXPECT_DOUBLE_EQ(suggested(531'000, 740'000), 1e6);
    EXPECT_DOUBLE_EQ(suggested(531'000, std::nullopt), 2e6) << "twice the mean, rounded";
    EXPECT_DOUBLE_EQ(suggested(3, 5), 5);
    EXPECT_DOUBLE_EQ(suggested(3, 5.1), 10);
}

TEST(Review, OwnersAddUpToTheWhole) {
    const Reviewed reviewed;
    for (const OwnerMatrix& matrix : reviewed.review.owners) {
        double all = 0;
        for (const Attribution& part : reviewed.results.attribution) {
            all += part.metric == matrix.metric ? part.value : 0;
        }
        EXPECT_NEAR(matrix.total(), all, 1e-9 * all) << matrix.metric;
    }
    EXPECT_GE(reviewed.review.owners.size(), 5U);
}

}  // namespace
}  // namespace nines
