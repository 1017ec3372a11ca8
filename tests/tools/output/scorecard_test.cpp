// The scorecard: one golden page, and what must hold of every page.

#include "tools/output/scorecard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/tools/output/sample_results.hpp"
#include "tools/console/text_width.hpp"

namespace nines {
namespace {

const std::string k_golden = std::string(NINES_SOURCE_DIR) + "/tests/golden/scorecard.txt";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool holds(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

TEST(Scorecard, IsTheGoldenPage) {
    Results results = sample_results();
    results.seed = 7;
    const std::string page = format_scorecard(results, Style());
    if (std::getenv("NINES_REWRITE_GOLDEN") != nullptr) {
        std::ofstream(k_golden) << page;
    }
    std::ifstream in(k_golden);
    const std::string golden{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(page, golden);
}

TEST(Scorecard, NoLineIsWiderThanThePage) {
    Results results = sample_results();
    results.scenario.assign(300, 'x');
    results.objectives[0].note.assign(300, 'n');
    results.warnings.push_back(std::string(250, 'w'));
    results.bill[0].item.assign(200, 'b');
    for (const bool unicode : {true, false}) {
        for (const int width : {100, 80, 60}) {
            const Style style{.color = true, .width = width, .quiet = false, .unicode = unicode};
            for (const std::string& line : lines_of(format_scorecard(results, style))) {
                EXPECT_LE(text_width(line), width) << line;
            }
        }
    }
}

TEST(Scorecard, AsciiIsAscii) {
    Results results = sample_results();
    results.scenario = "Lager für Möbel";
    const std::string page =
        format_scorecard(results, {.color = false, .width = 100, .quiet = false, .unicode = false});
    EXPECT_TRUE(std::all_of(page.begin(), page.end(), [](char c) { return (c >= ' ' && c < 127) || c == '\n'; }));
}

TEST(Scorecard, EscapeCodesOnlyWhereColourIsWanted) {
    Results results = sample_results();
    results.scenario = "evil \x1b[2J name";
    Style style;
    EXPECT_FALSE(holds(format_scorecard(results, style), "\x1b"));
    style.color = true;
    EXPECT_TRUE(holds(format_scorecard(results, style), "\x1b[31mmissed\x1b[0m"));
    EXPECT_FALSE(holds(format_scorecard(results, style), "\x1b[2J"));
}

TEST(Scorecard, QuietIsObjectivesAndVerdict) {
    const std::string page = format_scorecard(sample_results(), {.color = false, .width = 100, .quiet = true});
    EXPECT_EQ(page.rfind("OBJECTIVES", 0), 0U);
    EXPECT_TRUE(holds(page, "1 of 4 objectives missed, 1 undecided"));
    EXPECT_FALSE(holds(page, "RELIABILITY"));
    EXPECT_FALSE(holds(page, "WARNINGS"));
}

TEST(Scorecard, MissedSlicesAreToldAsStretches) {
    Results results = sample_results();
    results.objectives[0].missed_at_s = {0, 10, 20, 60, 100, 110, 200, 300};
    EXPECT_TRUE(holds(format_scorecard(results, Style()),
                      "in 8 slices: +00:00 to +00:30, +01:00 to +01:10, +01:40 to +02:00 and 2 more\n"));
}

TEST(Scorecard, AnEmptyRunHasAPageToo) {
    const std::string page = format_scorecard(Results(), Style());
    EXPECT_TRUE(holds(page, "no objectives: nothing was judged"));
    EXPECT_TRUE(holds(page, "RELIABILITY\n  -\n"));
    EXPECT_FALSE(holds(page, "INCIDENTS"));
}

TEST(Scorecard, APartialRunSaysSo) {
    Results results = sample_results();
    EXPECT_FALSE(holds(format_scorecard(results, Style()), "PARTIAL"));
    results.partial = true;
    EXPECT_TRUE(holds(format_scorecard(results, Style()), "PARTIAL: interrupted"));
}

TEST(Scorecard, WithoutAClockTimesCountFromZero) {
    Results results = sample_results();
    results.start_clock.clear();
    const std::string page = format_scorecard(results, Style());
    EXPECT_TRUE(holds(page, "  +10:00  zone use1-az1 goes down"));
    EXPECT_FALSE(holds(page, "19:4"));
}

TEST(Scorecard, ALongRunTellsDates) {
    Results results = sample_results();
    results.simulated_s = 90'000;
    EXPECT_TRUE(holds(format_scorecard(results, Style()), "2026-01-05 19:40:12  +10:12  health checks"));
}

TEST(Scorecard, ManyFaultsShareOneLine) {
    Results results = sample_results();
    results.faults.resize(9, results.faults[0]);
    EXPECT_TRUE(holds(format_scorecard(results, Style()), "  9 faults\n"));
}

TEST(Scorecard, TheWorstIncidentsAreShownInOrderOfTime) {
    Results results = sample_results();
    results.incidents.clear();
    for (int i = 0; i < 9; ++i) {
        results.incidents.push_back(
            {100.0 * i, 100.0 * i + 10, false, "availability", "c" + std::to_string(i), "", 1.0 * i, {}});
    }
    results.incidents_count = 1234;
    const std::string page = format_scorecard(results, Style());
    EXPECT_TRUE(holds(page, "INCIDENTS  the worst 5 of 1,234"));
    EXPECT_FALSE(holds(page, "cause: c3\n"));
    EXPECT_LT(page.find("cause: c4\n"), page.find("cause: c8\n"));
}

}  // namespace
}  // namespace nines
