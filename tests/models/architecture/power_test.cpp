// Curves of power: watts between points by hand, and the whole numbers in which both fidelities count time on a line.

#include "models/architecture/power.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace nines {
namespace {

// Case c04 of cost_energy.json: a curve as SPECpower tables have it.
const PowerSpec k_measured({{0, 60}, {1'000, 110}, {3'000, 150}, {5'000, 190}, {7'000, 240}, {10'000, 330}});

TEST(PowerSpec, GoesStraightFromPointToPoint) {
    EXPECT_DOUBLE_EQ(k_measured.at(0), 60);
    EXPECT_DOUBLE_EQ(k_measured.at(0.05), 85);
    EXPECT_DOUBLE_EQ(k_measured.at(0.25), 140);
    EXPECT_DOUBLE_EQ(k_measured.at(0.55), 202.5);
    EXPECT_DOUBLE_EQ(k_measured.at(0.9), 300);
    EXPECT_DOUBLE_EQ(k_measured.at(1), 330);
}

TEST(PowerSpec, CountsInAsFewPartsAsItsPointsNeed) {
    EXPECT_EQ(k_measured.parts(), 10U);
    EXPECT_EQ(PowerSpec::of(10, 20, 40).parts(), 2U);
    const PowerSpec odd({{0, 1}, {1'250, 2}, {3'333, 3}, {10'000, 4}});
    EXPECT_EQ(odd.parts(), PowerSpec::k_whole);
    for (const PowerSpec& spec : {k_measured, PowerSpec::of(10, 20, 40), odd}) {
        std::uint32_t all = 0;
        double rise_w = 0;
        for (const PowerSpec::Line& line : spec.lines()) {
            EXPECT_EQ(line.from, all);
            all += line.length;
            rise_w += line.rise_w;
        }
        EXPECT_EQ(all, spec.parts());
        EXPECT_DOUBLE_EQ(spec.idle_w() + rise_w, spec.full_w());
    }
}

TEST(PowerSpec, KnowsAHalfOnlyWhereThatIsItsOnePoint) {
    EXPECT_EQ(PowerSpec::of(10, 20, 40).half_w(), 20);
    EXPECT_FALSE(k_measured.half_w());
    EXPECT_FALSE(PowerSpec({{0, 10}, {10'000, 40}}).half_w());
    EXPECT_FALSE(PowerSpec().draws());
}

}  // namespace
}  // namespace nines
