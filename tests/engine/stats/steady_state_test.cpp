// Steady state: coverage on sequences with known means and quantiles, and refusals.

#include "engine/stats/steady_state.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/engine/stats/coverage.hpp"
#include "tests/engine/stats/sequences.hpp"

namespace nines {
namespace {

struct RunCase {
    const char* name;
    double phi;
    std::size_t count;
};
constexpr RunCase k_run_cases[] = {{"independent", 0, 2000}, {"short_memory", 0.5, 4000}, {"memory", 0.8, 12'000}};

class SteadyStateCoverage : public testing::TestWithParam<RunCase> {};

TEST_P(SteadyStateCoverage, OfMeanAndQuantile) {
    const auto [name, phi, count] = GetParam();
    Coverage means;
    Coverage quantiles;
    const double p90 = 1.2815515655446004 / std::sqrt(1 - phi * phi);
    for (std::uint64_t study = 0; study < studies(); ++study) {
        const std::vector<double> values = autoregressive(count, phi, 5000 + study);
        if (const auto mean = steady_mean(values, 0.95)) {
            means.add(mean->interval.contains(0));
        }
        if (const auto quantile = steady_quantile(values, 0.9, 0.95)) {
            quantiles.add(quantile->interval.contains(p90));
        }
    }
    EXPECT_GT(means.given, studies() * 6 / 10);
    EXPECT_GT(quantiles.given, studies() * 6 / 10);
    EXPECT_TRUE(means.is_nominal()) << means;
    EXPECT_TRUE(quantiles.is_nominal()) << quantiles;
}
INSTANTIATE_TEST_SUITE_P(Theory, SteadyStateCoverage, testing::ValuesIn(k_run_cases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SteadyState, WaitsOfAQueue) {
    Coverage means;
    Coverage quantiles;
    const double p95 = std::log(0.6 / 0.05) / (1 - 0.6);
    for (std::uint64_t study = 0; study < studies() / 4; ++study) {
        const std::vector<double> values = queue_waits(40'000, 0.6, 7000 + study);
        if (const auto mean = steady_mean(values, 0.95)) {
            means.add(mean->interval.contains(0.6 / 0.4));
        }
        if (const auto quantile = steady_quantile(values, 0.95, 0.95)) {
            quantiles.add(quantile->interval.contains(p95));
        }
    }
    EXPECT_GT(means.given, studies() / 4 * 7 / 10);
    EXPECT_GT(quantiles.given, studies() / 4 * 7 / 10);
    EXPECT_TRUE(means.is_nominal()) << means;
    EXPECT_TRUE(quantiles.is_nominal()) << quantiles;
}

// The sibling: an interval that takes the values for independent covers less than half of the time.
TEST(SteadyState, TakenForIndependentTheyDoNotCover) {
    Coverage coverage;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        Tally tally;
        for (const double value : autoregressive(1000, 0.8, 5000 + study)) {
            tally.add(value);
        }
        coverage.add(mean_interval(tally, 0.95)->contains(0));
    }
    EXPECT_FALSE(coverage.is_nominal());
    EXPECT_LT(coverage.holds, coverage.given / 2 + coverage.given / 10);
}

TEST(SteadyState, BatchesGrowWithTheMemory) {
    const std::size_t independent = independent_batch_size(autoregressive(30'000, 0, 1)).value();
    const std::size_t memory = independent_batch_size(autoregressive(30'000, 0.8, 1)).value();
    EXPECT_LE(independent, 2U);
    EXPECT_GE(memory, 15U);
    EXPECT_LE(memory, 30'000U / k_test_batches_min);
}

// 256 batches of 15 of a memory of 5 have a correlation of 0.15 or so: few such runs pass.
TEST(SteadyState, RefusesBatchesThatAreStillAlike) {
    int given = 0;
    for (std::uint64_t study = 0; study < 100; ++study) {
        given += steady_mean(autoregressive(4000, 0.8, 600 + study), 0.95) ? 1 : 0;
    }
    EXPECT_LT(given, 20);
}

TEST(SteadyState, LeansToTheLongTail) {
    double lean = 0;
    for (std::uint64_t study = 0; study < 50; ++study) {
        Stream stream(study);
        std::vector<double> values(640);
        for (double& value : values) {
            value = stream.exponential();
        }
        if (const auto mean = steady_mean(values, 0.95)) {
            lean += (mean->interval.hi + mean->interval.lo - 2 * mean->mean) / mean->interval.half_width();
        }
    }
    EXPECT_GT(lean, 1);
}

TEST(SteadyState, RefusesRunsThatAreTooShort) {
    EXPECT_FALSE(steady_mean(autoregressive(255, 0, 2), 0.95));
    EXPECT_FALSE(steady_mean({}, 0.95));
    EXPECT_FALSE(steady_mean(autoregressive(2000, 0.99, 2), 0.95));
    EXPECT_FALSE(steady_mean(std::vector<double>(5000, 0.1), 0.95));
    EXPECT_FALSE(steady_quantile(autoregressive(2000, 0.99, 2), 0.5, 0.95));
    // 10 / (1 - p) independent values are too few once the variance is estimated; twice as many are not.
    EXPECT_FALSE(steady_quantile(autoregressive(999, 0, 3), 0.99, 0.95));
    EXPECT_TRUE(steady_quantile(autoregressive(3000, 0, 4), 0.99, 0.95));
    EXPECT_FALSE(steady_quantile(autoregressive(3000, 0, 4), 0.001, 0.95));
}

TEST(SteadyState, EffectiveSizeOfAQuantile) {
    const auto independent = steady_quantile(autoregressive(20'000, 0, 4), 0.5, 0.95).value();
    const auto memory = steady_quantile(autoregressive(20'000, 0.8, 4), 0.5, 0.95).value();
    EXPECT_GT(independent.effective_sample_size, 8000);
    EXPECT_LT(memory.effective_sample_size, 6000);
    EXPECT_LT(independent.interval.half_width(), memory.interval.half_width());
    EXPECT_TRUE(independent.interval.contains(independent.value));
}

}  // namespace
}  // namespace nines
