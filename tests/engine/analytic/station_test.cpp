// Stations against answers computed independently to 40 digits, exact chains and an independent simulation.
// With NINES_SHOW=1 each comparison is printed as a row of the table in docs/validation.md.

#include "engine/analytic/station.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/random/distribution.hpp"

namespace nines::analytic {
namespace {

using Balance = StationBalance;

constexpr double k_exact = 1e-10;
constexpr double k_points = 0.005;  // quantiles of a sum by 80 points

struct Figure {
    std::string name;
    double found;
    double expected;
    double tolerance;  // relative
};

void expect_figures(const std::string& title, const std::vector<Figure>& figures) {
    for (const Figure& f : figures) {
        const double error = f.found / f.expected - 1;
        EXPECT_LE(std::abs(error), f.tolerance) << title << ", " << f.name << ": " << f.found << " for " << f.expected;
        if (std::getenv("NINES_SHOW") != nullptr) {
            const bool is_exact = f.tolerance <= k_exact;
            std::printf("| %s | %s | %.6g | %.6g | %s |\n", title.c_str(), f.name.c_str(), f.expected, f.found,
                        is_exact ? "exact" : (std::to_string(error * 100).substr(0, 5) + " %").c_str());
        }
    }
}

double sd(const WaitLaw& wait) {
    return std::sqrt(wait.second_moment_s2() - wait.mean_s() * wait.mean_s());
}

LatencyLaw sojourn(const StationOutput& out, const Distribution& service) {
    return station_sojourn(LatencyLaw::of(service), out);
}

TEST(Station, Markov) {
    const auto one = solve_station({.arrivals_per_s = 50, .service_mean_s = 0.01});
    expect_figures("M/M/1, load 0.5", {{"wait mean", one.wait_mean_s, 0.01, k_exact},
                                       {"queue", one.queue_mean, 0.5, k_exact},
                                       {"P(wait)", one.wait.probability, 0.5, k_exact},
                                       {"wait p90", one.wait.quantile_s(0.9), 0.03218875824868201, k_exact},
                                       {"wait p99.9", one.wait.quantile_s(0.999), 0.12429216196844384, k_exact}});
    const auto busy = solve_station({.arrivals_per_s = 80, .service_mean_s = 0.01});
    expect_figures("M/M/1, load 0.8", {{"wait mean", busy.wait_mean_s, 0.04, k_exact},
                                       {"wait p99", busy.wait.quantile_s(0.99), 0.2191013317336941, k_exact}});
    const auto four = solve_station({.arrivals_per_s = 340, .workers = 4, .service_mean_s = 0.01});
    const LatencyLaw four_stay = sojourn(four, Distribution::exponential(0.01));
    expect_figures("M/M/4, load 0.85", {{"wait mean", four.wait_mean_s, 0.011488603694686308, k_exact},
                                        {"P(wait)", four.wait.probability, 0.6893162216811786, k_exact},
                                        {"wait p99", four.wait.quantile_s(0.99), 0.0705519171696357, k_exact},
                                        {"sojourn mean", four_stay.mean(), 0.02148860369468631, k_exact},
                                        {"sojourn p50", four_stay.quantile(0.5), 0.01655822712888432, k_points},
                                        {"sojourn p99", four_stay.quantile(0.99), 0.0855938820024049, k_points}});
    const auto many = solve_station({.arrivals_per_s = 360, .workers = 20, .service_mean_s = 0.05});
    const LatencyLaw many_stay = sojourn(many, Distribution::exponential(0.05));
    expect_figures("M/M/20, load 0.9", {{"wait mean", many.wait_mean_s, 0.013769225120402939, k_exact},
                                        {"queue", many.queue_mean, 4.956921043345059, k_exact},
                                        {"sojourn p95", many_stay.quantile(0.95), 0.1711415157064924, k_points},
                                        {"sojourn p99", many_stay.quantile(0.99), 0.2520811504178928, k_points}});
}

TEST(Station, FiniteQueue) {
    const auto overload = solve_station({.arrivals_per_s = 120, .service_mean_s = 0.01, .queue_limit = 9});
    const LatencyLaw overload_stay = sojourn(overload, Distribution::exponential(0.01));
    expect_figures("M/M/1/10, offered 1.2", {{"rejected", overload.rejected, 0.19258649512680603, k_exact},
                                             {"utilisation", overload.utilization, 0.9688962058478328, k_exact},
                                             {"queue", overload.queue_mean, 5.7418124725213655, k_exact},
                                             {"wait mean", overload.wait_mean_s, 0.05926137844142956, k_exact},
                                             {"sojourn p50", overload_stay.quantile(0.5), 0.06715719458600168, 0.06},
                                             {"sojourn p99", overload_stay.quantile(0.99), 0.16667530714183043, 0.1}});
    const auto four = solve_station({.arrivals_per_s = 38, .workers = 4, .service_mean_s = 0.1, .queue_limit = 8});
    const LatencyLaw four_stay = sojourn(four, Distribution::exponential(0.1));
    expect_figures("M/M/4/12, offered 3.8", {{"rejected", four.rejected, 0.06748146590169117, k_exact},
                                             {"queue", four.queue_mean, 2.752509098996014, k_exact},
                                             {"wait mean", four.wait_mean_s, 0.07767615047310478, k_exact},
                                             {"sojourn p50", four_stay.quantile(0.5), 0.15458405581300122, 0.02},
                                             {"sojourn p99", four_stay.quantile(0.99), 0.5809051059853184, 0.02}});
    const auto ten =
        solve_station({.arrivals_per_s = 80, .workers = 10, .service_mean_s = 0.1, .service_scv = 1, .queue_limit = 0});
    expect_figures("M/G/10/10, cv 1", {{"rejected", ten.rejected, 0.1216610642529515, k_exact}});
    const auto hundred = solve_station(
        {.arrivals_per_s = 900, .workers = 100, .service_mean_s = 0.1, .service_scv = 4, .queue_limit = 0});
    expect_figures("M/G/100/100, cv 2", {{"rejected", hundred.rejected, 0.026957380464359214, k_exact},
                                         {"utilisation", hundred.utilization, 0.8757383575820767, k_exact}});
    // M/G/infinity: as many workers as never are all busy.
    const auto endless =
        solve_station({.arrivals_per_s = 200, .workers = 400, .service_mean_s = 0.25, .service_scv = 1});
    EXPECT_LT(endless.wait_mean_s, 1e-100);
}

TEST(Station, AnyService) {
    struct Case {
        std::string title;
        double load;
        double scv;
        std::optional<double> skew;
        double wait_mean;
        double wait_sd;
    };
    const double lognormal = 1 + 2.25;
    for (const Case& c : std::vector<Case>{{"M/D/1", 0.8, 0, {}, 0.02, 0.023094010767585032},
                                           {"M/E4/1", 0.8, 0.25, {}, 0.025, 0.02958039891549808},
                                           {"M/H2/1, cv 2", 0.7, 4, {}, 0.058333333333333334, 0.08983008652141243},
                                           {"M/lognormal/1, cv 1.5", 0.7, 2.25, lognormal * lognormal * lognormal,
                                            0.03791666666666667, 0.06409086431691251},
                                           {"M/uniform/1", 0.75, 0.12, 1.36, 0.0168, 0.020450916849862746}}) {
        const auto out = solve_station(
            {.arrivals_per_s = c.load * 100, .service_mean_s = 0.01, .service_scv = c.scv, .service_skew = c.skew});
        expect_figures(c.title, {{"wait mean", out.wait_mean_s, c.wait_mean, k_exact},
                                 {"wait sd", sd(out.wait), c.wait_sd, k_exact},
                                 {"P(wait)", out.wait.probability, c.load, k_exact}});
    }
    const auto weibull = solve_station(
        {.arrivals_per_s = 60, .service_mean_s = 0.01, .service_scv = 1.462424573046818 * 1.462424573046818});
    expect_figures("M/Weibull/1, load 0.6", {{"wait mean", weibull.wait_mean_s, 0.023540142238883757, k_exact}});
    const auto pareto =
        solve_station({.arrivals_per_s = 50, .service_mean_s = 0.01, .service_scv = 0.0888888888888888889});
    expect_figures("M/Pareto/1, load 0.5", {{"wait mean", pareto.wait_mean_s, 0.0054444444444444445, k_exact}});
}

TEST(Station, ShapeOfTheWait) {
    const auto constant = solve_station({.arrivals_per_s = 80, .service_mean_s = 0.01, .service_scv = 0});
    const LatencyLaw even = station_wait(LatencyLaw::constant(0.01), constant);
    expect_figures("M/D/1, load 0.8", {{"wait mean", even.mean(), 0.02, k_exact},
                                       {"wait p50", even.quantile(0.5), 0.012759398733762353, 0.05},
                                       {"wait p95", even.quantile(0.95), 0.06620324996840724, 0.01},
                                       {"wait p99", even.quantile(0.99), 0.10355886791994953, 0.02}});
    const auto wild = solve_station({.arrivals_per_s = 70, .service_mean_s = 0.01, .service_scv = 4});
    const LatencyLaw uneven = station_wait(LatencyLaw::of(Distribution::hyperexponential(0.01, 2)), wild);
    const auto variance = uneven.variance();
    expect_figures("M/H2/1, cv 2, load 0.7", {{"wait mean", uneven.mean(), 0.058333333333333334, k_exact},
                                              {"wait sd", std::sqrt(variance), 0.08983008652141243, 0.01},
                                              {"wait p50", uneven.quantile(0.5), 0.016961742478324285, 0.05},
                                              {"wait p95", uneven.quantile(0.95), 0.24383866341536, 0.025},
                                              {"wait p99", uneven.quantile(0.99), 0.40478245465872076, 0.015}});
}

TEST(Station, AnyArrivals) {
    const auto constant = solve_station({.arrivals_per_s = 80, .arrival_scv = 0, .service_mean_s = 0.01});
    expect_figures("D/M/1", {{"wait mean", constant.wait_mean_s, 0.016927308399198975, k_exact},
                             {"P(wait)", constant.wait.probability, 0.6286297964969467, k_exact},
                             {"wait p99", constant.wait.quantile_s(0.99), 0.11150483782889783, k_exact}});
    const auto wild = solve_station({.arrivals_per_s = 80, .arrival_scv = 4, .service_mean_s = 0.01});
    expect_figures("H2/M/1, cv 2", {{"wait mean", wild.wait_mean_s, 0.09819192771983933, k_exact}});
    const auto erlang = solve_station({.arrivals_per_s = 90, .arrival_scv = 1.0 / 3, .service_mean_s = 0.01});
    expect_figures("E3/M/1", {{"wait mean", erlang.wait_mean_s, 0.05784724388239268, k_exact}});
    const auto four = solve_station({.arrivals_per_s = 34, .arrival_scv = 0.5, .workers = 4, .service_mean_s = 0.1});
    expect_figures("E2/M/4", {{"wait mean", four.wait_mean_s, 0.07983344812707785, k_exact},
                              {"P(wait)", four.wait.probability, 0.6272482225734259, k_exact},
                              {"wait p99", four.wait.quantile_s(0.99), 0.5267631712957352, k_exact}});
}

TEST(Station, Impatience) {
    const auto mild =
        solve_station({.arrivals_per_s = 95, .workers = 10, .service_mean_s = 0.1, .patience_mean_s = 0.2});
    expect_figures("M/M/10+M, offered 9.5", {{"abandoned", mild.abandoned, 0.08445200900074121, k_exact},
                                             {"wait of the served", mild.wait_mean_s, 0.016026896896114272, k_exact},
                                             {"utilisation", mild.utilization, 0.8697705914492958, k_exact}});
    const auto overload =
        solve_station({.arrivals_per_s = 130, .workers = 10, .service_mean_s = 0.1, .patience_mean_s = 0.5});
    expect_figures("M/M/10+M, offered 13", {{"abandoned", overload.abandoned, 0.2335651214569404, k_exact},
                                            {"wait of the served", overload.wait_mean_s, 0.12835037292916918, k_exact},
                                            {"utilisation", overload.utilization, 0.9963653421059775, k_exact}});
    EXPECT_FALSE(overload.saturated);
    // Endless patience and a limit: M/M/c/K.
    StationInput limited{.arrivals_per_s = 130, .workers = 10, .service_mean_s = 0.1, .queue_limit = 12};
    const auto patient = solve_station(limited);
    limited.patience_mean_s = 1e9;
    const auto nearly = solve_station(limited);
    EXPECT_NEAR(nearly.rejected, patient.rejected, 1e-7);
    EXPECT_NEAR(nearly.wait_mean_s, patient.wait_mean_s, 1e-7 * patient.wait_mean_s);
    EXPECT_NEAR(nearly.wait.scv_if_waits, patient.wait.scv_if_waits, 1e-6);
}

TEST(Station, SeveralWorkersApproximately) {
    const auto wild = solve_station({.arrivals_per_s = 32, .workers = 4, .service_mean_s = 0.1, .service_scv = 4});
    expect_figures("M/H2/4, cv 2, load 0.8", {{"wait mean", wild.wait_mean_s, 0.17176157386085203, 0.03},
                                              {"P(wait)", wild.wait.probability, 0.6101803893340062, 0.01}});
    const auto lognormal = solve_station(
        {.arrivals_per_s = 32, .workers = 4, .service_mean_s = 0.1, .service_scv = 4, .service_skew = 125});
    const LatencyLaw stay = sojourn(lognormal, Distribution::lognormal_mean_cv(0.1, 2));
    expect_figures("M/lognormal/4, cv 2, load 0.8 (simulated)",
                   {{"wait mean", lognormal.wait_mean_s, 0.163445995823, 0.03},
                    {"P(wait)", lognormal.wait.probability, 0.608424270833, 0.01},
                    {"wait p95", lognormal.wait.quantile_s(0.95), 0.748639499963, 0.08},
                    {"wait p99", lognormal.wait.quantile_s(0.99), 1.43089970659, 0.04},
                    {"sojourn p50", stay.quantile(0.5), 0.135447231092, 0.05},
                    {"sojourn p95", stay.quantile(0.95), 0.940026530249, 0.08},
                    {"sojourn p99", stay.quantile(0.99), 1.69816968912, 0.04}});
    const auto clocked = solve_station({.arrivals_per_s = 54,
                                        .arrival_scv = 0,
                                        .workers = 3,
                                        .service_mean_s = 0.05,
                                        .service_scv = 1,
                                        .service_skew = 8});
    const LatencyLaw clocked_stay = sojourn(clocked, Distribution::lognormal_mean_cv(0.05, 1));
    expect_figures("D/lognormal/3, cv 1, load 0.9 (simulated)",
                   {{"wait mean", clocked.wait_mean_s, 0.0597428962427, 0.02},
                    {"P(wait)", clocked.wait.probability, 0.679890115132, 0.04},
                    {"wait p99", clocked.wait.quantile_s(0.99), 0.402756234388, 0.1},
                    {"sojourn p50", clocked_stay.quantile(0.5), 0.0783357007431, 0.05},
                    {"sojourn p95", clocked_stay.quantile(0.95), 0.311641017069, 0.05},
                    {"sojourn p99", clocked_stay.quantile(0.99), 0.481977288095, 0.07}});
}

TEST(Station, Balancers) {
    const auto shortest = solve_station(
        {.arrivals_per_s = 160, .instances = 2, .service_mean_s = 0.01, .balance = Balance::least_outstanding});
    expect_figures("shortest of 2, load 0.8", {{"wait mean", shortest.wait_mean_s, 0.019557366176375268, 0.01}});
    const auto better = solve_station(
        {.arrivals_per_s = 240, .instances = 3, .service_mean_s = 0.01, .balance = Balance::power_of_two});
    expect_figures("better of 2 of 3, load 0.8", {{"wait mean", better.wait_mean_s, 0.015099997890428722, 0.02}});
    const auto limit = solve_station(
        {.arrivals_per_s = 0.9e9, .instances = 1000000000, .service_mean_s = 1, .balance = Balance::power_of_two});
    expect_figures("better of 2 of very many, load 0.9",
                   {{"sojourn mean", limit.wait_mean_s + 1, 2.6140573773238756, 1e-7}});
    const auto turns =
        solve_station({.arrivals_per_s = 320, .instances = 4, .service_mean_s = 0.01, .balance = Balance::round_robin});
    expect_figures("4 in turn, load 0.8", {{"wait mean", turns.wait_mean_s, 0.022673836103193616, k_exact},
                                           {"P(wait)", turns.wait.probability, 0.6939447217517696, k_exact}});
    const auto random =
        solve_station({.arrivals_per_s = 160, .instances = 2, .service_mean_s = 0.01, .balance = Balance::random});
    expect_figures("2 at random, load 0.8", {{"wait mean", random.wait_mean_s, 0.04, k_exact}});
}

TEST(Station, Closed) {
    const auto response = [](int workers, double service_s) {
        return [=](double rate) {
            return service_s +
                   solve_station({.arrivals_per_s = rate, .workers = workers, .service_mean_s = service_s}).wait_mean_s;
        };
    };
    expect_figures("50 users, think 7 s, 1 worker",
                   {{"throughput", closed_throughput({50, 7}, response(1, 0.1), 10), 6.861972242790456, 0.003}});
    expect_figures("200 users, think 5 s, 4 workers",
                   {{"throughput", closed_throughput({200, 5}, response(4, 0.08), 50), 39.02207932216172, 0.001}});
    expect_figures("1 user", {{"throughput", closed_throughput({1, 7}, response(1, 0.1), 10), 1 / 7.1, k_exact}});
    EXPECT_NEAR(closed_throughput({10000, 7}, response(1, 0.1), 10), 10, 0.01);
    EXPECT_EQ(closed_throughput({0, 7}, response(1, 0.1), 10), 0);
}

TEST(Station, SharingAndLifo) {
    const StationInput fifo{.arrivals_per_s = 80, .service_mean_s = 0.01, .service_scv = 4};
    StationInput sharing = fifo;
    sharing.discipline = StationDiscipline::sharing;
    const auto shared = solve_station(sharing);
    expect_figures("M/G/1 sharing, load 0.8", {{"slowdown", shared.slowdown, 5, k_exact}});
    const LatencyLaw service = LatencyLaw::of(Distribution::hyperexponential(0.01, 2));
    EXPECT_NEAR(station_sojourn(service, shared).mean(), 0.05, 1e-12);
    StationInput lifo = fifo;
    lifo.discipline = StationDiscipline::lifo;
    const auto last = solve_station(lifo);
    const auto first = solve_station(fifo);
    EXPECT_DOUBLE_EQ(last.wait_mean_s, first.wait_mean_s);
    EXPECT_NEAR(last.wait.second_moment_s2(), first.wait.second_moment_s2() * 5, 1e-10);
}

std::vector<StationInput> varied() {
    std::vector<StationInput> inputs;
    for (const Balance balance : {Balance::common_queue, Balance::random, Balance::round_robin,
                                  Balance::least_outstanding, Balance::power_of_two}) {
        for (const int workers : {1, 3, 40}) {
            for (const double scv : {0.0, 0.4, 1.0, 4.0}) {
                for (const std::optional<double> limit : {std::optional<double>(), std::optional<double>(0),
                                                          std::optional<double>(7), std::optional<double>(1000)}) {
                    inputs.push_back({.instances = 4,
                                      .workers = workers,
                                      .service_mean_s = 0.1,
                                      .service_scv = scv,
                                      .queue_limit = limit,
                                      .balance = balance});
                }
            }
        }
    }
    return inputs;
}

TEST(Station, IsContinuousAndSaneInTheRate) {
    for (StationInput input : varied()) {
        const double capacity = 4 * input.workers / input.service_mean_s;
        StationOutput before = solve_station(input);
        const std::string what = std::to_string(static_cast<int>(input.balance)) + " workers " +
                                 std::to_string(input.workers) + " scv " + std::to_string(input.service_scv) +
                                 " limit " + std::to_string(input.queue_limit.value_or(-1));
        for (double load = 0.0025; load < 2.5; load += 0.0025) {
            input.arrivals_per_s = load * capacity;
            const StationOutput now = solve_station(input);
            ASSERT_TRUE(now.rejected >= 0 && now.rejected <= 1 && now.wait_mean_s >= 0 &&
                        std::isfinite(now.wait_mean_s) && now.wait.scv_if_waits >= 0 && now.wait.probability <= 1)
                << what << " load " << load;
            ASSERT_NEAR(now.rejected, before.rejected, 0.006) << what << " load " << load;
            ASSERT_NEAR(now.utilization, before.utilization, 0.004) << what << " load " << load;
            ASSERT_EQ(now.saturated, !input.queue_limit && load >= 1) << what;
            if (load < 0.9 || load > 1.1) {
                ASSERT_NEAR(now.wait.probability, before.wait.probability, 0.02) << what << " load " << load;
                ASSERT_NEAR(now.wait_mean_s, before.wait_mean_s, 0.04 * before.wait_mean_s + 0.01 * 0.1 * 4)
                    << what << " load " << load;
            }
            before = now;
        }
        if (input.queue_limit.value_or(0) > 0) {  // far above: all but what is served is turned away
            EXPECT_NEAR(before.rejected, 1 - 1 / 2.4975, 0.01) << what;
            EXPECT_GT(before.utilization, 0.97) << what;
        }
    }
}

TEST(Station, Zero) {
    const auto idle = solve_station({.arrivals_per_s = 0, .instances = 3, .workers = 2, .service_mean_s = 0.1});
    EXPECT_EQ(idle.wait_mean_s, 0);
    EXPECT_EQ(idle.rejected, 0);
    EXPECT_DOUBLE_EQ(idle.capacity_per_s, 60);
}

}  // namespace
}  // namespace nines::analytic
