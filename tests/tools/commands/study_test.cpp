// nines study as a user sees it: threads, checkpoints, kills, resumption, shards, and what is refused.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/kept_runs.hpp"
#include "tests/support/simulate.hpp"

namespace nines {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* k_small = R"(
nines: 1
name: small
services: {s: {kind: fleet, workers: 2, endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}}
demand: {d: {calls: s.op, rate: 30/s, timeout: 1 s}}
faults: {f: {target: service/s, effect: crash, every: exponential(40 s), for: exponential(3 s)}}
objectives: {availability: ">= 50 %", downtime.per_year.p95: "<= 10 yr"}
run: {horizon: 2 min}
study: {replications: 120, over: {metric: downtime.per_year, threshold: 30 d}}
)";

class StudyCommand : public support::KeptRuns {
protected:
    StudyCommand() : KeptRuns("study", "study", k_small) {}

    NinesRun study(const std::vector<std::string>& more, const NinesLimits& limits = {}) const {
        return run_small(more, limits);
    }
    /// Too few replications for the objective on a quantile.
    void run_shard(const std::string& out, const std::string& shard, const std::vector<std::string>& more = {}) const {
        run_shard_of(out, shard, more, 3);
    }
};

TEST_F(StudyCommand, ThreadsChangeNoByte) {
    ASSERT_EQ(study({"--threads", "1", "--json", "one.json", "--out", "one.db"}).exit_code, 0);
    for (const char* threads : {"2", "3"}) {
        ASSERT_EQ(study({"--threads", threads, "--json", "results.json", "--out", "more.db"}).exit_code, 0);
        EXPECT_EQ(results(), results("one.json")) << threads << " threads";
        EXPECT_EQ(dump("more.db"), dump("one.db")) << threads << " threads";
    }
}

TEST_F(StudyCommand, TheJsonHoldsWhatAStudyKnows) {
    ASSERT_EQ(study({"--json", "results.json"}).exit_code, 0);
    const Json json = Json::parse(read("results.json"));
    EXPECT_EQ(json["replications"], 120);
    EXPECT_EQ(json["stopped_by"], "replications");
    const Json& downtime = json["metrics"]["downtime.per_year"];
    EXPECT_EQ(downtime["n"], 120);
    EXPECT_EQ(downtime["estimator"]["method"], "monte carlo");
    EXPECT_LT(downtime["quantiles"]["p50"]["mean"], downtime["quantiles"]["p95"]["mean"]);
    EXPECT_EQ(downtime["over"][0]["threshold"], 30 * 86400);
    EXPECT_GE(json["objectives"][0]["miss"]["hi"], 0);
    EXPECT_EQ(json["objectives"][1]["metric"], "downtime.per_year.p95");
    EXPECT_TRUE(json["incidents"][0].contains("replication"));
}

TEST_F(StudyCommand, RowsAreThereForSql) {
    ASSERT_EQ(study({"--json", "results.json", "--out", "a.db"}).exit_code, 0);
    const Json json = Json::parse(read("results.json"));
    EXPECT_EQ(query("a.db", "SELECT count(*), min(number), max(number) FROM replications"), "120|0|119\n");
    const std::string mean = query("a.db", "SELECT avg(\"latency.p99@s\") FROM replications");
    EXPECT_NEAR(std::stod(mean), json["metrics"]["latency.p99@s"]["mean"], 1e-12);
    EXPECT_EQ(query("a.db", "SELECT count(*) FROM histograms WHERE metric = 'latency.p99'"), "40\n");
    EXPECT_EQ(query("a.db", "SELECT sum(count) FROM histograms WHERE metric = 'latency.p99'"), "120\n");
    EXPECT_EQ(query("a.db", "SELECT value FROM study WHERE key = 'state'"), "finished\n");
}

TEST_F(StudyCommand, KilledAndResumedGivesTheSameBytes) {
    expect_kills_change_nothing(3, support::runs_are_short() ? 10 : 50);
}

TEST_F(StudyCommand, AnInterruptWritesWhatThereIsAndCanBeGoneOnWith) {
    NinesLimits limits;
    limits.interrupt_s = 0.3;
    // More replications than can be done by then; the next run finds out how many were, and wants no more.
    const NinesRun stopped =
        study({"--json", "part.json", "--out", "a.db", "--set", "study.replications=1000000"}, limits);
    ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
    const Json part = Json::parse(read("part.json"));
    EXPECT_TRUE(part["partial"].get<bool>());
    EXPECT_EQ(part["stopped_by"], "interrupted");
    const std::uint64_t done = part["replications"];
    EXPECT_GT(done, 0U);
    EXPECT_EQ(query("a.db", "SELECT count(*) FROM replications"), std::to_string(done) + "\n");
    EXPECT_EQ(query("a.db", "SELECT value FROM study WHERE key = 'state'"), "partial\n");
    const std::string wanted = "study.replications=" + std::to_string(done + 30);
    study({"--json", "results.json", "--out", "a.db", "--resume", "--set", wanted});
    study({"--json", "whole.json", "--out", "whole.db", "--set", wanted});
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("a.db"), dump("whole.db"));
}

TEST_F(StudyCommand, AReplicationThatFailsEndsTheStudy) {
    write("hoard.yaml", R"(
nines: 1
name: hoard
services: {a: {kind: fleet, workers: unlimited, endpoints: {x: {steps: [{work: 1 yr}]}}}}
demand: {d: {calls: a.x, rate: 1e6/s}}
run: {horizon: 100 s}
)");
    const NinesRun run = run_nines({"study", "hoard.yaml", "--memory", "50MB", "--json", "results.json"}, folder_);
    EXPECT_EQ(run.exit_code, 4);
    EXPECT_EQ(run.err.rfind("nines: error: replication 0: out of memory", 0), 0U) << run.err;
    EXPECT_EQ(Json::parse(read("results.json"))["stopped_by"], "failure");
}

TEST_F(StudyCommand, ResumingAFinishedStudyTellsItAgain) {
    ASSERT_EQ(study({"--json", "a.json", "--out", "a.db"}).exit_code, 0);
    const std::string before = dump("a.db");
    ASSERT_EQ(study({"--json", "results.json", "--out", "a.db", "--resume"}).exit_code, 0);
    EXPECT_EQ(results(), results("a.json"));
    EXPECT_EQ(dump("a.db"), before);
}

// Replications do not depend on how many are wanted: a study can be made longer, or shorter, and judged anew.
TEST_F(StudyCommand, ResumingWithMoreReplicationsIsALongerStudy) {
    ASSERT_EQ(study({"--out", "a.db"}).exit_code, 0);
    ASSERT_EQ(study({"--out", "whole.db", "--json", "whole.json", "--set", "study.replications=150"}).exit_code, 0);
    ASSERT_EQ(
        study({"--out", "a.db", "--json", "results.json", "--resume", "--set", "study.replications=150"}).exit_code, 0);
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("a.db"), dump("whole.db"));
    ASSERT_EQ(study({"--out", "short.db", "--json", "whole.json", "--set", "study.replications=90"}).exit_code, 0);
    ASSERT_EQ(
        study({"--out", "a.db", "--json", "results.json", "--resume", "--set", "study.replications=90"}).exit_code, 0);
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("a.db"), dump("short.db"));
}

TEST_F(StudyCommand, ShardsMergeToTheWholeStudy) {
    ASSERT_EQ(study({"--json", "whole.json", "--out", "whole.db"}).exit_code, 0);
    for (const char* part : {"1", "2", "3"}) {
        const std::string shard(part);
        run_shard(shard + ".db", shard + "/3");
    }
    const NinesRun merged =
        run_nines({"merge", "3.db", "1.db", "2.db", "--out", "all.db", "--json", "results.json", "--quiet"}, folder_);
    EXPECT_EQ(merged.exit_code, 0) << merged.err;
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("all.db"), dump("whole.db"));
}

TEST_F(StudyCommand, WrongShardsAreNamed) {
    for (const char* part : {"1", "2"}) {
        const std::string shard(part);
        run_shard(shard + ".db", shard + "/3");
    }
    run_shard("seed.db", "3/3", {"--seed", "2"});
    run_shard("half.db", "2/2");
    run_shard("more.db", "3/3", {"--set", "study.replications=121"});
    fs::copy_file(file("1.db"), file("again.db"));
    const auto refusal = [&](std::vector<std::string> files) {
        files.insert(files.begin(), "merge");
        const NinesRun run = run_nines(files, folder_);
        EXPECT_EQ(run.exit_code, 2);
        return run.err;
    };
    EXPECT_EQ(refusal({"1.db", "2.db"}), "nines merge: missing: shard 3/3\n");
    EXPECT_EQ(refusal({"1.db", "2.db", "again.db"}), "nines merge: 1.db and again.db are both shard 1/3\n");
    EXPECT_EQ(refusal({"1.db", "2.db", "seed.db"}),
              "nines merge: 1.db and seed.db are of different studies: they differ in the seed\n");
    EXPECT_EQ(refusal({"1.db", "half.db"}),
              "nines merge: 1.db is shard 1/3, half.db is shard 2/2: they do not divide the study alike\n");
    EXPECT_EQ(refusal({"1.db", "2.db", "more.db"}),
              "nines merge: 1.db and more.db have different study settings or objectives\n");
    EXPECT_EQ(refusal({"1.db", "nowhere.db"}), "nines merge: cannot read nowhere.db: No such file or directory\n");
    EXPECT_EQ(refusal({"1.db", "small.yaml"}), "nines merge: small.yaml is not a file of nines: it stays as it is\n");
}

TEST_F(StudyCommand, AFileOfAnotherStudyIsRefused) {
    ASSERT_EQ(study({"--out", "a.db"}).exit_code, 0);
    const std::string before = dump("a.db");
    const auto refusal = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"--out", "a.db", "--resume"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const NinesRun run = study(arguments);
        EXPECT_EQ(run.exit_code, 2);
        return run.err;
    };
    EXPECT_EQ(refusal({"--seed", "2"}), "nines study: a.db holds a study with another seed: 1 there, 2 here\n");
    EXPECT_EQ(refusal({"--shard", "1/2"}), "nines study: a.db holds a study with another shard: 1/1 there, 1/2 here\n");
    EXPECT_EQ(refusal({"--set", "demand.d.rate=31/s"}),
              "nines study: a.db holds a study of another scenario, or of one that has changed since\n");
    EXPECT_EQ(dump("a.db"), before);
}

TEST_F(StudyCommand, OtherFilesStayAsTheyAre) {
    const NinesRun text = study({"--out", "small.yaml"});
    EXPECT_EQ(text.exit_code, 2);
    EXPECT_EQ(text.err, "nines study: small.yaml is not a file of nines: it stays as it is\n");
    EXPECT_EQ(read("small.yaml"), k_small);
    const NinesRun nowhere = study({"--out", "nowhere/a.db"});
    EXPECT_EQ(nowhere.exit_code, 4);
    EXPECT_EQ(nowhere.err, "nines study: cannot write nowhere/a.db: No such file or directory\n");
    ASSERT_EQ(run_nines({"run", "small.yaml", "--quiet", "--out", "run.db"}, folder_).exit_code, 0);
    EXPECT_EQ(study({"--out", "run.db", "--resume"}).exit_code, 2);
    EXPECT_EQ(study({"--out", "run.db"}).exit_code, 0) << "results of a run are replaced";
}

TEST_F(StudyCommand, AnUnfinishedStudyIsNotReplaced) {
    NinesLimits limits;
    limits.wall_s = 0.25;
    const NinesRun killed = study({"--out", "a.db", "--set", "study.replications=100000"}, limits);
    ASSERT_TRUE(killed.timed_out);
    const NinesRun run = study({"--out", "a.db"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.err,
              "nines study: a.db holds a study that is not finished: go on with --resume, or remove the file\n");
}

TEST_F(StudyCommand, TwoProcessesOnOneFile) {
    // Another process holds the lock, as a study does while it runs.
    ASSERT_EQ(study({"--out", "a.db"}).exit_code, 0);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(file("a.db").c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"--out", "a.db", "--resume"}, std::vector<std::string>{"--out", "a.db"}}) {
        const NinesRun run = study(how);
        EXPECT_EQ(run.exit_code, 2);
        EXPECT_EQ(run.err, "nines study: a.db is in use by another process: wait for it, or write another file\n");
    }
    sqlite3_close(other);
}

TEST_F(StudyCommand, AFinishedStudyGivesWayToTheSameStudyOnly) {
    ASSERT_EQ(study({"--out", "a.db"}).exit_code, 0);
    const std::string before = dump("a.db");
    const NinesRun other = study({"--out", "a.db", "--seed", "77"});
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_NE(other.err.find("name another file, or remove it"), std::string::npos) << other.err;
    EXPECT_EQ(dump("a.db"), before);
    EXPECT_EQ(study({"--out", "a.db"}).exit_code, 0) << "the same once more";
    EXPECT_EQ(study({"--out", "-"}).exit_code, 2) << "standard output is no database";
}

TEST_F(StudyCommand, AMergeDoesNotReplaceAShard) {
    for (const char* part : {"1", "2"}) {
        const std::string shard(part);
        run_shard(shard + ".db", shard + "/2");
    }
    const std::string before = dump("1.db");
    const NinesRun merged = run_nines({"merge", "1.db", "2.db", "--out", "./1.db"}, folder_);
    EXPECT_EQ(merged.exit_code, 2);
    EXPECT_EQ(dump("1.db"), before);
}

TEST_F(StudyCommand, ShardsAndResumptionWantTheirOptions) {
    EXPECT_EQ(study({"--resume"}).err, "nines study: --resume needs the file of the study: --out FILE.db\n");
    EXPECT_EQ(study({"--shard", "1/2"}).err, "nines study: --shard needs the file of the study: --out FILE.db\n");
    for (const char* wrong : {"0/2", "3/2", "1", "1/2/3", "a/b", "/2", "1/"}) {
        EXPECT_EQ(study({"--out", "a.db", "--shard", wrong}).err,
                  "nines study: --shard wants I/N with I from 1 to N, not `" + std::string(wrong) + "`\n");
    }
    EXPECT_EQ(study({"--out", "a.db", "--shard", "1/2", "--set", "study.budget=1 min"}).exit_code, 2);
    EXPECT_EQ(study({"--out", "a.db", "--shard", "1/121"}).exit_code, 2);
    EXPECT_FALSE(fs::exists(file("a.db")));
}

TEST_F(StudyCommand, AControlledStudyIsResumedToTheSameBytes) {
    const std::vector<std::string> whole{"--control", "flow", "--json", "whole.json", "--out", "whole.db"};
    ASSERT_EQ(study(whole).exit_code, 0);
    const Json availability = Json::parse(read("whole.json"))["metrics"]["availability"];
    EXPECT_EQ(availability["estimator"]["method"], "two levels: requests and flow");
    EXPECT_EQ(availability["estimator"]["control"]["both"], 120);
    EXPECT_GE(availability["estimator"]["control"]["flow"], 120);
    const std::string part = "study.replications=50";
    ASSERT_EQ(study({"--control", "flow", "--out", "part.db", "--set", part, "--threads", "2"}).exit_code, 3);
    ASSERT_EQ(study({"--control", "flow", "--out", "part.db", "--json", "part.json", "--resume"}).exit_code, 0);
    EXPECT_EQ(results("part.json"), results("whole.json"));
    EXPECT_EQ(study({"--out", "part.db", "--resume"}).err,
              "nines study: part.db holds a study with another control: flow there, none here\n");
    EXPECT_EQ(run_nines({"merge", "part.db"}, folder_).err,
              "nines merge: part.db holds a study with `control: flow`: it is whole, and not one of several parts\n");
}

TEST_F(StudyCommand, WhatAControlRefuses) {
    EXPECT_EQ(study({"--control", "flow", "--out", "a.db", "--shard", "1/2"}).err,
              "nines study: --shard: a study with `control: flow` is not run in parts; write `--control none`\n");
    EXPECT_EQ(study({"--control", "flow", "--fidelity", "flow"}).exit_code, 2);
    EXPECT_EQ(study({"--control", "flow", "--set", "study.budget=1 min"}).exit_code, 2);
    EXPECT_EQ(study({"--control", "none", "--set", "study.control=flow"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(file("a.db")));
}

TEST_F(StudyCommand, ABudgetStopsByTheClockAndSaysSo) {
    const NinesRun run = study({"--json", "results.json", "--set", "study.budget=300 ms", "--set",
                                "study.replications=100000000", "--set", "objectives=null"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const Json json = Json::parse(read("results.json"));
    EXPECT_EQ(json["stopped_by"], "budget");
    EXPECT_FALSE(json["partial"].get<bool>());
    EXPECT_EQ(json["warnings"][0], "stopped by the clock: another run may have more or fewer replications");
}

TEST_F(StudyCommand, UndecidedEndsWith3) {
    EXPECT_EQ(study({"--set", "study.replications=20"}).exit_code, 3);
}

}  // namespace
}  // namespace nines
