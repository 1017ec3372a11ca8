// nines validate: its outputs and what it refuses. The table itself is held by tests/reference/cross_validate_test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/base/atomic_file.hpp"
#include "tests/support/run_nines.hpp"

namespace nines {
namespace {

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(ValidateCommand, WritesTheTableInThreeForms) {
    const std::filesystem::path folder = testing::TempDir();
    ASSERT_TRUE(write_file((folder / "page.md").string(),
                           "before\n<!-- nines validate: begin -->\nold\n<!-- nines validate: end -->\nafter\n"));
    const NinesRun run =
        run_nines({"validate", "four attempts", "--json", "table.json", "--markdown", "page.md"}, folder);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("half fail, four attempts"), std::string::npos) << run.out;
    const auto json = nlohmann::json::parse(read(folder / "table.json"));
    ASSERT_EQ(json["cases"].size(), 2U);
    EXPECT_EQ(json["cases"][0]["exact"], 0.0625);
    EXPECT_EQ(json["cases"][0]["verdict"], "agrees");
    const std::string page = read(folder / "page.md");
    EXPECT_TRUE(page.starts_with("before\n")) << page;
    EXPECT_TRUE(page.ends_with("after\n")) << page;
    EXPECT_EQ(page.find("old"), std::string::npos) << page;
    EXPECT_NE(page.find("| half fail, four attempts |"), std::string::npos) << page;
}

TEST(ValidateCommand, TheTableDoesNotDependOnThreads) {
    const std::filesystem::path folder = testing::TempDir();
    const NinesRun one = run_nines({"validate", "two attempts", "--json", "-", "--threads", "1"}, folder);
    const NinesRun two = run_nines({"validate", "two attempts", "--json", "-", "--threads", "2"}, folder);
    EXPECT_EQ(one.out, two.out);
}

TEST(ValidateCommand, RefusesWhatItDoesNotKnow) {
    const std::filesystem::path folder = testing::TempDir();
    EXPECT_EQ(run_nines({"validate", "no such case"}, folder).exit_code, 2);
    EXPECT_EQ(run_nines({"validate", "--lng"}, folder).exit_code, 2);
    EXPECT_EQ(run_nines({"validate", "--threads", "0"}, folder).exit_code, 2);
}

}  // namespace
}  // namespace nines
