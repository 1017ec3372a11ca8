// Rare events of load in real scenarios, by splitting of `requests`, held against exact chains of the same scenarios.

#include "models/study/rare_events.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "engine/analytic/sparse_chain.hpp"
#include "models/study/event_paths.hpp"
#include "models/study/study.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using analytic::Transition;
using support::plan_of;

constexpr RareEventEffort k_light{.relative_error = 0.08, .pilot_paths = 80, .paths_most = 500};

/// One service `s` of one worker with exponential work of 10 ms; what differs stands in braces of YAML.
Plan plan_with(const std::string& service, const std::string& demand, const std::string& run,
               const std::string& event) {
    return plan_of("nines: 1\nname: rare events\nservices:\n  s: {kind: fleet, workers: 1, " + service +
                   "endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}\ndemand:\n  d: {calls: s.op, " + demand +
                   "}\nrun: {" + run + "}\nstudy: {confidence: 99.9 %, rare: {" + event + "}}\n");
}

RareEventFigure figure_of(const Plan& plan, const RareEventEffort& effort = k_light) {
    return find_rare_event(plan, plan.study.rare.front(), {.seed = 11}, serial_for, effort);
}

/// The interval holds the exact chance, and is narrow enough to prove something; both importance functions agree.
void expect_holds(const RareEventFigure& figure, double exact) {
    ASSERT_TRUE(figure.lo) << figure.no_interval;
    EXPECT_LE(*figure.lo, exact) << *figure.probability;
    EXPECT_GE(*figure.hi, exact) << *figure.probability;
    EXPECT_LE((*figure.hi - *figure.lo) / 2, 0.5 * exact);
    ASSERT_TRUE(figure.check);
    EXPECT_TRUE(figure.check->agrees);
}

/// That M/M/1 comes above a number within a time, from empty: uniformisation.
double mm1_comes_above(double arrivals, double services, std::uint32_t above, double within_s) {
    std::vector<Transition> steps;
    for (std::uint32_t n = 0; n <= above; ++n) {
        steps.push_back({n, n + 1, arrivals});
        if (n > 0) {
            steps.push_back({n, n - 1, services});
        }
    }
    std::vector<double> empty(above + 2, 0.0);
    empty.front() = 1;
    std::vector<bool> targets(above + 2, false);
    targets.back() = true;
    return analytic::chance_met_by(above + 2, steps, empty, targets, within_s).value();
}

TEST(RareEvents, AShortTimeIsSplitFromTheBeginning) {
    const Plan plan = plan_with("", "rate: 30/s", "horizon: 1 s", "event: in_flight@s, above: 10");
    const RareEventFigure figure = figure_of(plan);
    EXPECT_EQ(figure.method, "splitting from the beginning");
    EXPECT_EQ(figure.event, "in_flight@s above 10");
    const double exact = mm1_comes_above(30, 100, 10, 1);
    EXPECT_LT(exact, 1e-4);
    expect_holds(figure, exact);
}

// The same for ten minutes, cut into excursions; then so rare that 10^12 replications would be too few.
TEST(RareEvents, ALongTimeIsCutIntoExcursions) {
    const Plan plan = plan_with("", "rate: 30/s", "horizon: 10 min", "event: in_flight@s, above: 14");
    const RareEventFigure figure = figure_of(plan);
    EXPECT_EQ(figure.method, "splitting of excursions");
    expect_holds(figure, mm1_comes_above(30, 100, 14, 600));

    const Plan rarer = plan_with("", "rate: 20/s", "horizon: 1 min", "event: queue@s, above: 19, within: 20 s");
    const double exact = mm1_comes_above(20, 100, 20, 20);  // 20 wait, and one is at work
    EXPECT_LT(exact, 1e-11);
    const RareEventFigure one = figure_of(rarer);
    expect_holds(one, exact);
    EXPECT_GT(*one.plain_replications, 1e12);
    EXPECT_GT(one.levels.size(), 8U);
}

// M/M/1/8: the share of arrivals that find it full, (1 - load) load^8 / (1 - load^9); Gross, Harris, section 2.5.
// The warm-up brings it close to its long run.
TEST(RareEvents, FailuresAreCounted) {
    const Plan plan = plan_with("queue: {limit: 7}, ", "rate: 20/s", "warmup: 2 s, horizon: 2 min", "event: failure");
    const RareEventFigure figure = figure_of(plan);
    const double exact = 0.8 * std::pow(0.2, 8) / (1 - std::pow(0.2, 9)) * 20 * 120;
    ASSERT_TRUE(figure.failures) << figure.no_interval;
    EXPECT_LE(*figure.failures_lo, exact);
    EXPECT_GE(*figure.failures_hi, exact);
    EXPECT_LE(*figure.failures_hi - *figure.failures_lo, exact);
    EXPECT_LT(*figure.probability, *figure.failures) << "losses come in clusters";
}

// A queue for four whose refused requests come again after a back-off, until they are served: a retrial queue, and a
// chain of two numbers, those inside and those who back off.
TEST(RareEvents, ARetryStormOfRefusedRequests) {
    constexpr double k_arrivals = 30;
    constexpr double k_services = 100;
    constexpr double k_retries = 5;  // per second, of each that backs off
    constexpr std::uint32_t k_room = 5;
    constexpr std::uint32_t k_above = 14;
    const Plan plan =
        plan_with("queue: {limit: 4}, ", "rate: 30/s, retry: {attempts: 1000, backoff: fixed(exponential(200 ms))}",
                  "horizon: 20 s", "event: in_flight, above: 14");
    std::vector<Transition> steps;
    const auto number = [](std::uint32_t inside, std::uint32_t away) { return away * (k_room + 1) + inside; };
    const std::uint32_t met = number(0, k_above + 1);
    for (std::uint32_t inside = 0; inside <= k_room; ++inside) {
        for (std::uint32_t away = 0; inside + away <= k_above; ++away) {
            const std::uint32_t from = number(inside, away);
            const bool is_full = inside == k_room;
            const std::uint32_t more = is_full ? number(inside, away + 1) : number(inside + 1, away);
            steps.push_back({from, inside + away == k_above ? met : more, k_arrivals});
            if (inside > 0) {
                steps.push_back({from, number(inside - 1, away), k_services});
            }
            if (away > 0 && !is_full) {
                steps.push_back({from, number(inside + 1, away - 1), k_retries * away});
            }
        }
    }
    std::vector<double> empty(met + 1, 0.0);
    empty.front() = 1;
    std::vector<bool> targets(met + 1, false);
    targets.back() = true;
    const double exact = analytic::chance_met_by(met + 1, steps, empty, targets, 20).value();
    EXPECT_LT(exact, 1e-4);
    expect_holds(figure_of(plan), exact);
}

// More than six for 50 ms, in a second: natural paths of the very scenario give the chance too.
TEST(RareEvents, AnEventMayHaveToHoldForAWhile) {
    const Plan plan = plan_with("", "rate: 50/s", "horizon: 1 s", "event: in_flight@s, above: 6, for: 50 ms");
    const EventPaths paths({&plan, &plan.study.rare.front(), 0}, Guide::own);
    Tally hits;
    for (std::uint64_t i = 0; i < 40'000; ++i) {
        Stream stream(combine(5, i));
        EventPath path = paths.start(stream);
        while (paths.end(path) == PathEnd::open) {
            paths.step(path, stream);
        }
        hits.add(paths.end(path) == PathEnd::hit ? 1 : 0);
    }
    const RareEventFigure figure = figure_of(plan);
    EXPECT_EQ(figure.event, "in_flight@s above 6 for 50 ms");
    ASSERT_TRUE(figure.lo) << figure.no_interval;
    const double error = std::sqrt(hits.mean() * (1 - hits.mean()) / 40'000);
    EXPECT_GT(hits.mean(), 10 * error);
    EXPECT_NEAR(*figure.probability, hits.mean(), 4 * std::hypot(error, *figure.relative_error * *figure.probability));
    const Plan without = plan_with("", "rate: 50/s", "horizon: 1 s", "event: in_flight@s, above: 6");
    EXPECT_GT(*figure_of(without).lo, *figure.hi);
}

TEST(RareEvents, DoNotDependOnThreads) {
    const Plan plan = plan_with("", "rate: 30/s", "horizon: 30 s", "event: in_flight@s, above: 9");
    const ParallelFor on_threads = [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::thread second([&] {
            for (std::size_t i = count; i-- > count / 2;) {
                work(i);
            }
        });
        for (std::size_t i = 0; i < count / 2; ++i) {
            work(i);
        }
        second.join();
    };
    const RareEventEffort effort{.pilot_paths = 80, .paths_most = 80};
    const RareEventFigure one = find_rare_event(plan, plan.study.rare.front(), {}, serial_for, effort);
    const RareEventFigure two = find_rare_event(plan, plan.study.rare.front(), {}, on_threads, effort);
    EXPECT_EQ(one.probability, two.probability);
    EXPECT_EQ(one.lo, two.lo);
    EXPECT_EQ(one.levels, two.levels);
    EXPECT_EQ(one.events, two.events);
    ASSERT_TRUE(one.check && two.check);
    EXPECT_EQ(one.check->probability, two.check->probability);
    const RareEventFigure other = find_rare_event(plan, plan.study.rare.front(), {.seed = 2}, serial_for, effort);
    EXPECT_NE(other.probability, one.probability);
}

TEST(RareEvents, WhatIsNotRareIsCountedOnPlainPaths) {
    const Plan plan = plan_with("", "rate: 50/s", "horizon: 1 min", "event: in_flight@s, above: 7");
    const RareEventFigure figure = figure_of(plan);
    EXPECT_EQ(figure.method, "plain paths");
    EXPECT_EQ(figure.paths, plan.study.replications);
    const double exact = mm1_comes_above(50, 100, 7, 60);
    EXPECT_LE(*figure.lo, exact);
    EXPECT_GE(*figure.hi, exact);
}

// r07 of rare.json in small: a study asks by itself where requests are refused that replications do not see.
TEST(RareEvents, AStudyAsksByItselfForAvailability) {
    const auto scenario = [](const std::string& limit) {
        return plan_with("queue: {limit: " + limit + "}, ", "rate: 20/s", "warmup: 1 s, horizon: 2 min",
                         "event: failure");
    };
    const Plan plan = scenario("7");
    const auto figure = find_overload_figure(plan, 11, serial_for);
    ASSERT_TRUE(figure);
    EXPECT_TRUE(figure->stands());
    const double exact = 0.8 * std::pow(0.2, 8) / (1 - std::pow(0.2, 9));
    EXPECT_LE(*figure->lo, exact) << *figure->unavailability;
    EXPECT_GE(*figure->hi, exact) << *figure->unavailability;
    EXPECT_LE(*figure->hi - *figure->lo, exact);
    EXPECT_GT(*figure->plain_replications, 1000);
    EXPECT_FALSE(find_overload_figure(scenario("1"), 11, serial_for)) << "one in 32 is refused: anybody sees it";
    EXPECT_FALSE(find_overload_figure(scenario("unlimited"), 11, serial_for));
}

// The longest queue of a replication is above a number that replications do not see: `over` says what splitting finds.
TEST(RareEvents, AStudyAsksByItselfForTheLongestQueue) {
    const auto plan_above = [](const std::string& threshold) {
        return plan_with("", "rate: 20/s", "horizon: 10 s",
                         "event: queue@s, above: 7}, over: {metric: queue.max@s, threshold: " + threshold);
    };
    const Plan plan = plan_above("8");
    StudyFrame frame = frame_of(plan, 3);
    frame.rare_events = find_rare_events(plan, 3, serial_for);
    ASSERT_EQ(frame.rare_events.size(), 2U);
    EXPECT_EQ(frame.rare_events[1].event, "queue@s above 8");
    const Results results = Study(frame, {}).results();
    const ChanceFigure& chance = results.find("queue.max@s")->over.front();
    EXPECT_EQ(chance.probability, frame.rare_events[1].probability);
    EXPECT_LE(chance.lo, mm1_comes_above(20, 100, 9, 10));
    EXPECT_GE(chance.hi, mm1_comes_above(20, 100, 9, 10));
    EXPECT_LT(chance.hi, 1e-3);
    // What is asked for already is not found twice, and what is not rare is left to the replications.
    EXPECT_EQ(find_rare_events(plan_above("7"), 3, serial_for).size(), 1U);
    EXPECT_EQ(find_rare_events(plan_above("1"), 3, serial_for).size(), 1U);
}

TEST(RareEvents, SayThatNothingWasReached) {
    // Ten users: never more than ten in flight.
    const Plan plan =
        plan_with("", "rate: users(10 think exponential(100 ms))", "horizon: 2 s", "event: in_flight@s, above: 10");
    const RareEventFigure figure = figure_of(plan);
    EXPECT_FALSE(figure.probability);
    EXPECT_EQ(figure.no_interval, "no path of 20 runs came to it");
}

}  // namespace
}  // namespace nines
