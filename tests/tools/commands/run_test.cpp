// nines run as a user runs it: the profile, and what happens when the machine or the scenario gives out.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/nines_folder.hpp"

namespace nines {
namespace {

using Json = nlohmann::ordered_json;

class RunCommand : public support::NinesFolder {
protected:
    RunCommand() : NinesFolder("run") {
        write("small.yaml", R"(
nines: 1
name: small
services: {s: {kind: fleet, workers: 4, endpoints: {op: {steps: [{work: exponential(10 ms)}]}}}}
demand: {d: {calls: s.op, rate: 50/s, timeout: 1 s}}
run: {horizon: 1 min}
)");
        write("hoard.yaml", R"(
nines: 1
name: hoard
services: {a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{work: 1 yr}]}}}}
demand: {d: {calls: a.x, rate: 1e8/s}}
run: {horizon: 1000 s}
)");
        write("loop.yaml", R"(
nines: 1
name: loop
services:
  a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{call: b.x, retry: {attempts: 10000}}]}}}
  b: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{call: c.x, retry: {attempts: 10000}}]}}}
  c: {kind: fleet, endpoints: {x: {steps: [{work: 1 ms}]}}}
demand: {d: {calls: a.x, rate: 10/s}}
faults: {f: {target: service/c, effect: down, at: 5 s, for: 1 min}}
run: {horizon: 2 min}
)");
    }

    Json json() const { return Json::parse(read("results.json")); }
};

TEST_F(RunCommand, ProfilePrintsWhereTheWorkWent) {
    const NinesRun run = run_nines({"run", "small.yaml", "--profile", "--color", "never"}, folder_);
    EXPECT_EQ(run.exit_code, 0);
    for (const char* part : {"EVENTS", "per simulated s", "work_done", "MEMORY", "bytes for an attempt in flight",
                             "attempts", "RANDOM WORDS", "demand.arrivals"}) {
        EXPECT_NE(run.out.find(part), std::string::npos) << part;
    }
    EXPECT_NE(run.err.find(" a second"), std::string::npos) << "wall time is told, but not among the results";
    const NinesRun again = run_nines({"run", "small.yaml", "--profile", "--color", "never"}, folder_);
    EXPECT_EQ(run.out, again.out);
}

TEST_F(RunCommand, ProfileIsInTheJsonOnlyWhenAskedFor) {
    EXPECT_EQ(run_nines({"run", "small.yaml", "--json", "plain.json"}, folder_).exit_code, 0);
    EXPECT_EQ(run_nines({"run", "small.yaml", "--json", "results.json", "--profile"}, folder_).exit_code, 0);
    EXPECT_EQ(run_nines({"run", "small.yaml", "--json", "again.json", "--profile"}, folder_).exit_code, 0);
    EXPECT_EQ(results("results.json"), results("again.json"));
    Json profiled = json();
    const Json profile = profiled["profile"];
    EXPECT_EQ(profile["events"]["arrival"]["happened"], profile["events"]["work_done"]["happened"]);
    EXPECT_EQ(profile["events_happened"], profiled["events"]);
    EXPECT_GT(profile["bytes_per_attempt"].get<double>(), 64);
    EXPECT_GT(profile["random_words"]["work"].get<std::uint64_t>(), 2'000U);
    Json plain = Json::parse(read("plain.json"));
    EXPECT_FALSE(plain.contains("profile"));
    profiled.erase("profile");
    profiled.erase("wall_s");
    plain.erase("wall_s");
    EXPECT_EQ(profiled, plain) << "looking changes nothing";
}

TEST_F(RunCommand, ALimitOnMemoryEndsWith4AndTheResultsSoFar) {
    const NinesRun run = run_nines({"run", "hoard.yaml", "--memory", "100 MB", "--json", "results.json"}, folder_);
    EXPECT_EQ(run.exit_code, 4);
    EXPECT_NE(run.err.find("nines: error: out of memory: "), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("more than 100 MB"), std::string::npos) << run.err;
    EXPECT_NE(run.out.find("PARTIAL: out of memory"), std::string::npos);
    EXPECT_EQ(json()["partial"], true);
    EXPECT_GT(json()["metrics"]["requests.offered"]["mean"].get<double>(), 100'000);
    EXPECT_TRUE(k_is_sanitized || run.peak_bytes < (300U << 20U)) << run.peak_bytes;
}

TEST_F(RunCommand, AMachineWithoutMemoryEndsWith4AndTheResultsSoFar) {
    if (k_is_sanitized) {
        GTEST_SKIP() << "sanitizers map more than any limit";
    }
    const NinesRun run = run_nines({"run", "hoard.yaml", "--memory", "1 PB", "--json", "results.json"}, folder_,
                                   {.wall_s = 20, .address_space_bytes = 300U << 20U});
    EXPECT_EQ(run.exit_code, 4);
    EXPECT_EQ(run.signal, 0);
    EXPECT_NE(run.err.find("the machine gave no more memory: "), std::string::npos) << run.err;
    EXPECT_EQ(json()["partial"], true);
    EXPECT_GT(json()["metrics"]["requests.offered"]["mean"].get<double>(), 100'000);
}

// Without --memory the limit follows what the shell allows, and is reached before that.
TEST_F(RunCommand, TheLimitFollowsTheMachine) {
    if (k_is_sanitized) {
        GTEST_SKIP() << "sanitizers map more than any limit";
    }
    const NinesRun run = run_nines({"run", "hoard.yaml"}, folder_, {.wall_s = 20, .address_space_bytes = 400U << 20U});
    EXPECT_EQ(run.exit_code, 4);
    EXPECT_NE(run.err.find("more than 336 MB"), std::string::npos) << run.err;
}

TEST_F(RunCommand, TimeThatStandsStillIsBadInputWithItsResultsSoFar) {
    const NinesRun run = run_nines({"run", "loop.yaml", "--json", "results.json"}, folder_, {.wall_s = 100});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_FALSE(run.timed_out);
    EXPECT_NE(run.err.find("nines: error: time stands still at 5."), std::string::npos) << run.err;
    EXPECT_NE(run.out.find("PARTIAL: time stood still"), std::string::npos);
    EXPECT_EQ(json()["partial"], true);
}

// loop.yaml never gets anywhere: what cannot be written is told before.
TEST_F(RunCommand, AFolderThatIsNotThereIsToldBeforeTheRun) {
    const NinesRun run = run_nines({"run", "loop.yaml", "--json", "nowhere/a.json"}, folder_);
    EXPECT_EQ(run.exit_code, 4);
    EXPECT_EQ(run.err, "nines run: cannot write nowhere/a.json: No such file or directory\n");
}

TEST_F(RunCommand, MemoryWantsASize) {
    const NinesRun run = run_nines({"run", "small.yaml", "--memory", "lots"}, folder_);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.err, "nines run: --memory: expected a size such as `64 GiB`, found `lots`\n");
}

}  // namespace
}  // namespace nines
