// Scenarios, end to end: every check of this folder, and of every published scenario that it is deterministic and that
// its variants compile. A new check is a new file; see expectations.hpp for what stands in it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "models/language/patch.hpp"
#include "models/language/source.hpp"
#include "models/study/run.hpp"
#include "tests/scenarios/expectations.hpp"
#include "tools/output/json.hpp"

namespace nines::scenarios {
namespace {

namespace fs = std::filesystem;

const fs::path k_source = NINES_SOURCE_DIR;

/// The YAML files below a folder, by name; without those of `except`, a folder inside it.
std::vector<std::string> files_of(const fs::path& folder, const std::string& except) {
    std::vector<std::string> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(k_source / folder)) {
        const std::string file = fs::relative(entry.path(), k_source / folder).generic_string();
        if (entry.path().extension() == ".yaml" && !file.starts_with(except)) {
            files.push_back(file);
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// A name that GoogleTest takes: "reference/mm1.yaml" to "reference_mm1".
std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param.substr(0, info.param.rfind('.'));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return (c < '0' || c > '9') && (c < 'a' || c > 'z'); }, '_');
    return name;
}

// --- the checks of this folder --------------------------------------------------------------------------------------

class Checks : public testing::TestWithParam<std::string> {};

TEST_P(Checks, Hold) {
    Check check = read_check((k_source / "tests/scenarios" / GetParam()).string());
    ASSERT_EQ(check.mistakes, "");
    const Plan plan = compile_document(check.document, check.mistakes);
    ASSERT_EQ(check.mistakes, "");
    for (const std::uint64_t seed : check.seeds) {
        for (const std::string& failure : unmet(check.expect, run_once(plan, {seed, 0}))) {
            ADD_FAILURE() << "seed " << seed << ": " << failure;
        }
    }
}
INSTANTIATE_TEST_SUITE_P(Folder, Checks, testing::ValuesIn(files_of("tests/scenarios", "small/")), test_name);

// A check that cannot fail is worth nothing: each of these expectations is wrong in its own way.
TEST(Expectations, WrongOnesAreReported) {
    Check check = read_check_text(R"(
scenario:
  nines: 1
  name: one
  services: {s: {kind: fleet, endpoints: {op: {steps: [{work: 1 ms}]}}}}
  demand: {d: {calls: s.op, rate: 10/s}}
  objectives: {availability: ">= 99 %"}
  run: {horizon: 1 min}
expect:
  availability: {at_most: 99 %}
  latency.mean: {about: 2 ms, within: 10 %}
  latency.max: {at_least: 5}
  requests.error: 1
  nines: {at_least: 1}
  utilization@s: none
  latency.p50@nobody: {at_least: 1 ms}
  throughput: {near: 10/s}
  ok from 0 s to 1 min: {at_most: 50 %}
  objective availability: missed
  objective rto: met
  exit: 1
  timeline: [s goes down]
)");
    ASSERT_EQ(check.mistakes, "");
    const Plan plan = compile_document(check.document, check.mistakes);
    ASSERT_EQ(check.mistakes, "");
    const std::vector<std::string> failures = unmet(check.expect, run_once(plan, {1, 0}));
    ASSERT_EQ(failures.size(), check.expect.entries.size());
    for (std::size_t i = 0; i < failures.size(); ++i) {
        EXPECT_TRUE(failures[i].starts_with(check.expect.entries[i].key)) << failures[i];
    }
}

TEST(Expectations, AFileWithoutAnyIsAMistake) {
    EXPECT_NE(read_check_text("scenario: {nines: 1}\nexpect: {}\n").mistakes, "");
    EXPECT_NE(read_check_text("scenario: {nines: 1}\n").mistakes, "");
    EXPECT_NE(read_check_text("scenario: {nines: 1}\nexpct: {exit: 0}\nexpect: {exit: 0}\n").mistakes, "");
}

// --- the published scenarios ----------------------------------------------------------------------------------------

class Published : public testing::TestWithParam<std::string> {
protected:
    Document document() const {
        Problems problems;
        Document read = read_document((k_source / "scenarios" / GetParam()).string(), problems);
        EXPECT_TRUE(problems.empty()) << format_problems(read, problems);
        return read;
    }
};

// Half of the horizon holds the fault of every scenario, and both runs begin from the file.
std::string json_of(const Document& document, std::uint64_t seed) {
    std::string mistakes;
    const Plan plan = compile_document(document, mistakes, 0.5);
    EXPECT_EQ(mistakes, "");
    Results results = run_once(plan, {seed, 0});
    results.wall_s = 0;
    return to_json(results);
}

TEST_P(Published, SameSeedSameBytes) {
    const std::string first = json_of(document(), 11);
    EXPECT_EQ(first, json_of(document(), 11));
    const std::string other = json_of(document(), 12);
    const auto metrics = [](const std::string& json) { return json.substr(json.find("\"metrics\"")); };
    EXPECT_NE(metrics(first), metrics(other));
}

TEST_P(Published, EveryVariantCompiles) {
    const Document base = document();
    const Node* variants = base.root.find("variants");
    ASSERT_TRUE(variants != nullptr && !variants->entries.empty()) << "a scenario compares something";
    for (const Entry& variant : variants->entries) {
        Problems problems;
        Document varied = base;
        apply_variant(varied, variant.key, problems);
        EXPECT_TRUE(problems.empty()) << variant.key << "\n" << format_problems(varied, problems);
        std::string mistakes;
        const Plan plan = compile_document(varied, mistakes);
        EXPECT_EQ(mistakes, "") << variant.key;
        EXPECT_EQ(plan.warnings, std::vector<std::string>()) << variant.key;
    }
}

TEST_P(Published, BeginsWithWhatItShows) {
    const Document read = document();
    const std::string& text = read.files.front().text;
    const std::string comment = text.substr(0, text.find("nines:"));
    EXPECT_TRUE(comment.starts_with("#"));
    EXPECT_NE(comment.find("By hand"), std::string::npos);
    EXPECT_NE(read.root.find("objectives"), nullptr);
}
INSTANTIATE_TEST_SUITE_P(Folder, Published, testing::ValuesIn(files_of("scenarios", "validation/")), test_name);

}  // namespace
}  // namespace nines::scenarios
