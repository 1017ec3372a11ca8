// Bills of three architectures, line by line, from the prices of the catalogue's rows as a person would work them out.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/architecture/read_architecture.hpp"
#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"
#include "models/study/run.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

constexpr double k_seconds = 730.0 * 3600;  // of a month

struct Line {
    const char* item;
    double usd;
    const char* tier = "";
};

/// Each line of the bill is one of those expected, and they are all there; each is a quantity times a price with its
/// row, and their sum is the bill, to the cent.
void expect_bill(const Results& results, const std::vector<Line>& expected) {
    double sum = 0;
    for (const Line& line : expected) {
        const auto found = std::find_if(results.bill.begin(), results.bill.end(), [&](const BillLine& one) {
            return one.item == line.item && one.tier == line.tier;
        });
        if (found == results.bill.end()) {
            ADD_FAILURE() << "no line `" << line.item << "` " << line.tier;
            continue;
        }
        EXPECT_NEAR(found->usd, line.usd, 0.005 + 1e-6 * line.usd) << line.item;
        EXPECT_NE(found->source, "") << line.item;
        EXPECT_NE(found->row, "") << line.item;
        EXPECT_NEAR(found->quantity * found->usd_per_unit, found->usd, 1e-9 * (1 + found->usd)) << line.item;
        sum += line.usd;
    }
    EXPECT_EQ(results.bill.size(), expected.size());
    double billed = 0;
    for (const BillLine& line : results.bill) {
        billed += line.usd;
        EXPECT_TRUE(
            std::any_of(expected.begin(), expected.end(), [&](const Line& one) { return line.item == one.item; }))
            << "unexpected: " << line.item << " " << line.usd;
    }
    const double bill = *results.find("cost.per_month")->mean;
    EXPECT_NEAR(bill, sum, 0.005 * static_cast<double>(expected.size()) + 1e-6 * sum);
    EXPECT_NEAR(bill, billed, 1e-9 * bill);
}

void expect_bill(const std::string& yaml, const std::vector<Line>& expected) {
    expect_bill(run_once(support::plan_of(yaml), {1, 0}), expected);
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
                 {"backups (orders)", 100 * 0.095, "beyond the free allotment"}});
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

// In each region an Aurora cluster keeps a volume of its own.
TEST(Bill, OfAnAuroraClusterInTwoRegions) {
    expect_bill(R"(nines: 1
name: a global cluster
world: {regions: [us-east-1, us-west-2]}
services:
  orders:
    kind: database
    engine: aurora-postgresql
    on: db.r6g.large
    price: 1 USD/h
    in: {region: us-east-1, zones: 1}
    replication: {near: {mode: async, zone: other, lag: 20 ms}, far: {mode: async, region: us-west-2, lag: 1 s}}
    data: {records: 1000000, size: 100 GB}
    endpoints: {read: {request: 0 B, response: 0 B, steps: [{work: 1 ms}]}}
demand:
  users: {calls: orders.read, rate: 20/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"3 x db.r6g.large (orders)", 3 * 730 * 1.0}, {"Aurora storage (orders)", 2 * 100 * 0.10}});
}

// Two keys and three secrets of each of two regions; ten keys are asked for a second, one secret is. 26.28 and 2.628
// million requests a month, at 0.03 USD and 0.05 USD for ten thousand.
TEST(Bill, OfKeysAndSecrets) {
    expect_bill(R"(nines: 1
name: keys and secrets
world: {regions: [us-east-1, us-west-2]}
services:
  keys:
    kind: managed
    engine: kms
    keys: 2
    in: [{region: us-east-1}, {region: us-west-2}]
    endpoints: {decrypt: {request: 0 B, response: 0 B, steps: [{work: 5 ms}]}}
  secrets:
    kind: managed
    engine: secrets-manager
    secrets: 3
    in: {region: us-east-1}
    endpoints: {get: {request: 0 B, response: 0 B, steps: [{work: 5 ms}]}}
demand:
  some: {calls: keys.decrypt, rate: 10/s}
  others: {calls: secrets.get, rate: 1/s}
run: {fidelity: flow, horizon: 730 h}
)",
                {{"keys (keys)", 2 * 2 * 1.0},
                 {"key requests (keys)", 10 * k_seconds * 0.03 / 1e4},
                 {"secrets (secrets)", 3 * 0.40},
                 {"secret requests (secrets)", 1 * k_seconds * 0.05 / 1e4}});
}

// An account has 20,000 requests of keys free each month, of all keys together: two services share them evenly.
TEST(Bill, SomeKeyRequestsAreFree) {
    const Results results = run_once(support::plan_of(R"(nines: 1
name: free keys
world: {regions: [us-east-1]}
services:
  a: {kind: managed, engine: kms, in: {region: us-east-1}, endpoints: {open: {steps: [{work: 5 ms}]}}}
  b: {kind: managed, engine: kms, in: {region: us-east-1}, endpoints: {open: {steps: [{work: 5 ms}]}}}
demand:
  some: {calls: a.open, rate: 1/s}
  others: {calls: b.open, rate: 1/s}
bill: {allowances: true}
run: {fidelity: flow, horizon: 730 h}
)"),
                                     {1, 0});
    EXPECT_NEAR(support::figure_of(results, "cost.per_month@a"), 1 + (k_seconds - 10'000) * 0.03 / 1e4, 1e-6);
    EXPECT_NEAR(support::figure_of(results, "cost.per_month@b"), 1 + (k_seconds - 10'000) * 0.03 / 1e4, 1e-6);
}

// A firewall of twelve rules before a balancer in each of two regions: two lists of rules, and all that comes is looked
// at; one of three rules before all edges. A network load balancer is by its own hour and unit, and what it sends to
// the other zone is paid at both ends: with callers and targets in two zones each, half of 1 kB there and 10 kB back.
TEST(Bill, OfFirewallsAndANetworkLoadBalancer) {
    const double requests = 100 * k_seconds;
    const Results results = run_once(support::plan_of(R"(nines: 1
name: firewalls
world: {regions: [us-east-1, us-west-2], edges: [IAD]}
services:
  edge:
    kind: cdn
    in: {edges: [IAD]}
    firewall: {rules: 3}
    endpoints: {page: {request: 0 B, response: 0 B, steps: [{work: 1 ms}]}}
  front:
    kind: load-balancer
    in: [{region: us-east-1}, {region: us-west-2}]
    firewall: {rules: 12}
    endpoints: {page: {request: 0 B, response: 0 B, steps: [{work: 1 ms}]}}
  plain:
    kind: load-balancer
    engine: nlb
    in: {region: us-east-1, zones: 2}
    endpoints: {page: {steps: [{call: web.page}]}}
  web:
    kind: fleet
    workers: 80
    in: {region: us-east-1, zones: 2}
    endpoints: {page: {steps: [{work: 1 ms}]}}
demand:
  some: {calls: edge.page, rate: 10/s}
  others: {calls: front.page, rate: 20/s}
  more: {calls: plain.page, rate: 100/s}
run: {fidelity: flow, horizon: 730 h}
)"),
                                     {1, 0});
    const auto usd = [&](const std::string& item) {
        double sum = 0;
        for (const BillLine& line : results.bill) {
            sum += line.item == item ? line.usd : 0;
        }
        return sum;
    };
    EXPECT_NEAR(usd("firewall (edge)"), 5, 1e-9);
    EXPECT_NEAR(usd("firewall rules (edge)"), 3, 1e-9);
    EXPECT_NEAR(usd("firewall requests (edge)"), 10 * k_seconds * 0.6 / 1e6, 1e-6);
    EXPECT_NEAR(usd("firewall (front)"), 2 * 5, 1e-9);
    EXPECT_NEAR(usd("firewall rules (front)"), 2 * 12, 1e-9);
    EXPECT_NEAR(usd("firewall requests (front)"), 20 * k_seconds * 0.6 / 1e6, 1e-6);
    EXPECT_NEAR(usd("load balancer (plain)"), 730 * 0.0225, 1e-9);
    EXPECT_NEAR(usd("load balancer capacity units (plain)"), requests * 11e3 / 1e9 * 0.006, 1e-6);
    EXPECT_NEAR(usd("inter-az us-east-1"), requests / 2 * 11e3 / 1e9 * 2 * 0.01, 1e-4);
}

// A node of a family that the catalogue has a reservation of: 31.74 % off an hour of cache.m6g.large.
TEST(Bill, OfAReservedCache) {
    const Results results = run_once(support::plan_of(R"(nines: 1
name: a reserved cache
world: {regions: [us-east-1]}
services:
  store:
    kind: cache
    on: cache.m6g.large
    in: {region: us-east-1}
    purchase: {reserved: 100 %}
    endpoints: {get: {request: 0 B, response: 0 B, steps: [{work: 1 ms}]}}
demand: {users: {calls: store.get, rate: 1/s}}
run: {fidelity: flow, horizon: 730 h}
)"),
                                     {1, 0});
    ASSERT_EQ(results.bill.size(), 1U);
    const double on_demand = Catalog().machine_usd_per_h("cache.m6g.large", "us-east-1", "redis")->value;
    EXPECT_NEAR(on_demand, 2596.61 / 730 / 24, 0.001) << "a 24th of cache.m6g.12xlarge, of which the discount is";
    EXPECT_NEAR(results.bill[0].usd, 730 * on_demand * (1 - 0.3174), 1e-6);
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
                 {"function duration (work)", requests * 0.1205 * 0.5 * 1.66667e-5, "first 6B GB-s"}});
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

/// A variant of a published scenario.
Plan plan_of_scenario(const char* file, const std::string& variant) {
    Problems problems;
    Document document = read_document(std::string(NINES_SOURCE_DIR) + "/scenarios/" + file, problems);
    if (!variant.empty()) {
        apply_variant(document, variant, problems);
    }
    const Catalog catalog;
    const Architecture architecture = read_architecture(document, catalog, problems);
    EXPECT_TRUE(problems.empty()) << format_problems(document, problems);
    return compile(architecture, catalog);
}

const char* const k_edge_bytes = "edge egress to internet, US, Mexico, Canada";
const char* const k_edge_requests = "edge HTTPS requests, US, Mexico, Canada";

/// What all variants of scenarios/bills.yaml have alike, as its header reckons it.
std::vector<Line> bills_without_allowances(const std::vector<Line>& web, const std::vector<Line>& rest) {
    std::vector<Line> lines{{"load balancer (front)", 16.425},
                            {"load balancer capacity units (front)", 21.75984},
                            {"2 x db.r6g.large (orders)", 379.60},
                            {"Aurora I/O requests (orders)", 13.14},
                            {"Aurora storage (orders)", 11.00},
                            {"backups (orders)", 0.0967},
                            {"NAT gateway (out)", 65.70},
                            {"NAT data processed (out)", 2.3652},
                            {"requests (payments)", 65.70},
                            {"inter-az us-east-1", 2.89},
                            {"edge egress to origin, US, Mexico, Canada", 1.0512},
                            {"alarms", 0.10}};
    lines.insert(lines.end(), web.begin(), web.end());
    lines.insert(lines.end(), rest.begin(), rest.end());
    return lines;
}

const std::vector<Line> k_bills_web{{"2 x m5.large (web)", 140.16},
                                    {"5 x m5.large (web) reserved", 219.00},
                                    {"3 x m5.large (web) savings plan", 153.4752}};
const std::vector<Line> k_bills_rest{{k_edge_requests, 262.80},
                                     {k_edge_bytes, 870.40, "0-10TB"},
                                     {k_edge_bytes, 232.00, "10-50TB"},
                                     {"internet-egress us-east-1", 7.0956, "0-10TB"},
                                     {"function requests (thumbs)", 1.0512},
                                     {"function duration (thumbs)", 8.76, "first 6B GB-s"}};

TEST(Bill, OfTheShopIsThatOfItsHeader) {
    expect_bill(run_once(plan_of_scenario("bills.yaml", ""), {1, 0}),
                bills_without_allowances(k_bills_web, k_bills_rest));
}

TEST(Bill, OfTheShopBoughtInOtherWays) {
    expect_bill(run_once(plan_of_scenario("bills.yaml", "on-demand"), {1, 0}),
                bills_without_allowances({{"10 x m5.large (web)", 700.80}}, k_bills_rest));
    expect_bill(run_once(plan_of_scenario("bills.yaml", "reserved"), {1, 0}),
                bills_without_allowances({{"10 x m5.large (web) reserved", 438.00}}, k_bills_rest));
}

// Free are 100 of 78.84 GB, 1,024 of 13,140 GB and 10 of 262.8 million requests at the edge, a million of 5.256 and
// 400,000 of 525,600 GB-s; each is a line without a price, and what is left begins in the first tier.
TEST(Bill, OfTheShopWithItsAllowances) {
    const char* const free = "free allowance";
    const Results results = run_once(plan_of_scenario("bills.yaml", "free"), {1, 0});
    expect_bill(results,
                bills_without_allowances(k_bills_web, {{k_edge_requests, 0, free},
                                                       {k_edge_requests, 252.80},
                                                       {k_edge_bytes, 0, free},
                                                       {k_edge_bytes, 870.40, "0-10TB"},
                                                       {k_edge_bytes, 150.08, "10-50TB"},
                                                       {"internet-egress us-east-1", 0, free},
                                                       {"function requests (thumbs)", 0, free},
                                                       {"function requests (thumbs)", 0.8512},
                                                       {"function duration (thumbs)", 0, free},
                                                       {"function duration (thumbs)", 2.09333, "first 6B GB-s"}}));
    const auto free_of = [&](const std::string& item) {
        return std::find_if(results.bill.begin(), results.bill.end(),
                            [&](const BillLine& line) { return line.item == item && line.tier == free; })
            ->quantity;
    };
    EXPECT_NEAR(free_of("internet-egress us-east-1"), 78.84, 1e-6);
    EXPECT_NEAR(free_of(k_edge_bytes), 1024, 1e-9);
    EXPECT_NEAR(free_of("function duration (thumbs)"), 400'000, 1e-6);
}

// Two functions of 3 and 1 million requests share the one free million by what they ask for; over half a month as over
// a whole one, for all is scaled to a month first.
TEST(Bill, AnAllowanceIsSharedByWhatItIsFor) {
    for (const char* const horizon : {"730 h", "365 h"}) {
        const Results results = run_once(support::plan_of(fmt::format(R"(nines: 1
name: two functions
world: {{regions: [us-east-1, us-west-2]}}
services:
  a: {{kind: function, on: lambda(128 MB), in: {{region: us-east-1}}, endpoints: {{run: {{steps: [{{work: 1 ms}}]}}}}}}
  b: {{kind: function, on: lambda(128 MB), in: {{region: us-west-2}}, endpoints: {{run: {{steps: [{{work: 1 ms}}]}}}}}}
demand:
  many: {{calls: a.run, rate: 4109.589041095890411/h}}
  few: {{calls: b.run, rate: 1369.863013698630137/h}}
bill: {{allowances: true}}
run: {{fidelity: flow, horizon: {}}}
)",
                                                                      horizon)),
                                         {1, 0});
        const auto quantity = [&](const std::string& item, const std::string& tier) {
            const auto line = std::find_if(results.bill.begin(), results.bill.end(),
                                           [&](const BillLine& one) { return one.item == item && one.tier == tier; });
            return line == results.bill.end() ? 0 : line->quantity;
        };
        EXPECT_NEAR(quantity("function requests (a)", "free allowance"), 750'000, 1) << horizon;
        EXPECT_NEAR(quantity("function requests (b)", "free allowance"), 250'000, 1) << horizon;
        EXPECT_NEAR(quantity("function requests (a)", ""), 2'250'000, 2) << horizon;
        EXPECT_NEAR(quantity("function duration (a)", "first 6B GB-s"), 0, 1e-9) << horizon;
    }
}

// What a balancer sends to its targets crosses zones free of charge; what any other caller sends is paid at both ends.
TEST(Bill, BalancersCrossZonesFreeOfCharge) {
    for (const char* const fidelity : {"requests", "flow"}) {
        const auto crossed_gb = [&](const char* kind) {
            const Results results = run_once(support::plan_of(fmt::format(R"(nines: 1
name: crossing
world: {{regions: [us-east-1]}}
services:
  front: {{kind: {}, workers: unlimited, in: {{region: us-east-1, zones: 2}}, endpoints: {{op: {{steps: [{{call: web.op}}]}}}}}}
  web: {{kind: fleet, on: m5.large, in: {{region: us-east-1, zones: 2}}, workers: 64, endpoints: {{op: {{request: 1 MB, response: 9 MB, steps: [{{work: 1 ms}}]}}}}}}
demand: {{d: {{calls: front.op, rate: 100/h, arrivals: constant}}}}
run: {{fidelity: {}, horizon: 730 h}}
)",
                                                                          kind, fidelity)),
                                             {1, 0});
            for (const BillLine& line : results.bill) {
                if (line.item == "inter-az us-east-1") {
                    return line.quantity;
                }
            }
            return 0.0;
        };
        EXPECT_EQ(crossed_gb("load-balancer"), 0) << fidelity;
        EXPECT_NEAR(crossed_gb("fleet"), 2 * 0.5 * 73'000 * 0.01, 30) << fidelity;  // half of 730 GB, at both ends
    }
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
