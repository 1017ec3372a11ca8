// Static stability: a pool loses a part of its instances, nothing is added, and the rest is enough or is not.
// The pool of the cases has one queue; in the language the instances of one zone share a queue, so the part that is
// lost is a domain of instances in one nameless zone.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/analytic/queueing.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};
constexpr Effort k_scheduled{.replications = 64, .may_shorten = false};

/// So many instances with two workers each on one queue; the first `lost` of them crash at time zero.
std::string pool(int instances, int lost, const std::string& rate, const std::string& run) {
    std::string targets;
    for (int i = 0; i < lost; ++i) {
        targets += fmt::format("{}instance/s/{}", i == 0 ? "" : ", ", i);
    }
    const std::string faults =
        lost == 0 ? ""
                  : fmt::format(
                        "domains: {{zone: [{}]}}\nfaults: {{lost: {{target: domain/zone, effect: crash, at: 0 s, "
                        "for: forever}}}}\n",
                        targets);
    return fmt::format(R"(nines: 1
name: zone loss
services:
  s:
    kind: fleet
    instances: {}
    workers: 2
    queue: {{of: group}}
    endpoints: {{op: {{steps: [{{work: exponential(100 ms)}}]}}}}
demand:
  d: {{calls: {{s.op: 100 %}}, rate: {}}}
{}run: {{fidelity: requests, warmup: 1 min, {}}}
)",
                       instances, rate, faults, run);
}

// Utilisation counts the workers that exist, those of lost instances included.
std::vector<ReferenceCase> cases() {
    return {
        {"before_one_of_three_is_lost",
         pool(12, 0, "140/s", "horizon: 60 min"),
         k_usual,
         {{"utilization@s", 0.5833333333333334}, {"wait.mean@s", 0.00010328015623056862, k_wide}}},
        {"after_one_of_three_is_lost",
         pool(12, 4, "140/s", "horizon: 26 min"),
         k_usual,
         {{"utilization@s", 0.875 * 2 / 3}, {"wait.mean@s", 0.02542411030285071, k_wide}, {"goodput", 140}}},
        {"before_one_of_two_is_lost",
         pool(10, 0, "130/s", "horizon: 34 min"),
         k_usual,
         {{"utilization@s", 0.65}, {"wait.mean@s", 0.0007151259496882293, k_wide}}},
        {"after_one_of_two_is_lost",
         pool(10, 5, "130/s", "horizon: 15 min"),
         k_scheduled,
         {{"backlog growth", 30, k_tolerance, times("queue.max@s", 1.0 / 900)},
          {"goodput", 100},
          {"served share", 0.7692307692307693, k_tolerance,
           [](const Results& results) {
               return figure_of(results, "requests.ok") / figure_of(results, "requests.offered");
           }}}},
    };
}

class ZoneLoss : public testing::TestWithParam<ReferenceCase> {};

TEST_P(ZoneLoss, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Pool, ZoneLoss, testing::ValuesIn(cases()), name_of);

// With a world: three zones of one instance each, and a balancer that learns at once. What is left is a larger share
// each.
TEST(ZoneLossInAWorld, TheRestOfTheZonesTakesTheLoad) {
    const std::string yaml = R"(nines: 1
name: zone loss in a world
world: {provider: aws, regions: [us-east-1]}
services:
  s:
    kind: fleet
    in: {region: us-east-1, zones: 3, each: 1}
    workers: 1
    balance: {policy: random, health: instant}
    endpoints: {op: {steps: [{work: exponential(10 ms)}]}}
demand:
  d: {calls: {s.op: 100 %}, rate: 150/s}
faults:
  lost: {target: zone/use1-az1, effect: crash, at: 0 s, for: forever}
run: {fidelity: requests, warmup: 10 s, horizon: 15 min}
)";
    const auto after = analytic::solve_mmc(75, 0.010, 1).value();
    expect_means(yaml, k_usual, {{"wait.mean@s", after.wait_mean_s}, {"utilization@s@use1-az2", after.utilization}});
}

}  // namespace
}  // namespace nines::support
