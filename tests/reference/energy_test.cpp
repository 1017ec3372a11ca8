// Energy: linear in the busy share of a host whatever the law of service; and OpenDC's three published cases.

#include <gtest/gtest.h>

#include <fmt/format.h>

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
Reading mean_watts(double horizon_s) {
    return [=](const Results& results) { return figure_of(results, "energy.kwh") * 3.6e6 / results.simulated_s; };
}

TEST(Energy, TenHostsUnderPoissonLoad) {
    expect_means(ten_hosts("95 W", "20 min"), {.replications = 32},
                 {{"utilization@s", 0.4},
                  {"mean watts", 1570, k_tolerance, mean_watts(1200)},
                  {"kWh of a day", 37.68, k_tolerance,
                   [](const Results& results) { return figure_of(results, "energy.kwh") * 86400 / results.simulated_s; }},
                  {"joules a request", 4.90625, k_tolerance, [](const Results& results) {
                       return figure_of(results, "energy.kwh") * 3.6e6 / figure_of(results, "requests.offered");
                   }}});
}

TEST(EnergyMutants, FiveIdleWattsMoreAreNoticed) {
    expect_rejected(ten_hosts("100 W", "20 min"), {.replications = 32}, {{"mean watts", 1570, k_tolerance, mean_watts(1200)}});
}

/// A task of ten minutes that keeps one of two workers busy, begun anew after each failure of its host.
std::string task(const std::string& faults, const std::string& retry, const std::string& horizon) {
    return text_of({.work = "10 min",
                    .service = "workers: 2, power: {idle: 100 W, half: 150 W, full: 200 W}",
                    .demand = "rate: users(1 think constant(0 s))" + retry,
                    .faults = faults,
                    .run = "warmup: 0, horizon: " + horizon});
}

struct OpenDc {
    const char* name;
    std::string yaml;
    double kwh;
};

class OpenDcEnergy : public testing::TestWithParam<OpenDc> {};

TEST_P(OpenDcEnergy, IsThePublishedValue) {
    const std::vector<Results> runs = replicate(GetParam().yaml, {.replications = 1, .may_shorten = false});
    ASSERT_EQ(runs.size(), 1);
    EXPECT_NEAR(figure_of(runs[0], "energy.kwh"), GetParam().kwh, 1e-9);
}

// The failed host draws idle power; the client comes back when the host does, and the task starts over.
INSTANTIATE_TEST_SUITE_P(
    Published, OpenDcEnergy,
    testing::Values(
        OpenDc{"no_failure", task("", "", "600 s"), 0.025},
        OpenDc{"one_failure",
               task("f: {target: service/s, effect: crash, at: 300 s, for: 300 s}",
                    ", retry: {attempts: 2, backoff: fixed(300.000001 s)}", "1200 s"),
               0.04583333333333333},
        // 22 minutes at work and 15 idle, as 7 + 5 + 10 and 7.5 + 7.5.
        OpenDc{"two_failures",
               task("f: {target: service/s, effect: crash, at: 7 min, for: 450 s}, "
                    "g: {target: service/s, effect: crash, at: 1170 s, for: 450 s}",
                    ", retry: {attempts: 3, backoff: fixed(450.000001 s)}", "37 min"),
               0.08}),
    [](const testing::TestParamInfo<OpenDc>& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace nines::support
