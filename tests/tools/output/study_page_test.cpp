// The page of a study: one golden page, and its width.

#include "tools/output/study_page.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/tools/output/sample_results.hpp"
#include "tools/console/text_width.hpp"

namespace nines {
namespace {

const std::string k_golden = std::string(NINES_SOURCE_DIR) + "/tests/golden/study.txt";

Results sample_study() {
    Results results = sample_results();
    results.seed = 7;
    results.command = "study";
    results.stopped_by = "precision";
    results.replications = 200;
    results.simulated_s = 200 * 3600;
    results.slices.clear();
    results.timeline.clear();
    results.faults.clear();
    for (Metric& metric : results.metrics) {
        metric.n = 200;
        metric.estimator = Estimator{"monte carlo", metric.lo ? "" : "18 incidents, and 100 are needed"};
        if (metric.mean) {
            metric.quantiles = {{"p50", 0.5, *metric.mean * 0.9, {}, {}},
                                {"p95", 0.95, *metric.mean * 1.2, {}, {}},
                                {"p99", 0.99, *metric.mean * 1.5, {}, {}}};
        }
    }
    for (const std::size_t metric : {13U, 14U}) {  // latency.p99, goodput
        results.metrics[metric].estimator->method = "two levels: requests and flow";
        results.metrics[metric].estimator->control =
            ControlFigure{0.98, 1.02, 9.5 * static_cast<double>(metric), 200, 56723};
    }
    results.metrics[3].over = {{3120, 0.032, 0.021, 0.046}, {86400, 0, 0, 0.0183}};
    results.objectives[0].miss = ChanceFigure{0.998, 0.61, 0.54, 0.675};
    results.incidents[0].replication = 17;
    return results;
}

TEST(StudyPage, IsTheGoldenPage) {
    const std::string page = format_scorecard(sample_study(), Style());
    if (std::getenv("NINES_REWRITE_GOLDEN") != nullptr) {
        std::ofstream(k_golden) << page;
    }
    std::ifstream in(k_golden);
    const std::string golden{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(page, golden);
}

TEST(StudyPage, NoLineIsWiderThanThePage) {
    for (const int width : {100, 80, 60}) {
        std::istringstream lines(format_scorecard(sample_study(), {.color = true, .width = width}));
        for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(text_width(line), width) << line;
        }
    }
}

TEST(StudyPage, EachEndHasItsWords) {
    Results results;
    for (const char* end : {"replications", "precision", "budget", "interrupted", "failure"}) {
        results.stopped_by = end;
        EXPECT_FALSE(study_end_text(results).empty());
    }
    EXPECT_EQ(study_end_text(results), "a replication failed");
}

}  // namespace
}  // namespace nines
