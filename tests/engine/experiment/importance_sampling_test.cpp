// Importance sampling of long-run figures: against exact answers down to 1e-15, over seeds, under load and with ageing;
// textbook failure biasing beside it; and what it refuses.

#include "engine/experiment/importance_sampling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "engine/analytic/failure_chain.hpp"
#include "engine/experiment/independent_twin.hpp"
#include "tests/engine/experiment/systems.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

using support::add_components;
using support::add_cuts;
using support::groups_of;
using support::k_of_n;

const Distribution k_repair = Distribution::lognormal_mean_cv(1, 2);

RareOptions options_of(double relative_half_width, std::uint64_t seed) {
    RareOptions options;
    options.effort.luck.seed = seed;
    options.effort.relative_half_width = relative_half_width;
    return options;
}

/// Figures within 3 standard errors of the exact ones. The estimator itself withholds its interval where |z| > 3. When
/// all is well that happens to one estimate in 200 (over 1,200 seeds of ten groups of three: mean z -0.08, spread 0.98,
/// the lower tail a bit longer, as for all skewed means); the seeds are fixed.
void expect_exact(const FailureSystem& system, const RareOptions& options) {
    const auto exact = independent_twin(system);
    const auto figures = estimate_rare(system, options);
    ASSERT_TRUE(exact);
    ASSERT_TRUE(figures) << figures.error();
    const RareEstimate& estimate = figures->unavailability;
    ASSERT_TRUE(estimate.interval) << estimate.refusal;
    EXPECT_LE(std::abs(*estimate.twin_z), 3) << estimate.value << " of " << exact->unavailability;
    EXPECT_LE(estimate.interval->half_width() / estimate.value, options.effort.relative_half_width);
    const RareEstimate& often = figures->failures_per_s;
    EXPECT_LE(std::abs(often.value - exact->failures_per_s), 3.3 * often.relative_error * often.value)
        << often.value << " of " << exact->failures_per_s;
}

// Ten groups of m alike, mean up 10,000 times the mean repair, lognormal repair of cv 2: 1e-7, 1e-11, 1e-15.
TEST(Importance, TenGroupsOfTwoThreeFour) {
    for (std::uint64_t seed = 6; seed <= 10; ++seed) {
        expect_exact(groups_of(10, 2, Distribution::exponential(1e4), k_repair), options_of(0.02, seed));
        expect_exact(groups_of(10, 3, Distribution::exponential(1e4), k_repair), options_of(0.02, seed));
        expect_exact(groups_of(10, 4, Distribution::exponential(1e4), k_repair), options_of(0.1, seed));
    }
}

/// One group of `size` by textbook failure biasing: while some are down, failures come at the constant rate 1 / mean
/// repair until the system fails; repairs keep their law. Downtime of a cycle over its exact length.
Tally textbook_failure_biasing(std::uint32_t size, double rate, std::uint64_t cycles, Stream& stream) {
    Tally unavailability;
    const double down = rate / (1 + rate);
    const double cycle_s = 1 / (size * rate * std::pow(1 - down, size));
    std::vector<double> repairs;
    for (std::uint64_t i = 0; i < cycles; ++i) {
        repairs = {k_repair.sample(stream)};
        double now = 0;
        double log_weight = 0;
        double downtime = 0;
        bool has_failed = false;
        while (!repairs.empty()) {
            const auto next = std::min_element(repairs.begin(), repairs.end());
            const double true_rate = rate * static_cast<double>(size - repairs.size());
            const double drawn_rate = has_failed || true_rate == 0 ? true_rate : 1;
            const double failure = drawn_rate > 0 ? now + stream.exponential() / drawn_rate : *next + 1;
            const double end = std::min(failure, *next);
            downtime += repairs.size() == size ? end - now : 0;
            log_weight += (drawn_rate - true_rate) * (end - now);
            if (failure < *next) {
                log_weight += std::log(true_rate / drawn_rate);
                now = failure;
                repairs.push_back(now + k_repair.sample(stream));
                has_failed = has_failed || repairs.size() == size;
            } else {
                now = *next;
                repairs.erase(next);
            }
        }
        unavailability.add(downtime * std::exp(log_weight) / cycle_s);
    }
    return unavailability;
}

TEST(Importance, TextbookFailureBiasingIsWrongWhereOursIsNot) {
    const double exact = std::pow(1e-4 / (1 + 1e-4), 4);
    int narrow_and_wrong = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Stream stream(seed);
        const Tally textbook = textbook_failure_biasing(4, 1e-4, 200'000, stream);
        const double error = textbook.standard_deviation() / std::sqrt(200'000);
        // An interval that looks good, and an estimate far below it.
        narrow_and_wrong += error < 0.15 * textbook.mean() && textbook.mean() < exact - 4 * error ? 1 : 0;
    }
    EXPECT_GE(narrow_and_wrong, 6);  // 8: 4 to 8 standard errors off, in silence
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        expect_exact(groups_of(1, 4, Distribution::exponential(1e4), k_repair), options_of(0.05, seed));
    }
}

// The same forcing with natural repairs does not come to the end of a tail: for as many paths its error is several
// times as large, as far as it sees it.
TEST(Importance, NeedsTheLengthBiasedRepairs) {
    const auto system = groups_of(10, 4, Distribution::exponential(1e4), k_repair);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        RareOptions options = options_of(0, seed);
        options.effort.paths_max = 1U << 18U;
        const auto tilted = estimate_rare(system, options);
        options.bias.tilts_repairs = false;
        const auto natural = estimate_rare(system, options);
        ASSERT_TRUE(tilted && natural);
        EXPECT_TRUE(tilted->unavailability.interval) << tilted->unavailability.refusal;
        EXPECT_GT(natural->unavailability.relative_error, 3 * tilted->unavailability.relative_error);
        EXPECT_LT(natural->unavailability.effective_hits, tilted->unavailability.effective_hits / 4);
    }
}

TEST(Importance, SixtyComponentsUnderLoad) {
    // Failures of some others always lie between those that matter: a likelihood ratio over all of them would degrade.
    expect_exact(groups_of(20, 3, Distribution::exponential(100), k_repair), options_of(0.05, 1));
    expect_exact(groups_of(15, 4, Distribution::exponential(200), k_repair), options_of(0.05, 2));
    expect_exact(k_of_n(59, 60, Distribution::exponential(1e5), k_repair), options_of(0.03, 3));
}

TEST(Importance, ComponentsThatAreNotAlike) {
    FailureSystem system;
    for (int i = 1; i <= 5; ++i) {
        add_components(system, 1, Distribution::exponential(1000 * i), Distribution::weibull(0.3 * i, 0.6));
    }
    add_cuts(system, 0, 5, 3);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        expect_exact(system, options_of(0.05, seed));
    }
}

TEST(Importance, UnbalancedSystems) {
    // Four that fail often, a pair with a rare and fast chain, and two of six in between.
    FailureSystem system;
    add_cuts(system, add_components(system, 4, Distribution::exponential(100), Distribution::weibull(0.5, 0.7)), 4, 4);
    add_cuts(system, add_components(system, 2, Distribution::exponential(1e5), Distribution::exponential(0.01)), 2, 2);
    add_cuts(system, add_components(system, 6, Distribution::exponential(5e3), Distribution::erlang(2, 3)), 6, 3);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        expect_exact(system, options_of(0.05, seed));
    }
    // The rare and fast pair alone decides.
    FailureSystem pair = groups_of(1, 2, Distribution::exponential(1e5), Distribution::exponential(0.01));
    add_cuts(pair, add_components(pair, 6, Distribution::exponential(1e3), Distribution::exponential(1)), 6, 6);
    expect_exact(pair, options_of(0.05, 1));
}

TEST(Importance, LivesThatAge) {
    expect_exact(groups_of(4, 2, Distribution::weibull(1e4, 2), k_repair), options_of(0.05, 1));
    expect_exact(groups_of(4, 3, Distribution::weibull(1e4, 0.8), k_repair), options_of(0.08, 2));
}

TEST(Importance, DoesNotDependOnThreads) {
    const ParallelFor backwards_on_two = [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::thread odd([&] {
            for (std::size_t i = count; i-- > 0;) {
                if (i % 2 == 1) {
                    work(i);
                }
            }
        });
        for (std::size_t i = count; i-- > 0;) {
            if (i % 2 == 0) {
                work(i);
            }
        }
        odd.join();
    };
    FailureSystem system = groups_of(3, 3, Distribution::exponential(1e3), k_repair);
    system.crews = {2};
    for (FailureComponent& component : system.components) {
        component.crew_pool = 0;
    }
    const auto one = estimate_rare(system, options_of(0.1, 1));
    const auto two = estimate_rare(system, options_of(0.1, 1), backwards_on_two);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->unavailability.value, two->unavailability.value);
    EXPECT_EQ(one->unavailability.relative_error, two->unavailability.relative_error);
    EXPECT_EQ(one->unavailability.twin_z, two->unavailability.twin_z);
    EXPECT_EQ(one->mean_time_to_failure_s->value, two->mean_time_to_failure_s->value);
    EXPECT_NE(one->unavailability.value, estimate_rare(system, options_of(0.1, 2))->unavailability.value);
}

// Fewer crews than parts, first failed first repaired: against the exact chain, which a random choice of who is at work
// gives the same availability and frequency where all repairs have one rate.
TEST(Importance, CrewsAgainstTheExactChain) {
    FailureSystem system;
    system.crews = {2, 1};
    add_cuts(system, add_components(system, 4, Distribution::exponential(500), Distribution::exponential(2), 0), 4, 3);
    add_cuts(system, add_components(system, 3, Distribution::exponential(800), Distribution::exponential(1), 1), 3, 3);
    const auto chain = analytic::failure_chain(system);
    ASSERT_TRUE(chain);
    const auto exact = analytic::solve_availability(*chain);
    ASSERT_TRUE(exact);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto figures = estimate_rare(system, options_of(0.02, seed));
        ASSERT_TRUE(figures) << figures.error();
        const RareEstimate& down = figures->unavailability;
        ASSERT_TRUE(down.interval) << down.refusal;
        EXPECT_LE(std::abs(down.value - exact->chance.down), 3.3 * down.relative_error * down.value);
        const RareEstimate& often = figures->failures_per_s;
        EXPECT_LE(std::abs(often.value - exact->failures_per_s), 3.3 * often.relative_error * often.value);
        // Crews matter here: with a repairer for each it would be another figure.
        EXPECT_GT(down.value, 1.5 * *figures->twin_unavailability);
    }
}

TEST(Importance, CrewsThatAreAlwaysFreeChangeNothing) {
    FailureSystem system = groups_of(2, 3, Distribution::exponential(1e3), k_repair);
    const auto alone = estimate_rare(system, options_of(0.1, 1));
    system.crews = {6};
    for (FailureComponent& component : system.components) {
        component.crew_pool = 0;
    }
    EXPECT_EQ(estimate_rare(system, options_of(0.1, 1))->unavailability.value, alone->unavailability.value);
}

TEST(Importance, CoversTheTruth) {
    const auto system = k_of_n(2, 4, Distribution::exponential(1e3), k_repair);
    const double exact = independent_twin(system)->unavailability;
    Coverage coverage;
    RareOptions options = options_of(0, 0);
    options.effort.paths_min = 2048;
    options.effort.paths_max = 4096;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        options.effort.luck.seed = study;
        const RareEstimate estimate = estimate_rare(system, options)->unavailability;
        // The interval itself, whether or not the exact twin would have had it withheld.
        const double half = normal_quantile(0.975) * estimate.relative_error * estimate.value;
        coverage.add(std::abs(estimate.value - exact) <= half);
    }
    EXPECT_TRUE(coverage.is_nominal()) << coverage;
}

TEST(Importance, RefusesByName) {
    FailureSystem system = groups_of(1, 2, Distribution::exponential(1e3), k_repair);
    system.components[1].up_s = Distribution::lognormal_mean_cv(1e3, 1);
    EXPECT_EQ(estimate_rare(system, {}).error(), "the life of `c1` is neither exponential nor Weibull");
    system = groups_of(1, 2, Distribution::exponential(1e3), Distribution::pareto(1, 0.9));
    EXPECT_EQ(estimate_rare(system, {}).error(), "the repair of `c0` has no mean");
    system = groups_of(1, 2, Distribution::exponential(1e3), k_repair);
    system.components[0].crew_pool = 1;
    EXPECT_EQ(estimate_rare(system, {}).error(), "the crew pool of `c0` does not exist");
    system = groups_of(1, 3, Distribution::exponential(2), k_repair);
    system.crews = {1};
    for (FailureComponent& component : system.components) {
        component.crew_pool = 0;
    }
    EXPECT_EQ(estimate_rare(system, {}).error(),
              "the crews of a pool are wanted 150 % of the time (at most 95 % can be sampled)");
    system.cut_sets.clear();
    EXPECT_EQ(estimate_rare(system, {}).error(), "nothing can take the system down: it has no cut sets");
}

TEST(Importance, WithholdsIntervalsThatAreNotToBeBelieved) {
    RareOptions options = options_of(0.01, 1);
    options.effort.paths_min = options.effort.paths_max = 64;
    const auto few = estimate_rare(groups_of(10, 4, Distribution::exponential(1e4), k_repair), options);
    ASSERT_TRUE(few);
    EXPECT_FALSE(few->unavailability.interval);
    EXPECT_FALSE(few->unavailability.refusal.empty());
    // A constant repair has no biased density: said by name.
    options = options_of(0.05, 1);
    const auto constant =
        estimate_rare(groups_of(2, 2, Distribution::exponential(1e4), Distribution::constant(1)), options);
    ASSERT_TRUE(constant);
    EXPECT_EQ(constant->natural_repairs, (std::vector<std::string>{"c0", "c1", "c2", "c3"}));
    EXPECT_TRUE(constant->unavailability.interval) << constant->unavailability.refusal;
}

}  // namespace
}  // namespace nines
