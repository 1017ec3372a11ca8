// Histograms: the promised relative error for any values, exact merging, sums and ends.

#include "engine/stats/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/random/stream.hpp"

namespace nines {
namespace {

constexpr double k_shares[] = {0, 1e-9, 0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1};

/// The ceil(p x n)-th smallest value, as the histogram defines its quantile.
Nanoseconds order_statistic(const std::vector<Nanoseconds>& sorted, double p) {
    const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

/// Values of all sizes: each draw of `decades` decades above `from`, often repeated or clustered.
std::vector<Nanoseconds> any_values(Stream& stream) {
    const double from = std::exp(30 * stream.uniform());
    const double decades = 4 * stream.uniform();
    const std::uint64_t count = 1 + stream.below(3000);
    std::vector<Nanoseconds> values;
    for (std::uint64_t i = 0; i < count; ++i) {
        const bool repeat = !values.empty() && stream.chance(0.2);
        values.push_back(repeat ? values.back() : static_cast<Nanoseconds>(from * std::exp(decades * stream.normal())));
    }
    return values;
}

TEST(Histogram, QuantilesAreWithinOnePerMilleOfOrderStatistics) {
    Stream stream(71);
    for (int trial = 0; trial < 300; ++trial) {
        std::vector<Nanoseconds> values = any_values(stream);
        Histogram histogram;
        for (const Nanoseconds value : values) {
            histogram.add(value);
        }
        std::sort(values.begin(), values.end());
        for (const double p : k_shares) {
            const auto exact = static_cast<double>(order_statistic(values, p));
            const auto found = static_cast<double>(histogram.quantile(p).value());
            ASSERT_LE(std::abs(found - exact), 0.001 * exact) << p << " of " << values.size();
        }
    }
}

TEST(Histogram, SmallValuesAreExact) {
    for (Nanoseconds value = 0; value < 2048; ++value) {
        Histogram histogram;
        histogram.add(0);
        histogram.add(value);
        histogram.add(5000);
        ASSERT_EQ(histogram.quantile(0.5), value);
    }
}

TEST(Histogram, EveryBucketBorder) {
    for (int bits = 0; bits < 63; ++bits) {
        const Nanoseconds power = Nanoseconds{1} << bits;
        for (const Nanoseconds value : {power - 1, power, power + 1}) {
            Histogram histogram;
            histogram.add(0);
            histogram.add(value);
            histogram.add(k_never);
            const auto found = static_cast<double>(histogram.quantile(0.5).value());
            ASSERT_NEAR(found, static_cast<double>(value), 0.001 * static_cast<double>(value)) << value;
        }
    }
}

TEST(Histogram, MeanMinAndMaxAreExact) {
    Histogram histogram;
    EXPECT_FALSE(histogram.quantile(0.5));
    EXPECT_EQ(histogram.mean(), 0);
    EXPECT_EQ(histogram.min(), 0);
    EXPECT_EQ(histogram.max(), 0);
    EXPECT_TRUE(histogram.empty());
    const Nanoseconds ten_years = 315'360'000'000'000'000;
    histogram.add(ten_years, 1'000'000);
    histogram.add(1);
    histogram.add(-5);  // counts as 0
    histogram.add(7, 0);
    EXPECT_EQ(histogram.count(), 1'000'002U);
    EXPECT_DOUBLE_EQ(histogram.mean(), (315.36e15 * 1e6 + 1) / 1'000'002);
    EXPECT_EQ(histogram.min(), 0);
    EXPECT_EQ(histogram.max(), ten_years);
    EXPECT_EQ(histogram.quantile(1), ten_years);
    EXPECT_EQ(histogram.quantile(0), 0);
}

TEST(Histogram, MergeEqualsWhole) {
    Stream stream(72);
    for (int trial = 0; trial < 50; ++trial) {
        Histogram whole;
        Histogram merged;
        for (int part = 0; part < 3; ++part) {
            Histogram piece;
            for (const Nanoseconds value : any_values(stream)) {
                whole.add(value);
                piece.add(value);
            }
            merged.merge(piece);
        }
        merged.merge(Histogram());
        ASSERT_EQ(merged.count(), whole.count());
        ASSERT_EQ(merged.mean(), whole.mean());
        ASSERT_EQ(merged.min(), whole.min());
        for (const double p : k_shares) {
            ASSERT_EQ(merged.quantile(p), whole.quantile(p));
        }
    }
}

TEST(Histogram, CopiesAreIndependent) {
    Histogram first;
    first.add(1000);
    Histogram second = first;
    second.add(9000);
    EXPECT_EQ(first.count(), 1U);
    EXPECT_EQ(first.max(), 1000);
    EXPECT_EQ(second.quantile(1), 9000);
}

// Inside a bucket of 1024 ns the values are taken as spread evenly: better than its middle for a smooth law.
TEST(Histogram, InterpolatesInsideABucket) {
    Histogram histogram;
    const Nanoseconds low = Nanoseconds{1} << 20;
    for (Nanoseconds i = 0; i < 1024; ++i) {
        histogram.add(low + i);
    }
    EXPECT_EQ(histogram.quantile(0.25), low + 255);
    EXPECT_EQ(histogram.quantile(0.75), low + 767);
}

// 0.07 x 100 is a little more than 7 in doubles; the 7th smallest is meant.
TEST(Histogram, AWholeRankStaysWhole) {
    Histogram histogram;
    for (Nanoseconds value = 1; value <= 100; ++value) {
        histogram.add(value);
    }
    for (const int percent : {7, 14, 28, 55, 56, 99}) {
        EXPECT_EQ(histogram.quantile(percent / 100.0), percent);
    }
}

TEST(HistogramSum, AnswersAsTheMergeWould) {
    Stream stream({5, 0}, "test.histogram", "sum");
    Histogram parts[3];
    Histogram merged;
    HistogramSum sum;
    for (int i = 0; i < 30'000; ++i) {
        parts[i % 7 == 0 ? 1 : 0].add(static_cast<Nanoseconds>(1e6 * stream.exponential() * (i % 7 + 1)));
    }
    for (const Histogram& part : parts) {  // one of them is empty
        merged.merge(part);
        sum.add(part);
    }
    EXPECT_EQ(sum.count(), merged.count());
    EXPECT_EQ(sum.mean(), merged.mean());
    EXPECT_EQ(sum.max(), merged.max());
    const std::vector<double> shares{0, 1e-9, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.99999, 1};
    std::vector<Nanoseconds> values(shares.size());
    sum.quantiles(shares, values);
    for (std::size_t i = 0; i < shares.size(); ++i) {
        EXPECT_EQ(values[i], merged.quantile(shares[i])) << shares[i];
    }
}

}  // namespace
}  // namespace nines
