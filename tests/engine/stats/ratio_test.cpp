// Ratio: coverage of both estimators, the bias that the jackknife takes off, and refusals.

#include "engine/stats/ratio.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

/// Cycles of exponential length with as much good time as the share says: the ratio of the means is 0.5.
std::vector<Slice> cycles(std::size_t count, std::uint64_t key) {
    Stream stream(key);
    std::vector<Slice> pairs(count);
    for (Slice& pair : pairs) {
        const double up = stream.exponential();
        pair = {up, up + stream.exponential()};
    }
    return pairs;
}

PairTally tally_of(const std::vector<Slice>& pairs) {
    PairTally tally;
    for (const Slice& pair : pairs) {
        tally.add(pair.numerator, pair.denominator);
    }
    return tally;
}

TEST(Ratio, BothCover) {
    Coverage classical;
    Coverage jackknife;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        const std::vector<Slice> pairs = cycles(100, 60 + study);
        classical.add(classical_ratio(tally_of(pairs), 0.95)->interval.contains(0.5));
        jackknife.add(jackknife_ratio(pairs, 0.95)->interval.contains(0.5));
    }
    EXPECT_TRUE(classical.is_nominal()) << classical;
    EXPECT_TRUE(jackknife.is_nominal()) << jackknife;
}

TEST(Ratio, JackknifeTakesOffTheBias) {
    Tally plain;
    Tally corrected;
    for (std::uint64_t study = 0; study < 20'000; ++study) {
        Stream stream(study);
        std::vector<Slice> pairs(5);
        for (Slice& pair : pairs) {
            pair = {1, stream.exponential() + 0.5};
        }
        plain.add(classical_ratio(tally_of(pairs), 0.95)->ratio);
        corrected.add(jackknife_ratio(pairs, 0.95)->ratio);
    }
    const double bias = plain.mean() - 1 / 1.5;
    EXPECT_GT(bias, 0.03);
    EXPECT_LT(std::abs(corrected.mean() - 1 / 1.5), bias / 3);
}

TEST(Ratio, Refusals) {
    EXPECT_FALSE(jackknife_ratio(cycles(1, 1), 0.95));
    EXPECT_FALSE(classical_ratio(tally_of(cycles(1, 1)), 0.95));
    EXPECT_FALSE(jackknife_ratio(std::vector<Slice>(5, Slice{1, 0}), 0.95));
    EXPECT_FALSE(classical_ratio(tally_of(std::vector<Slice>(5, Slice{1, 0})), 0.95));
    // All of the denominator in one pair: without it there is no ratio.
    EXPECT_FALSE(jackknife_ratio(std::vector<Slice>{{1, 1}, {0, 0}}, 0.95));
    const auto exact = classical_ratio(tally_of(std::vector<Slice>{{1, 4}, {2, 8}, {5, 20}}), 0.95);
    EXPECT_NEAR(exact->ratio, 0.25, 1e-15);
    EXPECT_NEAR(exact->interval.half_width(), 0, 1e-7);
}

}  // namespace
}  // namespace nines
