// Stopping: coverage where the truth is known, the guards one by one, and decisions that depend on prefixes only.

#include "engine/stats/stopping.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "engine/random/stream.hpp"
#include "tests/engine/stats/coverage.hpp"

namespace nines {
namespace {

constexpr double k_missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t k_most = 100'000;

/// Adds replications of one metric until the rule has enough.
template <class Draw>
Stopping run(const Target& target, const Draw& draw, const StoppingDesign& design = {}) {
    Stopping stopping(std::vector{target}, design);
    bool enough = false;
    while (!enough && stopping.replications() < k_most) {
        const double value = draw();
        enough = stopping.add({&value, 1});
    }
    return stopping;
}

struct CoverageCase {
    const char* name;
    double truth;
    Target target;
    double (*draw)(Stream&);
};
const CoverageCase k_coverage_cases[] = {
    {"normal_absolute", 10, {.half_width = 0.4}, [](Stream& s) { return 10 + 2 * s.normal(); }},
    {"normal_relative", 10, {.relative_half_width = 0.04}, [](Stream& s) { return 10 + 2 * s.normal(); }},
    {"exponential_absolute", 1, {.half_width = 0.15}, [](Stream& s) { return s.exponential(); }},
    {"exponential_relative", 1, {.relative_half_width = 0.15}, [](Stream& s) { return s.exponential(); }},
    {"bernoulli_absolute", 0.2, {.half_width = 0.05}, [](Stream& s) { return s.chance(0.2) ? 1.0 : 0.0; }},
    {"bernoulli_rare",
     0.05,
     {.relative_half_width = 0.25, .incidents_min = k_incidents_min},
     [](Stream& s) { return s.chance(0.05) ? 1.0 : 0.0; }},
};

class StoppingCoverage : public testing::TestWithParam<CoverageCase> {};

TEST_P(StoppingCoverage, IntervalsHoldTheTruth) {
    const CoverageCase& param = GetParam();
    Coverage coverage;
    for (std::uint64_t study = 0; study < studies(); ++study) {
        Stream stream({.seed = 4, .replication = study}, "study", param.name);
        const Stopping stopping = run(param.target, [&] { return param.draw(stream); });
        ASSERT_TRUE(stopping.stopped());
        const Interval interval = stopping.interval(0).value();
        coverage.add(interval.contains(param.truth));
        ASSERT_LE(interval.half_width(),
                  std::min(param.target.half_width, param.target.relative_half_width * stopping.moments(0).mean()));
    }
    EXPECT_TRUE(coverage.is_nominal()) << coverage;
}
INSTANTIATE_TEST_SUITE_P(Theory, StoppingCoverage, testing::ValuesIn(k_coverage_cases),
                         [](const auto& test) { return std::string(test.param.name); });

// The sibling: without the guards (a look at every replication from the third on, one pass) the same rule stops when it
// looks good by chance, and the test of coverage must see it.
TEST(Stopping, WithoutItsGuardsItDoesNotCover) {
    const StoppingDesign reckless{.replications_min = 3, .growth = 1.000001, .passes = 1};
    Coverage coverage;
    for (std::uint64_t study = 0; study < 1000; ++study) {
        Stream stream(900 + study);
        const Stopping stopping = run(
            {.half_width = 1.0}, [&] { return 2 * stream.normal(); }, reckless);
        coverage.add(stopping.interval(0).value().contains(0));
    }
    EXPECT_FALSE(coverage.is_nominal()) << coverage;
}

TEST(Stopping, LooksAtGrowingNumbersOnly) {
    Stopping stopping(std::vector<Target>{{.half_width = 0.001}});
    std::vector<std::uint64_t> looks;
    Stream stream(5);
    while (stopping.replications() < 400) {
        if (looks.empty() || looks.back() != stopping.next_look()) {
            looks.push_back(stopping.next_look());
        }
        const double value = stream.normal();
        EXPECT_FALSE(stopping.add({&value, 1}));
    }
    EXPECT_EQ(looks, (std::vector<std::uint64_t>{30, 45, 68, 102, 153, 230, 345, 518}));
}

TEST(Stopping, NeedsTwoPassesInARow) {
    Stream stream(6);
    const Stopping stopping = run({.half_width = 100}, [&] { return stream.normal(); });
    EXPECT_EQ(stopping.replications(), 45U);
    // A value far off between the looks: the pass at 30 counts for nothing later.
    Stopping shaken(std::vector<Target>{{.half_width = 1}});
    std::vector<Precision> looks;
    while (!shaken.stopped()) {
        const double value = shaken.replications() == 40 ? 1000 : stream.normal();
        const bool looks_now = shaken.replications() + 1 == shaken.next_look();
        shaken.add({&value, 1});
        if (looks_now) {
            looks.push_back(shaken.precision(0));
        }
    }
    ASSERT_GT(looks.size(), 4U);
    EXPECT_EQ(looks[0], Precision::met);
    EXPECT_NE(looks[1], Precision::met);
    EXPECT_NE(looks[looks.size() - 3], Precision::met);
    EXPECT_EQ(looks[looks.size() - 2], Precision::met);
    EXPECT_EQ(looks[looks.size() - 1], Precision::met);
}

TEST(Stopping, WaitsForAllTargets) {
    Stopping stopping(std::vector<Target>{{.half_width = 1}, {.half_width = 0.1}});
    Stream stream(7);
    while (!stopping.stopped()) {
        stopping.add(std::vector<double>{stream.normal(), stream.normal()});
        if (stopping.replications() == 45) {
            EXPECT_EQ(stopping.precision(0), Precision::met);
            EXPECT_EQ(stopping.precision(1), Precision::too_wide);
        }
    }
    EXPECT_EQ(stopping.precision(1), Precision::met);
    EXPECT_LE(stopping.interval(1)->half_width(), 0.1);
    EXPECT_GT(stopping.replications(), 384U);  // 1.96^2 / 0.1^2
}

TEST(Stopping, NothingSeenIsNoPrecision) {
    Stopping stopping(std::vector<Target>{{.half_width = 0.5}});
    for (int i = 0; i < 1000; ++i) {
        const double none = 0;
        EXPECT_FALSE(stopping.add({&none, 1}));
    }
    EXPECT_EQ(stopping.precision(0), Precision::nothing_varied);
    EXPECT_FALSE(stopping.interval(0));
    EXPECT_NEAR(stopping.unseen_share_max(0), 3.0 / 1000, 1e-5);
}

TEST(Stopping, RareIncidentsAreCountedFirst) {
    // One incident in each fifth replication: 100 of them at 500, so that the looks at 518 and 777 are the first to
    // pass.
    int turn = 0;
    const Stopping stopping =
        run({.half_width = 1, .incidents_min = k_incidents_min}, [&] { return ++turn % 5 == 0 ? 1.0 : 0.0; });
    EXPECT_EQ(stopping.replications(), 777U);
    // Without the count, 25 skewness^2 = 56 replications are asked for: 68 and 102.
    turn = 0;
    EXPECT_EQ(run({.half_width = 1}, [&] { return ++turn % 5 == 0 ? 1.0 : 0.0; }).replications(), 102U);
}

TEST(Stopping, SkewedValuesNeedMore) {
    Stopping stopping(std::vector<Target>{{.half_width = 1e6}});
    Stream stream(9);
    while (stopping.replications() < 30) {
        const double value = std::pow(stream.exponential(), 3);
        stopping.add({&value, 1});
    }
    EXPECT_EQ(stopping.precision(0), Precision::too_skewed);
}

TEST(Stopping, ValuesNotMeasuredDoNotCount) {
    Stopping stopping(std::vector<Target>{{.half_width = 100}});
    Stream stream(10);
    while (!stopping.stopped()) {
        const double value = stopping.replications() % 2 == 0 ? k_missing : stream.normal();
        stopping.add({&value, 1});
    }
    EXPECT_EQ(stopping.moments(0).count(), 51U);  // of 102: at 45 there were 22
}

TEST(Stopping, DependsOnThePrefixOnly) {
    Stream stream(11);
    std::vector<double> values(5000);
    for (double& value : values) {
        value = stream.normal();
    }
    const auto stop_of = [&] {
        std::size_t next = 0;
        return run({.half_width = 0.2}, [&] { return values[next++]; });
    };
    const Stopping first = stop_of();
    for (std::size_t i = first.replications(); i < values.size(); ++i) {
        values[i] = 1e9;
    }
    const Stopping second = stop_of();
    EXPECT_EQ(first.replications(), second.replications());
    EXPECT_EQ(first.interval(0)->lo, second.interval(0)->lo);
}

TEST(Stopping, SteinNeverGoesBelowTheFirstStage) {
    Tally tally;
    for (const double value : {1.0, 2.0, 3.0}) {
        tally.add(value);
    }
    EXPECT_EQ(stein_replications(tally, 1000, 0.95), 3U);
    EXPECT_EQ(stein_replications(tally, 0.5, 0.95), 75U);  // (4.3027 x 1 / 0.5)^2 = 74.05
}

}  // namespace
}  // namespace nines
