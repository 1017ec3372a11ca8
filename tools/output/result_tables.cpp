#include "tools/output/result_tables.hpp"

#include <fmt/format.h>

#include <array>

#include "tools/output/rows.hpp"
#include "tools/output/words.hpp"

namespace nines {

namespace {

constexpr const char* k_format = R"sql(
    PRAGMA page_size = 4096;
    PRAGMA auto_vacuum = NONE;
    PRAGMA encoding = 'UTF-8';
)sql";

// The seed is text: SQLite's integers end at 2^63. Times are seconds from time zero, the end of the warm-up.
constexpr const char* k_schema = R"sql(
    CREATE TABLE run (version TEXT, scenario TEXT, variant TEXT, fingerprint TEXT, fidelity TEXT, seed TEXT,
                      replications INTEGER, simulated_s REAL, events INTEGER, partial INTEGER, start_clock TEXT,
                      start_clock_s INTEGER, slice_s REAL, incidents_count INTEGER, stopped_by TEXT);
    CREATE TABLE metrics (name TEXT, unit TEXT, mean REAL, lo REAL, hi REAL, confidence REAL, n INTEGER,
                          no_interval TEXT);
    CREATE TABLE quantiles (metric TEXT, name TEXT, share REAL, value REAL, lo REAL, hi REAL);
    CREATE TABLE chances (metric TEXT, threshold REAL, probability REAL, lo REAL, hi REAL);
    CREATE TABLE histograms (metric TEXT, low REAL, high REAL, count INTEGER);
    CREATE TABLE objectives (id INTEGER PRIMARY KEY, metric TEXT, wanted TEXT, unit TEXT, mean REAL, lo REAL, hi REAL,
                             verdict TEXT, note TEXT, miss_probability REAL, miss_lo REAL, miss_hi REAL);
    CREATE TABLE objective_misses (objective INTEGER REFERENCES objectives (id), begin_s REAL);
    CREATE TABLE incidents (id INTEGER PRIMARY KEY, begin_s REAL, end_s REAL, open INTEGER, objective TEXT, cause TEXT,
                            owner TEXT, lost_requests REAL, replication INTEGER);
    CREATE TABLE incident_timeline (incident INTEGER REFERENCES incidents (id), at_s REAL, text TEXT);
    CREATE TABLE attribution (metric TEXT, cause TEXT, owner TEXT, share REAL, value REAL);
    CREATE TABLE assumptions (path TEXT, value TEXT, why TEXT, source TEXT);
    CREATE TABLE bill (part TEXT, item TEXT, tier TEXT, quantity_per_month REAL, unit TEXT, usd_per_unit REAL,
                       usd_per_month REAL, price_row TEXT, source TEXT);
    CREATE TABLE usage (service TEXT, region TEXT, first INTEGER, last INTEGER, share REAL);
    CREATE TABLE timeline (at_s REAL, text TEXT);
    CREATE TABLE faults (name TEXT, target TEXT, effect TEXT, begin_s REAL, end_s REAL);
    CREATE TABLE slices (begin_s REAL, offered INTEGER, ok INTEGER, degraded INTEGER, error INTEGER, timeout INTEGER,
                         rejected INTEGER, abandoned INTEGER, latency_mean_s REAL, latency_max_s REAL,
                         in_incident INTEGER);
    CREATE TABLE threats (name TEXT, kind TEXT, layer TEXT, owner TEXT, events REAL, breaches REAL,
                          records_exposed REAL, cost_usd REAL, records_destroyed REAL);
    CREATE TABLE breaches (id INTEGER PRIMARY KEY, threat TEXT, begin_s REAL, detect_s REAL, end_s REAL, open INTEGER,
                           records REAL);
    CREATE TABLE breach_services (breach INTEGER REFERENCES breaches (id), service TEXT);
    CREATE TABLE destructions (threat TEXT, service TEXT, at_s REAL, noticed_s REAL, backup_s REAL, up_again_s REAL,
                               records_lost REAL);
    CREATE TABLE warnings (text TEXT);
    CREATE INDEX metrics_by_name ON metrics (name);
)sql";

constexpr std::array k_tables{"run",
                              "metrics",
                              "quantiles",
                              "chances",
                              "histograms",
                              "objectives",
                              "objective_misses",
                              "incidents",
                              "incident_timeline",
                              "attribution",
                              "assumptions",
                              "bill",
                              "usage",
                              "timeline",
                              "faults",
                              "slices",
                              "threats",
                              "breaches",
                              "breach_services",
                              "destructions",
                              "warnings"};

void insert_run(Database& database, const Results& r) {
    Rows run(database, "run", 15);
    run.row(r.version, r.scenario, r.variant, fmt::format("{:016x}", r.fingerprint), r.fidelity, std::to_string(r.seed),
            r.replications, r.simulated_s, r.events, r.partial, r.start_clock, r.start_clock_s, r.slice_s,
            r.incidents_count, r.stopped_by);
}

void insert_metrics(Database& database, const Results& r) {
    Rows metrics(database, "metrics", 8);
    Rows quantiles(database, "quantiles", 6);
    Rows chances(database, "chances", 5);
    Rows histograms(database, "histograms", 4);
    for (const Metric& m : r.metrics) {
        metrics.row(m.name, m.unit, m.mean, m.lo, m.hi, m.confidence, m.n,
                    m.estimator ? m.estimator->no_interval : std::string());
        for (const QuantileFigure& q : m.quantiles) {
            quantiles.row(m.name, q.name, q.share, q.value, q.lo, q.hi);
        }
        for (const ChanceFigure& c : m.over) {
            chances.row(m.name, c.threshold, c.probability, c.lo, c.hi);
        }
        for (const HistogramBin& bin : m.histogram) {
            histograms.row(m.name, bin.low, bin.high, bin.count);
        }
    }
}

void insert_objectives(Database& database, const Results& r) {
    Rows objectives(database, "objectives", 12);
    Rows misses(database, "objective_misses", 2);
    std::int64_t id = 0;
    for (const ObjectiveResult& o : r.objectives) {
        objectives.row(++id, o.metric, o.wanted, o.unit, o.mean, o.lo, o.hi, k_verdicts.of(o.verdict), o.note,
                       o.miss ? std::optional(o.miss->probability) : std::nullopt,
                       o.miss ? std::optional(o.miss->lo) : std::nullopt,
                       o.miss ? std::optional(o.miss->hi) : std::nullopt);
        for (const double begin_s : o.missed_at_s) {
            misses.row(id, begin_s);
        }
    }
}

void insert_incidents(Database& database, const Results& r) {
    Rows incidents(database, "incidents", 9);
    Rows timeline(database, "incident_timeline", 3);
    std::int64_t id = 0;
    for (const Incident& i : r.incidents) {
        incidents.row(++id, i.begin_s, i.end_s, i.open, i.objective, i.cause, i.owner, i.lost_requests, i.replication);
        for (const TimelineEntry& entry : i.timeline) {
            timeline.row(id, entry.at_s, entry.text);
        }
    }
}

void insert_causes(Database& database, const Results& r) {
    Rows attribution(database, "attribution", 5);
    for (const Attribution& a : r.attribution) {
        attribution.row(a.metric, a.cause, a.owner, a.share, a.value);
    }
    Rows assumptions(database, "assumptions", 4);
    for (const Assumption& a : r.assumptions) {
        assumptions.row(a.path, a.value, a.why, a.source);
    }
    Rows bill(database, "bill", 9);
    for (const BillLine& b : r.bill) {
        bill.row(b.group, b.item, b.tier, b.quantity, b.unit, b.usd_per_unit, b.usd, b.row, b.source);
    }
    Rows usage(database, "usage", 5);
    for (const UsageLevel& level : r.usage) {
        usage.row(level.service, level.region, std::uint64_t{level.first}, std::uint64_t{level.last}, level.share);
    }
    Rows warnings(database, "warnings", 1);
    for (const std::string& warning : r.warnings) {
        warnings.row(warning);
    }
}

void insert_course(Database& database, const Results& r) {
    Rows timeline(database, "timeline", 2);
    for (const TimelineEntry& entry : r.timeline) {
        timeline.row(entry.at_s, entry.text);
    }
    Rows faults(database, "faults", 5);
    for (const FaultRow& f : r.faults) {
        faults.row(f.name, f.target, f.effect, f.begin_s, f.end_s);
    }
    Rows slices(database, "slices", 11);
    for (const SliceRow& s : r.slices) {
        slices.row(s.begin_s, s.offered, s.ok, s.degraded, s.error, s.timeout, s.rejected, s.abandoned,
                   s.latency_mean_s, s.latency_max_s, s.in_incident);
    }
}

void insert_security(Database& database, const SecurityRows& security) {
    Rows threats(database, "threats", 9);
    for (const ThreatRow& t : security.threats) {
        threats.row(t.name, t.kind, t.layer, t.owner, t.events, t.breaches, t.records, t.usd, t.destroyed);
    }
    Rows breaches(database, "breaches", 7);
    Rows reached(database, "breach_services", 2);
    std::int64_t id = 0;
    for (const BreachRow& b : security.breaches) {
        breaches.row(++id, b.threat, b.begin_s, b.detect_s, b.end_s, b.open, b.records);
        for (const std::string& service : b.reached) {
            reached.row(id, service);
        }
    }
    Rows destructions(database, "destructions", 7);
    for (const DestructionRow& d : security.destructions) {
        destructions.row(d.threat, d.service, d.at_s, d.noticed_s, d.backup_s, d.up_again_s, d.records_lost);
    }
}

}  // namespace

void set_file_format(Database& database) {
    database.execute(k_format);
}

void create_result_tables(Database& database) {
    database.execute(k_schema);
}

void drop_result_tables(Database& database) {
    for (const char* table : k_tables) {
        database.execute(fmt::format("DROP TABLE IF EXISTS {}", table));
    }
}

void insert_results(Database& database, const Results& results) {
    insert_run(database, results);
    insert_metrics(database, results);
    insert_objectives(database, results);
    insert_incidents(database, results);
    insert_causes(database, results);
    insert_course(database, results);
    insert_security(database, results.security);
}

}  // namespace nines
