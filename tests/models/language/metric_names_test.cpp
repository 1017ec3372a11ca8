// The metrics reference page is made from the table; this test holds it fresh (NINES_REWRITE_GOLDEN=1 rewrites it).

#include "models/language/metric_names.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace nines {
namespace {

std::string scope_text(MetricScope scope) {
    switch (scope) {
        case MetricScope::whole:
            return "whole";
        case MetricScope::clients:
            return "whole, `@demand`";
        case MetricScope::attempts:
            return "`@service`, `@service@zone`";
        case MetricScope::clients_and_attempts:
            return "whole, `@demand`, `@service`, `@service@zone`";
        case MetricScope::services:
            return "whole, `@service`";
        case MetricScope::jobs:
            return "whole, `@job`";
    }
    return "";
}

std::string page() {
    static constexpr std::pair<Pillar, std::string_view> k_pillars[] = {{Pillar::reliability, "Reliability"},
                                                                        {Pillar::performance, "Performance"},
                                                                        {Pillar::cost, "Cost"},
                                                                        {Pillar::sustainability, "Sustainability"},
                                                                        {Pillar::security, "Security"},
                                                                        {Pillar::operations, "Operations"}};
    std::string text =
        "# Metrics\n\n"
        "Made from `models/language/metric_names.hpp` by `tools/dev golden`; do not edit.\n\n"
        "Every name is always present in the JSON. Its `mean` is null where the scenario says nothing about it, or "
        "where\n"
        "nothing happened to measure. Without a suffix a metric is as clients see it, over all demands; `@demand` "
        "narrows\n"
        "it to one; `@service` and `@service@zone` are the attempts sent there, by the outcome that their caller "
        "saw.\n"
        "Bill, energy and carbon `@service` are its own part; what is of no service (the network, alarms, batch jobs)\n"
        "is the rest of the whole. Figures of batch jobs are over all of them; `@job` narrows to those of one name.\n";
    for (const auto& [pillar, title] : k_pillars) {
        text += fmt::format("\n## {}\n\n| metric | unit | measured for | what |\n| --- | --- | --- | --- |\n", title);
        for (const MetricInfo& metric : k_metrics) {
            if (metric.pillar == pillar) {
                text += fmt::format("| `{}` | {} | {} | {} |\n", metric.name, metric.unit, scope_text(metric.scope),
                                    metric.what);
            }
        }
    }
    return text;
}

TEST(MetricNames, GoldenReferencePageIsFresh) {
    const std::string path = std::string(NINES_SOURCE_DIR) + "/docs/reference/metrics.md";
    if (std::getenv("NINES_REWRITE_GOLDEN") != nullptr) {
        std::ofstream(path) << page();
    }
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_EQ(text.str(), page()) << "run tools/dev golden";
}

TEST(MetricNames, AreUniqueAndFound) {
    std::set<std::string_view> names;
    for (const MetricInfo& metric : k_metrics) {
        EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
        EXPECT_EQ(find_metric(metric.name), &metric);
        EXPECT_FALSE(metric.unit.empty());
    }
    EXPECT_EQ(find_metric("latency.p98"), nullptr);
}

}  // namespace
}  // namespace nines
