// Structure functions against enumeration of all states, and against published figures.

#include "engine/analytic/structure_function.hpp"

#include <gtest/gtest.h>

#include "engine/analytic/importance.hpp"

namespace nines::analytic {
namespace {

TEST(StructureFunction, Bridge) {
    StructureFunction s;
    std::vector<GateId> c;
    for (std::uint32_t i = 0; i < 5; ++i) {
        c.push_back(s.component(i));
    }
    const std::vector<GateId> works{s.any_of(
        {s.all_of({c[0], c[3]}), s.all_of({c[1], c[4]}), s.all_of({c[0], c[2], c[4]}), s.all_of({c[1], c[2], c[3]})})};
    const std::vector<std::vector<std::uint32_t>> orders{{0, 1, 2, 3, 4}};
    auto compiled = compile_structure_function(s, works, orders);
    ASSERT_TRUE(compiled);
    const std::vector<ComponentRates> rates{ComponentRates::of_means(500, 10), ComponentRates::of_means(800, 20),
                                            ComponentRates::of_means(300, 5), ComponentRates::of_means(900, 12),
                                            ComponentRates::of_means(600, 8)};
    const SystemRates solved = solve_system(compiled->bdd, compiled->works[0], rates);
    EXPECT_NEAR(solved.chance.down, 0.0006604495239544723, 1e-16);
    EXPECT_NEAR(solved.failures_per_s * 8760, 0.9738854716111491, 1e-12);
    const BddNode fails = compiled->bdd.dual(compiled->works[0]);
    const MinimalSets cuts = minimal_sets(compiled->bdd, fails);
    EXPECT_EQ(cuts.sets, (std::vector<std::vector<std::uint32_t>>{{0, 1}, {3, 4}, {0, 2, 4}, {1, 2, 3}}));
}

}  // namespace
}  // namespace nines::analytic
