// PairedSource: the same luck for all, in both fidelities; the same bytes for any number of threads; differences that
// are those of the replications.

#include "models/study/paired_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <deque>

#include "models/study/compare.hpp"
#include "models/study/run.hpp"
#include "tests/models/study/same_comparison.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

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
        static_cast<void>(run_contest(*contest_, source, nullptr, {}));
    }
    ComparisonResults results() const { return results_of(*contest_); }
    const Plan& plan(std::size_t i) const { return plans_[i]; }

private:
    std::deque<Plan> plans_;
    std::optional<Contest> contest_;
};

TEST(PairedSource, ThreadsChangeNothing) {
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

TEST(PairedSource, DifferencesAreThoseOfTheReplications) {
    Field field({two_services("requests", "2"), two_services("requests", "1")});
    field.run(2);
    const ComparisonResults results = field.results();
    std::vector<std::array<Results, 2>> alone;
    for (std::uint64_t r = 0; r < 60; ++r) {
        const Luck luck{field.plan(0).run.seed, r};
        alone.push_back({run_once(field.plan(0), luck), run_once(field.plan(1), luck)});
    }
    for (const char* metric : {"availability", "latency.p99", "downtime.per_year", "requests.ok@right", "mttr"}) {
        Tally differences;
        std::uint64_t better = 0;
        const Versus& versus = *results.contestants[1].find(metric);
        for (const auto& [of_base, of_variant] : alone) {
            const double base = support::figure_of(of_base, metric);
            const double variant = support::figure_of(of_variant, metric);
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

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Not a bit of difference in `requests`. `flow` solves all services together and remembers scenes that look alike, so
/// what the clients of one see moves with the others by less than a thousandth, and keeps its luck.
bool is_untouched(const Versus& versus, const std::string& fidelity) {
    if (versus.n == 0 || versus.equal == 1) {
        return true;
    }
    const bool near = std::fabs(*versus.difference) <= 1e-3 * std::fabs(*versus.base);
    return fidelity == "flow" && near && versus.correlation.value_or(0) > 0.995;
}

/// Metrics of the untouched service, by its clients, that are touched all the same.
std::vector<std::string> touched(const ComparisonResults& results, const std::string& fidelity) {
    std::vector<std::string> names;
    for (const Versus& versus : results.contestants[1].versus) {
        const bool of_left = ends_with(versus.metric, "@lefts") ||
                             (fidelity == "requests" && versus.metric.find("@left") != std::string::npos);
        if (of_left && !is_untouched(versus, fidelity)) {
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
    EXPECT_EQ(touched(results, GetParam()), std::vector<std::string>{});
    EXPECT_LT(results.contestants[1].find("availability@rights")->difference.value(), -0.001);
    EXPECT_GT(results.contestants[1].find("availability@left")->n, 30U);
}

// The same under luck of their own: the check above is one that can fail.
TEST_P(CommonLuck, OtherSeedsAreNoticed) {
    Field field({two_services(GetParam(), "2"), two_services(GetParam(), "2")});
    field.run_with_seeds(
        2, [] { return false; }, 1);
    EXPECT_GT(touched(field.results(), GetParam()).size(), 10U);
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

TEST(PairedSource, InterruptedItHoldsTheSameReplicationsOfAll) {
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

}  // namespace
}  // namespace nines
