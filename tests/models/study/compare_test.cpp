// Contest: intervals that hold at once, decisions, what is made of them, and when it ends; on values of a known law.

#include "models/study/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/engine/stats/coverage.hpp"
#include "tests/models/study/same_comparison.hpp"
#include "tests/models/study/synthetic_study.hpp"

namespace nines {
namespace {

const std::vector<FrameMetric> k_metrics_made{{"availability", "fraction", FigureKind::share_up, false},
                                              {"latency.p99", "s", FigureKind::plain, false},
                                              {"cost.per_month", "USD/month", FigureKind::plain, false},
                                              {"throughput", "1/s", FigureKind::plain, false}};

std::vector<Contestant> contestants_made(std::size_t count, const StudySpec& spec) {
    std::vector<Contestant> contestants;
    for (std::size_t i = 0; i < count; ++i) {
        contestants.push_back({i == 0 ? "base" : std::string(1, static_cast<char>('a' + i - 1)),
                               synthetic_frame(k_metrics_made, spec),
                               {Better::higher, Better::lower, Better::lower, Better::neither}});
    }
    return contestants;
}

/// One value of each metric for each contestant.
using Row = std::vector<std::vector<double>>;

PairedBatch batch_of(const Contest& contest, const Row& row) {
    PairedBatch batch;
    for (std::size_t i = 0; i < row.size(); ++i) {
        batch.contestants.push_back(one_replication(contest.study(i), row[i]));
    }
    return batch;
}

StudySpec spec_of(std::uint64_t replications) {
    StudySpec spec;
    spec.replications = replications;
    return spec;
}

TEST(Contest, DecidesByIntervals) {
    Contest contest(contestants_made(2, spec_of(100)));
    Stream stream({1, 0}, "test.contest", "decides");
    while (contest.ended() == StudyEnd::none) {
        const double luck = stream.normal();
        const double own = stream.normal();
        contest.take(batch_of(contest, {{0.999 + 1e-5 * luck, 1 + 0.1 * luck, 100 + luck, 7},
                                        {0.9991 + 1e-5 * luck, 1 + 0.1 * own, 101 + luck + 0.1 * own, 7.5 + own}}));
    }
    const ComparisonResults results = results_of(contest);
    const VariantResults& a = results.contestants[1];
    EXPECT_EQ(a.find("availability")->decision, Decision::better);
    EXPECT_NEAR(a.find("availability")->difference.value(), 1e-4, 1e-12);
    EXPECT_EQ(a.find("latency.p99")->decision, Decision::undecided);
    EXPECT_NEAR(a.find("latency.p99")->saving.value(), 1, 0.4);
    EXPECT_EQ(a.find("cost.per_month")->decision, Decision::worse);
    // Variances 1 and 1.01 apart, 0.01 together.
    EXPECT_NEAR(a.find("cost.per_month")->saving.value(), 201, 80);
    EXPECT_EQ(a.find("cost.per_month")->chance_better->probability, 0);
    EXPECT_EQ(a.find("throughput")->decision, Decision::differs);
    EXPECT_FALSE(a.find("throughput")->chance_better);
}

TEST(Contest, WhatNoSolverResolvesIsTheSame) {
    Contest contest(contestants_made(2, spec_of(40)));
    while (contest.ended() == StudyEnd::none) {
        const auto r = static_cast<double>(contest.taken());
        contest.take(
            batch_of(contest, {{1 - 1e-6 * (1 + r), 1 + r, 100 + r, std::nan("")},
                               {1 - 1e-6 * (1 + r) * (1 + 1e-11), 1 + r * (1 + 1e-4), 100 + r * (1 + 1e-12), 1}}));
    }
    const ComparisonResults results = results_of(contest);
    const VariantResults& a = results.contestants[1];
    EXPECT_EQ(a.find("availability")->decision, Decision::same);
    EXPECT_EQ(a.find("availability")->equal, 1);
    EXPECT_EQ(a.find("cost.per_month")->decision, Decision::same);
    EXPECT_EQ(a.find("latency.p99")->decision, Decision::worse) << "1e-4 is well above what is solved to";
    EXPECT_EQ(a.find("throughput")->decision, Decision::unmeasured);
}

TEST(Contest, TooFewReplicationsDecideNothing) {
    Contest contest(contestants_made(2, spec_of(29)));
    while (contest.ended() == StudyEnd::none) {
        const double x = contest.taken() % 2 == 0 ? 0.1 : -0.1;
        contest.take(batch_of(contest, {{0.9, 1 + x, 100, 1}, {0.95, 3 - x, 200, 1}}));
    }
    const ComparisonResults results = results_of(contest);
    for (const Versus& versus : results.contestants[1].versus) {
        EXPECT_EQ(versus.decision, Decision::undecided) << versus.metric;
        EXPECT_FALSE(versus.lo) << versus.metric;
        EXPECT_FALSE(versus.note.empty()) << versus.metric;
    }
}

// Two variants whose differences do not depend on each other, each interval at 97.5 %: both hold at once with
// 0.975^2 = 95.06 %. Without Bonferroni it would be 90.25 %.
TEST(Contest, IntervalsHoldAtOnce) {
    Coverage both;
    for (std::uint64_t number = 0; number < studies(); ++number) {
        Contest contest(contestants_made(3, spec_of(50)));
        Stream stream({37, number}, "test.contest", "coverage");
        while (contest.ended() == StudyEnd::none) {
            Row row(3, std::vector<double>(4, 0.5));
            row[1][1] = 2 + stream.normal();
            row[2][1] = 1 + 3 * stream.normal();
            contest.take(batch_of(contest, row));
        }
        const ComparisonResults results = results_of(contest);
        const Versus& a = *results.contestants[1].find("latency.p99");
        const Versus& b = *results.contestants[2].find("latency.p99");
        if (a.lo && b.lo) {
            both.add(*a.lo <= 1.5 && 1.5 <= *a.hi && *b.lo <= 0.5 && 0.5 <= *b.hi);
        }
    }
    EXPECT_GT(both.given, studies() * 95 / 100);
    EXPECT_TRUE(both.is_nominal(0.975 * 0.975)) << both;
}

// Squared exponentials have a skewness of 6.6, so below 1,100 replications there is no interval. What lies many errors
// from zero is decided all the same; of a difference whose mean is 0 at most 5 % of studies may say that it is not.
TEST(Contest, WhatIsSkewedIsDecidedOnlyFarFromZero) {
    std::uint64_t wrong = 0;
    std::uint64_t withheld = 0;
    for (std::uint64_t number = 0; number < studies(); ++number) {
        Contest contest(contestants_made(2, spec_of(60)));
        Stream stream({41, number}, "test.contest", "skewed");
        while (contest.ended() == StudyEnd::none) {
            const double x = stream.exponential();
            const double square = x * x;
            contest.take(batch_of(contest, {{0.5, 0, 0, 1}, {0.5, square - 2, square + 20, 1}}));
        }
        const ComparisonResults results = results_of(contest);
        const Versus& fair = *results.contestants[1].find("latency.p99");
        const Versus& dear = *results.contestants[1].find("cost.per_month");
        withheld += fair.lo ? 0 : 1;
        wrong += !fair.lo && fair.decision != Decision::undecided ? 1 : 0;
        EXPECT_EQ(dear.decision, Decision::worse) << number;
    }
    EXPECT_GT(withheld, studies() / 2);
    EXPECT_LT(wrong, studies() / 20);
}

// The base alone would need (1.96 x 10 / 0.05)^2 = 154,000 replications for this half-width; its difference does not.
TEST(Contest, StopsByTheDifference) {
    StudySpec spec = spec_of(100'000);
    spec.until = {{"latency.p99", 0.05, std::nullopt}};
    Contest contest(contestants_made(3, spec));
    Stream stream({2, 0}, "test.contest", "stops");
    while (contest.ended() == StudyEnd::none) {
        const double luck = 10 * stream.normal();
        Row row(3, {0.5, luck, 1, 1});
        row[1][1] += 1 + 0.1 * stream.normal();
        row[2][1] += 2 + 0.2 * stream.normal();
        contest.take(batch_of(contest, row));
    }
    EXPECT_EQ(contest.ended(), StudyEnd::precision);
    // The wider of the two: 2.3 x 0.2 / sqrt(n) + 0.2 / n = 0.05 at n = 93; looks are at 30, 45, 68, 102, 153, and two
    // in a row must be passed.
    EXPECT_EQ(contest.taken(), 153U);
    const ComparisonResults results = results_of(contest);
    EXPECT_EQ(results.base().stopped_by, "precision");
    EXPECT_FALSE(results.base().partial);
    const Versus& b = *results.contestants[2].find("latency.p99");
    EXPECT_LE((*b.hi - *b.lo) / 2, 0.05);
}

// What a batch holds beyond the replication at which the contest ends is nobody's.
TEST(Contest, EndsInsideABatch) {
    const auto filled = [](std::size_t rows_at_once) {
        Contest contest(contestants_made(2, spec_of(50)));
        Stream stream({3, 0}, "test.contest", "batches");
        std::uint64_t number = 0;
        while (contest.ended() == StudyEnd::none) {
            PairedBatch batch = batch_of(contest, Row(2));
            for (Batch& one : batch.contestants) {
                one.clear();
            }
            for (std::size_t row = 0; row < rows_at_once; ++row, ++number) {
                for (Batch& one : batch.contestants) {
                    one.heads.push_back({number, number + 1, 1, 1, 0, 0});
                    for (std::size_t k = 0; k < k_metrics_made.size(); ++k) {
                        one.metrics.push_back(stream.normal());
                    }
                    one.sums.insert(one.sums.end(), 2, 0.0);
                }
            }
            contest.take(batch);
        }
        return results_of(contest);
    };
    const ComparisonResults one = filled(1);
    EXPECT_EQ(one.base().replications, 50U);
    EXPECT_EQ(one.base().stopped_by, "replications");
    expect_same(one, filled(7));
    expect_same(one, filled(64));
}

TEST(Contest, RulesThatAVariantCannotMeetAreTold) {
    StudySpec spec = spec_of(100);
    spec.until = {{"cost.per_month", 1, std::nullopt}};
    std::vector<Contestant> contestants = contestants_made(2, spec);
    EXPECT_TRUE(unmeasured_rules(contestants).empty());
    contestants[1].frame.metrics[2].name = "other";
    ASSERT_EQ(unmeasured_rules(contestants).size(), 1U);
    EXPECT_NE(unmeasured_rules(contestants).front().find("cost.per_month is not measured by a"), std::string::npos);
}

// --- what to make of it ---------------------------------------------------------------------------------------------

/// base; a: better and dearer; b: as the base, and dearer for certain; c: as cheap as the base, within the noise.
ComparisonResults four_contestants(double bound) {
    std::vector<Contestant> contestants = contestants_made(4, spec_of(200));
    for (Contestant& contestant : contestants) {
        Objective objective;
        objective.metric = objective.figure = "availability";
        objective.comparison = Comparison::at_least;
        objective.bound = bound;
        contestant.frame.objectives.push_back(objective);
    }
    Contest contest(std::move(contestants));
    Stream stream({4, 0}, "test.contest", "four");
    while (contest.ended() == StudyEnd::none) {
        const double luck = stream.normal();
        const double own = stream.normal();
        contest.take(batch_of(contest, {{0.99 + 1e-4 * luck, 0.2 + 0.01 * luck, 100 + luck, 1},
                                        {0.999 + 1e-4 * luck, 0.2 + 0.01 * luck, 120 + luck, 1},
                                        {0.99 + 1e-4 * luck, 0.2 + 0.01 * luck, 110 + luck, 1},
                                        {0.98 + 1e-4 * luck, 0.2 + 0.01 * luck, 100 + own, 1}}));
    }
    return results_of(contest);
}

TEST(Contest, MarksTheParetoFront) {
    const ComparisonResults results = four_contestants(0.985);
    EXPECT_EQ(results.pareto[0].dominated_by, "");
    EXPECT_EQ(results.pareto[1].dominated_by, "");
    EXPECT_TRUE(results.pareto[1].sure);
    EXPECT_EQ(results.pareto[2].dominated_by, "base");
    EXPECT_TRUE(results.pareto[2].sure);
    // c is less available than the base, and its cost cannot be told from the base's.
    EXPECT_FALSE(results.pareto[3].sure);
}

TEST(Contest, AdvisesTheCheapestThatMeetsTheObjectives) {
    const ComparisonResults results = four_contestants(0.985);
    ASSERT_TRUE(results.advice);
    EXPECT_EQ(results.advice->name, "base");
    EXPECT_EQ(results.advice->missed, 0U);
    EXPECT_EQ(results.advice->candidates, 3U);
    EXPECT_EQ(results.advice->by, "cost.per_month");
    EXPECT_TRUE(results.advice->open.empty());
    const ComparisonResults strict = four_contestants(0.995);
    EXPECT_EQ(strict.advice->name, "a");
    EXPECT_EQ(strict.advice->candidates, 1U);
    const ComparisonResults lenient = four_contestants(0.9);
    EXPECT_EQ(lenient.advice->candidates, 4U);
    EXPECT_EQ(lenient.advice->open.size(), 1U) << "base and c cost the same but for noise";
}

TEST(Contest, SaysWhoIsBestAndHowSure) {
    const ComparisonResults results = four_contestants(0.985);
    ASSERT_EQ(results.best.front().metric, "availability");
    EXPECT_EQ(results.best.front().name, "a");
    EXPECT_TRUE(results.best.front().open.empty());
    const auto cost = std::find_if(results.best.begin(), results.best.end(),
                                   [](const BestOf& best) { return best.metric == "cost.per_month"; });
    EXPECT_EQ(cost->open.size(), 1U);
    const auto p99 = std::find_if(results.best.begin(), results.best.end(),
                                  [](const BestOf& best) { return best.metric == "latency.p99"; });
    EXPECT_EQ(p99->same, (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace nines
