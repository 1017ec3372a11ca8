// Energy: linear in the busy share of a host whatever the law of service; and OpenDC's three published cases.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

std::string ten_hosts(const std::string& idle, const std::string& horizon) {
    return text_of({.work = "exponential(100 ms)",
                    .service = "instances: 10, workers: 8, power: {idle: " + idle + ", half: 172.5 W, full: 250 W}",
                    .demand = "rate: 320/s",
                    .run = "warmup: 1 min, horizon: " + horizon});
}

/// Kilowatt-hours of a run to mean watts, which do not depend on its length.
double mean_watts(const Results& results) {
    return figure_of(results, "energy.kwh") * 3.6e6 / results.simulated_s;
}

TEST(Energy, TenHostsUnderPoissonLoad) {
    expect_means(
        ten_hosts("95 W", "3 min"), {.replications = 32},
        {{"utilization@s", 0.4},
         {"mean watts", 1570, k_tolerance, mean_watts},
         {"kWh of a day", 37.68, k_tolerance,
          [](const Results& results) { return figure_of(results, "energy.kwh") * 86400 / results.simulated_s; }},
         {"joules a request", 4.90625, k_tolerance, [](const Results& results) {
              return figure_of(results, "energy.kwh") * 3.6e6 / figure_of(results, "requests.offered");
          }}});
}

TEST(EnergyMutants, FiveIdleWattsMoreAreNoticed) {
    expect_rejected(ten_hosts("100 W", "3 min"), {.replications = 32}, {{"mean watts", 1570, k_tolerance, mean_watts}});
}

/// A task of ten minutes that keeps one of two workers busy, begun anew after each failure of its host.
std::string task(const std::string& faults, const std::string& retry, const std::string& horizon) {
    return text_of({.work = "10 min",
                    .service = "workers: 2, power: {idle: 100 W, half: 150 W, full: 200 W}",
                    .demand = "rate: users(1 think constant(1 us))" + retry,
                    .faults = faults,
                    .run = "warmup: 0, horizon: " + horizon});
}

// The failed host draws idle power; the client comes back when the host does, and the task starts over.
std::vector<ReferenceCase> opendc_cases() {
    constexpr Effort k_certain{.replications = 2, .may_shorten = false};
    return {
        {"no_failure", task("", "", "600 s"), k_certain, {{"energy.kwh", 0.025}}},
        {"one_failure",
         task("f: {target: service/s, effect: crash, at: 300 s, for: 300 s}",
              ", retry: {attempts: 2, backoff: fixed(300.000001 s)}", "1200 s"),
         k_certain,
         {{"energy.kwh", 0.04583333333333333}}},
        // 22 minutes at work and 15 idle, as 7 + 5 + 10 and 7.5 + 7.5.
        {"two_failures",
         task("f: {target: service/s, effect: crash, at: 7 min, for: 450 s}, "
              "g: {target: service/s, effect: crash, at: 1170 s, for: 450 s}",
              ", retry: {attempts: 3, backoff: fixed(450.000001 s)}", "37 min"),
         k_certain,
         {{"energy.kwh", 0.08}}},
    };
}

class OpenDc : public testing::TestWithParam<ReferenceCase> {};

TEST_P(OpenDc, HitsThePublishedValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Energy, OpenDc, testing::ValuesIn(opendc_cases()), name_of);

}  // namespace
}  // namespace nines::support
