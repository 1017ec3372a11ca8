// Coverage of what a study prints, on values whose law is known: means at a fixed number of replications and after a
// sequential stop, quantiles, and chances. Seeds are fixed; 1000 studies each, 200 in short runs.

#include "tests/engine/stats/coverage.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random/stream.hpp"
#include "tests/models/study/synthetic_study.hpp"

namespace nines {
namespace {

struct Law {
    const char* name;
    double (*draw)(Stream&);
    double mean, median, p95;
    double over;        ///< the chance of a value above `threshold` ...
    double threshold;   ///< ... which is this
    double half_width;  ///< for the sequential stop
};

// Standard exponential: quantile -log(1 - p). Normal(10, 1): mean + z_p. Uniform on [0, 1).
const Law k_laws[] = {
    {"exponential", [](Stream& s) { return s.exponential(); }, 1, std::log(2.0), std::log(20.0), std::exp(-2.0), 2,
     0.1},
    {"normal", [](Stream& s) { return 10 + s.normal(); }, 10, 10, 11.6448536269515, 0.158655253931457, 11, 0.1},
    {"uniform", [](Stream& s) { return s.uniform(); }, 0.5, 0.5, 0.95, 0.2, 0.8, 0.03},
};

class StudyCoverage : public testing::TestWithParam<Law> {};

Results study_of(const Law& law, std::uint64_t number, StudySpec spec) {
    spec.over = {{"x", "", law.threshold}};
    Study study(synthetic_frame({{"x", "1", FigureKind::plain, false}}, spec), {});
    Stream stream({31, number}, "test.coverage", law.name);
    while (study.ended() == StudyEnd::none) {
        study.take(one_replication(study, {law.draw(stream)}));
    }
    return study.results();
}

bool holds(std::optional<double> lo, std::optional<double> hi, double truth) {
    return lo.value() <= truth && truth <= hi.value();
}

// Counts are discrete, and so is what their intervals cover at 200 replications: known exactly, and itself within what
// is promised.
constexpr std::uint64_t k_replications = 200;

double promised(double exact) {
    EXPECT_GE(exact, 0.925);
    EXPECT_LE(exact, 0.972);
    return exact;
}

double exact_of_quantile(double share) {
    const boost::math::binomial below(static_cast<double>(k_replications), share);
    const QuantileRanks ranks = quantile_ranks(k_replications, share, 0.95);
    return promised(boost::math::cdf(below, static_cast<double>(ranks.upper - 1)) -
                    boost::math::cdf(below, static_cast<double>(ranks.lower - 1)));
}

double exact_of_chance(double chance) {
    const boost::math::binomial hits(static_cast<double>(k_replications), chance);
    double covered = 0;
    for (std::uint64_t k = 0; k <= k_replications; ++k) {
        const bool holds_it = chance_of(k, k_replications, 0.95).interval.contains(chance);
        covered += holds_it ? boost::math::pdf(hits, static_cast<double>(k)) : 0;
    }
    return promised(covered);
}

TEST_P(StudyCoverage, AFixedNumberOfReplications) {
    const Law& law = GetParam();
    Coverage mean;
    Coverage median;
    Coverage chance;
    Coverage p95;
    for (std::uint64_t number = 0; number < studies(); ++number) {
        StudySpec spec;
        spec.replications = k_replications;
        const Results results = study_of(law, number, spec);
        const Metric& metric = results.metrics.at(0);
        if (metric.lo) {
            mean.add(holds(metric.lo, metric.hi, law.mean));
        }
        median.add(holds(metric.quantiles.at(0).lo, metric.quantiles.at(0).hi, law.median));
        p95.add(holds(metric.quantiles.at(1).lo, metric.quantiles.at(1).hi, law.p95));
        chance.add(metric.over.at(0).lo <= law.over && law.over <= metric.over.at(0).hi);
    }
    EXPECT_GT(mean.given, studies() * 95 / 100) << "intervals are withheld too often";
    EXPECT_TRUE(mean.is_nominal()) << "mean: " << mean;
    EXPECT_TRUE(median.is_nominal(exact_of_quantile(0.5))) << "median: " << median;
    EXPECT_TRUE(p95.is_nominal(exact_of_quantile(0.95))) << "p95: " << p95;
    EXPECT_TRUE(chance.is_nominal(exact_of_chance(law.over))) << "chance: " << chance;
}

TEST_P(StudyCoverage, ASequentialStop) {
    const Law& law = GetParam();
    Coverage mean;
    for (std::uint64_t number = 0; number < studies(); ++number) {
        StudySpec spec;
        spec.replications = 1'000'000;
        spec.until = {{"x", law.half_width, std::nullopt}};
        const Results results = study_of(law, number, spec);
        ASSERT_EQ(results.stopped_by, "precision");
        const Metric& metric = results.metrics.at(0);
        ASSERT_TRUE(metric.lo && metric.hi) << metric.estimator->no_interval;
        EXPECT_LE(*metric.hi - *metric.lo, 2 * law.half_width);
        mean.add(holds(metric.lo, metric.hi, law.mean));
    }
    EXPECT_TRUE(mean.is_nominal()) << mean;
}

INSTANTIATE_TEST_SUITE_P(Laws, StudyCoverage, testing::ValuesIn(k_laws),
                         [](const auto& each) { return std::string(each.param.name); });

// Downtime of rare incidents: a Poisson count of exponential outages. With 450 incidents expected the interval is
// sound; with 30 it is withheld, and the reason is told.
TEST(StudyCoverage, RareIncidents) {
    Coverage given;
    std::uint64_t withheld = 0;
    for (std::uint64_t number = 0; number < studies(); ++number) {
        for (const double per_replication : {0.1, 1.5}) {
            StudySpec spec;
            spec.replications = 300;
            Study study(synthetic_frame({{"downtime.per_year", "s", FigureKind::plain, true}}, spec), {});
            Stream stream({32, number}, "test.rare", per_replication > 0.5 ? "often" : "seldom");
            while (study.ended() == StudyEnd::none) {
                double down_s = 0;
                std::uint64_t incidents = 0;
                for (double at = stream.exponential(); at < per_replication; at += stream.exponential()) {
                    down_s += stream.exponential();
                    ++incidents;
                }
                study.take(one_replication(study, {down_s}, incidents));
            }
            const Metric metric = study.results().metrics.at(0);
            if (per_replication > 0.5) {
                if (!metric.lo) {
                    continue;  // the sample happened to be too skewed
                }
                given.add(holds(metric.lo, metric.hi, per_replication));
            } else {
                withheld += metric.lo ? 0 : 1;
                EXPECT_EQ(metric.estimator->no_interval.empty(), metric.lo.has_value());
            }
        }
    }
    EXPECT_GT(given.given, studies() * 95 / 100) << "intervals are withheld too often";
    EXPECT_TRUE(given.is_nominal()) << given;
    EXPECT_EQ(withheld, studies());
}

}  // namespace
}  // namespace nines
