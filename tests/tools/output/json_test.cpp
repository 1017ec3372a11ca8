// JSON of results: the order of the keys, twelve digits, nothing that is not a number.

#include "tools/output/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/tools/output/sample_results.hpp"

namespace nines {
namespace {

using Json = nlohmann::ordered_json;

TEST(ToJson, KeysStandInTheOrderOfTheContract) {
    const Json json = Json::parse(to_json(sample_results()));
    std::vector<std::string> keys;
    for (const auto& member : json.items()) {
        keys.push_back(member.key());
    }
    const std::vector<std::string> contract{"nines",        "scenario",    "fingerprint", "fidelity", "seed",
                                            "replications", "simulated_s", "events",      "wall_s",   "metrics",
                                            "objectives",   "incidents",   "attribution", "variants", "assumptions"};
    ASSERT_GE(keys.size(), contract.size());
    EXPECT_EQ(std::vector<std::string>(keys.begin(), keys.begin() + static_cast<long>(contract.size())), contract);
}

TEST(ToJson, HoldsWhatTheResultsHold) {
    const Json json = Json::parse(to_json(sample_results()));
    EXPECT_EQ(json["fingerprint"], "00ab54a98ceb1f0a");
    EXPECT_EQ(json["seed"].get<std::uint64_t>(), 18446744073709551615U);
    EXPECT_EQ(json["simulated_s"].dump(), "3600");
    EXPECT_EQ(json["variants"].dump(), "{}");
    EXPECT_EQ(json["metrics"]["latency.p99"].dump(),
              R"({"unit":"s","mean":0.31249,"lo":0.3051,"hi":0.3199,"confidence":0.95,"n":30})");
    EXPECT_EQ(json["metrics"]["rpo"].dump(), R"({"unit":"s","mean":null,"lo":null,"hi":null,"confidence":0.95,"n":1})");
    EXPECT_EQ(json["metrics"].size(), sample_results().metrics.size());
    EXPECT_EQ(json["objectives"][0]["verdict"], "missed");
    EXPECT_EQ(json["objectives"][0]["missed_at_s"].dump(), "[600,610,620,630,700]");
    EXPECT_EQ(json["objectives"][3]["verdict"], "undecided");
    EXPECT_EQ(json["incidents"][0]["timeline"][2]["at_s"].dump(), "675.5");
    EXPECT_EQ(json["incidents"][1]["open"], true);
    EXPECT_EQ(json["assumptions"][1]["source"], "kin: m6g.large");
    EXPECT_EQ(json["bill"][1]["usd"].dump(), "6905.1");
    EXPECT_EQ(json["faults"][0]["target"], "zone/use1-az1");
    EXPECT_FALSE(json.contains("slices"));
}

struct RealCase {
    const char* name;
    double value;
    const char* printed;
};
const RealCase k_reals[] = {
    {"third", 1.0 / 3, "0.333333333333"},
    {"sum_of_tenths", 0.1 + 0.2, "0.3"},
    {"large", 123456789012345.678, "123456789012000"},
    {"nearly_whole", 2.9999999999999996, "3"},
    {"minus_zero", -0.0, "0"},
    {"minus_tiny", -1e-300, "-1e-300"},
    {"huge", 1.5e300, "1.5e+300"},
    {"not_a_number", std::numeric_limits<double>::quiet_NaN(), "null"},
    {"infinite", -std::numeric_limits<double>::infinity(), "null"},
};

class JsonReal : public testing::TestWithParam<RealCase> {};

TEST_P(JsonReal, IsPrintedWithTwelveDigits) {
    Results results;
    results.metrics = {{"x", "1", GetParam().value, {}, {}}};
    EXPECT_EQ(Json::parse(to_json(results))["metrics"]["x"]["mean"].dump(), GetParam().printed);
}
INSTANTIATE_TEST_SUITE_P(Output, JsonReal, testing::ValuesIn(k_reals),
                         [](const auto& each) { return each.param.name; });

TEST(ToJson, NoRealHasMoreThanTwelveDigits) {
    Results results;
    double value = 1;
    for (int i = 0; i < 20'000; ++i) {
        value = std::fmod(value * 1.000732842 + 0.6180339887498949, 1e4);
        results.bill.push_back({"", "", value, "", value * 1e-7, ""});
    }
    const std::string text = to_json(results);
    std::size_t digits = 0;
    bool leading = true;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        leading = digit ? leading && c == '0' : c == '.' ? leading : true;
        digits = digit ? digits + (leading ? 0 : 1) : c == '.' ? digits : 0;
        ASSERT_LE(digits, 12U);
    }
}

TEST(ToJson, MissedSlicesAreCappedWithTheirCount) {
    Results results;
    results.objectives.resize(1);
    results.objectives[0].missed_at_s.assign(250, 1.5);
    const Json objective = Json::parse(to_json(results))["objectives"][0];
    EXPECT_EQ(objective["missed_at_s"].size(), k_missed_listed);
    EXPECT_EQ(objective["missed_count"], 250);
}

TEST(ToJson, SameResultsSameBytes) {
    EXPECT_EQ(to_json(sample_results()), to_json(sample_results()));
}

TEST(ToJson, ANameThatIsNotUtf8IsNoError) {
    Results results;
    results.scenario = "bad \xff byte";
    EXPECT_EQ(Json::parse(to_json(results))["scenario"], "bad \xEF\xBF\xBD byte");
}

TEST(ToJson, NothingAtAllIsStillADocument) {
    const Json json = Json::parse(to_json(Results()));
    EXPECT_EQ(json["metrics"].dump(), "{}");
    EXPECT_EQ(json["incidents"].dump(), "[]");
}

}  // namespace
}  // namespace nines
