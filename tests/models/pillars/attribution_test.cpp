// What is attributed adds up to what was measured: requests, seconds, dollars, grams, records, on random scenarios; and
// who owns what, by hand.

#include "models/pillars/attribution.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "models/study/run.hpp"
#include "tests/support/generate.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

std::map<std::string, double> sums_of(const Results& results) {
    std::map<std::string, double> sums;
    for (const Attribution& part : results.attribution) {
        EXPECT_GT(part.value, 0) << part.metric << " " << part.cause;
        EXPECT_TRUE(k_layers.find(part.layer)) << part.layer;
        EXPECT_TRUE(k_owners.find(part.owner)) << part.owner;
        sums[part.metric] += part.value;
    }
    return sums;
}

void expect_sum(const Results& results, const std::map<std::string, double>& sums, const std::string& attributed,
                double total) {
    const auto found = sums.find(attributed);
    const double sum = found == sums.end() ? 0 : found->second;
    EXPECT_NEAR(sum, total, 1e-9 * (1 + std::abs(total))) << attributed << " of " << results.scenario;
}

/// Every metric that is attributed, against its parts; and what was lost, against incidents and outcomes.
void expect_adds_up(const Results& results) {
    const auto sums = sums_of(results);
    const auto mean = [&](const char* metric) { return results.find(metric)->mean.value_or(0); };
    for (const char* const metric : {"cost.per_month", "carbon.kg", "cost.sla_credits", "cost.downtime",
                                     "exposure.records", "exposure.cost", "records.destroyed"}) {
        expect_sum(results, sums, metric, mean(metric));
    }
    double failed = 0;
    for (const char* const outcome :
         {"requests.error", "requests.timeout", "requests.rejected", "requests.abandoned"}) {
        failed += mean(outcome);
    }
    double in_incidents = 0;
    double down_s = 0;
    for (const Incident& incident : results.incidents) {
        in_incidents += incident.lost_requests;
        down_s += incident.end_s - incident.begin_s;
    }
    expect_sum(results, sums, "requests.lost", std::max(failed, in_incidents));
    expect_sum(results, sums, "downtime", down_s);
}

TEST(Attribution, AddsUpInRandomScenarios) {
    const std::uint64_t scenarios = support::scenarios_wanted(30);
    for (std::uint64_t number = 0; number < scenarios; ++number) {
        const std::string load = support::generate_scenario(number).yaml +
                                 "\nvalue: {request: 2 USD, minute_down: 30 USD, incident: 7 USD}\n";
        for (const std::string& yaml : {load, support::generate_with_all_words(number).yaml}) {
            SCOPED_TRACE(number);
            for (const std::string fidelity : {"requests", "flow"}) {
                Plan plan = support::plan_of(yaml, 0.2);
                plan.run.fidelity = fidelity;
                expect_adds_up(run_once(plan, {1, number}));
            }
        }
    }
}

// Requests that an incident caught in flight are lost too, and cost as much as those that failed.
TEST(Attribution, WhatIsStillInFlightInAnIncidentCosts) {
    Plan plan = support::plan_of(R"(nines: 1
name: silence
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 20/s}}
faults: {f: {target: service/s, effect: down, at: 0, for: forever}}
value: {request: 2 USD, minute_down: 30 USD}
run: {horizon: 2 min}
)");
    for (const std::string fidelity : {"requests", "flow"}) {
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        ASSERT_EQ(results.incidents_count, 1U);
        EXPECT_NEAR(*results.find("cost.downtime")->mean, 2 * results.incidents[0].lost_requests + 60, 1e-6);
        expect_adds_up(results);
    }
}

double lost_by(const Results& results, const std::string& cause) {
    double lost = 0;
    for (const Attribution& part : results.attribution) {
        lost += part.metric == "requests.lost" && part.cause == cause ? part.value : 0;
    }
    return lost;
}

// Half a per cent of errors for ten minutes where 99 % is good: no incident, and 0.005 x 100/s x 600 s = 300 requests
// that are the fault's. A tenth of a per cent fails always, by a fault that began before: but in those ten minutes and
// the minute after, 0.001 x 100/s x (3600 - 660) s = 294 are its own.
TEST(Attribution, WhatAFaultTakesWithoutAnIncidentIsItsOwn) {
    Plan plan = support::plan_of(R"(nines: 1
name: a little
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, arrivals: constant, rate: 100/s}}
faults:
  always: {target: service/s, effect: {errors: 0.1 %}, at: 0, for: forever}
  little: {target: service/s, effect: {errors: 0.5 %}, at: 20 min, for: 10 min, layer: facility}
run: {horizon: 1 h, good: 99 %, slice: 1 min}
)");
    for (const std::string fidelity : {"requests", "flow"}) {
        SCOPED_TRACE(fidelity);
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        EXPECT_EQ(results.incidents_count, 0U);
        expect_adds_up(results);
        // 5 standard deviations of so many coins; `flow` knows the mean.
        const double wide = fidelity == "flow" ? 1e-6 : 5;
        const double little = 0.006 * 60'000 + 0.001 * 6'000;
        EXPECT_NEAR(lost_by(results, "little"), little, wide * std::sqrt(little) + 0.02 * little);
        EXPECT_NEAR(lost_by(results, "always"), 294, wide * std::sqrt(294.0) + 1);
        EXPECT_EQ(lost_by(results, "outside incidents"), 0);
    }
}

// What failed when no fault was near is nobody's; what failed in the minute after one, though no incident, is that
// fault's.
TEST(Attribution, WhatFailsFarFromAnyFaultIsNobodys) {
    Plan plan = support::plan_of(R"(nines: 1
name: far
services: {s: {kind: fleet, workers: unlimited, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}}
demand: {d: {calls: s.op, arrivals: constant, rate: 100/s, timeout: 60 ms}}
faults:
  outage: {target: service/s, effect: down, at: 20 min, for: 10 min}
run: {horizon: 1 h, good: 90 %, slice: 10 s}
)");
    for (const std::string fidelity : {"requests", "flow"}) {
        SCOPED_TRACE(fidelity);
        plan.run.fidelity = fidelity;
        const Results results = run_once(plan, {1, 0});
        ASSERT_EQ(results.incidents_count, 1U);
        expect_adds_up(results);
        // e^-6 = 0.25 % of 100/s time out in 49 of the 60 minutes; in the minute after the outage they are its own.
        EXPECT_NEAR(lost_by(results, "outside incidents"), std::exp(-6) * 6'000 * 49, 150);
        EXPECT_NEAR(lost_by(results, "outage"), 60'000, 150);
        EXPECT_GT(lost_by(results, "outage"), results.incidents[0].lost_requests);
    }
}

std::string owner_of_fault(const std::string& service, const std::string& fault) {
    const Plan plan = support::plan_of(fmt::format(R"(nines: 1
name: owners
world: {{regions: [us-east-1]}}
services:
  s: {{{}, in: {{region: us-east-1}}, endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}}}
demand: {{d: {{calls: s.op, rate: 1/s}}}}
faults: {{f: {{{}, at: 1 min, for: 1 min}}}}
run: {{horizon: 3 min}}
)",
                                                   service, fault));
    return std::string(k_layers.of(plan.faults[FaultId{0}].layer)) + ", " + cause_owner(plan, 0);
}

// The shared responsibility model: the same trouble moves to the provider as a service moves from machines of one's own
// to managed ones.
TEST(Attribution, OwnersFollowTheKindOfService) {
    EXPECT_EQ(owner_of_fault("kind: fleet", "target: zone/use1-az1, effect: down"), "facility, provider");
    EXPECT_EQ(owner_of_fault("kind: fleet", "target: instance/s/0, effect: crash"), "hardware, provider");
    EXPECT_EQ(owner_of_fault("kind: fleet", "target: service/s, effect: {errors: 5 %}"), "application, customer");
    EXPECT_EQ(owner_of_fault("kind: database", "target: service/s, effect: crash"), "application, provider");
    EXPECT_EQ(owner_of_fault("kind: fleet", "target: service/s, effect: {delay: +1 ms}"), "network, provider");
    for (const auto& [layer, of_instances, of_containers, of_managed, of_functions] :
         {std::tuple("operating-system", "customer", "provider", "provider", "provider"),
          std::tuple("runtime", "customer", "customer", "provider", "provider"),
          std::tuple("application", "customer", "customer", "provider", "customer"),
          std::tuple("configuration", "customer", "customer", "customer", "customer")}) {
        const std::string fault = fmt::format("target: service/s, effect: crash, layer: {}", layer);
        const auto is = [&](const std::string& service, const char* owner) {
            EXPECT_EQ(owner_of_fault(service, fault), fmt::format("{}, {}", layer, owner)) << service;
        };
        is("kind: fleet", of_instances);
        is("kind: fleet, on: fargate(1 vCPU 2 GiB)", of_containers);
        is("kind: cache", of_managed);
        is("kind: function, on: lambda(512 MB)", of_functions);
        is(fmt::format("kind: cache, layers: {{{}: customer}}", layer), "customer");
    }
}

}  // namespace
}  // namespace nines
