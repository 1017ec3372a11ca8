// Rare events with exact probabilities: closed forms, chains solved by GTH elimination or Gauss-Seidel, quadrature. The
// 21 cases and their values are those of the reference answers of July 2025; each source stands beside its case.
//
// Intervals are of confidence 0.9999: one false alarm in 10,000 comparisons over seeds, and seeds are fixed. So that
// they prove something, each is at most 15 % of its value wide to each side (25 % for waits, whose steps are not
// small).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/experiment/importance_sampling.hpp"
#include "engine/experiment/splitting.hpp"
#include "engine/stats/weighted.hpp"
#include "models/study/rare_events.hpp"
#include "tests/engine/experiment/processes.hpp"
#include "tests/engine/experiment/systems.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::add_components;
using support::add_cuts;
using support::BirthDeath;
using support::k_of_n;
using support::mm1;
using support::Tandem;
using support::Waits;

constexpr double k_confidence = 0.9999;
constexpr double k_half_width_max = 0.15;
constexpr double k_hour_s = 3600;

template <class Estimate>
void expect_holds(const Estimate& estimate, double exact, double factor = 1, double half_width_max = k_half_width_max) {
    ASSERT_TRUE(estimate.interval) << estimate.refusal;
    const Interval interval{estimate.interval->lo * factor, estimate.interval->hi * factor};
    EXPECT_TRUE(interval.contains(exact)) << interval.lo << " to " << interval.hi << " for " << exact;
    EXPECT_LE(interval.half_width(), half_width_max * exact);
}

template <class P>
SplittingEstimate by_splitting(const P& process, std::uint32_t paths_per_level = 8000) {
    return split(process, {.confidence = k_confidence, .paths_per_level = paths_per_level});
}

RareOptions narrow() {
    RareOptions options;
    options.effort.confidence = k_confidence;
    options.effort.relative_half_width = 0.05;
    return options;
}

// r01 to r03: two M/M/1 in series fill up in a busy cycle; GTH. Parekh, Walrand, IEEE TAC 34 (1989) 54.
TEST(Rare, TandemFillsUp) {
    expect_holds(by_splitting(Tandem{0.2, 0.4, 0.4, 12}), 0.002680898676028127);
    expect_holds(by_splitting(Tandem{0.1, 0.45, 0.45, 20}), 5.951121475026716e-12);
    expect_holds(by_splitting(Tandem{0.15, 0.5, 0.35, 25}), 2.807543520059837e-09);
}

struct BusyPeriod {
    double arrivals, services;
    std::uint32_t level;
    double probability, at_least, mean_time_s;
};

// r04, r05: M/M/1 comes to a level in a busy period; gambler's ruin. Feller vol. 1, ch. XIV. The long-run share of time
// at the level or above is mean time there in a cycle over the cycle's mean, 1 / (arrivals (1 - load)); the mean time
// from empty to the level is what cycles last until then, over the probability.
TEST(Rare, Mm1BusyPeriods) {
    for (const BusyPeriod& each :
         {BusyPeriod{0.5, 1, 20, 9.536752259018191e-07, 9.5367431640625e-07, 4194260.0},
          BusyPeriod{0.6, 1, 50, 5.388541849808639e-12, 8.082812774647626e-12, 773245672415.269}}) {
        const SplittingEstimate reached = by_splitting(mm1(each.arrivals, each.services, each.level), 4000);
        expect_holds(reached, each.probability);
        const double cycle_s = 1 / (each.arrivals * (1 - each.arrivals / each.services));
        BirthDeath above = mm1(each.arrivals, each.services, each.level);
        above.rewards = BirthDeath::Reward::time_at_level_or_above;
        expect_holds(by_splitting(above, 4000), each.at_least, 1 / cycle_s);
        // From a hit to empty it takes level / (services - arrivals) in the mean.
        const double rest_s = each.level / (each.services - each.arrivals);
        const double time_s = cycle_s / reached.probability - rest_s;
        EXPECT_NEAR(time_s / each.mean_time_s, 1, 4 * reached.relative_error);
    }
}

// r06, r18: waits and sojourns in M/M/1, and the backlog of jobs of exponential size, which arrivals see as a wait
// (PASTA); closed forms, Kleinrock vol. 1, section 5.13; Asmussen, Albrecher, Ruin Probabilities (2010), ch. IV. Shares
// of customers are their number in a busy period over that of all, 1 / (1 - load) = 2.
TEST(Rare, WaitsAndBacklog) {
    expect_holds(by_splitting(Waits{50, 0.01, 0.4, Waits::Of::wait}), 1.030576811219279e-09, 0.5, 0.25);
    expect_holds(by_splitting(Waits{50, 0.01, 0.4, Waits::Of::sojourn}), 2.061153622438558e-09, 0.5, 0.25);
    // In seconds of draining: 1 MB takes 1/40 s, 45 MB take 45/40 s.
    expect_holds(by_splitting(Waits{20, 1.0 / 40, 45.0 / 40, Waits::Of::wait}), 8.459489613075652e-11, 0.5, 0.25);
}

// r07, r08: loss of M/M/1/25 and M/M/8/30; closed forms, Gross, Harris, section 2.5. Losses in a cycle over arrivals in
// it; a cycle begins with an arrival at empty, so arrivals in it are 1 / (share of time empty).
TEST(Rare, LossOfFullQueues) {
    struct Case {
        double arrivals, services;
        std::uint32_t servers, room;
        double loss;
    };
    for (const Case& each :
         {Case{50, 100, 1, 25, 1.4901161415892264e-08}, Case{40, 10, 8, 30, 7.038592709404556e-09}}) {
        BirthDeath queue{.level = each.room, .up = {}, .down = {}, .rewards = BirthDeath::Reward::arrivals_at_level};
        for (std::uint32_t n = 0; n <= each.room; ++n) {
            queue.up.push_back(each.arrivals);
            queue.down.push_back(each.services * std::min(n, each.servers));
        }
        const auto states =
            analytic::stationary_birth_death(std::vector<double>(each.room, each.arrivals),
                                             std::vector<double>(queue.down.begin() + 1, queue.down.end()));
        expect_holds(by_splitting(queue), each.loss, states[0]);
    }
}

// r07, r08 again, as scenarios: a study finds the availability by itself, where a day of 4.3 million requests loses one
// every other week.
TEST(Rare, LossOfFullQueuesInScenarios) {
    struct Case {
        const char* workers;
        const char* limit;
        const char* work;
        const char* rate;
        double loss;
    };
    for (const Case& each : {Case{"1", "24", "10 ms", "50/s", 1.4901161415892264e-08},
                             Case{"8", "22", "100 ms", "40/s", 7.038592709404556e-09}}) {
        const Plan plan = support::plan_of(
            fmt::format("nines: 1\nname: rare loss\nservices:\n  s: {{kind: fleet, workers: {}, queue: {{limit: {}}}, "
                        "endpoints: {{op: "
                        "{{steps: [{{work: exponential({})}}]}}}}}}\ndemand: {{d: {{calls: s.op, rate: {}}}}}\n"
                        "run: {{warmup: 10 min, horizon: 24 h}}\nstudy: {{confidence: 99.99 %}}\n",
                        each.workers, each.limit, each.work, each.rate));
        const auto figure = find_overload_figure(plan, 7, serial_for);
        ASSERT_TRUE(figure && figure->stands());
        EXPECT_LE(*figure->lo, each.loss);
        EXPECT_GE(*figure->hi, each.loss);
        EXPECT_LE((*figure->hi - *figure->lo) / 2, 0.4 * each.loss) << "five standard errors of 8 %";
    }
}

/// M/E2/1 by stages left: an arrival brings two.
struct ErlangQueue {
    using State = std::uint32_t;
    static constexpr double k_arrivals = 0.6;
    static constexpr double k_stages = 2;  // per second
    static constexpr std::uint32_t k_level = 20;

    State start(Stream&) const { return 2; }
    void step(State& stages, Stream& stream) const {
        stages = stream.uniform() * (k_arrivals + k_stages) < k_arrivals ? stages + 2 : stages - 1;
    }
    double importance(const State& stages) const { return stages; }
    PathEnd end(const State& stages) const {
        return stages == 0 ? PathEnd::stopped : ((stages + 1) / 2 >= k_level ? PathEnd::hit : PathEnd::open);
    }
    double reward(State&, Stream&) const { return 1; }
};

// r09: Erlang-2 service, level 20 in a busy period; GTH, linear equations in 40 digits.
TEST(Rare, ErlangQueueFillsUp) {
    expect_holds(by_splitting(ErlangQueue{}), 2.051073271558133e-06);
}

// r10, r11: k of n without repair; binomial. Trivedi, Bobbio (2017), ch. 10.
TEST(Rare, UnreliabilityWithoutRepair) {
    const Distribution none = Distribution::constant(0);
    const auto two_of_four = k_of_n(2, 4, Distribution::exponential(100'000 * k_hour_s), none);
    expect_holds(*estimate_unreliability(two_of_four, 168 * k_hour_s, Repairs::none, narrow()), 1.8894981521417288e-08);
    const auto three_of_six = k_of_n(3, 6, Distribution::exponential(50'000 * k_hour_s), none);
    expect_holds(*estimate_unreliability(three_of_six, 100 * k_hour_s, Repairs::none, narrow()), 2.38278542755189e-10);
}

// r12, r13, r17: k of n with repairs, within a time; matrix exponential in 60 digits, Talbot inversion. Heidelberger,
// ACM TOMACS 5 (1995) 43. Mean times to failure and the frequency come from the long run.
TEST(Rare, UnreliabilityWithRepair) {
    struct Case {
        std::uint32_t k, n;
        double up_h, down_h, mission_h, probability;
    };
    for (const Case& each :
         {Case{1, 3, 8760, 1, 8760, 3.9071956507286034e-08}, Case{4, 7, 2000, 2, 730, 5.042195204515531e-08},
          Case{1, 3, 35064, 1.5, 8766, 1.371969200963462e-09}}) {
        const auto system = k_of_n(each.k, each.n, Distribution::exponential(each.up_h * k_hour_s),
                                   Distribution::exponential(each.down_h * k_hour_s));
        expect_holds(*estimate_unreliability(system, each.mission_h * k_hour_s, Repairs::as_given, narrow()),
                     each.probability);
    }
}

TEST(Rare, MeanTimesToFailure) {
    const auto hours = [](double h) { return Distribution::exponential(h * k_hour_s); };
    expect_holds(*estimate_rare(k_of_n(1, 3, hours(8760), hours(1)), narrow())->mean_time_to_failure_s, 224163335260.0,
                 1 / k_hour_s);
    expect_holds(*estimate_rare(k_of_n(4, 7, hours(2000), hours(2)), narrow())->mean_time_to_failure_s,
                 14405244376.190475, 1 / k_hour_s);
    const auto zones = estimate_rare(k_of_n(1, 3, hours(35064), hours(1.5)), narrow());
    expect_holds(zones->unavailability, 7.827690928486319e-14);
    expect_holds(zones->failures_per_s, 1.3723507735822215e-09, 8766 * k_hour_s);
}

struct Type {
    std::uint32_t count;
    double failures_per_h, repairs_per_h;
};

/// Down when all of a type are; times in hours.
FailureSystem types_of(const std::vector<Type>& types, std::uint32_t pool) {
    FailureSystem system;
    for (const Type& type : types) {
        const auto first = add_components(system, type.count, Distribution::exponential(1 / type.failures_per_h),
                                          Distribution::exponential(1 / type.repairs_per_h), pool);
        add_cuts(system, first, type.count, type.count);
    }
    return system;
}

void expect_figures(const RareFigures& figures, double unavailability, double failures_per_8760_h, double mean_up_h,
                    double failure_in_cycle) {
    expect_holds(figures.unavailability, unavailability);
    expect_holds(figures.failures_per_s, failures_per_8760_h, 8760);
    expect_holds(*figures.failure_in_cycle, failure_in_cycle);
    // Mean up stretch: time up over failures.
    EXPECT_NEAR((1 - figures.unavailability.value) / figures.failures_per_s.value / mean_up_h, 1,
                4 * figures.failures_per_s.relative_error);
}

// r14 to r16: highly reliable systems; GTH. Family of Goyal, Shahabuddin, Heidelberger, Nicola, Glynn, IEEE TC 41
// (1992) 36; Shahabuddin (1994).
TEST(Rare, HighlyReliableSystems) {
    const auto balanced = types_of({{3, 0.001, 1}, {3, 0.0015, 1}, {4, 0.002, 1}}, UINT32_MAX);
    expect_figures(*estimate_rare(balanced, narrow()), 4.3727365728944586e-09, 0.00011505456134926313, 76137789.4015232,
                   8.599881109261819e-07);
    // One repairer, whose work is spread evenly over all that are failed.
    FailureSystem one_repairer = types_of({{2, 0.0001, 1}, {3, 0.001, 1}, {3, 0.002, 0.5}}, 0);
    one_repairer.crews = {1};
    RareOptions options = narrow();
    options.order = RepairOrder::shared;
    const auto shared = estimate_rare(one_repairer, options);
    expect_figures(*shared, 4.098586691146428e-07, 0.0019039175725104882, 4601037.637405283, 2.3901632139992705e-05);
    EXPECT_TRUE(shared->unavailability.twin_z);
    const auto nine_nines = types_of({{3, 0.0005, 1}, {3, 0.0004, 1}}, UINT32_MAX);
    expect_figures(*estimate_rare(nine_nines, narrow()), 1.8873594873495323e-10, 4.959980732544898e-06,
                   1766135892.5989292, 2.102244111016344e-07);
}

// r19: the sum of two lognormals, e^(N(0, 1)), is above 300; quadrature in 40 digits. Asmussen, Glynn (2007), section
// VI.3: one big jump. One of the two is drawn with its log-mean at log 300.
TEST(Rare, SumOfTwoLognormals) {
    constexpr double k_exact = 1.2117234072837058e-08;
    const double shift = std::log(300.0);
    Stream stream(19);
    WeightedTally tally;
    for (int i = 0; i < 400'000; ++i) {
        double logs[2] = {stream.normal(), stream.normal()};
        logs[stream.uniform() < 0.5 ? 0 : 1] += shift;
        // Half of paths naturally drawn would bound the weight at 2; the shifted ones do the rest.
        if (i % 2 == 1) {
            logs[0] = stream.normal();
            logs[1] = stream.normal();
        }
        const auto ratio = [&](double x) { return std::exp(shift * x - shift * shift / 2); };
        const double weight = 1 / (0.5 + 0.25 * (ratio(logs[0]) + ratio(logs[1])));
        tally.add(std::exp(logs[0]) + std::exp(logs[1]) > 300 ? 1 : 0, weight);
    }
    const auto interval = weighted_interval(tally, k_confidence);
    ASSERT_TRUE(interval);
    EXPECT_TRUE(interval->contains(k_exact)) << interval->lo << " to " << interval->hi;
    EXPECT_LE(interval->half_width(), k_half_width_max * k_exact);
}

/// M/M/1 with its clock.
struct TimedQueue {
    struct State {
        std::uint32_t n = 0;
        double time_s = 0;
    };
    State start(Stream&) const { return {}; }
    void step(State& at, Stream& stream) const {
        const double rate = at.n > 0 ? 1.5 : 0.5;
        at.time_s += stream.exponential() / rate;
        at.n += stream.uniform() * rate < 0.5 ? 1 : -1;
    }
    double importance(const State& at) const { return at.n; }
    PathEnd end(const State& at) const {
        return at.time_s > 1000 ? PathEnd::stopped : (at.n >= 25 ? PathEnd::hit : PathEnd::open);
    }
    double reward(State&, Stream&) const { return 1; }
};

// r20: M/M/1 from empty comes to 25 within 1,000 s; uniformisation.
TEST(Rare, Mm1ComesToALevelInTime) {
    expect_holds(split(TimedQueue{}, {.confidence = k_confidence, .paths_per_level = 1000}), 7.137635566842178e-06);
}

// r21: four attempts of chance 0.003 each all fail.
TEST(Rare, AttemptsAllFail) {
    Stream stream(21);
    WeightedTally tally;
    for (int i = 0; i < 50'000; ++i) {
        double weight = 1;
        bool all = true;
        for (int attempt = 0; attempt < 4; ++attempt) {
            const bool fails = stream.uniform() < 0.5;
            weight *= (fails ? 0.003 : 0.997) / 0.5;
            all = all && fails;
        }
        tally.add(all ? 1 : 0, weight);
    }
    const auto interval = weighted_interval(tally, k_confidence);
    ASSERT_TRUE(interval);
    EXPECT_TRUE(interval->contains(8.1e-11));
    EXPECT_LE(interval->half_width(), k_half_width_max * 8.1e-11);
}

}  // namespace
}  // namespace nines
