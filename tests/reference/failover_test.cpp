// Failover of a database, and how long health checks take to see a dead instance. One fault in each of many short runs.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/scenario.hpp"
#include "tests/support/simulate.hpp"

namespace nines::support {
namespace {

// --- outage: detection and promotion ------------------------------------------------------------------------------

constexpr double k_client_per_s = 10;

/// The primary crashes after a second; what is refused until the standby serves, at a constant rate, is the outage.
std::string failing_over(const std::string& detect, const std::string& lasts) {
    return fmt::format(R"(nines: 1
name: failover
services:
  db:
    kind: database
    workers: 10
    replication: {{standby: {{mode: sync}}}}
    failover: {{detect: {}, promote: lognormal(mean 45 s cv 0.5)}}
    endpoints: {{read: {{steps: [{{work: 1 ms}}]}}}}
demand:
  d: {{calls: {{db.read: 100 %}}, rate: {}/s, arrivals: constant}}
faults:
  lost: {{target: instance/db/0, effect: crash, at: 1 s, for: {}}}
run: {{fidelity: requests, horizon: 5 min}}
)",
                       detect, k_client_per_s, lasts);
}

double outage_s(const Results& results) {
    return figure_of(results, "requests.rejected") / k_client_per_s;
}

Expected outage_share(const std::string& name, double bound_s, double share, double tolerance) {
    return {name, share, tolerance, [=](const Results& results) { return outage_s(results) <= bound_s ? 1.0 : 0.0; }};
}

constexpr Effort k_many_outages{.replications = 4400, .may_shorten = false};

TEST(Failover, OutageIsDetectionAndPromotion) {
    expect_means(failing_over("30 s", "forever"), k_many_outages,
                 {{"outage", 75, 0.03, outage_s},
                  outage_share("at most the median", 70.24922359499621, 0.5, 0.1),
                  outage_share("at most the 95th percentile", 117.53930271041494, 0.95, k_tolerance),
                  {"outage squared", 75 * 75 + 22.5 * 22.5, k_wide,
                   [](const Results& results) { return outage_s(results) * outage_s(results); }}});
}

// The failed primary may itself be back first; then it goes on, and nobody is promoted.
TEST(Failover, ARepairMayCutTheOutageShort) {
    // E[min(R, D)] of an exponential repair R of mean 60 s and D = 30 s + lognormal: 60 s x (1 - E[exp(-D / 60 s)]).
    constexpr double k_repair_s = 60;
    const double sigma = std::sqrt(std::log(1 + 0.25)), mu = std::log(45) - sigma * sigma / 2;
    double transform = 0;
    constexpr int k_points = 4000;
    for (int i = 0; i < k_points; ++i) {
        const double z = -8 + 16 * (i + 0.5) / k_points;
        const double density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI) * 16 / k_points;
        transform += density * std::exp(-(30 + std::exp(mu + sigma * z)) / k_repair_s);
    }
    expect_means(failing_over("30 s", "exponential(60 s)"), k_many_outages,
                 {{"outage", k_repair_s * (1 - transform), k_wide, outage_s}});
}

TEST(FailoverMutants, ADetectionFiveSecondsLongerIsNoticed) {
    expect_rejected(failing_over("35 s", "forever"), {.replications = 1000}, {{"outage", 75, k_wide, outage_s}});
}

// --- detection by health checks -----------------------------------------------------------------------------------

/// Two instances take turns, and one dies: half of what clients send is lost until the balancer has seen it.
std::string dying(const std::string& effect, const std::string& health, const std::string& horizon) {
    return text_of({.work = "1 ms",
                    .service = "instances: 2, workers: unlimited, balance: {health: {" + health + "}}",
                    .demand = "rate: 200/s, arrivals: constant, timeout: 100 ms",
                    .faults = "dead: {target: instance/s/0, effect: " + effect + ", at: 1 s, for: forever}",
                    .run = "warmup: 0, horizon: " + horizon});
}

Reading detection(const std::string& outcome) {
    return [=](const Results& results) { return figure_of(results, "requests." + outcome) / 100; };
}

std::vector<Expected> uniform_detection(const std::string& outcome, double least_s, double most_s) {
    const Reading seen = detection(outcome);
    const double mean = (least_s + most_s) / 2;
    return {{"detection", mean, k_tolerance, seen},
            {"detection squared", mean * mean + (most_s - least_s) * (most_s - least_s) / 12, k_wide,
             [=](const Results& results) { return seen(results) * seen(results); }},
            {"at most the median", 0.5, 0.1, [=](const Results& r) { return seen(r) <= mean ? 1.0 : 0.0; }},
            {"at most the 95th percentile", 0.95, k_tolerance,
             [=](const Results& r) { return seen(r) <= least_s + 0.95 * (most_s - least_s) ? 1.0 : 0.0; }}};
}

constexpr Effort k_many_deaths{.replications = 3200, .may_shorten = false};

TEST(Failover, TwoMissedChecksOfACrashedInstance) {
    expect_means(dying("crash", "every: 5 s, fail: 2, timeout: 1 s", "12 s"), k_many_deaths,
                 uniform_detection("rejected", 5, 10));
}

TEST(Failover, ThreeMissedChecksOfASilentInstance) {
    expect_means(dying("down", "every: 10 s, fail: 3, timeout: 2 s", "35 s"), k_many_deaths,
                 uniform_detection("timeout", 22, 32));
}

TEST(FailoverMutants, OneMissedCheckLessIsNoticed) {
    expect_rejected(dying("down", "every: 10 s, fail: 2, timeout: 2 s", "35 s"),
                    {.replications = 500, .may_shorten = false},
                    {{"detection", 27, k_tolerance, detection("timeout")}});
}

// --- what asynchronous replication loses --------------------------------------------------------------------------

// Writes are Poisson, and each is on the replica an independent lag later: those lost with the primary are Poisson too.
std::string losing_writes(const std::string& lag) {
    return fmt::format(R"(nines: 1
name: replication lag
services:
  db:
    kind: database
    workers: 100
    replication: {{replica: {{mode: async, lag: {}}}}}
    failover: {{detect: 1 s, promote: 1 s, to: replica}}
    endpoints: {{write: {{steps: [{{work: 10 us}}], writes: 1}}}}
demand:
  d: {{calls: {{db.write: 100 %}}, rate: 40/s}}
faults:
  lost: {{target: instance/db/0, effect: crash, at: 1 min, for: forever}}
run: {{fidelity: requests, horizon: 63 s}}
)",
                       lag);
}

TEST(Failover, RecordsLostToLagArePoisson) {
    const auto squared_distance = [](const Results& results) {
        const double lost = figure_of(results, "records.lost");
        return (lost - 32) * (lost - 32);
    };
    expect_means(losing_writes("lognormal(mean 800 ms cv 1)"), {.replications = 4400, .may_shorten = false},
                 {{"records.lost", 32},
                  {"variance of records lost", 32, 0.15, squared_distance},
                  {"rpo", 4.2890801025239265, k_wide},
                  {"rpo at most its median", 0.5, 0.1, at_most("rpo", 3.698629705285102)},
                  {"rpo at most its 95th percentile", 0.95, 0.03, at_most("rpo", 8.618071166181625)}});
}

TEST(FailoverMutants, ALagTenPercentLongerIsNoticed) {
    expect_rejected(losing_writes("lognormal(mean 880 ms cv 1)"), {.replications = 1000, .may_shorten = false},
                    {{"records.lost", 32}});
}

}  // namespace
}  // namespace nines::support
