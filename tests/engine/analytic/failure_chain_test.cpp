// Chains of failure systems against structure functions, crews against chains, and both against each other.

#include "engine/analytic/failure_chain.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/analytic/redundancy.hpp"
#include "engine/analytic/repair_crews.hpp"
#include "tests/engine/analytic/random_structure.hpp"

namespace nines::analytic {
namespace {

void expect_same(double found, double exact, double digits = 1e-10) {
    EXPECT_NEAR(found, exact, digits * std::fabs(exact) + 1e-300);
}

std::vector<ChainComponent> components_of(std::uint64_t number, std::uint32_t count) {
    Stream stream(Luck{4713, number}, "test.chain", "one");
    std::vector<ChainComponent> components;
    for (std::uint32_t i = 0; i < count; ++i) {
        // Some are alike, so that there is something to count.
        components.push_back(i > 0 && stream.below(2) == 0
                                 ? components.back()
                                 : ChainComponent{0.001 + 0.1 * stream.uniform(), 0.1 + stream.uniform()});
    }
    return components;
}

std::vector<ComponentRates> rates_of(const std::vector<ChainComponent>& components) {
    std::vector<ComponentRates> rates;
    for (const ChainComponent& one : components) {
        rates.push_back(ComponentRates::of_means(1 / one.failure_rate, 1 / one.repair_rate));
    }
    return rates;
}

TEST(FailureChain, IndependentRepairsAgreeWithTheStructureFunction) {
    for (std::uint64_t number = 0; number < 150; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        CompiledOne compiled(random);
        const auto components = components_of(number, random.components);
        const auto chain = failure_chain(compiled.bdd, compiled.works, components, {});
        ASSERT_TRUE(chain);
        EXPECT_LE(chain->states, std::size_t{1} << random.components);
        const auto by_chain = solve_availability(*chain);
        ASSERT_TRUE(by_chain);
        const SystemRates by_diagram = solve_system(compiled.bdd, compiled.works, rates_of(components));
        expect_same(by_chain->chance.down, by_diagram.chance.down);
        expect_same(by_chain->chance.up, by_diagram.chance.up);
        expect_same(by_chain->failures_per_s, by_diagram.failures_per_s);
    }
}

/// A chain on every subset of components down, without any counting: crews work on a random choice of those down.
SystemRates by_all_subsets(const RandomStructure& random, const std::vector<double>& fail,
                           const std::vector<double>& repair, std::uint32_t pooled, std::uint32_t crews) {
    const Up all = (1U << random.components) - 1;
    AvailabilityChain chain;
    chain.states = std::size_t{1} << random.components;
    for (Up down = 0; down <= all; ++down) {
        chain.works.push_back(random.works(all & ~down));
        std::uint32_t waiting = 0;
        for (std::uint32_t i = 0; i < pooled; ++i) {
            waiting += (down >> i) & 1U;
        }
        for (std::uint32_t i = 0; i < random.components; ++i) {
            const Up bit = 1U << i;
            if ((down & bit) == 0) {
                chain.transitions.push_back({down, down | bit, fail[i]});
            } else {
                const double share = i < pooled ? std::min(1.0, static_cast<double>(crews) / waiting) : 1;
                chain.transitions.push_back({down, down & ~bit, repair[i] * share});
            }
        }
    }
    return solve_availability(chain).value();
}

// Random structures in which the first components share crews: by a chain on all subsets, by the diagram with a pool,
// and (unlike in the diagram) by the counting chain.
TEST(FailureChain, CrewsAgreeWithAChainOnAllSubsets) {
    for (std::uint64_t number = 0; number < 120; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        CompiledOne compiled(random);
        Stream stream(Luck{4714, number}, "test.crews", "one");
        const auto pooled = static_cast<std::uint32_t>(1 + stream.below(random.components));
        const auto crews = static_cast<std::uint32_t>(1 + stream.below(pooled));
        const double pool_fail = 0.02 + 0.1 * stream.uniform();
        const double pool_repair = 0.1 + stream.uniform();
        std::vector<double> fail, repair;
        std::vector<std::uint32_t> members;
        std::vector<ChainComponent> components;
        for (std::uint32_t i = 0; i < random.components; ++i) {
            const bool in_pool = i < pooled;
            fail.push_back(in_pool ? pool_fail : 0.01 + 0.1 * stream.uniform());
            repair.push_back(in_pool ? pool_repair : 0.1 + stream.uniform());
            components.push_back({fail.back(), repair.back(), in_pool ? 0 : UINT32_MAX});
            if (in_pool) {
                members.push_back(i);
            }
        }
        const SystemRates exact = by_all_subsets(random, fail, repair, pooled, crews);
        const std::vector<CrewPool> pools{CrewPool::long_run(members, 1 / pool_fail, 1 / pool_repair, crews)};
        const SystemRates solved = solve_with_crews(compiled.bdd, compiled.works, rates_of(components), pools);
        expect_same(solved.chance.down, exact.chance.down);
        expect_same(solved.chance.up, exact.chance.up);
        expect_same(solved.failures_per_s, exact.failures_per_s);
        const std::vector<std::uint32_t> crews_of_pool{crews};
        const auto counted = failure_chain(compiled.bdd, compiled.works, components, crews_of_pool);
        ASSERT_TRUE(counted);
        const auto by_counting = solve_availability(*counted);
        expect_same(by_counting->chance.down, exact.chance.down);
        expect_same(by_counting->failures_per_s, exact.failures_per_s);
    }
}

TEST(FailureChain, TwoPoolsAtOnce) {
    // Two pools of three with one crew each; down while two of the first, or one of each, are down.
    Bdd bdd;
    std::vector<BddNode> a, b;
    for (std::uint32_t i = 0; i < 3; ++i) {
        a.push_back(bdd.variable(2 * i));  // interleaved on purpose
        b.push_back(bdd.variable(2 * i + 1));
    }
    const BddNode works = bdd.both(bdd.at_least(2, a), bdd.either(bdd.at_least(3, a), bdd.at_least(3, b)));
    const std::vector<CrewPool> pools{CrewPool::long_run({0, 2, 4}, 50, 10, 1),
                                      CrewPool::long_run({1, 3, 5}, 80, 5, 1)};
    const std::vector<ComponentRates> levels(6);
    const SystemRates solved = solve_with_crews(bdd, works, levels, pools);
    std::vector<ChainComponent> components;
    for (std::uint32_t i = 0; i < 3; ++i) {
        components.push_back({1.0 / 50, 1.0 / 10, 0});
        components.push_back({1.0 / 80, 1.0 / 5, 1});
    }
    const std::vector<std::uint32_t> crews{1, 1};
    const auto chain = failure_chain(bdd, works, components, crews);
    EXPECT_EQ(chain->states, 16);
    const auto exact = solve_availability(*chain);
    expect_same(solved.chance.down, exact->chance.down);
    expect_same(solved.failures_per_s, exact->failures_per_s);
}

TEST(FailureChain, ALargeOneIsRefused) {
    FailureSystem system;
    for (std::uint32_t i = 0; i < 30; ++i) {
        system.components.push_back({"", Distribution::exponential(100 + i), Distribution::exponential(1)});
        system.cut_sets.push_back({i});
    }
    EXPECT_FALSE(failure_chain(system));
    system.components.resize(10);
    system.cut_sets.resize(10);
    EXPECT_TRUE(failure_chain(system));
    system.components[3].down_s = Distribution::lognormal_mean_cv(1, 1);
    EXPECT_FALSE(failure_chain(system)) << "not a chain: a repair remembers how long it has taken";
}

}  // namespace
}  // namespace nines::analytic
