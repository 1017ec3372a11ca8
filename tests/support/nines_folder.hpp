#pragma once
// NinesFolder: a folder of a test's own, gone with it: what `nines` reads and writes there.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/run_nines.hpp"

namespace nines::support {

class NinesFolder : public testing::Test {
protected:
    /// @param name  no other test that runs in this process has it
    explicit NinesFolder(const std::string& name);
    ~NinesFolder() override;

    void write(const std::string& name, const std::string& text) const;
    std::string read(const std::string& name) const;
    /// A file of JSON without the one line that differs from run to run.
    std::string results(const std::string& name = "results.json") const;
    /// All that a database holds, as text.
    std::string dump(const std::string& name) const;
    std::string query(const std::string& name, const std::string& sql) const;
    std::string file(const std::string& name) const { return (folder_ / name).string(); }
    /// `nines FIRST... MORE...` in the folder.
    NinesRun run_in_folder(std::vector<std::string> first, const std::vector<std::string>& more,
                           const NinesLimits& limits = {}) const;

    const std::filesystem::path folder_;
};

}  // namespace nines::support
