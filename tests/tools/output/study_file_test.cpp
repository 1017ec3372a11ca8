// The file of a study: frames and rows are read back as they were written, however many metrics there are.

#include "tools/output/study_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "tests/models/study/synthetic_study.hpp"
#include "tests/support/database_dump.hpp"
#include "tools/output/frame_json.hpp"

namespace nines {
namespace {

StudyFrame full_frame() {
    StudyFrame frame = synthetic_frame({{"availability", "fraction", FigureKind::share_up, false},
                                        {"uptime", "fraction", FigureKind::share_up, true},
                                        {"latency.p99@Web", "s", FigureKind::plain, false},
                                        {"latency.p99@web", "s", FigureKind::plain, false}},
                                       {});
    frame.version = "0.1.0";
    frame.scenario = "a \"shop\" \xc3\xa9";
    frame.variant = "thin";
    frame.fidelity = "flow";
    frame.seed = UINT64_MAX;
    frame.start_clock = "2026-01-05 19:30";
    frame.start_clock_s = 1767641400;
    frame.slice_s = 0.1;
    frame.horizon_s = 1e9 / 3;
    frame.bill = {{"compute", "m7g.large (web)", "h", "row"}};
    frame.objectives = {{"uptime.p95", "uptime", 0.95, {}, ">= 99 %", Comparison::at_least, 0.99},
                        {"availability", "availability", std::nullopt, {}, "< 1", Comparison::less_than, 1}};
    frame.spec.replications = 123;
    frame.spec.at_least = 40;
    frame.spec.confidence = 0.9;
    frame.spec.until = {{"availability", std::nullopt, 0.05}, {"uptime", 1e-300, std::nullopt}};
    frame.spec.budget_s = 1.5;
    frame.spec.over = {{"uptime", "99 %", 0.1 + 0.2}};
    frame.exact_in_flow = 1 - 1e-9;
    frame.spec.control = StudyControl::flow;
    frame.assumptions = {{"a", "b", "c", "d"}};
    frame.warnings = {"w"};
    return frame;
}

TEST(StudyFrameJson, IsReadBackAsItWas) {
    const StudyFrame frame = full_frame();
    const auto again = read_frame(frame_text(frame));
    ASSERT_TRUE(again);
    EXPECT_EQ(frame_text(*again), frame_text(frame));
    // What the writer forgets, both texts have forgotten.
    EXPECT_EQ(again->seed, frame.seed);
    EXPECT_EQ(again->horizon_s, frame.horizon_s);
    EXPECT_EQ(again->metrics[1].of_incidents, true);
    EXPECT_EQ(again->metrics[0].kind, FigureKind::share_up);
    EXPECT_EQ(again->objectives[0].quantile, 0.95);
    EXPECT_EQ(again->objectives[0].figure, "uptime");
    EXPECT_EQ(again->objectives[1].comparison, Comparison::less_than);
    EXPECT_EQ(again->spec.until[1].half_width, 1e-300);
    EXPECT_EQ(again->spec.until[0].relative_half_width, 0.05);
    EXPECT_EQ(again->spec.budget_s, 1.5);
    EXPECT_EQ(again->spec.over[0].threshold, 0.1 + 0.2);
    EXPECT_EQ(again->exact_in_flow, 1 - 1e-9);
    EXPECT_EQ(again->spec.control, StudyControl::flow);
    EXPECT_EQ(again->attribution[0].owner, "customer");
    EXPECT_EQ(again->bill[0].what, "m7g.large (web)");
    EXPECT_EQ(again->assumptions[0].source, "d");
}

TEST(StudyFrameJson, WhatIsNoFrameIsNothing) {
    for (const char* text : {"", "{", "[]", "{\"version\": 3}", "null"}) {
        EXPECT_FALSE(read_frame(text)) << text;
    }
}

class StudyFiles : public testing::Test {
protected:
    StudyFiles() {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    ~StudyFiles() override { std::filesystem::remove_all(folder_); }

    std::string path(const char* name) const { return (folder_ / name).string(); }

    const std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("nines_study_file_" + std::to_string(::getpid()));
};

/// Values that lose something in a decimal or an integer column.
double awkward(std::uint64_t row, std::size_t metric) {
    switch ((row + metric) % 5) {
        case 0:
            return std::nan("");
        case 1:
            return 1.0 / 3 + static_cast<double>(row);
        case 2:
            return static_cast<double>(row * metric);
        case 3:
            return 1e-310;
        default:
            return -1e300;
    }
}

void expect_same(double value, double wanted) {
    EXPECT_TRUE(std::isnan(wanted) ? std::isnan(value) : value == wanted) << value << " " << wanted;
}

void expect_rows_come_back(const std::string& path, const StudyFrame& frame) {
    constexpr std::uint64_t k_rows = 600;
    const StudyIdentity identity{"v", "s", "1", "requests", "", "1/1"};
    Study study(frame, {});
    {
        auto opened = StudyFile::open(path, identity, study.frame(), StudyOpening::anew);
        ASSERT_TRUE(opened) << opened.error().what;
        for (std::uint64_t row = 0; row < k_rows; ++row) {
            std::vector<double> values;
            for (std::size_t i = 0; i < frame.metrics.size(); ++i) {
                values.push_back(awkward(row, i));
            }
            Batch batch = one_replication(study, values, row);
            batch.sums[0] = 0.1 * static_cast<double>(row);
            batch.heads[0].fingerprint = UINT64_MAX - row;
            batch.heads[0].flow_events = frame.is_controlled() ? row + 7 : 0;
            for (std::size_t i = 0; i < frame.widths().controls; ++i) {
                batch.controls.push_back(awkward(row + 1, i));
            }
            ASSERT_TRUE((*opened)->append(batch, study.take(batch)));
        }
        ASSERT_TRUE((*opened)->finish(study, study.results()));
    }
    auto again = StudyFile::open(path, identity, study.frame(), StudyOpening::resume);
    ASSERT_TRUE(again) << again.error().what;
    std::uint64_t row = 0;
    ASSERT_TRUE((*again)->replay([&](const Batch& batch) {
        for (std::size_t i = 0; i < batch.size(); ++i, ++row) {
            EXPECT_EQ(batch.heads[i].number, row);
            EXPECT_EQ(batch.heads[i].fingerprint, UINT64_MAX - row);
            EXPECT_EQ(batch.heads[i].incidents, row);
            EXPECT_EQ(batch.sums[i * frame.widths().sums], 0.1 * static_cast<double>(row));
            EXPECT_EQ(batch.heads[i].flow_events, frame.is_controlled() ? row + 7 : 0);
            for (std::size_t m = 0; m < frame.metrics.size(); ++m) {
                expect_same(batch.metrics[i * frame.metrics.size() + m], awkward(row, m));
            }
            for (std::size_t m = 0; m < frame.widths().controls; ++m) {
                expect_same(batch.controls[i * frame.metrics.size() + m], awkward(row + 1, m));
            }
        }
        return true;
    }));
    EXPECT_EQ(row, k_rows);
}

TEST_F(StudyFiles, RowsComeBackToTheBit) {
    StudyFrame frame = full_frame();
    frame.spec = {};
    frame.spec.replications = 1000;
    frame.objectives.clear();
    expect_rows_come_back(path("a.db"), frame);
    frame.spec.control = StudyControl::flow;
    expect_rows_come_back(path("controlled.db"), frame);
    // Names that differ in case alone are columns of their own.
    EXPECT_EQ(support::database_query(path("a.db"), "SELECT count(\"latency.p99@web (2)\") FROM replications"),
              "480\n");
}

TEST_F(StudyFiles, MoreMetricsThanATableHasColumns) {
    StudyFrame frame;
    for (int i = 0; i < 3100; ++i) {
        frame.metrics.push_back({"m" + std::to_string(i), "1", FigureKind::plain, false});
    }
    frame = synthetic_frame(frame.metrics, {});
    frame.spec.replications = 1000;
    expect_rows_come_back(path("wide.db"), frame);
    EXPECT_EQ(support::database_query(path("wide.db"), "SELECT count(m3099) FROM replications_3"), "480\n");
}

}  // namespace
}  // namespace nines
