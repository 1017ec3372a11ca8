// Batch means: an example to eleven digits, refusals, and coverage where the truth is known.

#include "engine/stats/batch_means.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

#include "engine/random/stream.hpp"
#include "tests/support/batch_values.hpp"

namespace nines {
namespace {

using support::k_batch_values;

TEST(BatchMeans, TwentyBatchesOfTen) {
    const auto result = batch_means(k_batch_values, 0.95, 20);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->batches, 20U);
    EXPECT_EQ(result->batch_size, 10U);
    EXPECT_NEAR(result->mean, 9.763974999999999, 1e-12);
    EXPECT_NEAR(result->interval.half_width(), 0.2549757455770007, 1e-11);
    EXPECT_NEAR(result->lag1_correlation, -0.39797128321795844, 1e-12);
}

/// An autoregressive sequence with variance 1 / (1 - phi^2) about `mean`; dependent over about 1 / (1 - phi) values.
std::vector<double> autoregressive(std::size_t count, double phi, double mean, std::uint64_t key) {
    Stream stream(key);
    double x = stream.normal() / std::sqrt(1 - phi * phi);
    std::vector<double> values(count);
    for (double& value : values) {
        value = mean + x;
        x = phi * x + stream.normal();
    }
    return values;
}

TEST(BatchMeans, RefusesTooFewBatches) {
    const std::vector<double> values = {1, 2, 3, 1, 2, 3, 1, 2, 3};
    EXPECT_FALSE(batch_means(values, 0.95));
    EXPECT_FALSE(batch_means({}, 0.95));
}

TEST(BatchMeans, RefusesValuesThatDoNotVary) {
    EXPECT_FALSE(batch_means(std::vector<double>(300, 0.1), 0.95));
    EXPECT_FALSE(batch_ratio(std::vector<Slice>(300, Slice{3, 10}), 0.95));
}

TEST(BatchMeans, RefusesDependentBatches) {
    // Batches of 10 of a sequence that remembers for 100: neighbours are nearly equal.
    EXPECT_FALSE(batch_means(autoregressive(300, 0.99, 5, 11), 0.95));
    std::vector<Slice> slices;
    for (const double value : autoregressive(300, 0.99, 5, 11)) {
        slices.push_back({value, 1});
    }
    EXPECT_FALSE(batch_ratio(slices, 0.95));
}

TEST(BatchMeans, UsesNearlyAllValuesWhateverTheirNumber) {
    for (const std::size_t count : {10U, 29U, 30U, 31U, 59U, 61U, 299U, 1000U}) {
        const std::vector<double> values = autoregressive(count, 0, 1, count);
        const auto result = batch_means(values, 0.95);
        ASSERT_TRUE(result) << count;
        EXPECT_LE(result->batches, 30U);
        EXPECT_GE(result->batches, 10U);
        EXPECT_LE(20 * (count - result->batches * result->batch_size), count) << count;
    }
}

TEST(BatchMeans, RatioIsTheRatioOfAllSums) {
    std::vector<Slice> slices;
    Slice total;
    Stream stream(4);
    for (int i = 0; i < 61; ++i) {
        const double offered = 10 + 90 * stream.uniform();
        slices.push_back({offered * (0.9 + 0.1 * stream.uniform()), offered});
        total.numerator += slices.back().numerator;
        total.denominator += slices.back().denominator;
    }
    const auto result = batch_ratio(slices, 0.95);
    ASSERT_TRUE(result);
    EXPECT_NEAR(result->mean, total.numerator / total.denominator, 1e-14);
    EXPECT_TRUE(result->interval.contains(result->mean));
    EXPECT_FALSE(batch_ratio(std::vector<Slice>(61, Slice{1, 0}), 0.95));
}

TEST(BatchMeans, RatioWithEqualDenominatorsIsTheMean) {
    std::vector<double> values;
    std::vector<Slice> slices;
    for (const double value : std::span(k_batch_values).first(200)) {
        values.push_back(value / 4);
        slices.push_back({value, 4});
    }
    const auto mean = batch_means(values, 0.9, 20);
    const auto ratio = batch_ratio(slices, 0.9, 20);
    ASSERT_TRUE(mean && ratio);
    EXPECT_NEAR(ratio->mean, mean->mean, 1e-13);
    EXPECT_NEAR(ratio->interval.half_width(), mean->interval.half_width(), 1e-12);
}

/// How often the interval holds the true mean, of `studies` sequences; studies that refuse are not counted.
struct Coverage {
    int holds = 0;
    int given = 0;
};
Coverage coverage(int studies, double truth) {
    Coverage result;
    for (int i = 0; i < studies; ++i) {
        const auto study = batch_means(autoregressive(3000, 0.8, 5, 100 + static_cast<std::uint64_t>(i)), 0.95);
        result.given += study ? 1 : 0;
        result.holds += study && study->interval.contains(truth) ? 1 : 0;
    }
    return result;
}

// The nominal 95 %, less what batches of 100 values leave of a memory of 5 (about a point), between 91 and 98 %.
// Five standard errors of 1000 studies are 3.4 points: a false alarm in a million.
TEST(BatchMeans, IntervalsCoverTheTruth) {
    const Coverage right = coverage(1000, 5);
    EXPECT_GT(right.given, 850);  // the test for dependence refuses about one in twenty by chance
    EXPECT_GT(right.holds, 0.906 * right.given);
    EXPECT_LT(right.holds, 0.984 * right.given);
    // The mutant: two standard errors off, which is 0.18, must not be covered like the truth.
    const Coverage wrong = coverage(200, 5.18);
    EXPECT_LT(wrong.holds, 0.7 * wrong.given);
}

}  // namespace
}  // namespace nines
