// Large chains and their courses in time against closed forms.

#include "engine/analytic/sparse_chain.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/analytic/alternating_renewal.hpp"
#include "engine/analytic/failure_chain.hpp"
#include "engine/random/stream.hpp"

namespace nines::analytic {
namespace {

void expect_same(double found, double exact, double digits = 1e-10) {
    EXPECT_NEAR(found, exact, digits * std::fabs(exact));
}

// Twenty unlike components with a crew each: 2^20 states, whose long run is a product.
TEST(SparseChain, AMillionStates) {
    Bdd bdd;
    std::vector<ChainComponent> components;
    std::vector<ComponentRates> rates;
    BddNode works = Bdd::k_true;
    for (std::uint32_t i = 0; i < 20; ++i) {
        components.push_back({0.001 + 0.0001 * i, 1 + 0.05 * i});
        rates.push_back(
            ComponentRates::of_means(1 / components.back().failure_rate, 1 / components.back().repair_rate));
        if (i % 2 == 1) {
            works = bdd.both(works, bdd.either(bdd.variable(i - 1), bdd.variable(i)));
        }
    }
    const auto chain = failure_chain(bdd, works, components, {});
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->states, 1U << 20U);
    const auto solved = solve_availability(*chain);
    ASSERT_TRUE(solved);
    const SystemRates exact = solve_system(bdd, works, rates);
    expect_same(solved->chance.down, exact.chance.down);
    expect_same(solved->failures_per_s, exact.failures_per_s);
}

TEST(SparseChain, SweepsAgreeWithElimination) {
    for (std::uint64_t number = 0; number < 40; ++number) {
        Stream stream(Luck{11, number}, "test.chain", "sweeps");
        const auto states = static_cast<std::uint32_t>(2 + stream.below(60));
        std::vector<Transition> transitions;
        for (std::uint32_t s = 0; s < states; ++s) {
            transitions.push_back({s, (s + 1) % states, 0.01 + stream.uniform()});
            transitions.push_back({s, static_cast<std::uint32_t>(stream.below(states)), 5 * stream.uniform()});
        }
        const auto exact = stationary_dense(states, transitions);
        const auto swept = stationary_by_sweeps(SparseChain(states, transitions));
        ASSERT_TRUE(exact && swept);
        for (std::uint32_t s = 0; s < states; ++s) {
            expect_same((*swept)[s], (*exact)[s]);
        }
    }
}

TEST(SparseChain, SweepsThatDoNotArriveSaySo) {
    const std::vector<Transition> slow{{0, 1, 1e-6}, {1, 0, 1e-6}, {1, 2, 1}, {2, 1, 1}};
    EXPECT_FALSE(stationary_by_sweeps(SparseChain(3, slow), {.sweeps_max = 1}));
    const std::vector<Transition> absorbing{{0, 1, 1.0}};
    EXPECT_FALSE(stationary_by_sweeps(SparseChain(2, absorbing)));
}

// A course, from the first jumps to the long run, over twelve powers of ten of time.
TEST(SparseChain, TwoStatesOverTime) {
    const TwoState one{1000, 0.1};
    const std::vector<Transition> transitions{{0, 1, 1.0 / 1000}, {1, 0, 1.0 / 0.1}};
    const SparseChain chain(2, transitions);
    for (const double time : {1e-6, 1e-3, 0.1, 1.0, 100.0, 1e4, 1e6}) {
        SCOPED_TRACE(time);
        const auto course = follow(chain, {1, 0}, time);
        ASSERT_TRUE(course);
        expect_same(course->at_end[1], one.unavailability_at(time));
        expect_same(course->spent[1], one.mean_unavailability_until(time) * time);
        expect_same(course->at_end[0] + course->at_end[1], 1, 1e-13);
        expect_same(course->spent[0] + course->spent[1], time, 1e-12);
    }
    EXPECT_FALSE(follow(chain, {1, 0}, 1e12)) << "more jumps than are followed";
}

// A target that is met once in 1e13 years: the transient states shrink together, and the scalar takes over.
TEST(SparseChain, AbsorptionOverTime) {
    // 0 -> 1 -> 2, 1 -> 0: the time to 2 is a mixture of two exponentials.
    const double a = 1e-4, b = 1, c = 1e-5;
    const std::vector<Transition> transitions{{0, 1, a}, {1, 0, b}, {1, 2, c}};
    const double sum = a + b + c;
    const double root = std::sqrt(sum * sum - 4 * a * c);
    const double fast = (sum + root) / 2;
    const double slow = a * c / fast;
    for (const double time : {0.01, 1.0, 1e3, 1e6, 1e9, 1e7}) {
        SCOPED_TRACE(time);
        const auto met = chance_met_by(3, transitions, {1, 0, 0}, {false, false, true}, time);
        if (time > 1e8) {
            EXPECT_FALSE(met);
            continue;
        }
        // 1 - (fast e^-slow t - slow e^-fast t) / (fast - slow), written without a difference of near equals where the
        // slow one has hardly begun.
        const double exact = (-fast * std::expm1(-slow * time) + slow * std::expm1(-fast * time)) / (fast - slow);
        if (time >= 1e3) {
            expect_same(*met, exact, 1e-9);
        } else {
            EXPECT_NEAR(*met / (a * c * time * time / 2), 1, time + 0.1) << "two jumps are needed";
        }
    }
}

// Against the moments of a two-state process in closed form, over random parameters.
TEST(SparseChain, MomentsOfTheTimeSpent) {
    Stream stream(Luck{12, 0}, "test.chain", "moments");
    for (int i = 0; i < 20; ++i) {
        const TwoState one{0.1 + 10 * stream.uniform(), 0.1 + 3 * stream.uniform()};
        const double time = 0.5 + 30 * stream.uniform();
        const std::vector<Transition> transitions{{0, 1, 1 / one.up_mean}, {1, 0, 1 / one.down_mean}};
        const auto spent = time_spent(SparseChain(2, transitions), {1, 0}, {false, true}, time);
        expect_same(spent->mean, one.mean_unavailability_until(time) * time);
        expect_same(std::sqrt(spent->variance), one.downtime_share_sd(time) * time, 1e-8);
        const auto stationary_start =
            time_spent(SparseChain(2, transitions), {one.availability(), one.unavailability()}, {false, true}, time);
        expect_same(std::sqrt(stationary_start->variance), one.downtime_share_sd_stationary(time) * time, 1e-8);
        const auto failures = mean_crossings(2, transitions, {1, 0}, {true, false}, time);
        expect_same(*failures, one.mean_failures_until(time));
    }
}

}  // namespace
}  // namespace nines::analytic
