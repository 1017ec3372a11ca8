// Energy: linear in the busy share of a host whatever the law of service; OpenDC's three published cases; and c04 of
// cost_energy.json, a measured curve of power.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/study/run.hpp"
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

// --- c04: a curve of power ------------------------------------------------------------------------------------------

constexpr const char* k_curve = "{0 %: 60 W, 10 %: 110 W, 30 %: 150 W, 50 %: 190 W, 70 %: 240 W, 100 %: 330 W}";

/// One machine with a thousand workers; of 1 s of work, a thousandth of `per_s` is its utilisation. Of so many workers
/// flow takes the mean, so that utilisations are those of the case.
std::string measured_machine(const std::string& power, const std::string& rate, const std::string& horizon) {
    std::string yaml = text_of({.work = "1 s",
                                .service = "workers: 1000, power: " + power,
                                .demand = "rate: " + rate,
                                .run = "horizon: " + horizon});
    const std::string word = "fidelity: requests";
    return yaml.replace(yaml.find(word), word.size(), "fidelity: flow");
}

double watt_hours(const Plan& plan) {
    return 1000 * figure_of(run_once(plan, {1, 0}), "energy.kwh");
}

TEST(PowerCurve, DrawsWhatItsPointsSay) {
    const std::vector<std::pair<const char*, double>> cases{{"0/s", 60},      {"50/s", 85},   {"250/s", 140},
                                                            {"550/s", 202.5}, {"900/s", 300}, {"1000/s", 330}};
    for (const auto& [rate, watts] : cases) {
        EXPECT_NEAR(watt_hours(plan_of(measured_machine(k_curve, rate, "1 h"))), watts, 1e-9 * watts) << rate;
    }
}

/// The case's ten hours: 0.2, up to 0.8, 0.8, down to 0.05. A slope may be written as several.
RateCurve profile(const std::vector<double>& on_the_way_up, const std::vector<double>& on_the_way_down) {
    std::vector<RateCurve::Knot> knots{{0, 200}, {2 * 3600, 200}};
    for (const double share : on_the_way_up) {
        knots.push_back({(2 + 3 * (share - 0.2) / 0.6) * 3600, 1000 * share});
    }
    knots.push_back({5 * 3600, 800});
    knots.push_back({6 * 3600, 800});
    for (const double share : on_the_way_down) {
        knots.push_back({(6 + 4 * (0.8 - share) / 0.75) * 3600, 1000 * share});
    }
    knots.push_back({10 * 3600, 50});
    return RateCurve::linear(std::move(knots));
}

// The integral of power, not power at the mean load: exact where a slope is cut at the points of the curve.
TEST(PowerCurve, IsIntegratedOverSlopes) {
    Plan plan = plan_of(measured_machine(k_curve, "0/s", "10 h"));
    plan.demands[DemandId{0}].rate = profile({0.3, 0.5, 0.7}, {0.7, 0.5, 0.3, 0.1});
    EXPECT_NEAR(watt_hours(plan), 1823.8333333333333, 1e-6);
    Plan linear = plan_of(measured_machine("{idle: 60 W, full: 330 W}", "0/s", "10 h"));
    linear.demands[DemandId{0}].rate = profile({}, {});
    EXPECT_NEAR(watt_hours(linear), 1788, 1e-6);
}

// A slope written as one is 24 steps, each at its mean: what bends within a step is off by at most an eighth of the
// bend times the step's width and time: 0.75 / 24 wide and 10 min long, by 300 W at 10 %, and 50 W at 50 % and 70 %.
TEST(PowerCurve, IsSteppedOverASlopeWrittenAsOne) {
    Plan plan = plan_of(measured_machine(k_curve, "0/s", "10 h"));
    plan.demands[DemandId{0}].rate = profile({}, {});
    const double most = (300 + 50 + 50) * (0.75 / 24) / 8 * (4.0 / 24);
    EXPECT_NEAR(watt_hours(plan), 1823.8333333333333, most);
    EXPECT_LT(most, 2e-4 * 1823.8333333333333);
}

TEST(PowerCurve, OfOneUpwardRampInTheLanguage) {
    const Plan plan = plan_of(measured_machine(k_curve, "ramp(from 200/s to 800/s over 3 h)", "3 h"));
    // 0.2 to 0.3 at 140 W, to 0.5 at 170 W, to 0.7 at 215 W, to 0.8 at 255 W: half an hour for a tenth.
    EXPECT_NEAR(watt_hours(plan), 0.5 * 140 + 170 + 215 + 0.5 * 255, 1e-6);
}

/// Watts of the case's curve, straight between points.
double watts_at(double share) {
    constexpr std::array<std::pair<double, double>, 6> k_points{
        {{0, 60}, {0.1, 110}, {0.3, 150}, {0.5, 190}, {0.7, 240}, {1, 330}}};
    std::size_t i = 1;
    while (i + 1 < k_points.size() && share > k_points[i].first) {
        ++i;
    }
    const auto [x0, y0] = k_points[i - 1];
    const auto [x1, y1] = k_points[i];
    return y0 + (y1 - y0) * (share - x0) / (x1 - x0);
}

/// Of eight workers: the mean over the stationary law of an M/M/8 queue of 12 works/s of 0.3 s each.
double watts_of_eight() {
    constexpr double k_load = 12 * 0.3;
    double term = 1;
    double all = 0;
    double sum = 0;
    for (int n = 0; n < 2000; ++n) {
        all += term;
        sum += term * watts_at(std::min(n, 8) / 8.0);
        term *= k_load / std::min(n + 1, 8);
    }
    return sum / all;
}

std::string eight_workers(const std::string& power) {
    return text_of({.work = "exponential(300 ms)",
                    .service = "workers: 8, power: " + power,
                    .demand = "rate: 12/s",
                    .run = "warmup: 1 min, horizon: 30 min"});
}

TEST(PowerCurve, IsThatOfTheWorkersHeldAtEveryMoment) {
    expect_means(eight_workers(k_curve), {.replications = 32},
                 {{"mean watts", watts_of_eight(), k_tolerance, mean_watts}});
}

// Flow takes workers as held independently: of eight, 45 % of the time each. At the mean load it would be 180 W.
TEST(PowerCurve, OfFewWorkersIsAMeanOverHowManyAreHeld) {
    double chance = std::pow(0.55, 8);
    double watts = 0;
    for (int held = 0; held <= 8; ++held) {
        watts += chance * watts_at(held / 8.0);
        chance *= 0.45 / 0.55 * (8 - held) / (held + 1);
    }
    std::string yaml = eight_workers(k_curve);
    const std::string word = "fidelity: requests";
    yaml.replace(yaml.find(word), word.size(), "fidelity: flow");
    EXPECT_NEAR(mean_watts(run_once(plan_of(yaml), {1, 0})), watts, 1e-9 * watts);
    EXPECT_GT(std::abs(watts - watts_at(0.45)), 0.2) << "the curve bends";
    EXPECT_NEAR(watts, watts_of_eight(), 0.02 * watts) << "a queue makes them a little less independent";
}

// The curve bends: power at the mean load is another figure.
TEST(PowerCurveMutants, ACurveWithOnePointLessIsNoticed) {
    expect_rejected(eight_workers("{0 %: 60 W, 30 %: 150 W, 50 %: 190 W, 70 %: 240 W, 100 %: 330 W}"),
                    {.replications = 32}, {{"mean watts", watts_of_eight(), k_tolerance, mean_watts}});
}

}  // namespace
}  // namespace nines::support
