// SQLite of results: what is read back, and that the same results are the same bytes.

#include "tools/output/sqlite.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/tools/output/sample_results.hpp"

namespace nines {
namespace {

class WriteSqlite : public testing::Test {
protected:
    WriteSqlite()
        : folder_(std::filesystem::path(testing::TempDir()) / ("nines_sqlite_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~WriteSqlite() override { std::filesystem::remove_all(folder_); }

    std::string path(const char* name) const { return (folder_ / name).string(); }

    static std::string bytes(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    /// All rows of a query, cells by `|` and rows by newlines, as the sqlite3 shell shows them.
    static std::string query(const std::string& file, const char* sql) {
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
        std::string rows;
        const auto collect = [](void* out, int count, char** values, char**) {
            auto& text = *static_cast<std::string*>(out);
            for (int i = 0; i < count; ++i) {
                text += (i == 0 ? "" : "|") + std::string(values[i] == nullptr ? "NULL" : values[i]);
            }
            text += "\n";
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(database, sql, collect, &rows, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
        sqlite3_close(database);
        return rows;
    }

    std::filesystem::path folder_;
};

TEST_F(WriteSqlite, HoldsWhatTheResultsHold) {
    const std::string file = path("run.db");
    ASSERT_TRUE(write_sqlite(sample_results(), file));
    EXPECT_EQ(query(file,
                    "SELECT version, variant, fingerprint, seed, replications, simulated_s, events, partial, "
                    "start_clock FROM run"),
              "0.1.0|base|00ab54a98ceb1f0a|18446744073709551615|1|3600.0|41234567|0|2026-01-05 19:30\n");
    EXPECT_EQ(query(file, "SELECT * FROM metrics WHERE name = 'latency.p99'"),
              "latency.p99|s|0.31249|0.3051|0.3199|0.95|30|\n");
    EXPECT_EQ(query(file, "SELECT mean, lo FROM metrics WHERE name = 'rpo'"), "NULL|NULL\n");
    EXPECT_EQ(query(file, "SELECT metric, verdict FROM objectives ORDER BY id LIMIT 1"), "availability|missed\n");
    EXPECT_EQ(query(file, "SELECT count(*), max(begin_s) FROM objective_misses WHERE objective = 1"), "5|700.0\n");
    EXPECT_EQ(query(file,
                    "SELECT i.cause, t.at_s, t.text FROM incidents i JOIN incident_timeline t ON t.incident = "
                    "i.id ORDER BY t.at_s LIMIT 1"),
              "lose-an-az|600.0|zone use1-az1 goes down\n");
    EXPECT_EQ(query(file, "SELECT count(*), sum(offered), sum(in_incident) FROM slices"), "360|3240000|27\n");
    EXPECT_EQ(query(file, "SELECT item, usd_per_month FROM bill WHERE part = 'managed'"),
              "HTTPS requests at the edge|2365.31\n");
    EXPECT_EQ(query(file,
                    "SELECT (SELECT count(*) FROM assumptions), (SELECT count(*) FROM attribution), (SELECT "
                    "count(*) FROM timeline), (SELECT count(*) FROM faults), (SELECT count(*) FROM warnings)"),
              "2|1|2|1|1\n");
    EXPECT_EQ(query(file, "PRAGMA integrity_check"), "ok\n");
}

TEST_F(WriteSqlite, SameResultsSameBytesButForWallTime) {
    Results slow = sample_results();
    slow.wall_s = 99;
    ASSERT_TRUE(write_sqlite(sample_results(), path("a.db")));
    ASSERT_TRUE(write_sqlite(slow, path("b.db")));
    EXPECT_GT(bytes(path("a.db")).size(), 4096U);
    EXPECT_TRUE(bytes(path("a.db")) == bytes(path("b.db")));
    Results other = sample_results();
    other.metrics[0].mean = 0.5;
    ASSERT_TRUE(write_sqlite(other, path("b.db")));
    EXPECT_FALSE(bytes(path("a.db")) == bytes(path("b.db")));
}

TEST_F(WriteSqlite, ReplacesAFileAndLeavesNothingElse) {
    std::ofstream(path("run.db")) << "not a database";
    ASSERT_TRUE(write_sqlite(sample_results(), path("run.db")));
    EXPECT_EQ(query(path("run.db"), "SELECT count(*) FROM run"), "1\n");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(WriteSqlite, AMissingFolderIsASentence) {
    const auto written = write_sqlite(sample_results(), path("nowhere/run.db"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error(), "cannot write " + path("nowhere/run.db") + ": No such file or directory");
}

}  // namespace
}  // namespace nines
