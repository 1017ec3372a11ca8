// nines catalog: what it prints, what it refuses, and that no table is left without a way to show it.

#include "models/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tools/commands/commands.hpp"

namespace nines {
namespace {

struct Said {
    ExitCode code{};
    std::string out, err;
};

Said catalog(const Words& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    said.code = catalog_command(words);
    said.out = testing::internal::GetCapturedStdout();
    said.err = testing::internal::GetCapturedStderr();
    return said;
}

std::size_t count_lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(CatalogCommand, ListsWhatThereIs) {
    const Said said = catalog({});
    EXPECT_EQ(said.code, ExitCode::done);
    EXPECT_TRUE(contains(said.out, "  regions           152  ")) << said.out;
    // A heading, each table, where, sources and notice.
    EXPECT_EQ(count_lines(said.out), Catalog::tables().size() + 4);
}

TEST(CatalogCommand, EveryTableIsShownInFull) {
    for (const std::string& table : Catalog::tables()) {
        const std::string raw(Catalog::table_text(table));
        const Said shown = catalog({table});
        EXPECT_EQ(shown.code, ExitCode::done) << table << shown.err;
        EXPECT_GE(count_lines(shown.out), count_lines(raw)) << table;
        EXPECT_EQ(catalog({table, "--csv"}).out, raw) << table;
    }
}

TEST(CatalogCommand, EachWordOfTheFilterIsACellOrBeginsOne) {
    const Said one = catalog({"prices", "us-east-1", "M7G.large"});
    EXPECT_EQ(one.code, ExitCode::done);
    EXPECT_EQ(count_lines(one.out), 2U) << one.out;
    EXPECT_TRUE(contains(one.out, "  m7g.large  us-east-1  0.0816  2026-07-20  karpenter-provider-aws")) << one.out;
    EXPECT_EQ(count_lines(catalog({"prices", "us-east-1", "m7g.large", "--csv"}).out), 2U);
    EXPECT_EQ(count_lines(catalog({"latencies", "us-east-1", "us-west-"}).out), 5U);
    EXPECT_EQ(catalog({"latency", "us-east-1"}).out, catalog({"latencies", "us-east-1"}).out);
    // Regions that share a grid stand in one cell.
    EXPECT_GT(count_lines(catalog({"carbon-hourly", "us-east-2"}).out), 288U);
}

TEST(CatalogCommand, LocalZonesAreThereToo) {
    const Said said = catalog({"zones", "us-west-2"});
    EXPECT_TRUE(contains(said.out, "usw2-az1 ")) << said.out;
    EXPECT_TRUE(contains(said.out, "usw2-lax1-az1 ")) << said.out;
}

TEST(CatalogCommand, HourlyCarbonSaysWhoseItIs) {
    for (const char* table : {"carbon-hourly", "carbon-2024"}) {
        EXPECT_TRUE(contains(catalog({table}).out, "contains information from Electricity Maps, ODbL 1.0"));
        EXPECT_TRUE(contains(catalog({table, "--csv"}).err, "contains information from Electricity Maps, ODbL 1.0"));
    }
    EXPECT_FALSE(contains(catalog({"carbon"}).out, "ODbL"));
}

TEST(CatalogCommand, TextsArePrintedAsTheyAre) {
    EXPECT_EQ(catalog({"sources"}).out, Catalog::sources_text());
    EXPECT_EQ(catalog({"notice"}).out, Catalog::notice_text());
}

TEST(CatalogCommand, MistakesComeWithTheNearestWord) {
    const Said table = catalog({"prise"});
    EXPECT_EQ(table.code, ExitCode::bad_input);
    EXPECT_TRUE(
        contains(table.err, "the catalogue has no `prise`: did you mean `prices`?\n  one of: allowances, carbon, "))
        << table.err;
    const Said word = catalog({"prices", "us-esat-1"});
    EXPECT_EQ(word.code, ExitCode::bad_input);
    EXPECT_EQ(word.err,
              "nines catalog: no cell of `prices` is or begins with `us-esat-1`: did you mean `us-east-1`?\n");
    EXPECT_EQ(catalog({"prices", "--cvs"}).code, ExitCode::bad_input);
    // Each word is right, only not both at once.
    const Said none = catalog({"latencies", "us-east-1", "us-west-1", "us-west-2"});
    EXPECT_EQ(none.code, ExitCode::done);
    EXPECT_EQ(none.out, "  no row of `latencies` has all of these\n");
}

}  // namespace
}  // namespace nines
