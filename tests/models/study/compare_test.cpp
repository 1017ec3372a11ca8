// Contest: the same luck for all, differences that are those of the replications, intervals that hold at once,
// decisions, and when it ends.

#include "models/study/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "models/study/run.hpp"
#include "tests/engine/stats/coverage.hpp"
#include "tests/models/study/synthetic_study.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

// --- simulated ------------------------------------------------------------------------------------------------------

std::string health_in(const std::string& fidelity) {
    return fidelity == "flow" ? "balance: {health: instant}," : "";
}

/// Two services that have nothing to do with each other; a variant may change `right` alone. In flow balancers know at
/// once: where four or more of the flips of all services come close together it takes them as one straight line, and
/// the figures of one service then depend a little on how many flips the others have. That is no luck.
std::string two_services(const std::string& fidelity, const std::string& right) {
    return R"yaml(
nines: 1
name: two services
services:
  left: {kind: fleet, in: {zones: 2, each: 2}, workers: 2, )yaml" +
           health_in(fidelity) + R"yaml(
         endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}
  right: {kind: fleet, in: {zones: 2, each: )yaml" +
           right + "}, workers: 2, " + health_in(fidelity) + R"yaml(
          endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}
world: {regions: [eu-west-1]}
demand:
  lefts: {calls: left.op, rate: 60/s, timeout: 1 s}
  rights: {calls: right.op, rate: 60/s, timeout: 1 s}
faults:
  of-left: {target: any instance of left, effect: down, every: exponential(40 s), for: exponential(10 s)}
  of-right: {target: any instance of right, effect: crash, every: exponential(40 s), for: exponential(10 s)}
  of-zones: {target: any zone, effect: down, every: exponential(200 s), for: exponential(20 s)}
objectives: {availability: ">= 60 %"}
study: {replications: 60}
run: {horizon: 1 min, fidelity: )yaml" +
           fidelity + "}\n";
}

/// A base and its variants, ready to run.
class Field {
public:
    explicit Field(const std::vector<std::string>& texts) {
        std::vector<Contestant> contestants;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            plans_.push_back(support::plan_of(texts[i]));
            contestants.push_back(contestant_of(plans_.back(), plans_.front().run.seed,
                                                i == 0 ? "base" : "variant " + std::to_string(i)));
        }
        contest_.emplace(std::move(contestants));
    }
    /// @param interrupted  asked before each replication of each contestant
    void run(
        std::size_t threads, const std::function<bool()>& interrupted = [] { return false; }) {
        run_with_seeds(threads, interrupted, 0);
    }
    /// With seeds that differ by `step` from one contestant to the next: luck of their own.
    void run_with_seeds(std::size_t threads, const std::function<bool()>& interrupted, std::uint64_t step) {
        std::deque<MetricTable> tables;
        std::vector<SamplerContext> contexts;
        for (std::size_t i = 0; i < plans_.size(); ++i) {
            const MetricTable& table = tables.emplace_back(plans_[i]);
            contexts.push_back({plans_[i],
                                table,
                                plans_.front().run.seed + i * step,
                                {},
                                {},
                                contest_->study(i).incident_bar(),
                                interrupted});
        }
        const Executor executor(threads);
        PairedSource source(contexts, executor);
        run_contest(*contest_, source, {});
    }
    ComparisonResults results() const { return results_of(*contest_); }
    const Plan& plan(std::size_t i) const { return plans_[i]; }

private:
    std::deque<Plan> plans_;
    std::optional<Contest> contest_;
};

void expect_same(const ComparisonResults& one, const ComparisonResults& other) {
    ASSERT_EQ(one.contestants.size(), other.contestants.size());
    for (std::size_t i = 0; i < one.contestants.size(); ++i) {
        const VariantResults& a = one.contestants[i];
        const VariantResults& b = other.contestants[i];
        EXPECT_EQ(a.results.fingerprint, b.results.fingerprint);
        EXPECT_EQ(a.results.replications, b.results.replications);
        ASSERT_EQ(a.versus.size(), b.versus.size());
        for (std::size_t k = 0; k < a.versus.size(); ++k) {
            EXPECT_EQ(a.versus[k].difference, b.versus[k].difference) << a.versus[k].metric;
            EXPECT_EQ(a.versus[k].lo, b.versus[k].lo) << a.versus[k].metric;
            EXPECT_EQ(a.versus[k].saving, b.versus[k].saving) << a.versus[k].metric;
        }
    }
}

TEST(Contest, ThreadsChangeNothing) {
    std::vector<ComparisonResults> results;
    for (const std::size_t threads : {1, 2, 3}) {
        Field field({two_services("requests", "2"), two_services("requests", "1"), two_services("requests", "3")});
        field.run(threads);
        results.push_back(field.results());
    }
    EXPECT_EQ(results[0].base().replications, 60U);
    expect_same(results[0], results[1]);
    expect_same(results[0], results[2]);
}

TEST(Contest, DifferencesAreThoseOfTheReplications) {
    Field field({two_services("requests", "2"), two_services("requests", "1")});
    field.run(2);
    const ComparisonResults results = field.results();
    for (const char* metric : {"availability", "latency.p99", "downtime.per_year", "requests.ok@right", "mttr"}) {
        Tally differences;
        std::uint64_t better = 0;
        const Versus& versus = *results.contestants[1].find(metric);
        for (std::uint64_t r = 0; r < 60; ++r) {
            const Luck luck{field.plan(0).run.seed, r};
            const double base = support::figure_of(run_once(field.plan(0), luck), metric);
            const double variant = support::figure_of(run_once(field.plan(1), luck), metric);
            if (!std::isnan(base) && !std::isnan(variant)) {
                differences.add(variant - base);
                better += (versus.better == Better::higher ? variant > base : variant < base) ? 1 : 0;
            }
        }
        ASSERT_EQ(versus.n, differences.count()) << metric;
        EXPECT_NEAR(versus.difference.value(), differences.mean(), 1e-9 * std::fabs(differences.mean())) << metric;
        if (versus.better == Better::neither) {
            EXPECT_FALSE(versus.chance_better) << metric;
        } else {
            EXPECT_DOUBLE_EQ(versus.chance_better->probability,
                             static_cast<double>(better) / static_cast<double>(versus.n))
                << metric;
        }
    }
}

class CommonLuck : public testing::TestWithParam<std::string> {};

bool is_of_left(const std::string& metric) {
    return metric.find("@left") != std::string::npos;
}

/// Metrics of the untouched service that are not the same in every replication.
std::vector<std::string> touched(const ComparisonResults& results) {
    std::vector<std::string> names;
    for (const Versus& versus : results.contestants[1].versus) {
        const bool same = versus.decision == Decision::same || versus.equal == 1 || versus.n == 0;
        if (is_of_left(versus.metric) && !same) {
            names.push_back(versus.metric);
        }
    }
    return names;
}

// A variant that changes one service leaves the other its faults, arrivals, work and balancers: all its figures, in
// every replication.
TEST_P(CommonLuck, WhatAVariantDoesNotTouchKeepsIt) {
    Field field({two_services(GetParam(), "2"), two_services(GetParam(), "1")});
    field.run(2);
    const ComparisonResults results = field.results();
    EXPECT_EQ(touched(results), std::vector<std::string>{});
    EXPECT_LT(results.contestants[1].find("availability@rights")->difference.value(), -0.001);
    EXPECT_GT(results.contestants[1].find("availability@left")->n, 30U);
}

// The same under luck of their own: the check above is one that can fail.
TEST_P(CommonLuck, OtherSeedsAreNoticed) {
    Field field({two_services(GetParam(), "2"), two_services(GetParam(), "2")});
    field.run_with_seeds(
        2, [] { return false; }, 1);
    EXPECT_GT(touched(field.results()).size(), 10U);
}

TEST_P(CommonLuck, FaultsComeAtTheSameTimes) {
    const Plan base = support::plan_of(two_services(GetParam(), "2"));
    const Plan variant = support::plan_of(two_services(GetParam(), "1"));
    std::size_t seen = 0;
    for (std::uint64_t r = 0; r < 20; ++r) {
        // What is left of `right` keeps its own clocks; the instances that the variant lacks are the others.
        const auto times = [&](const Plan& plan) {
            std::vector<std::tuple<double, double, std::string>> rows;
            for (const FaultRow& fault : run_once(plan, {base.run.seed, r}).faults) {
                if (fault.name != "of-right") {
                    rows.emplace_back(fault.begin_s, fault.end_s, fault.name + " " + fault.target);
                }
            }
            std::sort(rows.begin(), rows.end());
            return rows;
        };
        const auto rows = times(base);
        EXPECT_EQ(rows, times(variant)) << "replication " << r;
        seen += rows.size();
    }
    EXPECT_GT(seen, 60U);
}

INSTANTIATE_TEST_SUITE_P(Fidelities, CommonLuck, testing::Values("requests", "flow"),
                         [](const auto& one) { return one.param; });

TEST(Contest, InterruptedItHoldsTheSameReplicationsOfAll) {
    Field field({two_services("requests", "2"), two_services("requests", "1"), two_services("requests", "3")});
    std::atomic<int> asked{0};
    field.run(2, [&] { return ++asked > 200; });
    const ComparisonResults results = field.results();
    EXPECT_TRUE(results.base().partial);
    EXPECT_EQ(results.base().stop.cause, StopCause::interrupted);
    EXPECT_LT(results.base().replications, 60U);
    for (const VariantResults& one : results.contestants) {
        EXPECT_EQ(one.results.replications, results.base().replications);
    }
}

// --- with a known law -----------------------------------------------------------------------------------------------

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
