// Reviews: what they say of made-up results, and that every pillar is there.

#include "models/pillars/review.hpp"

#include <gtest/gtest.h>

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
    // 40/s for six minutes at a dollar each, and about six minutes at ten, in an hour: by 730 in a month.
    EXPECT_NEAR(*dark.usd_per_month, 730 * (40 * 360 + 60), 730 * 400);
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
