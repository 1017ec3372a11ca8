// Study: the same bytes for any number of threads, figures that are those of the replications, rules of stopping, and
// objectives judged by intervals.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/study/run.hpp"
#include "models/study/run_study.hpp"
#include "tests/models/study/synthetic_study.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr const char* k_part = R"yaml(
nines: 1
name: a part
services:
  s: {kind: fleet, workers: 2, endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}
demand: {d: {calls: s.op, rate: 20/s, timeout: 1 s}}
faults:
  f: {target: service/s, effect: crash, every: exponential(40 s), for: exponential(3 s)}
objectives: {availability: ">= 80 %", latency.p99: "<= 1 us", downtime.per_year.p95: "<= 10 yr"}
run: {horizon: 1 min}
study: {replications: 100, over: {metric: downtime.per_year, threshold: 30 d}}
)yaml";

Results run_with(const Plan& plan, std::size_t threads, Shard shard = {}) {
    Study study(frame_of(plan, plan.run.seed), shard);
    const MetricTable table(plan);
    const SamplerContext context{plan, table, plan.run.seed, shard, {}, study.incident_bar(), [] { return false; }};
    const Executor executor(threads);
    ThreadSource source(context, executor);
    EXPECT_TRUE(run_study(study, source, nullptr, {}));
    return study.results();
}

void expect_same(const Results& one, const Results& other) {
    EXPECT_EQ(one.fingerprint, other.fingerprint);
    EXPECT_EQ(one.replications, other.replications);
    EXPECT_EQ(one.events, other.events);
    ASSERT_EQ(one.metrics.size(), other.metrics.size());
    for (std::size_t i = 0; i < one.metrics.size(); ++i) {
        const Metric& a = one.metrics[i];
        const Metric& b = other.metrics[i];
        EXPECT_EQ(a.mean, b.mean) << a.name;
        EXPECT_EQ(a.lo, b.lo) << a.name;
        EXPECT_EQ(a.hi, b.hi) << a.name;
        ASSERT_EQ(a.quantiles.size(), b.quantiles.size());
        for (std::size_t q = 0; q < a.quantiles.size(); ++q) {
            EXPECT_EQ(a.quantiles[q].value, b.quantiles[q].value) << a.name;
        }
    }
    ASSERT_EQ(one.attribution.size(), other.attribution.size());
    for (std::size_t i = 0; i < one.attribution.size(); ++i) {
        EXPECT_EQ(one.attribution[i].mean_spread.hi, other.attribution[i].mean_spread.hi);
        EXPECT_EQ(one.attribution[i].share_spread.hi, other.attribution[i].share_spread.hi);
    }
    ASSERT_EQ(one.attributed.size(), other.attributed.size());
    for (std::size_t i = 0; i < one.attributed.size(); ++i) {
        EXPECT_EQ(one.attributed[i].spread.lo, other.attributed[i].spread.lo);
        EXPECT_EQ(one.attributed[i].spread.kind, other.attributed[i].spread.kind);
    }
    ASSERT_EQ(one.incidents.size(), other.incidents.size());
    for (std::size_t i = 0; i < one.incidents.size(); ++i) {
        EXPECT_EQ(one.incidents[i].replication, other.incidents[i].replication);
        EXPECT_EQ(one.incidents[i].begin_s, other.incidents[i].begin_s);
        EXPECT_EQ(one.incidents[i].timeline.size(), other.incidents[i].timeline.size());
    }
}

TEST(Study, ThreadsChangeNothing) {
    const Plan plan = support::plan_of(k_part);
    const Results one = run_with(plan, 1);
    expect_same(one, run_with(plan, 2));
    expect_same(one, run_with(plan, 3));
}

// All that a downtime costs is the fault's: its part has the interval of the metric itself, found another way.
TEST(Study, IntervalsOfAttributionAreThoseOfItsMetric) {
    const Plan plan = support::plan_of(std::string(k_part) + "value: {request: 2 USD}\n");
    const Results study = run_with(plan, 2);
    const Metric& cost = *study.find("cost.downtime");
    ASSERT_TRUE(cost.lo) << cost.estimator->no_interval;
    const auto sum = std::find_if(study.attributed.begin(), study.attributed.end(), [](const AttributedSum& one) {
        return one.metric == "cost.downtime" && one.owner == "customer" && one.layer.empty();
    });
    ASSERT_NE(sum, study.attributed.end());
    EXPECT_NEAR(*sum->spread.lo, *cost.lo, 1e-9 * *cost.lo);
    EXPECT_NEAR(*sum->spread.hi, *cost.hi, 1e-9 * *cost.hi);
    EXPECT_EQ(sum->spread.kind, IntervalKind::student);
}

TEST(Study, FiguresAreThoseOfTheReplications) {
    const Plan plan = support::plan_of(k_part);
    const Results study = run_with(plan, 2);
    std::vector<Results> runs;
    for (std::uint64_t i = 0; i < study.replications; ++i) {
        runs.push_back(run_once(plan, {plan.run.seed, i}));
    }
    double lost = 0;
    std::size_t incidents = 0;
    for (const Results& run : runs) {
        incidents += run.incidents_count;
        for (const Attribution& part : run.attribution) {
            lost += part.value;
        }
    }
    for (const Metric& metric : study.metrics) {
        if (metric.name.starts_with("nines")) {
            continue;  // of the mean availability: StudyRules
        }
        std::vector<double> values;
        for (const Results& run : runs) {
            const double value = support::figure_of(run, metric.name);
            if (!std::isnan(value)) {
                values.push_back(value);
            }
        }
        ASSERT_EQ(metric.n, values.size()) << metric.name;
        if (values.empty()) {
            EXPECT_FALSE(metric.mean);
            continue;
        }
        double sum = 0;
        for (const double value : values) {
            sum += value;
        }
        const double mean = sum / static_cast<double>(values.size());
        EXPECT_NEAR(*metric.mean, mean, 1e-9 * std::abs(mean)) << metric.name;
        if (metric.lo) {
            double squares = 0;
            for (const double value : values) {
                squares += (value - mean) * (value - mean);
            }
            const auto n = static_cast<double>(values.size());
            const double half = student_t_quantile(0.975, n - 1) * std::sqrt(squares / (n - 1) / n);
            EXPECT_NEAR(*metric.hi - *metric.lo, 2 * half, 1e-6 * half) << metric.name;
        }
        std::sort(values.begin(), values.end());
        EXPECT_DOUBLE_EQ(*metric.quantiles.at(0).value, values[(values.size() + 1) / 2 - 1]) << metric.name;
    }
    double attributed = 0;
    for (const Attribution& part : study.attribution) {
        attributed += part.value;
    }
    EXPECT_NEAR(attributed, lost, 1e-6 * lost);
    EXPECT_EQ(study.incidents_count, incidents);
    const auto& chance = study.find("downtime.per_year")->over.at(0);
    const auto above = std::count_if(runs.begin(), runs.end(), [](const Results& run) {
        return support::figure_of(run, "downtime.per_year") > 30 * k_seconds_per_day;
    });
    EXPECT_DOUBLE_EQ(chance.probability, static_cast<double>(above) / static_cast<double>(runs.size()));
}

TEST(Study, OneReplicationIsARun) {
    Plan plan = support::plan_of(k_part);
    plan.study.replications = 1;
    const Results study = run_with(plan, 2);
    const Results run = run_once(plan, {plan.run.seed, 0});
    EXPECT_EQ(study.fingerprint, run.fingerprint);
    EXPECT_EQ(study.events, run.events);
    ASSERT_EQ(study.metrics.size(), run.metrics.size());
    for (std::size_t i = 0; i < run.metrics.size(); ++i) {
        EXPECT_EQ(study.metrics[i].name, run.metrics[i].name);
        EXPECT_EQ(study.metrics[i].mean, run.metrics[i].mean) << run.metrics[i].name;
        EXPECT_FALSE(study.metrics[i].lo);
    }
    ASSERT_EQ(study.attribution.size(), run.attribution.size());
    EXPECT_EQ(study.incidents_count, run.incidents_count);
}

TEST(Study, ShardsPartTheReplications) {
    const Plan plan = support::plan_of(k_part);
    const Results whole = run_with(plan, 1);
    std::uint64_t replications = 0;
    std::uint64_t events = 0;
    for (std::uint64_t part = 0; part < 7; ++part) {
        const Results shard = run_with(plan, 1, {part, 7});
        replications += shard.replications;
        events += shard.events;
    }
    EXPECT_EQ(replications, whole.replications);
    EXPECT_EQ(events, whole.events);
}

TEST(Study, JudgesByTheInterval) {
    const Results results = run_with(support::plan_of(k_part), 2);
    ASSERT_EQ(results.objectives.size(), 3U);
    EXPECT_EQ(results.objectives[0].verdict, Verdict::met);
    EXPECT_EQ(results.objectives[1].verdict, Verdict::missed);
    EXPECT_EQ(results.objectives[1].miss->probability, 1);
    EXPECT_GT(results.objectives[1].miss->lo, 0.9);
    EXPECT_EQ(results.objectives[2].verdict, Verdict::met);
    EXPECT_FALSE(results.objectives[2].miss) << "a replication has no quantile";
}

// --- rules, on synthetic values -------------------------------------------------------------------------------------

Objective objective(const char* metric, Comparison comparison, double bound) {
    return {metric, metric, std::nullopt, {}, "", comparison, bound};
}

/// Values 10 +- 1 in turn.
double turn(std::uint64_t number) {
    return number % 2 == 0 ? 9 : 11;
}

TEST(StudyRules, VerdictsFollowTheInterval) {
    StudySpec spec;
    spec.replications = 100;
    StudyFrame frame = synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec);
    frame.objectives = {objective("x", Comparison::at_least, 9), objective("x", Comparison::at_least, 10.05),
                        objective("x", Comparison::at_least, 11), objective("x", Comparison::less_than, 10.5)};
    Study study(frame, {});
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {turn(study.taken())}));
    }
    const Results results = study.results();
    EXPECT_EQ(results.objectives[0].verdict, Verdict::met);
    EXPECT_EQ(results.objectives[1].verdict, Verdict::undecided);
    EXPECT_EQ(results.objectives[2].verdict, Verdict::missed);
    EXPECT_EQ(results.objectives[3].verdict, Verdict::met);
    EXPECT_EQ(results.objectives[3].miss->probability, 0.5);
}

TEST(StudyRules, FewReplicationsHaveNoInterval) {
    StudySpec spec;
    spec.replications = 29;
    StudyFrame frame =
        synthetic_frame({{"x", "1", FigureKind::plain, false}, {"y", "1", FigureKind::plain, false}}, spec);
    frame.objectives = {objective("x", Comparison::at_least, 0), objective("y", Comparison::at_least, 0)};
    Study study(frame, {});
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {turn(study.taken()), std::nan("")}));
    }
    const Results results = study.results();
    EXPECT_FALSE(results.metrics[0].lo);
    EXPECT_EQ(results.metrics[0].estimator->no_interval, "measured in 29 replications, and 30 are needed");
    EXPECT_EQ(results.objectives[0].verdict, Verdict::undecided);
    EXPECT_FALSE(results.metrics[1].mean);
    EXPECT_EQ(results.objectives[1].verdict, Verdict::met);
    EXPECT_EQ(results.objectives[1].note, "nothing to judge");
}

TEST(StudyRules, WhatIsAlwaysTheSameIsJudgedAndTold) {
    StudySpec spec;
    spec.replications = 300;
    StudyFrame frame = synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec);
    frame.objectives = {objective("x", Comparison::at_most, 0)};
    Study study(frame, {});
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {0}));
    }
    const Results results = study.results();
    EXPECT_FALSE(results.metrics[0].lo);
    EXPECT_EQ(results.objectives[0].verdict, Verdict::met);
    EXPECT_NEAR(results.objectives[0].miss->hi, 0.0122, 1e-4) << "1 - 0.025^(1/300)";
}

// Three of 300: Student's t would print an interval that covers far less than it says.
TEST(StudyRules, TooSkewedHasNoInterval) {
    StudySpec spec;
    spec.replications = 300;
    Study study(synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec), {});
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {study.taken() % 100 == 7 ? 1.0 : 0.0}));
    }
    const Metric metric = study.results().metrics.at(0);
    EXPECT_FALSE(metric.lo);
    EXPECT_EQ(metric.estimator->no_interval.rfind("too skewed", 0), 0U) << metric.estimator->no_interval;
    EXPECT_NEAR(*metric.mean, 0.01, 1e-15);
}

// Three of 300: a standard error of 0.00576; 4.47 of them above 0.01 are 0.0357.
TEST(StudyRules, TooSkewedIsDecidedFarFromItsBound) {
    StudySpec spec;
    spec.replications = 300;
    StudyFrame frame = synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec);
    frame.objectives = {objective("x", Comparison::at_most, 0.036), objective("x", Comparison::at_most, 0.035),
                        objective("x", Comparison::at_least, 0.036), objective("x", Comparison::at_most, 0.009)};
    Study study(frame, {});
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {study.taken() % 100 == 7 ? 1.0 : 0.0}));
    }
    const auto objectives = study.results().objectives;
    EXPECT_EQ(objectives[0].verdict, Verdict::met);
    EXPECT_NE(objectives[0].note.find("Chebyshev"), std::string::npos) << objectives[0].note;
    EXPECT_FALSE(objectives[0].lo) << "no interval is printed from it";
    EXPECT_EQ(objectives[1].verdict, Verdict::undecided);
    EXPECT_EQ(objectives[2].verdict, Verdict::missed);
    EXPECT_EQ(objectives[3].verdict, Verdict::undecided);
}

// Half of the replications lose a hundredth: 99.5 %, 2.3 nines; of those alone that lost something it would be 2.
TEST(StudyRules, NinesAreThoseOfTheMeanAvailability) {
    StudySpec spec;
    spec.replications = 400;
    Study study(
        synthetic_frame(
            {{"availability", "fraction", FigureKind::plain, false}, {"nines", "1", FigureKind::plain, false}}, spec),
        {});
    while (study.ended() == StudyEnd::none) {
        const bool is_bad = study.taken() % 2 == 0;
        study.take(one_replication(study, {is_bad ? 0.99 : 1.0, is_bad ? 2.0 : std::nan("")}));
    }
    const Results results = study.results();
    const Metric& nines = results.metrics.at(1);
    EXPECT_NEAR(*nines.mean, 2.30103, 1e-5);
    EXPECT_EQ(nines.n, 400U);
    EXPECT_NEAR(*nines.lo, -std::log10(1 - *results.metrics[0].lo), 1e-9);
    EXPECT_NEAR(*nines.hi, -std::log10(1 - *results.metrics[0].hi), 1e-9);
}

// Of rare outages of one size: seen k times, Chebyshev's reach lies beyond Poisson's upper limit of 97 %.
TEST(StudyRules, ChebyshevIsOnTheSafeSideOfPoisson) {
    for (int seen = 1; seen <= 200; ++seen) {
        Tally values;
        for (int i = 0; i < 10'000; ++i) {
            values.add(i < seen ? 1 : 0);
        }
        const double most = chebyshev_interval(values, 0.95).hi * 10'000;
        double chance = 0;  // of no more than were seen, if so many were to be expected
        for (int k = 0; k <= seen; ++k) {
            chance += std::exp(k * std::log(most) - most - std::lgamma(k + 1.0));
        }
        EXPECT_LT(chance, 0.03) << seen;
    }
}

TEST(StudyRules, TheStopDependsOnPrefixesOnly) {
    StudySpec spec;
    spec.replications = 10'000;
    spec.until = {{"x", 0.1, std::nullopt}};
    const StudyFrame frame = synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec);
    std::uint64_t first = 0;
    for (const std::size_t size : {1U, 7U, 256U, 5000U}) {
        Study study(frame, {});
        while (study.ended() == StudyEnd::none) {
            Batch batch;
            for (std::uint64_t i = 0; i < size; ++i) {
                Batch one = one_replication(study, {turn(study.taken() + i)});
                one.heads[0].number += i;
                batch.heads.push_back(one.heads[0]);
                batch.metrics.push_back(one.metrics[0]);
                batch.sums.insert(batch.sums.end(), one.sums.begin(), one.sums.end());
            }
            study.take(batch);
        }
        EXPECT_EQ(study.ended(), StudyEnd::precision);
        first = first == 0 ? study.taken() : first;
        EXPECT_EQ(study.taken(), first) << "batches of " << size;
    }
    EXPECT_GT(first, 400U);
}

// Of availability 5 % relative means 5 % of what is missing to 1, not of 0.999.
TEST(StudyRules, RelativeWidthsOfAvailabilityAreOfTheUnavailability) {
    StudySpec spec;
    spec.replications = 100'000;
    spec.until = {{"availability", std::nullopt, 0.05}};
    Study study(synthetic_frame({{"availability", "fraction", FigureKind::share_up, false}}, spec), {});
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {1 - 1e-4 * turn(study.taken()) / 10 * (study.taken() % 3 == 0 ? 2 : 1)}));
    }
    const Results results = study.results();
    EXPECT_EQ(results.stopped_by, "precision");
    const Metric& metric = results.metrics.at(0);
    EXPECT_LE((*metric.hi - *metric.lo) / 2, 0.05 * (1 - *metric.mean));
    EXPECT_GT(results.replications, 30U);
}

TEST(StudyRules, WorstIncidentsAreKeptInOrder) {
    StudySpec spec;
    spec.replications = 1000;
    Study study(synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec), {});
    while (study.ended() == StudyEnd::none) {
        Batch batch = one_replication(study, {0}, 1);
        Incident incident;
        incident.replication = study.taken();
        incident.lost_requests = static_cast<double>((study.taken() * 7) % 250);  // each loss four times
        batch.incidents.push_back(incident);
        study.take(batch);
    }
    const Results results = study.results();
    EXPECT_EQ(results.incidents_count, 1000U);
    ASSERT_EQ(results.incidents.size(), 100U);
    for (const Incident& incident : results.incidents) {
        EXPECT_GE(incident.lost_requests, 225);
    }
    EXPECT_TRUE(std::is_sorted(results.incidents.begin(), results.incidents.end(),
                               [](const Incident& a, const Incident& b) { return a.replication < b.replication; }));
}

TEST(StudyRules, AStopFromOutsideIsPartial) {
    StudySpec spec;
    Study study(synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec), {});
    study.take(one_replication(study, {1}));
    study.end(StudyEnd::interrupted, {StopCause::interrupted, ""});
    const Results results = study.results();
    EXPECT_TRUE(results.partial);
    EXPECT_EQ(results.stopped_by, "interrupted");
    EXPECT_EQ(results.replications, 1U);
}

}  // namespace
}  // namespace nines
