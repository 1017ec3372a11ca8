// Splitting: levels, threads, ancestors, coverage, and two importance functions that must agree.

#include "engine/experiment/splitting.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "tests/engine/experiment/processes.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

using support::mm1;
using support::RetryStorm;

TEST(Splitting, LevelsAreReachedByTheWantedShare) {
    std::vector<double> highest;
    for (int i = 0; i < 100; ++i) {
        highest.push_back(i);
    }
    EXPECT_EQ(next_level(highest, -1, 0.25), 74);  // 26 reach it
    EXPECT_EQ(next_level(highest, 98, 0.25), 99);
    EXPECT_FALSE(next_level(highest, 99, 0.25));
    EXPECT_FALSE(next_level({}, 0, 0.25));
    // Ties: a level that 60 of 100 reach is too low when there is one above it.
    std::vector<double> tied(100, 1);
    std::fill_n(tied.begin(), 60, 2);
    std::fill_n(tied.begin(), 10, 3);
    EXPECT_EQ(next_level(tied, 1, 0.25), 3);
    std::fill_n(tied.begin(), 10, 2);
    EXPECT_EQ(next_level(tied, 1, 0.25), 2);
}

TEST(Splitting, DoesNotDependOnThreads) {
    const auto process = mm1(0.5, 1, 12);
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
    SplittingOptions options{.paths_per_level = 500};
    const auto one = split(process, options);
    const auto two = split(process, options, on_threads);
    EXPECT_EQ(one.value, two.value);
    EXPECT_EQ(one.relative_error, two.relative_error);
    EXPECT_EQ(one.levels, two.levels);
    EXPECT_EQ(one.steps, two.steps);
    options.luck.seed = 2;
    EXPECT_NE(split(process, options).value, one.value);
}

TEST(Splitting, EnlargesWhereHitsHaveTooFewAncestors) {
    const auto process = mm1(0.5, 1, 30);
    const auto few = split(process, {.paths_per_level = 30, .enlargements_max = 0});
    EXPECT_FALSE(few.interval);
    EXPECT_NE(few.refusal, "");
    const auto enlarged = split(process, {.paths_per_level = 30, .enlargements_max = 5});
    ASSERT_TRUE(enlarged.interval) << enlarged.refusal;
    EXPECT_GT(enlarged.paths_per_level, 30U);
    EXPECT_GE(enlarged.ancestors, k_ancestors_min);
}

TEST(Splitting, SaysThatNothingWasReached) {
    auto process = mm1(0.5, 1, 20);
    process.up.assign(process.up.size(), 0);
    const auto none = split(process, {.paths_per_level = 100});
    EXPECT_EQ(none.value, 0);
    EXPECT_FALSE(none.interval);
    EXPECT_EQ(none.refusal, "no path of 20 runs came to it");
}

TEST(Splitting, CoversTheTruth) {
    const auto process = mm1(0.5, 1, 12);
    const double exact = 1 / (std::pow(2.0, 12) - 1);  // gambler's ruin
    Coverage coverage;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        const auto estimate = split(process, {.luck = {.seed = study}, .paths_per_level = 200, .enlargements_max = 0});
        if (estimate.interval) {
            coverage.add(estimate.interval->contains(exact));
        }
    }
    EXPECT_GT(coverage.given, studies() * 9 / 10);
    EXPECT_TRUE(coverage.is_nominal()) << coverage;
}

// The chain of a retry storm: 2e-11, exact by Gauss-Seidel. Three importance functions agree with it and with each
// other to 4 standard errors; a false alarm once in 10,000 runs each.
TEST(Splitting, RetryStormByThreeImportanceFunctions) {
    RetryStorm storm{.arrivals_per_s = 0.4, .services_per_s = 1, .timeouts_per_s = 0.0095, .retries_per_s = 0.2};
    const std::vector<double> chances = storm.exact();
    const double exact = chances[storm.number_of({})];
    EXPECT_NEAR(exact, 2.4e-11, 0.3e-11);
    storm.log_committor = log_importance(chances);
    std::vector<SplittingEstimate> estimates;
    for (const auto guide :
         {RetryStorm::Guide::queue, RetryStorm::Guide::queue_and_half_orbit, RetryStorm::Guide::committor}) {
        storm.guide = guide;
        estimates.push_back(split(storm, {.paths_per_level = 2000}));
        const SplittingEstimate& estimate = estimates.back();
        ASSERT_TRUE(estimate.interval) << estimate.refusal;
        EXPECT_LT(estimate.relative_error, 0.15);
        EXPECT_LE(std::abs(estimate.value - exact), 4 * estimate.relative_error * estimate.value)
            << estimate.value << " of " << exact;
    }
    EXPECT_TRUE(agree(estimates[0], estimates[2]));
    EXPECT_TRUE(agree(estimates[1], estimates[2]));
    SplittingEstimate wrong = estimates[2];
    wrong.value *= 3;
    EXPECT_FALSE(agree(estimates[2], wrong));
}

/// M/M/1 from states gathered for each run: four of them, each 1 or 6; three such beginnings are expected.
struct Gathered : support::BirthDeath {
    std::vector<State> firsts = {1, 6};

    State start(Stream& stream) const { return firsts[stream.below(firsts.size())]; }
    Gathered of_run(std::uint64_t key) const {
        Gathered own = *this;
        Stream stream(key);
        own.firsts.clear();
        for (int i = 0; i < 4; ++i) {
            own.firsts.push_back(stream.chance(0.5) ? 1 : 6);
        }
        return own;
    }
    double weight() const { return 3; }
};
static_assert(GatheringProcess<Gathered>);

// With gathered states only one of which may come to the level, the error is that of the gathering: a run has between
// none and four of the good ones, so its standard deviation is half of its mean. One gathering for all runs would give
// intervals that are far too narrow, about another value.
TEST(Splitting, WhatIsGatheredForARunIsInTheError) {
    const Gathered process{mm1(0.5, 1, 12)};
    const auto ruin = [](double first) { return std::expm1(first * std::log(2)) / std::expm1(12 * std::log(2)); };
    const double exact = 3 * (ruin(1) + ruin(6)) / 2;
    const auto estimate = split(process, {.paths_per_level = 1000, .runs = 60});
    ASSERT_TRUE(estimate.interval) << estimate.refusal;
    EXPECT_LE(std::abs(estimate.value - exact), 4 * estimate.relative_error * estimate.value);
    EXPECT_NEAR(estimate.relative_error, 0.5 / std::sqrt(60), 0.02);
    EXPECT_EQ(estimate.value, estimate.probability);
    EXPECT_EQ(estimate.relative_error, estimate.probability_error);
}

TEST(Committor, IsGamblersRuin) {
    std::vector<CommittorState> kinds(51, CommittorState::inside);
    kinds.front() = CommittorState::stop;
    kinds.back() = CommittorState::target;
    std::vector<analytic::Transition> jumps;
    for (std::uint32_t i = 1; i < 50; ++i) {
        jumps.push_back({i, i + 1, 0.3});
        jumps.push_back({i, i - 1, 0.5});
        jumps.push_back({i, i, 7});  // a jump to itself says nothing
    }
    const auto chances = committor(kinds, jumps);
    ASSERT_TRUE(chances);
    for (int i = 0; i <= 50; ++i) {
        const double exact = std::expm1(i * std::log(5.0 / 3)) / std::expm1(50 * std::log(5.0 / 3));
        EXPECT_NEAR((*chances)[static_cast<std::size_t>(i)], exact, 1e-11 * exact) << i;
    }
    EXPECT_FALSE(committor(kinds, jumps, 1));
    EXPECT_EQ(log_importance(*chances).front(), std::numeric_limits<double>::lowest());
    EXPECT_EQ(log_importance(*chances).back(), 0);
}

}  // namespace
}  // namespace nines
