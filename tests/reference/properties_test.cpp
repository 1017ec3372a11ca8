// What must hold in every scenario: the books close, the same luck gives the same bytes, and what is not used changes
// nothing. Over random valid scenarios of fixed numbers, with all policies, disciplines, effects and targets.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/pillars/measures.hpp"
#include "models/study/replicator.hpp"
#include "models/study/run.hpp"
#include "tests/support/generate.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

constexpr std::uint64_t k_scenarios = 60;
constexpr std::uint64_t k_all_words = 1'000'000;  ///< numbers from here on are those of scenarios with all words
constexpr Luck k_luck{.seed = 11, .replication = 0};

/// What a reader of the figures could notice: names and values, and what is not there.
std::string figures_as_text(const Results& results) {
    std::string text;
    for (const Metric& metric : results.metrics) {
        text += metric.mean ? fmt::format("{} {}\n", metric.name, *metric.mean) : fmt::format("{} null\n", metric.name);
    }
    return text;
}

Generated scenario_of(std::uint64_t number) {
    return number < k_all_words ? generate_scenario(number) : generate_with_all_words(number - k_all_words);
}

class Properties : public testing::TestWithParam<std::uint64_t> {};

// A broken law of conservation ends the program: offered against ended, workers held, Little's law for each group.
TEST_P(Properties, TheBooksClose) {
    const Generated made = scenario_of(GetParam());
    SCOPED_TRACE(made.yaml);
    const Results results = run_once(plan_of(made.yaml), k_luck);
    double ended = 0;
    for (const char* const outcome : {"ok", "error", "timeout", "rejected", "abandoned", "in_flight"}) {
        ended += figure_of(results, std::string("requests.") + outcome);
    }
    EXPECT_EQ(figure_of(results, "requests.offered"), ended);
    EXPECT_GT(figure_of(results, "requests.offered"), 0);
    double of_slices = 0;
    for (const SliceRow& slice : results.slices) {
        of_slices += static_cast<double>(slice.offered);
    }
    EXPECT_EQ(figure_of(results, "requests.offered"), of_slices);
}

TEST_P(Properties, TheSameLuckGivesTheSameRun) {
    const Generated made = scenario_of(GetParam());
    SCOPED_TRACE(made.yaml);
    const Plan plan = plan_of(made.yaml);
    const Results once = run_once(plan, k_luck);
    const Results again = run_once(plan_of(made.yaml), k_luck);
    EXPECT_EQ(once.fingerprint, again.fingerprint);
    EXPECT_EQ(figures_as_text(once), figures_as_text(again));
    const Results other = run_once(plan, {.seed = k_luck.seed, .replication = 1});
    EXPECT_NE(once.fingerprint, other.fingerprint);
}

/// Attackers of a plan: what they sent, and that no more of what is metered is theirs than there is.
double sent_by_attackers(const Plan& plan, const nines::Run& run) {
    constexpr double k_rounding = 1e-9;
    double sent = 0;
    for (std::size_t i = 0; i < plan.attacks.size(); ++i) {
        const ScopeTally& attackers = run.demands[plan.demand_of_attack(i)];
        EXPECT_LE(attackers.all_ended(), attackers.offered * (1 + k_rounding));
        sent += attackers.offered;
    }
    for (std::size_t e = 0; e < plan.endpoints.size(); ++e) {
        const auto id = index_at<EndpointId>(e);
        EXPECT_LE(run.attack->endpoints[id].attempts, run.endpoints[id].attempts * (1 + k_rounding));
    }
    for (std::size_t k = 0; k < plan.prices.size(); ++k) {
        EXPECT_LE(run.attack->units_by_price[k], run.units_by_price[k] * (1 + k_rounding));
    }
    const Evidence evidence = gather(plan, run);
    for (const ChargeFigures& charge : evidence.charges) {
        EXPECT_LE(charge.attack_usd, charge.bill.usd);
    }
    return sent;
}

// Floods begin and end alike in both fidelities; so what attackers send in `requests` is Poisson, with the mean that
// `flow` has: within six standard deviations, once in 500 million.
TEST(GeneratedFloods, SendTheSameInBothFidelities) {
    std::size_t floods = 0;
    for (std::uint64_t number = 0; number < scenarios_wanted(k_scenarios); ++number) {
        const Generated made = generate_with_all_words(number);
        SCOPED_TRACE(made.yaml);
        Plan plan = plan_of(made.yaml);
        if (plan.attacks.empty()) {
            continue;
        }
        plan.run.fidelity = "requests";
        const double sent = sent_by_attackers(plan, Replicator(plan).run(k_luck));
        plan.run.fidelity = "flow";
        const double expected = sent_by_attackers(plan, Replicator(plan).run(k_luck));
        EXPECT_NEAR(sent, expected, 6 * std::sqrt(expected) + 6) << number;
        floods += expected > 100 ? 1 : 0;
    }
    EXPECT_GE(floods, 10U);
}

/// The numbers of scenarios in which services share nothing but their callers: no crews, no draw among all services.
std::vector<std::uint64_t> scenarios_without_sharing() {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t number = 0; number < k_scenarios; ++number) {
        const std::string yaml = generate_scenario(number).yaml;
        if (yaml.find("crews: ") == std::string::npos && yaml.find("share 40 % of service") == std::string::npos) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

class Independence : public testing::TestWithParam<std::uint64_t> {};

// Sources of luck have streams named by what they are: a service that nobody calls leaves those of others alone.
TEST_P(Independence, AServiceThatNobodyCallsChangesNothing) {
    const std::string idle = "  idle: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}\n";
    const Generated made = generate_scenario(GetParam());
    SCOPED_TRACE(made.yaml);
    const Results without_it = run_once(plan_of(made.yaml), k_luck);
    const Results with_it = run_once(plan_of(generate_scenario(GetParam(), idle).yaml), k_luck);
    for (const char* const name : {"requests.offered", "requests.ok", "requests.error", "requests.timeout",
                                   "requests.rejected", "requests.abandoned", "requests.in_flight"}) {
        EXPECT_EQ(figure_of(without_it, name), figure_of(with_it, name)) << name;
    }
    if (figure_of(without_it, "requests.ok") > 0) {
        EXPECT_EQ(figure_of(without_it, "latency.mean"), figure_of(with_it, "latency.mean"));
        EXPECT_EQ(figure_of(without_it, "latency.max"), figure_of(with_it, "latency.max"));
    }
}

INSTANTIATE_TEST_SUITE_P(Generated, Properties, testing::Range<std::uint64_t>(0, k_scenarios),
                         testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(AllWords, Properties,
                         testing::Range<std::uint64_t>(k_all_words, k_all_words + scenarios_wanted(k_scenarios)),
                         testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Generated, Independence, testing::ValuesIn(scenarios_without_sharing()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace nines::support
