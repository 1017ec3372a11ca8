// Repairable systems seen by requests: the share refused is the unavailability. Hours of the reference cases that no
// feature depends on are written as seconds, so that a run of millions of requests holds enough failures.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/analytic/markov_chain.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};

struct Units {
    int count = 1, needed = 1;
    std::string up = "exponential(1000 s)";
    std::string down = "exponential(10 s)";
    const char* rate = "0.1/s";
    const char* horizon = "1000 h";
    int crews = 0;  ///< 0: as many as needed
};

std::string text_of_units(const Units& units) {
    return fmt::format(R"(nines: 1
name: k of n
services:
  s:
    kind: fleet
    instances: {}
    needs: {}
    workers: unlimited
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
demand:
  d: {{calls: {{s.op: 100 %}}, rate: {}}}
faults:
  instances: {{target: any instance, effect: crash, every: {}, for: {}{}}}
run: {{fidelity: requests, warmup: 10 h, horizon: {}, slice: 1 h}}
)",
                       units.count, units.needed, units.rate, units.up, units.down,
                       units.crews > 0 ? fmt::format(", crews: {}", units.crews) : "", units.horizon);
}

Expected refused(double unavailability, double tolerance) {
    return {"refused", unavailability, tolerance, share_of("rejected")};
}

/// Fewer than `needed` of `count` units are up: the chain of units down, with so many repaired at once.
double too_few_up(int count, int needed, double up_mean, double down_mean, int crews) {
    std::vector<double> fail, repair;
    for (int down = 0; down < count; ++down) {
        fail.push_back((count - down) / up_mean);
        repair.push_back(std::min(down + 1, crews > 0 ? crews : count) / down_mean);
    }
    const std::vector<double> share = analytic::stationary_birth_death(fail, repair);
    double sum = 0;
    for (int down = count - needed + 1; down <= count; ++down) {
        sum += share[static_cast<std::size_t>(down)];
    }
    return sum;
}

// At the times of the reference cases these systems are down less than 6e-4 of the time, too rare for this fidelity.
// The chain is checked there, and the simulation at up times ten times as short.
TEST(AvailabilityTheory, TheChainOfUnitsIsRight) {
    EXPECT_NEAR(too_few_up(2, 2, 1000, 10, 2), 0.01970395059307911, 1e-12);
    EXPECT_NEAR(too_few_up(2, 1, 1000, 10, 2), 9.802960494069208e-05, 1e-14);
    EXPECT_NEAR(too_few_up(3, 2, 1000, 10, 3), 0.000292147634526221, 1e-14);
    EXPECT_NEAR(too_few_up(3, 2, 1000, 10, 1), 0.0005880035629522825, 1e-14);
    EXPECT_NEAR(too_few_up(10, 8, 2000, 24, 2), 0.0002880609729207379, 1e-14);
}

ReferenceCase sick_case(const std::string& name, Units units, double up_mean_s, double down_mean_s) {
    units.up = fmt::format("exponential({} s)", up_mean_s);
    units.down = fmt::format("exponential({} s)", down_mean_s);
    const double exact = too_few_up(units.count, units.needed, up_mean_s, down_mean_s, units.crews);
    return {name, text_of_units(units), k_usual, {refused(exact, k_tolerance)}};
}

std::vector<ReferenceCase> unit_cases() {
    return {
        {"single",
         text_of_units({.rate = "0.1/s", .horizon = "1100 h"}),
         k_usual,
         {refused(0.009900990099009901, k_tolerance), {"availability", 0.9900990099009901}}},
        // Up times of another law than the exponential: the mean alone matters.
        {"single_regular",
         text_of_units({.up = "uniform(0 s 2000 s)", .down = "lognormal(mean 10 s cv 1)", .horizon = "900 h"}),
         k_usual,
         {refused(0.009900990099009901, k_tolerance)}},
        {"two_of_two",
         text_of_units({.count = 2, .needed = 2, .horizon = "500 h"}),
         k_usual,
         {refused(0.01970395059307911, k_tolerance)}},
        sick_case("one_of_two_in_poor_health", {.count = 2, .needed = 1, .rate = "0.1/s", .horizon = "880 h"}, 100, 10),
        sick_case("two_of_three_in_poor_health", {.count = 3, .needed = 2, .rate = "0.1/s", .horizon = "350 h"}, 100,
                  10),
        sick_case("two_of_three_in_poor_health_one_crew",
                  {.count = 3, .needed = 2, .rate = "0.1/s", .horizon = "350 h", .crews = 1}, 100, 10),
        sick_case("eight_of_ten_in_poor_health_two_crews",
                  {.count = 10, .needed = 8, .rate = "0.05/s", .horizon = "350 h", .crews = 2}, 200, 24),
    };
}

class Availability : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Availability, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Units, Availability, testing::ValuesIn(unit_cases()), name_of);

TEST(AvailabilityMutants, OneCrewIsToldFromMany) {
    expect_rejected(
        text_of_units({.count = 3, .needed = 2, .up = "exponential(100 s)", .rate = "0.1/s", .horizon = "350 h"}),
        k_usual, {refused(too_few_up(3, 2, 100, 10, 1), k_tolerance)});
}

// --- scheduled faults that overlap --------------------------------------------------------------------------------

TEST(AvailabilityTheory, ScheduledFaultsOverlapAndStack) {
    const std::string yaml = R"(nines: 1
name: scheduled faults that overlap
services:
  a: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}
  b: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand:
  da: {calls: {a.op: 100 %}, rate: 1/s, arrivals: constant}
  db: {calls: {b.op: 100 %}, rate: 1/s, arrivals: constant}
faults:
  f1: {target: service/a, effect: crash, at: 10 h, for: 4 h}
  f2: {target: service/a, effect: crash, at: 12 h, for: 5 h}
  f3: {target: service/b, effect: crash, at: 16 h, for: 3 h}
  f4: {target: service/b, effect: crash, at: 60 h, for: 2 h}
  f5: {target: service/a, effect: crash, at: 61 h, for: 0.5 h}
  f6: {target: service/b, effect: crash, at: 98 h, for: 10 h}
run: {fidelity: requests, horizon: 100 h}
)";
    constexpr double k_one_request = 2.0 / 360'000;  // a fault's edge may fall on either side of a request
    const std::vector<Results> runs = replicate(yaml, {.replications = 1, .may_shorten = false});
    ASSERT_EQ(runs.size(), 1);
    EXPECT_NEAR(figure_of(runs[0], "availability@da"), 0.925, k_one_request);
    EXPECT_NEAR(figure_of(runs[0], "availability@db"), 0.93, k_one_request);
    EXPECT_NEAR(figure_of(runs[0], "availability"), 0.9275, k_one_request);
}

// --- zones and instances that share them --------------------------------------------------------------------------

double up_share(double up, double down) {
    return up / (up + down);
}

double binomial(int n, int k, double p) {
    return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)) * std::pow(p, k) *
           std::pow(1 - p, n - k);
}

/// At least `needed` instances are up; the region, the zones and the instances fail independently.
double zones_availability(int zones, int each, int needed, double region_up, double zone_up, double instance_up) {
    double sum = 0;
    for (int up_zones = 0; up_zones <= zones; ++up_zones) {
        for (int up = needed; up <= up_zones * each; ++up) {
            sum += binomial(zones, up_zones, zone_up) * binomial(up_zones * each, up, instance_up);
        }
    }
    return region_up * sum;
}

// The structure of three zones with four instances each, eight of them needed. The reference case is down 3.5e-5 of the
// time, too rare for this fidelity; its formula is checked at its own figures, and the simulation at worse ones.
TEST(AvailabilityTheory, InstancesFailWithTheirZones) {
    EXPECT_NEAR(zones_availability(3, 4, 8, up_share(87600, 3), up_share(26280, 2), up_share(2000, 1)),
                0.9999648262748779, 1e-12);
    const double exact = zones_availability(3, 4, 8, up_share(3000, 20), up_share(500, 20), up_share(200, 10));
    const std::string yaml = R"(nines: 1
name: zones and instances
world: {provider: aws, regions: [us-east-1]}
services:
  s:
    kind: fleet
    in: {region: us-east-1, zones: 3, each: 4}
    needs: 8
    workers: unlimited
    balance: {health: instant, prefer: any}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand:
  d:
    from: {us-east-1: 100 %}
    calls: {s.op: 100 %}
    rate: 0.1/s
    route: {ttl: 0, health: instant}
faults:
  instances: {target: any instance, effect: crash, every: exponential(200 s), for: exponential(10 s)}
  zones: {target: any zone, effect: crash, every: exponential(500 s), for: exponential(20 s)}
  region: {target: region/us-east-1, effect: crash, every: exponential(3000 s), for: exponential(20 s)}
run: {fidelity: requests, warmup: 1 h, horizon: 290 h, slice: 1 h}
)";
    expect_means(yaml, k_usual, {{"not ok", 1 - exact, k_tolerance, share_of("not ok")}});
}

}  // namespace
}  // namespace nines::support
