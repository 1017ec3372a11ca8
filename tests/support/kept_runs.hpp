#pragma once
// KeptRuns: a command that keeps replications in a file (`study`, `compare`), run in parts and killed.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/nines_folder.hpp"

namespace nines::support {

class KeptRuns : public NinesFolder {
protected:
    /// The folder has the scenario as `small.yaml`.
    KeptRuns(const std::string& folder, std::string command, const std::string& yaml);

    /// `nines COMMAND small.yaml --quiet MORE...`
    NinesRun run_small(const std::vector<std::string>& more, const NinesLimits& limits = {}) const;
    /// Part I of N ("1/3"), kept in `out`; it must end with that exit code.
    void run_shard_of(const std::string& out, const std::string& shard, std::vector<std::string> more,
                      int exit_code) const;

    /// Killed at moments that a seed draws, between its start and a bit beyond its end, and resumed each time, but for
    /// one time in ten, when it begins anew: what it tells and keeps in the end are the bytes of a run that nobody
    /// disturbed.
    void expect_kills_change_nothing(std::uint64_t seed, int kills_wanted) const;

private:
    std::string command_;
};

}  // namespace nines::support
