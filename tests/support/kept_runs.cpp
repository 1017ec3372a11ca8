#include "tests/support/kept_runs.hpp"

#include <chrono>
#include <filesystem>

#include "engine/random/stream.hpp"

namespace nines::support {

namespace fs = std::filesystem;

KeptRuns::KeptRuns(const std::string& folder, std::string command, const std::string& yaml)
    : NinesFolder(folder), command_(std::move(command)) {
    write("small.yaml", yaml);
}

NinesRun KeptRuns::run_small(const std::vector<std::string>& more, const NinesLimits& limits) const {
    return run_in_folder({command_, "small.yaml", "--quiet"}, more, limits);
}

void KeptRuns::run_shard_of(const std::string& out, const std::string& shard, std::vector<std::string> more,
                            int exit_code) const {
    more.insert(more.end(), {"--out", out, "--shard", shard});
    const NinesRun run = run_small(more);
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
}

void KeptRuns::expect_kills_change_nothing(std::uint64_t seed, int kills_wanted) const {
    const auto began = std::chrono::steady_clock::now();
    const NinesRun undisturbed = run_small({"--json", "whole.json", "--out", "whole.db", "--threads", "1"});
    const double whole_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    ASSERT_EQ(undisturbed.exit_code, 0) << undisturbed.err;
    const std::string whole = dump("whole.db");
    Stream moments({seed, 0}, "test.kills", "moments");
    int kills = 0;
    int kept_some = 0;
    for (int round = 0; kills < kills_wanted; ++round) {
        ASSERT_LT(round, 500);
        fs::remove(file("killed.db"));
        for (bool done = false; !done;) {
            NinesLimits limits;
            limits.wall_s = 0.002 + 1.1 * whole_s * moments.uniform();
            const NinesRun run = run_small({"--json", "results.json", "--out", "killed.db", "--resume"}, limits);
            done = !run.timed_out;
            if (!done) {
                ++kills;
                kept_some += fs::exists(file("killed.db-journal")) || fs::exists(file("killed.db")) ? 1 : 0;
                if (kills % 10 == 9) {
                    break;
                }
                continue;
            }
            ASSERT_EQ(run.exit_code, 0) << run.err;
            ASSERT_EQ(results(), results("whole.json")) << "after " << kills << " kills";
            ASSERT_EQ(dump("killed.db"), whole) << "after " << kills << " kills";
        }
    }
    EXPECT_GT(kept_some, kills_wanted / 5) << "the kills came before anything was kept";
}

}  // namespace nines::support
