// Batch means: an example to eleven digits, refusals, and coverage where the truth is known.

#include "engine/stats/batch_means.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

constexpr double k_values[] = {
    10.346, 11.064, 11.075, 9.449,  10.52,  10.81,  10.03,  10.602, 10.786, 10.844, 10.62,  10.98,  9.95,   9.802,
    9.379,  10.164, 10.155, 9.816,  9.089,  9.105,  9.382,  9.292,  10.798, 11.565, 8.385,  6.98,   7.711,  7.976,
    8.797,  9.375,  11.68,  10.064, 9.667,  11.81,  11.914, 12.003, 10.888, 8.973,  9.449,  9.723,  8.579,  8.322,
    8.753,  8.183,  8.63,   9.136,  9.431,  9.095,  9.96,   10.864, 10.925, 9.829,  10.612, 9.927,  10.828, 9.508,
    10.57,  10.379, 9.017,  8.998,  9.352,  9.82,   8.891,  8.117,  8.881,  8.75,   9.361,  10.312, 8.57,   9.253,
    10.702, 10.194, 9.325,  10.28,  10.449, 11.21,  10.502, 8.87,   9.099,  8.923,  10.022, 10.209, 8.515,  7.766,
    9.32,   10.204, 9.502,  9.651,  10.201, 10.609, 11.303, 11.168, 10.723, 10.247, 11.229, 8.609,  8.888,  9.255,
    8.053,  8.97,   8.628,  9.902,  9.806,  10.533, 11.592, 11.497, 10.172, 8.606,  10.778, 10.433, 9.615,  9.875,
    9.721,  10.657, 10.494, 10.359, 9.537,  10.145, 9.068,  10.013, 11.533, 9.549,  7.218,  8.669,  11.616, 10.131,
    8.841,  9.777,  9.004,  8.796,  8.809,  9.699,  9.384,  9.846,  9.716,  8.957,  8.95,   8.314,  8.827,  8.055,
    7.545,  9.739,  9.764,  9.781,  10.358, 9.83,   9.652,  10.182, 10.41,  9.127,  10.223, 9.565,  8.64,   8.147,
    8.313,  10.446, 9.137,  9.556,  7.551,  8.284,  9.699,  9.552,  9.057,  9.572,  10.4,   10.944, 12.633, 12.052,
    10.844, 10.465, 10.253, 10.286, 10.17,  10.293, 8.534,  9.804,  9.288,  8.328,  9.468,  10.945, 11.154, 10.969,
    9.746,  12.694, 12.766, 10.797, 9.778,  9.932,  8.397,  9.047,  8.874,  10.438, 11.269, 8.177,  8.765,  7.518,
    9.372,  9.729,  10.359, 9.186,  11.259, 12.901, 10.966,
};

TEST(BatchMeans, TwentyBatchesOfTen) {
    const auto result = batch_means(k_values, 0.95, 20);
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
    for (const double value : std::span(k_values).first(200)) {
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
