// Backlogs as fluids: what is left of a balance by rounding is no growth, and a bucket that ends takes nobody else's
// place.

#include <gtest/gtest.h>

#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

// 500/s for 120/s, a queue of 40: full for ever, and nothing more to tell.
TEST(FlowFluid, AFullQueueIsOneSceneForEver) {
    const auto run = run_flow(R"(nines: 1
name: full
services:
  web: {kind: fleet, instances: 6, workers: 1, queue: {of: group, limit: 40}, endpoints: {page: {steps: [{work: exponential(50 ms)}]}}}
demand: {visitors: {calls: web.page, rate: 500/s, timeout: 2 s}}
run: {horizon: 10 min}
)");
    EXPECT_LT(run.events, 100U);
}

// Where abandoning balances what comes, the backlog holds; once the load falls it drains, and who comes then is served
// with the workers that this needs: 20/s of 50 ms are one.
TEST(FlowFluid, ABacklogThatHeldDrainsWhenTheLoadFalls) {
    const auto run = run_flow(R"(nines: 1
name: held
services:
  web: {kind: fleet, instances: 6, workers: 1, queue: {of: group, patience: exponential(3 s)}, endpoints: {page: {steps: [{work: exponential(50 ms)}]}}}
demand: {visitors: {calls: web.page, rate: steps(200/s 0 s 20/s 30 min)}}
run: {horizon: 2 h}
)");
    const double busy = run.groups[GroupId{0}].busy_integral_s / 7200;
    EXPECT_NEAR(busy, (6 * 1800 + 1 * 5400) / 7200.0, 0.05);
}

// 200/s ask for 120/s and wait for three seconds in the mean: as many are served as can be, the rest leaves.
TEST(FlowFluid, WhereTooManyWaitAsManyLeaveAsAreTooMany) {
    const Plan plan = flow_plan(R"(nines: 1
name: leaving
services:
  web: {kind: fleet, instances: 6, workers: 1, queue: {of: group, patience: exponential(3 s)}, endpoints: {page: {steps: [{work: exponential(50 ms)}]}}}
demand: {visitors: {calls: web.page, rate: 200/s}}
run: {warmup: 1 min, horizon: 20 min}
)");
    EXPECT_NEAR(figure_of(plan, Flow(plan).run({1, 0}), "availability"), 0.6, 0.005);
}

// A throttle of `web` runs dry at the instant at which it ends; those of `api` go on as they would have.
TEST(FlowFluid, ABucketThatEndsIsForgotten) {
    const auto rejected = [](const char* lasts) {
        const Plan plan = flow_plan(std::string(R"(nines: 1
name: dry at the end
services:
  web: {kind: fleet, instances: 40, endpoints: {page: {steps: [{work: exponential(10 ms)}]}}}
  api: {kind: fleet, instances: 40, endpoints: {page: {steps: [{work: exponential(10 ms)}]}}}
demand:
  users: {calls: web.page, rate: 150/s, timeout: 2 s}
  others: {calls: api.page, rate: 50/s, timeout: 2 s}
faults:
  a: {target: service/web, effect: {throttle: 100/s}, at: 10 min, for: )") +
                                    lasts + R"(}
  b: {target: service/api, effect: {throttle: 51/s}, at: 9 min, for: 10 min}
  c: {target: service/api, effect: {throttle: 49.9/s}, at: 10 min, for: 1 min}
run: {horizon: 20 min}
)");
        return figure_of(plan, Flow(plan).run({1, 0}), "requests.rejected@others");
    };
    EXPECT_NEAR(rejected("2 s"), rejected("1990 ms"), 1e-6);
}

}  // namespace
}  // namespace nines
