// Runs a scenario in independent replications and holds its figures against exact values.

#include "tests/support/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <thread>

#include "engine/stats/interval.hpp"
#include "models/architecture/read_architecture.hpp"
#include "models/language/source.hpp"
#include "models/plan/compile.hpp"
#include "models/study/run.hpp"

namespace nines::support {

namespace {

constexpr unsigned k_threads = 2;
// Short runs do a thirteenth of the work, or an eighth where the horizon stands: intervals are four times as wide.
constexpr double k_short_horizon = 0.15;
constexpr int k_short_divisor = 2;
constexpr int k_short_divisor_of_many = 8;  // where only the number of replications can be cut
constexpr int k_short_least = 16;
constexpr double k_short_tolerance = 0.20;
constexpr double k_short_widening = 5;

/// A figure without spread (a schedule, a price) must be right to this share of itself.
constexpr double k_rounding = 1e-9;

enum class Judgement { agrees, wrong, wide };

struct Judged {
    Judgement judgement;
    std::string line;
};

double read(const Results& results, const Expected& figure) {
    return figure.reading ? figure.reading(results) : figure_of(results, figure.metric);
}

double widest(const Expected& figure) {
    return runs_are_short() ? std::max(k_short_tolerance, k_short_widening * figure.tolerance) : figure.tolerance;
}

Judged judge(const std::vector<Results>& runs, const Expected& figure) {
    Tally values;
    for (const Results& results : runs) {
        values.add(read(results, figure));
    }
    const auto interval = mean_interval(values, 1 - k_false_alarm);
    if (!interval || std::isnan(interval->lo) || std::isnan(interval->hi)) {
        return {Judgement::wrong, fmt::format("{}: not measured in every replication", figure.metric)};
    }
    const double rounding = k_rounding * std::abs(figure.exact);
    const double half =
        std::hypot(interval->half_width(), normal_quantile(1 - k_false_alarm / 2) * figure.standard_error);
    const double away = std::abs(values.mean() - figure.exact);
    const std::string line =
        fmt::format("{}: {:.6g} +- {:.2g} ({:.2f} %), exact {:.6g}: {:+.2f} % away, {:.1f} half-widths", figure.metric,
                    values.mean(), half, 100 * half / std::abs(figure.exact), figure.exact,
                    100 * (values.mean() / figure.exact - 1), half > 0 ? away / half : 0);
    if (away > half + rounding) {
        return {Judgement::wrong, line};
    }
    if (half > widest(figure) * std::abs(figure.exact) + rounding) {
        return {Judgement::wide,
                line + fmt::format("; wider than {:.0f} %, so it proves nothing", 100 * widest(figure))};
    }
    return {Judgement::agrees, line};
}

int short_count(const Effort& effort) {
    const int divisor = effort.may_shorten ? k_short_divisor : k_short_divisor_of_many;
    return std::min(effort.replications, std::max(k_short_least, effort.replications / divisor));
}

}  // namespace

bool runs_are_short() {
    const char* asked = std::getenv("NINES_SHORT");
    return asked != nullptr && std::string(asked) == "1";
}

Plan plan_of(const std::string& yaml, double horizon_share) {
    static const Catalog catalog;
    Problems problems;
    const Document document = read_document_text("test.yaml", yaml, problems);
    Architecture architecture = read_architecture(document, catalog, problems);
    if (!problems.empty()) {
        ADD_FAILURE() << format_problems(document, problems) << "in\n" << yaml;
        return {};
    }
    architecture.run.horizon_s *= horizon_share;
    return compile(architecture, catalog);
}

std::vector<Results> replicate(const Plan& plan, const Effort& effort) {
    const int count = runs_are_short() ? short_count(effort) : effort.replications;
    std::vector<Results> runs(static_cast<std::size_t>(count));
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t r = next++; r < runs.size(); r = next++) {
            runs[r] = run_once(plan, Luck{.seed = effort.seed, .replication = r});
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < k_threads; ++i) {
        threads.emplace_back(work);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return runs;
}

std::vector<Results> replicate(const std::string& yaml, const Effort& effort) {
    const Plan plan = plan_of(yaml, runs_are_short() && effort.may_shorten ? k_short_horizon : 1);
    return testing::Test::HasFailure() ? std::vector<Results>{} : replicate(plan, effort);
}

double figure_of(const Results& results, const std::string& metric) {
    const Metric* found = results.find(metric);
    return found != nullptr && found->mean ? *found->mean : std::numeric_limits<double>::quiet_NaN();
}

Reading share_of(const std::string& outcome, const std::string& suffix) {
    return [=](const Results& results) {
        const auto count = [&](const std::string& name) { return figure_of(results, "requests." + name + suffix); };
        const double ended = count("offered") - count("in_flight");
        return (outcome == "not ok" ? ended - count("ok") : count(outcome)) / ended;
    };
}

Reading number_at(const std::string& service, double workers) {
    return [=](const Results& results) {
        return figure_of(results, "queue.mean@" + service) + workers * figure_of(results, "utilization@" + service);
    };
}

Reading times(const std::string& metric, double factor) {
    return [=](const Results& results) { return factor * figure_of(results, metric); };
}

Reading at_most(const std::string& metric, double bound) {
    return [=](const Results& results) { return figure_of(results, metric) <= bound ? 1.0 : 0.0; };
}

Agreement compare(const std::vector<Results>& runs, const std::vector<Expected>& figures) {
    Agreement agreement;
    for (const Expected& figure : figures) {
        const Judged judged = judge(runs, figure);
        if (std::getenv("NINES_SHOW") != nullptr) {
            fmt::print("    {}\n", judged.line);
        }
        if (judged.judgement != Judgement::agrees) {
            agreement.agrees = false;
            agreement.report += judged.line + "\n";
        }
    }
    return agreement;
}

void expect_means(const std::string& yaml, const Effort& effort, const std::vector<Expected>& figures) {
    const std::vector<Results> runs = replicate(yaml, effort);
    if (runs.empty()) {
        return;  // the scenario is wrong, and plan_of has said so
    }
    const Agreement agreement = compare(runs, figures);
    EXPECT_TRUE(agreement.agrees) << agreement.report;
}

void expect_rejected(const std::string& yaml, const Effort& effort, const std::vector<Expected>& figures) {
    if (runs_are_short()) {
        GTEST_SKIP() << "a short run is too wide to notice";
    }
    const std::vector<Results> runs = replicate(yaml, effort);
    if (runs.empty()) {
        return;
    }
    for (const Expected& figure : figures) {
        const Judged judged = judge(runs, figure);
        EXPECT_EQ(judged.judgement, Judgement::wrong) << "a wrong parameter went unnoticed: " << judged.line;
    }
}

void PrintTo(const ReferenceCase& reference, std::ostream* out) {
    *out << reference.name;
}

std::string name_of(const testing::TestParamInfo<ReferenceCase>& info) {
    return info.param.name;
}

}  // namespace nines::support
