// What nines explain answers, on small scenarios whose answers are known by hand.

#include "models/structure/explain.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/analytic/failure_chain.hpp"
#include "engine/analytic/redundancy.hpp"
#include "engine/analytic/sparse_chain.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

constexpr double k_hour_s = 3600;
constexpr double k_year_s = 8760 * k_hour_s;

void expect_digits(double found, double exact, double digits = 1e-10) {
    EXPECT_NEAR(found, exact, digits * std::fabs(exact));
}

struct Asked {
    Plan plan;
    Structure structure;
    Explanation answer;

    explicit Asked(const std::string& yaml)
        : plan(plan_of(yaml)), structure(compile_structure(plan)), answer(explain(plan, structure)) {}
};

/// `count` alike units of which `needs` are needed; the fault's times as written.
std::string units(int count, int needs, const std::string& fault, const std::string& run = "horizon: 100 h") {
    return fmt::format(R"(
nines: 1
name: units
services:
  s: {{kind: fleet, instances: {}, needs: {}, endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}}}
demand: {{d: {{calls: s.op, rate: 1/s}}}}
faults: {{f: {{target: any instance, effect: crash, {}}}}}
run: {{{}}}
)",
                       count, needs, fault, run);
}

// A spot instance takes nothing new from its notice until it is back: 10 min in 70. The other one, on demand, is never
// away; two of which both are needed are away with the one.
TEST(Explain, SpotInstancesThatAreTakenBack) {
    const auto down = [](int count, const std::string& share) {
        const Asked asked(fmt::format(R"(
nines: 1
name: spot
services:
  s: {{kind: fleet, instances: {}, needs: {}, price: 1 USD/h, purchase: {{spot: {{share: {}, discount: 70 %}}}}, endpoints: {{op: {{steps: [{{work: 1 ms}}]}}}}}}
demand: {{d: {{calls: s.op, rate: 1/s}}}}
faults: {{back: {{target: any instance of s, effect: reclaim, every: exponential(60 min), for: exponential(10 min)}}}}
run: {{horizon: 100 h}}
)",
                                      count, count, share));
        return asked.answer.requests.down;
    };
    expect_digits(down(1, "100 %"), 1.0 / 7);
    expect_digits(down(2, "50 %"), 1.0 / 7);
    expect_digits(down(2, "100 %"), 1 - 36.0 / 49);
}

// Figures of the reference cases of like units (Trivedi, Bobbio, 2017, chapters 9-10), by scenario.
TEST(Explain, UnitsWithAndWithoutCrews) {
    const Asked free(units(3, 2, "every: exponential(1000 h), for: exponential(10 h)"));
    expect_digits(free.answer.requests.down, 0.000292147634526221);
    expect_digits(free.answer.outages.failures_per_s * k_year_s, 0.51014218175077);
    const Asked one_crew(units(3, 2, "every: exponential(1000 h), for: exponential(10 h), crews: 1"));
    expect_digits(one_crew.answer.requests.down, 0.0005880035629522825);
    expect_digits(one_crew.answer.outages.failures_per_s * k_year_s, 0.509991209055643);
    const Asked two_crews(units(10, 8, "every: exponential(2000 h), for: exponential(24 h), crews: 2"));
    expect_digits(two_crews.answer.requests.down, 0.0002880609729207379);
    expect_digits(two_crews.answer.outages.mean_outage_s() / k_hour_s, 12.522701621664925);
    // A cut set is two named units: with one crew their joint downtime is a third of "at least two of three", and more.
    double joint = 0;
    const auto chain = analytic::chain_of(analytic::UnitGroup{3, 2, 1000, 10, 1});
    const auto weights = analytic::stationary(4, chain.transitions);
    joint = (*weights)[2] / 3 + (*weights)[3];
    expect_digits(one_crew.answer.cut_sets.front().chance, joint);
    EXPECT_TRUE(one_crew.structure.needs_simulation.empty());
}

TEST(Explain, CrewsWithoutAMemoryLessRepairAreCalledByName) {
    const Asked asked(units(3, 2, "every: exponential(1000 h), for: lognormal(mean 10 h cv 1), crews: 1"));
    ASSERT_EQ(asked.structure.needs_simulation.size(), 1);
    EXPECT_EQ(asked.structure.needs_simulation[0].name, "f");
    expect_digits(asked.answer.requests.down, 0.000292147634526221);  // as if there were crews enough, and it says so
    const Asked enough(units(3, 2, "every: exponential(1000 h), for: lognormal(mean 10 h cv 1), crews: 3"));
    EXPECT_TRUE(enough.structure.needs_simulation.empty()) << "nobody ever waits";
}

TEST(Explain, FaultsThatOverlap) {
    const Asked asked(units(1, 1, "every: exponential(100 h), for: exponential(10 h), overlap: true"));
    expect_digits(asked.answer.requests.up, 0.9048374180359596);
    expect_digits(asked.answer.outages.mean_outage_s() / k_hour_s, 10.517091807564762);
    expect_digits(asked.answer.outages.failures_per_s * k_year_s, 79.26375781995006);
    EXPECT_FALSE(failure_system_of(asked.structure)) << "it does not alternate between up and down";
}

TEST(Explain, OverTheHorizonFromAllUp) {
    // Interval availability of one part over 720 h (Trivedi, Bobbio, 2017, chapter 6).
    const Asked one(units(1, 1, "every: exponential(1000 h), for: exponential(10 h)", "horizon: 720 h"));
    expect_digits(one.answer.horizon.mean->up, 0.9902351621300743, 1e-11);
    const Asked late(units(1, 1, "every: exponential(1000 h), for: exponential(10 h)", "horizon: 20 h"));
    expect_digits(late.answer.horizon.at_end->up, 0.991412430347328, 1e-11);
    // A warm-up of a hundred repairs leaves the long run.
    const Asked warm(
        units(1, 1, "every: exponential(1000 h), for: exponential(10 h)", "warmup: 1000 h, horizon: 100 h"));
    expect_digits(warm.answer.horizon.mean->down, 0.009900990099009901, 1e-10);
    // With a crew, by the chain.
    const Asked crew(units(3, 2, "every: exponential(1000 h), for: exponential(10 h), crews: 1", "horizon: 50 h"));
    const auto chain = analytic::chain_of(analytic::UnitGroup{3, 2, 1000, 10, 1});
    const auto course = analytic::follow(analytic::SparseChain(4, chain.transitions), {1, 0, 0, 0}, 50);
    expect_digits(crew.answer.horizon.at_end->down, course->at_end[2] + course->at_end[3], 1e-9);
    expect_digits(crew.answer.horizon.mean->down, (course->spent[2] + course->spent[3]) / 50, 1e-9);
    // Laws with a memory have no closed form over time: no figure, and the reason.
    const Asked lognormal(units(1, 1, "every: exponential(1000 h), for: lognormal(mean 10 h cv 1)"));
    EXPECT_FALSE(lognormal.answer.horizon.mean);
    EXPECT_NE(lognormal.answer.horizon.why_not, "");
    // What fails for ever.
    const Asked forever(units(1, 1, "every: exponential(1000 h), for: forever", "horizon: 500 h"));
    expect_digits(forever.answer.horizon.at_end->up, std::exp(-0.5));
    expect_digits(forever.answer.horizon.mean->up, (1 - std::exp(-0.5)) / 0.5);
    EXPECT_EQ(forever.answer.requests.up, 0) << "in the long run it is down";
}

TEST(Explain, ScheduledFaultsOverTheHorizon) {
    const Asked asked(R"(
nines: 1
name: scheduled faults that overlap
services:
  a: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}
  b: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand:
  da: {calls: a.op, rate: 1/s}
  db: {calls: b.op, rate: 3/s}
faults:
  f1: {target: service/a, effect: crash, at: 10 h, for: 4 h}
  f2: {target: service/a, effect: crash, at: 12 h, for: 5 h}
  f3: {target: service/b, effect: crash, at: 16 h, for: 3 h}
  f4: {target: service/b, effect: crash, at: 60 h, for: 2 h}
  f5: {target: service/a, effect: crash, at: 61 h, for: 0.5 h}
  f6: {target: service/b, effect: crash, at: 98 h, for: 10 h}
run: {horizon: 100 h}
)");
    expect_digits(asked.answer.horizon.mean->up, 0.25 * 0.925 + 0.75 * 0.93, 1e-12);
    EXPECT_EQ(asked.answer.requests.up, 1) << "none of it is left in the long run";
    EXPECT_EQ(asked.answer.cut_sets.size(), 6) << "yet each is a single point of failure while it lasts";
    const auto system = failure_system_of(asked.structure);
    ASSERT_TRUE(system);
    EXPECT_TRUE(system->components.empty());
    EXPECT_TRUE(system->cut_sets.empty());
    // A random length: down at t with the chance that it is longer than t less its beginning.
    const Asked random(R"(
nines: 1
name: one
services: {a: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: a.op, rate: 1/s}}
faults: {f: {target: service/a, effect: crash, at: 10 h, for: exponential(2 h)}}
run: {horizon: 100 h}
)");
    expect_digits(random.answer.horizon.mean->down, 2 * (1 - std::exp(-45.0)) / 100);
}

TEST(Explain, CachesAnswerAShareOfRequests) {
    const Asked asked(R"(
nines: 1
name: cached
services:
  web: {kind: fleet, endpoints: {page: {steps: [{work: 1 ms}, {cache: {hit: 70 %}}, {call: db.read}]}}}
  db: {kind: fleet, endpoints: {read: {steps: [{work: 1 ms}]}}}
  ads: {kind: fleet, endpoints: {get: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: web.page, rate: 1/s}}
faults:
  web-fails: {target: service/web, effect: crash, every: exponential(99 h), for: exponential(1 h)}
  db-fails: {target: service/db, effect: crash, every: exponential(9 h), for: exponential(1 h)}
  ads-fail: {target: service/ads, effect: crash, every: exponential(9 h), for: exponential(1 h)}
)");
    // The web is needed always, the database by 30 % of requests, the advertisements by none.
    expect_digits(asked.answer.requests.up, 0.99 * (0.7 + 0.3 * 0.9));
    expect_digits(asked.answer.outages.chance.up, 0.99 * 0.9);
    ASSERT_EQ(asked.answer.cut_sets.size(), 2);
    EXPECT_EQ(asked.structure.parts[asked.answer.cut_sets[0].parts[0]].name, "service/db");
    expect_digits(asked.answer.cut_sets[0].share_of_requests, 0.3);
    expect_digits(asked.answer.cut_sets[1].share_of_requests, 1);
    ASSERT_EQ(asked.answer.parts.size(), 2);
    expect_digits(asked.answer.parts[0].unavailability_saved, 0.1 * 0.3 * 0.99);
    expect_digits(asked.answer.parts[1].unavailability_saved, 0.01 * (0.7 + 0.3 * 0.9));
    // Multiplied as if all requests needed both: the truth is better.
    expect_digits(asked.answer.composite.by_product.up, 0.99 * 0.9);
}

TEST(Explain, OptionalCallsDoNotCountAndSharesDo) {
    const Asked asked(R"(
nines: 1
name: shares
services:
  web: {kind: fleet, endpoints: {page: {steps: [{call: extra.get, optional: true}]}, buy: {steps: [{call: pay.do}]}}}
  extra: {kind: fleet, endpoints: {get: {steps: [{work: 1 ms}]}}}
  pay: {kind: fleet, endpoints: {do: {steps: [{work: 1 ms}]}}}
demand:
  many: {calls: {web.page: 80 %, web.buy: 20 %}, rate: 3/s}
  few: {calls: web.buy, rate: 1/s}
faults:
  extra-fails: {target: service/extra, effect: crash, every: exponential(9 h), for: exponential(1 h)}
  pay-fails: {target: service/pay, effect: crash, every: exponential(19 h), for: exponential(1 h)}
)");
    expect_digits(asked.answer.requests.down, (0.75 * 0.2 + 0.25) * 0.05);
    ASSERT_EQ(asked.answer.demands.size(), 2);
    expect_digits(asked.answer.demands[0].requests.down, 0.2 * 0.05);
    expect_digits(asked.answer.demands[0].outages.chance.down, 0.05);
    expect_digits(asked.answer.demands[1].requests.down, 0.05);
    EXPECT_EQ(asked.answer.parts.size(), 1);
    expect_digits(asked.answer.cut_sets[0].share_of_requests, 0.4);
}

TEST(Explain, ADemandThatNeverAsksHasAnAvailabilityOfItsOwn) {
    const Asked asked(R"(
nines: 1
name: silent
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand:
  loud: {calls: s.op, rate: 1/s}
  silent: {calls: s.op, rate: 0/s}
faults: {f: {target: service/s, effect: crash, every: exponential(9 h), for: exponential(1 h)}}
)");
    expect_digits(asked.answer.requests.down, 0.1);
    EXPECT_EQ(asked.answer.demands[1].share, 0);
    expect_digits(asked.answer.demands[1].requests.down, 0.1);
}

TEST(Explain, SharedZonesAreNotIndependent) {
    // Two services in the same two zones: both zones down takes both services, which a product counts twice.
    const Asked asked(R"(
nines: 1
name: shared
world: {regions: [us-east-1]}
services:
  web: {kind: fleet, in: {region: us-east-1, zones: 2}, endpoints: {page: {steps: [{call: app.page}]}}}
  app: {kind: fleet, on: m7g.large, in: {region: us-east-1, zones: 2}, endpoints: {page: {steps: [{work: 1 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: web.page, rate: 1/s}}
faults: {zones: {target: any zone, effect: down, every: exponential(99 h), for: exponential(1 h)}}
)");
    expect_digits(asked.answer.requests.down, 1e-4);
    expect_digits(asked.answer.composite.by_product.down, 1 - (1 - 1e-4) * (1 - 1e-4));
    ASSERT_EQ(asked.answer.composite.services.size(), 2);
    EXPECT_FALSE(asked.answer.composite.services[0].sla) << "nobody has said what it runs on";
    expect_digits(asked.answer.composite.services[1].sla->availability, 0.9999);
    EXPECT_FALSE(asked.answer.composite.by_sla);
    ASSERT_EQ(asked.answer.cut_sets.size(), 1);
    EXPECT_EQ(asked.answer.cut_sets[0].parts.size(), 2);
    EXPECT_TRUE(asked.structure.parts[asked.answer.cut_sets[0].parts[0]].owned_by_provider);
}

TEST(Explain, WhatIsLeftOutIsCalledByName) {
    const Asked asked(R"(
nines: 1
name: left out
services: {s: {kind: fleet, instances: 10, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults:
  slow: {target: service/s, effect: {slow: 3}, every: exponential(1 d), for: 1 h}
  some: {target: share 30 % of instance, effect: crash, every: exponential(1 d), for: 1 h}
  both: {target: service/s, effect: {errors: 10 %}, at: 1 h, for: 1 h}
)");
    ASSERT_EQ(asked.structure.left_out.size(), 2);
    EXPECT_EQ(asked.structure.left_out[0].name, "slow");
    EXPECT_EQ(asked.structure.left_out[1].name, "both");
    ASSERT_EQ(asked.structure.needs_simulation.size(), 1) << "it takes service away, and is not solved";
    EXPECT_EQ(asked.structure.needs_simulation[0].name, "some");
    EXPECT_TRUE(asked.structure.parts.empty());
    EXPECT_EQ(asked.answer.requests.down, 0);
}

// The places that a service may scale to are no parts of its structure, and a control plane takes nothing away.
TEST(Explain, AServiceThatScalesStandsWithWhatItBeginsWith) {
    std::string text = units(3, 2, "every: exponential(1000 h), for: exponential(10 h)");
    text.replace(text.find("needs: 2"), 8, "needs: 2, scale: {target: 60 %, min: 3, max: 10, launch: 2 min}");
    const Asked asked(text);
    EXPECT_EQ(asked.structure.parts.size(), 3U);
    expect_digits(asked.answer.requests.down, 0.000292147634526221);
    ASSERT_EQ(asked.structure.left_out.size(), 1U);
    EXPECT_EQ(asked.structure.left_out[0].name, "s");
    const Asked with_control(R"(
nines: 1
name: control
world: {regions: [us-east-1]}
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults: {f: {target: control/us-east-1, effect: down, every: exponential(10 d), for: exponential(1 h)}}
)");
    EXPECT_TRUE(with_control.structure.parts.empty());
    EXPECT_EQ(with_control.answer.requests.down, 0);
    ASSERT_EQ(with_control.structure.left_out.size(), 1U);
    EXPECT_EQ(with_control.structure.left_out[0].name, "f");
}

// The system for estimators that simulate is the structure again: solved as a chain it gives the same.
TEST(Explain, TheFailureSystemIsTheSameStructure) {
    const Asked asked(R"(
nines: 1
name: system
world: {regions: [us-east-1]}
services:
  web: {kind: fleet, in: {region: us-east-1, zones: 2, each: 2}, needs: 2, endpoints: {page: {steps: [{call: db.read}]}}}
  db: {kind: fleet, in: {region: us-east-1, zones: 2}, endpoints: {read: {steps: [{work: 1 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: web.page, rate: 1/s}}
faults:
  zones: {target: any zone, effect: down, every: exponential(500 h), for: exponential(2 h)}
  units: {target: any instance, effect: crash, every: exponential(100 h), for: exponential(1 h), crews: 1}
  gone: {target: service/db, effect: crash, at: 10 d, for: 1 h}
)");
    const auto system = failure_system_of(asked.structure);
    ASSERT_TRUE(system);
    EXPECT_EQ(system->components.size(), 6 + 6) << "all zones of the region, and all instances";
    EXPECT_EQ(system->components[0].name, "zones/use1-az1");
    EXPECT_EQ(system->crews, std::vector<std::uint32_t>{1});
    const auto chain = analytic::failure_chain(*system);
    ASSERT_TRUE(chain);
    const auto rates = analytic::solve_availability(*chain);
    expect_digits(asked.answer.requests.down, rates->chance.down);
    expect_digits(asked.answer.outages.failures_per_s, rates->failures_per_s);
}

TEST(Explain, BoundsWhereTheDiagramIsTooLarge) {
    const std::string yaml = units(12, 11, "every: exponential(1000 h), for: exponential(10 h)");
    const Plan plan = plan_of(yaml);
    const Structure structure = compile_structure(plan);
    const Explanation exact = explain(plan, structure);
    const Explanation bounded = explain(plan, structure, {.nodes_max = 10});
    EXPECT_FALSE(bounded.is_solved);
    ASSERT_TRUE(bounded.bounds);
    EXPECT_LE(bounded.bounds->lower, exact.requests.down);
    EXPECT_GE(bounded.bounds->upper, exact.requests.down);
    EXPECT_EQ(bounded.bounds->cut_sets, 66);
}

}  // namespace
}  // namespace nines
