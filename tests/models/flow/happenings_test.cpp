// How a replication goes: beliefs, backlogs, failovers, storms; against hand computation and against `requests`.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/stats/interval.hpp"
#include "models/requests/simulate.hpp"
#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

// --- the same luck in both fidelities

const std::string k_zone = R"(nines: 1
name: a zone goes, silently or not
world: {provider: aws, regions: [us-east-1]}
services:
  s:
    kind: fleet
    in: {region: us-east-1, zones: 3, each: 2}
    workers: 4
    balance: {health: {every: 5 s, timeout: 1 s, fail: 2, pass: 3}}
    endpoints: {op: {steps: [{work: exponential(20 ms)}]}}
demand: {d: {calls: s.op, rate: 50/s, timeout: 1 s}}
faults: {zone: {target: zone/use1-az1, effect: EFFECT, at: 2 min, for: 3 min}}
run: {horizon: 10 min}
)";

std::string with(std::string text, const std::string& word, const std::string& by) {
    text.replace(text.find(word), word.size(), by);
    return text;
}

struct Mark {
    NoteKind kind{};
    std::uint32_t service = 0;
    Nanoseconds at = 0;  // which of alike instances it is about is all the same
    auto operator<=>(const Mark&) const = default;
};

std::vector<Mark> marks_of(const Run& run) {
    std::vector<Mark> marks;
    for (const Note& note : run.notes) {
        if (note.kind == NoteKind::marked_out || note.kind == NoteKind::marked_in) {
            marks.push_back({note.kind, note.subject, note.at});
        }
    }
    std::sort(marks.begin(), marks.end());
    return marks;
}

TEST(FlowBeliefs, ChecksFindOutWhenThoseOfRequestsDo) {
    for (const char* effect : {"down", "crash"}) {
        for (const std::uint64_t replication : {0, 1, 2}) {
            const Plan plan = flow_plan(with(k_zone, "EFFECT", effect));
            const std::vector<Mark> flow = marks_of(Flow(plan).run({7, replication}));
            const std::vector<Mark> requests = marks_of(simulate_requests(plan, {7, replication}, {}, {}));
            ASSERT_EQ(flow.size(), requests.size());
            ASSERT_FALSE(flow.empty());
            for (std::size_t i = 0; i < flow.size(); ++i) {
                EXPECT_EQ(flow[i].kind, requests[i].kind);
                // A check's message takes its way in requests, and none in flow.
                EXPECT_LE(std::abs(flow[i].at - requests[i].at), 5'000'000) << effect << " " << i;
            }
        }
    }
}

TEST(FlowFaults, BeginAndEndWhenThoseOfRequestsDo) {
    const Plan plan = flow_plan(R"(nines: 1
name: faults by chance
services: {s: {kind: fleet, instances: 3, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
faults:
  parts: {target: any instance, effect: crash, every: exponential(100 s), for: lognormal(mean 10 s cv 1.5), crews: 1}
  all: {target: service/s, effect: down, every: weibull(scale 300 s shape 2), for: exponential(5 s), overlap: true}
run: {horizon: 2 h}
)");
    for (const std::uint64_t replication : {0, 5}) {
        const nines::Run flow = Flow(plan).run({3, replication});
        const nines::Run requests = simulate_requests(plan, {3, replication}, {}, {});
        ASSERT_EQ(flow.faults.size(), requests.faults.size());
        ASSERT_GT(flow.faults.size(), 50U);
        for (std::size_t i = 0; i < flow.faults.size(); ++i) {
            EXPECT_EQ(flow.faults[i].fault, requests.faults[i].fault) << i;
            EXPECT_LE(std::abs(flow.faults[i].begin - requests.faults[i].begin), 100'000) << i;  // 1 us a fault, summed
        }
    }
}

// --- backlogs

// 100/s arrive, 200/s can be served; for 100 s only 50/s: 5,000 wait at its end, and drain at 100/s in 50 s. The area
// below is 5,000 x 150 s / 2. Levels of a backlog are 50 % apart, and while one is
// passed its middle waits: at the peak, which lies inside a level, that is up to a quarter off for as long as it takes.
TEST(FlowFluid, ABacklogGrowsAndDrainsByHand) {
    const Plan plan = flow_plan(R"(nines: 1
name: backlog
services: {s: {kind: fleet, workers: 20, endpoints: {op: {steps: [{work: 100 ms}]}}}}
demand: {d: {calls: s.op, rate: 100/s}}
faults: {away: {target: service/s, effect: {capacity: 25 %}, at: 100 s, for: 100 s}}
run: {horizon: 1000 s}
)");
    const nines::Run run = Flow(plan).run({1, 0});
    EXPECT_NEAR(figure_of(plan, run, "queue.mean@s") * 1000, 5000.0 * 150 / 2, 0.05 * 375'000);
    EXPECT_NEAR(figure_of(plan, run, "queue.max@s"), 5000, 0.5 * 5000);
    EXPECT_NEAR(figure_of(plan, run, "availability"), 1, 1e-9);
}

// --- failover

TEST(FlowFailover, TakesDetectionAndPromotion) {
    const Plan plan = flow_plan(R"(nines: 1
name: failover
world: {provider: aws, regions: [us-east-1]}
services:
  db:
    kind: database
    on: db.r6g.xlarge
    in: {region: us-east-1, zones: 1}
    replication: {replica: {mode: async, zone: other, lag: exponential(2 s)}}
    failover: {detect: 30 s, promote: 45 s, to: replica}
    endpoints: {write: {steps: [{work: 1 ms}], writes: 1}}
demand: {d: {calls: db.write, rate: 40/s, timeout: 1 s}}
faults: {primary: {target: service/db@use1-az1, effect: down, at: 100 s, for: forever}}
run: {horizon: 1000 s}
)");
    Flow flow(plan);
    double lost = 0;
    constexpr int k_runs = 400;
    for (std::uint64_t r = 0; r < k_runs; ++r) {
        const nines::Run run = flow.run({1, r});
        EXPECT_NEAR(figure_of(plan, run, "availability"), 1 - 75.0 / 1000, 1e-6);
        EXPECT_NEAR(figure_of(plan, run, "rto"), 75, 1e-5);
        lost += static_cast<double>(run.records_lost) / k_runs;
    }
    // Poisson of mean rate x lag = 80 each: a standard error of 0.45. False alarm 1e-6.
    EXPECT_NEAR(lost, 80, 4.9 * std::sqrt(80.0 / k_runs));
}

// --- users follow DNS

// All users go to the region that is lost; checks take three misses; then answers run out evenly over the TTL of 60 s:
// lost are the seconds until that is noticed, and half of the TTL.
TEST(FlowDns, AnswersRunOutOverTheTimeToLive) {
    const Plan plan = flow_plan(R"(nines: 1
name: dns
world: {provider: aws, regions: [us-east-1, us-west-2]}
services:
  s:
    kind: fleet
    in: [{region: us-east-1, zones: 1, each: 1}, {region: us-west-2, zones: 1, each: 1}]
    workers: unlimited
    balance: {health: instant}
    endpoints: {op: {steps: [{work: 1 ms}]}}
demand:
  d: {from: {us-east-1: 100 %}, calls: s.op, rate: 100/s, timeout: 1 s, route: {ttl: 60 s, health: {every: 10 s, timeout: 2 s, fail: 3}}}
faults: {region: {target: region/us-east-1, effect: down, at: 100 s, for: forever}}
run: {horizon: 1000 s}
)");
    for (const std::uint64_t replication : {0, 1, 2, 3}) {
        const nines::Run run = Flow(plan).run({1, replication});
        const auto out = std::find_if(run.notes.begin(), run.notes.end(),
                                      [](const Note& note) { return note.kind == NoteKind::site_out; });
        ASSERT_NE(out, run.notes.end());
        const double noticed_s = to_seconds(out->at) - 100;
        EXPECT_GE(noticed_s, 22);
        EXPECT_LE(noticed_s, 32);
        EXPECT_NEAR(1 - figure_of(plan, run, "availability"), (noticed_s + 30) / 1000,
                    60.0 / 64 / 1000);  // shares in sixteenths
    }
}

// --- storms of retries

// 20 workers of 50 ms serve 400/s; those who wait behind a full queue wait 1.25 s, longer than callers do.
std::string storm(const std::string& rate, const std::string& share_left) {
    return "nines: 1\nname: storm\nservices: {s: {kind: fleet, instances: 5, workers: 4, queue: {limit: 100}, balance: "
           "{policy: least-outstanding}, endpoints: {op: {steps: [{work: exponential(50 ms)}]}}}}\ndemand: {d: {calls: "
           "s.op, rate: " +
           rate + ", timeout: 1 s, retry: {attempts: 3}}}\nfaults: {away: {target: service/s, effect: {capacity: " +
           share_left + "}, at: 2 min, for: 2 min}}\nrun: {horizon: 20 min}\n";
}

// 280/s, three times, keep the queue full by themselves; 110/s do not. Without a trigger neither is ever down.
TEST(FlowStorm, HistoryDecides) {
    const Plan stays = flow_plan(storm("280/s", "50 %"));
    const nines::Run down = Flow(stays).run({1, 0});
    EXPECT_TRUE(down.has_two_fixed_points);
    EXPECT_GT(1 - figure_of(stays, down, "availability"), 0.8);
    const Plan recovers = flow_plan(storm("110/s", "20 %"));
    const double lost = 1 - figure_of(recovers, Flow(recovers).run({1, 0}), "availability");
    EXPECT_GT(lost, 0.05);
    EXPECT_LT(lost, 0.2);
    const Plan quiet = flow_plan(storm("280/s", "100 %"));
    const nines::Run up = Flow(quiet).run({1, 0});
    EXPECT_TRUE(up.has_two_fixed_points);
    EXPECT_GT(figure_of(quiet, up, "availability"), 0.9999);
}

// --- instances that fail in a zone that is gone

// Seen from outside all of a lost zone is gone; when it is back, those are missing that failed by themselves meanwhile.
TEST(FlowWalk, RemembersWhatALostZoneHides) {
    const std::string text = R"(nines: 1
name: zones and instances
world: {provider: aws, regions: [us-east-1]}
services:
  s: {kind: fleet, in: {region: us-east-1, zones: 2, each: 1}, balance: {health: instant}, endpoints: {op: {steps: [{work: 1 ms}]}}}
demand: {d: {from: {us-east-1: 100 %}, calls: s.op, rate: 1/s}}
faults:
  one: {target: instance/s@use1-az1/0, effect: crash, every: exponential(100 s), for: exponential(100 s)}
  two: {target: instance/s@use1-az2/0, effect: crash, every: exponential(100 s), for: exponential(100 s)}
  zone: {target: zone/use1-az1, effect: crash, every: exponential(100 s), for: exponential(100 s)}
run: {horizon: 100 d}
)";
    const Plan plan = flow_plan(text);
    Flow flow(plan);
    Tally lost;
    for (std::uint64_t r = 0; r < 16; ++r) {
        lost.add(1 - figure_of(plan, flow.run({1, r}), "availability"));
    }
    // The first is up for a quarter of the time, the second for half: false alarm 1e-6.
    const double exact = 0.75 * 0.5;
    EXPECT_TRUE(mean_interval(lost, 1 - 1e-6)->contains(exact)) << lost.mean();
    EXPECT_LT(mean_interval(lost, 1 - 1e-6)->half_width(), 0.01);
}

}  // namespace
}  // namespace nines
