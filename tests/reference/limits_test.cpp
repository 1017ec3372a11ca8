// Limits against closed forms: the share that a token bucket rejects, bursts that pass, who starves whom, throttles in
// force together, and retries at a limit.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/flow/flow.hpp"
#include "models/pillars/measures.hpp"
#include "models/requests/simulate.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

/// Figures of one run in either fidelity.
class Figures {
public:
    Figures(const std::string& yaml, const std::string& fidelity) : plan_(plan_of(yaml)) {
        plan_.run.fidelity = fidelity;
        const auto run = fidelity == "flow" ? Flow(plan_).run({1, 0}) : simulate_requests(plan_, {1, 0});
        metrics_ = measure_all(gather(plan_, run));
    }
    double operator[](const std::string& name) const {
        for (const Metric& metric : metrics_) {
            if (metric.name == name) {
                return metric.mean.value_or(NAN);
            }
        }
        ADD_FAILURE() << "no metric " << name;
        return NAN;
    }

private:
    Plan plan_;
    std::vector<Metric> metrics_;
};

constexpr const char* k_fidelities[] = {"requests", "flow"};

std::string limited(const std::string& limit, const std::string& demand, const std::string& run,
                    const std::string& faults = "") {
    return text_of({.work = "1 ms",
                    .service = "workers: unlimited" + (limit.empty() ? "" : ", limit: " + limit),
                    .demand = demand,
                    .faults = faults,
                    .run = run});
}

// --- s25-token-bucket, s26-token-bucket-overload ------------------------------------------------------------------

std::string below_the_rate(int burst) {
    return limited(fmt::format("{{rate: 100/s, burst: {}}}", burst), "rate: 90/s", "warmup: 1 s, horizon: 500 s");
}
std::string above_the_rate(int burst) {
    return limited(fmt::format("{{rate: 100/s, burst: {}}}", burst), "rate: 150/s", "warmup: 1 s, horizon: 50 s");
}
const std::vector<Expected> k_below = {{"throttled@s", 0.01663174782894645, k_wide}, {"goodput", 88.50314269539481}};
const std::vector<Expected> k_above = {{"throttled@s", 0.3384488086783075}, {"goodput", 99.23267869825388}};

TEST(TokenBucket, RejectsTheShareOfAFullQueueUpsideDown) {
    expect_means(below_the_rate(10), {.replications = 64}, k_below);
    expect_means(above_the_rate(5), {.replications = 64}, k_above);
}

TEST(TokenBucketMutants, OneTokenLessIsNoticed) {
    expect_rejected(below_the_rate(9), {.replications = 64}, k_below);
    expect_rejected(above_the_rate(2), {.replications = 64}, k_above);
}

TEST(TokenBucket, IsExactInFlow) {
    const Figures below(below_the_rate(10), "flow");
    EXPECT_NEAR(below["throttled@s"], 0.01663174782894645, 1e-12);
    EXPECT_NEAR(below["availability"], 1 - 0.01663174782894645, 1e-12);
    // Of the first tenth of a second the bucket is full, and that is in the warm-up.
    const Figures above(above_the_rate(5), "flow");
    EXPECT_NEAR(above["throttled@s"], 0.3384488086783075, 1e-12);
    EXPECT_NEAR(above["goodput"], 99.23267869825388, 2e-3) << "a millisecond's requests are under way at the end";
}

// --- bursts -------------------------------------------------------------------------------------------------------

// 200/s empty 500 tokens that come back at 100/s in five seconds; what comes after passes at 100/s. At 50/s from 20 s
// on all passes, and the bucket is full again at 30 s: of the second rush five seconds pass as well.
TEST(Bursts, PassAsLongAsThereAreTokens) {
    const std::string yaml =
        limited("{rate: 100/s, burst: 500}", "arrivals: constant, rate: steps(200/s 0 s 50/s 20 s 200/s 40 s)",
                "horizon: 1 min");
    const double passed = (500 + 100 * 20) + 50 * 20 + (500 + 100 * 20);
    for (const char* const fidelity : k_fidelities) {
        const Figures figures(yaml, fidelity);
        EXPECT_NEAR(figures["requests.ok"], passed, 4) << fidelity;
        EXPECT_NEAR(figures["requests.rejected"], 9000 - passed, 4) << fidelity;
        EXPECT_NEAR(figures["throttled@s"], 1 - passed / 9000, 1e-3) << fidelity;
        EXPECT_NEAR(figures["blast_radius"], 0.5, 0.01) << fidelity;
    }
}

// Refilled for ten seconds at 50/s, there are 500 tokens; with half the time there would be 250.
TEST(Bursts, OfAHalfFilledBucketPassHalf) {
    const std::string yaml =
        limited("{rate: 100/s, burst: 500}", "arrivals: constant, rate: steps(200/s 0 s 50/s 20 s 200/s 25 s)",
                "horizon: 45 s");
    for (const char* const fidelity : k_fidelities) {
        EXPECT_NEAR(Figures(yaml, fidelity)["requests.ok"], 2500 + 50 * 5 + 250 + 100 * 20, 4) << fidelity;
    }
}

// --- who shares a limit ---------------------------------------------------------------------------------------------

std::string shared(const std::string& per) {
    return fmt::format(R"(nines: 1
name: two clients
services:
  api:
    kind: fleet
    workers: unlimited
    limit: {{rate: 100/s, burst: 10, per: {}}}
    endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}
  batch:
    kind: fleet
    workers: unlimited
    endpoints: {{op: {{steps: [{{call: api.op}}]}}}}
demand:
  noisy: {{calls: batch.op, rate: 300/s}}
  quiet: {{calls: api.op, rate: 20/s}}
run: {{warmup: 10 s, horizon: 300 s}}
)",
                       per);
}

TEST(SharedLimits, OneForAllLetsTheNoisyStarveTheQuiet) {
    for (const char* const fidelity : k_fidelities) {
        const Figures figures(shared("service"), fidelity);
        EXPECT_NEAR(figures["availability@quiet"], 100 / 320.0, 0.02) << fidelity;
        EXPECT_NEAR(figures["availability@noisy"], 100 / 320.0, 0.01) << fidelity;
    }
}

TEST(SharedLimits, OnePerClientDoesNot) {
    for (const char* const fidelity : k_fidelities) {
        const Figures figures(shared("client"), fidelity);
        EXPECT_NEAR(figures["availability@quiet"], 1, 1e-6) << fidelity;
        EXPECT_NEAR(figures["availability@noisy"], 100 / 300.0, 0.01) << fidelity;
        EXPECT_NEAR(figures["throttled@api"], 200 / 320.0, 0.01) << fidelity;
    }
}

// A front in one zone alone is let in at one place's rate; users, who see both zones, at twice that.
TEST(SharedLimits, OnePerPlaceCountsByPlace) {
    const std::string yaml = R"(nines: 1
name: places
world: {regions: [us-east-1]}
services:
  api:
    kind: fleet
    in: {region: us-east-1, zones: 2}
    workers: unlimited
    balance: {health: instant}
    limit: {rate: 30/s, burst: 5, per: place}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {users: {calls: api.op, rate: 100/s}}
run: {warmup: 10 s, horizon: 300 s}
)";
    for (const char* const fidelity : k_fidelities) {
        EXPECT_NEAR(Figures(yaml, fidelity)["goodput"], 60, 0.6) << fidelity;
    }
}

// --- throttles ----------------------------------------------------------------------------------------------------

// 100/s meet a throttle of 50/s from 20 s to 40 s, and one of 25/s from 25 s to 35 s; each has a second's worth of
// tokens. One second passes whole; then 50/s until 25 s; the 25 tokens of the second one bring 50/s for another second;
// then 25/s until 35 s. Meanwhile the first has filled up again: one second whole, and 50/s until 40 s. Then all
// passes.
TEST(Throttles, TheLeastHoldsAndItsEndUndoesItAlone) {
    const std::string yaml = limited("", "arrivals: constant, rate: 100/s", "horizon: 3 min",
                                     "one: {target: service/s, effect: {throttle: 50/s}, at: 20 s, for: 20 s}, "
                                     "two: {target: any service, effect: {throttle: 25/s}, at: 25 s, for: 10 s}");
    const double passed = 2000 + (100 + 4 * 50 + 50 + 9 * 25 + 100 + 4 * 50) + 14'000;
    for (const char* const fidelity : k_fidelities) {
        const Figures figures(yaml, fidelity);
        EXPECT_NEAR(figures["requests.ok"], passed, 4) << fidelity;
        EXPECT_NEAR(figures["incidents.per_year"] * 180 / 31'536'000, 1, 1e-9) << fidelity;
        EXPECT_NEAR(figures["rto"], 17.5, 2.6) << fidelity << ": from 20 s, or, as slices have it, from 25 s";
    }
}

// A limit of 80/s with 20 tokens is lowered to 40/s and holds again afterwards: 1,620 in 20 s; one second at 80/s,
// until the throttle's 40 tokens are gone, and 19 at 40/s; meanwhile the limit's own 20 have come back, so one second
// at 100/s and 19 at 80/s. A throttle above the limit changes nothing.
TEST(Throttles, LowerALimit) {
    const auto with = [](const std::string& throttle) {
        return limited("{rate: 80/s, burst: 20}", "arrivals: constant, rate: 100/s", "horizon: 1 min",
                       "t: {target: service/s, effect: {throttle: " + throttle + "}, at: 20 s, for: 20 s}");
    };
    for (const char* const fidelity : k_fidelities) {
        EXPECT_NEAR(Figures(with("40/s"), fidelity)["requests.ok"], 4080, 8) << fidelity;
        EXPECT_NEAR(Figures(with("90/s"), fidelity)["requests.ok"], 20 + 60 * 80, 8) << fidelity;
    }
}

// Of two zones one is throttled: half of 100/s comes there.
TEST(Throttles, LimitWhatStandsInAPlace) {
    const std::string yaml = R"(nines: 1
name: places
world: {regions: [us-east-1]}
services:
  api:
    kind: fleet
    in: {region: us-east-1, zones: 2}
    workers: unlimited
    balance: {health: instant}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {users: {calls: api.op, arrivals: constant, rate: 100/s}}
faults: {t: {target: service/api@use1-az1, effect: {throttle: 10/s}, at: 0 s, for: forever}}
run: {horizon: 300 s}
)";
    for (const char* const fidelity : k_fidelities) {
        const Figures figures(yaml, fidelity);
        EXPECT_NEAR(figures["goodput"], 60, 0.1) << fidelity;
        EXPECT_NEAR(figures["throttled@api@use1-az1"], 0.8, 0.01) << fidelity;
        EXPECT_TRUE(std::isnan(figures["throttled@api@use1-az2"])) << fidelity << ": nothing limits it";
    }
}

// --- retries at a limit ---------------------------------------------------------------------------------------------

// However often it is tried, no more passes than tokens come.
TEST(LimitedRetries, LetInWhatTheLimitLetsIn) {
    const std::string yaml =
        limited("{rate: 100/s, burst: 20}", "rate: 150/s, retry: {attempts: 4, backoff: fixed(exponential(500 ms))}",
                "warmup: 20 s, horizon: 400 s");
    for (const char* const fidelity : k_fidelities) {
        const Figures figures(yaml, fidelity);
        EXPECT_NEAR(figures["goodput"], 100, 1) << fidelity;
        EXPECT_NEAR(figures["availability"], 100 / 150.0, 0.01) << fidelity;
        // 1 - (1 - p)^4 = 2/3 of a share p that finds a token at each attempt: 100 passes of 100 / p attempts.
        const double p = 1 - std::pow(1 / 3.0, 0.25);
        EXPECT_NEAR(figures["attempts.per_request"], 100 / p / 150, 0.03 * 100 / p / 150) << fidelity;
    }
}

}  // namespace
}  // namespace nines::support
