// Studies against theory: a queue to a precision asked for, and the availability of one part over a month.

#include <gtest/gtest.h>

#include <cmath>

#include "models/study/run_study.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

Results study_of(const Plan& plan) {
    Study study(frame_of(plan, plan.run.seed), {});
    const MetricTable table(plan);
    const SamplerContext context{plan, table, plan.run.seed, {}, {}, study.incident_bar(), [] { return false; }};
    const Executor executor(2);
    ThreadSource source(context, executor);
    EXPECT_TRUE(run_study(study, source, nullptr, {}));
    return study.results();
}

/// Whether the figure agrees with the exact value at a false alarm of 1e-6: its 95 % interval, widened.
void expect_exact(const Metric& metric, double exact) {
    ASSERT_TRUE(metric.mean && metric.lo) << metric.name << ": " << metric.estimator->no_interval;
    const double widened = (*metric.hi - *metric.lo) / 2 * normal_quantile(1 - support::k_false_alarm / 2) / 1.96;
    EXPECT_NEAR(*metric.mean, exact, widened) << metric.name;
}

// M/M/1 at 50/s and 10 ms: half busy, 1 / (100/s - 50/s) from arrival to end.
TEST(StudyReference, AQueueToOnePercent) {
    Plan plan = support::plan_of(support::text_of({}), support::runs_are_short() ? 0.2 : 1);
    plan.study.replications = 100'000;
    plan.study.until = {{"latency.mean", std::nullopt, 0.01}, {"utilization@s", 0.01, std::nullopt}};
    const Results results = study_of(plan);
    EXPECT_EQ(results.stopped_by, "precision");
    const Metric& latency = *results.find("latency.mean");
    EXPECT_LE((*latency.hi - *latency.lo) / 2, 0.01 * 0.0202);
    expect_exact(latency, 0.020);
    expect_exact(*results.find("utilization@s"), 0.5);
}

// Reference case a01: up 1000 h, down 10 h, both exponential; the share of [0, 720 h] that is up, begun up, has the
// mean 0.9902351621300743 and the standard deviation 0.016192959583102202 (by the exact two-state chain). Requests
// sample it: two a hour add a variance of p (1 - p) / 1440, which widens the deviation by 1.3 %.
TEST(StudyReference, OnePartOverAMonth) {
    Plan plan = support::plan_of(R"yaml(
nines: 1
name: one component
services:
  web: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand:
  d: {calls: {web.op: 100 %}, rate: 2/h}
faults:
  web-fails: {target: service/web, effect: crash, every: exponential(1000 h), for: exponential(10 h)}
run: {horizon: 720 h, slice: 1 h}
)yaml");
    plan.study.replications = support::runs_are_short() ? 1000 : 4000;
    const Results results = study_of(plan);
    const Metric& availability = *results.find("availability");
    expect_exact(availability, 0.9902351621300743);
    const double half = (*availability.hi - *availability.lo) / 2;
    const double deviation = half / 1.96 * std::sqrt(static_cast<double>(results.replications));
    EXPECT_NEAR(deviation, 0.0164, 0.2 * 0.0164);
}

}  // namespace
}  // namespace nines
