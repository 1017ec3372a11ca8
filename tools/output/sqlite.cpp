// Results as one SQLite file: a table for each list, filled in one transaction by prepared statements.

#include "tools/output/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/atomic_file.hpp"
#include "models/results/rounding.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

// Page size and vacuuming are fixed, for they are part of the bytes. There is no journal: the file is a temporary one
// that nobody else sees, and AtomicFile flushes it.
constexpr const char* k_settings = R"sql(
    PRAGMA page_size = 4096;
    PRAGMA auto_vacuum = NONE;
    PRAGMA encoding = 'UTF-8';
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
)sql";

// The seed is text: SQLite's integers end at 2^63. Times are seconds from time zero, the end of the warm-up.
constexpr const char* k_schema = R"sql(
    CREATE TABLE run (version TEXT, scenario TEXT, variant TEXT, fingerprint TEXT, fidelity TEXT, seed TEXT,
                      replications INTEGER, simulated_s REAL, events INTEGER, partial INTEGER, start_clock TEXT,
                      start_clock_s INTEGER, slice_s REAL, incidents_count INTEGER);
    CREATE TABLE metrics (name TEXT, unit TEXT, mean REAL, lo REAL, hi REAL, confidence REAL, n INTEGER);
    CREATE TABLE objectives (id INTEGER PRIMARY KEY, metric TEXT, wanted TEXT, unit TEXT, mean REAL, lo REAL, hi REAL,
                             verdict TEXT, note TEXT);
    CREATE TABLE objective_misses (objective INTEGER REFERENCES objectives (id), begin_s REAL);
    CREATE TABLE incidents (id INTEGER PRIMARY KEY, begin_s REAL, end_s REAL, open INTEGER, objective TEXT, cause TEXT,
                            owner TEXT, lost_requests REAL);
    CREATE TABLE incident_timeline (incident INTEGER REFERENCES incidents (id), at_s REAL, text TEXT);
    CREATE TABLE attribution (metric TEXT, cause TEXT, owner TEXT, share REAL, value REAL);
    CREATE TABLE assumptions (path TEXT, value TEXT, why TEXT, source TEXT);
    CREATE TABLE bill (part TEXT, item TEXT, quantity_per_month REAL, unit TEXT, usd_per_month REAL, source TEXT);
    CREATE TABLE timeline (at_s REAL, text TEXT);
    CREATE TABLE faults (name TEXT, target TEXT, effect TEXT, begin_s REAL, end_s REAL);
    CREATE TABLE slices (begin_s REAL, offered INTEGER, ok INTEGER, degraded INTEGER, error INTEGER, timeout INTEGER,
                         rejected INTEGER, abandoned INTEGER, latency_mean_s REAL, latency_max_s REAL,
                         in_incident INTEGER);
    CREATE TABLE warnings (text TEXT);
    CREATE INDEX metrics_by_name ON metrics (name);
)sql";

/// A connection that remembers its first error; after one, all further calls do nothing.
class Database {
public:
    explicit Database(const std::string& file) {
        // Of one thread only: no mutexes.
        note(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { sqlite3_close(handle_); }

    void execute(const char* sql) {
        if (good()) {
            note(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
        }
    }
    void note(int code) {
        if (code != SQLITE_OK && code != SQLITE_DONE && error_.empty()) {
            error_ = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
        }
    }
    bool good() const { return error_.empty(); }
    const std::string& error() const { return error_; }
    sqlite3* handle() { return handle_; }

private:
    sqlite3* handle_ = nullptr;
    std::string error_;
};

/// One prepared INSERT; row(...) binds its arguments in order and runs it.
class Insert {
public:
    Insert(Database& database, std::string_view table, int columns) : database_(database) {
        std::string sql = fmt::format("INSERT INTO {} VALUES (?", table);
        for (int i = 1; i < columns; ++i) {
            sql += ", ?";
        }
        sql += ")";
        if (database_.good()) {
            database_.note(sqlite3_prepare_v2(database_.handle(), sql.c_str(), -1, &statement_, nullptr));
        }
    }
    Insert(const Insert&) = delete;
    Insert& operator=(const Insert&) = delete;
    ~Insert() { sqlite3_finalize(statement_); }

    template <class... Values>
    void row(const Values&... values) {
        if (!database_.good()) {
            return;
        }
        position_ = 0;
        (bind(values), ...);
        database_.note(sqlite3_step(statement_));
        database_.note(sqlite3_reset(statement_));
    }

private:
    // The texts outlive the step, so that SQLite need not copy them.
    void bind(std::string_view text) {
        const int size = static_cast<int>(text.size());
        database_.note(sqlite3_bind_text(statement_, ++position_, text.data(), size, SQLITE_STATIC));
    }
    void bind(const std::string& text) { bind(std::string_view(text)); }
    void bind(double value) {
        ++position_;
        database_.note(std::isfinite(value) ? sqlite3_bind_double(statement_, position_, round_significant(value))
                                            : sqlite3_bind_null(statement_, position_));
    }
    void bind(std::optional<double> value) { bind(value.value_or(NAN)); }
    void bind(std::int64_t value) { database_.note(sqlite3_bind_int64(statement_, ++position_, value)); }
    void bind(std::uint64_t value) { bind(static_cast<std::int64_t>(value)); }
    void bind(bool value) { bind(static_cast<std::int64_t>(value)); }

    Database& database_;
    sqlite3_stmt* statement_ = nullptr;
    int position_ = 0;
};

void insert_run(Database& database, const Results& r) {
    Insert run(database, "run", 14);
    run.row(r.version, r.scenario, r.variant, fmt::format("{:016x}", r.fingerprint), r.fidelity, std::to_string(r.seed),
            r.replications, r.simulated_s, r.events, r.partial, r.start_clock, r.start_clock_s, r.slice_s,
            r.incidents_count);
}

void insert_metrics(Database& database, const Results& r) {
    Insert metrics(database, "metrics", 7);
    for (const Metric& m : r.metrics) {
        metrics.row(m.name, m.unit, m.mean, m.lo, m.hi, m.confidence, m.n);
    }
}

void insert_objectives(Database& database, const Results& r) {
    Insert objectives(database, "objectives", 9);
    Insert misses(database, "objective_misses", 2);
    std::int64_t id = 0;
    for (const ObjectiveResult& o : r.objectives) {
        objectives.row(++id, o.metric, o.wanted, o.unit, o.mean, o.lo, o.hi, k_verdicts.of(o.verdict), o.note);
        for (const double begin_s : o.missed_at_s) {
            misses.row(id, begin_s);
        }
    }
}

void insert_incidents(Database& database, const Results& r) {
    Insert incidents(database, "incidents", 8);
    Insert timeline(database, "incident_timeline", 3);
    std::int64_t id = 0;
    for (const Incident& i : r.incidents) {
        incidents.row(++id, i.begin_s, i.end_s, i.open, i.objective, i.cause, i.owner, i.lost_requests);
        for (const TimelineEntry& entry : i.timeline) {
            timeline.row(id, entry.at_s, entry.text);
        }
    }
}

void insert_causes(Database& database, const Results& r) {
    Insert attribution(database, "attribution", 5);
    for (const Attribution& a : r.attribution) {
        attribution.row(a.metric, a.cause, a.owner, a.share, a.value);
    }
    Insert assumptions(database, "assumptions", 4);
    for (const Assumption& a : r.assumptions) {
        assumptions.row(a.path, a.value, a.why, a.source);
    }
    Insert bill(database, "bill", 6);
    for (const BillLine& b : r.bill) {
        bill.row(b.group, b.item, b.quantity, b.unit, b.usd, b.source);
    }
    Insert warnings(database, "warnings", 1);
    for (const std::string& warning : r.warnings) {
        warnings.row(warning);
    }
}

void insert_course(Database& database, const Results& r) {
    Insert timeline(database, "timeline", 2);
    for (const TimelineEntry& entry : r.timeline) {
        timeline.row(entry.at_s, entry.text);
    }
    Insert faults(database, "faults", 5);
    for (const FaultRow& f : r.faults) {
        faults.row(f.name, f.target, f.effect, f.begin_s, f.end_s);
    }
    Insert slices(database, "slices", 11);
    for (const SliceRow& s : r.slices) {
        slices.row(s.begin_s, s.offered, s.ok, s.degraded, s.error, s.timeout, s.rejected, s.abandoned,
                   s.latency_mean_s, s.latency_max_s, s.in_incident);
    }
}

/// Empty, or what SQLite said.
std::string fill(const std::string& file, const Results& results) {
    Database database(file);
    database.execute(k_settings);
    database.execute("BEGIN");
    database.execute(k_schema);
    insert_run(database, results);
    insert_metrics(database, results);
    insert_objectives(database, results);
    insert_incidents(database, results);
    insert_causes(database, results);
    insert_course(database, results);
    database.execute("COMMIT");
    return database.error();
}

}  // namespace

Result<void> write_sqlite(const Results& results, const std::string& path) {
    Result<AtomicFile> file = AtomicFile::begin(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const std::string error = fill(file->temporary(), results);
    if (!error.empty()) {
        return tl::unexpected("cannot write " + path + ": " + error);
    }
    return file->commit();
}

}  // namespace nines
