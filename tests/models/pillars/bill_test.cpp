// Bills of three architectures, line by line, from the prices of the catalogue's rows as a person would work them out.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr double k_seconds = 730.0 * 3600;  // of a month

struct Line {
    const char* item;
    double usd;
};

/// Each line of the bill is one of those expected, and they are all there; their sum is the bill, to the cent.
void expect_bill(const std::string& yaml, const std::vector<Line>& expected) {
    const Results results = run_once(support::plan_of(yaml), {1, 0});
    double sum = 0;
    for (const Line& line : expected) {
        const auto found = std::find_if(results.bill.begin(), results.bill.end(),
                                        [&](const BillLine& one) { return one.item == line.item; });
        if (found == results.bill.end()) {
            ADD_FAILURE() << "no line `" << line.item << "`";
            continue;
        }
        EXPECT_NEAR(found->usd, line.usd, 0.005 + 1e-6 * line.usd) << line.item;
        EXPECT_NE(found->source, "") << line.item;
        sum += line.usd;
    }
    EXPECT_EQ(results.bill.size(), expected.size());
    for (const BillLine& line : results.bill) {
        EXPECT_TRUE(
            std::any_of(expected.begin(), expected.end(), [&](const Line& one) { return line.item == one.item; }))
            << "unexpected: " << line.item << " " << line.usd;
    }
    EXPECT_NEAR(*results.find("cost.per_month")->mean, sum, 0.005 * static_cast<double>(expected.size()) + 1e-6 * sum);
}

// 100 requests a second through a load balancer to four machines, half of them reserved (37.5 % off), spread over two
// zones; each asks a database of two zones, 100 GB and growing by none.
TEST(Bill, OfAWebSiteInTwoZones) {
    const double requests = 100 * k_seconds;
    const double front_gb = requests * (1e3 + 10e3) / 1e9;  // default request and response
    // The balancer has its half of callers in each zone; web prefers the same region, so half of all calls cross.
    expect_bill(R"(nines: 1
name: a web site
world: {regions: [us-east-1]}
services:
  front:
    kind: load-balancer
    in: {region: us-east-1, zones: 2}
    endpoints: {page: {steps: [{call: web.page}]}}
  web:
    kind: fleet
    on: m5.large
    workers: 8
    in: {region: us-east-1, zones: 2, each: 2}
    balance: {prefer: same-zone}
    purchase: {reserved: 50 %}
    endpoints: {page: {steps: [{work: exponential(5 ms)}]}}
  orders:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync, zone: other}}
    data: {records: 1000000, size: 100 GB}
    backup: {every: 1 d, keep: 7 d, restore: 1 GB/s, own-credentials: true}
    endpoints: {read: {steps: [{work: 1 ms}]}}
demand:
  users: {calls: front.page, rate: 100/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"load balancer (front)", 730 * 0.0225},
                 {"load balancer capacity units (front)", front_gb * 0.008},
                 {"2 x m5.large (web)", 2 * 730 * 0.096},
                 {"2 x m5.large (web) reserved", 2 * 730 * 0.096 * (1 - 0.375)},
                 {"2 x db.m5.large (orders)", 2 * 730 * 0.178},
                 {"database storage (orders)", 2 * 100 * 0.115},
                 {"backups (orders)", 100 * 0.095}});
}

// A database whose two instances are committed to, and which loses a zone: the copy that comes in a third zone runs
// under the commitment too.
TEST(Bill, CommitmentsGoWithADatabaseThatMoves) {
    expect_bill(R"(nines: 1
name: a database that moves
world: {regions: [us-east-1]}
services:
  orders:
    kind: database
    on: db.m5.large
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync, zone: other}}
    purchase: {reserved: {share: 100 %, discount: 40 %}}
    endpoints: {read: {request: 0 B, response: 0 B, steps: [{work: 1 ms}]}}
demand:
  users: {calls: orders.read, rate: 1/h}
faults:
  zone: {target: zone/use1-az1, effect: down, at: 100 h, for: 200 h}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"2 x db.m5.large (orders) reserved", 2 * 730 * 0.178 * 0.6}});
}

// An Aurora cluster keeps one volume for its writer and two readers, and counts what is read and written: one I/O for
// each of 20 requests a second (52.56 million a month).
TEST(Bill, OfAnAuroraCluster) {
    expect_bill(R"(nines: 1
name: a cluster
world: {regions: [us-east-1]}
services:
  orders:
    kind: database
    engine: aurora-postgresql
    on: db.r6g.large
    in: {region: us-east-1, zones: 1}
    replication: {one: {mode: async, zone: other, lag: 20 ms}, two: {mode: async, zone: other, lag: 20 ms}}
    data: {records: 1000000, size: 100 GB}
    backup: {every: 1 d, keep: 7 d, restore: 1 GB/s, own-credentials: true}
    endpoints: {read: {request: 0 B, response: 0 B, steps: [{work: 1 ms}]}}
demand:
  users: {calls: orders.read, rate: 20/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"3 x db.r6g.large (orders)", 3 * 730 * 0.26},
                 {"Aurora storage (orders)", 100 * 0.10},
                 {"Aurora I/O requests (orders)", 20 * k_seconds * 0.20 / 1e6},
                 {"backups (orders)", 100 * 0.021}});
}

// Ten writes a second of 100 kB go to a copy in another region: 2,628 GB at 0.02 USD; to the other zone they are free.
TEST(Bill, ReplicationToARegionIsTransfer) {
    expect_bill(R"(nines: 1
name: a copy far away
world: {regions: [us-east-1, us-west-2]}
services:
  orders:
    kind: database
    on: db.m5.large
    price: 1 USD/h
    in: {region: us-east-1, zones: 1}
    replication: {standby: {mode: sync, zone: other}, far: {mode: async, region: us-west-2, lag: 1 s}}
    endpoints:
      read: {steps: [{work: 1 ms}]}
      write: {request: 100 kB, response: 0 B, steps: [{work: 1 ms}], writes: 1}
demand:
  users: {calls: orders.write, rate: 10/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"3 x db.m5.large (orders)", 3 * 730.0},
                 {"replication to us-west-2 (orders)", 10 * k_seconds * 1e5 / 1e9 * 0.02}});
}

// A function of 512 MB that works 120 ms (and is billed to the next millisecond, half of one on average) behind a
// managed service with a price of its own.
TEST(Bill, OfServerlessParts) {
    const double requests = 20 * k_seconds;
    expect_bill(R"(nines: 1
name: serverless
world: {regions: [us-east-1]}
services:
  api:
    kind: managed
    in: {region: us-east-1}
    price: {million_requests: 1 USD, gigabyte: 0.02 USD}
    endpoints: {call: {request: 2 kB, response: 8 kB, steps: [{call: work.run}]}}
  work:
    kind: function
    on: lambda(512 MB)
    in: {region: us-east-1}
    endpoints: {run: {steps: [{work: lognormal(mean 120 ms cv 1)}]}}
demand:
  users: {calls: api.call, rate: 20/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"requests (api)", requests / 1e6},
                 {"bytes (api)", requests * 10e3 / 1e9 * 0.02},
                 {"function requests (work)", requests * 0.2 / 1e6},
                 {"function duration (work)", requests * 0.1205 * 0.5 * 1.66667e-5}});
}

// Containers in one region call a fleet in another, four machines of which one in four is spot (62 % off in us-west-2)
// and half stand in a savings plan; out through two NAT gateways, whose bytes are counted again.
TEST(Bill, OfTwoRegionsWithSpotAndSavings) {
    const double requests = 50 * k_seconds;
    const double gb_out = requests * 4e3 / 1e9;
    const double gb_back = requests * 20e3 / 1e9;
    expect_bill(R"(nines: 1
name: two regions
world: {regions: [us-east-1, us-west-2]}
services:
  out:
    kind: nat
    in: {region: us-east-1, zones: 2}
    endpoints: {pass: {request: 4 kB, response: 20 kB, steps: [{call: far.get}]}}
  near:
    kind: fleet
    on: fargate(0.5 vCPU 1 GiB)
    workers: unlimited
    in: {region: us-east-1, zones: 2, each: 1}
    balance: {prefer: same-zone}
    endpoints: {get: {steps: [{call: out.pass}]}}
  far:
    kind: fleet
    on: m5.large
    workers: 64
    in: {region: us-west-2, zones: 2, each: 2}
    purchase: {spot: 25 %, savings: {share: 50 %, discount: 27 %}}
    endpoints: {get: {request: 4 kB, response: 20 kB, steps: [{work: 1 ms}]}}
demand:
  users: {calls: near.get, rate: 50/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"NAT gateway (out)", 2 * 730 * 0.045},
                 {"NAT data processed (out)", (gb_out + gb_back) * 0.045},
                 {"2 x fargate(0.5 vCPU 1 GiB) (near)", 2 * 730 * (0.5 * 0.04048 + 0.004445)},
                 {"1 x m5.large (far)", 730 * 0.096},
                 {"1 x m5.large (far) spot", 730 * 0.096 * (1 - 0.62)},
                 {"2 x m5.large (far) savings plan", 2 * 730 * 0.096 * (1 - 0.27)},
                 {"inter-region us-east-1 to us-west-2", gb_out * 0.02},
                 {"inter-region us-west-2 to us-east-1", gb_back * 0.02},
                 {"inter-az us-east-1", (gb_out + gb_back) * 0.02 * 0.5}});
}

// Of four reserved machines three would be enough: the fourth is paid, and idle.
TEST(Bill, ACommitmentIsPaidWhetherUsedOrNot) {
    const auto cost_of = [](const std::string& purchase) {
        const std::string yaml = fmt::format(R"(nines: 1
name: commitment
services:
  web:
    kind: fleet
    instances: 4
    price: 1 USD/h
    purchase: {}
    scale: {{target: 50 %, min: 1, max: 4, launch: 0, in_after: 0, every: 10 s}}
    endpoints: {{op: {{steps: [{{work: 100 ms}}]}}}}
demand: {{d: {{calls: web.op, rate: 9/s, arrivals: constant}}}}
run: {{fidelity: flow, horizon: 730 h}}
)",
                                             purchase);
        return *run_once(support::plan_of(yaml), {1, 0}).find("cost.compute")->mean;
    };
    // 0.9 workers at a target of 50 %: two machines from the first evaluation on.
    EXPECT_NEAR(cost_of("{}"), 2 * 730, 1);
    EXPECT_NEAR(cost_of("{reserved: {share: 100 %, discount: 40 %}}"), 4 * 730 * 0.6, 1e-6);
    EXPECT_NEAR(cost_of("{reserved: {share: 25 %, discount: 40 %}}"), 730 * 0.6 + 730, 1);
}

}  // namespace
}  // namespace nines
