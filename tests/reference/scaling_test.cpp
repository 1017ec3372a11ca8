// Scaling against closed forms: the fluid backlog of a step and of a ramp that is met after a lag, and the instance
// hours of a day.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/flow/flow.hpp"
#include "models/pillars/measures.hpp"
#include "models/requests/simulate.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// Figures of one run in either fidelity.
class Figures {
public:
    Figures(const std::string& yaml, const std::string& fidelity) : plan_(plan_of(yaml)) {
        plan_.run.fidelity = fidelity;
        const auto run = fidelity == "flow" ? Flow(plan_).run({1, 0}) : simulate_requests(plan_, {1, 0});
        metrics_ = measure_all(gather(plan_, run));
        instance_hours_ = run.groups[GroupId{0}].instances_integral_s / 3600;
    }
    double operator[](const std::string& name) const {
        for (const Metric& metric : metrics_) {
            if (metric.name == name) {
                return metric.mean.value_or(NAN);
            }
        }
        ADD_FAILURE() << "no metric " << name;
        return NAN;
    }
    double instance_hours() const { return instance_hours_; }

private:
    Plan plan_;
    std::vector<Metric> metrics_;
    double instance_hours_ = 0;
};

// --- s21-scaling-lag: a step to 150/s, 100/s before and 200/s after 180 s --------------------------------------------

/// A period of a minute shows the step, and launches take two. One queue feeds all instances, as in the fluid.
std::string step(const std::string& limit) {
    return fmt::format(R"(nines: 1
name: a step is met after a lag
services:
  s:
    kind: fleet
    instances: 10
    workers: 1
    queue: {{of: group, limit: {}}}
    scale: {{target: 50 %, max: 20, launch: 2 min}}
    endpoints: {{op: {{steps: [{{work: 100 ms}}]}}}}
demand: {{d: {{calls: s.op, arrivals: constant, rate: steps(50/s 0 s 150/s 10 min)}}}}
run: {{horizon: 30 min}}
)",
                       limit);
}

constexpr double k_horizon_s = 1800;

TEST(ScalingLag, ABacklogOfAStepIsTheFluids) {
    const Figures requests(step("unlimited"), "requests");
    EXPECT_NEAR(requests["queue.max@s"], 9000, 9000 * k_tolerance);
    EXPECT_NEAR(requests["queue.mean@s"] * k_horizon_s, 1'620'000, 1'620'000 * k_tolerance);
    EXPECT_NEAR(requests["latency.max"], 60 + 0.1, 60 * k_tolerance);
    // Those of 600 to 960 s waited 30 s on average; the others did not.
    EXPECT_NEAR(requests["wait.mean@s"] * requests["requests.offered"] / (150 * 360), 30, 30 * k_tolerance);
    EXPECT_EQ(requests["availability"], 1);
    const Figures flow(step("unlimited"), "flow");
    // Levels half as large again as the last: a straight slope through one is its middle, its top is a share of it.
    EXPECT_NEAR(flow["queue.mean@s"] * k_horizon_s, 1'620'000, 1'620'000 * k_wide);
    EXPECT_NEAR(flow["utilization@s"], requests["utilization@s"], 1e-3);
    EXPECT_EQ(flow["availability"], 1);
}

TEST(ScalingLag, AQueueWithALimitRejectsWhatDoesNotFit) {
    for (const char* fidelity : {"requests", "flow"}) {
        const Figures figures(step("5000"), fidelity);
        EXPECT_NEAR(figures["requests.rejected"], 4000, 4000 * k_tolerance) << fidelity;
        EXPECT_EQ(figures["queue.max@s"], 5000) << fidelity;
        // 5,000 within 100 s, 80 s full, 100 s to drain.
        EXPECT_NEAR(figures["queue.mean@s"] * k_horizon_s, 5000 * (50 + 80 + 50), 900'000 * k_tolerance) << fidelity;
    }
}

TEST(ScalingLagMutants, AMinuteMoreOfLaunchIsNoticed) {
    std::string slower = step("5000");
    slower.replace(slower.find("launch: 2 min"), 13, "launch: 3 min");
    for (const char* fidelity : {"requests", "flow"}) {
        EXPECT_NEAR(Figures(slower, fidelity)["requests.rejected"], 4000 + 50 * 60, 7000 * k_tolerance) << fidelity;
    }
}

// --- P12: a ramp
// ------------------------------------------------------------------------------------------------------

// Load rises by s = 0.5/s each second, and passes 100/s, what ten instances can, at 600 s. All 40 come T = 180 s later:
// the shortfall is s T, the backlog s T^2 / 2, and it is cleared at what is to spare.
TEST(ScalingLag, ARampLeavesHalfTheLagSquared) {
    const std::string ramp = R"(nines: 1
name: a ramp is met after a lag
services:
  s:
    kind: fleet
    instances: 10
    workers: 1
    queue: {of: group}
    scale: {on: concurrency, target: 1, max: 40, launch: 2 min}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: ramp(from 95/s to 395/s over 10 min at 590 s)}}
run: {horizon: 30 min}
)";
    constexpr double k_slope = 0.5, k_lag_s = 180;
    const double gone_s = 600 - std::sqrt(600.0 * 600 - 4 * 54'000);  // t^2 / 4 - 300 t + 54,000 = 0
    double area = 0;
    constexpr int k_points = 100'000;
    for (int i = 0; i < k_points; ++i) {
        const double t = gone_s * (i + 0.5) / k_points;
        area += (k_slope * t * t / 2 - (t > k_lag_s ? 300 * (t - k_lag_s) : 0)) * gone_s / k_points;
    }
    const Figures requests(ramp, "requests");
    EXPECT_NEAR(requests["queue.max@s"], k_slope * k_lag_s * k_lag_s / 2, 8100 * k_tolerance);
    EXPECT_NEAR(requests["queue.mean@s"] * k_horizon_s, area, area * k_tolerance);
    EXPECT_NEAR(Figures(ramp, "flow")["queue.mean@s"] * k_horizon_s, area, area * k_wide);
}

// --- c11-diurnal-mix: 600 +- 400/s, 50/s for each instance, adjusted without delay
// ------------------------------------

// Exactly 300 instance hours a day. Load is taken as constant over quarters of an hour in flow: each of the 32 times a
// day at which one instance more or less is needed, and each hour of them, is off by half of one at most; launches that
// take no time and evaluations every second add 32 x 2 s.
TEST(DiurnalMix, InstanceHoursOfADay) {
    const std::string day = R"(nines: 1
name: a day without delay
services:
  s:
    kind: fleet
    instances: 12
    workers: 1
    scale: {target: 50 %, min: 4, max: 20, every: 1 s, launch: 0, in_after: 0, band: 0 %}
    endpoints: {op: {steps: [{work: 10 ms}]}}
demand: {d: {calls: s.op, rate: diurnal(peak 1000/s trough 200/s at 12:00)}}
run: {horizon: 10 d}
)";
    const Figures flow(day, "flow");
    EXPECT_NEAR(flow.instance_hours() / 10, 300, 32 * 0.125 + 32 * 2.0 / 3600);
    EXPECT_EQ(flow["availability"], 1);
}

}  // namespace
}  // namespace nines::support
