// What is attributed adds up to what was measured: requests, seconds, dollars, grams, records, on random scenarios; and
// who owns what, by hand.

#include "models/pillars/attribution.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

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

TEST(Attribution, AddsUpInRandomScenarios) {
    constexpr std::uint64_t k_scenarios = 60;
    for (std::uint64_t number = 0; number < k_scenarios; ++number) {
        const auto generated = support::generate_scenario(number);
        for (const std::string fidelity : {"requests", "flow"}) {
            Plan plan = support::plan_of(
                generated.yaml + "\nvalue: {request: 2 USD, minute_down: 30 USD, incident: 7 USD}\n", 0.2);
            plan.run.fidelity = fidelity;
            const Results results = run_once(plan, {1, number});
            const auto sums = sums_of(results);
            const auto mean = [&](const char* metric) { return results.find(metric)->mean.value_or(0); };
            double failed = mean("requests.error") + mean("requests.timeout") + mean("requests.rejected") +
                            mean("requests.abandoned");
            double in_incidents = 0;
            for (const Incident& incident : results.incidents) {
                in_incidents += incident.lost_requests;
            }
            expect_sum(results, sums, "requests.lost", std::max(failed, in_incidents));
            expect_sum(results, sums, "cost.per_month", mean("cost.per_month"));
            expect_sum(results, sums, "carbon.kg", mean("carbon.kg"));
            expect_sum(results, sums, "cost.sla_credits", mean("cost.sla_credits"));
            double down_s = 0;
            for (const Incident& incident : results.incidents) {
                down_s += incident.end_s - incident.begin_s;
            }
            expect_sum(results, sums, "downtime", down_s);
            expect_sum(
                results, sums, "cost.downtime",
                2 * std::max(failed, in_incidents) + 0.5 * down_s + 7 * static_cast<double>(results.incidents_count));
        }
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
