// nines compare in parts: kills, interrupts, resumption, shards, and what is refused.

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

const std::string k_small = R"(
nines: 1
name: small
services: {s: {kind: fleet, instances: 3, endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}}
demand: {d: {calls: s.op, rate: 30/s, timeout: 1 s}}
faults: {f: {target: any instance of s, effect: crash, every: exponential(40 s), for: exponential(8 s)}}
)" + std::string(support::runs_are_short() ? "run: {horizon: 1 min}" : "run: {horizon: 3 min}") +
                            R"(
study: {replications: 120}
variants:
  few: {services.s.instances: 1}
  more: {services.s.instances: 6}
)";

class CompareKeeping : public support::KeptRuns {
protected:
    CompareKeeping() : KeptRuns("compare_keeping", "compare", k_small) {}

    NinesRun compare(const std::vector<std::string>& more, const NinesLimits& limits = {}) const {
        return run_small(more, limits);
    }
    void run_shard(const std::string& out, const std::string& shard, const std::vector<std::string>& more = {}) const {
        run_shard_of(out, shard, more, 0);
    }
    std::string refusal(const std::vector<std::string>& words) const {
        const NinesRun run = run_in_folder(words, {});
        EXPECT_EQ(run.exit_code, 2) << run.err;
        return run.err;
    }
};

TEST_F(CompareKeeping, KilledAndResumedGivesTheSameBytes) {
    expect_kills_change_nothing(4, support::runs_are_short() ? 4 : 20);
}

TEST_F(CompareKeeping, AnInterruptWritesWhatThereIsAndCanBeGoneOnWith) {
    NinesLimits limits;
    limits.interrupt_s = 0.4;
    const NinesRun stopped =
        compare({"--json", "part.json", "--out", "a.db", "--set", "study.replications=1000000"}, limits);
    ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
    const Json part = Json::parse(read("part.json"));
    EXPECT_TRUE(part["partial"].get<bool>());
    const std::uint64_t done = part["replications"];
    ASSERT_GT(done, 0U);
    EXPECT_EQ(query("a.db", "SELECT count(*) FROM c0_replications"), std::to_string(done) + "\n");
    EXPECT_EQ(query("a.db", "SELECT count(*) FROM c2_replications"), std::to_string(done) + "\n");
    EXPECT_EQ(query("a.db", "SELECT value FROM study WHERE key = 'state'"), "partial\n");
    EXPECT_EQ(refusal({"compare", "small.yaml", "--out", "a.db"}),
              "nines compare: a.db holds a comparison that is not finished: go on with --resume, or remove the file\n");
    const std::string wanted = "study.replications=" + std::to_string(done + 30);
    ASSERT_EQ(compare({"--json", "results.json", "--out", "a.db", "--resume", "--set", wanted}).exit_code, 0);
    ASSERT_EQ(compare({"--json", "whole.json", "--out", "whole.db", "--set", wanted}).exit_code, 0);
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("a.db"), dump("whole.db"));
}

// A finished comparison is told again, made longer, or shorter, and judged by another objective.
TEST_F(CompareKeeping, AFinishedComparisonIsGoneOnWith) {
    ASSERT_EQ(compare({"--json", "first.json", "--out", "a.db"}).exit_code, 0);
    ASSERT_EQ(compare({"--json", "results.json", "--out", "a.db", "--resume"}).exit_code, 0);
    EXPECT_EQ(results(), results("first.json"));
    for (const char* wanted : {"150", "90"}) {
        SCOPED_TRACE(wanted);
        const std::vector<std::string> how{"--set", std::string("study.replications=") + wanted, "--set",
                                           "objectives={availability: '>= 40 %'}"};
        std::vector<std::string> again{"--json", "results.json", "--out", "a.db", "--resume"};
        std::vector<std::string> anew{"--json", "whole.json", "--out", std::string(wanted) + ".db"};
        again.insert(again.end(), how.begin(), how.end());
        anew.insert(anew.end(), how.begin(), how.end());
        EXPECT_EQ(compare(again).exit_code, compare(anew).exit_code);
        EXPECT_EQ(results(), results("whole.json"));
        EXPECT_EQ(dump("a.db"), dump(std::string(wanted) + ".db"));
    }
}

TEST_F(CompareKeeping, ShardsMergeToTheWholeComparison) {
    ASSERT_EQ(compare({"--json", "whole.json", "--out", "whole.db"}).exit_code, 0);
    for (const char* part : {"1", "2", "3"}) {
        const std::string shard(part);
        run_shard(shard + ".db", shard + "/3", {"--threads", part});
    }
    const NinesRun merged =
        run_in_folder({"merge", "3.db", "1.db", "2.db"}, {"--out", "all.db", "--json", "results.json", "--quiet"});
    EXPECT_EQ(merged.exit_code, 0) << merged.err;
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("all.db"), dump("whole.db"));
    ASSERT_EQ(compare({"--json", "results.json", "--out", "all.db", "--resume"}).exit_code, 0);
    EXPECT_EQ(results(), results("whole.json")) << "what was merged is a whole comparison";
}

// Two files, of which one measures another time: what `merge` says of it stands in the shards.
TEST_F(CompareKeeping, ShardsOfTwoFilesKeepTheirWarnings) {
    std::string longer = k_small;
    longer.at(longer.find("horizon: ") + 9) = '4';
    write("longer.yaml", longer);
    const std::vector<std::string> both{"compare", "small.yaml", "longer.yaml", "-q", "--out"};
    ASSERT_EQ(run_in_folder(both, {"whole.db", "--json", "whole.json"}).exit_code, 0);
    ASSERT_EQ(run_in_folder(both, {"1.db", "--shard", "1/2"}).exit_code, 0);
    ASSERT_EQ(run_in_folder(both, {"2.db", "--shard", "2/2"}).exit_code, 0);
    ASSERT_EQ(run_in_folder({"merge", "1.db", "2.db", "--out", "all.db"}, {"--json", "results.json"}).exit_code, 0);
    EXPECT_EQ(Json::parse(read("results.json"))["comparison"]["warnings"].size(), 1U);
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("all.db"), dump("whole.db"));
}

TEST_F(CompareKeeping, FilesOfAnotherComparisonAreRefused) {
    ASSERT_EQ(compare({"--out", "a.db"}).exit_code, 0);
    const std::string before = dump("a.db");
    const auto told = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{"compare", "small.yaml", "--out", "a.db"};
        words.insert(words.end(), more.begin(), more.end());
        return refusal(words);
    };
    EXPECT_EQ(told({"--resume", "--seed", "2"}),
              "nines compare: a.db holds a comparison with another seed: 1 there, 2 here\n");
    EXPECT_EQ(told({"--resume", "--shard", "1/2"}),
              "nines compare: a.db holds a comparison with another shard: 1/1 there, 1/2 here\n");
    EXPECT_EQ(told({"--resume", "--variant", "few"}),
              "nines compare: a.db holds a comparison with another variant: base, few, more there, base, few here\n");
    EXPECT_EQ(told({"--resume", "--set", "demand.d.rate=31/s"}),
              "nines compare: a.db holds a comparison of another scenario, or of one that has changed since\n");
    EXPECT_EQ(told({"--seed", "2"}),
              "nines compare: a.db holds a comparison with another seed: 1 there, 2 here: name another file, or remove "
              "it\n");
    EXPECT_EQ(refusal({"study", "small.yaml", "--out", "a.db", "--resume"}),
              "nines study: a.db holds a comparison, not a study\n");
    EXPECT_EQ(dump("a.db"), before);
    ASSERT_EQ(run_in_folder({"study", "small.yaml", "--quiet"}, {"--out", "study.db"}).exit_code, 0);
    EXPECT_EQ(refusal({"compare", "small.yaml", "--out", "study.db", "--resume"}),
              "nines compare: study.db holds a study, not a comparison\n");
}

TEST_F(CompareKeeping, WrongShardsAreNamed) {
    run_shard("1.db", "1/2");
    run_shard("seed.db", "2/2", {"--seed", "2"});
    run_shard("more.db", "2/2", {"--set", "study.replications=122"});
    run_shard("few.db", "2/2", {"--variant", "few"});
    EXPECT_EQ(refusal({"merge", "1.db"}), "nines merge: missing: shard 2/2\n");
    EXPECT_EQ(refusal({"merge", "1.db", "seed.db"}),
              "nines merge: 1.db and seed.db are of different studies: they differ in the seed\n");
    EXPECT_EQ(refusal({"merge", "1.db", "few.db"}),
              "nines merge: 1.db and few.db are of different studies: they differ in the variant\n");
    EXPECT_EQ(refusal({"merge", "1.db", "more.db"}),
              "nines merge: 1.db and more.db have different study settings or objectives\n");
    ASSERT_EQ(run_in_folder({"study", "small.yaml", "-q", "--shard", "2/2"}, {"--out", "study.db"}).exit_code, 0);
    EXPECT_EQ(refusal({"merge", "1.db", "study.db"}),
              "nines merge: 1.db and study.db are of different studies: they differ in the kind\n");
}

TEST_F(CompareKeeping, ShardsWantAFixedNumberOfReplications) {
    for (const char* setting : {"study.budget=1 min", "study.until={metric: availability, half_width: 0.1 %}"}) {
        EXPECT_EQ(refusal({"compare", "small.yaml", "--out", "a.db", "--shard", "1/2", "--set", setting}),
                  "nines compare: --shard needs a fixed number of replications: a comparison with `until` or `budget` "
                  "ends where all of them together say so\n");
    }
    EXPECT_EQ(refusal({"compare", "small.yaml", "--out", "a.db", "--shard", "1/121"}),
              "nines compare: --shard 1/121: there are only 120 replications\n");
    EXPECT_FALSE(fs::exists(file("a.db")));
}

// A rule that looks at every replication ends at the same one, resumed or not.
TEST_F(CompareKeeping, ARuleEndsWhereItWouldHave) {
    const std::string rule = "study.until={metric: availability, half_width: 0.5 %}";
    ASSERT_EQ(compare({"--set", rule, "--json", "whole.json", "--out", "whole.db"}).exit_code, 0);
    const std::uint64_t ended = Json::parse(read("whole.json"))["replications"];
    ASSERT_GT(ended, 30U);
    ASSERT_EQ(compare({"--set", "study.replications=25", "--out", "a.db"}).exit_code, 0);
    ASSERT_EQ(compare({"--set", rule, "--json", "results.json", "--out", "a.db", "--resume"}).exit_code, 0);
    EXPECT_EQ(results(), results("whole.json"));
    EXPECT_EQ(dump("a.db"), dump("whole.db"));
}

TEST_F(CompareKeeping, TwoProcessesOnOneFile) {
    ASSERT_EQ(compare({"--out", "a.db"}).exit_code, 0);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(file("a.db").c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(refusal({"compare", "small.yaml", "--out", "a.db", "--resume"}),
              "nines compare: a.db is in use by another process: wait for it, or write another file\n");
    sqlite3_close(other);
}

}  // namespace
}  // namespace nines
