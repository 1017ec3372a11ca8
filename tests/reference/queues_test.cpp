// Single queues, pools, finite room, impatience and bursts: the `requests` fidelity against closed forms and exact
// chains.

#include <gtest/gtest.h>

#include "engine/analytic/queueing.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr Effort k_usual{.replications = 64};
// A horizon so short that less of it would leave out too many of those still in flight.
constexpr Effort k_whole{.replications = 64, .may_shorten = false};

/// Mean, quantiles of the time in the system, wait, queue: the figures that most cases have.
std::vector<Expected> figures(double utilization, double wait, double sojourn, double queue, double p50, double p95,
                              double p99, double tolerance = k_tolerance) {
    return {{"utilization@s", utilization},     {"wait.mean@s", wait, tolerance}, {"latency.mean", sojourn, tolerance},
            {"queue.mean@s", queue, tolerance}, {"latency.p50", p50, tolerance},  {"latency.p95", p95, k_wide},
            {"latency.p99", p99, k_wide}};
}

std::vector<Expected> figures(double utilization, double wait, double sojourn, double queue) {
    return {{"utilization@s", utilization}, {"wait.mean@s", wait}, {"latency.mean", sojourn}, {"queue.mean@s", queue}};
}

std::vector<ReferenceCase> markov_cases() {
    return {
        {"mm1_half_busy", text_of({.demand = "rate: 50/s", .run = "warmup: 1 min, horizon: 20 min"}), k_usual,
         figures(0.5, 0.01, 0.02, 0.5, 0.013862943611198907, 0.059914645471079817, 0.09210340371976183)},
        {"mm1_busy", text_of({.demand = "rate: 80/s", .run = "warmup: 1 min, horizon: 36 min"}), k_usual,
         figures(0.8, 0.04, 0.05, 3.2, 0.03465735902799726, 0.14978661367769955, 0.23025850929940456)},
        {"mm1_busy_far_tail",
         text_of({.demand = "rate: 80/s", .run = "warmup: 1 min, horizon: 60 min"}),
         k_usual,
         {{"latency.p90", 0.11512925464970228, k_wide}, {"latency.p999", 0.34538776394910686, k_wide}}},
        {"mm4_at_85",
         text_of({.service = "workers: 4", .demand = "rate: 340/s", .run = "warmup: 1 min, horizon: 20 min"}), k_usual,
         figures(0.85, 0.011488603694686308, 0.02148860369468631, 3.906125256193345, 0.01655822712888432,
                 0.05830616147623534, 0.0855938820024049)},
        {"mm20_at_90",
         text_of({.work = "exponential(50 ms)",
                  .service = "workers: 20",
                  .demand = "rate: 360/s",
                  .run = "warmup: 1 min, horizon: 10 min"}),
         k_usual,
         figures(0.9, 0.013769225120402939, 0.06376922512040294, 4.956921043345059, 0.04952185415487043,
                 0.1711415157064924, 0.2520811504178928, k_wide)},
        {"mm1_room_for_10_in_overload",
         text_of({.service = "workers: 1, queue: {limit: 9}",
                  .demand = "rate: 120/s",
                  .run = "warmup: 1 min, horizon: 6 min"}),
         k_usual,
         {{"rejected", 0.19258649512680603, k_tolerance, share_of("rejected")},
          {"goodput", 96.88962058478327},
          {"utilization@s", 0.9688962058478328},
          {"number", 6.7107086783691985, k_tolerance, number_at("s", 1)},
          {"queue.mean@s", 5.7418124725213655},
          {"wait.mean@s", 0.05926137844142956},
          {"latency.mean", 0.06926137844142956},
          {"latency.p50", 0.06715719458600168},
          {"latency.p95", 0.13452268330713324, k_wide},
          {"latency.p99", 0.16667530714183043, k_wide}}},
        {"mm4_room_for_12",
         text_of({.work = "exponential(100 ms)",
                  .service = "workers: 4, queue: {limit: 8}",
                  .demand = "rate: 38/s",
                  .run = "warmup: 1 min, horizon: 1 h"}),
         k_usual,
         {{"rejected", 0.06748146590169117, k_tolerance, share_of("rejected")},
          {"goodput", 35.43570429573573},
          {"utilization@s", 0.8858926073933934},
          {"number", 6.296079528569588, k_tolerance, number_at("s", 4)},
          {"queue.mean@s", 2.752509098996014},
          {"wait.mean@s", 0.07767615047310478},
          {"latency.mean", 0.17767615047310478},
          {"latency.p50", 0.15458405581300122},
          {"latency.p95", 0.41911208645414755, k_wide},
          {"latency.p99", 0.5809051059853184, k_wide}}},
    };
}

std::vector<ReferenceCase> general_service_cases() {
    const auto one = [](const std::string& work, const std::string& rate, const std::string& horizon) {
        return text_of({.work = work, .demand = "rate: " + rate, .run = "warmup: 1 min, horizon: " + horizon});
    };
    return {
        {"md1", one("10 ms", "80/s", "20 min"), k_usual,
         figures(0.8, 0.02, 0.03, 1.6, 0.022759398733762353, 0.07620324996840724, 0.11355886791994953)},
        {"me4_1", one("erlang(4 mean 10 ms)", "80/s", "25 min"), k_usual,
         figures(0.8, 0.025, 0.035, 2.0, 0.02594230087361138, 0.09476218786569898, 0.14286517907515195)},
        {"mh2_1", one("hyperexponential(mean 10 ms cv 2)", "70/s", "80 min"), k_usual,
         figures(0.7, 0.058333333333333334, 0.06833333333333333, 4.083333333333333, 0.02906729479615271,
                 0.25719180267778985, 0.418135593921173)},
        {"m_lognormal_1", one("lognormal(mean 10 ms cv 1.5)", "70/s", "100 min"), k_usual,
         figures(0.7, 0.03791666666666667, 0.04791666666666667, 2.654166666666667)},
        {"m_uniform_1", one("uniform(4 ms 16 ms)", "75/s", "20 min"), k_usual, figures(0.75, 0.0168, 0.0268, 1.26)},
        {"m_weibull_1", one("weibull(scale 7.8999954987 ms shape 0.7)", "60/s", "35 min"), k_usual,
         figures(0.6, 0.023540142238883757, 0.033540142238883755, 1.4124085343330253)},
        {"m_pareto_1", one("pareto(min 7.77777777778 ms alpha 4.5)", "50/s", "15 min"), k_usual,
         figures(0.5, 0.0054444444444444445, 0.015444444444444445, 0.2722222222222222)},
        {"mh2_4",
         text_of({.work = "hyperexponential(mean 100 ms cv 2)",
                  .service = "workers: 4",
                  .demand = "rate: 32/s",
                  .run = "warmup: 2 min, horizon: 7 h"}),
         k_usual, figures(0.8, 0.17176157386085203, 0.27176157386085203, 5.496370363547265)},
    };
}

std::vector<ReferenceCase> arrival_cases() {
    const auto one = [](const std::string& demand, const std::string& horizon) {
        return text_of({.demand = demand, .run = "warmup: 2 min, horizon: " + horizon});
    };
    return {
        {"dm1", one("rate: 80/s, arrivals: constant", "45 min"), k_usual,
         figures(0.8, 0.016927308399198975, 0.026927308399198973, 1.3541846719359178, 0.018664587896972902,
                 0.08066700681142182, 0.12400483782889783)},
        {"h2m1", one("rate: 80/s, arrivals: renewal(hyperexponential(mean 12.5 ms cv 2))", "90 min"), k_usual,
         figures(0.8, 0.09819192771983933, 0.10819192771983932, 7.855354217587146, 0.07499292965835203,
                 0.32411404960834334, 0.4982422398999826)},
        {"e3m1", one("rate: 90/s, arrivals: renewal(erlang(3 mean 11.1111 ms))", "35 min"), k_usual,
         figures(0.9, 0.05784724388239268, 0.06784724388239267, 5.206251949415341, 0.04702812580584348,
                 0.20325217817017233, 0.3124481047286577, k_wide)},
        {"e2m4",
         text_of({.work = "exponential(100 ms)",
                  .service = "workers: 4",
                  .demand = "rate: 34/s, arrivals: renewal(erlang(2 mean 29.4117647059 ms))",
                  .run = "warmup: 2 min, horizon: 3 h"}),
         k_usual,
         {{"utilization@s", 0.85},
          {"wait.mean@s", 0.07983344812707785},
          {"latency.mean", 0.17983344812707786},
          {"number", 6.114337236320647, k_tolerance, number_at("s", 4)}}},
        {"mmpp_bursts",
         one("rate: 60/s, arrivals: mmpp(30/s 2 s 180/s 500 ms)", "6 h"),
         k_usual,
         {{"throughput", 60},
          {"utilization@s", 0.6},
          {"latency.mean", 0.4320751686016341},
          {"wait.mean@s", 0.4220751686016341}}},
    };
}

std::vector<ReferenceCase> impatience_and_loss_cases() {
    return {
        {"erlang_a",
         text_of({.work = "exponential(100 ms)",
                  .service = "workers: 10, queue: {patience: exponential(200 ms)}",
                  .demand = "rate: 95/s",
                  .run = "warmup: 1 min, horizon: 15 min"}),
         k_usual,
         {{"abandoned", 0.08445200900074121, k_tolerance, share_of("abandoned")},
          {"wait.mean@s", 0.016890401800148242},
          {"latency.mean", 0.016026896896114272 + 0.1},
          {"queue.mean@s", 1.604588171014083},
          {"utilization@s", 0.8697705914492958},
          {"goodput", 86.97705914492958}}},
        {"erlang_a_overload",
         text_of({.work = "exponential(100 ms)",
                  .service = "workers: 10, queue: {patience: exponential(500 ms)}",
                  .demand = "rate: 130/s",
                  .run = "warmup: 1 min, horizon: 6 min"}),
         k_usual,
         {{"abandoned", 0.2335651214569404, k_tolerance, share_of("abandoned")},
          {"wait.mean@s", 0.1167825607284702},
          {"latency.mean", 0.12835037292916918 + 0.1},
          {"queue.mean@s", 15.181732894701126},
          {"utilization@s", 0.9963653421059775},
          {"goodput", 99.63653421059774}}},
        {"erlang_b_10",
         text_of({.work = "lognormal(mean 100 ms cv 1)",
                  .service = "workers: 10, queue: {limit: 0}",
                  .demand = "rate: 80/s",
                  .run = "warmup: 1 min, horizon: 10 min"}),
         k_usual,
         {{"blocked", 0.1216610642529515, k_tolerance, share_of("rejected")},
          {"goodput", 70.26711485976388},
          {"utilization@s", 0.7026711485976388}}},
        {"erlang_b_100",
         text_of({.work = "lognormal(mean 100 ms cv 2)",
                  .service = "workers: 100, queue: {limit: 0}",
                  .demand = "rate: 900/s",
                  .run = "warmup: 1 min, horizon: 5 min"}),
         k_whole,
         {{"blocked", 0.026957380464359214, k_wide, share_of("rejected")},
          {"goodput", 875.7383575820767},
          {"utilization@s", 0.8757383575820767}}},
        {"mg_infinity",
         text_of({.work = "lognormal(mean 250 ms cv 1)",
                  .service = "workers: unlimited",
                  .demand = "rate: 200/s",
                  .run = "warmup: 10 s, horizon: 10 min"}),
         k_usual,
         {{"latency.mean", 0.25},
          {"number", 50, k_tolerance,
           [](const Results& results) {
               return figure_of(results, "throughput") * figure_of(results, "latency.mean");
           }}}},
        {"processor_sharing",
         text_of({.work = "hyperexponential(mean 10 ms cv 3)",
                  .service = "workers: 1, queue: {discipline: sharing}",
                  .demand = "rate: 70/s",
                  .run = "warmup: 1 min, horizon: 75 min"}),
         k_usual,
         {{"utilization@s", 0.7}, {"latency.mean", 0.03333333333333333}}},
    };
}

// No closed form exists: values of an independent simulation. Their own error is part of the interval, which is
// therefore allowed to be as wide as in tails.
std::vector<ReferenceCase> simulated_cases() {
    return {
        {"m_lognormal_4",
         text_of({.work = "lognormal(mean 100 ms cv 2)",
                  .service = "workers: 4",
                  .demand = "rate: 32/s",
                  .run = "warmup: 2 min, horizon: 3 h"}),
         k_usual,
         {{"wait.mean@s", 0.163445995823, k_wide, {}, 0.000500735},
          {"latency.mean", 0.263425748243, k_wide, {}, 0.000509776},
          {"latency.p50", 0.135447231092, k_wide, {}, 0.000144761},
          {"latency.p95", 0.940026530249, k_wide, {}, 0.00253092},
          {"utilization@s", 0.8}}},
        {"d_lognormal_3",
         text_of({.work = "lognormal(mean 50 ms cv 1)",
                  .service = "workers: 3",
                  .demand = "rate: 54/s, arrivals: constant",
                  .run = "warmup: 2 min, horizon: 70 min"}),
         k_usual,
         {{"wait.mean@s", 0.0597428962427, k_wide, {}, 0.000109565},
          {"latency.mean", 0.109746931895, k_wide, {}, 0.000113493},
          {"latency.p50", 0.0783357007431, k_wide, {}, 5.92166e-05},
          {"latency.p95", 0.311641017069, k_wide, {}, 0.000454496},
          {"latency.p99", 0.481977288095, k_wide, {}, 0.00106866},
          {"utilization@s", 0.9}}},
    };
}

class Queues : public testing::TestWithParam<ReferenceCase> {};

TEST_P(Queues, HitsTheExactValue) {
    expect_means(GetParam().yaml, GetParam().effort, GetParam().figures);
}

INSTANTIATE_TEST_SUITE_P(Markov, Queues, testing::ValuesIn(markov_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Service, Queues, testing::ValuesIn(general_service_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Arrivals, Queues, testing::ValuesIn(arrival_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Impatience, Queues, testing::ValuesIn(impatience_and_loss_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Simulated, Queues, testing::ValuesIn(simulated_cases()), name_of);

// The three siblings that must fail: each has one wrong parameter.

TEST(QueuesMutants, ServiceThreePercentSlowerIsNoticed) {
    const auto exact = analytic::solve_mmc(340, 0.010, 4).value();
    expect_rejected(text_of({.work = "exponential(10.3 ms)",
                             .service = "workers: 4",
                             .demand = "rate: 340/s",
                             .run = "warmup: 1 min, horizon: 2 min"}),
                    k_usual, {{"utilization@s", exact.utilization}, {"wait.mean@s", exact.wait_mean_s}});
}

TEST(QueuesMutants, OneServerTooManyIsNoticed) {
    expect_rejected(text_of({.work = "lognormal(mean 100 ms cv 1)",
                             .service = "workers: 11, queue: {limit: 0}",
                             .demand = "rate: 80/s",
                             .run = "warmup: 1 min, horizon: 5 min"}),
                    k_usual, {{"blocked", analytic::erlang_b(8, 10), k_tolerance, share_of("rejected")}});
}

TEST(QueuesMutants, ALimitThatCountsThoseAtWorkIsNoticed) {
    const auto exact = analytic::solve_mmck(38, 0.1, 4, 12);
    expect_rejected(text_of({.work = "exponential(100 ms)",
                             .service = "workers: 4, queue: {limit: 12}",
                             .demand = "rate: 38/s",
                             .run = "warmup: 1 min, horizon: 5 min"}),
                    k_usual,
                    {{"rejected", exact.blocking_probability, k_tolerance, share_of("rejected")},
                     {"wait.mean@s", exact.wait_mean_s}});
}

// Growing from empty: the number present at a moment is what is still in flight there. A thousand instances with
// random balancing are a thousand independent queues, for the Poisson stream splits into independent ones.
std::vector<ReferenceCase> transient_cases() {
    struct Moment {
        const char* name;
        const char* horizon;
        double number;
        int replications;
    };
    std::vector<ReferenceCase> cases;
    for (const Moment& moment : {Moment{"mm1_after_50_ms", "50 ms", 1.4694608277855405, 112},
                                 Moment{"mm1_after_200_ms", "200 ms", 2.6476349239576686, 112},
                                 Moment{"mm1_after_500_ms", "500 ms", 3.405038977998222, 112},
                                 Moment{"mm1_after_1_s", "1 s", 3.791872692584256, 112}}) {
        cases.push_back({moment.name,
                         text_of({.service = "instances: 1000, workers: 1, balance: {policy: random}",
                                  .demand = "rate: 80000/s",
                                  .run = std::string("warmup: 0, horizon: ") + moment.horizon}),
                         {.replications = moment.replications, .may_shorten = false},
                         {{"number", moment.number, k_tolerance, times("requests.in_flight", 1e-3)}}});
    }
    for (const Moment& moment : {Moment{"mg_infinity_after_100_ms", "100 ms", 18.294727414983726, 64},
                                 Moment{"mg_infinity_after_250_ms", "250 ms", 33.86035485866634, 64},
                                 Moment{"mg_infinity_after_1_s", "1 s", 48.446690140178355, 32},
                                 Moment{"mg_infinity_after_4_s", "4 s", 49.98250451801093, 16}}) {
        cases.push_back({moment.name,
                         text_of({.work = "lognormal(mean 250 ms cv 1)",
                                  .service = "workers: unlimited",
                                  .demand = "rate: 60000/s",
                                  .run = std::string("warmup: 0, horizon: ") + moment.horizon}),
                         {.replications = moment.replications, .may_shorten = false},
                         {{"number", moment.number, k_tolerance, times("requests.in_flight", 1.0 / 300)}}});
    }
    return cases;
}

INSTANTIATE_TEST_SUITE_P(Transient, Queues, testing::ValuesIn(transient_cases()), name_of);

}  // namespace
}  // namespace nines::support
