// Reclaims of spot instances: which are hit, what they finish, when they are gone, what is paid; in both fidelities.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/faults/effect_stack.hpp"
#include "models/flow/flow.hpp"
#include "models/requests/simulate.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

using support::plan_of;

/// Ten instances that hold six workers of ten; six of them are bought on spot.
std::string pool(const std::string& more, const std::string& faults, const std::string& rate = "60/s") {
    return R"(nines: 1
name: a pool
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 1, each: 10}
    workers: 1
    queue: {limit: 2}
    balance: {health: instant}
    price: 1 USD/h
    purchase: {spot: {share: 60 %, discount: 70 %}}
)" + more + R"(    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: web.op, arrivals: constant, rate: )" +
           rate + "}}\nfaults: {" + faults + "}\nrun: {horizon: 1 h}\n";
}

constexpr const char* k_wave = "wave: {target: zone/use1-az1, effect: reclaim, at: 630 s, for: 40 min}";
constexpr const char* k_scaled = "    scale: {target: 60 %, min: 10, max: 40, launch: 4 min}\n";

enum class Fidelity { requests, flow };

Run run_of(Plan& plan, Fidelity fidelity) {
    plan.run.fidelity = fidelity == Fidelity::flow ? "flow" : "requests";
    return fidelity == Fidelity::flow ? Flow(plan).run({1, 0}) : simulate_requests(plan, {1, 0});
}

std::vector<InstanceId> launched(const Run& run) {
    std::vector<InstanceId> instances;
    for (const Note& note : run.notes) {
        if (note.kind == NoteKind::launched) {
            instances.push_back(InstanceId{note.detail});
        }
    }
    return instances;
}

std::vector<double> times_of(const Run& run, NoteKind kind) {
    std::vector<double> times;
    for (const Note& note : run.notes) {
        if (note.kind == kind) {
            times.push_back(to_seconds(note.at));
        }
    }
    return times;
}

class Reclaims : public testing::TestWithParam<Fidelity> {};
INSTANTIATE_TEST_SUITE_P(Both, Reclaims, testing::Values(Fidelity::requests, Fidelity::flow),
                         [](const auto& one) { return one.param == Fidelity::flow ? "flow" : "requests"; });

// P40: 60 % of one pool are taken back. Four are left from the notice at 630 s on and do 40/s of 60/s. The evaluation
// at 660 s counts nobody who has notice, finds six fewer than `min` and orders them; they are there at 900 s. So a
// third of 60/s is lost for 270 s: 5400 requests. Gone are the six from 750 s to 900 s, which is more than two minutes.
TEST_P(Reclaims, AWaveTakesWhatIsSpotInThePoolUntilLaunchesEnd) {
    Plan plan = plan_of(pool(k_scaled, k_wave));
    const auto run = run_of(plan, GetParam());
    EXPECT_EQ(times_of(run, NoteKind::launch_ordered), std::vector<double>{660});
    EXPECT_EQ(times_of(run, NoteKind::launched), std::vector<double>(6, 900));
    EXPECT_EQ(times_of(run, NoteKind::taken_back), std::vector<double>{750});
    EXPECT_NEAR(run.demands[DemandId{0}].count(Outcome::rejected), 20 * 270, 0.02 * 5400);
    for (const InstanceId instance : launched(run)) {
        EXPECT_FALSE(plan.is_spot(instance)) << "while the pool is empty others are bought";
    }
    // Spot is paid to the end of the notice, what replaces it from its order on; it does not come back by itself.
    const GroupTally& group = run.groups[GroupId{0}];
    EXPECT_NEAR(group.spot_integral_s, 6 * 750, 1e-6);
    EXPECT_NEAR(group.instances_integral_s, 4 * 3600 + 6 * 750 + 6 * (3600 - 660), 1e-6);
    EXPECT_NEAR(group.workers_integral_s, 4 * 3600 + 6 * 750 + 6 * (3600 - 900), 1e-6);
}

// Without a scaler they are away until the fault ends, and then back: 2400 s of a third of 60/s.
TEST_P(Reclaims, WithoutAScalerTheyAreBackWhenTheFaultEnds) {
    Plan plan = plan_of(pool("", k_wave));
    const auto run = run_of(plan, GetParam());
    EXPECT_NEAR(run.demands[DemandId{0}].count(Outcome::rejected), 20 * 2400, 0.01 * 48000);
    const GroupTally& group = run.groups[GroupId{0}];
    EXPECT_NEAR(group.spot_integral_s, 6 * (3600 - (2400 - 120)), 1e-6);
    EXPECT_NEAR(group.instances_integral_s, group.spot_integral_s + 4 * 3600, 1e-6);
    EXPECT_NEAR(group.workers_integral_s, group.instances_integral_s, 1e-6);
}

// A fault that is over before its notice takes nobody: they were out of the balancers for a minute, and paid.
TEST_P(Reclaims, ANoticeThatIsWithdrawnTakesNobody) {
    Plan plan = plan_of(pool("", "wave: {target: service/web, effect: reclaim, at: 630 s, for: 1 min}"));
    const auto run = run_of(plan, GetParam());
    EXPECT_EQ(times_of(run, NoteKind::taken_back), std::vector<double>{});
    EXPECT_NEAR(run.demands[DemandId{0}].count(Outcome::rejected), 20 * 60, 0.03 * 1200);
    EXPECT_NEAR(run.groups[GroupId{0}].spot_integral_s, 6 * 3600, 1e-6);
}

// At 10 min the load steps to need 20 instances: seven are ordered at 660 s, four of them on spot. These have notice
// from 730 s and are gone at 850 s, before they are there; others are ordered in their place.
TEST_P(Reclaims, AnInstanceMayBeTakenBackBeforeItIsThere) {
    Plan plan = plan_of(pool("    scale: {target: 60 %, min: 10, max: 40, launch: 10 min}\n",
                             "wave: {target: service/web, effect: reclaim, at: 730 s, for: 40 min}",
                             "steps(60/s 0 s 120/s 10 min)"));
    const auto run = run_of(plan, GetParam());
    EXPECT_EQ(times_of(run, NoteKind::taken_back), std::vector<double>{850});
    const std::vector<InstanceId> there = launched(run);
    EXPECT_EQ(there.size(), 12U) << "of forty at most sixteen are on demand, and four of them are there";
    EXPECT_TRUE(std::none_of(there.begin(), there.end(), [&](InstanceId one) { return plan.is_spot(one); }));
}

// Half of the workers of four instances with one each, two of them on spot: the first and the third, which are also
// those that are left with their worker. When they are taken back, two are there, and one of those has its worker,
// where it was none. Then 20/s come to one worker of 10/s with room for two more: of M/M/1/3 at a load of 2, 8/15 are
// lost.
TEST_P(Reclaims, ALossOfCapacityIsOfThoseWhoAreThere) {
    Plan plan = plan_of(R"(nines: 1
name: half of what is there
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 1, each: 4}
    workers: 1
    queue: {limit: 2, of: group}
    balance: {health: instant}
    price: 1 USD/h
    purchase: {spot: {share: 50 %, discount: 70 %}}
    endpoints: {op: {steps: [{work: exponential(100 ms)}]}}
demand: {d: {calls: web.op, rate: 20/s}}
faults:
  slow: {target: service/web, effect: {capacity: 50 %}, at: 0 s, for: 1 h}
  back: {target: service/web, effect: {reclaim: 0 s}, at: 0 s, for: 1 h}
run: {horizon: 1 h}
)");
    EXPECT_TRUE(plan.is_spot(InstanceId{0}) && plan.is_spot(InstanceId{2}));
    const auto run = run_of(plan, GetParam());
    EXPECT_NEAR(run.demands[DemandId{0}].ok(), 20 * 3600 * 7 / 15.0, 0.03 * 33600);
}

// Three of six places in each of two zones are filled, with a worker each: half of six is three. Counted with those who
// could come it would be two in each zone: their numbers are even there.
TEST_P(Reclaims, AndNotOfThoseWhoCouldCome) {
    Plan plan = plan_of(R"(nines: 1
name: half of what is there
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 2, each: 3}
    workers: 1
    queue: {limit: 4, of: group}
    balance: {health: instant}
    scale: {target: 90 %, min: 6, max: 6, launch: 1 min}
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: web.op, arrivals: constant, rate: 60/s}}
faults: {slow: {target: service/web, effect: {capacity: 50 %}, at: 0 s, for: 1 h}}
run: {horizon: 1 h}
)");
    const auto run = run_of(plan, GetParam());
    EXPECT_NEAR(run.demands[DemandId{0}].ok(), 30 * 3600, 0.01 * 108000);
}

// What an instance has at hand when it has notice: requests of 90 s are finished within two minutes. Of those of 150 s
// the ones that came in the last 30 s before the notice are not: one a second at each of two instances.
TEST(ReclaimsInRequests, WhatIsShorterThanTheNoticeIsFinished) {
    const auto rejected = [](const std::string& work) {
        const Plan plan = plan_of(R"(nines: 1
name: long requests
services:
  s:
    kind: fleet
    instances: 2
    workers: 1000
    balance: {health: instant, policy: round-robin}
    price: 1 USD/h
    purchase: {spot: {share: 50 %, discount: 70 %}}
    endpoints: {op: {steps: [{work: )" +
                                  work + R"(}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: 2/s}}
faults: {back: {target: instance/s/0, effect: reclaim, at: 20 min, for: 10 min}}
run: {horizon: 1 h}
)");
        return simulate_requests(plan, {1, 0}).demands[DemandId{0}].count(Outcome::rejected);
    };
    EXPECT_EQ(rejected("90 s"), 0);
    EXPECT_EQ(rejected("119 s"), 0);
    EXPECT_NEAR(rejected("150 s"), 30, 1);
}

/// A fleet that scales under a load that comes by chance, with reclaims of single instances and waves, and what else
/// may happen, all of them often enough to meet.
std::string all_at_once(const std::string& queue, const std::string& more = "") {
    return R"(nines: 1
name: all at once
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 2, each: 5}
    workers: 2
    async: true
    queue: {limit: 8, of: )" +
           queue + R"(}
    balance: {policy: least-outstanding, health: {every: 5 s, timeout: 1 s, fail: 2}}
    price: 1 USD/h
    purchase: {spot: {share: 60 %, discount: 70 %}}
    scale: {target: 60 %, min: 6, max: 20, every: 20 s, launch: lognormal(mean 1 min cv 0.5), in_after: 1 min, drain: 5 s}
    endpoints: {op: {steps: [{work: exponential(50 ms)}, {call: store.get, timeout: 10 s}, {work: exponential(50 ms)}]}}
  store: {kind: fleet, in: {region: us-east-1, zones: 1}, workers: unlimited, endpoints: {get: {steps: [{work: exponential(2 s)}]}}}
demand: {d: {calls: web.op, rate: spike(base 60/s peak 150/s at 20 min for 10 min)}}
faults:
  single: {target: any instance of web, effect: {reclaim: 10 s}, every: exponential(10 min), for: exponential(2 min)}
  wave: {target: service/web, effect: {reclaim: 30 s}, every: exponential(12 min), for: exponential(1 min)}
)" + more + "run: {horizon: 40 min}\n";
}

constexpr const char* k_crashes =
    "  crash: {target: any instance of web, effect: crash, every: exponential(20 min), for: exponential(1 min)}\n"
    "  dark: {target: zone/use1-az1, effect: down, every: exponential(15 min), for: exponential(1 min)}\n";

// The books are closed at the end of each run (and end the program where they do not balance). One seed, one run.
TEST(ReclaimsInRequests, TheBooksBalanceWhateverMeets) {
    for (const char* queue : {"instance", "group"}) {
        const Plan plan = plan_of(all_at_once(queue, k_crashes));
        for (std::uint64_t replication = 0; replication < 4; ++replication) {
            const auto run = simulate_requests(plan, {1, replication});
            EXPECT_GT(times_of(run, NoteKind::taken_back).size(), 5U);
            EXPECT_EQ(run.fingerprint, simulate_requests(plan, {1, replication}).fingerprint);
            for (const GroupTally& group : run.groups) {
                EXPECT_LE(group.spot_integral_s, group.instances_integral_s);
            }
        }
    }
}

// What flow makes of it is within what 16 replications of requests vary: what is paid, and how much of it on spot.
TEST(ReclaimsInFlow, PaysWhatRequestsPay) {
    Plan plan = plan_of(all_at_once("group"));
    const auto paid = [&](Fidelity fidelity) {
        std::pair<double, double> sum;
        plan.run.fidelity = fidelity == Fidelity::flow ? "flow" : "requests";
        Flow flow(plan);
        for (std::uint64_t replication = 0; replication < 16; ++replication) {
            const Luck luck{3, replication};
            const auto run = fidelity == Fidelity::flow ? flow.run(luck) : simulate_requests(plan, luck);
            for (const GroupTally& group : run.groups) {
                sum.first += group.instances_integral_s / 16;
                sum.second += group.spot_integral_s / 16;
            }
        }
        return sum;
    };
    const auto by_requests = paid(Fidelity::requests);
    const auto by_flow = paid(Fidelity::flow);
    EXPECT_NEAR(by_flow.first, by_requests.first, 0.01 * by_requests.first);
    EXPECT_NEAR(by_flow.second, by_requests.second, 0.03 * by_requests.second);
}

// --- who is spot

// 60 % of m pools are in one of them: 60/m % of all go with it.
TEST(SpotInstances, AreSpreadOverPlacesSoThatTheWholeIsRight) {
    for (const auto& [zones, each] : {std::pair(1, 10), std::pair(2, 10), std::pair(3, 10), std::pair(6, 10)}) {
        const Plan plan = plan_of(
            "nines: 1\nname: pools\nworld: {regions: [us-east-1]}\nservices:\n  web:\n    kind: "
            "fleet\n    in: {region: us-east-1, zones: " +
            std::to_string(zones) + ", each: " + std::to_string(each) +
            "}\n    price: 1 USD/h\n    purchase: {spot: {share: 60 %, discount: 70 %}}\n    "
            "endpoints: {op: {steps: [{work: 1 ms}]}}\ndemand: {d: {calls: web.op, rate: "
            "1/s}}\nfaults: {wave: {target: zone/use1-az1, effect: reclaim, at: 0 s, for: 1 h}}\n");
        State state(plan);
        const FaultPlan& wave = plan.faults[FaultId{0}];
        const EffectChange change = begin_effects(plan, state, 0, wave.effects, wave.members[0]);
        const double all = zones * each;
        EXPECT_DOUBLE_EQ(static_cast<double>(change.noticed.size()) / all, 0.6 / zones);
    }
}

// Three places of one instance each: 60 % are 1.8, two of them.
TEST(SpotInstances, AreRoundedHalfUpOverThePlaces) {
    const auto spot_of = [](const std::string& share) {
        const Plan plan = plan_of(
            "nines: 1\nname: thirds\nworld: {regions: [us-east-1]}\nservices:\n  web:\n    kind: fleet\n    in: "
            "{region: us-east-1, zones: 3, each: 1}\n    price: 1 USD/h\n    purchase: {spot: {share: " +
            share +
            ", discount: 70 %}}\n    endpoints: {op: {steps: [{work: 1 ms}]}}\ndemand: {d: {calls: web.op, rate: "
            "1/s}}\n");
        std::vector<std::uint64_t> spot;
        for (const GroupPlan& group : plan.groups) {
            spot.push_back(group.spot.at_start);
        }
        return spot;
    };
    using Spot = std::vector<std::uint64_t>;
    EXPECT_EQ(spot_of("60 %"), (Spot{1, 0, 1}));
    EXPECT_EQ(spot_of("50 %"), (Spot{1, 0, 1}));
    EXPECT_EQ(spot_of("10 %"), (Spot{0, 0, 0}));
    EXPECT_EQ(spot_of("100 %"), (Spot{1, 1, 1}));
}

// However many of a place are left, from its end on or up to what it may scale to, they hold the share of spot to less
// than two (one by rounding over the places, one by rounding here); and those of all places together to one and a half,
// where the same number is left in each. The share is that of what is
// not committed to, which is the first of each place.
TEST(SpotSlots, HoldTheShareInWhateverIsLeft) {
    for (const double share : {0.01, 0.1, 0.25, 1.0 / 3, 0.5, 0.6, 0.9, 1.0}) {
        for (const double committed : {0.0, 0.2, 0.5}) {
            for (const std::size_t places : {1U, 2U, 3U, 5U}) {
                Service service;
                service.purchase.reserved.share = committed;
                service.purchase.spot.share = share * (1 - committed);
                service.groups.assign(places, GroupSpec{LocationId::none(), 20});
                for (std::uint64_t left = 0; left <= 60; ++left) {
                    std::uint64_t in_all = 0;
                    const double due = share * std::max(0.0, static_cast<double>(left) - committed * 20);
                    for (std::size_t g = 0; g < places; ++g) {
                        const SpotSlots slots = service.spot_in(g);
                        std::uint64_t spot = 0;
                        for (std::uint64_t slot = 0; slot < left; ++slot) {
                            spot += slots.is_spot(slot) ? 1 : 0;
                        }
                        EXPECT_EQ(spot, slots.among(left));
                        EXPECT_LT(std::abs(static_cast<double>(spot) - due), 2) << share << " " << left;
                        in_all += spot;
                    }
                    const auto all_due = due * static_cast<double>(places);
                    EXPECT_LE(std::abs(static_cast<double>(in_all) - all_due), 1.5) << share << " " << left;
                }
            }
        }
    }
}

// As many of those at the start as before: rounded over the places, so that the whole is right.
TEST(SpotSlots, AreAsManyAtTheStartAsTheShareOfAll) {
    for (const double share : {0.1, 0.34, 0.5, 0.75, 1.0}) {
        for (const std::uint32_t each : {1U, 2U, 3U, 7U}) {
            for (const double committed : {0.0, 0.3, 0.5}) {
                Service service;
                service.purchase.reserved.share = committed;
                service.purchase.spot.share = std::min(share, 1 - committed);
                service.groups.assign(4, GroupSpec{LocationId::none(), each});
                std::uint64_t spot = 0;
                for (std::size_t g = 0; g < 4; ++g) {
                    const SpotSlots slots = service.spot_in(g);
                    for (std::uint64_t slot = 0; slot < each; ++slot) {
                        spot += slots.is_spot(slot) ? 1 : 0;
                    }
                }
                EXPECT_EQ(spot, spot_among(service.purchase.spot.share, 4ULL * each)) << share << " " << each;
            }
        }
    }
}

// Ten instances of which six are on spot; from 10 min on there is work for five, and the scaler takes four away: four
// of the six that are left are on spot, where it was two when spot went first.
TEST_P(Reclaims, AScalerTakesAwaySpotAndTheRestAlike) {
    Plan plan = plan_of(pool("    scale: {target: 60 %, min: 2, max: 40, launch: 4 min, in_after: 1 min, drain: 0 s}\n",
                             "", "steps(60/s 0 s 30/s 10 min)"));
    plan.run.fidelity = GetParam() == Fidelity::flow ? "flow" : "requests";
    const auto run = run_of(plan, GetParam());
    const GroupTally& group = run.groups[GroupId{0}];
    EXPECT_NEAR(group.spot_integral_s / group.instances_integral_s, 0.6, 0.06) << "of six left four: rounded";
    EXPECT_LT(group.instances_integral_s, 8 * 3600);
}

// What comes by scaling keeps the share of what is not committed to: half of a fleet is reserved, a quarter spot, so
// half of what comes beyond is spot.
TEST(SpotInstances, ComeInTheirShareWhenAServiceScales) {
    const Plan plan = plan_of(R"(nines: 1
name: beyond
services:
  s:
    kind: fleet
    instances: 4
    price: 1 USD/h
    purchase: {reserved: {share: 50 %, discount: 40 %}, spot: {share: 25 %, discount: 70 %}}
    scale: {target: 60 %, max: 10, launch: 1 min}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {calls: s.op, rate: 1/s}}
)");
    std::string spot;
    for (std::uint32_t i = 0; i < 10; ++i) {
        spot += plan.is_spot(InstanceId{i}) ? 's' : '.';
    }
    EXPECT_EQ(spot, "..s.s.s.s.") << "the two that are committed to are the first";
}

// --- effects stack

class ReclaimStack : public testing::Test {
protected:
    Plan plan_ = plan_of(pool("", "one: {target: service/web, effect: reclaim, at: 0 s, for: 1 h}"));
    State state_{plan_};
    const std::vector<EffectSpec>& effects_ = plan_.faults[FaultId{0}].effects;
    const std::vector<TargetAtom> last_{{TargetAtom::Kind::instance, 9, 0}};
    const InstanceId nine_{9};
};

TEST_F(ReclaimStack, TwoReclaimsOfOneInstanceEndWhenTheLastDoes) {
    EXPECT_EQ(begin_effects(plan_, state_, 0, effects_, last_).noticed, std::vector{nine_});
    EXPECT_TRUE(state_.is_up(nine_));
    EXPECT_FALSE(state_.takes_requests(nine_));
    EXPECT_EQ(begin_effects(plan_, state_, 1, effects_, last_).noticed.size(), 0U) << "it has notice already";
    const EffectChange struck = strike(plan_, state_, 0, last_);
    EXPECT_EQ(struck.lost, std::vector{nine_});
    EXPECT_EQ(struck.gone, std::vector{nine_});
    EXPECT_EQ(state_.up_count[ServiceId{0}], 9U);
    EXPECT_EQ(strike(plan_, state_, 1, last_).gone.size(), 0U);
    EXPECT_EQ(end_effects(plan_, state_, 0, effects_, last_).back.size(), 0U) << "the other has it still";
    const EffectChange back = end_effects(plan_, state_, 1, effects_, last_);
    EXPECT_EQ(back.back, std::vector{nine_});
    EXPECT_EQ(back.returned, std::vector{nine_});
    EXPECT_TRUE(state_.takes_requests(nine_));
    EXPECT_EQ(state_.up_count[ServiceId{0}], 10U);
    EXPECT_TRUE(state_.struck.empty());
}

TEST_F(ReclaimStack, AnEndBeforeTheNoticeIsOverGivesItBack) {
    begin_effects(plan_, state_, 0, effects_, last_);
    const EffectChange back = end_effects(plan_, state_, 0, effects_, last_);
    EXPECT_EQ(back.returned, std::vector{nine_});
    EXPECT_EQ(back.back.size(), 0U);
    EXPECT_TRUE(state_.takes_requests(nine_));
}

TEST(ReclaimPlan, ItIsTheCustomersAndStandsOnHardware) {
    const Plan plan = plan_of(pool("", k_wave));
    const FaultPlan& wave = plan.faults[FaultId{0}];
    EXPECT_EQ(wave.layer, Layer::hardware);
    EXPECT_FALSE(wave.owned_by_provider);
    EXPECT_EQ(*wave.notice_s, 120);
    EXPECT_EQ(wave.members.size(), 1U);
    EXPECT_EQ(wave.members[0].size(), 6U);
}

// Each spot instance has a clock of its own; the others have none.
TEST(ReclaimPlan, AnyInstanceMeansThoseOnSpot) {
    const Plan plan =
        plan_of(pool("", "back: {target: any instance of web, effect: {reclaim: 30 s}, every: 1 d, for: 1 h}"));
    EXPECT_EQ(plan.faults[FaultId{0}].members.size(), 6U);
    EXPECT_EQ(plan.names.fault_members[FaultId{0}].front(), "web@use1-az1/0");
    EXPECT_EQ(*plan.faults[FaultId{0}].notice_s, 30);
}

// A share is one of those on spot; a place without any has no clock; what a domain names twice is taken once.
TEST(ReclaimPlan, SharesPlacesAndDomainsMeanThoseOnSpot) {
    const Plan plan = plan_of(R"(nines: 1
name: targets
world: {regions: [us-east-1]}
services:
  web:
    kind: fleet
    in: {region: us-east-1, zones: 3, each: 2}
    price: 1 USD/h
    purchase: {spot: {share: 34 %, discount: 70 %}}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand: {d: {calls: web.op, rate: 1/s}}
domains:
  pool: [service/web@use1-az1, zone/use1-az1, zone/use1-az2]
faults:
  half: {target: share 50 % of instance of web, effect: reclaim, every: 1 d, for: 1 h}
  zones: {target: any zone, effect: reclaim, every: 1 d, for: 1 h}
  pools: {target: domain/pool, effect: reclaim, every: 1 d, for: 1 h}
)");
    // Of two, four and six instances 0.68, 1.36 and 2.04 are spot: one in the first and one in the last zone.
    EXPECT_EQ(plan.faults[FaultId{0}].members.size(), 2U);
    EXPECT_TRUE(plan.faults[FaultId{0}].draws_members);
    EXPECT_EQ(plan.names.fault_members[FaultId{1}], (std::vector<std::string>{"use1-az1", "use1-az3"}));
    ASSERT_EQ(plan.faults[FaultId{2}].members.size(), 1U);
    ASSERT_EQ(plan.faults[FaultId{2}].members[0].size(), 1U);
    EXPECT_EQ(plan.faults[FaultId{2}].members[0][0].index, 1U);
    EXPECT_TRUE(plan.services[ServiceId{0}].has_reclaims);
}

TEST(ReclaimPlan, WithoutSpotAPlaceLosesNobodyAndSaysSo) {
    const Plan plan = plan_of(R"(nines: 1
name: on demand
world: {regions: [us-east-1]}
services:
  web: {kind: fleet, in: {region: us-east-1}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: web.op, rate: 1/s}}
faults:
  pool: {target: zone/use1-az1, effect: reclaim, at: 1 min, for: 1 min}
  some: {target: share 50 % of zone, effect: reclaim, every: exponential(1 min), for: 1 min}
)");
    EXPECT_EQ(plan.warnings.size(), 2U);
    EXPECT_TRUE(plan.faults[FaultId{0}].members.empty());
    EXPECT_FALSE(plan.services[ServiceId{0}].has_reclaims);
    const auto run = simulate_requests(plan, {1, 0});
    EXPECT_TRUE(run.faults.empty());
    EXPECT_EQ(run.demands[DemandId{0}].failed(), 0);
}

}  // namespace
}  // namespace nines
