// Moments: against sums over all values, merging, and the empty cases.

#include "engine/stats/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

/// The k-th central moment in two passes.
double central(const std::vector<double>& values, int k) {
    double mean = 0;
    for (const double value : values) {
        mean += value / static_cast<double>(values.size());
    }
    double sum = 0;
    for (const double value : values) {
        sum += std::pow(value - mean, k);
    }
    return sum / static_cast<double>(values.size());
}

TEST(Moments, OnePassIsTwoPassesHoweverMerged) {
    Stream stream(3);
    for (int trial = 0; trial < 100; ++trial) {
        std::vector<double> values(2 + stream.below(60));
        std::vector<Moments> parts(1 + stream.below(4));
        Moments whole;
        for (double& value : values) {
            value = 50 + stream.exponential();
            whole.add(value);
            parts[stream.below(parts.size())].add(value);
        }
        Moments merged;
        for (const Moments& part : parts) {
            merged.merge(part);
        }
        const double variance = central(values, 2);
        for (const Moments& moments : {whole, merged}) {
            ASSERT_EQ(moments.count(), values.size());
            ASSERT_NEAR(moments.skewness(), central(values, 3) / std::pow(variance, 1.5), 1e-9);
            ASSERT_NEAR(moments.excess_kurtosis(), central(values, 4) / (variance * variance) - 3, 1e-9);
        }
    }
}

TEST(Moments, NothingVaries) {
    Moments moments;
    EXPECT_EQ(moments.skewness(), 0);
    EXPECT_EQ(moments.excess_kurtosis(), 0);
    moments.add(7);
    moments.add(7);
    EXPECT_EQ(moments.skewness(), 0);
    EXPECT_EQ(moments.excess_kurtosis(), 0);
}

TEST(Moments, AllAtOnceIsOneByOne) {
    Moments one_by_one;
    std::vector<double> values;
    for (int i = 0; i < 64; ++i) {
        values.push_back(1e6 + 0.37 * i * i);
        one_by_one.add(values.back());
    }
    const Moments at_once = Moments::of(values);
    EXPECT_EQ(at_once.count(), 64U);
    EXPECT_DOUBLE_EQ(at_once.mean(), one_by_one.mean());
    EXPECT_NEAR(at_once.variance(), one_by_one.variance(), 1e-9 * one_by_one.variance());
    EXPECT_NEAR(at_once.skewness(), one_by_one.skewness(), 1e-9);
    EXPECT_NEAR(at_once.excess_kurtosis(), one_by_one.excess_kurtosis(), 1e-9);
    EXPECT_EQ(Moments::of({}).count(), 0U);
}

}  // namespace
}  // namespace nines
