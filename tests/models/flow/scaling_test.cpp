// Scaling in `flow`: the same orders at the same times as in `requests`, and no evaluation that could change nothing.

#include <gtest/gtest.h>

#include <vector>

#include "models/requests/simulate.hpp"
#include "tests/models/flow/run_flow.hpp"

namespace nines {
namespace {

/// Ten instances; 60/s of 100 ms hold 60 % of them. One queue feeds all, as a backlog in `flow` does.
std::string scaled(const std::string& scale, const std::string& rate, const std::string& horizon,
                   const std::string& more = "", const std::string& bought = "") {
    return R"(nines: 1
name: scaled
services:
  s:
    kind: fleet
    instances: 10
    workers: 1
    queue: {of: group}
    power: {idle: 100 W, full: 200 W}
    scale: {target: 60 %, max: 40, )" +
           scale + R"(}
    )" + bought +
           R"(
    price: 1 USD/h
    endpoints: {op: {steps: [{work: 100 ms}]}}
demand: {d: {calls: s.op, arrivals: constant, rate: )" +
           rate + "}}\n" + more + "run: {horizon: " + horizon + "}\n";
}

/// Orders, arrivals and removals, one by one, each with its second.
struct Deed {
    NoteKind kind{};
    Nanoseconds at_s = 0;
    auto operator<=>(const Deed&) const = default;
    friend void PrintTo(const Deed& deed, std::ostream* out) {
        *out << static_cast<int>(deed.kind) << " at " << deed.at_s;
    }
};
std::vector<Deed> deeds_of(const Run& run) {
    std::vector<Deed> deeds;
    for (const Note& note : run.notes) {
        if (note.kind == NoteKind::launch_ordered || note.kind == NoteKind::retired) {
            deeds.insert(deeds.end(), note.count, {note.kind, note.at / 1'000'000'000});
        } else if (note.kind == NoteKind::launched) {
            deeds.push_back({note.kind, note.at / 1'000'000'000});
        }
    }
    return deeds;
}

// Nothing here has any luck in it: both fidelities order, launch and take away at the same instants, and pay the same.
TEST(FlowScaling, DoesWhatRequestsDoWhenTheyDoIt) {
    const std::vector<std::string> cases = {
        scaled("launch: 2 min", "steps(60/s 0 s 75/s 10 min)", "1 h"),
        scaled("launch: 130 s", "steps(60/s 0 s 89/s 630 s)", "1 h"),
        scaled("launch: 3 min, pending: ignored", "steps(60/s 0 s 89/s 10 min)", "1 h"),
        scaled("launch: 2 min, in_after: 5 min", "steps(60/s 0 s 31/s 10 min 80/s 30 min)", "1 h"),
        scaled("launch: 2 min, out_after: 3 min", "steps(60/s 0 s 75/s 10 min 60/s 12 min 75/s 20 min)", "1 h"),
        scaled("launch: lognormal(mean 150 s cv 0.4), every: 30 s", "steps(60/s 0 s 91/s 10 min 43/s 20 min)", "1 h"),
        scaled("launch: 2 min", "steps(60/s 0 s 89/s 10 min)", "1 h",
               "faults: {f: {target: instance/s/3, effect: crash, at: 1630 s, for: 30 min}}\n"),
        scaled("launch: 2 min", "steps(60/s 0 s 89/s 10 min)", "1 h",
               "faults: {f: {target: instance/s/3, effect: crash, at: 27 min, for: 30 min}}\n"),
        scaled("launch: 2 min, min: 10", "steps(60/s 0 s 89/s 10 min)", "1 h",
               "faults: {f: {target: service/s, effect: reclaim, at: 27 min, for: 30 min}}\n",
               "purchase: {spot: {share: 50 %, discount: 60 %}}"),
        scaled("launch: 2 min, quota: 12", "steps(60/s 0 s 71/s 5 min 89/s 10 min 31/s 30 min)", "1 h"),
        scaled("launch: 2 min, quota: 12, raise: 10 min", "steps(60/s 0 s 89/s 10 min 60/s 50 min)", "1 h"),
        scaled("launch: 2 min, quota: 11, raise: exponential(5 min), out_after: 2 min",
               "steps(60/s 0 s 89/s 10 min 60/s 20 min 89/s 35 min)", "1 h"),
        scaled("launch: 150 s, schedule: [{at: 00:10, min: 15, max: 40}, {at: 00:40, min: 1, max: 12}]", "60/s", "1 h"),
        scaled("launch: 150 s, schedule: [{at: 00:07, desired: 20, days: mon}, {at: 00:09, min: 30, days: tue}]",
               "60/s", "1 h"),
        scaled("launch: 2 min, quota: 12, raise: 10 min, schedule: [{at: 00:10, min: 15}]", "60/s", "1 h"),
        scaled("launch: 2 min, schedule: [{at: 12:00, min: 15}, {at: 00:20, min: 11}]", "60/s", "1 h"),
        scaled("launch: 2 min, every: 45 s, quota: 12, raise: 10 min, schedule: [{at: 00:10, desired: 15}, {at: 00:10, "
               "max: 30}]",
               "60/s", "1 h"),
    };
    for (const std::string& text : cases) {
        const Plan plan = flow_plan(text);
        const auto flow = Flow(plan).run({1, 0});
        const auto requests = simulate_requests(plan, {1, 0});
        EXPECT_EQ(deeds_of(flow), deeds_of(requests)) << text;
        EXPECT_GT(deeds_of(flow).size(), 4U) << text;
        ASSERT_EQ(flow.faults.size(), requests.faults.size()) << text;
        for (std::size_t i = 0; i < flow.faults.size(); ++i) {
            EXPECT_EQ(flow.faults[i].begin, requests.faults[i].begin) << text;
            EXPECT_NEAR(static_cast<double>(flow.faults[i].end - requests.faults[i].end), 0, 1000) << text;
        }
        EXPECT_DOUBLE_EQ(flow.scaling.episodes, requests.scaling.episodes) << text;
        EXPECT_NEAR(flow.scaling.lag_s, requests.scaling.lag_s, 1e-6) << text;
        const GroupTally& by_flow = flow.groups[GroupId{0}];
        const GroupTally& by_requests = requests.groups[GroupId{0}];
        EXPECT_NEAR(by_flow.instances_integral_s, by_requests.instances_integral_s, 2) << text;  // 0.1 s for each drain
        EXPECT_NEAR(by_flow.workers_integral_s, by_requests.workers_integral_s, 2) << text;
        EXPECT_NEAR(by_flow.energy_j, by_requests.energy_j, 1e-3 * by_requests.energy_j) << text;
    }
}

// Inside the band with nothing on its way a scaler has nothing to look at: 10 years cost what an hour costs.
TEST(FlowScaling, EvaluationsThatCouldChangeNothingAreNoEvents) {
    const auto events = [](const std::string& rate, const std::string& horizon) {
        return run_flow(scaled("launch: 2 min", rate, horizon)).events;
    };
    EXPECT_EQ(events("60/s", "10 yr"), events("60/s", "1 h"));
    EXPECT_LE(events("60/s", "10 yr"), 5U);
    EXPECT_LE(events("500/s", "10 yr"), 100U) << "at `max` and over the target for ever: the levels of its backlog";
    EXPECT_EQ(events("5/s", "10 yr"), events("5/s", "2 h")) << "at `min`";
}

// A day is followed up and down, and nothing is lost on the way: launches are quicker than the load.
TEST(FlowScaling, FollowsADay) {
    const Plan plan = flow_plan(R"(nines: 1
name: a day
services:
  s:
    kind: fleet
    instances: 20
    workers: 1
    scale: {target: 60 %, min: 3, max: 60, launch: lognormal(mean 150 s cv 0.4)}
    endpoints: {op: {steps: [{work: exponential(100 ms)}]}}
demand: {d: {calls: s.op, rate: diurnal(peak 240/s trough 30/s at 12:00)}}
run: {horizon: 30 d}
)");
    Flow flow(plan);
    const auto run = flow.run({1, 0});
    const double mean = run.groups[GroupId{0}].instances_integral_s / run.measured_s;
    // 13.5 workers are held on average: 22.5 instances at the target; a quarter of an hour late going down.
    EXPECT_GT(mean, 22.5);
    EXPECT_LT(mean, 22.5 * 1.1);
    EXPECT_GT(figure_of(plan, run, "availability"), 1 - 1e-9);
    EXPECT_LT(run.events, 30U * 96 * 8);
    EXPECT_EQ(run.fingerprint, Flow(plan).run({1, 0}).fingerprint);
}

}  // namespace
}  // namespace nines
