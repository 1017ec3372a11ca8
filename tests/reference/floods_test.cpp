// Floods against closed forms, in both fidelities: attackers take the places of users as M/M/1/K says, are not counted
// among them, and are billed for what they were served.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/flow/flow.hpp"
#include "models/pillars/measures.hpp"
#include "models/requests/simulate.hpp"
#include "models/study/replicator.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// One exponential worker of 10 ms with room for ten, and users who want 60/s; what else comes differs.
struct Flooded {
    std::string service = "";  ///< fields, each after a comma
    std::string threats = "";
    std::string faults = "";
    std::string run = "warmup: 1 min, horizon: 6 min";
    std::string fidelity = "requests";
};

std::string text_of(const Flooded& flooded) {
    return fmt::format(R"(nines: 1
name: flooded
services: {{s: {{kind: fleet, workers: 1, queue: {{limit: 9}}{}, endpoints: {{op: {{steps: [{{work: exponential(10 ms)}}]}}}}}}}}
demand: {{d: {{calls: s.op, rate: 60/s}}}}
threats: {{{}}}
faults: {{{}}}
run: {{fidelity: {}, {}}}
)",
                       flooded.service, flooded.threats, flooded.faults, flooded.fidelity, flooded.run);
}

constexpr Effort k_effort{.replications = 64, .may_shorten = false};

/// 120/s in all at a worker that serves 100/s, with room for ten (solve_mm1k(120, 10 ms, 10)): users and attackers meet
/// the same queue (PASTA), so of each the same share is turned away.
constexpr double k_rejected = 0.19258649512680603;
constexpr double k_utilization = 0.9688962058478328;

/// What depends on how many attackers come.
std::vector<Expected> as_in_overload() {
    return {{"availability", 1 - k_rejected},
            {"goodput", 60 * (1 - k_rejected)},
            {"utilization@s", k_utilization},
            {"throughput@s", 120}};
}

/// What does not: they are not counted among users; and how many these lose.
std::vector<Expected> of_users() {
    return {{"throughput", 60},
            {"attempts.per_request@s", 2},
            {"rejected", k_rejected, k_tolerance, share_of("rejected")},
            {"rejected@s", k_rejected, k_tolerance, share_of("rejected", "@s")},
            {"ddos.lost", 60 * 360 * k_rejected, 0.03}};
}

/// 60/s of attackers in the same place, said in six ways.
const Flooded k_said[] = {
    {.threats = "t: {rate: 60/s, at: 0 s, for: 1 h}"},
    {.threats = "t: {rate: 60/s, at: 0 s, for: 1 h, of: [s.op]}"},
    {.faults = "f: {target: service/s, effect: {flood: 60/s}, at: 0 s, for: forever}"},
    {.service = ", absorb: 200/s, filter: 25 %", .threats = "t: {rate: 80/s, at: 0 s, for: 1 h}"},
    {.service = ", absorb: 40/s, filter: 50 %", .threats = "t: {rate: 80/s, at: 0 s, for: 1 h}"},
    // Floods add up: 30/s and twice 20/s, of which 10/s are absorbed.
    {.service = ", absorb: 10/s",
     .threats = "t: {rate: 30/s, at: 0 s, for: 1 h}, u: {rate: 20/s, at: 0 s, for: 1 h}",
     .faults = "f: {target: service/s, effect: {flood: 20/s}, at: 0 s, for: 10 min}"},
};

class Said : public testing::TestWithParam<std::size_t> {};

TEST_P(Said, AttackersTakeThePlacesOfUsers) {
    std::vector<Expected> figures = as_in_overload();
    const std::vector<Expected> more = of_users();
    figures.insert(figures.end(), more.begin(), more.end());
    expect_means(text_of(k_said[GetParam()]), k_effort, figures);
}

TEST_P(Said, InFlowToo) {
    Flooded flooded = k_said[GetParam()];
    flooded.fidelity = "flow";
    const Plan plan = plan_of(text_of(flooded));
    const std::vector<Metric> metrics = measure_all(gather(plan, Flow(plan).run({1, 0})));
    const auto figure = [&](std::string_view name) {
        for (const Metric& metric : metrics) {
            if (metric.name == name) {
                return metric.mean.value_or(NAN);
            }
        }
        return double{NAN};
    };
    EXPECT_NEAR(figure("availability"), 1 - k_rejected, 1e-4);
    EXPECT_NEAR(figure("requests.offered"), 60 * 360, 1e-6 * 60 * 360);
    EXPECT_NEAR(figure("utilization@s"), k_utilization, 1e-4);
    EXPECT_NEAR(figure("throughput@s"), 120, 0.1);
    EXPECT_NEAR(figure("ddos.lost"), 60 * 360 * k_rejected, 3);
}
INSTANTIATE_TEST_SUITE_P(Ways, Said, testing::Range(std::size_t{0}, std::size(k_said)));

TEST(Flooded, WithoutHalfOfTheAttackersTheSameCheckRejects) {
    expect_rejected(text_of({.service = ", absorb: 30/s", .threats = "t: {rate: 60/s, at: 0 s, for: 1 h}"}), k_effort,
                    as_in_overload());
}

TEST(Flooded, WithAnUnfilteredFloodTheSameCheckRejects) {
    expect_rejected(
        text_of({.service = ", absorb: 200/s, filter: 50 %", .threats = "t: {rate: 80/s, at: 0 s, for: 1 h}"}),
        k_effort, as_in_overload());
}

/// Floods come as a Poisson process of rate r and last m: so many are in force at once as in M/G/infinity, a Poisson
/// number of mean r m (here 1), and each sends 10/s more.
TEST(Flooded, OverlappingFloodsAddUp) {
    const Flooded flooded{.threats = "t: {rate: 10/s, every: exponential(20 s), for: exponential(20 s)}",
                          .run = "warmup: 3 min, horizon: 1 h"};
    expect_means(text_of(flooded), {.replications = 64, .may_shorten = false}, {{"throughput@s", 70, k_tolerance}});
    Flooded one_at_a_time = flooded;
    one_at_a_time.threats = "t: {rate: 10/s, every: exponential(20 s), for: exponential(20 s), overlap: false}";
    expect_means(text_of(one_at_a_time), {.replications = 64, .may_shorten = false},
                 {{"throughput@s", 65, k_tolerance}});
    expect_rejected(text_of(one_at_a_time), {.replications = 64, .may_shorten = false},
                    {{"throughput@s", 70, k_tolerance}});
}

/// The run of one replication with its figures, in either fidelity.
struct Figures {
    Figures(const std::string& yaml, const std::string& fidelity) : plan(plan_of(yaml)) {
        plan.run.fidelity = fidelity;
        run = Replicator(plan).run({3, 0});
        metrics = measure_all(gather(plan, run));
    }
    double operator[](std::string_view name) const {
        for (const Metric& metric : metrics) {
            if (metric.name == name) {
                return metric.mean.value_or(NAN);
            }
        }
        ADD_FAILURE() << "no metric " << name;
        return NAN;
    }
    Plan plan;
    Run run;
    std::vector<Metric> metrics;
};

/// What is absorbed changes nothing for anybody: users keep their luck to the last draw.
TEST(Flooded, WhatIsAbsorbedIsNotThere) {
    const Figures without(text_of({}), "requests");
    const Figures absorbed(text_of({.service = ", absorb: 60/s", .threats = "t: {rate: 60/s, at: 1 min, for: 1 min}"}),
                           "requests");
    for (const char* name : {"requests.ok", "latency.mean", "latency.p99", "utilization@s", "wait.mean@s"}) {
        EXPECT_EQ(without[name], absorbed[name]) << name;
    }
    EXPECT_EQ(absorbed["ddos.absorbed"], 1);
    EXPECT_EQ(absorbed["ddos.lost"], 0);
}

/// Before the flood users' requests are the same ones as without it.
TEST(Flooded, UsersKeepTheirArrivals) {
    const Figures without(text_of({}), "requests");
    const Figures flooded(text_of({.threats = "t: {rate: 400/s, at: 1 min, for: 1 min}"}), "requests");
    EXPECT_EQ(without["requests.offered"], flooded["requests.offered"]);
    EXPECT_LT(flooded["availability"], without["availability"]);
    ASSERT_FALSE(flooded.run.faults.empty());
    EXPECT_EQ(flooded.plan.names.faults[flooded.run.faults.front().fault], "t");
    const std::vector<IncidentSpan> incidents = gather(flooded.plan, flooded.run).incidents;
    ASSERT_FALSE(incidents.empty());
    EXPECT_EQ(flooded.plan.names.faults[incidents.front().cause], "t");
}

/// Attackers ask what no user asks, and most of them are refused: the alarm of the service fires, that of users does
/// not.
constexpr const char* k_alarmed = R"(nines: 1
name: alarmed
services:
  s: {kind: fleet, workers: 10, endpoints: {op: {steps: [{work: 1 ms}]}}}
  aside: {kind: fleet, workers: 1, queue: {limit: 1}, endpoints: {op: {steps: [{work: 10 ms}]}}}
demand: {d: {calls: s.op, rate: 20/s}}
threats: {t: {rate: 400/s, at: 5 min, for: 5 min, of: aside}}
alarms:
  users: {metric: error_share, above: 1 %, of: 30 s}
  aside: {metric: error_share@aside, above: 1 %, of: 30 s}
run: {horizon: 15 min}
)";

class Alarmed : public testing::TestWithParam<const char*> {};

TEST_P(Alarmed, OnlyTheServiceSeesAttackers) {
    const Figures figures(k_alarmed, GetParam());
    std::vector<std::uint32_t> fired;
    for (const Note& note : figures.run.notes) {
        if (note.kind == NoteKind::alarm_fires) {
            fired.push_back(note.subject);
        }
    }
    ASSERT_EQ(fired.size(), 1U);
    EXPECT_EQ(figures.plan.operations.alarms[fired.front()].name, "aside");
    EXPECT_EQ(figures["availability"], 1);
    EXPECT_EQ(figures["ddos.lost"], 0);
    EXPECT_LT(figures["availability@aside"], 0.5);
    EXPECT_TRUE(gather(figures.plan, figures.run).incidents.empty());
}
INSTANTIATE_TEST_SUITE_P(Fidelities, Alarmed, testing::Values("requests", "flow"));

/// A front calls a function once for each of its requests; attackers send three quarters of them for the whole time.
constexpr const char* k_metered = R"(nines: 1
name: metered
services:
  front: {kind: load-balancer, price: {hour: 0.02 USD, million_requests: 4 USD}, endpoints: {page: {steps: [{call: run.op}]}}}
  run: {kind: function, on: lambda(512 MB), price: {million_requests: 0.2 USD, gigabyte_second: 0.0000166667 USD}, endpoints: {op: {steps: [{work: 120 ms}]}}}
demand: {d: {calls: front.page, rate: 25/s}}
faults: {f: {target: service/front, effect: {flood: 75/s}, at: 0 s, for: forever}}
run: {warmup: 1 min, horizon: 1 h}
)";

class Metered : public testing::TestWithParam<const char*> {};

TEST_P(Metered, AttackersArePaidForAsAnybody) {
    const Figures figures(k_metered, GetParam());
    const double requests = 100.0 * 730 * 3600;
    // Requests at both, and 60 MB-seconds of each at the function; the balancer's hours are nobody's.
    const double metered = requests * (4e-6 + 0.2e-6 + 0.0000166667 * 0.5 * 0.12);
    const double tolerance = std::string_view(GetParam()) == "flow" ? 1e-6 : 0.02;  // five standard deviations: 0.8 %
    EXPECT_NEAR(figures["ddos.cost"] / (0.75 * metered), 1, tolerance);
    EXPECT_NEAR(figures["cost.per_month"] / (metered + 0.02 * 730), 1, tolerance);
    EXPECT_LT(figures["ddos.cost"], figures["cost.per_month"]);
    // Only users' requests are bought for.
    EXPECT_NEAR(figures["cost.per_million_requests"] / (figures["cost.per_month"] * 1e6 / (requests / 4)), 1,
                tolerance);
}
INSTANTIATE_TEST_SUITE_P(Fidelities, Metered, testing::Values("requests", "flow"));

/// Of 100/s of users and 300/s of attackers a limit lets 200/s in, half an hour long: three quarters of what they ask
/// of a store at 5 USD a million are attackers', 986 USD a month of such hours.
constexpr const char* k_limited = R"(nines: 1
name: limited
services:
  web: {kind: fleet, instances: 40, limit: 200/s, endpoints: {page: {steps: [{work: exponential(10 ms)}, {call: pay.get}]}}}
  pay: {kind: managed, price: {million_requests: 5 USD}, endpoints: {get: {steps: [{work: exponential(10 ms)}]}}}
demand: {users: {calls: web.page, rate: 100/s, timeout: 2 s}}
threats: {flood: {rate: 300/s, at: 10 min, for: 30 min, of: web}}
run: {horizon: 1 h}
)";

TEST_P(Metered, OfWhatALimitLetsInAttackersPayTheirPart) {
    const double usd = 0.75 * 200 * 1800 * 5e-6 * 730;
    EXPECT_NEAR(Figures(k_limited, GetParam())["ddos.cost"], usd, 0.03 * usd);
}

/// Spot instances that come back while a flood is in force would have come back without it: nothing scales here.
TEST_P(Metered, WhatComesBackIsNotTheAttackers) {
    const Figures figures(R"(nines: 1
name: spot comes back in a flood
services:
  fixed:
    kind: fleet
    instances: 8
    workers: 4
    price: 0.10 USD/h
    purchase: {spot: {share: 50 %, discount: 50 %}}
    endpoints: {page: {steps: [{work: exponential(50 ms)}]}}
demand: {others: {calls: fixed.page, rate: 40/s, timeout: 2 s}}
faults: {taken: {target: service/fixed, effect: {reclaim: 2 min}, at: 38 min, for: 7 min}}
threats: {flood: {rate: 10/s, at: 41 min, for: 60 min, of: fixed}}
run: {horizon: 3 h}
)",
                          GetParam());
    EXPECT_EQ(figures["ddos.cost"], 0);
}

/// Scaling makes the attack a cost: a fleet of two at 50 % orders two more for each 200/s, from the flood's beginning
/// to its end. Instances at once, constant work: 2 + 400 / 100 / 50 % = 10 of them stand while the flood lasts.
constexpr const char* k_scaled = R"(nines: 1
name: scaled
services:
  s:
    kind: fleet
    instances: 2
    workers: 1
    price: 1 USD/h
    queue: {of: group}
    scale: {target: 50 %, min: 2, max: 40, every: 1 s, launch: 0, in_after: 0, band: 0 %}
    endpoints: {op: {steps: [{work: 10 ms}]}}
demand: {d: {calls: s.op, rate: 100/s, arrivals: constant}}
faults: {f: {target: service/s, effect: {flood: 400/s}, at: 10 min, for: 20 min}}
run: {horizon: 1 h}
)";

TEST(Scaled, TheAttackBecomesCost) {
    const Figures flow(k_scaled, "flow");
    // A third of the time; the steps up take some seconds of 1,200.
    EXPECT_NEAR(flow["ddos.cost"], 8.0 / 3 * 730, 0.02 * 8.0 / 3 * 730);
    const Figures requests(k_scaled, "requests");
    // Poisson arrivals of a second: evaluations order more than the mean needs, and give it back.
    EXPECT_NEAR(requests["ddos.cost"], 8.0 / 3 * 730, 0.1 * 8.0 / 3 * 730);
    EXPECT_LT(requests["ddos.cost"], requests["cost.compute"]);
}

}  // namespace
}  // namespace nines::support
