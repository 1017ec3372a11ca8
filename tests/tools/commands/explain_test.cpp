// nines explain as a user runs it: the page, the JSON, and what it says when nothing fails.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/run_nines.hpp"

namespace nines {
namespace {

using JsonDocument = nlohmann::ordered_json;

const std::string k_scenarios = std::string(NINES_SOURCE_DIR) + "/scenarios";

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(ExplainCommand, ThePageSaysWhatToFixFirst) {
    const NinesRun run = run_nines({"explain", "reference/aws-two-az.yaml"}, k_scenarios);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    for (const char* part : {"structure only", "99.928 %", "3.15", "6 h 16 min a year", "6.67 a year",
                             "WHAT TO FIX FIRST", "db/primary", "69.9 %", "single point of failure", "COMPOSITE SLA"}) {
        EXPECT_TRUE(holds(run.out, part)) << part << " in\n" << run.out;
    }
    EXPECT_LT(run.out.find("db/primary"), run.out.find("zone/use1-az1")) << "what saves most stands first";
    EXPECT_EQ(run.err, "");
}

TEST(ExplainCommand, TheJsonHoldsTheSame) {
    const NinesRun run =
        run_nines({"explain", "reference/aws-two-az.yaml", "--variant", "standby", "--json", "-"}, k_scenarios);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const JsonDocument json = JsonDocument::parse(run.out);
    EXPECT_EQ(json["variant"], "standby");
    EXPECT_EQ(json["structure_only"], true);
    EXPECT_EQ(json["exact"], true);
    EXPECT_NEAR(json["unavailability"].get<double>(), 0.00010160485580491128, 1e-15);
    EXPECT_NEAR(json["outages"]["per_year"].get<double>(), 1.7980112999202986, 1e-10);
    EXPECT_EQ(json["single_points_of_failure"], JsonDocument::parse(R"(["service/alb"])"));
    EXPECT_EQ(json["parts"][0]["name"], "service/alb");
    EXPECT_EQ(json["parts"][0]["owner"], "customer");
    EXPECT_NEAR(json["parts"][0]["saves_share"].get<double>(), 0.9842033503829414, 1e-10);
    EXPECT_EQ(json["cut_sets_count"], json["cut_sets"].size());
    EXPECT_TRUE(json["horizon"]["availability"].is_number());
}

TEST(ExplainCommand, AScenarioWithoutFaultsIsToldSo) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nines-explain-test";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "calm.yaml") << R"(
nines: 1
name: calm
services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
demand: {d: {calls: s.op, rate: 1/s}}
)";
    const NinesRun run = run_nines({"explain", "calm.yaml"}, folder);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_TRUE(holds(run.out, "nothing fails")) << run.out;
    std::filesystem::remove_all(folder);
}

TEST(ExplainCommand, MistakesAreSentences) {
    EXPECT_EQ(run_nines({"explain"}, k_scenarios).exit_code, 2);
    EXPECT_TRUE(holds(run_nines({"explain"}, k_scenarios).err, "expected a scenario file"));
    EXPECT_EQ(run_nines({"explain", "nowhere.yaml"}, k_scenarios).exit_code, 2);
    EXPECT_EQ(run_nines({"explain", "first.yaml", "--jsn", "x"}, k_scenarios).exit_code, 2);
    EXPECT_EQ(run_nines({"explain", "first.yaml", "--json", "/nowhere/x.json"}, k_scenarios).exit_code, 4);
    EXPECT_EQ(run_nines({"explain", "first.yaml", "--out", "x.db"}, k_scenarios).exit_code, 2);
    EXPECT_TRUE(holds(run_nines({"explain", "--help"}, k_scenarios).out, "Structure only"));
}

TEST(ExplainCommand, TheSameBytesEveryTime) {
    const std::vector<std::string> words{"explain", "reference/aws-two-regions.yaml", "--json", "-"};
    EXPECT_EQ(run_nines(words, k_scenarios).out, run_nines(words, k_scenarios).out);
}

}  // namespace
}  // namespace nines
