// What findings are made of: figures with their intervals, what is reckoned from several, and what has a rate.

#include <gtest/gtest.h>

#include <cmath>

#include "engine/stats/interval.hpp"
#include "models/pillars/findings.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr const char* k_small = R"(nines: 1
name: small
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults:
  once: {target: service/s, effect: down, at: 1 min, for: 1 min}
  often: {target: service/s, effect: down, every: 1 h, for: 1 min}
  always: {target: service/s, effect: {errors: 1 %}, at: 0, for: forever}
run: {horizon: 730 h}
)";

Metric metric(const char* name, double mean, Spread spread) {
    Metric figure{name, "1", mean, {}, {}, 0.95, 100};
    figure.estimator = Estimator{"monte carlo", ""};
    if (spread.kind == IntervalKind::student) {
        figure.lo = spread.lo;
        figure.hi = spread.hi;
    } else {
        figure.estimator->without = spread;
    }
    return figure;
}

struct Made {
    Plan plan = support::plan_of(k_small);
    Results results;

    explicit Made(Spread second) {
        results.replications = 100;
        results.simulated_s = 100 * 730 * 3600.0;
        results.metrics = {metric("a", 2, {1.8, 2.2, IntervalKind::student}), metric("b", 4, second)};
    }
    Quantity ratio() const {
        return *Material(plan, results).reckon("fraction", {{"a"}, {"b", false}}, [](std::span<const double> of) {
            return of[0] / of[1];
        });
    }
};

// Two intervals that hold at once with 95 % are each one of 97.5 %.
TEST(Material, FiguresOfSeveralHoldAllAtOnce) {
    const Quantity ratio = Made({3.6, 4.4, IntervalKind::student}).ratio();
    const double wider = student_t_quantile(0.9875, 99) / student_t_quantile(0.975, 99);
    EXPECT_DOUBLE_EQ(ratio.value, 0.5);
    EXPECT_NEAR(*ratio.spread.lo, (2 - 0.2 * wider) / (4 + 0.4 * wider), 1e-12);
    EXPECT_NEAR(*ratio.spread.hi, (2 + 0.2 * wider) / (4 - 0.4 * wider), 1e-12);
    EXPECT_EQ(ratio.spread.kind, IntervalKind::student);
}

TEST(Material, OneThatDoesNotVaryCostsNoWidth) {
    const Quantity ratio = Made({{}, {}, IntervalKind::alike}).ratio();
    EXPECT_NEAR(*ratio.spread.lo, 1.8 / 4, 1e-12);
    EXPECT_NEAR(*ratio.spread.hi, 2.2 / 4, 1e-12);
}

TEST(Material, ByChebyshevErrorsGoWithTheRoot) {
    const Quantity ratio = Made({2, 6, IntervalKind::chebyshev}).ratio();
    const double wider = student_t_quantile(0.9875, 99) / student_t_quantile(0.975, 99);
    EXPECT_NEAR(*ratio.spread.lo, (2 - 0.2 * wider) / (4 + 2 * std::sqrt(2.0)), 1e-12);
    EXPECT_EQ(ratio.spread.kind, IntervalKind::chebyshev);
}

TEST(Material, WhatIsKnownByTooFewHasNoInterval) {
    const Quantity ratio = Made({{}, {}, IntervalKind::few}).ratio();
    EXPECT_FALSE(ratio.spread.lo || ratio.spread.hi);
    EXPECT_EQ(ratio.spread.kind, IntervalKind::few);
    EXPECT_DOUBLE_EQ(ratio.value, 0.5);
}

// A fault at a time that the scenario names comes once, however long a run is: it has a price, and no rate.
TEST(Material, WhatComesAtATimeIsPricedEachTime) {
    const Made made({3.6, 4.4, IntervalKind::student});
    const Material material(made.plan, made.results);
    const Quantity usd{50, "USD", {40, 60, IntervalKind::student}};
    Finding once;
    price(material, "once", usd, once);
    EXPECT_EQ(once.usd_each, 50);
    EXPECT_EQ(once.usd_per_month, std::nullopt);
    EXPECT_EQ(once.usd_spread.lo, 40);
    EXPECT_FALSE(comes_at_a_time(made.plan, "always")) << "it takes its share of every month";
    EXPECT_FALSE(comes_at_a_time(made.plan, "load"));
    Finding often;
    price(material, "often", scaled(usd, 2, "USD"), often);
    EXPECT_EQ(often.usd_each, std::nullopt);
    EXPECT_NEAR(*often.usd_per_month, 100, 1e-9) << "a replication is a month";
    EXPECT_NEAR(*often.usd_spread.hi, 120, 1e-9);
}

}  // namespace
}  // namespace nines
