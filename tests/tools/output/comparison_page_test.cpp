// The page of a comparison: one golden page, and what must hold of every page; what its JSON makes of no bound.

#include "tools/output/comparison_page.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/console/text_width.hpp"
#include "tools/output/comparison_json.hpp"

namespace nines {
namespace {

Metric metric(const char* name, const char* unit, double mean) {
    return {name, unit, mean, {}, {}, 0.95, 200};
}

VariantResults contestant(const std::string& name, double availability, double cost, Verdict verdict) {
    VariantResults one;
    one.name = name;
    one.results.scenario = "A shop";
    one.results.fidelity = "flow";
    one.results.replications = 200;
    one.results.simulated_s = 200 * 3600;
    one.results.stopped_by = "replications";
    one.results.metrics = {metric("availability", "fraction", availability), metric("latency.p99", "s", 0.2),
                           metric("cost.per_month", "USD/month", cost)};
    ObjectiveResult objective;
    objective.metric = "availability";
    objective.verdict = verdict;
    one.results.objectives.push_back(objective);
    return one;
}

Versus versus(const char* name, const char* unit, Better better, Decision decision, double base, double variant) {
    Versus one;
    one.metric = name;
    one.unit = unit;
    one.better = better;
    one.decision = decision;
    one.base = base;
    one.variant = variant;
    one.difference = variant - base;
    one.n = 200;
    one.chance_better = ChanceFigure{0, 0.25, 0.2, 0.3};
    one.saving = 12.5;
    return one;
}

ComparisonResults sample() {
    ComparisonResults c;
    c.contestants = {contestant("base", 0.999, 14000, Verdict::met), contestant("thin", 0.99, 13500, Verdict::missed)};
    Versus availability = versus("availability", "fraction", Better::higher, Decision::worse, 0.999, 0.99);
    availability.lo = -0.0095;
    availability.hi = -0.0085;
    Versus p99 = versus("latency.p99", "s", Better::lower, Decision::undecided, 0.2, 0.25);
    p99.note = "too skewed: 400 replications are needed";
    Versus cost = versus("cost.per_month", "USD/month", Better::lower, Decision::better, 14000, 13500);
    cost.saving = std::numeric_limits<double>::infinity();
    Versus attempts = versus("attempts.per_request", "1", Better::neither, Decision::differs, 1, 1.5);
    attempts.chance_better.reset();
    Versus same = versus("attempts.per_request@users", "1", Better::neither, Decision::differs, 1, 1.5);
    c.contestants[1].versus = {availability, p99, cost, attempts, same};
    c.contestants[0].results.attribution = {{"requests.lost", "zone", "facility", "provider", 0.75, 60000},
                                            {"requests.lost", "bad-code", "application", "customer", 0.25, 20000},
                                            {"carbon.kg", "idle", "hardware", "customer", 1, 10}};
    c.contestants[1].results.attribution = {{"requests.lost", "zone", "facility", "provider", 1, 600}};
    c.shown = {"availability", "latency.p99", "cost.per_month"};
    c.pareto = {{"", true}, {"base", false}};
    c.best = {{"availability", "base", 0.999, {}, {}}, {"latency.p99", "base", 0.2, {"thin"}, {}}};
    c.advice = Advice{"base", 0, 0, 1, "cost.per_month", {}, {}};
    c.warnings = {"thin measures another time than base"};
    return c;
}

TEST(ComparisonPage, IsTheGoldenPage) {
    const std::string golden = std::string(NINES_SOURCE_DIR) + "/tests/golden/comparison.txt";
    const std::string page = format_comparison(sample(), Style());
    if (std::getenv("NINES_REWRITE_GOLDEN") != nullptr) {
        std::ofstream(golden) << page;
    }
    std::ifstream in(golden);
    const std::string wanted{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(page, wanted);
}

TEST(ComparisonPage, NoLineIsWiderThanThePage) {
    ComparisonResults c = sample();
    c.contestants[1].name.assign(200, 'v');
    c.pareto[0].dominated_by.assign(150, 'v');
    c.advice->open.assign(20, "another");
    c.warnings.emplace_back(300, 'w');
    for (const bool unicode : {true, false}) {
        for (const int width : {100, 80, 60}) {
            const Style style{.color = true, .width = width, .quiet = false, .unicode = unicode};
            std::istringstream lines(format_comparison(c, style));
            for (std::string line; std::getline(lines, line);) {
                EXPECT_LE(text_width(line), width) << line;
            }
        }
    }
}

TEST(ComparisonPage, SaysWhatWasNotDecided) {
    ComparisonResults c = sample();
    c.advice = Advice{"base", 1, 0, 2, "cost.per_month", {"thin"}, {}};
    c.contestants[0].results.partial = true;
    const std::string page = format_comparison(c, Style());
    EXPECT_NE(page.find("it misses 1 objective, no other fewer"), std::string::npos);
    EXPECT_NE(page.find("not decided beside thin"), std::string::npos);
    EXPECT_NE(page.find("PARTIAL"), std::string::npos);
    c.advice.reset();
    EXPECT_NE(format_comparison(c, Style()).find("no objectives"), std::string::npos);
}

TEST(ComparisonJson, WhatHasNoBoundIsNull) {
    const auto json = nlohmann::json::parse(to_json(sample()));
    const auto& thin = json["variants"]["thin"]["versus"];
    EXPECT_TRUE(thin["cost.per_month"]["saving"].is_null());
    EXPECT_EQ(thin["availability"]["saving"], 12.5);
    EXPECT_EQ(thin["availability"]["chance_better"]["lo"], 0.2);
    EXPECT_TRUE(thin["latency.p99"]["lo"].is_null());
    EXPECT_EQ(json["comparison"]["pareto"]["thin"]["dominated_by"], "base");
}

// Each figure of a variant has a line of its own, so that two files can be compared by diff.
TEST(ComparisonJson, FiguresHaveTheirLines) {
    const std::string text = to_json(sample());
    EXPECT_NE(text.find("\n        \"latency.p99\": {\"unit\": \"s\", "), std::string::npos) << text;
}

}  // namespace
}  // namespace nines
