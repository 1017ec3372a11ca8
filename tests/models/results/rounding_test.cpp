// Rounding to significant digits.

#include "models/results/rounding.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/results/results.hpp"

namespace nines {
namespace {

TEST(RoundSignificant, ToTheNearest) {
    EXPECT_EQ(round_significant(1.0 / 3), 0.333333333333);
    EXPECT_EQ(round_significant(-2.0 / 3), -0.666666666667);
    EXPECT_EQ(round_significant(987654, 2), 990000);
    EXPECT_EQ(round_significant(9.99, 2), 10);
    EXPECT_EQ(round_significant(5e-324), 5e-324);
    EXPECT_EQ(round_significant(round_significant(M_PI)), round_significant(M_PI));
}

TEST(RoundSignificant, ZeroHasNoSignAndTheInfiniteStays) {
    EXPECT_FALSE(std::signbit(round_significant(-0.0)));
    EXPECT_TRUE(std::isnan(round_significant(NAN)));
    EXPECT_TRUE(std::isinf(round_significant(INFINITY)));
}

TEST(ResultsFind, ByNameOrNothing) {
    Results results;
    results.metrics = {{"a", "s", 1, {}, {}}, {"b", "s", 2, {}, {}}};
    ASSERT_NE(results.find("b"), nullptr);
    EXPECT_EQ(results.find("b")->mean, 2);
    EXPECT_EQ(results.find("c"), nullptr);
}

}  // namespace
}  // namespace nines
