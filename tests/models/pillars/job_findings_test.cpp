// What the review says of batch jobs: savings against formulas worked out from the rows of the catalogue.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/pillars/review.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

/// A job of 12 h a day on one m7g.2xlarge in us-west-2: 0.3264 USD/h, 63 % less on spot, where 5 to 10 % are reclaimed
/// in a month.
std::string job_of(const std::string& more, const std::string& region = "us-west-2") {
    return fmt::format(R"(nines: 1
name: a job under review
world: {{regions: [{0}]}}
jobs: {{nightly: {{on: m7g.2xlarge, in: {{region: {0}}}, work: 12 h, at: 0, every: 1 d, {1}}}}}
run: {{fidelity: flow, horizon: 730 d}}
)",
                       region, more);
}

std::vector<Finding> findings_of(const std::string& yaml, Pillar pillar, const std::string& text) {
    const Plan plan = support::plan_of(yaml);
    const Review review = review_of(plan, run_once(plan, {1, 0}));
    std::vector<Finding> found;
    for (const PillarReview& one : review.pillars) {
        for (const Finding& finding : one.findings) {
            if (one.pillar == pillar && finding.text.find(text) != std::string::npos) {
                found.push_back(finding);
            }
        }
    }
    return found;
}

constexpr double k_jobs_per_month = 730.0 / 24;
const double k_per_h = -std::log1p(-0.075) / 730;

double daly_h(double stretch_h, double restart_h) {
    return std::expm1(k_per_h * stretch_h) * (1 / k_per_h + restart_h);
}

TEST(JobFindings, SpotFromTheStart) {
    const auto found = findings_of(job_of("restart: 6 min"), Pillar::cost, "paid on demand");
    ASSERT_EQ(found.size(), 1U);
    const double saved = 12 * 0.3264 - daly_h(12, 0.1) * 0.3264 * 0.37;
    EXPECT_NEAR(*found.front().usd_per_month, saved * k_jobs_per_month, 1e-6);
    EXPECT_EQ(found.front().advice.find("checkpoint"), std::string::npos);
}

// Twelve hours of work in a window of eleven: all are late.
TEST(JobFindings, LateJobsAreTold) {
    const auto late = findings_of(job_of("within: 11 h"), Pillar::reliability, "ends after its window");
    ASSERT_EQ(late.size(), 1U);
    EXPECT_EQ(late.front().effect.front().value, 1);
    EXPECT_EQ(late.front().advice.find("at-once"), std::string::npos) << "it starts at once already";
    EXPECT_TRUE(findings_of(job_of("within: 13 h"), Pillar::reliability, "ends after its window").empty());
}

TEST(JobFindings, SpotWithYoungsCheckpoints) {
    const auto found =
        findings_of(job_of("restart: 6 min, checkpoint: {every: 2 h, takes: 36 s}"), Pillar::cost, "paid");
    ASSERT_EQ(found.size(), 1U);
    // sqrt(2 x 0.01 h / rate) is longer than the job: one stretch, saved at its end.
    ASSERT_GT(std::sqrt(2 * 0.01 / k_per_h), 12);
    const double now = 0.3264 * (12 + 6 * 0.01);
    EXPECT_NEAR(*found.front().usd_per_month, (now - daly_h(12.01, 0.1) * 0.3264 * 0.37) * k_jobs_per_month, 1e-6);
    EXPECT_NE(found.front().advice.find("a checkpoint every"), std::string::npos);
}

TEST(JobFindings, NothingForWhatIsOnSpotOrHasNoTime) {
    EXPECT_TRUE(findings_of(job_of("spot: {reclaim: catalog}"), Pillar::cost, "paid on demand").empty());
    EXPECT_TRUE(findings_of(job_of("within: 12 h"), Pillar::cost, "paid on demand").empty());
}

// What the review says that waiting would save is what a run with `start: greenest` does save.
TEST(JobFindings, ShiftingSavesWhatItSays) {
    const std::string may_wait = "within: 20 h";
    const auto found = findings_of(job_of(may_wait, "us-west-1"), Pillar::sustainability, "may wait");
    ASSERT_EQ(found.size(), 1U);
    const auto kg_per_month = [](const std::string& yaml) {
        return support::figure_of(run_once(support::plan_of(yaml), {1, 0}), "carbon.kg_per_month");
    };
    const double saved =
        kg_per_month(job_of(may_wait, "us-west-1")) - kg_per_month(job_of(may_wait + ", start: greenest", "us-west-1"));
    EXPECT_GT(saved, 0);
    EXPECT_NEAR(found.front().effect.front().value, saved, 1e-6 * saved);
    EXPECT_TRUE(findings_of(job_of("within: 12 h", "us-west-1"), Pillar::sustainability, "may wait").empty());
    EXPECT_TRUE(
        findings_of(job_of(may_wait + ", start: greenest", "us-west-1"), Pillar::sustainability, "may wait").empty());
}

}  // namespace
}  // namespace nines
