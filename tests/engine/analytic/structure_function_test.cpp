// Structure functions against enumeration of all states of random systems: chances, frequencies, importance, cut sets.

#include "engine/analytic/structure_function.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "engine/analytic/availability_bounds.hpp"
#include "tests/engine/analytic/random_structure.hpp"

namespace nines::analytic {
namespace {

constexpr std::uint64_t k_systems = 300;

void expect_same(double found, double exact) {
    EXPECT_NEAR(found, exact, 1e-12 * std::fabs(exact) + 1e-300);
}

double chance_of_state(Up up, const std::vector<ComponentRates>& rates) {
    double chance = 1;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        chance *= ((up >> i) & 1U) != 0 ? rates[i].chance.up : rates[i].chance.down;
    }
    return chance;
}

TEST(StructureFunction, RandomSystemsHaveTheChancesOfEnumeration) {
    for (std::uint64_t number = 0; number < k_systems; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        const CompiledOne compiled(random);
        const std::vector<ComponentRates> rates = random_rates(number, random.components);
        Chance exact{0, 0};
        double failures = 0;
        std::vector<double> critical(random.components, 0);
        for (Up up = 0; up < (1U << random.components); ++up) {
            const double chance = chance_of_state(up, rates);
            (random.works(up) ? exact.up : exact.down) += chance;
            for (std::uint32_t i = 0; i < random.components; ++i) {
                const Up without = up & ~(1U << i);
                if (up != without && random.works(up) && !random.works(without)) {
                    critical[i] += chance / rates[i].chance.up;
                    failures += chance / rates[i].chance.up * rates[i].failures_per_s;
                }
            }
        }
        const SystemRates solved = solve_system(compiled.bdd, compiled.works, rates);
        expect_same(solved.chance.up, exact.up);
        expect_same(solved.chance.down, exact.down);
        expect_same(solved.failures_per_s, failures);
        const std::vector<double> birnbaum = birnbaum_importance(compiled.bdd, compiled.works, rates);
        for (std::uint32_t i = 0; i < random.components; ++i) {
            expect_same(birnbaum[i], critical[i]);
        }
    }
}

/// Sets of components that make the system fail when they are down (or work when they are up, and nothing else), none
/// of which holds another.
std::set<std::vector<std::uint32_t>> minimal_by_enumeration(const RandomStructure& random, bool cuts) {
    const Up all = (1U << random.components) - 1;
    const auto does = [&](Up set) { return cuts ? !random.works(all & ~set) : random.works(set); };
    std::set<std::vector<std::uint32_t>> sets;
    for (Up set = 0; set <= all; ++set) {
        bool minimal = does(set);
        std::vector<std::uint32_t> members;
        for (std::uint32_t i = 0; i < random.components; ++i) {
            if (((set >> i) & 1U) != 0) {
                members.push_back(i);
                minimal = minimal && !does(set & ~(1U << i));
            }
        }
        if (minimal) {
            sets.insert(members);
        }
    }
    return sets;
}

TEST(StructureFunction, RandomSystemsHaveTheMinimalSetsOfEnumeration) {
    for (std::uint64_t number = 0; number < k_systems; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        CompiledOne compiled(random);
        const MinimalSets cuts = minimal_sets(compiled.bdd, compiled.bdd.dual(compiled.works));
        const MinimalSets paths = minimal_sets(compiled.bdd, compiled.works);
        const auto exact_cuts = minimal_by_enumeration(random, true);
        const auto exact_paths = minimal_by_enumeration(random, false);
        EXPECT_EQ(std::set(cuts.sets.begin(), cuts.sets.end()), exact_cuts);
        EXPECT_EQ(std::set(paths.sets.begin(), paths.sets.end()), exact_paths);
        EXPECT_TRUE(cuts.is_complete());
        for (std::size_t order = 0; order < cuts.count_by_order.size(); ++order) {
            const auto of_order = std::count_if(exact_cuts.begin(), exact_cuts.end(),
                                                [&](const auto& set) { return set.size() == order; });
            EXPECT_EQ(cuts.count_by_order[order], of_order);
        }
    }
}

// The union of the cut sets, by inclusion and exclusion, is all there is to the unavailability.
TEST(StructureFunction, InclusionAndExclusionOfCutSetsGivesTheSame) {
    for (std::uint64_t number = 0; number < k_systems; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        CompiledOne compiled(random);
        const auto rates = random_rates(number, random.components);
        const MinimalSets cuts = minimal_sets(compiled.bdd, compiled.bdd.dual(compiled.works));
        if (cuts.sets.size() > 12) {
            continue;
        }
        double unavailability = 0;
        for (std::uint32_t some = 1; some < (1U << cuts.sets.size()); ++some) {
            Up down = 0;
            for (std::size_t c = 0; c < cuts.sets.size(); ++c) {
                for (const std::uint32_t member : cuts.sets[c]) {
                    down |= ((some >> c) & 1U) << member;
                }
            }
            double chance = std::popcount(some) % 2 == 1 ? 1 : -1;
            for (std::uint32_t i = 0; i < random.components; ++i) {
                chance *= ((down >> i) & 1U) != 0 ? rates[i].chance.down : 1;
            }
            unavailability += chance;
        }
        EXPECT_NEAR(solve_system(compiled.bdd, compiled.works, rates).chance.down, unavailability, 1e-10);
    }
}

TEST(StructureFunction, ImportanceOfRandomSystems) {
    for (std::uint64_t number = 0; number < k_systems; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        CompiledOne compiled(random);
        const auto rates = random_rates(number, random.components);
        const MinimalSets cuts = minimal_sets(compiled.bdd, compiled.bdd.dual(compiled.works));
        const auto importance = importance_of_all(compiled.bdd, compiled.works, rates, cuts);
        double down = 0;
        std::vector<double> with_a_part(random.components, 0), down_if_down(random.components, 0),
            down_if_perfect(random.components, 0);
        for (Up up = 0; up < (1U << random.components); ++up) {
            const double chance = chance_of_state(up, rates);
            const bool fails = !random.works(up);
            down += fails ? chance : 0;
            for (std::uint32_t i = 0; i < random.components; ++i) {
                down_if_down[i] += random.works(up & ~(1U << i)) ? 0 : chance;
                down_if_perfect[i] += random.works(up | (1U << i)) ? 0 : chance;
                const bool some_cut = std::any_of(cuts.sets.begin(), cuts.sets.end(), [&](const auto& set) {
                    return std::find(set.begin(), set.end(), i) != set.end() &&
                           std::none_of(set.begin(), set.end(), [&](auto m) { return ((up >> m) & 1U) != 0; });
                });
                with_a_part[i] += some_cut ? chance : 0;
            }
        }
        for (std::uint32_t i = 0; down > 0 && i < random.components; ++i) {
            expect_same(importance[i].unavailability_if_down, down_if_down[i]);
            expect_same(importance[i].unavailability_if_perfect, down_if_perfect[i]);
            expect_same(importance[i].risk_achievement_worth, down_if_down[i] / down);
            EXPECT_EQ(importance[i].risk_reduction_worth.has_value(), down_if_perfect[i] > 0);
            expect_same(importance[i].fussell_vesely.value(), with_a_part[i] / down);
            EXPECT_NEAR(importance[i].criticality, 1 - down_if_perfect[i] / down, 1e-12);
        }
    }
}

// Every order of the variables gives the same function.
TEST(StructureFunction, TheOrderOfComponentsDoesNotMatter) {
    for (std::uint64_t number = 0; number < 50; ++number) {
        const RandomStructure random(number);
        const auto rates = random_rates(number, random.components);
        const std::vector<GateId> gates{random.gate};
        std::vector<std::uint32_t> order(random.components);
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        double first = -1;
        for (int turn = 0; turn < 5; ++turn) {
            auto compiled =
                compile_structure_function(random.function, gates, std::vector<std::vector<std::uint32_t>>{order});
            ASSERT_TRUE(compiled);
            std::vector<ComponentRates> by_level;
            for (const std::uint32_t component : compiled->component_of) {
                by_level.push_back(rates[component]);
            }
            const double down = solve_system(compiled->bdd, compiled->works[0], by_level).chance.down;
            first = turn == 0 ? down : first;
            EXPECT_NEAR(down, first, 1e-12 * first);
            std::next_permutation(order.begin(), order.end());
            std::rotate(order.begin(), order.begin() + 1, order.end());
        }
    }
}

// 500 of 1,000: no diagram of sets, but one of k (n - k + 1) nodes; and a chance whose digits a difference would lose.
TEST(StructureFunction, ManyAlikeComponentsTakePolynomialRoom) {
    Bdd bdd;
    std::vector<BddNode> units;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        units.push_back(bdd.variable(i));
    }
    const std::size_t before = bdd.size();
    const BddNode works = bdd.at_least(500, units);
    EXPECT_EQ(bdd.below(works).size() - 2, 500 * (1000 - 500 + 1));
    EXPECT_LE(bdd.size() - before, 2 * 500 * 501);
    const std::vector<Chance> levels(1000, {0.9, 0.1});
    // P(at most 499 of 1,000 are up): summed in logarithms.
    double exact = 0;
    for (int k = 0; k < 500; ++k) {
        exact += std::exp(std::lgamma(1001) - std::lgamma(k + 1) - std::lgamma(1001 - k) + k * std::log(0.9) +
                          (1000 - k) * std::log(0.1));
    }
    EXPECT_LT(exact, 1e-200);
    EXPECT_NEAR(bdd.chance(works, levels).down / exact, 1, 1e-9);
}

TEST(StructureFunction, ATooLargeDiagramIsGivenUp) {
    StructureFunction s;
    std::vector<GateId> units;
    for (std::uint32_t i = 0; i < 200; ++i) {
        units.push_back(s.component(i));
    }
    const std::vector<GateId> gates{s.at_least(100, units)};
    EXPECT_FALSE(compile_structure_function(s, gates, std::vector<std::vector<std::uint32_t>>{{}}, 1000));
    EXPECT_TRUE(compile_structure_function(s, gates, std::vector<std::vector<std::uint32_t>>{{}}));
}

TEST(StructureFunction, WhatIsNotListedIsCounted) {
    Bdd bdd;
    std::vector<BddNode> units;
    for (std::uint32_t i = 0; i < 30; ++i) {
        units.push_back(bdd.variable(i));
    }
    const MinimalSets sets = minimal_sets(bdd, bdd.at_least(15, units), {.listed = 100});
    EXPECT_EQ(sets.sets.size(), 100);
    EXPECT_EQ(sets.count, 155117520);  // 30 over 15
    EXPECT_EQ(sets.count_by_order[15], 155117520);
    EXPECT_FALSE(sets.is_complete());
    const MinimalSets short_ones = minimal_sets(bdd, bdd.at_least(15, units), {.order = 10});
    EXPECT_TRUE(short_ones.sets.empty());
    EXPECT_EQ(short_ones.count, 155117520);
}

// Bounds hold for every order, and close in on the exact value as it grows.
TEST(StructureFunction, BoundsHoldTheExactValue) {
    int close = 0;
    for (std::uint64_t number = 0; number < k_systems; ++number) {
        SCOPED_TRACE(number);
        const RandomStructure random(number);
        CompiledOne compiled(random);
        auto rates = random_rates(number, random.components);
        std::vector<double> down;
        for (ComponentRates& one : rates) {
            one.chance.down /= 50;  // rare, as where bounds are wanted
            one.chance.up = 1 - one.chance.down;
            down.push_back(one.chance.down);
        }
        const double exact = solve_system(compiled.bdd, compiled.works, rates).chance.down;
        const MinimalSets cuts = minimal_sets(compiled.bdd, compiled.bdd.dual(compiled.works));
        for (std::uint32_t order = 1; order <= 4; ++order) {
            const auto bounds = unavailability_bounds(random.function, random.gate, down, {.order = order});
            ASSERT_TRUE(bounds);
            EXPECT_LE(bounds->lower, exact * (1 + 1e-12));
            EXPECT_GE(bounds->upper, exact * (1 - 1e-12));
            std::size_t counted = 0;
            for (std::uint32_t k = 0; k <= order; ++k) {
                counted += static_cast<std::size_t>(cuts.count_by_order[k]);
            }
            EXPECT_EQ(bounds->cut_sets, counted);
            close += order == 4 && bounds->upper < 1.02 * exact && bounds->lower > 0.98 * exact ? 1 : 0;
        }
    }
    EXPECT_GT(close, static_cast<int>(k_systems) / 2);
}

TEST(StructureFunction, BoundsTakeASmallerOrderWhereThereIsTooMuch) {
    StructureFunction s;
    std::vector<GateId> units;
    for (std::uint32_t i = 0; i < 40; ++i) {
        units.push_back(s.component(i));
    }
    const GateId gate = s.at_least(38, units);  // 9,880 cut sets of three
    EXPECT_FALSE(small_cut_sets(s, gate, 3, 3000));
    const std::vector<double> down(40, 1e-4);
    const auto bounds = unavailability_bounds(s, gate, down);
    ASSERT_TRUE(bounds);
    EXPECT_EQ(bounds->order, 2);
    EXPECT_EQ(bounds->cut_sets, 0);
    EXPECT_EQ(bounds->lower, 0);
    // Nothing is counted, so all of the bound is the chance of three down: here that is the exact value.
    EXPECT_NEAR(bounds->upper, 9880 * 1e-12, 9880 * 1e-12 * 0.01);
}

TEST(StructureFunction, GatesAreSimplified) {
    StructureFunction s;
    const GateId a = s.component(0);
    const GateId b = s.component(1);
    EXPECT_EQ(s.all_of({a, b}), s.all_of({b, a, b}));
    EXPECT_EQ(s.all_of({}), s.always());
    EXPECT_EQ(s.any_of({}), s.never());
    EXPECT_EQ(s.any_of({a, s.always()}), s.always());
    EXPECT_EQ(s.all_of({a, s.never()}), s.never());
    EXPECT_EQ(s.all_of({a, s.always()}), a);
    EXPECT_EQ(s.at_least(2, {a, s.always(), b}), s.any_of({a, b}));
    EXPECT_EQ(s.at_least(2, {a, a, a}), a);
    EXPECT_EQ(s.at_least(3, {a, b}), s.never());
}

}  // namespace
}  // namespace nines::analytic
