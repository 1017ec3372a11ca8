// The resolved scenario: read again it resolves to itself, and it still says what the first one said.

#include "tools/commands/resolved.hpp"

#include <gtest/gtest.h>

#include "models/architecture/read_architecture.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"
#include "models/security/simulate_security.hpp"
#include "tests/tools/commands/same_architecture.hpp"

namespace nines {
namespace {

constexpr const char* k_shop = R"yaml(
nines: 1
name: Three-AZ web shop loses an AZ at peak
world:
  provider: aws
  regions: [us-east-1]
  edges: [IAD, SFO]
services:
  edge:
    kind: cdn
    endpoints:
      page:
        response: 60 kB
        steps:
          - cache: {hit: 70 %}
          - call: web.page
            timeout: 2 s
  web:
    kind: fleet
    on: m7g.large
    in: {region: us-east-1, zones: 3, each: 4}
    async: true
    workers: 2
    queue: {limit: 64, discipline: fifo}
    balance: {policy: least-outstanding, health: {every: 5 s, timeout: 1 s, fail: 2, pass: 3}}
    endpoints:
      page:
        steps:
          - work: lognormal(mean 40 ms cv 1)
          - parallel:
              - {call: session.get, timeout: 20 ms, optional: true}
              - call: items.read
                timeout: 200 ms
                retry: {attempts: 3, backoff: exponential(20 ms cap 1 s), jitter: full, budget: 10 %}
      checkout:
        steps:
          - work: 12 ms
          - call: orders.write
            timeout: 1 s
  items:
    kind: fleet
    on: m7g.large
    in: {region: us-east-1, zones: 3, each: 2}
    workers: 16
    balance: {prefer: same-zone, health: {every: 5 s, fail: 2}}
    endpoints: {read: {steps: [{work: exponential(10 ms)}]}}
  session:
    kind: cache
    on: cache.r6g.large
    in: {region: us-east-1, zones: 3}
    endpoints: {get: {steps: [{work: 500 us}]}}
  orders:
    kind: database
    on: db.r6g.xlarge
    in: {region: us-east-1, zones: 1}
    replication:
      standby: {mode: sync, zone: other}
    failover: {detect: 30 s, promote: lognormal(mean 45 s cv 0.5)}
    endpoints:
      write: {steps: [{work: exponential(4 ms)}], writes: 1}
      read: {steps: [{work: exponential(2 ms)}]}
demand:
  shoppers:
    from: {IAD: 60 %, SFO: 40 %}
    calls: {edge.page: 95 %, web.checkout: 5 %}
    rate: diurnal(peak 900/s trough 250/s at 20:00)
    timeout: 3 s
    retry: {attempts: 2}
faults:
  lose-an-az: {target: zone/use1-az1, effect: down, at: 10 min, for: 20 min}
objectives:
  availability: ">= 99.8 %"
  latency.p99: "<= 400 ms"
  rto: "<= 15 min"
  cost.per_month: "<= 15000 USD"
run: {fidelity: requests, start: 2026-01-05 19:30, warmup: 2 min, horizon: 1 h, seed: 7}
study:
  replications: 200
  at_least: 40
  confidence: 90 %
  until: [{metric: availability, relative_half_width: 5 %}, {metric: latency.p99@web, half_width: 5 ms}]
  budget: 10 min
  over: [{metric: downtime.per_year, threshold: 52 min}, {metric: cost.per_month, threshold: 15000 USD}]
variants:
  thin: {services.web.in.each: 2}
)yaml";

constexpr const char* k_queue = R"yaml(
nines: 1
name: M/M/3
services:
  desk: {kind: fleet, instances: 3, queue: {of: group}, endpoints: {ask: {steps: [{work: exponential(10 ms)}]}}}
demand:
  people: {calls: desk.ask, rate: 200/s}
)yaml";

constexpr const char* k_everything = R"yaml(
nines: 1
name: "Two regions: \"all\" words, # and\n€"
world: {regions: [us-east-1, us-west-2], edges: nearest}
services:
  front: {kind: cdn, in: {edges: [SFO]}, endpoints: {page: {steps: [{cache: {hit: 0}}, {call: web.page}]}}}
  web:
    kind: fleet
    in: [{region: us-east-1, zones: 2, each: 4}, {region: us-west-2, zones: [usw2-az2], each: 3}]
    workers: unlimited
    needs: 5
    queue: {discipline: priority, patience: weibull(scale 2 s shape 1.5)}
    balance: {policy: power-of-two, prefer: any, health: instant}
    power: {0 %: 10 W, 12.5 %: 14 W, 100 %: 33 W}
    price: 0.123456789 USD/h
    tags: {team: web}
    certificate: {valid: 90 d, renew: by-hand, takes: 45 min, missed: 2.5 %, repair: human}
    maintenance: {every: 14 d, at: 02:30, takes: 3 h, places: all}
    endpoints:
      page:
        request: 1 MiB
        steps:
          - work: mixture(90 % exponential(1 ms) 10 % lognormal(median 20 ms, sigma 0.7))
          - call: orders.write
            deadline: 3 s
            priority: 2
            cancel: true
            retry: {attempts: 4, backoff: fixed(uniform(10 ms 20 ms)), jitter: equal}
          - call: spread.get
            retry: {attempts: 2, backoff: exponential(20 ms)}
  resize:
    kind: function
    on: lambda(512 MB)
    in: {region: us-west-2}
    price: {gigabyte_second: 0.0000166667 USD, million_requests: 0.2 USD, granule: 100 ms}
    endpoints: {run: {steps: [{work: exponential(10 ms)}]}}
  gate: {kind: load-balancer, engine: alb, firewall: {rules: 12}, endpoints: {in: {steps: [{call: web.page}]}}}
  plain: {kind: load-balancer, endpoints: {in: {steps: [{call: web.page}]}}}
  vault: {kind: managed, engine: kms, keys: 3, endpoints: {open: {steps: [{work: 1 ms}]}}}
  secrets: {kind: managed, engine: secrets-manager, endpoints: {get: {steps: [{work: 1 ms}]}}}
  spread:
    kind: fleet
    instances: 7
    in: {region: us-west-2, zones: 3}
    endpoints: {get: {steps: [{work: 0}]}}
    certificate: {valid: 1 yr, missed: 1 %, repair: lognormal(median 2 h sigma 1)}
    deploy:
      code: {every: exponential(1 d), strategy: canary(10 % 5 min), bake: 1 h, bad: 5 %, effect: {errors: 20 %}, takes: 3 min}
      config: {every: 1 d, strategy: one-zone-at-a-time(10 min), rollback: manual, by_hand: 20 min}
  orders:
    kind: database
    engine: mysql
    in: {region: us-east-1, zones: [use1-az2]}
    reads: any
    replication:
      standby: {zone: use1-az4}
      near: {mode: async, zone: other, lag: gamma(mean 1 s cv 2)}
      replica: {region: us-west-2}
    failover: {detect: 0 s, promote: erlang(3 mean 40 s), rebuild: 5 min, to: replica}
    endpoints: {write: {steps: [{work: hyperexponential(mean 4 ms cv 2)}], writes: 3}}
demand:
  users:
    from: {San Francisco: 25 %, us-west-2: 75 %}
    calls: {front.page: 33.3 %, web.page: 66.7 %}
    rate: steps(100/s 0 s 200/s 10 min)
    arrivals: renewal(erlang(2 mean 5 ms))
    priority: 1
    route: {policy: weighted, ttl: 0, weights: {us-east-1: 70 %, us-west-2: 30 %}}
  people: {calls: web.page, rate: users(50 think exponential(7 s)), route: {policy: failover, order: [us-west-2]}}
  bursts: {calls: web.page, rate: 10/s, arrivals: mmpp(1/s 2 s 18/s 500 ms), deadline: 10 s}
jobs:
  nightly:
    on: m7g.2xlarge
    in: {region: us-west-2, zones: [usw2-az3], each: 4}
    work: lognormal(mean 12 h cv 0.2)
    at: 2 h
    every: 1 d
    within: 20 h
    start: greenest
    spot: {reclaim: catalog}
    restart: 6 min
    checkpoint: {every: 1 h, takes: 72 s}
  tiles:
    work: 90 s
    in: {region: us-east-1}
    every: exponential(1 h)
    price: 0.123456789 USD/h
    power: {idle: 10 W, full: 33 W}
    spot: {reclaim: weibull(scale 3 h shape 0.7), discount: 61.5 %}
  once: {on: fargate(2 vCPU 4 GiB), in: {region: us-east-1}, work: 1 h, at: 0}
faults:
  part: {target: any instance of web, effect: crash, availability: 99.95 %, for: exponential(30 min), crews: 2}
  gray: {target: link/use1-az1--use1-az2, effect: {delay: +30 ms, share: 50 %, loss: 2 %}, at: 0, for: forever}
  ill: {target: domain/rack, effect: {errors: 5 %, after: work, slow: 1.5}, every: exponential(4 yr), for: 1 h, overlap: true}
  known: {target: service/web, effect: down, at: 1 h, repair: restart}
  puzzle: {target: service/web, effect: crash, every: exponential(1 yr), repair: human, overlap: true}
  some: {target: share 30 % of zone, effect: {capacity: 70 %}, every: 1 d, for: 1 min}
alarms:
  errors: {metric: error_share@web, above: 5 %, of: 30 s, points: 3 of 5, missing: bad}
  clients: {metric: error_share, above: 1 %}
  slow: {metric: latency@web, above: 250 ms}
  waiting: {metric: queue@orders, above: 12.5}
  dear: {metric: cost, above: 0.123456789 USD/h}
  spent: {metric: budget, above: 1234.5 USD, of: 8 h}
oncall:
  acknowledge: lognormal(median 5 min sigma 0.8)
  diagnose: exponential(20 min)
  wrong: 5 %
  night: {from: 22:00, to: 07:30, slower: 2.5, diagnose: 1.25}
  game_days: {every: 90 d, shorten: 30 %, lasts: 60 d, takes: 4 h}
runbooks: {restart: {automatic: true, takes: 2 min, error: 5 %}}
domains:
  rack: [service/web@use1-az1, "instance/web@use1-az2/3"]
run: {horizon: 123456.789013 s, good: 99.9 %, clear: 0, slice: 7 s}
)yaml";

constexpr const char* k_outposts = R"yaml(
nines: 1
name: outposts
world: {regions: [us-west-2, eusc-de-east-1], local_zones: [usw2-den1-az1], edges: [SEA, LAX], edge_caches: nearest}
services:
  edge: {kind: cdn, endpoints: {page: {steps: [{cache: {hit: 50 %}}, {call: shield.page}]}}}
  shield: {kind: cdn, in: {edges: [REC-us-west-2]}, endpoints: {page: {steps: [{cache: {hit: 50 %}}, {call: web.page}]}}}
  web: {kind: fleet, in: {region: us-west-2, zones: [usw2-lax1-az1]}, endpoints: {page: {steps: [{call: orders.get}]}}}
  orders:
    kind: database
    in: {region: us-west-2, zones: [usw2-lax1-az2]}
    replication: {standby: {zone: usw2-phx2-az1}}
    endpoints: {get: {steps: [{work: 1 ms}]}}
demand:
  users: {from: {LAX: 50 %, usw2-wl1-lax-wlz1: 50 %}, calls: edge.page, rate: 10/s}
faults:
  dark: {target: zone/usw2-den1-az1, effect: down, at: 1 min, for: 1 min}
)yaml";

constexpr const char* k_threatened = R"yaml(
nines: 1
name: Something of all that is about security
world: {regions: [us-east-1], edges: nearest}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 2, each: 4}
    patch: {every: 20 d, takes: 5 d}
    absorb: 100/s
    filter: 95 %
    data: {records: 300}
    endpoints: {page: {steps: [{call: orders.read}]}}
  orders:
    kind: database
    in: {region: us-east-1}
    data:
      {records: 1e6, class: personal, size: 1 TB, growth: 40 GB/month, usd_per_record: 3 USD, rebuild: 3 d,
       encrypted: {rest: true, transit: false}, residency: [US, EU]}
    backup: {every: 1 d, keep: 35 d, restore: 1 GB/s, own-credentials: true}
    network: {from: [web]}
    endpoints: {read: {steps: [{work: 1 ms}]}, write: {steps: [{work: 1 ms}], writes: 1}}
demand: {users: {calls: web.page, rate: 1/d}}
identities:
  role: {of: web, may: [orders.read, orders], rotate: 60 d}
  boss: {may: [deploy web, all, admin]}
threats:
  leak: {identity: role, every: exponential(100 d), use: 1 d, detect: exponential(30 d), contain: 1 h, reads: 1/s}
  cve: {layer: runtime, every: 90 d, to_exploit: exponential(20 d), detect: exponential(9 d), hop: exponential(1 d)}
  clerk: {kind: insider, identity: boss, every: exponential(1 yr), overlap: false}
  ransom: {kind: ransomware, identity: role, every: exponential(1 yr), detect: 1 d}
  slip: {kind: deletion, of: orders, at: 3 d}
  disk: {kind: theft, of: [orders, web], layer: hardware, every: exponential(1 yr)}
  tap: {kind: tap, of: orders, every: exponential(1 yr), reads: 1/min, detect: 3 d}
  flood: {rate: 1000/s, every: exponential(1 yr), for: exponential(1 h)}
  aimed: {rate: 1000/s, at: 3 d, for: 1 h, of: [web.page], overlap: false}
faults:
  trial: {target: service/web, effect: {flood: 300/s, slow: 2}, at: 3 d, for: 1 h}
run: {fidelity: flow, horizon: 10 yr}
)yaml";

constexpr const char* k_scaled = R"yaml(
nines: 1
name: scaled
world: {regions: [us-east-1]}
services:
  a: {kind: fleet, instances: 3, scale: {target: 60 %, max: 9, launch: lognormal(mean 2 min cv 0.4)}, endpoints: {op: {steps: [{work: 1 ms}]}}}
  b: {kind: fleet, scale: {on: queue, target: 2.5, max: 9, launch: 0, every: 90 s, out_after: 3 min, in_after: 0, band: 0 %, drain: 20 s, pending: ignored, schedule: [{at: 07:50, days: weekdays, min: 3, max: 9}, {at: 20:05, max: 20}, {at: 00:00, days: [sun, wed], min: 1, max: 2, desired: 2}]}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: a.op, rate: 1/s}}
faults:
  control: {target: control/us-east-1, effect: down, at: 1 min, for: 1 min}
  full: {target: zone/use1-az1, effect: no-new-capacity, at: 1 min, for: 1 min}
)yaml";

constexpr const char* k_spot = R"yaml(
nines: 1
name: spot
world: {regions: [us-east-1]}
services:
  a: {kind: fleet, on: m5.large, in: {region: us-east-1, zones: 3, each: 2}, purchase: {spot: 50 %}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: a.op, rate: 1/s}}
faults:
  wave: {target: service/a, effect: reclaim, at: 1 h, for: 20 min}
  back: {target: any instance of a, effect: {reclaim: 45 s}, every: catalog, for: 20 min}
  dark: {target: any zone, effect: down, every: catalog, for: catalog}
)yaml";

Architecture read(const std::string& text) {
    Problems problems;
    const Document document = read_document_text("test.yaml", text, problems);
    const Catalog catalog;
    Architecture architecture = read_architecture(document, catalog, problems);
    EXPECT_EQ(format_problems(document, problems), "") << text;
    return architecture;
}

TEST(Resolved, ReadAgainItResolvesToItself) {
    for (const char* scenario : {k_shop, k_queue, k_everything, k_outposts, k_threatened, k_scaled, k_spot}) {
        const std::string resolved = resolved_text(read(scenario));
        EXPECT_EQ(resolved_text(read(resolved)), resolved);
    }
}

TEST(Resolved, NamesTheOutpostsThatTheScenarioNames) {
    const std::string resolved = resolved_text(read(k_outposts));
    for (const char* part :
         {"local_zones: [usw2-den1-az1, usw2-lax1-az1, usw2-lax1-az2, usw2-phx2-az1, usw2-wl1-lax-wlz1]\n",
          "edges: [SEA, LAX]\n", "edge_caches: [REC-us-west-2]\n", "zones: [usw2-lax1-az1]"}) {
        EXPECT_NE(resolved.find(part), std::string::npos) << part << " in\n" << resolved;
    }
}

TEST(Resolved, ThreatsDoTheSame) {
    const Catalog catalog;
    const Plan plan = compile(read(k_threatened), catalog);
    const Plan again = compile(read(resolved_text(read(k_threatened))), catalog);
    const SecurityCourse one = SecuritySimulation(plan).run({1, 0}, plan.run.horizon_s);
    const SecurityCourse other = SecuritySimulation(again).run({1, 0}, again.run.horizon_s);
    for (std::uint32_t i = 0; i < one.threats.size(); ++i) {
        const ThreatId id{i};
        EXPECT_GT(one.threats[id].events, 0) << i;
        EXPECT_EQ(other.threats[id].events, one.threats[id].events) << i;
        EXPECT_EQ(other.threats[id].records, one.threats[id].records) << i;
        EXPECT_EQ(other.threats[id].usd, one.threats[id].usd) << i;
        EXPECT_EQ(other.threats[id].contain_s, one.threats[id].contain_s) << i;
        EXPECT_EQ(other.threats[id].unpatched_s, one.threats[id].unpatched_s) << i;
        EXPECT_EQ(other.threats[id].destroyed, one.threats[id].destroyed) << i;
        EXPECT_EQ(other.threats[id].absorbed_requests, one.threats[id].absorbed_requests) << i;
    }
    EXPECT_EQ(again.names.faults.values().size(), plan.names.faults.values().size());
}

TEST(Resolved, ShowsNoticesAndTheFiguresOfTheCatalogue) {
    const std::string text = resolved_text(read(k_spot));
    for (const char* part : {"effect: {reclaim: 2 min}", "effect: {reclaim: 45 s}"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
    }
    EXPECT_EQ(text.find("catalog"), std::string::npos) << text;
    const Architecture once = read(k_spot);
    const Architecture again = read(text);
    for (std::uint32_t i = 1; i < 3; ++i) {
        const double mean_s = once.faults[FaultId{i}].every_s->mean();
        EXPECT_NEAR(again.faults[FaultId{i}].every_s->mean(), mean_s, 1e-9 * mean_s);
    }
}

TEST(Resolved, ShowsTheDefaultsOfScaling) {
    const std::string text = resolved_text(read(k_scaled));
    EXPECT_NE(
        text.find("scale: {on: utilization, target: 60 %, min: 1, max: 9, every: 60 s, launch: lognormal(mean 2 min "
                  "cv 0.4), out_after: 0 s, in_after: 900 s, band: 10 %, drain: 5 min, pending: counted}"),
        std::string::npos)
        << text;
    const Architecture again = read(text);
    EXPECT_EQ(again.services[ServiceId{1}].scale->on, ScaleSignal::queue);
    EXPECT_EQ(again.services[ServiceId{1}].scale->target, 2.5);
    EXPECT_EQ(again.services[ServiceId{1}].scale->out_after_s, 180);
    EXPECT_EQ(again.services[ServiceId{1}].scale->pending, PendingLaunches::ignored);
    const std::vector<ScheduledScale>& schedule = again.services[ServiceId{1}].scale->schedule;
    ASSERT_EQ(schedule.size(), 3U);
    EXPECT_EQ(schedule[0].at_s, (7 * 60 + 50) * 60);
    EXPECT_EQ(schedule[0].days, 0x1FU);
    EXPECT_EQ(schedule[1].days, k_every_day);
    EXPECT_EQ(schedule[1].max, 20U);
    EXPECT_EQ(schedule[2].days, 0x44U);
    EXPECT_EQ(schedule[2].desired, 2U);
    EXPECT_EQ(again.faults[FaultId{0}].target.kind, TargetKind::control);
    EXPECT_EQ(again.faults[FaultId{1}].effects[0].kind, EffectKind::no_new_capacity);
}

TEST(Resolved, ShowsLimitsAndQuotas) {
    const std::string text = resolved_text(read(R"yaml(nines: 1
name: limits
services:
  api: {kind: fleet, limit: 30/min, endpoints: {op: {steps: [{work: 1 ms}]}}}
  web:
    kind: fleet
    limit: {rate: 100/s, burst: 2.5, per: client}
    scale: {target: 60 %, max: 9, launch: 2 min, quota: 4}
    endpoints: {op: {steps: [{call: api.op}]}}
  shop:
    kind: fleet
    limit: 7/s
    scale: {target: 60 %, max: 9, launch: 2 min, quota: 4, raise: exponential(2 h)}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {calls: web.op, rate: 1/s}}
faults: {t: {target: service/web, effect: {throttle: 40/s}, at: 1 min, for: 1 min}}
)yaml"));
    for (const char* part :
         {"limit: {rate: 30/min, burst: 1, per: service}", "limit: {rate: 100/s, burst: 2.5, per: client}",
          "quota: 4, raise: never}", "quota: 4, raise: exponential(2 h)}", "limit: {rate: 7/s, burst: 7, per: service}",
          "effect: {throttle: 40/s}"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
    }
    EXPECT_EQ(resolved_text(read(text)), text);
}

TEST(Resolved, AQueueWithoutAWorldInFull) {
    EXPECT_EQ(resolved_text(read(k_queue)),
              R"yaml(# As it is understood, with every default written out; `variants` and `tags` are left out.
nines: 1
name: M/M/3

services:
  desk:
    kind: fleet
    instances: 3
    workers: 1
    async: false
    queue: {limit: unlimited, discipline: fifo, of: group}
    balance: {policy: round-robin, prefer: same-region, health: instant}
    layers: {facility: provider, hardware: provider, network: provider, virtualisation: provider, operating-system: customer, runtime: customer, application: customer, identity: customer, data: customer, configuration: customer}
    endpoints:
      ask:
        request: 1 kB
        response: 10 kB
        steps:
          - work: exponential(10 ms)

bill: {allowances: false}

footprint: {lifetime: 4 yr, renewable: 0 %}

demand:
  people:
    calls: {desk.ask: 100 %}
    rate: 200/s
    arrivals: poisson
    retry: {attempts: 1}
    cancel: false
    route: {policy: nearest, ttl: 60 s, health: instant}

run:
  fidelity: requests
  start: 2026-01-05 00:00:00
  warmup: 0 s
  horizon: 1 h
  seed: 1
  slice: 10 s
  good: 99 %
  clear: 60 s

study:
  replications: 100
  at_least: 30
  control: none
  confidence: 95 %
)yaml");
}

// What a printer forgets, both texts have forgotten: hence a look at what the second reading understood.
TEST(Resolved, WhatWasSaidIsStillThere) {
    for (const char* scenario : {k_shop, k_everything, k_outposts}) {
        const Architecture first = read(scenario);
        const Architecture again = read(resolved_text(first));
        EXPECT_EQ(again.name, first.name);
        expect_all_same(first.services, again.services);
        expect_all_same(first.jobs, again.jobs);
        expect_all_same(first.endpoints, again.endpoints);
        expect_all_same(first.demands, again.demands);
        expect_all_same(first.faults, again.faults);
        EXPECT_EQ(again.domains.size(), first.domains.size());
        EXPECT_EQ(again.objectives.size(), first.objectives.size());
        EXPECT_EQ(again.run.horizon_s, first.run.horizon_s);
        EXPECT_EQ(again.run.start_clock_s, first.run.start_clock_s);
        expect_same(first.study, again.study);
        EXPECT_EQ(again.run.good, first.run.good);
    }
}

}  // namespace
}  // namespace nines
