// nines catalog where, as a user runs it: the table, the JSON, what is refused and how, and the exit codes.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/commands/commands.hpp"

namespace nines {
namespace {

using JsonDocument = nlohmann::ordered_json;

struct Said {
    ExitCode code{};
    std::string out, err;
};

Said where(const Words& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    Words all{"where"};
    all.insert(all.end(), words.begin(), words.end());
    said.code = catalog_command(all);
    said.out = testing::internal::GetCapturedStdout();
    said.err = testing::internal::GetCapturedStderr();
    return said;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

const Words k_question{"--users",  "IAD:60%,FRA:40%", "--latency", "<= 80 ms",  "--residency", "EU,CH",
                       "--carbon", "<= 100 g/kWh",    "--on",      "m7g.large", "--price",     "<= 0.12 USD/h"};

TEST(CatalogWhereCommand, TheTableMarksWhatFails) {
    const Said said = where(k_question);
    EXPECT_EQ(said.code, ExitCode::done) << said.err;
    EXPECT_EQ(said.err, "");
    for (const char* part :
         {"2 of 39 regions of aws keep within latency <= 80 ms, residency EU or CH, carbon <= 100 g/kWh",
          "60 % at IAD, 40 % at FRA", "Mumbai (IN) !", "  apart: us-gov-east-1", "24.71", "86.6 !", "0.13 !",
          "eu-central-2, price: 0.107525 USD/h: no price"}) {
        EXPECT_TRUE(contains(said.out, part)) << part << " in\n" << said.out;
    }
    EXPECT_LT(said.out.find("eu-west-3"), said.out.find("eu-central-2"));
    EXPECT_LT(said.out.find("eu-central-2"), said.out.find("us-east-1"));
}

TEST(CatalogWhereCommand, TheJsonHoldsTheSame) {
    Words words = k_question;
    words.insert(words.end(), {"--json", "-"});
    const Said said = where(words);
    ASSERT_EQ(said.code, ExitCode::done) << said.err;
    const JsonDocument json = JsonDocument::parse(said.out);
    EXPECT_EQ(json["users"][0]["place"], "IAD");
    EXPECT_DOUBLE_EQ(json["bounds"]["latency_s"].get<double>(), 0.08);
    EXPECT_DOUBLE_EQ(json["bounds"]["carbon_g_per_kwh"].get<double>(), 100);
    EXPECT_EQ(json["bounds"]["residency"], JsonDocument::parse(R"(["EU", "CH"])"));
    EXPECT_EQ(json["bounds"]["countries"].size(), 28U);
    EXPECT_EQ(json["bounds"]["worst_latency_s"], nullptr);
    EXPECT_EQ(json["places"].size(), 39U);
    const JsonDocument& best = json["places"][0];
    EXPECT_EQ(best["id"], "eu-west-3");
    EXPECT_EQ(best["passes"], true);
    EXPECT_DOUBLE_EQ(best["latency"]["mean_s"].get<double>(), 0.0651752);
    EXPECT_EQ(best["latency"]["worst_of"], "IAD");
    EXPECT_DOUBLE_EQ(best["price_usd_per_h"].get<double>(), 0.0952);
    const auto sao_paulo = std::find_if(json["places"].begin(), json["places"].end(),
                                        [](const JsonDocument& place) { return place["id"] == "sa-east-1"; });
    EXPECT_EQ((*sao_paulo)["fails"], JsonDocument::parse(R"(["latency", "residency", "carbon", "price"])"));
}

TEST(CatalogWhereCommand, TellsByItsExitCodeThatNoRegionWillDo) {
    const Said said = where({"--carbon", "<= 1 g/kWh"});
    EXPECT_EQ(said.code, ExitCode::missed);
    EXPECT_TRUE(contains(said.out, "0 of 39 regions")) << said.out;
    EXPECT_EQ(where({}).code, ExitCode::done);
    EXPECT_TRUE(contains(where({"--users", "Tokyo,eu-west-1"}).out, "50 % at NRT, 50 % at eu-west-1"));
    EXPECT_TRUE(contains(where({"--help"}).out, "--worst-latency"));
}

struct Mistake {
    Words words;
    std::string_view says;
};

TEST(CatalogWhereCommand, RefusesWhatItCannotRead) {
    const Mistake mistakes[] = {
        {{"--users", "IDA"}, "expected an edge, a region or a city of aws, found `IDA`; did you mean `IAD`?"},
        {{"--users", "IAD:60%,FRA:50%"}, "the shares sum to 110 %, not to 100 %"},
        {{"--users", "IAD:60%,FRA"}, "give a share to all places, or to none"},
        {{"--users", "IAD:60,FRA:40"}, "--users: expected"},
        {{"--users", "IAD,IAD"}, "`IAD` stands there twice"},
        {{"--users", "usw2-az1"}, "found `usw2-az1`"},
        {{"--latency", "80 ms"}, "--latency needs --users"},
        {{"--users", "IAD", "--latency", "80"}, "--latency: expected a time such as `250 ms`"},
        {{"--users", "IAD", "--latency", ">= 80 ms"}, "--latency is an upper bound"},
        {{"--carbon", "100 g"}, "expected grams in a kWh such as `100 g/kWh`, found `100 g`"},
        {{"--price", "1 USD/h"}, "--price needs --on"},
        {{"--on", "m7g.larg"}, "found `m7g.larg`; did you mean `m7g.large`?"},
        {{"--on", "m7g.large", "--price", "-1 USD/h"}, "--price: expected"},
        {{"--residency", "EU,UX"}, "a group (EU, EEA, ADEQUATE), found `UX`"},
        {{"--residency", ""}, "found nothing"},
        {{"everywhere"}, "nines catalog where: "},
    };
    for (const Mistake& mistake : mistakes) {
        const Said said = where(mistake.words);
        EXPECT_EQ(said.code, ExitCode::bad_input) << mistake.says;
        EXPECT_EQ(said.out, "");
        EXPECT_TRUE(contains(said.err, mistake.says)) << said.err;
    }
}

}  // namespace
}  // namespace nines
