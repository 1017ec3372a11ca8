// Sketch: ranks of its values against those of the sorted values.

#include "engine/stats/sketch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

std::vector<double> lognormal(std::size_t count) {
    Stream stream({7, 0}, "test.sketch", "lognormal");
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(std::exp(3 * stream.normal()));
    }
    return values;
}

Sketch sketch_of(const std::vector<double>& values) {
    Sketch sketch;
    for (const double value : values) {
        sketch.add(value);
    }
    return sketch;
}

TEST(Sketch, FewValuesAreExact) {
    std::vector<double> values = lognormal(Sketch::k_exact);
    const Sketch sketch = sketch_of(values);
    std::sort(values.begin(), values.end());
    EXPECT_TRUE(sketch.exact());
    const auto steps = sketch.steps();
    for (const std::size_t rank : {1U, 2U, 700U, 2047U, 2048U}) {
        EXPECT_EQ(value_at(steps, rank), values[rank - 1]);
    }
}

TEST(Sketch, ManyValuesAreWithinFourTenthsOfAPercent) {
    std::vector<double> values = lognormal(50'000);
    for (std::size_t i = 0; i < values.size(); i += 3) {
        values[i] = -values[i];
    }
    const Sketch sketch = sketch_of(values);
    std::sort(values.begin(), values.end());
    EXPECT_FALSE(sketch.exact());
    const auto steps = sketch.steps();
    for (std::size_t rank = 1; rank <= values.size(); rank += 97) {
        const double exact = values[rank - 1];
        ASSERT_NEAR(value_at(steps, rank), exact, 0.004 * std::abs(exact)) << rank;
    }
}

TEST(Sketch, ValuesThatComeOftenStayExact) {
    Sketch sketch;
    for (int i = 0; i < 30'000; ++i) {
        sketch.add(i % 3 == 0 ? 0 : 360.25 * (i % 3));
    }
    EXPECT_FALSE(sketch.exact());
    const auto steps = sketch.steps();
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(value_at(steps, 1), 0);
    EXPECT_EQ(value_at(steps, 15'000), 360.25);
    EXPECT_EQ(value_at(steps, 30'000), 720.5);
}

TEST(Sketch, OneValueManyTimesIsThatValue) {
    Sketch sketch;
    sketch.add(0.1, 1'000'000);
    EXPECT_TRUE(sketch.exact());
    EXPECT_EQ(value_at(sketch.steps(), 999'999), 0.1);
}

}  // namespace
}  // namespace nines
