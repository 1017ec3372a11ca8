// nines-mpi as a user sees it: the bytes of nines study for any number of ranks; a rank that dies, an interrupt, and
// what is refused. Jobs of up to four ranks, on whatever cores there are.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/nines_folder.hpp"

namespace nines {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_small = R"(
nines: 1
name: small
services: {s: {kind: fleet, workers: 2, endpoints: {op: {steps: [{work: exponential(20 ms)}]}}}}
demand: {d: {calls: s.op, rate: 30/s, timeout: 1 s}}
faults: {f: {target: service/s, effect: crash, every: exponential(40 s), for: exponential(3 s)}}
objectives: {availability: ">= 50 %"}
run: {horizon: 2 min}
study: {replications: 150}
)";

using Arguments = std::vector<std::string>;

Arguments joined(Arguments first, const Arguments& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

std::size_t count_of(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

class StudyMpi : public support::NinesFolder {
protected:
    StudyMpi() : NinesFolder("mpi") {
        // As root, on fewer cores than ranks, in a container.
        for (const auto& [name, value] : {std::pair("OMPI_ALLOW_RUN_AS_ROOT", "1"),
                                          {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                                          {"OMPI_MCA_rmaps_base_oversubscribe", "1"},
                                          {"OMPI_MCA_btl", "self,vader"},
                                          {"OMPI_MCA_btl_vader_single_copy_mechanism", "none"},
                                          {"OMPI_MCA_mpi_yield_when_idle", "1"}}) {
            ::setenv(name, value, 1);
        }
        write("small.yaml", k_small);
    }

    static Arguments study(const Arguments& more) { return joined({"study", "small.yaml", "--quiet"}, more); }
    NinesRun run(const Arguments& words) const {
        NinesLimits limits;
        limits.wall_s = 60;
        limits.address_space_bytes = std::uint64_t{1} << 40;  // shared memory is mapped
        return run_program(words, folder_, limits);
    }
    NinesRun mpirun(int ranks, const Arguments& arguments) const {
        return run(joined({NINES_MPIRUN, "-np", std::to_string(ranks), NINES_MPI_BINARY}, arguments));
    }
};

TEST_F(StudyMpi, AnyNumberOfRanksGivesTheBytesOfOneProcess) {
    ASSERT_EQ(run_nines(study({"--json", "whole.json", "--out", "whole.db"}), folder_).exit_code, 0);
    const std::string whole = dump("whole.db");
    for (const int ranks : {1, 2, 4}) {
        const NinesRun job = mpirun(ranks, study({"--json", "job.json", "--out", "job.db", "--profile"}));
        ASSERT_EQ(job.exit_code, 0) << job.err;
        EXPECT_EQ(results("job.json"), results("whole.json")) << ranks << " ranks";
        EXPECT_EQ(dump("job.db"), whole) << ranks << " ranks";
        EXPECT_NE(job.err.find("MESSAGES  " + std::to_string(ranks) + " ranks"), std::string::npos) << job.err;
        EXPECT_EQ(job.err.find("to the root    0 messages") != std::string::npos, ranks == 1) << job.err;
    }
}

TEST_F(StudyMpi, WithoutMpirunItIsOneRank) {
    ASSERT_EQ(run_nines(study({"--json", "whole.json"}), folder_).exit_code, 0);
    const NinesRun alone = run(joined({NINES_MPI_BINARY}, study({"--json", "job.json"})));
    ASSERT_EQ(alone.exit_code, 0) << alone.err;
    EXPECT_EQ(results("job.json"), results("whole.json"));
}

TEST_F(StudyMpi, PrecisionStopsAtTheSameReplication) {
    // Wanted are more than the ranks have done ahead when the rules say enough, and threads in each rank.
    const Arguments precise{"--set", "study.until={metric: availability, half_width: 0.4 %}", "--set",
                            "study.replications=100000"};
    ASSERT_EQ(run_nines(study(joined(precise, {"--json", "whole.json"})), folder_).exit_code, 0);
    EXPECT_NE(results("whole.json").find("\"precision\""), std::string::npos);
    const NinesRun job = mpirun(3, study(joined(precise, {"--json", "job.json", "--threads", "2"})));
    ASSERT_EQ(job.exit_code, 0) << job.err;
    EXPECT_EQ(results("job.json"), results("whole.json"));
}

TEST_F(StudyMpi, ShardsByJobsMergeToTheWhole) {
    ASSERT_EQ(run_nines(study({"--json", "whole.json"}), folder_).exit_code, 0);
    for (const char* part : {"1", "2"}) {
        const std::string shard(part);
        ASSERT_EQ(mpirun(2, study({"--out", shard + ".db", "--shard", shard + "/2"})).exit_code, 0);
    }
    ASSERT_EQ(run_nines({"merge", "1.db", "2.db", "--quiet", "--json", "all.json"}, folder_).exit_code, 0);
    EXPECT_EQ(results("all.json"), results("whole.json"));
}

class StudyMpiStopped : public StudyMpi {
protected:
    static Arguments replications(std::size_t count) {
        return study({"--set", "study.replications=" + std::to_string(count)});
    }
    /// Starts a long job of three ranks and a fourth, which notes its process in rank.pid; once some replications are
    /// in the file, `how` is done by the shell, `$job` being mpirun.
    void stop(const std::string& how) const {
        const std::string program = fmt::format("{} {}", NINES_MPI_BINARY,
                                                fmt::join(joined(replications(1'000'000), {"--out", "job.db"}), " "));
        const std::string script = fmt::format(
            "{} -np 3 {} : -np 1 sh -c 'echo $$ > rank.pid; exec {}' & job=$!\n"
            "until [ \"$(stat -c %s job.db 2>/dev/null || echo 0)\" -gt 80000 ]; do sleep 0.02; done\n"
            "{}\n"
            "wait $job\n",
            NINES_MPIRUN, program, program, how);
        // mpirun kills a second after it has asked: on a busy machine the root may not have written by then.
        std::string state;
        for (int i = 0; i < 4 && state != "partial\n"; ++i) {
            fs::remove(folder_ / "job.db");
            const NinesRun job = run({"/bin/sh", "-c", script});
            EXPECT_NE(job.exit_code, 0);
            EXPECT_LE(count_of(job.err, "nines: stopping"), 1U) << job.err;
            state = state_once_unlocked();
        }
        EXPECT_EQ(state, "partial\n");
    }
    /// Goes on for 500 replications.
    void resume() const {
        const auto whole = replications(500 + std::stoul(query("job.db", "SELECT count(*) FROM replications")));
        ASSERT_EQ(run_nines(joined(whole, {"--json", "whole.json", "--out", "whole.db"}), folder_).exit_code, 0);
        const NinesRun rest = mpirun(4, joined(whole, {"--json", "job.json", "--out", "job.db", "--resume"}));
        ASSERT_EQ(rest.exit_code, 0) << rest.err;
        EXPECT_EQ(results("job.json"), results("whole.json"));
        EXPECT_EQ(dump("job.db"), dump("whole.db"));
    }
    /// mpirun may end before the root has.
    std::string state_once_unlocked() const {
        std::string state;
        for (int i = 0; i < 500; ++i) {
            state = query("job.db", "SELECT value FROM study WHERE key = 'state'");
            if (state.find("locked") == std::string::npos) {
                break;
            }
            ::usleep(20'000);
        }
        return state;
    }
};

// What the other ranks have finished is in the file: beyond what the dead rank had not, in a table of its own.
TEST_F(StudyMpiStopped, ARankThatDiesLosesNoFinishedReplication) {
    stop("kill -9 $(cat rank.pid)");
    EXPECT_EQ(query("job.db", "SELECT sum(count) > 0 FROM ahead"), "1\n");
    resume();
}

TEST_F(StudyMpiStopped, AnInterruptKeepsWhatThereIs) {
    stop("kill -INT $job");
    resume();
}

TEST_F(StudyMpi, MistakesAreToldOnce) {
    const NinesRun nowhere = mpirun(4, {"study", "nowhere.yaml"});
    EXPECT_EQ(nowhere.exit_code, 2);
    EXPECT_EQ(count_of(nowhere.err, "does not exist"), 1U) << nowhere.err;
    const NinesRun unwritable = mpirun(2, study({"--out", "nowhere/a.db"}));
    EXPECT_EQ(unwritable.exit_code, 4);
    EXPECT_EQ(count_of(unwritable.err, "cannot write nowhere/a.db"), 1U) << unwritable.err;
    const NinesRun missed = mpirun(2, study({"--set", "objectives.availability='>= 99.9 %'"}));
    EXPECT_EQ(missed.exit_code, 1) << missed.err;
}

TEST_F(StudyMpi, RanksThatReadOtherScenariosAreRefused) {
    const NinesRun job = run(joined(
        joined(joined({NINES_MPIRUN, "-np", "1", NINES_MPI_BINARY}, study({})), {":", "-np", "1", NINES_MPI_BINARY}),
        study({"--seed", "2"})));
    EXPECT_EQ(job.exit_code, 2);
    EXPECT_NE(job.err.find("reads another scenario or version: every rank needs the same"), std::string::npos)
        << job.err;
}

}  // namespace
}  // namespace nines
