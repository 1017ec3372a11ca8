// A copy of a replication under way goes on exactly as the original does, and on its own; with new luck it goes another
// way, the same for the same key.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "models/pillars/measures.hpp"
#include "models/requests/requests.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

/// A scenario of the folder `scenarios`, cut to a share of its horizon.
Plan plan_of_file(const std::string& name, double horizon_share) {
    std::ifstream file(std::string(NINES_SOURCE_DIR) + "/scenarios/" + name);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return plan_of(text.str(), horizon_share);
}

/// Everything that a replication is measured by, in hexadecimal, so that equal means to the last bit.
std::string told(const Plan& plan, const Run& run) {
    std::ostringstream text;
    text << run.fingerprint << ' ' << run.events << ' ' << run.notes.size() << ' ' << run.slices.size() << ' '
         << std::hexfloat;
    for (const Metric& metric : measure_all(gather(plan, run))) {
        text << metric.name << ' ' << (metric.mean ? *metric.mean : -1) << '\n';
    }
    for (const Profile::Draws& draws : run.profile.draws) {
        text << draws.purpose << ' ' << draws.words << '\n';
    }
    return text.str();
}

Run rest_of(Requests& requests) {
    while (requests.step()) {
    }
    return requests.close();
}

struct Case {
    const char* file;
    double horizon_share;
};

class Clone : public testing::TestWithParam<Case> {};

// At four moments of each scenario. The original is gone before the copy goes on: what the copy still looked for there
// would be found in freed memory.
TEST_P(Clone, GoesOnAsTheOriginal) {
    const auto [file, share] = GetParam();
    const Plan plan = plan_of_file(file, share);
    const nines::Run whole = simulate_requests(plan, {3, 1});
    const std::string wanted = told(plan, whole);
    for (const double moment : {0.0, 0.1, 0.35, 0.8}) {
        auto original = std::make_unique<Requests>(plan, Luck{3, 1});
        const auto until = static_cast<std::uint64_t>(moment * static_cast<double>(whole.events));
        for (std::uint64_t event = 0; event < until; ++event) {
            ASSERT_TRUE(original->step());
        }
        const auto copy = original->clone();
        EXPECT_EQ(told(plan, rest_of(*original)), wanted) << "the original at " << moment;
        original.reset();
        EXPECT_EQ(told(plan, rest_of(*copy)), wanted) << "the copy at " << moment;
    }
}

TEST_P(Clone, TakesNewLuckFromTheMomentOn) {
    const auto [file, share] = GetParam();
    const Plan plan = plan_of_file(file, share);
    Requests original(plan, {3, 1});
    for (int event = 0; event < 2000; ++event) {
        ASSERT_TRUE(original.step());
    }
    const auto rest_with = [&](std::uint64_t key) {
        const auto copy = original.clone();
        copy->renew_luck(key);
        return told(plan, rest_of(*copy));
    };
    const std::string one = rest_with(1);
    EXPECT_EQ(rest_with(1), one);
    EXPECT_NE(rest_with(2), one);
    EXPECT_NE(told(plan, rest_of(original)), one);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Clone,
                         testing::Values(Case{"lose-an-az.yaml", 0.02}, Case{"lose-an-edge.yaml", 0.4},
                                         Case{"database-failover.yaml", 0.2}, Case{"gray-link.yaml", 0.2},
                                         Case{"retry-storm.yaml", 0.3}),
                         [](const testing::TestParamInfo<Case>& one) {
                             std::string name = one.param.file;
                             name.resize(name.find('.'));
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

// Sharing and preemption keep lists of their own; a counted group, its crowd; priorities, several queues.
TEST(CloneOf, DisciplinesAndCrowdsGoOnAsTheOriginal) {
    struct Variant {
        const char* service;
        const char* work;
    };
    for (const auto& [service, work] : {Variant{"workers: 2, queue: {discipline: sharing}", "8 ms"},
                                        {"queue: {discipline: preemptive}", "8 ms"},
                                        {"instances: 20000", "100 s"},
                                        {"queue: {discipline: lifo, patience: exponential(30 ms)}", "8 ms"}}) {
        const Plan plan = plan_of(std::string("nines: 1\nname: disciplines\nservices:\n  s: {kind: fleet, ") + service +
                                  ", endpoints: {op: {steps: [{work: exponential(" + work + R"y()}]}}}
demand:
  a: {calls: s.op, rate: 50/s, priority: 1, timeout: 100 ms, retry: {attempts: 3, backoff: exponential(20 ms), jitter: full}}
  b: {calls: s.op, rate: 20/s, arrivals: constant}
faults: {f: {target: instance/s/0, every: exponential(20 s), for: exponential(1 s), effect: crash}}
run: {warmup: 2 s, horizon: 1 min}
)y");
        const nines::Run whole = simulate_requests(plan, {3, 1});
        Requests original(plan, {3, 1});
        for (std::uint64_t event = 0; event < whole.events / 2; ++event) {
            ASSERT_TRUE(original.step());
        }
        const auto copy = original.clone();
        EXPECT_EQ(told(plan, rest_of(original)), told(plan, whole)) << service;
        EXPECT_EQ(told(plan, rest_of(*copy)), told(plan, whole)) << service;
    }
}

}  // namespace
}  // namespace nines
